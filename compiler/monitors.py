"""What a training can be watched by, and in which direction it is better."""

from __future__ import annotations

from typing import Literal, TypeAlias

from ..spec.callbacks import Mode
from .plan import Plan

Direction: TypeAlias = Literal["min", "max"]

#: By the type of a metric, as Keras has it; of counts neither direction is better as such.
DIRECTIONS: dict[str, Direction] = {}
DIRECTIONS |= dict.fromkeys(
    (
        "accuracy", "AUC", "Accuracy", "BinaryAccuracy", "BinaryIoU", "CategoricalAccuracy", "ConcordanceCorrelation",
        "CosineSimilarity", "F1Score", "FBetaScore", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU",
        "PearsonCorrelation", "Precision", "PrecisionAtRecall", "R2Score", "Recall", "RecallAtPrecision",
        "SensitivityAtSpecificity", "SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy",
        "SpecificityAtSensitivity", "TopKCategoricalAccuracy",
    ),
    "max",
)  # fmt: skip
DIRECTIONS |= dict.fromkeys(
    (
        "BinaryCrossentropy", "CategoricalCrossentropy", "CategoricalHinge", "Hinge", "KLDivergence", "LogCoshError",
        "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError", "MeanSquaredLogarithmicError",
        "Poisson", "RootMeanSquaredError", "SparseCategoricalCrossentropy", "SquaredHinge",
    ),
    "min",
)  # fmt: skip
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
    types = {metric.key: metric.type for metric in plan.metrics}
    return DIRECTIONS.get(types.get(key, ""))


def validates(plan: Plan) -> bool | None:
    """Whether the spec names samples to validate on; None where they may be handed in."""
    if plan.spec.data is not None:
        return plan.spec.data.split.validation is not None
    return True if plan.spec.fit.validation_split is not None else None
