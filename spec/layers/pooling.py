"""Pooling along time."""

from typing import Literal, TypeAlias

from pydantic import Field

from .base import Layer, One

DataFormat: TypeAlias = Literal["channels_last", "channels_first"]


class MaxPooling1D(Layer):
    """`[batch, timesteps, features] -> [batch, steps, features]`: the greatest value of each run of `pool_size`."""

    type: Literal["MaxPooling1D"] = "MaxPooling1D"
    pool_size: One = Field(default=2, description="Timesteps in a run.")
    strides: One | None = Field(default=None, description="Timesteps from one run to the next; `pool_size` if null.")
    padding: Literal["valid", "same"] = Field(default="valid", description="None, or as much as fills the last run.")
    data_format: DataFormat | None = Field(default=None, description="Where the features are; last if null.")


class GlobalPooling(Layer):
    """What poolings over all timesteps share."""

    data_format: DataFormat | None = Field(default=None, description="Where the features are; last if null.")
    keepdims: bool = Field(default=False, description="Whether the axis of timesteps is kept, with length 1.")


class GlobalAveragePooling1D(GlobalPooling):
    """`[batch, timesteps, features] -> [batch, features]`: the mean over the timesteps that are not masked."""

    type: Literal["GlobalAveragePooling1D"] = "GlobalAveragePooling1D"


class GlobalMaxPooling1D(GlobalPooling):
    """`[batch, timesteps, features] -> [batch, features]`: the greatest value over the timesteps."""

    type: Literal["GlobalMaxPooling1D"] = "GlobalMaxPooling1D"
