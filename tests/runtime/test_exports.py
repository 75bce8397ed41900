"""Every layer in every exported format, and in both engines, against stock Keras at the length of the samples.

The models of one input are branches of one Keras model, each with an output of its own, so that a format is written
once and a difference still names its layer.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lstmc.api import compiled
from lstmc.compiler.artifact import Artifact
from lstmc.compiler.targets.exports import keras_bytes, litert_bytes, saved_model
from lstmc.runtime.data import Encoding, Scaler
from lstmc.runtime.model import Model
from lstmc.runtime.results import History
from lstmc.spec.layers import LAYERS

keras = pytest.importorskip("keras")
runtime = pytest.importorskip("onnxruntime")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
Layers = list[dict[str, Any]]
RNG = np.random.default_rng(4)
MASKING: dict[str, Any] = {"type": "Masking"}
DENSE: dict[str, Any] = {"type": "Dense", "units": 2, "activation": "softmax"}
CONV: dict[str, Any] = {"type": "Conv1D", "filters": 2, "kernel_size": 3}
POOL: dict[str, Any] = {"type": "MaxPooling1D"}


def wrapped(layer: dict[str, Any]) -> dict[str, Any]:
    return {"type": "TimeDistributed", "layer": layer}


def both_ways(kind: str, mode: str = "concat", *, sequence: bool = False) -> dict[str, Any]:
    layer = {"type": kind, "units": 2, "return_sequences": sequence}
    return {"type": "Bidirectional", "layer": layer, "merge_mode": mode}


#: Layers that read any number of timesteps.
FREE: dict[str, Layers] = {
    "Dense": [DENSE],
    "Activation": [{"type": "Activation", "activation": "tanh"}],
    "Dropout": [{"type": "Dropout", "rate": 0.5}],
    "LayerNormalization": [{"type": "LayerNormalization"}],
    "BatchNormalization": [{"type": "BatchNormalization"}],
    "Masking": [MASKING],
    "Reshape": [{"type": "Reshape", "target_shape": [-1, 1]}],
    "Permute": [{"type": "Permute", "dims": [2, 1]}],
    "RepeatVector": [{"type": "GlobalMaxPooling1D"}, {"type": "RepeatVector", "n": 2}],
    "Conv1D": [CONV | {"strides": 2}],
    "Conv1D same": [CONV | {"padding": "same", "strides": 2}],
    "Conv1D causal": [CONV | {"padding": "causal", "dilation_rate": 2}],
    "MaxPooling1D": [POOL],
    "MaxPooling1D same": [POOL | {"padding": "same", "pool_size": 3}],
    "GlobalMaxPooling1D": [{"type": "GlobalMaxPooling1D"}],
    "GlobalAveragePooling1D": [{"type": "GlobalAveragePooling1D"}],
    "GlobalAveragePooling1D masked": [MASKING, {"type": "GlobalAveragePooling1D"}],
    "TimeDistributed Dense": [wrapped(DENSE), {"type": "GlobalMaxPooling1D"}],
    "TimeDistributed masked": [MASKING, wrapped(DENSE), {"type": "GlobalAveragePooling1D"}],
    "TimeDistributed LayerNormalization": [wrapped({"type": "LayerNormalization", "axis": 1})],
    "TimeDistributed Dropout": [wrapped({"type": "Dropout", "rate": 0.5})],
    "LSTM": [{"type": "LSTM", "units": 2}],
    "GRU backwards": [{"type": "GRU", "units": 2, "go_backwards": True, "return_sequences": True}],
    "SimpleRNN masked": [MASKING, {"type": "SimpleRNN", "units": 2}],
    "LSTM masked backwards": [MASKING, {"type": "LSTM", "units": 2, "go_backwards": True, "return_sequences": True}],
    "Bidirectional": [both_ways("LSTM", "sum")],
    "Bidirectional masked": [MASKING, both_ways("GRU", sequence=True)],
}
#: Those that need to know it.
STATIC: dict[str, Layers] = {
    "Flatten": [{"type": "Flatten"}],
    "GRU unrolled": [{"type": "GRU", "units": 2, "unroll": True}],
    "TimeDistributed BatchNormalization": [wrapped({"type": "BatchNormalization"})],
    "TimeDistributed Dense": FREE["TimeDistributed Dense"],
    "LSTM": FREE["LSTM"],
}
IDS: dict[str, Layers] = {
    "Embedding": [{"type": "Embedding", "input_dim": 7, "output_dim": 2}],
    "Embedding masked": [
        {"type": "Embedding", "input_dim": 7, "output_dim": 2, "mask_zero": True},
        {"type": "GRU", "units": 2},
    ],
}
INPUTS: dict[str, tuple[dict[str, Any], dict[str, Layers]]] = {
    "free": ({"timesteps": None, "features": 3}, FREE),
    "static": ({"timesteps": 6, "features": 3}, STATIC),
    "ids": ({"timesteps": None, "vocabulary": 7}, IDS),
}


def samples(kind: str) -> list[NDArray[Any]]:
    """Two lengths and two batch sizes, padded at either end."""
    shapes = [(3, 6), (1, 6)] if kind == "static" else [(3, 6), (1, 9)]
    if kind == "ids":
        return [RNG.integers(0, 7, size=shape).astype(np.int32) for shape in shapes]
    found = [RNG.normal(size=(*shape, 3)).astype(np.float32) for shape in shapes]
    for x in found:
        x[0, -2:] = 0
        x[-1, :2] = 0
    return found


@dataclass(frozen=True)
class Case:
    """A model with random weights, and what stock Keras gives for each of its inputs."""

    model: Model
    expected: list[NDArray[Any]]


def with_weights(spec: dict[str, Any]) -> Model:
    """The model of a spec as if it had been trained, to random weights."""
    plan = compiled(spec).result()
    assert plan.input is not None
    assert plan.output is not None
    rng = np.random.default_rng(0)
    tensors: dict[str, NDArray[Any]] = {"baseline/mean": np.zeros(1)}
    for node in plan.nodes:
        for i, weight in enumerate(node.weights):
            values = rng.normal(size=weight.shape).astype(np.float32)
            tensors[f"weights/{node.name}/{i}/{weight.name}"] = np.abs(values) if "var" in weight.name else values
    encoding = Encoding((), (), Scaler.identity(3), Scaler.identity(1), None)
    history = json.dumps(History.of(({"loss": 1.0},), ()).plain())
    metadata = encoding.metadata() | {"fingerprint": "", "history": history}
    model = Model(plan, Path())
    model.restore(Artifact(plan.spec.canonical(), tensors | encoding.tensors(), metadata))
    return model


def by_hand(layer: dict[str, Any]) -> Any:
    """The Keras layer that a person would write."""
    options = {k: by_hand(v) if k == "layer" else v for k, v in layer.items() if k != "type"}
    return getattr(keras.layers, layer["type"])(**options)


def stock(layers: Layers, x: NDArray[Any], weights: list[NDArray[Any]]) -> NDArray[Any]:
    """What the `keras.Sequential` of exactly this length gives."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = keras.Sequential([keras.Input(x.shape[1:], dtype=x.dtype.name), *map(by_hand, layers)])
        own = [weight for weight in model.weights if "seed" not in weight.path]
        for weight, value in zip(own, weights, strict=True):
            weight.assign(value)
        return np.asarray(model(x, training=False))


