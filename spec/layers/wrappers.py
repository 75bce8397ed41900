"""Layers that hold another layer."""

from typing import Literal

from pydantic import Field

from . import AnyLayer
from .base import Layer


class Bidirectional(Layer):
    """`[batch, timesteps, features] -> [batch, 2 · units]`, or a sequence: reads it from both ends."""

    type: Literal["Bidirectional"] = "Bidirectional"
    layer: AnyLayer = Field(description="The recurrent layer that reads forwards.")
    merge_mode: Literal["concat", "sum", "mul", "ave"] | None = Field(
        default="concat", description="How both outputs become one; a Sequential cannot pass on two."
    )
    backward_layer: AnyLayer | None = Field(
        default=None, description="The one that reads backwards; as `layer`, with weights of its own, if null."
    )


class TimeDistributed(Layer):
    """`[batch, timesteps, …] -> [batch, timesteps, …]`: applies `layer` to every timestep."""

    type: Literal["TimeDistributed"] = "TimeDistributed"
    layer: AnyLayer = Field(description="The layer that is applied.")
