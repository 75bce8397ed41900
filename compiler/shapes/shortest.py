"""Which lengths a stack of layers can read, where the input's axes may have any length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...spec.layers import Layer
from ..plan import Node, TensorType, held
from .rule import RULES, ShapeError

#: What the shape rules report where kernels and pools do not fit into the timesteps.
_TOO_SHORT = "LC316"


def shortest(layers: Sequence[Layer], x: TensorType) -> tuple[int, ...]:
    """The least length of each axis of `x` that leaves every layer at least one timestep.

    An axis whose length is known has that length; the others are found by asking the shape rules.

    >>> from lstmc.spec.layers import LAYERS
    >>> conv = LAYERS["Conv1D"](filters=1, kernel_size=3, strides=2)
    >>> shortest([conv, conv], TensorType((None, 4)))
    (7, 4)
    """
    return tuple(_least(layers, x, axis) if dim is None else dim for axis, dim in enumerate(x.dims))


def unreadable(nodes: Sequence[Node], x: TensorType, dims: tuple[int, ...]) -> str:
    """Why the layers cannot read samples with the axes `dims`; empty if they can."""
    x = replace(x, dims=dims)
    for i, node in enumerate(nodes):
        try:
            x, _ = RULES[node.layer.type].infer(node.layer, x)
        except ShapeError as error:
            return f"layers.{i} {node.layer.type}: {error.message}"
    return ""


def particular(nodes: Sequence[Node]) -> bool:
    """Whether some lengths above the shortest cannot be read either, as a Reshape does not divide them."""
    free = (node.layer for node in nodes if node.input is not None and None in node.input.dims)
    return any(layer.type == "Reshape" for outer in free for layer in held(outer))


def _least(layers: Sequence[Layer], x: TensorType, axis: int) -> int:
    """The least length that fits: doubled until one does, then halved between the last two."""
    low, high = 0, 1
    while not _fits(layers, x, axis, high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _fits(layers, x, axis, middle) else (middle, high)
    return high


def _fits(layers: Sequence[Layer], x: TensorType, axis: int, length: int) -> bool:
    x = replace(x, dims=(*x.dims[:axis], length, *x.dims[axis + 1 :]))
    try:
        for layer in layers:
            x, _ = RULES[layer.type].infer(layer, x)
    except ShapeError as error:
        return error.code != _TOO_SHORT
    return True
