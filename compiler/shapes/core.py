"""Dense layers, embeddings and masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ..plan import TensorType, Weight
from .rule import ShapeError, bias, keeps_shape, known, low_rank, shape_rule

if TYPE_CHECKING:
    from ...spec.layers.core import Embedding, Masking
    from ...spec.layers.dense import Dense

Typed: TypeAlias = tuple[TensorType, tuple[Weight, ...]]


@shape_rule("Dense", min_rank=2)
def dense(layer: Dense, x: TensorType) -> Typed:
    """`[batch, …, features] -> [batch, …, units]`."""
    *rest, features = x.dims
    features = known(features, "the length of the last axis")
    keeps_shape(layer.activation, "activation")
    kernel, *update = low_rank(layer, "kernel", "kernel_constraint", (features, layer.units))
    return x.to((*rest, layer.units)), (kernel, *bias(layer, layer.units), *update)


@shape_rule("Embedding", min_rank=2, keeps_rank=False, takes_mask=False, ids=True)
def embedding(layer: Embedding, x: TensorType) -> Typed:
    """`[batch, timesteps] -> [batch, timesteps, output_dim]`, masked where ids are 0 with `mask_zero`."""
    if x.dtype != "int32":
        raise ShapeError(
            "LC313",
            f"it reads ids, and the input is numbers {x}",
            help_=f'write `"input": {{ "timesteps": {x.dims[0] or "null"}, "vocabulary": {layer.input_dim} }}`',
        )
    table = low_rank(layer, "embeddings", "embeddings_constraint", (layer.input_dim, layer.output_dim))
    return x.to((*x.dims, layer.output_dim), masked=layer.mask_zero), tuple(table)


@shape_rule("Masking", min_rank=2)
def masking(_: Masking, x: TensorType) -> Typed:
    """`[batch, timesteps, features] -> [batch, timesteps, features]`, masked."""
    return x.to(x.dims, masked=True), ()
