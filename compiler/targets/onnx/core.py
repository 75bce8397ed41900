"""Dense layers, embeddings, masks, activations, normalizations and what does nothing in inference."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import apply
from .graph import Graph, Value, Weights, lowering


@lowering("Dense")
def dense(g: Graph, layer: Any, x: Value, weights: Weights) -> Value:
    """`[batch, …, features] -> [batch, …, units]`."""
    kernel = _updated(layer, weights[0], weights[-2:])
    name = g.op("MatMul", x.name, g.const(kernel))
    if layer.use_bias:
        name = g.op("Add", name, g.const(weights[1]))
    return x.to(apply(g, layer.activation, name), (*x.type.dims[:-1], layer.units))


def _updated(layer: Any, matrix: NDArray[Any], update: Weights) -> NDArray[Any]:
    """The matrix with its low-rank update, where it has one; `lora_alpha` is forgotten when Keras builds a layer."""
    if not layer.lora_rank:
        return matrix
    updated: NDArray[Any] = matrix + update[0] @ update[1]
    return updated


@lowering("Embedding")
def embedding(g: Graph, layer: Any, x: Value, weights: Weights) -> Value:
    """`[batch, timesteps] -> [batch, timesteps, output_dim]`."""
    name = g.op("Gather", g.const(_updated(layer, weights[0], weights[-2:])), x.name)
    mask = g.op("Not", g.op("Equal", x.name, g.const(0, np.int32))) if layer.mask_zero else None
    return Value(name, x.type.to((*x.type.dims, layer.output_dim)), mask)


@lowering("Masking")
def masking(g: Graph, layer: Any, x: Value, _: Weights) -> Value:
    """The same values, zeros where masked."""
    other = g.op("Cast", g.op("Not", g.op("Equal", x.name, g.const(layer.mask_value))), to=7)
    found = g.op("ReduceMax", other, g.ints(-1), keepdims=1)
    values = g.op("Mul", x.name, g.op("Cast", found, to=1))
    mask = g.op("Cast", g.op("Squeeze", found, g.ints(-1)), to=9)
    return Value(values, x.type, mask)


@lowering("Activation")
def activation(g: Graph, layer: Any, x: Value, _: Weights) -> Value:
    """`[batch, …] -> [batch, …]`."""
    return x.to(apply(g, layer.activation, x.name))


@lowering("Dropout")
def dropout(_: Graph, __: Any, x: Value, ___: Weights) -> Value:
    """Acts in training alone."""
    return x


@lowering("BatchNormalization")
def batch_normalization(g: Graph, layer: Any, x: Value, weights: Weights) -> Value:
    """One factor and one offset for each feature, made of the moving averages."""
    given = [w.astype(np.float64) for w in weights]
    factor = given.pop(0) if layer.scale else np.ones_like(given[0])
    offset = given.pop(0) if layer.center else np.zeros_like(given[0])
    mean, variance = given[:2]
    factor = factor / np.sqrt(variance + layer.epsilon)
    shape = [1] * x.type.rank
    shape[layer.axis] = -1
    scaled = g.op("Mul", x.name, g.const(factor.reshape(shape)))
    return x.to(g.op("Add", scaled, g.const((offset - mean * factor).reshape(shape))))


@lowering("LayerNormalization")
def layer_normalization(g: Graph, layer: Any, x: Value, weights: Weights) -> Value:
    """Mean 0 and deviation 1 along the axes, then scaled and shifted."""
    rank = x.type.rank
    axes = sorted(axis % rank for axis in ((layer.axis,) if isinstance(layer.axis, int) else layer.axis))
    centred = g.op("Sub", x.name, g.op("ReduceMean", x.name, g.ints(*axes), keepdims=1))
    variance = g.op("ReduceMean", g.op("Mul", centred, centred), g.ints(*axes), keepdims=1)
    name = g.op("Div", centred, g.op("Sqrt", g.op("Add", variance, g.const(layer.epsilon))))
    given = list(weights)
    for is_used, kind in ((layer.scale, "Mul"), (layer.center, "Add")):
        if is_used:
            weight = given.pop(0)
            shape = [1] * rank
            for axis, length in zip(axes, weight.shape, strict=True):
                shape[axis] = length
            name = g.op(kind, name, g.const(weight.reshape(shape)))
    return x.to(name)
