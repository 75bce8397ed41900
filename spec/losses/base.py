"""What losses share: what they are trained on, and what outputs they read."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from ..base import Exactly, Name, Tagged

Reduction: TypeAlias = Literal["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight"]
#: What the target looks like: floats of the output's shape, 0 or 1, class ids, one-hot rows, rows of 0 and 1.
Target: TypeAlias = Literal["values", "binary", "labels", "one_hot", "multilabel"]
LastAxis: TypeAlias = Annotated[Literal[-1], Exactly()]


class Loss(Tagged):
    """What all losses share.

    Attributes:
        keras_name: the name that Keras gives the function.
        targets: the kinds of target that it can be trained on; the first is meant where nothing else says.
        reads: what the outputs have to be: any `values`, values that are `positive`, `probabilities`, a
            `distribution` over the classes, `margins` whose sign tells the class, or `scores` of the classes.
        least_units: least number of outputs over which it means something.
    """

    keras_name: ClassVar[str]
    targets: ClassVar[tuple[Target, ...]]
    reads: ClassVar[Literal["values", "positive", "probabilities", "distribution", "margins", "scores"]] = "values"
    least_units: ClassVar[int] = 1

    reduction: Reduction = Field(
        default="sum_over_batch_size",
        description="How the samples' losses are combined: their mean, their sum, or the mean by sample weights.",
    )
    name: Name | None = Field(default=None, description="Name of the loss; Keras's own if null.")

    @property
    def logits(self) -> bool:
        """Whether it asks for raw outputs, and makes probabilities of them itself."""
        return bool(getattr(self, "from_logits", False))
