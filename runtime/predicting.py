"""What predicts with a model: ONNX Runtime where it can, else TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..compiler.plan import Plan
from ..spec.diagnostics import Diagnostic
from ..spec.document import dumps
from ..spec.errors import SpecError
from .data import Encoding
from .engines import Array, Engine

#: Samples in one call of TensorFlow where the spec does not say.
BATCH = 256


class Inference(Protocol):
    """Runs a model forward on encoded inputs; safe to call from many threads."""

    @property
    def engine(self) -> str:
        """`onnx` or `tensorflow`."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What should be known of its predictions."""
        ...

    def predict(self, x: NDArray[Any], batch_size: int | None = None) -> Array:
        """`[samples, …]`: the model's outputs."""
        ...

    def masked(self, x: NDArray[Any], batch_size: int | None = None) -> tuple[Array, NDArray[np.bool_] | None]:
        """The model's outputs, and which of their timesteps count `[samples, timesteps]`; None where all do."""
        ...


@dataclass(frozen=True, slots=True)
class WithTensorFlow:
    """Predicts with the engine that trains."""

    running: Engine
    notes: tuple[str, ...] = ()
    engine: str = "tensorflow"

    def predict(self, x: NDArray[Any], batch_size: int | None = None) -> Array:
        """`[samples, …]`: the model's outputs."""
        return self.running.predict(x, batch_size or BATCH)

    def masked(self, x: NDArray[Any], batch_size: int | None = None) -> tuple[Array, NDArray[np.bool_] | None]:
        """The model's outputs, and which of their timesteps count `[samples, timesteps]`; None where all do."""
        size = batch_size or BATCH
        return self.running.predict(x, size), self.running.counted(x, size)


def chosen(plan: Plan, device: str) -> str:
    """The engine that will predict, `onnx` or `tensorflow`."""
    return "onnx" if _why_not(plan, device) is None else "tensorflow"


def _why_not(plan: Plan, device: str) -> str | None:
    """Why ONNX Runtime cannot predict, None if it can; empty where another engine or a device of its own is wanted."""
    runtime = plan.spec.runtime
    if runtime.engine == "tensorflow" or device not in ("auto", "cpu") or runtime.precision != "float32":
        return ""
    from ..compiler.targets.onnx import unsupported

    return unsupported(plan) or None


def inference_of(
    plan: Plan, device: str, arrays: Callable[[], Mapping[str, NDArray[Any]]], running: Callable[[], Engine]
) -> Inference:
    """What runs `plan` forward on `device`.

    Args:
        plan: the plan.
        device: the device that is asked for, or that the model was trained on.
        arrays: gives the weights by their names in an artifact.
        running: gives the engine that trains; loads TensorFlow.
    """
    why = _why_not(plan, device)
    if why is None:
        from .engines.onnx import OnnxEngine, weights_of

        return OnnxEngine(plan, weights_of(arrays(), plan), plan.spec.runtime.threads)
    notes = (f"predicted with TensorFlow, not with ONNX Runtime: {why}",) if why else ()
    return WithTensorFlow(running(), notes)


def onnx_file(
    plan: Plan, arrays: Mapping[str, NDArray[Any]], encoding: Encoding | None, interface: Mapping[str, Any]
) -> bytes:
    """The plan with its weights as an ONNX file, with what is known of its inputs and outputs as metadata.

    Raises:
        SpecError: ONNX cannot express the plan (LC606).
    """
    from ..compiler.targets.onnx import UnsupportedError, model_bytes
    from .engines.onnx import weights_of

    metadata = {"lstmc": version("lstmc"), "spec": plan.spec.canonical(), "plan": plan.digest}
    metadata["interface"] = dumps(interface)
    if encoding is not None:
        scalers = {"x": encoding.x, "y": encoding.y}
        told = {name: {"offset": s.offset.tolist(), "factor": s.factor.tolist()} for name, s in scalers.items()}
        metadata |= encoding.metadata() | {"scalers": dumps(told)}
    try:
        content = model_bytes(plan, weights_of(arrays, plan), metadata)
    except UnsupportedError as error:
        message = f"ONNX cannot express this model: {error}"
        raise SpecError([Diagnostic("LC606", message, help="export it to Keras instead")]) from error
    from onnx import checker

    checker.check_model(content, full_check=True)
    return content
