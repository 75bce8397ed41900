"""`return_sequences`: inferred where the file is silent, enforced where it speaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from ...spec.diagnostics import Path
from ...spec.layers import Layer
from ..plan import Inference, Node, Plan, with_value
from ..report import Report
from ..shapes import RULES
from ..shapes.wrappers import RECURRENT

KEY = "return_sequences"

#: What does not read an output of some rank: a layer after it, one that could not be read, the task, or the data.
Objector: TypeAlias = int | Literal["unknown", "task", "data"]


def sequences(plan: Plan, report: Report) -> Plan:
    """Settles `return_sequences` of every recurrent layer by what comes after it. LC302, LC306, LC319, LC409."""
    return replace(plan, nodes=tuple(_settled(plan, report, i) for i in range(len(plan.nodes))))


@dataclass(frozen=True, slots=True)
class Held:
    """A recurrent layer, and where it stands in the entry of `layers` that holds it.

    Attributes:
        layer: the recurrent layer.
        keys: the keys that lead to it: none, `("layer",)`, `("layer", "layer")`.
        rank: the rank of what the entry gives when it returns a sequence.
    """

    layer: Layer
    keys: tuple[str, ...]
    rank: int


def recurrent_in(layer: Layer, keys: tuple[str, ...] = (), rank: int = 3) -> Iterator[Held]:
    """The recurrent layers of one entry of `layers`, those of its wrappers included."""
    match layer.type:
        case type_ if type_ in RECURRENT:
            yield Held(layer, keys, rank)
        case "Bidirectional" | "TimeDistributed":
            outer = rank + (layer.type == "TimeDistributed")
            for key in ("layer", "backward_layer"):
                if (inner := getattr(layer, key, None)) is not None:
                    yield from recurrent_in(inner, (*keys, key), outer)


def _settled(plan: Plan, report: Report, i: int) -> Node:
    node = plan.nodes[i]
    held = tuple(recurrent_in(node.layer))
    if not held:
        return node
    rank = held[0].rank
    against_vector, against_sequence = _objector(plan, i, rank - 1), _objector(plan, i, rank)
    needed = _later(plan, against_vector) < _later(plan, against_sequence)
    objector = against_vector if needed else against_sequence
    if against_vector == against_sequence:  # no rank will do, which is told where shapes are
        objector = "unknown" if against_vector == "unknown" else None
    if objector is None or objector == "unknown":
        needed = any(getattr(part.layer, KEY) for part in held)
    why = _why(plan, objector, needed=needed)
    for part in held:
        written = getattr(part.layer, KEY)
        if written is None:
            inference = Inference(".".join((*part.keys, KEY)), needed, why)
            node = replace(node, inferred=(*node.inferred, inference))
        elif written == needed or not _contradiction(plan, report, i, part, objector):
            continue
        node = replace(node, layer=with_value(node.layer, (*part.keys, KEY), needed))
    return node


def _objector(plan: Plan, i: int, rank: int) -> Objector | None:
    """What cannot do with an output of `rank` from the layer `i`, looking through layers that keep the rank."""
    for j in range(i + 1, len(plan.nodes)):
        layer = plan.nodes[j].layer
        rule = RULES.get(layer.type)
        if rule is None:
            return "unknown"
        if not rule.reads(rank, layer):
            return j
        if not keeps_rank(layer):
            return None
    task, data = plan.spec.task, plan.spec.data
    each = task is not None and task.output == "sequence"
    if data and data.window and data.window.steps > 1 and not each:
        return None
    if task is not None:
        return None if rank == (3 if each else 2) else "task"
    return "data" if rank != 2 and data is not None and data.targets else None


def keeps_rank(layer: Any) -> bool:
    """Whether the layer's output has the rank of its input."""
    if layer.type == "TimeDistributed":
        return keeps_rank(layer.layer)
    rule = RULES.get(layer.type)
    return rule is not None and rule.keeps_rank


def _later(plan: Plan, objector: Objector | None) -> int:
    """How far down the model an objection is raised; that of a layer weighs more than that of the task."""
    match objector:
        case int():
            return objector
        case None:
            return len(plan.nodes) + 1
    return len(plan.nodes)


def _why(plan: Plan, objector: Objector | None, *, needed: bool) -> str:
    match objector:
        case int() as j:
            reads = "reads a sequence" if needed else "reads one vector a sample"
            return f"layers.{j} {plan.nodes[j].layer.type} {reads}"
        case "unknown":
            return "a layer after it could not be read"
        case "task" if needed:
            return "the task's output is a sequence"
    return "as the other direction" if needed else "the last output alone is read by what follows"


def _contradiction(plan: Plan, report: Report, i: int, part: Held, objector: Objector | None) -> bool:
    """Whether what is written contradicts what follows; it is reported then."""
    path: Path = ("layers", i, *part.keys, KEY)
    name, units = part.layer.type, getattr(part.layer, "units")  # noqa: B009 - every recurrent layer has units
    vector, sequence = f"gives [batch, {units}]", f"gives [batch, timesteps, {units}]"
    needed = not getattr(part.layer, KEY)
    match objector:
        case int() as j:
            reader = plan.nodes[j].layer
            if needed:
                code, gives, wants = "LC302", "one vector per sample", "needs a sequence"
            else:
                code, gives, wants = "LC319", "a sequence", "reads one vector per sample"
            what = f"{name} returns {gives}, but the next {reader.type} {wants}"
            related = report.related(("layers", j), f"needs {RULES[reader.type].wants(reader)}")
        case "task" if needed:
            code = "LC306"
            what = f"the task's output is a sequence, but the last {name} returns one vector per sample"
            related = report.related(("task", "output"), "one output for every timestep")
        case "task":
            code, what = "LC306", f"the last {name} returns a sequence, but the task asks for one output a sample"
            related = report.related(("task",), "one output a sample")
        case "data":
            code = "LC409"
            what = "the model gives one output for every timestep, but `data` has one target for each sample"
            related = report.related(("data", "target"), "one target a sample")
        case _:
            return False
    help_ = "write `true`, or leave it out: it is inferred" if needed else "write `false`, or leave it out"
    if objector == "task" and not needed:
        help_ += '; or set `"output": "sequence"` in `task`'
    elif not needed:
        help_ += ": it is inferred"
    report.add(
        code,
        what,
        path,
        label="" if part.keys else vector if needed else sequence,
        related=related,
        help=help_,
        fixes=report.replace(path, needed),
    )
    return True
