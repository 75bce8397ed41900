"""More metrics of a regression: relative, robust, of counts, of directions and of what is explained."""

from typing import ClassVar, Literal

from pydantic import Field

from ..base import Natural
from ..losses.base import Target
from .base import Metric
from .errors import Distance


class MeanSquaredLogarithmicError(Metric):
    """`mean((log(y + 1) - log(ŷ + 1))²)`; Keras takes negative values for 0."""

    keras_name = "mean_squared_logarithmic_error"
    targets = ("values",)
    type: Literal["MeanSquaredLogarithmicError"] = "MeanSquaredLogarithmicError"


class LogCoshError(Distance):
    """`mean(log(cosh(ŷ - y)))`: squared for small errors, absolute for large ones."""

    keras_name = "logcosh"
    type: Literal["LogCoshError"] = "LogCoshError"


class Poisson(Metric):
    """`mean(ŷ - y · log ŷ)`, for counts."""

    keras_name = "poisson"
    targets = ("values",)
    reads = "positive"
    type: Literal["Poisson"] = "Poisson"


class R2Score(Distance):
    """`1 - Σ (y - ŷ)² / Σ (y - mean(y))²`: 1 is perfect, 0 as good as the mean."""

    keras_name = "r2_score"
    greater_is_better = True
    type: Literal["R2Score"] = "R2Score"
    class_aggregation: Literal["uniform_average", "variance_weighted_average"] | None = Field(
        default="uniform_average", description="How the scores of several outputs become one; one for each if null."
    )
    num_regressors: Natural = Field(default=0, description="Number of inputs, for the adjusted score; 0 for the plain.")

    @property
    def rank(self) -> int | None:
        """One row of outputs for each sample."""
        return 2

    def several(self, units: int) -> str:
        """Without aggregation there is one score for each output."""
        return "class_aggregation" if self.class_aggregation is None and units > 1 else ""


class AlongAxis(Metric):
    """What the metrics share that compare vectors."""

    targets: ClassVar[tuple[Target, ...]] = ("values", "multilabel", "one_hot")
    greater_is_better = True
    least_units = 2

    axis: int = Field(default=-1, description="The axis of the vectors, the batch being axis 0.")


class CosineSimilarity(AlongAxis):
    """`Σ y · ŷ / (‖y‖ · ‖ŷ‖)`: 1 for the same direction, -1 for the opposite one."""

    keras_name = "cosine_similarity"
    type: Literal["CosineSimilarity"] = "CosineSimilarity"


class PearsonCorrelation(AlongAxis):
    """Correlation of the values along `axis`, from -1 to 1 (Pearson, 1895)."""

    keras_name = "pearson_correlation"
    targets = ("values",)
    type: Literal["PearsonCorrelation"] = "PearsonCorrelation"


class ConcordanceCorrelation(AlongAxis):
    """Agreement of the values along `axis`, from -1 to 1 (Lin, 1989)."""

    keras_name = "concordance_correlation"
    targets = ("values",)
    type: Literal["ConcordanceCorrelation"] = "ConcordanceCorrelation"


class KLDivergence(Metric):
    """`Σ y · log(y / ŷ)`, for rows of probabilities (Kullback and Leibler, 1951)."""

    keras_name = "kl_divergence"
    targets = ("values", "one_hot")
    reads = "probabilities"
    least_units = 2
    type: Literal["KLDivergence"] = "KLDivergence"
