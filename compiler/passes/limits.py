"""A model that would not fit into memory is refused before anything is allocated. LC601."""

from __future__ import annotations

import os
import re

from ..plan import Node, Plan
from ..report import Report

FLOAT = 4
_COMMON_BATCH = 32
SHARE = 0.8
_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_UNITS |= {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


def limits(plan: Plan, report: Report) -> Plan:
    """Compares parameters and the memory of training with `runtime.limits`."""
    allowed = plan.spec.runtime.limits
    heaviest = max(range(len(plan.nodes)), key=lambda i: plan.nodes[i].parameters)
    largest = max(range(len(plan.nodes)), key=lambda i: _size(plan.nodes[i]))
    if allowed.parameters and plan.parameters > allowed.parameters:
        report.add(
            "LC601",
            f"the model has {plan.parameters:,} parameters, more than the {allowed.parameters:,} allowed",
            _place(plan, heaviest),
            label=f"{plan.nodes[heaviest].parameters:,} of them",
            help="use fewer units, or raise `runtime.limits.parameters`",
        )
        return plan
    budget = memory_budget(plan)
    needed = training_memory(plan)
    if needed > budget:
        by_outputs = outputs_memory(plan) > weights_memory(plan)
        raised = ", or raise `runtime.limits.memory`" if allowed.memory else ""
        what = f"the outputs of {_samples(plan)} samples" if by_outputs else f"{plan.parameters:,} parameters"
        report.add(
            "LC601",
            f"training needs {_gib(needed)} for {what}, more than the {_gib(budget)} allowed",
            ("layers", largest) if by_outputs else _place(plan, heaviest),
            label=f"{_size(plan.nodes[largest]):,} values a sample"
            if by_outputs
            else f"{plan.nodes[heaviest].parameters:,} parameters",
            help=("use fewer timesteps or smaller outputs" if by_outputs else "use fewer units") + raised,
        )
    return plan


def _size(node: Node) -> int:
    """Values that a layer gives for one sample."""
    return node.output.size if node.output else 0


def training_memory(plan: Plan) -> int:
    """Bytes that a training takes at least: those of its weights, and those of the outputs of all layers."""
    return weights_memory(plan) + outputs_memory(plan)


def outputs_memory(plan: Plan) -> int:
    """Bytes of the outputs of all layers for one batch: training keeps them until the gradients are known."""
    return FLOAT * _samples(plan) * sum(_size(node) for node in plan.nodes)


def weights_memory(plan: Plan) -> int:
    """Bytes of weights, their gradients and the optimizer's state."""
    optimizer = plan.spec.compile.optimizer
    state = sum(
        optimizer.state(weight.shape, f"{node.name}/{weight.name}")
        for node in plan.nodes
        for weight in node.weights
        if weight.trainable
    )
    return FLOAT * (2 * plan.parameters + state)


def _samples(plan: Plan) -> int:
    """Samples that are surely in memory at once: there may be fewer than a large `batch_size` asks for."""
    return min(plan.spec.fit.batch_size, _COMMON_BATCH)


def memory_budget(plan: Plan) -> int:
    """Bytes that a training may take: `runtime.limits.memory`, or a share of the machine's memory."""
    allowed = plan.spec.runtime.limits.memory
    return parse_memory(allowed) if allowed else int(SHARE * total_memory())


def parse_memory(text: str) -> int:
    """Bytes of an amount such as `8 GiB`.

    >>> parse_memory("1.5 KiB")
    1536
    """
    match = re.fullmatch(r"([0-9.]+) ?([A-Za-z]+)", text)
    assert match, text
    return int(float(match[1]) * _UNITS[match[2]])


def total_memory() -> int:
    """Bytes of physical memory; 16 GiB where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 16 * 2**30


def _place(plan: Plan, i: int) -> tuple[str | int, ...]:
    return ("layers", i, "units") if hasattr(plan.nodes[i].layer, "units") else ("layers", i)


def _gib(size: int) -> str:
    if size >= 2**50:
        return f"{size / 2**30:.2g} GiB"
    return f"{size / 2**30:,.1f} GiB" if size >= 2**27 else f"{size / 2**20:,.1f} MiB"
