"""Normalizations."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ..plan import Dim, TensorType, Weight
from .rule import ShapeError, known, shape_rule

if TYPE_CHECKING:
    from ...spec.layers.normalization import BatchNormalization, LayerNormalization, Normalized

NORMALISED = "the length of the axis that is normalised"
Typed: TypeAlias = tuple[TensorType, tuple[Weight, ...]]


@shape_rule("BatchNormalization", min_rank=2)
def batch_normalization(layer: BatchNormalization, x: TensorType) -> Typed:
    """`[batch, …] -> [batch, …]`."""
    shape = (known(_length(layer.axis, x), NORMALISED),)
    averages = ["moving_mean", "moving_variance"]
    if layer.renorm:
        averages += ["moving_stddev", "renorm_mean", "renorm_stddev"]
    _check_clipping(layer)
    fixed = (Weight(name, shape, trainable=False) for name in averages)
    return x.to(x.dims), (*_affine(layer, shape), *fixed)


@shape_rule("LayerNormalization", min_rank=2)
def layer_normalization(layer: LayerNormalization, x: TensorType) -> Typed:
    """`[batch, …, features] -> [batch, …, features]`."""
    axes = (layer.axis,) if isinstance(layer.axis, int) else tuple(sorted(layer.axis))
    lengths = [_length(axis, x) for axis in axes]
    if len({axis % x.rank for axis in axes}) != len(axes):
        raise ShapeError("LC317", f"{list(axes)} names an axis of {x} twice", key="axis")
    if not (layer.scale or layer.center):
        return x.to(x.dims), ()
    return x.to(x.dims), tuple(_affine(layer, tuple(known(length, NORMALISED) for length in lengths)))


def _affine(layer: Normalized, shape: tuple[int, ...]) -> list[Weight]:
    used = (("gamma", layer.scale), ("beta", layer.center))
    return [Weight(name, shape, layer.trainable) for name, is_used in used if is_used]


def _length(axis: int, x: TensorType) -> Dim:
    if axis == 0 or not -x.rank < axis < x.rank:
        raise ShapeError(
            "LC317",
            f"the axis {axis} is none of {x}",
            key="axis",
            help_="-1 is the last axis, that of the features; the batch, 0, cannot be normalised",
        )
    return x.dims[axis - 1 if axis > 0 else axis]


def _check_clipping(layer: BatchNormalization) -> None:
    clipping = layer.renorm_clipping
    if clipping is None:
        return
    if not layer.renorm:
        raise ShapeError("LC210", "`renorm_clipping` means nothing without `renorm`", key="renorm_clipping")
    if clipping.rmin and clipping.rmax and clipping.rmax < clipping.rmin:
        raise ShapeError("LC210", "`rmax` is less than `rmin`", path=("renorm_clipping", "rmax"))
