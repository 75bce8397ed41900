"""Shapes and weights of every layer, from the input on."""

from __future__ import annotations

from dataclasses import replace

from ..plan import Node, Plan, TensorType
from ..report import Report
from ..shapes import RULES, ShapeError


def propagate(plan: Plan, report: Report) -> Plan:
    """Types every node; after a mistake the types of what follows stay unknown, and nothing is said of them."""
    current = plan.input
    nodes: list[Node] = []
    for i, node in enumerate(plan.nodes):
        current, typed = _typed(node, current, report, i)
        nodes.append(typed)
    return replace(plan, nodes=tuple(nodes))


def _typed(node: Node, x: TensorType | None, report: Report, i: int) -> tuple[TensorType | None, Node]:
    rule = RULES.get(type(node.layer))
    if rule is None or x is None:
        return None, node
    if not rule.reads(x.rank):
        needs = "[batch, timesteps, features]" if rule.ranks == (3,) else f"at least {rule.min_rank} axes"
        report.add(
            "LC309",
            f"layers.{i} {node.layer.type} reads {needs}, and is given {x}",
            ("layers", i),
            help="change the layers before it",
        )
        return None, node
    try:
        output, weights = rule.infer(node.layer, x)
    except ShapeError as error:
        path = ("layers", i, error.key) if error.key else ("layers", i)
        report.add(error.code, f"layers.{i} {node.layer.type}: {error.message}", path, help=error.help)
        return None, node
    return output, replace(node, input=x, output=output, weights=weights)
