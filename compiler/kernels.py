"""Which kernel computes a recurrent layer: lstmc's scheduled one, Keras's stock loop, or cuDNN on a GPU."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .plan import Plan, held

_SCHEDULED = ("LSTM", "GRU")


def uncovered(layer: Any) -> str:
    """What keeps the scheduled kernel from a recurrent layer, in words; empty where it computes the layer."""
    if layer.type == "Bidirectional":
        directions = [part for part in (layer.layer, layer.backward_layer) if part is not None]
        reasons = [uncovered(part) for part in directions]
        return next((reason for reason in reasons if reason), "" if layer.merge_mode else "nothing is merged")
    if layer.type not in _SCHEDULED:
        return f"there is none for {layer.type}"
    reasons = _unusual(layer)
    reasons += [f"`{key}`" for key in ("dropout", "recurrent_dropout", "activity_regularizer") if getattr(layer, key)]
    return next(iter(reasons), "`stateful`" if layer.stateful else "")


def batch_innermost(timesteps: int, batch: int, features: int, units: int) -> bool:
    """Whether the LSTM kernel that computes along the batch is the faster one, by what was measured on AVX-512.

    It reads the input in the loop over time, so that it pays only where the input is not much wider than the state.
    """
    return timesteps > 1 and batch >= 2 * units and features <= 4 * units


def without_cudnn(layer: Any) -> str:
    """Which of cuDNN's conditions a recurrent layer fails, in words; empty where it would be used.

    The conditions are those of Keras's documentation of LSTM and GRU.
    """
    if layer.type not in _SCHEDULED:
        return f"there is none for {layer.type}"
    reasons = _unusual(layer)
    reasons += [f"`{key}`" for key in ("recurrent_dropout", "unroll") if getattr(layer, key)]
    reasons += [] if layer.use_bias else ["`use_bias` is false"]
    reasons += [] if getattr(layer, "reset_after", True) else ["`reset_after` is false"]
    return next(iter(reasons), "`use_cudnn` is false" if layer.use_cudnn is False else "")


def recurrent(plan: Plan) -> Iterator[tuple[int, Any]]:
    """The recurrent layers with their place, those within wrappers included."""
    for i, node in enumerate(plan.nodes):
        yield from ((i, part) for part in held(node.layer) if hasattr(part, "recurrent_initializer"))


def notes_without_cudnn(plan: Plan) -> tuple[str, ...]:
    """What should be known of the recurrent layers that cuDNN cannot run on a GPU."""
    return tuple(
        f"layers.{i} {layer.type} runs without cuDNN: {obstacle}"
        for i, layer in recurrent(plan)
        if (obstacle := without_cudnn(layer))
    )


def _unusual(layer: Any) -> list[str]:
    usual = {"activation": "tanh", "recurrent_activation": "sigmoid"}
    return [f"`{key}` is {getattr(layer, key)}" for key, name in usual.items() if getattr(layer, key) != name]
