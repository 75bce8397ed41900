"""Arguments of optimizer, schedule, loss and metrics that are right alone and wrong together. LC204, LC210."""

from __future__ import annotations

from collections.abc import Iterator

from ...spec.base import Tagged
from ...spec.diagnostics import Path
from ...spec.optimizers import Schedule
from ..plan import Plan
from ..report import Report

_CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm")


def arguments(plan: Plan, report: Report) -> Plan:
    """Objects to arguments that Keras refuses, or that would have no effect; changes nothing."""
    if report.reliable("compile"):
        for path, part in _parts(plan):
            for fault in part.faults():
                place = (*path, fault.key)
                report.add(fault.code, fault.message, place, help=fault.help)
        _clipping(plan, report)
        _axes(plan, report)
    return plan


def _parts(plan: Plan) -> Iterator[tuple[Path, Tagged]]:
    section = plan.spec.compile
    yield ("compile", "optimizer"), section.optimizer
    if isinstance(section.optimizer.learning_rate, Schedule):
        yield ("compile", "optimizer", "learning_rate"), section.optimizer.learning_rate
    if section.loss is not None:
        yield ("compile", "loss"), section.loss
    for i, metric in enumerate(section.metrics or ()):
        yield ("compile", "metrics", i), metric


def _clipping(plan: Plan, report: Report) -> None:
    given = [key for key in _CLIPPING if getattr(plan.spec.compile.optimizer, key) is not None]
    for key in given[1:]:
        report.add(
            "LC210",
            f"gradients are clipped in one way, and there are `{given[0]}` and `{key}`",
            ("compile", "optimizer", key),
            related=report.related(("compile", "optimizer", given[0]), "the other is here"),
            help="remove one of them",
        )


def _axes(plan: Plan, report: Report) -> None:
    """Axes of a loss that the output does not have."""
    axis = getattr(plan.spec.compile.loss, "axis", None)
    if axis is None or plan.output is None:
        return
    rank = plan.output.rank
    axes = axis if isinstance(axis, tuple) else (axis,)
    counted = [a % rank for a in axes if -rank <= a < rank]
    if len(set(counted)) < len(axes):
        report.add(
            "LC204",
            f"the output {plan.output} has the axes 0 to {rank - 1}, and `axis` is {list(axes)}",
            ("compile", "loss", "axis"),
            help=f"write axes from 1 to {rank - 1}, each once, or leave `axis` out",
        )
