"""Recurrent layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ..plan import TensorType, Weight
from .rule import ShapeError, bias, keeps_shape, known, shape_rule

if TYPE_CHECKING:
    from ...spec.layers.recurrent import LSTM, Gated, Recurrent
    from ...spec.layers.rnn import GRU, SimpleRNN

Typed: TypeAlias = tuple[TensorType, tuple[Weight, ...]]


@shape_rule("LSTM", ranks=(3,), keeps_rank=False)
def lstm(layer: LSTM, x: TensorType) -> Typed:
    """`[batch, timesteps, features] -> [batch, units]`, or `[batch, timesteps, units]`."""
    _check_gates(layer, fits_cudnn=layer.use_bias)
    return _recurrent(layer, x, gates=4, biases=(4 * layer.units,))


@shape_rule("GRU", ranks=(3,), keeps_rank=False)
def gru(layer: GRU, x: TensorType) -> Typed:
    """`[batch, timesteps, features] -> [batch, units]`, or `[batch, timesteps, units]`."""
    _check_gates(layer, fits_cudnn=layer.use_bias and layer.reset_after)
    width = 3 * layer.units
    return _recurrent(layer, x, gates=3, biases=(2, width) if layer.reset_after else (width,))


@shape_rule("SimpleRNN", ranks=(3,), keeps_rank=False)
def simple_rnn(layer: SimpleRNN, x: TensorType) -> Typed:
    """`[batch, timesteps, features] -> [batch, units]`, or `[batch, timesteps, units]`."""
    return _recurrent(layer, x, gates=1, biases=(layer.units,))


def _recurrent(layer: Recurrent, x: TensorType, *, gates: int, biases: tuple[int, ...]) -> Typed:
    timesteps, features = x.dims
    features = known(features, "the number of features")
    if layer.unroll and timesteps is None:
        raise ShapeError("LC310", "an unrolled layer needs to know the number of timesteps", key="unroll")
    if layer.return_state:
        raise ShapeError(
            "LC307",
            "a Sequential passes on one tensor, and `return_state` gives several",
            key="return_state",
            help_="remove it",
        )
    if layer.stateful and x.batch is None:
        raise ShapeError(
            "LC308",
            "a stateful layer needs a fixed batch size",
            key="stateful",
            help_='add `"batch_size"` to `input`',
        )
    keeps_shape(layer.activation, "activation")
    weights = (
        Weight("kernel", (features, gates * layer.units), layer.trainable),
        Weight("recurrent_kernel", (layer.units, gates * layer.units), layer.trainable),
        *bias(layer, *biases),
    )
    if layer.return_sequences:
        return x.to((timesteps, layer.units)), weights
    return x.to((layer.units,), masked=False), weights


def _check_gates(layer: Gated, *, fits_cudnn: bool) -> None:
    keeps_shape(layer.recurrent_activation, "recurrent_activation")
    usual = layer.activation == "tanh" and layer.recurrent_activation == "sigmoid"
    plain = not layer.unroll and not layer.recurrent_dropout
    if layer.use_cudnn is True and not (usual and plain and fits_cudnn):
        also = ", with `reset_after`" if layer.type == "GRU" else ""
        raise ShapeError(
            "LC210",
            f"cuDNN takes `tanh` and `sigmoid` with a bias{also}, and neither `unroll` nor `recurrent_dropout`",
            key="use_cudnn",
            help_='write `"auto"`: cuDNN is used where it can be',
        )
