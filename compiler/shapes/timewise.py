"""TimeDistributed over any number of timesteps, as one layer that computes all timesteps at once.

Where the number of timesteps is not known, Keras 3.15 loops over the length of the batch instead of the timesteps: a
model that reads sequences of several lengths, or is exported, gives wrong numbers. A layer that acts on the axes after
the timesteps alone computes the same without a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ...spec.layers import Layer
from ..plan import TensorType
from .rule import RULES, ShapeError

#: The arguments that change where a layer reads the timesteps too, from the layer and the type of one timestep.
Changes = Callable[[Any, TensorType], dict[str, Any]]


def timewise(layer: Layer, x: TensorType) -> Layer:
    """The layer without the TimeDistributed in it that read any number of timesteps of `x`.

    Weights, names and results are those of the TimeDistributed.

    Raises:
        ShapeError: a layer has to see each timestep on its own (LC608).
    """
    if layer.type != "TimeDistributed":
        return layer
    wrapper: Any = layer
    timestep = replace(x, dims=x.dims[1:], masked=False)
    if x.dims[0] is not None:
        return wrapper.model_copy(update={"layer": timewise(wrapper.layer, timestep)})  # type: ignore[no-any-return]
    return _over_timesteps(wrapper, x)


def _over_timesteps(wrapper: Any, x: TensorType) -> Layer:
    timestep = replace(x, dims=x.dims[1:], masked=False)
    inner = wrapper.layer
    if inner.type == "TimeDistributed":
        try:
            inner = _over_timesteps(inner, timestep)
        except ShapeError as error:
            raise error.within("layer") from error
    shared = {
        "name": wrapper.name,
        "trainable": wrapper.trainable and inner.trainable,
        "activity_regularizer": wrapper.activity_regularizer,  # Keras ignores that of the layer in a TimeDistributed
    }
    if inner.type in _SAME:
        changed: Layer = inner.model_copy(update=shared | _SAME[inner.type](inner, timestep))
        return changed
    if inner.type in _RESHAPING and not x.masked and getattr(inner, "data_format", None) != "channels_first":
        dims = RULES[inner.type].infer(inner, timestep)[0].dims
        if None not in dims:
            return _made("Reshape", shared | {"target_shape": (-1, *dims)})
    if inner.type == "Permute" and not x.masked:
        return _made("Permute", shared | {"dims": (1, *(axis + 1 for axis in inner.dims))})
    raise _needs_length(inner)


def _made(type_: str, arguments: Mapping[str, Any]) -> Layer:
    from ...spec.layers import LAYERS

    made: Any = LAYERS[type_].model_construct(**arguments)
    return made  # type: ignore[no-any-return]


def _needs_length(inner: Any) -> ShapeError:
    help_ = "give `input.timesteps` a number"
    if inner.type == "BatchNormalization":
        help_ += ", or use BatchNormalization without TimeDistributed: it then normalizes over all timesteps together"
    return ShapeError(
        "LC608",
        f"{inner.type} in a TimeDistributed needs a known number of timesteps",
        path=("layer",),
        help_=help_,
    )


def _axes(layer: Any, _: TensorType) -> dict[str, Any]:
    """Axes counted from the start count the timesteps too."""
    axes = (layer.axis,) if isinstance(layer.axis, int) else layer.axis
    moved = tuple(axis + 1 if axis > 0 else axis for axis in axes)
    return {"axis": moved[0] if isinstance(layer.axis, int) else moved}


def _noise(layer: Any, _: TensorType) -> dict[str, Any]:
    """Every timestep has noise of its own."""
    shape = layer.noise_shape
    return {"noise_shape": shape and (shape[0], None, *shape[1:])}


def _nothing(_: Any, __: TensorType) -> dict[str, Any]:
    return {}


#: Layers that do the same with timesteps before their axes.
_SAME: Mapping[str, Changes] = {
    "Activation": _nothing,
    "Dense": _nothing,
    "Dropout": _noise,
    "LayerNormalization": _axes,
}
_RESHAPING = ("Flatten", "Reshape")
