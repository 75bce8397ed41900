"""Plan -> text: the table that `lstmc show` and `model.summary()` print."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from ...spec.optimizers import Optimizer, Schedule
from ..plan import Inference, Node, Plan

WIDTH = 80
_HEAD = ("", "layer", "name", "output", "parameters")
_NAME = _HEAD.index("name")
_SHORTEST_NAME = 9


def table(plan: Plan) -> str:
    """Layers with shapes and parameters, the objective, and what was inferred by which rule."""
    rows: list[Sequence[str]] = [_HEAD, ("", "input", "", str(plan.input or "?"), "")]
    rows += [_row(i, node) for i, node in enumerate(plan.nodes)]
    trainable = sum(w.size for node in plan.nodes for w in node.weights if w.trainable)
    lines = [f"{plan.name}: {plan.kind}", "", *_aligned(_fitting(rows)), ""]
    if plan.input and plan.input.dims[0] is None and plan.shortest and plan.shortest[0] > 1:
        lines.append(f"timesteps   at least {plan.shortest[0]}")
    frozen = f", {plan.parameters - trainable:,} of them fixed" if trainable != plan.parameters else ""
    lines.append(f"parameters  {plan.parameters:,} ({4 * plan.parameters / 1024:,.1f} KiB){frozen}")
    if plan.loss and plan.optimizer:
        lines.append(f"loss        {plan.loss.keras_name}")
        lines += _wrapped(f"metrics     {', '.join(metric.key for metric in plan.metrics) or 'none'}")
        lines += _wrapped(f"optimizer   {plan.optimizer.type}, learning rate {_rate(plan.optimizer)}")
    inferred = [("", inference) for inference in plan.inferred]
    inferred += [(f"layers.{i}.", inference) for i, node in enumerate(plan.nodes) for inference in node.inferred]
    inferred = [(prefix, inference) for prefix, inference in inferred if inference.key != "name"]
    if inferred:
        lines += ["", "inferred"]
        rows = [(f"  {prefix}{i.key}", f"= {_shown(i)}", i.rule) for prefix, i in inferred]
        beside = _aligned(rows)
        if max(map(len, beside)) <= WIDTH:
            lines += beside
        else:
            lines += [line for key, value, rule in rows for line in (f"{key} {value}", f"      since {rule}")]
    return "\n".join(lines)


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, subsequent_indent=" " * 12, break_long_words=False)


def _fitting(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """The rows with long names shortened where the table would be wider than a terminal; their ends tell them apart."""
    excess = max(map(len, _aligned(rows))) - WIDTH
    longest = max(len(row[_NAME]) for row in rows)
    if excess <= 0:
        return rows
    room = max(_SHORTEST_NAME, longest - excess)
    return [(*row[:_NAME], _shortened(row[_NAME], room), *row[_NAME + 1 :]) for row in rows]


def _shortened(name: str, room: int) -> str:
    return name if len(name) <= room else f"{name[: room - 6]}…{name[-5:]}"


def _rate(optimizer: Optimizer) -> str:
    """The learning rate: a number, or the schedule with what it is given."""
    rate = optimizer.learning_rate
    if not isinstance(rate, Schedule):
        return f"{rate:g}"
    given = ", ".join(
        f"{key} {_number(value)}" for key, value in rate.model_dump(exclude_unset=True).items() if key != "type"
    )
    return f"{rate.type} ({given})"


def _number(value: object) -> str:
    match value:
        case tuple():
            return "[" + ", ".join(_number(item) for item in value) + "]"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
    return str(value)


def _row(i: int, node: Node) -> Sequence[str]:
    parameters = f"{node.parameters:,}" if node.output else "?"
    masked = " masked" if node.output and node.output.masked else ""
    return (str(i), node.layer.type, node.name, f"{node.output or '?'}{masked}", parameters)


def _shown(inference: Inference) -> str:
    match inference.value:
        case bool():
            return str(inference.value).lower()
        case list():
            return "[" + ", ".join(str(item) for item in inference.value) + "]"
    return str(inference.value)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    numbers = {i for i, head in enumerate(rows[0]) if head == "parameters"}
    return [
        "  ".join(
            cell.rjust(width) if i in numbers else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
