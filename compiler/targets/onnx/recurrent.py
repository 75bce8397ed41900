"""Recurrent layers: Keras's weights in the order of ONNX's gates, and Keras's masks by moving steps to the front.

ONNX's `sequence_lens` covers padding on the right alone. So the steps that count are moved to the front, and each
step's output is that of the last step that counted, as Keras has it: zeros before the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...plan import Dim
from .activations import RECURRENT
from .graph import Graph, UnsupportedError, Value, Weights, lowering

#: Keras's gates, by their place in ONNX: i, f, c, o becomes i, o, f, c; GRU has z, r, h in both.
GATES: Mapping[str, tuple[int, ...]] = {"LSTM": (0, 3, 1, 2), "GRU": (0, 1, 2), "SimpleRNN": (0,)}
OPERATORS = {"LSTM": "LSTM", "GRU": "GRU", "SimpleRNN": "RNN"}


@lowering("LSTM", "GRU", "SimpleRNN")
def recurrent(g: Graph, layer: Any, x: Value, weights: Weights) -> Value:
    """`[batch, timesteps, features] -> [batch, units]`, or `[batch, timesteps, units]`."""
    timesteps = x.type.dims[0]
    if x.mask:
        name = _masked(g, layer, x, weights)
    elif layer.return_sequences:
        outputs = _run(g, (layer,), g.transpose(x.name, 1, 0, 2), [weights])[0]
        outputs = g.op("Squeeze", outputs, g.ints(1))
        name = g.transpose(outputs if not layer.go_backwards else g.reversed(outputs, 0), 1, 0, 2)
    else:
        name = g.op("Squeeze", _run(g, (layer,), g.transpose(x.name, 1, 0, 2), [weights])[1], g.ints(0))
    return _value(x, name, layer, timesteps, layer.units)


def _value(x: Value, name: str, layer: Any, timesteps: Dim, width: int) -> Value:
    if layer.return_sequences:
        return x.to(name, (timesteps, width))
    return Value(name, x.type.to((width,), masked=False))


def _run(g: Graph, layers: tuple[Any, ...], x: str, weights: list[Weights], lengths: str = "") -> list[str]:
    """All outputs `[timesteps, directions, batch, units]`, and the last ones `[directions, batch, units]`."""
    first = layers[0]
    packed = [_packed(layer, own) for layer, own in zip(layers, weights, strict=True)]
    kernel, state, bias = (np.stack(part) for part in zip(*packed, strict=True))
    names = [activation for layer in layers for activation in _activations(layer)]
    directions = "bidirectional" if len(layers) == 2 else "reverse" if first.go_backwards and not lengths else "forward"
    attributes: dict[str, Any] = {
        "hidden_size": first.units,
        "direction": directions,
        "activations": [RECURRENT[name][0] for name in names],
        "activation_alpha": [alpha for name in names for alpha in RECURRENT[name][1]],
        "activation_beta": [beta for name in names for beta in RECURRENT[name][2]],
    }
    if first.type == "GRU":
        attributes["linear_before_reset"] = int(first.reset_after)
    attributes = {key: value for key, value in attributes.items() if value != []}
    inputs = [x, g.const(kernel), g.const(state), g.const(bias), *([lengths] if lengths else [])]
    return g.ops(OPERATORS[first.type], *inputs, count=2, **attributes)


def _activations(layer: Any) -> list[str]:
    cell = layer.activation or "linear"
    gates = getattr(layer, "recurrent_activation", None) or "linear"
    names = {"LSTM": [gates, cell, cell], "GRU": [gates, cell], "SimpleRNN": [cell]}[layer.type]
    for name in names:
        if name not in RECURRENT:
            raise UnsupportedError(f"ONNX's {OPERATORS[layer.type]} does not know the activation `{name}`")
    return names


def _packed(layer: Any, weights: Weights) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """`W` `[gates · units, features]`, `R` `[gates · units, units]` and `B` `[2 · gates · units]`, as ONNX has them."""
    gates = GATES[layer.type]
    kernel, state = (_by_gate(weight, gates).T for weight in weights[:2])
    width = len(gates) * layer.units
    bias = np.zeros((2, width), np.float32)
    if layer.use_bias:
        given = weights[2]
        if given.ndim == 2:
            bias = np.stack([_by_gate(row, gates) for row in given])
        else:
            bias[0] = _by_gate(given, gates)
    return kernel, state, bias.reshape(-1)


def _by_gate(weight: NDArray[Any], gates: tuple[int, ...]) -> NDArray[Any]:
    blocks = np.split(weight, len(gates), axis=-1)
    return np.concatenate([blocks[gate] for gate in gates], axis=-1)


def _masked(g: Graph, layer: Any, x: Value, weights: Weights, *, zeros: bool = False) -> str:
    """The layer's output with the steps skipped that do not count; `zeros` are given for them rather than repeats."""
    assert x.mask is not None
    values, mask = x.name, x.mask
    if layer.go_backwards:
        values, mask = g.reversed(values, 1), g.reversed(mask, 1)
    count = g.op("CumSum", g.op("Cast", mask, to=7), g.const(1, np.int64))
    total = g.op("ReduceMax", count, g.ints(1), keepdims=0)
    moved = g.transpose(_to_front(g, values, mask), 1, 0, 2)
    lengths = g.op("Cast", g.op("Max", total, g.const(1, np.int64)), to=6)
    outputs = g.op("Squeeze", _run(g, (layer,), moved, [weights], lengths)[0], g.ints(1))
    outputs = g.transpose(outputs, 1, 0, 2)
    nothing = g.op("Mul", g.op("Slice", outputs, g.ints(0), g.ints(1), g.ints(1)), g.const(0.0))
    outputs = g.op("Concat", nothing, outputs, axis=1)
    if not layer.return_sequences:
        return g.op("Squeeze", _taken(g, outputs, g.op("Unsqueeze", total, g.ints(1))), g.ints(1))
    sequence = _taken(g, outputs, count)
    if zeros:
        mask = x.mask if layer.unroll else mask  # an unrolled layer of Keras looks at the mask from its start
        sequence = g.op("Mul", sequence, g.op("Unsqueeze", g.op("Cast", mask, to=1), g.ints(2)))
    return sequence


