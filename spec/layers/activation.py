"""Activations as layers of their own."""

from typing import Literal

from pydantic import Field

from .base import Activation_, Layer


class Activation(Layer):
    """`[batch, …] -> [batch, …]`: applies `activation` to every value."""

    type: Literal["Activation"] = "Activation"
    activation: Activation_ = Field(description="Name of the activation.")
