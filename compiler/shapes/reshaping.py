"""Layers that change the axes and keep the values."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, TypeAlias

from ..plan import Dim, TensorType, Weight
from .rule import ShapeError, shape_rule

if TYPE_CHECKING:
    from ...spec.layers.reshaping import Flatten, Permute, RepeatVector, Reshape

Typed: TypeAlias = tuple[TensorType, tuple[Weight, ...]]


@shape_rule("RepeatVector", ranks=(2,), keeps_rank=False, takes_mask=False)
def repeat_vector(layer: RepeatVector, x: TensorType) -> Typed:
    """`[batch, features] -> [batch, n, features]`."""
    return x.to((layer.n, *x.dims), masked=False, dtype=x.dtype), ()


@shape_rule("Flatten", keeps_rank=False, takes_mask=False)
def flatten(_: Flatten, x: TensorType) -> Typed:
    """`[batch, …] -> [batch, values]`."""
    lengths = [dim for dim in x.dims if dim is not None]
    length = prod(lengths) if len(lengths) == len(x.dims) else None
    return x.to((length,), masked=False, dtype=x.dtype), ()


@shape_rule("Reshape", keeps_rank=False, takes_mask=False)
def reshape(layer: Reshape, x: TensorType) -> Typed:
    """`[batch, …] -> [batch, *target_shape]`."""
    target, free = layer.target_shape, layer.target_shape.count(-1)
    if free > 1:
        raise ShapeError("LC314", "only one axis can be -1, for what is left", key="target_shape")
    fixed = prod(dim for dim in target if dim != -1)
    dims: tuple[Dim, ...] = tuple(None if dim == -1 else dim for dim in target)
    if None not in x.dims:
        left = x.size // fixed if fixed else 0
        if not fixed or (left * fixed != x.size) or (not free and fixed != x.size):
            raise ShapeError(
                "LC314",
                f"{x} has {x.size} values a sample, which do not make {list(target)}",
                key="target_shape",
                help_=f"give axes whose product is {x.size}",
            )
        dims = tuple(left if dim == -1 else dim for dim in target)
    return x.to(dims, masked=False, dtype=x.dtype), ()


def _permuted(layer: Permute) -> tuple[int, ...]:
    return (len(layer.dims) + 1,)


@shape_rule("Permute", ranks=_permuted, takes_mask=False)
def permute(layer: Permute, x: TensorType) -> Typed:
    """`[batch, a, b] -> [batch, b, a]`."""
    if sorted(layer.dims) != list(range(1, len(layer.dims) + 1)):
        raise ShapeError(
            "LC314",
            f"{list(layer.dims)} is no order of the axes 1 to {len(x.dims)}",
            key="dims",
            help_="name each axis once, counted from 1 without the batch",
        )
    return x.to(tuple(x.dims[axis - 1] for axis in layer.dims), masked=False, dtype=x.dtype), ()
