"""A plan as the Keras calls that a person would write: what the targets `keras` and `python` share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from ...spec.base import Section, Tagged
from ...spec.callbacks import Monitor
from ...spec.diagnostics import Path
from ...spec.layers import Layer
from ...spec.losses import Loss
from ...spec.metrics import Metric
from ...spec.optimizers import Optimizer, Schedule
from ...spec.run import Precision
from ...spec.weights.defaults import Initializer, SeededInitializer
from ..monitors import direction
from ..passes.names import snake
from ..plan import Plan, unwrapped
from ..seeds import derived
from ..shapes.timewise import timewise

Value: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Call:
    """`keras.<module>.<name>(**arguments)`; arguments may hold calls."""

    module: str
    name: str
    arguments: Mapping[str, Value]


def layer_call(plan: Plan, i: int, *, seeds: bool) -> Call:
    """The layer `i`, with the arguments that differ from Keras's defaults.

    `seeds` gives every initializer and dropout the seed derived from the spec's.
    """
    node = plan.nodes[i]
    seed = plan.spec.fit.seed if seeds else None
    assert node.input is not None
    layer = timewise(node.layer, node.input)
    removed = len(unwrapped((), node.layer)[0]) - len(unwrapped((), layer)[0])
    call = _layer(layer, node.name, seed, ("layers", i, *("layer",) * removed))  # seeds are those of the spec's layers
    return _precise_layer(call, plan.spec.runtime.precision)


def _precise_layer(call: Call, precision: Precision) -> Call:
    """The layer, and those that it holds, computed in `precision`."""
    if precision == "float32":
        return call
    inner = {k: _precise_layer(v, precision) for k, v in call.arguments.items() if k in ("layer", "backward_layer")}
    return replace(call, arguments={**call.arguments, **inner, "dtype": precision})


def _layer(layer: Layer, name: str, seed: int | None, path: Path) -> Call:
    arguments: dict[str, Value] = {"name": name}
    for key, value in layer.arguments().items():
        if key == "name":
            continue
        if isinstance(value, Layer):
            arguments[key] = _layer(value, value.name or snake(value.type), seed, (*path, key))
        elif isinstance(value, Initializer) and seed is not None:
            arguments[key] = _initializer(value, derived(seed, *path, key))
        elif key == "seed" and value is None and seed is not None:
            arguments[key] = derived(seed, *path, key)
        elif value != _default(layer, key):
            arguments[key] = _value(value)
    if layer.type == "Bidirectional" and seed is not None and "backward_layer" not in arguments:
        arguments["backward_layer"] = _backward(layer, seed, path)
    return Call("layers", layer.type, arguments)


def _backward(layer: Any, seed: int, path: Path) -> Call:
    """The other direction: Keras would make it with the same seeds, and so with the same weights."""
    other = layer.layer.model_copy(update={"go_backwards": True, "name": None})
    return _layer(other, f"backward_{layer.layer.name or snake(other.type)}", seed, (*path, "backward_layer"))


def optimizer_call(optimizer: Optimizer, precision: Precision = "float32") -> Call:
    """The optimizer, with the arguments that differ from Keras's defaults.

    In `mixed_float16` small gradients would vanish, so that the loss is scaled, as Keras's `compile` does.
    """
    call = _tagged(optimizer, "optimizers")
    return Call("optimizers", "LossScaleOptimizer", {"inner_optimizer": call}) if precision == "mixed_float16" else call


def precise(call: Call, precision: Precision) -> Call:
    """A loss or metric as `call`, computed in float64 where the layers are; it is float32 with mixed precision."""
    return replace(call, arguments={**call.arguments, "dtype": precision}) if precision == "float64" else call


def callback_calls(plan: Plan, tensorboard: str | None) -> dict[str, Call]:
    """The callbacks of `fit`, by their keys, with their direction resolved; `tensorboard` is where its files go."""
    fit = plan.spec.fit
    calls = {}
    if fit.tensorboard is not None:
        calls["tensorboard"] = Call("callbacks", "TensorBoard", {"log_dir": tensorboard})
    if fit.reduce_lr_on_plateau is not None:
        calls["reduce_lr_on_plateau"] = _watching(plan, fit.reduce_lr_on_plateau)
    if fit.early_stopping is not None:
        calls["early_stopping"] = _watching(plan, fit.early_stopping)
    return calls


def _watching(plan: Plan, section: Monitor) -> Call:
    """A callback with all its arguments, but silent: what it does is noted in the history."""
    arguments: dict[str, Value] = {key: getattr(section, key) for key in type(section).model_fields if key != "verbose"}
    arguments["mode"] = direction(plan, section.monitor, section.mode)
    return Call("callbacks", type(section).__name__, arguments)


def loss_call(loss: Loss) -> Call:
    """The loss, with the arguments that differ from Keras's defaults."""
    return _tagged(loss, "losses")


def metric_call(metric: Metric) -> Call:
    """The metric under its key; Keras's metrics take lists, and not tuples."""
    call = _tagged(metric, "metrics")
    arguments = {key: list(value) if isinstance(value, tuple) else value for key, value in call.arguments.items()}
    return Call(call.module, call.name, {**arguments, "name": metric.key})


def _default(part: Tagged, key: str) -> Value:
    default = type(part).model_fields[key].get_default(call_default_factory=True)
    return False if key == "return_sequences" else default


def _initializer(initializer: Initializer, seed: int) -> Call:
    call = _tagged(initializer, "initializers")
    if not isinstance(initializer, SeededInitializer) or initializer.seed is not None:
        return call
    return Call(call.module, call.name, {**call.arguments, "seed": seed})


def _tagged(part: Tagged, module: str) -> Call:
    changed = {k: _value(v) for k, v in part.arguments().items() if v != _default(part, k)}
    return Call(module, part.type, changed)


_MODULES = {
    "L1": "regularizers",
    "L2": "regularizers",
    "L1L2": "regularizers",
    "OrthogonalRegularizer": "regularizers",
    "MaxNorm": "constraints",
    "MinMaxNorm": "constraints",
    "NonNeg": "constraints",
    "UnitNorm": "constraints",
}


def _value(value: Value) -> Value:
    if isinstance(value, Section) and not isinstance(value, Tagged):
        return {key: item for key, item in value if item is not None}
    if isinstance(value, Schedule):
        return _tagged(value, "optimizers.schedules")
    if isinstance(value, Tagged):
        return _tagged(value, _MODULES.get(value.type, "initializers"))
    return value
