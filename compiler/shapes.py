"""One rule per layer class: the ranks it reads, the shape it gives, the weights it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..spec.layers import Layer
from ..spec.layers.activation import Activation
from ..spec.layers.core import Dense
from ..spec.layers.recurrent import LSTM
from ..spec.layers.regularization import Dropout
from .plan import TensorType, Weight


class ShapeError(Exception):
    """A layer cannot read the tensor it is given."""

    def __init__(self, code: str, message: str, *, key: str = "", help_: str = "") -> None:
        self.code, self.message, self.key, self.help = code, message, key, help_
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Rule:
    """What the compiler knows of a layer class.

    Attributes:
        ranks: the ranks it reads, the batch axis included; None for any from `min_rank`.
        infer: from layer and input to output and weights; raises `ShapeError`.
        keeps_rank: whether the output has the input's rank, so that a demand passes through.
    """

    infer: Callable[[Any, TensorType], tuple[TensorType, tuple[Weight, ...]]]
    ranks: tuple[int, ...] | None = None
    min_rank: int = 1
    keeps_rank: bool = True

    def reads(self, rank: int) -> bool:
        """Whether the layer can read a tensor of `rank`."""
        return rank in self.ranks if self.ranks else rank >= self.min_rank


RULES: dict[type[Layer], Rule] = {}
Infer: TypeAlias = Callable[[Any, TensorType], tuple[TensorType, tuple[Weight, ...]]]


def shape_rule(
    layer: type[Layer], *, ranks: tuple[int, ...] | None = None, min_rank: int = 1, keeps_rank: bool = True
) -> Callable[[Infer], Infer]:
    """Registers the rule of a layer class."""

    def register(infer: Infer) -> Infer:
        RULES[layer] = Rule(infer, ranks, min_rank, keeps_rank)
        return infer

    return register


@shape_rule(LSTM, ranks=(3,), keeps_rank=False)
def lstm(layer: LSTM, x: TensorType) -> tuple[TensorType, tuple[Weight, ...]]:
    """`[batch, timesteps, features] -> [batch, units]`, or `[batch, timesteps, units]`."""
    timesteps, features = x.dims
    if features is None:
        raise ShapeError("LC305", "the number of features must be known to make a kernel")
    if layer.unroll and timesteps is None:
        raise ShapeError("LC310", "an unrolled layer needs to know the number of timesteps", key="unroll")
    if layer.return_state:
        raise ShapeError(
            "LC307",
            "a Sequential passes on one tensor, and `return_state` gives three",
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
    for key in ("activation", "recurrent_activation"):
        _keeps_shape(getattr(layer, key), key)
    if layer.use_cudnn is True and not _fits_cudnn(layer):
        raise ShapeError(
            "LC210",
            "cuDNN takes `tanh` and `sigmoid` with a bias, and neither `unroll` nor `recurrent_dropout`",
            key="use_cudnn",
            help_='write `"auto"`: cuDNN is used where it can be',
        )
    weights = (
        Weight("kernel", (features, 4 * layer.units), layer.trainable),
        Weight("recurrent_kernel", (layer.units, 4 * layer.units), layer.trainable),
        *_bias(layer.use_bias, 4 * layer.units, trainable=layer.trainable),
    )
    dims = (timesteps, layer.units) if layer.return_sequences else (layer.units,)
    return TensorType(dims, x.batch), weights


@shape_rule(Dense, min_rank=2)
def dense(layer: Dense, x: TensorType) -> tuple[TensorType, tuple[Weight, ...]]:
    """`[batch, …, features] -> [batch, …, units]`."""
    *rest, features = x.dims
    if features is None:
        raise ShapeError("LC305", "the length of the last axis must be known to make a kernel")
    _keeps_shape(layer.activation, "activation")
    trained, rank = layer.trainable, layer.lora_rank
    if rank and layer.kernel_constraint:
        raise ShapeError(
            "LC210",
            "`lora_rank` trains an update in place of the kernel, which `kernel_constraint` would bound",
            key="kernel_constraint",
            help_="remove one of them",
        )
    weights = [
        Weight("kernel", (features, layer.units), trained and not rank),
        *_bias(layer.use_bias, layer.units, trainable=trained),
    ]
    if rank:
        weights += [
            Weight("lora_kernel_a", (features, rank), trained),
            Weight("lora_kernel_b", (rank, layer.units), trained),
        ]
    return TensorType((*rest, layer.units), x.batch), tuple(weights)


@shape_rule(Activation)
def activation(layer: Activation, x: TensorType) -> tuple[TensorType, tuple[Weight, ...]]:
    """`[batch, …] -> [batch, …]`."""
    _keeps_shape(layer.activation, "activation")
    return x, ()


@shape_rule(Dropout)
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


def _fits_cudnn(layer: LSTM) -> bool:
    """Whether Keras can hand the layer to cuDNN; asked for otherwise, it fails at the first batch."""
    usual = layer.activation == "tanh" and layer.recurrent_activation == "sigmoid" and layer.use_bias
    return usual and not layer.unroll and not layer.recurrent_dropout


def _bias(use_bias: bool, width: int, *, trainable: bool) -> Iterator[Weight]:  # noqa: FBT001 - a layer's own field
    if use_bias:
        yield Weight("bias", (width,), trainable)


def _keeps_shape(activation: str | None, key: str) -> None:
    if activation == "glu":
        raise ShapeError("LC311", "`glu` halves the last axis", key=key, help_="use another activation, such as `tanh`")