def _to_front(g: Graph, x: str, mask: str) -> str:
    """The steps that count first, in their order, then the others."""
    steps = g.op("Cast", mask, to=7)
    length = g.op("Shape", mask, start=1, end=2)
    place = g.op("CumSum", g.op("Expand", g.const(1, np.int64), g.op("Shape", mask)), g.const(1, np.int64))
    key = g.op("Sub", g.op("Mul", steps, g.op("Mul", g.const(2, np.int64), length)), place)
    _, order = g.ops("TopK", key, length, count=2, axis=1, largest=1, sorted=1)
    return _taken(g, x, order)


def _taken(g: Graph, x: str, steps: str) -> str:
    """`[batch, k, units]`: of `x` `[batch, timesteps, units]` the steps `[batch, k]` of each sample."""
    return g.op("GatherND", x, g.op("Unsqueeze", steps, g.ints(2)), batch_dims=1)


@lowering("Bidirectional")
def bidirectional(g: Graph, layer: Any, x: Value, weights: Weights) -> Value:
    """Both directions, merged; as one operator where they are alike and nothing is masked."""
    forward: Any = layer.layer
    backward: Any = layer.backward_layer or forward.model_copy(update={"go_backwards": True})
    half = 3 if forward.use_bias else 2
    parts = [weights[:half], weights[half:]]
    alike = all(getattr(forward, key, None) == getattr(backward, key, None) for key in ("type", "units", "reset_after"))
    sequence, timesteps = forward.return_sequences, x.type.dims[0]
    if alike and not x.mask and not forward.go_backwards:
        outputs, last = _run(g, (forward, backward), g.transpose(x.name, 1, 0, 2), parts)
        both = g.transpose(outputs, 1, 2, 0, 3) if sequence else last
        one, other = (g.op("Squeeze", part, g.ints(0)) for part in g.ops("Split", both, count=2, axis=0, num_outputs=2))
    elif x.mask:
        one = _masked(g, forward, x, parts[0], zeros=sequence)
        other = _masked(g, backward, x, parts[1], zeros=sequence)
        other = g.reversed(other, 1) if sequence else other
    else:
        one = recurrent(g, forward, x, parts[0]).name
        other = recurrent(g, backward, x, parts[1]).name
        other = g.reversed(other, 1) if sequence else other
    width = forward.units * (2 if layer.merge_mode == "concat" else 1)
    return _value(x, _merged(g, layer.merge_mode, one, other), forward, timesteps, width)


def _merged(g: Graph, mode: str, one: str, other: str) -> str:
    match mode:
        case "sum":
            return g.op("Add", one, other)
        case "mul":
            return g.op("Mul", one, other)
        case "ave":
            return g.op("Mul", g.op("Add", one, other), g.const(0.5))
    return g.op("Concat", one, other, axis=-1)
