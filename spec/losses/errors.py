"""Losses of a regression: how far the outputs are from the targets."""

from typing import Literal

from .base import Loss


class Distance(Loss):
    """What the losses share that compare value with value."""

    targets = ("values", "binary", "multilabel", "one_hot")


class MeanSquaredError(Distance):
    """`mean((y - ŷ)²)`."""

    keras_name = "mean_squared_error"
    type: Literal["MeanSquaredError"] = "MeanSquaredError"


class MeanAbsoluteError(Distance):
    """`mean(|y - ŷ|)`."""

    keras_name = "mean_absolute_error"
    type: Literal["MeanAbsoluteError"] = "MeanAbsoluteError"


class MeanAbsolutePercentageError(Loss):
    """`100 · mean(|y - ŷ| / max(|y|, 1e-7))`."""

    keras_name = "mean_absolute_percentage_error"
    targets = ("values",)
    type: Literal["MeanAbsolutePercentageError"] = "MeanAbsolutePercentageError"
