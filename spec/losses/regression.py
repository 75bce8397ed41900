"""More losses of a regression: robust, relative, of counts and of directions."""

from typing import Literal

from pydantic import Field

from ..base import PositiveFloat
from .base import Loss
from .errors import Distance


class Huber(Distance):
    """`(y - ŷ)² / 2` up to `delta`, and from there `delta · (|y - ŷ| - delta / 2)` (Huber, 1964)."""

    keras_name = "huber"
    type: Literal["Huber"] = "Huber"
    delta: PositiveFloat = Field(
        default=1.0, description="Error from which on it grows linearly, in the target's unit."
    )


class LogCosh(Distance):
    """`mean(log(cosh(ŷ - y)))`: squared for small errors, absolute for large ones."""

    keras_name = "log_cosh"
    type: Literal["LogCosh"] = "LogCosh"


class MeanSquaredLogarithmicError(Loss):
    """`mean((log(y + 1) - log(ŷ + 1))²)`; Keras takes negative values for 0."""

    keras_name = "mean_squared_logarithmic_error"
    targets = ("values",)
    type: Literal["MeanSquaredLogarithmicError"] = "MeanSquaredLogarithmicError"


class Poisson(Loss):
    """`mean(ŷ - y · log ŷ)`, for counts."""

    keras_name = "poisson"
    targets = ("values",)
    reads = "positive"
    type: Literal["Poisson"] = "Poisson"


class CosineSimilarity(Loss):
    """`-Σ y · ŷ / (‖y‖ · ‖ŷ‖)`: -1 for the same direction, 1 for the opposite one."""

    keras_name = "cosine_similarity"
    targets = ("values", "multilabel", "one_hot")
    least_units = 2
    type: Literal["CosineSimilarity"] = "CosineSimilarity"
    axis: int = Field(default=-1, description="The axis of the vectors, the batch being axis 0.")
