"""Losses of classifiers with a margin."""

from typing import Literal

from .base import Loss


class Hinge(Loss):
    """`mean(max(1 - y · ŷ, 0))`, for labels -1 and 1; 0 and 1 are taken for them."""

    keras_name = "hinge"
    targets = ("values", "binary", "multilabel")
    reads = "margins"
    type: Literal["Hinge"] = "Hinge"


class SquaredHinge(Loss):
    """`mean(max(1 - y · ŷ, 0)²)`, for labels -1 and 1; 0 and 1 are taken for them."""

    keras_name = "squared_hinge"
    targets = ("values", "binary", "multilabel")
    reads = "margins"
    type: Literal["SquaredHinge"] = "SquaredHinge"


class CategoricalHinge(Loss):
    """`max(1 + greatest other ŷ - ŷ of the class, 0)`, for one-hot rows."""

    keras_name = "categorical_hinge"
    targets = ("one_hot",)
    reads = "scores"
    least_units = 2
    type: Literal["CategoricalHinge"] = "CategoricalHinge"
