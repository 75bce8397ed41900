"""F-scores, and intersections over unions."""

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ..base import Fault, Natural, PositiveFloat
from ..losses.base import LastAxis, Target
from .base import Metric

ClassIds: TypeAlias = Annotated[tuple[Natural, ...], Field(strict=False, min_length=1)]


class FScore(Metric):
    """What the F-scores share."""

    targets = ("binary", "multilabel", "one_hot")
    greater_is_better = True
    reads = "probabilities"

    average: Literal["micro", "macro", "weighted"] | None = Field(
        default=None, description="How the scores of several outputs become one; one for each if null."
    )
    threshold: Annotated[float, Field(gt=0.0, le=1.0)] | None = Field(
        default=None, description="Outputs above it count as 1; the greatest of all outputs if null."
    )

    @property
    def rank(self) -> int | None:
        """One row of outputs for each sample."""
        return 2

    def several(self, units: int) -> str:
        """Without an average there is one score for each output."""
        return "average" if self.average is None and units > 1 else ""

    def misfit(self, target: Target, _units: int) -> str:
        """The greatest output alone, where several or none can be 1."""
        if self.threshold is None and target != "one_hot":
            return "without `threshold` exactly one output counts as 1: write `0.5`"
        return ""


class F1Score(FScore):
    """`2 · precision · recall / (precision + recall)`."""

    keras_name = "f1_score"
    type: Literal["F1Score"] = "F1Score"


class FBetaScore(FScore):
    """`(1 + beta²) · precision · recall / (beta² · precision + recall)`."""

    keras_name = "fbeta_score"
    type: Literal["FBetaScore"] = "FBetaScore"
    beta: PositiveFloat = Field(default=1.0, description="How much more recall counts than precision.")


class BinaryIoU(Metric):
    """`tp / (tp + fp + fn)`, the mean of that of 0 and that of 1."""

    keras_name = "binary_io_u"
    targets = ("binary", "multilabel")
    greater_is_better = True
    reads = "probabilities"
    type: Literal["BinaryIoU"] = "BinaryIoU"
    target_class_ids: Annotated[tuple[Annotated[int, Field(ge=0, le=1)], ...], Field(strict=False, min_length=1)] = (
        Field(default=(0, 1), description="Which of 0 and 1 count.")
    )
    threshold: float = Field(default=0.5, description="Outputs from it on count as 1; for raw outputs write 0.")

    @property
    def logits(self) -> bool:
        """Raw outputs are compared with a threshold of their own."""
        return "threshold" in self.model_fields_set


class Union(Metric):
    """What the intersections over unions of classes share."""

    greater_is_better = True
    reads = "scores"

    num_classes: Annotated[int, Field(ge=2)] = Field(description="Number of classes, that is of outputs.")
    ignore_class: int | None = Field(default=None, description="A class id that does not count.")
    axis: LastAxis = Field(default=-1, description="The axis of the classes: the last one.")

    def faults(self) -> Iterator[Fault]:
        """A class that is none of them."""
        greatest = max(getattr(self, "target_class_ids", (0,)))
        if greatest >= self.num_classes:
            message = f"there is no class {greatest} of {self.num_classes}"
            yield Fault("target_class_ids", message, f"count classes from 0 to {self.num_classes - 1}")

    def misfit(self, target: Target, units: int) -> str:
        """Classes that are not the outputs, or ids and rows confused."""
        if self.num_classes != units:
            return f"`num_classes` is {self.num_classes}, and there are {units} outputs"
        if getattr(self, "sparse_y_pred", False):
            return 'the outputs are a number for each class, not ids: write `"sparse_y_pred": false`'
        if getattr(self, "sparse_y_true", target == "labels") != (target == "labels"):
            return f'for {target} targets write `"sparse_y_true": {str(target == "labels").lower()}`'
        return ""


class IoU(Union):
    """`tp / (tp + fp + fn)`, the mean of that of some classes."""

    keras_name = "io_u"
    targets = ("labels", "one_hot")
    type: Literal["IoU"] = "IoU"
    target_class_ids: ClassIds = Field(description="Class ids that count.")
    sparse_y_true: bool = Field(default=True, description="Whether targets are class ids rather than one-hot rows.")
    sparse_y_pred: bool = Field(
        default=True, description="Whether outputs are class ids rather than a number for each."
    )


class MeanIoU(Union):
    """`tp / (tp + fp + fn)`, the mean of that of all classes."""

    keras_name = "mean_io_u"
    targets = ("labels", "one_hot")
    type: Literal["MeanIoU"] = "MeanIoU"
    sparse_y_true: bool = Field(default=True, description="Whether targets are class ids rather than one-hot rows.")
    sparse_y_pred: bool = Field(
        default=True, description="Whether outputs are class ids rather than a number for each."
    )


class OneHotIoU(Union):
    """`tp / (tp + fp + fn)`, the mean of that of some classes, for one-hot rows."""

    keras_name = "one_hot_io_u"
    targets = ("one_hot",)
    type: Literal["OneHotIoU"] = "OneHotIoU"
    target_class_ids: ClassIds = Field(description="Class ids that count.")
    sparse_y_pred: bool = Field(
        default=False, description="Whether outputs are class ids rather than a number for each."
    )


class OneHotMeanIoU(Union):
    """`tp / (tp + fp + fn)`, the mean of that of all classes, for one-hot rows."""

    keras_name = "one_hot_mean_io_u"
    targets = ("one_hot",)
    type: Literal["OneHotMeanIoU"] = "OneHotMeanIoU"
    sparse_y_pred: bool = Field(
        default=False, description="Whether outputs are class ids rather than a number for each."
    )
