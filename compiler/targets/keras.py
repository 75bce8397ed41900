"""Plan -> a stock `keras.Sequential`, compiled: what a person would have written."""

from __future__ import annotations

import os
from operator import attrgetter
from typing import Any

from ...spec.diagnostics import Diagnostic
from ...spec.errors import DeviceError
from ...spec.packages import unusable
from ..garbage import uncollected
from ..plan import Plan
from .calls import Call, layer_call, loss_call, metric_call, optimizer_call, precise

_BACKENDS = ("jax", "torch", "openvino")


def sequential(plan: Plan) -> Any:
    """The plan as a built and compiled `keras.Sequential`.

    Raises:
        DeviceError: Keras runs on another backend, or with other settings, than lstmc needs (LC603).
    """
    keras = keras_module()
    assert plan.input is not None
    layers = [construct(layer_call(plan, i, seeds=True)) for i in range(len(plan.nodes))]
    batch = plan.input.batch
    precision = plan.spec.runtime.precision
    dtype = "float64" if precision == "float64" and plan.input.dtype == "float32" else plan.input.dtype
    model = keras.Sequential([keras.Input(plan.input.dims, batch, dtype=dtype), *layers], name=scope_of(plan.name))
    assert plan.optimizer is not None
    assert plan.loss is not None
    model.compile(
        optimizer=construct(optimizer_call(plan.optimizer, precision)),
        loss=loss(plan),
        metrics=metrics(plan),
        jit_compile=False,
    )
    return model


def metrics(plan: Plan) -> list[Any]:
    """The plan's metrics as fresh Keras objects."""
    return [construct(precise(metric_call(metric), plan.spec.runtime.precision)) for metric in plan.metrics]


def loss(plan: Plan) -> Any:
    """The plan's loss as a Keras object."""
    assert plan.loss is not None
    return construct(precise(loss_call(plan.loss), plan.spec.runtime.precision))


def construct(call: Call) -> Any:
    """The Keras object that `call` describes."""
    arguments = {k: construct(v) if isinstance(v, Call) else v for k, v in call.arguments.items()}
    return attrgetter(f"{call.module}.{call.name}")(keras_module())(**arguments)


def keras_module() -> Any:
    """Keras, imported at first use and found to be set up as lstmc needs it."""
    chosen = os.environ.get("KERAS_BACKEND", "tensorflow")
    if chosen != "tensorflow":
        raise DeviceError([_other_setting("backend", chosen, "tensorflow")])
    try:
        with uncollected():
            import keras
    except ImportError as error:
        if error.name in _BACKENDS:  # that of Keras's configuration file
            raise DeviceError([_other_setting("backend", error.name, "tensorflow")]) from error
        raise unusable(error, "tensorflow" if error.name == "tensorflow" else "keras") from error
    found = (keras.config.backend(), keras.config.floatx(), keras.config.image_data_format())
    wanted = ("tensorflow", "float32", "channels_last")
    names = ("backend", "floatx", "image_data_format")
    wrong = [
        _other_setting(name, got, want) for name, got, want in zip(names, found, wanted, strict=True) if got != want
    ]
    if wrong:
        raise DeviceError(wrong)
    return keras


def _other_setting(name: str, found: str, wanted: str) -> Diagnostic:
    return Diagnostic(
        "LC603",
        f"Keras's {name} is `{found}`, and lstmc needs `{wanted}`",
        help=f"unset KERAS_BACKEND, or set `{name}` to `{wanted}` in Keras's configuration, before the start",
    )


def scope_of(name: str) -> str:
    """A model's name as TensorFlow takes it: scopes begin with a letter or digit."""
    return name if name[0].isalnum() else f"m{name}"
