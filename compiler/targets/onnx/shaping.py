"""Layers that change the axes: reshaping, convolutions, pooling, and layers applied to every timestep."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...shapes import RULES
from ...shapes.convolution import number
from .activations import apply
from .graph import Graph, UnsupportedError, Value, Weights, lower, lowering


def _dims(layer: Any, x: Value) -> Any:
    """The type of the layer's output, by its shape rule."""
    return RULES[layer.type].infer(layer, x.type)[0]


@lowering("RepeatVector")
def repeat_vector(g: Graph, layer: Any, x: Value, _: Weights) -> Value:
    """`[batch, features] -> [batch, n, features]`."""
    name = g.op("Tile", g.op("Unsqueeze", x.name, g.ints(1)), g.ints(1, layer.n, 1))
    return Value(name, _dims(layer, x))


@lowering("Flatten")
def flatten(g: Graph, layer: Any, x: Value, _: Weights) -> Value:
    """`[batch, …] -> [batch, values]`; values of one place lie together, also where the features come first."""
    name = x.name
    if layer.data_format == "channels_first":
        name = g.transpose(name, 0, *range(2, x.type.rank), 1)
    return Value(g.op("Flatten", name, axis=1), _dims(layer, x))


@lowering("Reshape")
def reshape(g: Graph, layer: Any, x: Value, _: Weights) -> Value:
    """`[batch, …] -> [batch, *target_shape]`."""
    return Value(g.op("Reshape", x.name, g.ints(0, *layer.target_shape)), _dims(layer, x))


@lowering("Permute")
def permute(g: Graph, layer: Any, x: Value, _: Weights) -> Value:
    """`[batch, a, b] -> [batch, b, a]`."""
    return Value(g.transpose(x.name, 0, *layer.dims), _dims(layer, x))


@lowering("Conv1D")
def conv1d(g: Graph, layer: Any, x: Value, weights: Weights) -> Value:
    """`[batch, timesteps, features] -> [batch, steps, filters]`; ONNX has the features first."""
    last = layer.data_format != "channels_first"
    size, strides, dilation = (number(n) for n in (layer.kernel_size, layer.strides, layer.dilation_rate))
    attributes: dict[str, Any] = {"dilations": [dilation], "group": layer.groups, "strides": [strides]}
    added = (size - 1) * dilation
    match layer.padding:
        case "same" if dilation > 1:
            attributes["pads"] = [added // 2, added - added // 2]
        case "same":
            attributes["auto_pad"] = "SAME_UPPER"
        case "causal":
            attributes["pads"] = [added, 0]
    kernel = g.const(weights[0].transpose(2, 1, 0))
    bias = [g.const(weights[1])] if layer.use_bias else []
    name = g.op("Conv", g.transpose(x.name, 0, 2, 1) if last else x.name, kernel, *bias, **attributes)
    name = g.transpose(name, 0, 2, 1) if last else name
    return Value(apply(g, layer.activation, name), _dims(layer, x))


@lowering("MaxPooling1D")
def max_pooling_1d(g: Graph, layer: Any, x: Value, _: Weights) -> Value:
    """`[batch, timesteps, features] -> [batch, steps, features]`."""
    last = layer.data_format != "channels_first"
    size = number(layer.pool_size)
    strides = size if layer.strides is None else number(layer.strides)
    padding = {"auto_pad": "SAME_UPPER"} if layer.padding == "same" else {}
    name = g.transpose(x.name, 0, 2, 1) if last else x.name
    name = g.op("MaxPool", name, kernel_shape=[size], strides=[strides], **padding)
    return Value(g.transpose(name, 0, 2, 1) if last else name, _dims(layer, x))


@lowering("GlobalMaxPooling1D", "GlobalAveragePooling1D")
def global_pooling(g: Graph, layer: Any, x: Value, _: Weights) -> Value:
    """`[batch, timesteps, features] -> [batch, features]`, or `[batch, 1, features]` with `keepdims`."""
    axis = 2 if layer.data_format == "channels_first" else 1
    axes, keep = g.ints(axis), int(layer.keepdims)
    if layer.type == "GlobalMaxPooling1D":
        name = g.op("ReduceMax", x.name, axes, keepdims=keep)
    elif x.mask:
        counts = g.op("Unsqueeze", g.op("Cast", x.mask, to=1), g.ints(3 - axis))
        known = g.op("Where", g.op("Cast", counts, to=9), x.name, g.const(0.0))
        total, count = (g.op("ReduceSum", part, axes, keepdims=keep) for part in (known, counts))
        name = g.op("Div", total, count)
    else:
        name = g.op("ReduceMean", x.name, axes, keepdims=keep)
    return Value(name, _dims(layer, x))


@lowering("TimeDistributed")
def time_distributed(g: Graph, layer: Any, x: Value, weights: Weights) -> Value:
    """Timesteps are laid out as samples, go through the inner layer, and are put back."""
    inner = layer.layer
    if x.mask and inner.type in ("LSTM", "GRU", "SimpleRNN", "Bidirectional"):
        raise UnsupportedError("a mask of timesteps does not fit the sequences inside a TimeDistributed")
    _, *rest = x.type.dims
    if rest.count(None):
        raise UnsupportedError("TimeDistributed over axes of any length")
    samples = g.op("Reshape", x.name, g.ints(-1, *(dim or 0 for dim in rest)))
    within = Value(samples, replace(x.type, dims=tuple(rest), masked=False))
    result = lower(g, inner, within, weights)
    steps = g.op("Shape", x.name, start=0, end=2)
    shape = g.op("Concat", steps, g.op("Shape", result.name, start=1), axis=0)
    return Value(g.op("Reshape", result.name, shape), _dims(layer, x), x.mask)
