"""Layers that act in training alone."""

from typing import Annotated, Literal

from pydantic import Field

from ..base import Positive, Rate, Seed
from .base import Layer


class Dropout(Layer):
    """`[batch, …] -> [batch, …]`: sets a random share `rate` of its input to 0, and scales the rest up."""

    type: Literal["Dropout"] = "Dropout"
    rate: Rate = Field(description="Share of the values dropped in training, at least 0 and less than 1.")
    noise_shape: Annotated[tuple[Positive | None, ...], Field(strict=False)] | None = Field(
        default=None, description="Shape of the mask, one entry an axis, null for the axis's own length."
    )
    seed: Seed | None = Field(default=None, description="Seed; derived from `fit.seed` if null.")
