"""Crossentropies and hinges, reported beside another loss."""

from typing import Literal

from pydantic import Field

from ..losses.base import LastAxis
from .base import Metric, Share


class Crossentropy(Metric):
    """What the crossentropies share."""

    reads = "probabilities"

    from_logits: bool = Field(default=False, description="Whether the outputs are logits rather than probabilities.")


class BinaryCrossentropy(Crossentropy):
    """`-mean(y · log ŷ + (1 - y) · log(1 - ŷ))`, for labels 0 and 1."""

    keras_name = "binary_crossentropy"
    targets = ("binary", "multilabel")
    type: Literal["BinaryCrossentropy"] = "BinaryCrossentropy"
    label_smoothing: Share = Field(default=0.0, description="Share of each label that is spread over both.")


class CategoricalCrossentropy(Crossentropy):
    """`-Σ y · log ŷ`, for one-hot rows."""

    keras_name = "categorical_crossentropy"
    targets = ("one_hot",)
    type: Literal["CategoricalCrossentropy"] = "CategoricalCrossentropy"
    label_smoothing: Share = Field(default=0.0, description="Share of each label that is spread over all classes.")
    axis: LastAxis = Field(default=-1, description="The axis of the classes: the last one.")


class SparseCategoricalCrossentropy(Crossentropy):
    """`-log ŷ[y]`, for class ids."""

    keras_name = "sparse_categorical_crossentropy"
    targets = ("labels",)
    type: Literal["SparseCategoricalCrossentropy"] = "SparseCategoricalCrossentropy"
    ignore_class: int | None = Field(default=None, description="A class id that does not count.")
    axis: LastAxis = Field(default=-1, description="The axis of the classes: the last one.")


class Hinge(Metric):
    """`mean(max(1 - y · ŷ, 0))`, for labels -1 and 1; 0 and 1 are taken for them."""

    keras_name = "hinge"
    targets = ("values", "binary", "multilabel")
    reads = "scores"
    type: Literal["Hinge"] = "Hinge"


class SquaredHinge(Metric):
    """`mean(max(1 - y · ŷ, 0)²)`, for labels -1 and 1; 0 and 1 are taken for them."""

    keras_name = "squared_hinge"
    targets = ("values", "binary", "multilabel")
    reads = "scores"
    type: Literal["SquaredHinge"] = "SquaredHinge"


class CategoricalHinge(Metric):
    """`max(1 + greatest other ŷ - ŷ of the class, 0)`, for one-hot rows."""

    keras_name = "categorical_hinge"
    targets = ("one_hot",)
    reads = "scores"
    type: Literal["CategoricalHinge"] = "CategoricalHinge"
