"""Crossentropies."""

from typing import Annotated, Literal

from pydantic import Field

from .base import Loss
from .crossentropy import Crossentropy, SmoothedCrossentropy


class BinaryCrossentropy(SmoothedCrossentropy):
    """`-mean(y · log ŷ + (1 - y) · log(1 - ŷ))`, for labels 0 and 1."""

    keras_name = "binary_crossentropy"
    targets = ("binary", "multilabel")
    reads = "probabilities"
    type: Literal["BinaryCrossentropy"] = "BinaryCrossentropy"


class CategoricalCrossentropy(SmoothedCrossentropy):
    """`-Σ y · log ŷ`, for one-hot rows."""

    keras_name = "categorical_crossentropy"
    targets = ("one_hot",)
    reads = "distribution"
    least_units = 2
    type: Literal["CategoricalCrossentropy"] = "CategoricalCrossentropy"


class SparseCategoricalCrossentropy(Crossentropy):
    """`-log ŷ[y]`, for class ids."""

    keras_name = "sparse_categorical_crossentropy"
    targets = ("labels",)
    reads = "distribution"
    least_units = 2
    type: Literal["SparseCategoricalCrossentropy"] = "SparseCategoricalCrossentropy"
    ignore_class: int | None = Field(default=None, description="A class id that does not count.")


class AnyCrossentropy(Loss):
    """The crossentropy that fits: binary for one unit, else sparse for class ids and categorical for one-hot rows."""

    keras_name = "crossentropy"
    targets = ("binary", "labels", "one_hot", "multilabel")
    type: Literal["crossentropy"] = "crossentropy"


#: The loss under its type.
crossentropy = AnyCrossentropy


class CategoricalGeneralizedCrossEntropy(Loss):
    """`(1 - ŷ[y] ^ q) / q`, for class ids of which some are wrong (Zhang and Sabuncu, 2018)."""

    keras_name = "categorical_generalized_cross_entropy"
    targets = ("labels",)
    reads = "distribution"
    least_units = 2
    type: Literal["CategoricalGeneralizedCrossEntropy"] = "CategoricalGeneralizedCrossEntropy"
    q: Annotated[float, Field(gt=0.0, lt=1.0)] = Field(
        default=0.5, description="Robustness: near 0 it is the crossentropy, near 1 the absolute error."
    )
