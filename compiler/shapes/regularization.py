"""Layers that act in training alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..plan import TensorType, Weight
from .rule import ShapeError, shape_rule

if TYPE_CHECKING:
    from ...spec.layers.regularization import Dropout


@shape_rule("Dropout")
def dropout(layer: Dropout, x: TensorType) -> tuple[TensorType, tuple[Weight, ...]]:
    """`[batch, …] -> [batch, …]`."""
    if layer.noise_shape is not None:
        axes = (x.batch, *x.dims)
        fits = len(layer.noise_shape) == len(axes) and all(
            noise in (None, 1, axis) for noise, axis in zip(layer.noise_shape, axes, strict=True)
        )
        if not fits:
            raise ShapeError(
                "LC312",
                f"the noise shape {list(layer.noise_shape)} does not fit {x}",
                key="noise_shape",
                help_=f"{x.rank} entries, each the axis's own length, 1 or null",
            )
    return x, ()
