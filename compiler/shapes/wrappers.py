"""Layers that hold another layer: their rules ask the rule of the one they hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from ...spec.layers import Layer
from ..plan import TensorType, Weight
from .rule import RULES, ShapeError, shape_rule
from .timewise import timewise

if TYPE_CHECKING:
    from ...spec.layers.wrappers import Bidirectional, TimeDistributed

Typed: TypeAlias = tuple[TensorType, tuple[Weight, ...]]
RECURRENT = ("LSTM", "GRU", "SimpleRNN")


@shape_rule("Bidirectional", ranks=(3,), keeps_rank=False)
def bidirectional(layer: Bidirectional, x: TensorType) -> Typed:
    """`[batch, timesteps, features] -> [batch, 2 · units]`, or a sequence; `units` unless outputs are concatenated."""
    forward: Any = layer.layer
    backward: Any = layer.backward_layer or forward
    for key in ("layer", "backward_layer"):
        held = getattr(layer, key)
        if held is not None and held.type not in RECURRENT:
            raise ShapeError(
                "LC318", f"{held.type} does not read a sequence from its end", path=(key,), help_=f"use {_listed()}"
            )
    _check_directions(layer)
    if layer.merge_mode is None:
        raise ShapeError(
            "LC307",
            "a Sequential passes on one tensor, and `merge_mode` null gives two",
            key="merge_mode",
            help_='write `"concat"`, `"sum"`, `"mul"` or `"ave"`',
        )
    output, forward_weights = _inside(forward, x, "layer")
    other, backward_weights = _inside(backward, x, "backward_layer" if layer.backward_layer else "layer")
    if output.dims != other.dims:
        raise ShapeError(
            "LC318",
            f"both directions must give the same: {output} and {other}",
            path=("backward_layer",),
            help_="give both the same `units` and `return_sequences`",
        )
    *rest, units = output.dims
    width = 2 * (units or 0) if layer.merge_mode == "concat" else units
    return output.to((*rest, width)), _weights(layer, (*forward_weights, *backward_weights))


def _check_directions(layer: Bidirectional) -> None:
    forward: Any = layer.layer
    backward: Any = layer.backward_layer
    if backward is None:
        if forward.go_backwards:
            raise ShapeError(
                "LC318",
                "the layer that reads forwards is told to go backwards",
                path=("layer", "go_backwards"),
                help_="remove it: the wrapper makes the other direction itself",
            )
        return
    if forward.go_backwards == backward.go_backwards:
        raise ShapeError(
            "LC318",
            "`layer` and `backward_layer` read in the same direction",
            path=("backward_layer",),
            help_='add `"go_backwards": true` to `backward_layer`',
        )
    if forward.stateful != backward.stateful:
        raise ShapeError("LC318", "both directions must be stateful, or neither", path=("backward_layer",))


def _inner_ranks(layer: TimeDistributed) -> tuple[int, ...] | None:
    rule = RULES[layer.layer.type]
    ranks = rule.ranks(layer.layer) if callable(rule.ranks) else rule.ranks
    return tuple(rank + 1 for rank in ranks) if ranks else None


@shape_rule("TimeDistributed", ranks=_inner_ranks, min_rank=3)
def time_distributed(layer: TimeDistributed, x: TensorType) -> Typed:
    """`[batch, timesteps, …] -> [batch, timesteps, …]`."""
    timesteps, *rest = x.dims
    if getattr(layer.layer, "stateful", False):
        raise ShapeError(
            "LC318",
            "a layer that is applied to each timestep on its own cannot be stateful",
            path=("layer", "stateful"),
            help_="remove `stateful`",
        )
    inner, weights = _inside(layer.layer, replace(x, dims=tuple(rest), masked=False), "layer")
    timewise(layer, x)
    return inner.to((timesteps, *inner.dims), masked=x.masked, dtype=inner.dtype), _weights(layer, weights)


def _inside(layer: Layer, x: TensorType, key: str) -> Typed:
    rule = RULES.get(layer.type)
    if rule is None or not rule.reads(x.rank, layer):
        wants = rule.wants(layer) if rule else "something else"
        raise ShapeError("LC309", f"the {layer.type} in it reads {wants}, and is given {x}", path=(key,))
    try:
        return rule.infer(layer, x)
    except ShapeError as error:
        raise error.within(key) from error


def _weights(layer: Layer, weights: tuple[Weight, ...]) -> tuple[Weight, ...]:
    return weights if layer.trainable else tuple(replace(weight, trainable=False) for weight in weights)


def _listed() -> str:
    return ", ".join(RECURRENT[:-1]) + f" or {RECURRENT[-1]}"
