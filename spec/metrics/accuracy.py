"""Shares of right answers."""

from typing import Literal

from pydantic import Field

from ..base import Positive
from ..losses.base import Target
from .base import Metric


class AnyAccuracy(Metric):
    """Share of right answers: binary, categorical or sparse categorical, as the loss has it."""

    keras_name = "accuracy"
    targets = ("binary", "multilabel", "one_hot", "labels")
    greater_is_better = True
    type: Literal["accuracy"] = "accuracy"


#: The metric under its type.
accuracy = AnyAccuracy


class Accuracy(Metric):
    """Share of outputs that are exactly equal to the target: of real numbers none ever is."""

    keras_name = "accuracy"
    targets = ()
    greater_is_better = True
    type: Literal["Accuracy"] = "Accuracy"


class BinaryAccuracy(Metric):
    """Share of values on the right side of `threshold`."""

    keras_name = "binary_accuracy"
    targets = ("binary", "multilabel")
    greater_is_better = True
    reads = "probabilities"
    type: Literal["BinaryAccuracy"] = "BinaryAccuracy"
    threshold: float = Field(default=0.5, description="Outputs above it count as 1; for raw outputs write 0.")

    @property
    def logits(self) -> bool:
        """Raw outputs are compared with a threshold of their own."""
        return "threshold" in self.model_fields_set


class CategoricalAccuracy(Metric):
    """Share of samples whose greatest output is the one-hot class."""

    keras_name = "categorical_accuracy"
    targets = ("one_hot",)
    greater_is_better = True
    reads = "scores"
    type: Literal["CategoricalAccuracy"] = "CategoricalAccuracy"


class SparseCategoricalAccuracy(Metric):
    """Share of samples whose greatest output is the class id."""

    keras_name = "sparse_categorical_accuracy"
    targets = ("labels",)
    greater_is_better = True
    reads = "scores"
    type: Literal["SparseCategoricalAccuracy"] = "SparseCategoricalAccuracy"


class TopK(Metric):
    """What the metrics share that look at the greatest outputs."""

    greater_is_better = True
    reads = "scores"

    k: Positive = Field(default=5, description="How many of the greatest outputs count as an answer.")

    def misfit(self, _target: Target, units: int) -> str:
        """All outputs are among the greatest where there are no more of them."""
        return f"the class is always among the {self.k} greatest of {units} outputs" if self.k >= units else ""


class TopKCategoricalAccuracy(TopK):
    """Share of samples whose one-hot class is among the `k` greatest outputs."""

    keras_name = "top_k_categorical_accuracy"
    targets = ("one_hot",)
    type: Literal["TopKCategoricalAccuracy"] = "TopKCategoricalAccuracy"


class SparseTopKCategoricalAccuracy(TopK):
    """Share of samples whose class id is among the `k` greatest outputs."""

    keras_name = "sparse_top_k_categorical_accuracy"
    targets = ("labels",)
    type: Literal["SparseTopKCategoricalAccuracy"] = "SparseTopKCategoricalAccuracy"
    from_sorted_ids: Literal[False] = Field(
        default=False, description="False: outputs are a number for each class, not ids in order."
    )
