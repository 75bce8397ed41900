"""The area under a curve over all thresholds."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from ..base import Fault, NonNegativeFloat, Positive
from ..losses.base import Target
from .base import Metric, Share


class AUC(Metric):
    """Area under the curve of true against false positives (ROC), or of precision against recall (PR)."""

    keras_name = "auc"
    targets = ("binary", "multilabel", "one_hot")
    greater_is_better = True
    reads = "probabilities"
    type: Literal["AUC"] = "AUC"
    num_thresholds: Annotated[int, Field(ge=2)] = Field(
        default=200,
        description="Number of points of the curve. Left out, training uses 200, as Keras does, and an evaluation every"
        " distinct prediction, as scikit-learn does.",
    )
    curve: Literal["ROC", "PR"] = Field(default="ROC", description="The curve.")
    summation_method: Literal["interpolation", "minoring", "majoring"] = Field(
        default="interpolation", description="How the area between two points is taken."
    )
    thresholds: Annotated[tuple[Share, ...], Field(strict=False, min_length=1)] | None = Field(
        default=None, description="Thresholds of the points, in place of `num_thresholds`."
    )
    multi_label: bool = Field(default=False, description="Whether areas of the outputs are averaged, not all in one.")
    num_labels: Positive | None = Field(default=None, description="Number of outputs, with `multi_label`.")
    label_weights: Annotated[tuple[NonNegativeFloat, ...], Field(strict=False, min_length=1)] | None = Field(
        default=None, description="Weight of each output; all the same if null."
    )
    from_logits: bool = Field(default=False, description="Whether the outputs are logits rather than probabilities.")

    def faults(self) -> Iterator[Fault]:
        """A number of outputs that is not asked for; thresholds where Keras fails with them."""
        if self.num_labels is not None and not self.multi_label:
            message = "without `multi_label` there is one curve for all outputs, and `num_labels` has no effect"
            yield Fault("num_labels", message, "set `multi_label` to true, or leave `num_labels` out", "LC210")
        if self.multi_label and self.thresholds is not None:
            message = "Keras cannot draw a curve for each output at thresholds of one's own"
            yield Fault("thresholds", message, "leave `thresholds` or `multi_label` out", "LC210")

    @property
    def rank(self) -> int | None:
        """One row of outputs for each sample, where each output has a curve."""
        return 2 if self.multi_label else None

    def misfit(self, _target: Target, units: int) -> str:
        """Other numbers of outputs than there are."""
        if self.num_labels not in (None, units):
            return f"`num_labels` is {self.num_labels}, and there are {units} outputs"
        if self.label_weights is not None and len(self.label_weights) != units:
            return f"`label_weights` has {len(self.label_weights)} weights, and there are {units} outputs"
        return ""
