"""Convolutions along time, and how many steps they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..plan import Dim, TensorType, Weight
from .rule import ShapeError, bias, keeps_shape, known, shape_rule

if TYPE_CHECKING:
    from ...spec.layers.convolution import Conv1D


@shape_rule("Conv1D", ranks=(3,), takes_mask=False)
def conv1d(layer: Conv1D, x: TensorType) -> tuple[TensorType, tuple[Weight, ...]]:
    """`[batch, timesteps, features] -> [batch, steps, filters]`."""
    last = layer.data_format != "channels_first"
    timesteps, features = x.dims if last else reversed(x.dims)
    features = known(features, "the number of features")
    keeps_shape(layer.activation, "activation")
    size, strides, dilation = (number(n) for n in (layer.kernel_size, layer.strides, layer.dilation_rate))
    if strides > 1 and dilation > 1:
        raise ShapeError("LC210", "`strides` and `dilation_rate` cannot both be more than 1", key="dilation_rate")
    if layer.padding == "causal" and not last:
        raise ShapeError("LC210", "causal padding needs `channels_last`", key="padding")
    for key, count in (("filters", layer.filters), ("features", features)):
        if count % layer.groups:
            raise ShapeError(
                "LC315",
                f"{count} {key} cannot be dealt out to {layer.groups} groups",
                key="groups",
                help_=f"choose a number of groups that divides both {features} features and {layer.filters} filters",
            )
    steps = remaining(timesteps, (size - 1) * dilation + 1, strides, layer.padding, "kernel_size")
    weights = (
        Weight("kernel", (size, features // layer.groups, layer.filters), layer.trainable),
        *bias(layer, layer.filters),
    )
    return x.to((steps, layer.filters) if last else (layer.filters, steps), masked=False), weights


def number(value: int | tuple[int]) -> int:
    """The number that Keras also takes as a list of one."""
    return value if isinstance(value, int) else value[0]


def remaining(timesteps: Dim, run: int, strides: int, padding: str, key: str) -> Dim:
    """How many runs of `run` timesteps there are, each `strides` after the one before.

    Raises:
        ShapeError: there is none (LC316).
    """
    if timesteps is None:
        return None
    steps = (timesteps - run) // strides + 1 if padding == "valid" else -(-timesteps // strides)
    if steps < 1:
        raise ShapeError(
            "LC316",
            f"no timestep is left: a run of {run} does not fit into {timesteps} timesteps",
            key=key,
            help_='make it smaller, use `"padding": "same"`, or more timesteps',
        )
    return steps
