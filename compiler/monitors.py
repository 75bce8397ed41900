"""What a training can be watched by, and in which direction it is better."""

from __future__ import annotations

from ..spec.callbacks import Mode
from ..spec.metrics.base import Direction
from .plan import Plan

VALIDATION = "val_"


def keys(plan: Plan, *, validated: bool) -> tuple[str, ...]:
    """The keys that the logs of an epoch will have.

    Args:
        plan: what is trained.
        validated: whether there are samples to validate on.
    """
    own = ("loss", *(metric.key for metric in plan.metrics))
    return (*own, *(VALIDATION + key for key in own)) if validated else own


def direction(plan: Plan, monitor: str, mode: Mode = "auto") -> Direction | None:
    """Whether less or more of `monitor` is better; None where its metric does not say."""
    if mode != "auto":
        return mode
    key = monitor.removeprefix(VALIDATION)
    if key == "loss":
        return "min"
    return next((metric.direction for metric in plan.metrics if metric.key == key), None)


def validates(plan: Plan) -> bool | None:
    """Whether the spec names samples to validate on; None where they may be handed in."""
    if plan.spec.data is not None:
        return plan.spec.data.split.validation is not None
    return True if plan.spec.fit.validation_split is not None else None
