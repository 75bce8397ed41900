"""Stock Keras layers run by the scheduled kernels; `compiler.kernels` says which ones these cover."""

from __future__ import annotations

from typing import Any

from ....compiler.kernels import batch_innermost
from . import narrow
from .gru import gru
from .lstm import lstm
from .scan import Tensor


def run(layer: Any, x: Tensor) -> Tensor:
    """`[batch, timesteps, features] -> [batch, timesteps, units]`, or `[batch, units]`: what `layer(x)` gives."""
    import tensorflow as tf

    mask = getattr(x, "_keras_mask", None)
    steps = tf.transpose(x, (1, 0, 2))
    counts = None if mask is None else tf.cast(tf.transpose(mask)[:, :, None], x.dtype)
    if type(layer).__name__ == "Bidirectional":
        out, sequences = _both(layer, steps, counts), layer.return_sequences
    else:
        out, sequences = _one(layer, steps, counts), layer.return_sequences
    if not sequences:
        return out
    out = tf.transpose(out, (1, 0, 2))
    if mask is not None:
        out._keras_mask = mask
    return out


def _one(layer: Any, x: Tensor, mask: Tensor | None) -> Tensor:
    """Time first; in the order in which the layer reads."""
    if layer.go_backwards:
        x, mask = x[::-1], None if mask is None else mask[::-1]
    out = _RUNS[type(layer).__name__](layer, x, mask)
    zeroed = layer.return_sequences and mask is not None and layer.zero_output_for_mask
    return out * mask if zeroed else out


def _both(layer: Any, x: Tensor, mask: Tensor | None) -> Tensor:
    """The outputs of both directions, merged."""
    import tensorflow as tf

    forward, backward = _one(layer.forward_layer, x, mask), _one(layer.backward_layer, x, mask)
    if layer.return_sequences:
        backward = backward[::-1]
    merges = {
        "concat": lambda: tf.concat([forward, backward], -1),
        "sum": lambda: forward + backward,
        "ave": lambda: (forward + backward) / 2,
        "mul": lambda: forward * backward,
    }
    return merges[layer.merge_mode]()


def _lstm(layer: Any, x: Tensor, mask: Tensor | None) -> Tensor:
    import tensorflow as tf

    cell = layer.cell
    bias = tf.convert_to_tensor(cell.bias) if cell.use_bias else tf.zeros(4 * layer.units, x.dtype)
    timesteps, batch, features = x.shape
    kernel = narrow.lstm if batch_innermost(timesteps, batch, features, layer.units) else lstm
    weights = tf.convert_to_tensor(cell.kernel), tf.convert_to_tensor(cell.recurrent_kernel), bias
    return kernel(x, weights, mask, last=not layer.return_sequences)


def _gru(layer: Any, x: Tensor, mask: Tensor | None) -> Tensor:
    import tensorflow as tf

    cell, zero = layer.cell, tf.zeros(3 * layer.units, x.dtype)
    bias = tf.convert_to_tensor(cell.bias) if cell.use_bias else None
    if layer.reset_after:
        biases = [zero, zero] if bias is None else [bias[0], bias[1]]
    else:
        biases = [zero if bias is None else bias]
    weights = tf.convert_to_tensor(cell.kernel), tf.convert_to_tensor(cell.recurrent_kernel), *biases
    return gru(x, weights, mask, last=not layer.return_sequences)


_RUNS = {"LSTM": _lstm, "GRU": _gru}
