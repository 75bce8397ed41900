"""Regularizers: penalties that keep weights small."""

from typing import Literal

from pydantic import Field

from ..base import NonNegativeFloat, Tagged


class L1(Tagged):
    """Adds `l1 · Σ|w|` to the loss."""

    type: Literal["L1"] = "L1"
    l1: NonNegativeFloat = Field(default=0.01, description="Factor of the sum of absolute values.")


class L2(Tagged):
    """Adds `l2 · Σw²` to the loss."""

    type: Literal["L2"] = "L2"
    l2: NonNegativeFloat = Field(default=0.01, description="Factor of the sum of squares.")


class L1L2(Tagged):
    """Adds `l1 · Σ|w| + l2 · Σw²` to the loss."""

    type: Literal["L1L2"] = "L1L2"
    l1: NonNegativeFloat = Field(default=0.0, description="Factor of the sum of absolute values.")
    l2: NonNegativeFloat = Field(default=0.0, description="Factor of the sum of squares.")


class OrthogonalRegularizer(Tagged):
    """Encourages the rows or columns of a matrix to be orthogonal to each other."""

    type: Literal["OrthogonalRegularizer"] = "OrthogonalRegularizer"
    factor: NonNegativeFloat = Field(default=0.01, description="Strength of the penalty.")
    mode: Literal["rows", "columns"] = Field(default="rows", description="What is kept orthogonal.")
