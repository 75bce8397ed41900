"""Every layer gets a name of its own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from ..plan import Inference, Plan
from ..report import Report


def names(plan: Plan, report: Report) -> Plan:
    """Names layers as Keras does: `lstm`, `lstm_1`, `dense`. Two equal names are LC212."""
    taken: dict[str, int] = {}
    for i, node in enumerate(plan.nodes):
        name = node.layer.name
        if name and name in taken:
            report.add(
                "LC212",
                f"two layers are called `{name}`",
                ("layers", i, "name"),
                label="used again here",
                related=report.related(("layers", taken[name], "name"), "first used here"),
                help="rename one of them, or leave `name` out",
            )
        elif name:
            taken[name] = i
    counts: Counter[str] = Counter()
    nodes = []
    for node in plan.nodes:
        if node.layer.name:
            nodes.append(replace(node, name=node.layer.name))
            continue
        name = _free(snake(node.layer.type), counts, taken)
        nodes.append(replace(node, name=name, inferred=(Inference("name", name, "named by its type"), *node.inferred)))
    return replace(plan, nodes=tuple(nodes))


def _free(base: str, counts: Counter[str], taken: dict[str, int]) -> str:
    while True:
        name = f"{base}_{counts[base]}" if counts[base] else base
        counts[base] += 1
        if name not in taken:
            return name


def snake(name: str) -> str:
    """The name that Keras makes of a class: `LSTM` -> `lstm`, `TimeDistributed` -> `time_distributed`."""
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)).lower()