@pytest.fixture(scope="module", params=INPUTS)
def cases(request: pytest.FixtureRequest) -> tuple[list[NDArray[Any]], dict[str, Case]]:
    given, table = INPUTS[request.param]
    inputs = samples(request.param)
    made = {}
    for i, (name, layers) in enumerate(table.items()):
        spec = {"lstmc": 1, "name": f"m{i}", "input": given, "layers": layers, "compile": {"loss": "mse"}}
        model = with_weights(spec)
        expected = [stock(layers, x, list(model.weights().values())) for x in inputs]
        made[name] = Case(model, expected)
    return inputs, made


@pytest.fixture(scope="module")
def branches(cases: Any) -> Any:
    """One Keras model with an output for each case."""
    _, made = cases
    first = next(iter(made.values())).model.plan.input
    x = keras.Input(first.dims, dtype=first.dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return keras.Model(x, {name: case.model.to_keras()(x) for name, case in made.items()})


def agree(made: dict[str, Case], i: int, found: dict[str, Any]) -> None:
    """The outputs for the input `i` are those of stock Keras; all that differ are named."""
    wrong = {}
    for name, case in made.items():
        got, want = np.asarray(found[name]), case.expected[i]
        if got.shape != want.shape or not np.allclose(got, want, rtol=1e-4, atol=1e-5):
            wrong[name] = (got.shape, want.shape) if got.shape != want.shape else np.abs(got - want).max()
    assert wrong == {}


def test_every_layer_is_here():
    kinds = {layer["type"] for table in (FREE, STATIC, IDS) for layers in table.values() for layer in layers}
    assert kinds == set(LAYERS)


def test_predictions(cases):
    """With ONNX Runtime, which all of them can be predicted with."""
    inputs, made = cases
    for i, x in enumerate(inputs):
        predictions = {name: case.model.predict(x) for name, case in made.items()}
        assert not any(prediction.notes for prediction in predictions.values())
        agree(made, i, {name: prediction.values for name, prediction in predictions.items()})


def test_predictions_with_tensorflow(cases):
    """Those where its graphs could depend on the length or the mask."""
    inputs, made = cases
    some = {name: case for name, case in made.items() if "TimeDistributed" in name or "masked" in name}
    engines = {name: case.model._running() for name, case in some.items()}
    for i, x in enumerate(inputs):
        agree(some, i, {name: engine.predict(x, 2) for name, engine in engines.items()})


def test_onnx_files(cases):
    inputs, made = cases
    sessions = {name: runtime.InferenceSession(case.model.to_onnx()) for name, case in made.items()}
    for i, x in enumerate(inputs):
        agree(made, i, {name: session.run(None, {"x": x})[0] for name, session in sessions.items()})


def test_keras_files(cases, branches, tmp_path):
    inputs, made = cases
    path = tmp_path / "m.keras"
    path.write_bytes(keras_bytes(branches, "{}"))
    model = keras.saving.load_model(path)
    for i, x in enumerate(inputs):
        agree(made, i, model(x, training=False))


def test_saved_models(cases, branches, tmp_path):
    import tensorflow

    inputs, made = cases
    saved_model(branches, tmp_path / "m", "{}")
    model = tensorflow.saved_model.load(str(tmp_path / "m"))
    for i, x in enumerate(inputs):
        agree(made, i, model.serve(x))


def test_litert_files(cases, branches):
    """One sample at a time; the input is resized to each length."""
    import tensorflow

    inputs, made = cases
    plan = next(iter(made.values())).model.plan
    content = litert_bytes(branches, plan, "{}")
    for i, x in enumerate(inputs):
        interpreter = tensorflow.lite.Interpreter(model_content=content)
        (given,) = interpreter.get_input_details()
        interpreter.resize_tensor_input(given["index"], [1, *x.shape[1:]])
        run = interpreter.get_signature_runner()
        (argument,) = run.get_input_details()
        outputs = [run(**{argument: sample[None]}) for sample in x]
        agree(made, i, {name: np.concatenate([output[name] for output in outputs]) for name in made})
