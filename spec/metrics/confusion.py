"""Metrics of true and false positives and negatives."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ..base import Natural, Positive
from ..losses.base import Target
from .base import Metric, Share

Thresholds: TypeAlias = Annotated[tuple[Share, ...], Field(strict=False, min_length=1)]


class Thresholded(Metric):
    """What the metrics share that compare every output with a threshold."""

    targets = ("binary", "multilabel", "one_hot")
    reads = "probabilities"

    thresholds: Share | Thresholds | None = Field(
        default=None, description="Outputs above it count as 1: 0.5 if null; for raw outputs write 0."
    )

    @property
    def logits(self) -> bool:
        """Raw outputs are compared with a threshold of their own."""
        return self.thresholds is not None

    def several(self, _units: int) -> str:
        """There is one number for each threshold."""
        return "thresholds" if isinstance(self.thresholds, tuple) and len(self.thresholds) > 1 else ""


class Counted(Thresholded):
    """What the counts share: of none is more, or less, better as such."""

    greater_is_better = None


class TruePositives(Counted):
    """Number of outputs that are rightly 1."""

    keras_name = "true_positives"
    type: Literal["TruePositives"] = "TruePositives"


class TrueNegatives(Counted):
    """Number of outputs that are rightly 0."""

    keras_name = "true_negatives"
    type: Literal["TrueNegatives"] = "TrueNegatives"


class FalsePositives(Counted):
    """Number of outputs that are 1 by mistake."""

    keras_name = "false_positives"
    type: Literal["FalsePositives"] = "FalsePositives"


class FalseNegatives(Counted):
    """Number of outputs that are 0 by mistake."""

    keras_name = "false_negatives"
    type: Literal["FalseNegatives"] = "FalseNegatives"


class Retrieval(Thresholded):
    """What precision and recall share."""

    greater_is_better = True

    top_k: Positive | None = Field(
        default=None, description="Only so many of the greatest outputs can be 1; any if null."
    )
    class_id: Natural | None = Field(default=None, description="The output that is looked at, from 0; all if null.")

    def misfit(self, _target: Target, units: int) -> str:
        """An output that there is not."""
        return absent(self.class_id, units) or (
            f"there are no {self.top_k} of {units} outputs" if (self.top_k or 0) > units else ""
        )


class Precision(Retrieval):
    """`tp / (tp + fp)`: share of the outputs of 1 that are right."""

    keras_name = "precision"
    type: Literal["Precision"] = "Precision"


class Recall(Retrieval):
    """`tp / (tp + fn)`: share of the targets of 1 that are found."""

    keras_name = "recall"
    type: Literal["Recall"] = "Recall"


class AtOperatingPoint(Metric):
    """What the metrics share that are best values under a condition."""

    targets = ("binary", "multilabel", "one_hot")
    greater_is_better = True
    reads = "probabilities"

    num_thresholds: Positive = Field(default=200, description="Number of thresholds that are tried.")
    class_id: Natural | None = Field(default=None, description="The output that is looked at, from 0; all if null.")

    def misfit(self, _target: Target, units: int) -> str:
        """An output that there is not."""
        return absent(self.class_id, units)


class SensitivityAtSpecificity(AtOperatingPoint):
    """Greatest `tp / (tp + fn)` where `tn / (tn + fp)` is at least `specificity`."""

    keras_name = "sensitivity_at_specificity"
    type: Literal["SensitivityAtSpecificity"] = "SensitivityAtSpecificity"
    specificity: Share = Field(description="Least specificity.")


class SpecificityAtSensitivity(AtOperatingPoint):
    """Greatest `tn / (tn + fp)` where `tp / (tp + fn)` is at least `sensitivity`."""

    keras_name = "specificity_at_sensitivity"
    type: Literal["SpecificityAtSensitivity"] = "SpecificityAtSensitivity"
    sensitivity: Share = Field(description="Least sensitivity.")


class PrecisionAtRecall(AtOperatingPoint):
    """Greatest `tp / (tp + fp)` where `tp / (tp + fn)` is at least `recall`."""

    keras_name = "precision_at_recall"
    type: Literal["PrecisionAtRecall"] = "PrecisionAtRecall"
    recall: Share = Field(description="Least recall.")


class RecallAtPrecision(AtOperatingPoint):
    """Greatest `tp / (tp + fn)` where `tp / (tp + fp)` is at least `precision`."""

    keras_name = "recall_at_precision"
    type: Literal["RecallAtPrecision"] = "RecallAtPrecision"
    precision: Share = Field(description="Least precision.")


def absent(class_id: int | None, units: int) -> str:
    """Says that there is no such output, or nothing."""
    return f"there is no output {class_id} of {units}" if class_id is not None and class_id >= units else ""
