"""`return_sequences`: inferred where the file is silent, enforced where it speaks."""

from __future__ import annotations

from dataclasses import replace

from ...spec.layers.recurrent import LSTM
from ..plan import Inference, Node, Plan
from ..report import Report
from ..shapes import RULES


def sequences(plan: Plan, report: Report) -> Plan:
    """Settles `return_sequences` of every recurrent layer by what comes after it. LC302, LC306, LC409."""
    return replace(plan, nodes=tuple(_settled(plan, report, i) for i in range(len(plan.nodes))))


def _settled(plan: Plan, report: Report, i: int) -> Node:
    node = plan.nodes[i]
    if not isinstance(node.layer, LSTM):
        return node
    consumer = _consumer(plan, i)
    if consumer == "unknown":
        return _with(node, "a layer after it could not be read") if node.layer.return_sequences is None else node
    if isinstance(consumer, int):
        needed, rule = True, f"layers.{consumer} {plan.nodes[consumer].layer.type} reads a sequence"
    else:
        sequence = plan.spec.task is not None and plan.spec.task.output == "sequence"
        needed = sequence
        rule = "the task's output is a sequence" if sequence else "the last output alone is read by what follows"
    written = node.layer.return_sequences
    if written is None:
        layer = node.layer.model_copy(update={"return_sequences": needed})
        return replace(node, layer=layer, inferred=(*node.inferred, Inference("return_sequences", needed, rule)))
    if written == needed or not _contradiction(plan, report, i, consumer):
        return node
    return replace(node, layer=node.layer.model_copy(update={"return_sequences": needed}))


def _with(node: Node, rule: str) -> Node:
    layer = node.layer.model_copy(update={"return_sequences": False})
    return replace(node, layer=layer, inferred=(*node.inferred, Inference("return_sequences", False, rule)))


def _consumer(plan: Plan, i: int) -> int | str | None:
    """The next layer that demands a sequence, looking through those that keep the rank."""
    for j in range(i + 1, len(plan.nodes)):
        rule = RULES.get(type(plan.nodes[j].layer))
        if rule is None:
            return "unknown"
        if rule.ranks == (3,):
            return j
        if not rule.keeps_rank:
            return None
    return None


def _contradiction(plan: Plan, report: Report, i: int, consumer: int | str | None) -> bool:
    layer = plan.nodes[i].layer
    assert isinstance(layer, LSTM)
    path = ("layers", i, "return_sequences")
    if isinstance(consumer, int):
        reader = plan.nodes[consumer].layer
        report.add(
            "LC302",
            f"{layer.type} returns one vector per sample, but the next {reader.type} needs a sequence",
            path,
            label=f"gives [batch, {layer.units}]",
            related=report.related(("layers", consumer), "needs [batch, timesteps, features]"),
            help="write `true`, or leave it out: it is inferred",
            fixes=report.replace(path, True),
        )
        return True
    task = plan.spec.task
    if task is not None and task.output == "sequence":
        report.add(
            "LC306",
            f"the task's output is a sequence, but the last {layer.type} returns one vector per sample",
            path,
            label=f"gives [batch, {layer.units}]",
            related=report.related(("task", "output"), "one output for every timestep"),
            help="write `true`, or leave it out: it is inferred",
            fixes=report.replace(path, True),
        )
        return True
    if task is not None:
        report.add(
            "LC306",
            f"the last {layer.type} returns a sequence, but the task asks for one output a sample",
            path,
            label=f"gives [batch, timesteps, {layer.units}]",
            related=report.related(("task",), "one output a sample"),
            help='write `false`, or leave it out; or set `"output": "sequence"` in `task`',
            fixes=report.replace(path, False),
        )
        return True
    if plan.spec.data is not None and plan.spec.data.targets:
        report.add(
            "LC409",
            "the model gives one output for every timestep, but `data` has one target for each sample",
            path,
            label=f"gives [batch, timesteps, {layer.units}]",
            related=report.related(("data", "target"), "one target a sample"),
            help="write `false`, or leave it out: it is inferred",
            fixes=report.replace(path, False),
        )
        return True
    return False
