"""Shapes, weights and masks of every layer, from the input on."""

from __future__ import annotations

from dataclasses import replace

from ..plan import Node, Plan, TensorType
from ..report import Report
from ..shapes import RULES, ShapeError
from ..shapes.shortest import shortest


def propagate(plan: Plan, report: Report) -> Plan:
    """Types every node; after a mistake the types of what follows stay unknown, and nothing is said of them."""
    current = plan.input
    nodes: list[Node] = []
    for i, node in enumerate(plan.nodes):
        after_ids = i > 0 and plan.nodes[i - 1].layer.type == "Embedding"
        current, typed = _typed(node, current, report, i, after_ids=after_ids)
        nodes.append(typed)
    least = shortest([node.layer for node in nodes], plan.input) if plan.input and current else ()
    return replace(plan, nodes=tuple(nodes), shortest=least)


def _typed(
    node: Node, x: TensorType | None, report: Report, i: int, *, after_ids: bool
) -> tuple[TensorType | None, Node]:
    layer = node.layer
    rule = RULES.get(layer.type)
    if rule is None or x is None:
        return None, node
    if not rule.reads(x.rank, layer):
        report.add(
            "LC309",
            f"layers.{i} {layer.type} reads {rule.wants(layer)}, and is given {x}",
            ("layers", i),
            help="give the data one column of ids" if after_ids and x.rank == 4 else "change the layers before it",
        )
        return None, node
    try:
        output, weights = rule.infer(layer, x)
    except ShapeError as error:
        help_ = (
            "move it to the front of `layers`: only the input can be ids" if error.code == "LC313" and i else error.help
        )
        report.add(error.code, f"layers.{i} {layer.type}: {error.message}", ("layers", i, *error.path), help=help_)
        return None, node
    if x.masked and not rule.takes_mask:
        report.add(
            "LC320",
            f"layers.{i} {layer.type} drops the mask: from here on masked timesteps count as data",
            ("layers", i),
            help="leave the mask out, or move the layer before what makes it",
        )
    return output, replace(node, input=x, output=output, weights=weights)
