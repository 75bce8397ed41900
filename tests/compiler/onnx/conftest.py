"""A stack of layers in stock Keras and lowered to ONNX, with the same random weights."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lstmc.api import compiled
from lstmc.compiler.plan import Plan

keras = pytest.importorskip("keras")
runtime = pytest.importorskip("onnxruntime")

Lowered = Callable[[NDArray[Any]], NDArray[Any]]
FLOATS: dict[str, Any] = {"timesteps": 6, "features": 3}


def made(layer: dict[str, Any]) -> Any:
    """The Keras layer that a person would write."""
    options = {key: made(v) if key in ("layer", "backward_layer") else v for key, v in layer.items() if key != "type"}
    return getattr(keras.layers, layer["type"])(**options)


def plan_of(layers: list[dict[str, Any]], given: dict[str, Any]) -> Plan:
    compilation = compiled({"lstmc": 1, "input": given, "layers": layers, "compile": {"loss": "mse"}})
    assert [d for d in compilation.diagnostics if d.severity == "error"] == []
    return compilation.result()


def stack(layers: list[dict[str, Any]], given: dict[str, Any] = FLOATS, seed: int = 0) -> tuple[Any, Lowered]:
    """The `keras.Sequential`, and the same as ONNX Runtime computes it."""
    from lstmc.compiler.targets.onnx import model_bytes

    shape = given.get("shape") or [given["timesteps"], *([given["features"]] if "features" in given else [])]
    dtype = "int32" if "vocabulary" in given else "float32"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = keras.Sequential([keras.Input(tuple(shape), dtype=dtype), *(made(layer) for layer in layers)])
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        if "seed_generator" not in weight.path:
            values = rng.normal(size=weight.shape) * 0.7
            weight.assign(np.abs(values) if "variance" in weight.path else values)
    plan = plan_of(layers, given)
    weights = {
        node.name: [np.asarray(v) for v in layer.weights] for node, layer in zip(plan.nodes, model.layers, strict=True)
    }
    session = runtime.InferenceSession(model_bytes(plan, weights), providers=["CPUExecutionProvider"])
    return model, lambda x: session.run(None, {"x": x})[0]


def agree(model: Any, lowered: Lowered, *inputs: NDArray[Any], tolerance: float = 1e-5) -> None:
    """Both give the same for all inputs."""
    for x in inputs:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = np.asarray(model(x, training=False))
        found = lowered(x)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@pytest.fixture
def same() -> Callable[..., None]:
    """`same(layers, x, …)`: fails unless both give the same outputs."""

    def check(layers: list[dict[str, Any]], *inputs: NDArray[Any], given: dict[str, Any] = FLOATS) -> None:
        model, lowered = stack(layers, given)
        agree(model, lowered, *inputs)

    return check


@pytest.fixture
def stacks() -> Any:
    """What `same` is made of."""
    return stack


@pytest.fixture
def planned() -> Callable[..., Plan]:
    """The plan of a stack."""
    return lambda layers, given=FLOATS: plan_of(layers, given)
