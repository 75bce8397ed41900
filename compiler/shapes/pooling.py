"""Pooling along time."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ..plan import TensorType, Weight
from .convolution import number, remaining
from .rule import shape_rule

if TYPE_CHECKING:
    from ...spec.layers.pooling import GlobalPooling, MaxPooling1D

Typed: TypeAlias = tuple[TensorType, tuple[Weight, ...]]


@shape_rule("MaxPooling1D", ranks=(3,), takes_mask=False)
def max_pooling_1d(layer: MaxPooling1D, x: TensorType) -> Typed:
    """`[batch, timesteps, features] -> [batch, steps, features]`."""
    last = layer.data_format != "channels_first"
    timesteps, features = x.dims if last else reversed(x.dims)
    size = number(layer.pool_size)
    strides = size if layer.strides is None else number(layer.strides)
    steps = remaining(timesteps, size, strides, layer.padding, "pool_size")
    return x.to((steps, features) if last else (features, steps), masked=False), ()


@shape_rule("GlobalMaxPooling1D", ranks=(3,), keeps_rank=False, takes_mask=False)
@shape_rule("GlobalAveragePooling1D", ranks=(3,), keeps_rank=False)
def global_pooling(layer: GlobalPooling, x: TensorType) -> Typed:
    """`[batch, timesteps, features] -> [batch, features]`, or `[batch, 1, features]` with `keepdims`."""
    first = layer.data_format == "channels_first"
    features = x.dims[0] if first else x.dims[1]
    if layer.keepdims:
        return x.to((features, 1) if first else (1, features), masked=False), ()
    return x.to((features,), masked=False), ()
