"""Layers that change the axes and keep the values."""

from typing import Annotated, Literal

from pydantic import Field

from ..base import Positive
from .base import Layer


class RepeatVector(Layer):
    """`[batch, features] -> [batch, n, features]`: repeats its input `n` times."""

    type: Literal["RepeatVector"] = "RepeatVector"
    n: Positive = Field(description="How many times the vector is repeated.")


class Flatten(Layer):
    """`[batch, …] -> [batch, values]`: all axes as one."""

    type: Literal["Flatten"] = "Flatten"
    data_format: Literal["channels_last", "channels_first"] | None = Field(
        default=None, description="Where the features are; last if null."
    )


class Reshape(Layer):
    """`[batch, …] -> [batch, *target_shape]`: the same values on other axes."""

    type: Literal["Reshape"] = "Reshape"
    target_shape: Annotated[
        tuple[Annotated[int, Field(ge=-1)], ...], Field(strict=False, min_length=1, max_length=5)
    ] = Field(description="The axes without the batch; one of them may be -1, for what is left.")


class Permute(Layer):
    """`[batch, a, b] -> [batch, b, a]`: the axes in another order."""

    type: Literal["Permute"] = "Permute"
    dims: Annotated[tuple[Positive, ...], Field(strict=False, min_length=1, max_length=5)] = Field(
        description="The axes in their new order, counted from 1 without the batch."
    )
