"""What the compiler knows of a layer class, and the table of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...spec.layers import Layer
from ..plan import TensorType, Weight

Ranks: TypeAlias = tuple[int, ...]
Infer: TypeAlias = Callable[[Any, TensorType], tuple[TensorType, tuple[Weight, ...]]]


class ShapeError(Exception):
    """A layer cannot read the tensor it is given.

    Attributes:
        code: the diagnostic's code.
        path: the key of the layer that is at fault, the keys of the layers that hold it before it; empty for the type.
    """

    def __init__(self, code: str, message: str, *, key: str = "", help_: str = "", path: tuple[str, ...] = ()) -> None:
        self.code, self.message, self.help = code, message, help_
        self.path: tuple[str, ...] = path or ((key,) if key else ())
        super().__init__(message)

    def within(self, key: str) -> ShapeError:
        """The same mistake of the layer that stands at `key` of another."""
        return ShapeError(self.code, self.message, help_=self.help, path=(key, *self.path))


@dataclass(frozen=True, slots=True)
class Rule:
    """What the compiler knows of a layer class.

    Attributes:
        infer: from layer and input to output and weights; raises `ShapeError`.
        ranks: the ranks it reads, the batch axis included; None for any from `min_rank`; a function of the layer
            where its arguments decide.
        min_rank: the least rank it reads.
        keeps_rank: whether the output has the input's rank, so that a demand passes through.
        takes_mask: whether it heeds a mask or passes it on; what does neither drops it.
        ids: whether it reads ids rather than numbers.
    """

    infer: Infer
    ranks: Ranks | Callable[[Any], Ranks | None] | None = None
    min_rank: int = 1
    keeps_rank: bool = True
    takes_mask: bool = True
    ids: bool = False

    def reads(self, rank: int, layer: Layer) -> bool:
        """Whether `layer` can read a tensor of `rank`."""
        ranks = self.ranks(layer) if callable(self.ranks) else self.ranks
        return rank in ranks if ranks else rank >= self.min_rank

    def wants(self, layer: Layer) -> str:
        """What it reads, in words: `[batch, timesteps, features]`."""
        ranks = self.ranks(layer) if callable(self.ranks) else self.ranks
        match ranks:
            case (3,):
                return "[batch, timesteps, features]"
            case (2,):
                return "[batch, features]"
            case (rank,):
                return f"{rank} axes"
        return "[batch, timesteps, …]" if self.min_rank == 3 else f"at least {self.min_rank} axes"


RULES: dict[str, Rule] = {}


def shape_rule(  # noqa: PLR0913 - one parameter for each field of a rule
    layer: str,
    *,
    ranks: Ranks | Callable[[Any], Ranks | None] | None = None,
    min_rank: int = 1,
    keeps_rank: bool = True,
    takes_mask: bool = True,
    ids: bool = False,
) -> Callable[[Infer], Infer]:
    """Registers the rule of the layer class that is called `layer`."""

    def register(infer: Infer) -> Infer:
        RULES[layer] = Rule(infer, ranks, min_rank, keeps_rank, takes_mask, ids)
        return infer

    return register


def bias(layer: Any, *shape: int) -> Iterator[Weight]:
    """The bias of a layer that has one."""
    if layer.use_bias:
        yield Weight("bias", shape, layer.trainable)


def known(length: int | None, what: str) -> int:
    """The length of an axis that must be known to make a kernel.

    Raises:
        ShapeError: it is not (LC305).
    """
    if length is None:
        raise ShapeError("LC305", f"{what} must be known to make a kernel", help_="give every axis of `input` a number")
    return length


def keeps_shape(activation: str | None, key: str) -> None:
    """Refuses activations that change the shape.

    Raises:
        ShapeError: such an activation (LC311).
    """
    if activation == "glu":
        raise ShapeError("LC311", "`glu` halves the last axis", key=key, help_="use another activation, such as `tanh`")


def low_rank(layer: Any, weight: str, constraint: str, shape: tuple[int, int]) -> list[Weight]:
    """A matrix of weights, with the low-rank update that is trained in its place where `lora_rank` asks for it.

    Raises:
        ShapeError: the matrix is constrained too (LC210).
    """
    rank, trained = layer.lora_rank, layer.trainable
    if not rank:
        return [Weight(weight, shape, trained)]
    if getattr(layer, constraint):
        raise ShapeError(
            "LC210",
            f"`lora_rank` trains an update in place of the weights, which `{constraint}` would bound",
            key=constraint,
            help_="remove one of them",
        )
    return [
        Weight(weight, shape, trainable=False),
        Weight(f"lora_{weight}_a", (shape[0], rank), trained),
        Weight(f"lora_{weight}_b", (rank, shape[1]), trained),
    ]
