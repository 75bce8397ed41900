"""Activations as layers of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..plan import TensorType, Weight
from .rule import keeps_shape, shape_rule

if TYPE_CHECKING:
    from ...spec.layers.activation import Activation


@shape_rule("Activation")
def activation(layer: Activation, x: TensorType) -> tuple[TensorType, tuple[Weight, ...]]:
    """`[batch, …] -> [batch, …]`."""
    keeps_shape(layer.activation, "activation")
    return x, ()
