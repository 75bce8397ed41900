"""Inference with ONNX Runtime: the same numbers as the engine that trains, from raw values to original units."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import lstmc

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

SPEC: dict[str, Any] = {
    "lstmc": 1,
    "task": "regression",
    "layers": [{"type": "LSTM", "units": 6}, {"type": "GRU", "units": 5}, {"type": "Dense", "units": 1}],
    "data": {
        "source": "series.csv",
        "target": "y",
        "window": {"timesteps": 5},
        "scale": {"features": "standard", "target": "minmax"},
        "missing": "forward_fill",
        "difference": 1,
    },
    "fit": {"epochs": 2},
}
LABELS: dict[str, Any] = {
    "lstmc": 1,
    "task": "multiclass",
    "input": {"timesteps": 5, "features": 2},
    "layers": [{"type": "Masking"}, {"type": "LSTM", "units": 6}, {"type": "Dense", "units": 3}],
    "fit": {"epochs": 2},
}
RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 5, 2))
X[::3, 3:] = 0
Y = RNG.choice(["a", "b", "c"], size=300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("onnx")
    rows = "".join(f"{np.sin(i / 5) * 40 + 50:.3f},{i % 7 or ''}\n" for i in range(120))
    (folder / "series.csv").write_text("y,day\n" + rows)
    (folder / "series.lstm.json").write_text(json.dumps(SPEC))
    model = lstmc.build(folder / "series.lstm.json")
    model.fit()
    model.save(folder / "series.lstmc")
    labels = lstmc.build(LABELS)
    labels.fit(X, Y)
    labels.save(folder / "labels.lstmc")
    return folder


def both(path):
    """The artifact, predicting with each engine."""
    return (lstmc.load(path, overrides=[f'runtime.engine="{engine}"']) for engine in ("onnx", "tensorflow"))


def test_a_table_gives_the_same_values(folder):
    one, other = (model.predict() for model in both(folder / "series.lstmc"))
    assert one.times == other.times
    np.testing.assert_allclose(one.values, other.values, rtol=1e-5, atol=1e-4)


def test_arrays_give_the_same_labels_and_probabilities(folder):
    one, other = (model.predict(X) for model in both(folder / "labels.lstmc"))
    assert one.classes.tolist() == other.classes.tolist()
    np.testing.assert_allclose(one.probabilities, other.probabilities, rtol=1e-5, atol=1e-6)


def test_what_is_trained_further_predicts_with_its_new_weights(folder):
    model = lstmc.load(folder / "labels.lstmc")
    before = model.predict(X).probabilities
    model.fit(X, Y)
    after = model.predict(X).probabilities
    assert np.abs(before - after).max() > 1e-4
    np.testing.assert_allclose(after, np.asarray(model.to_keras()(X.astype(np.float32))), rtol=1e-5, atol=1e-6)


def test_many_threads_get_the_same_predictions(folder):
    model = lstmc.load(folder / "labels.lstmc")
    expected = model.predict(X).probabilities
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: model.predict(X).probabilities, range(32)):
            np.testing.assert_array_equal(found, expected)


def test_a_stateful_model_falls_back_and_says_so():
    spec = {**LABELS, "input": {"timesteps": 5, "features": 2, "batch_size": 10}}
    spec["layers"] = [{"type": "LSTM", "units": 6, "stateful": True}, {"type": "Dense", "units": 3}]
    model = lstmc.build(spec)
    model.fit(X, Y)
    assert model.predict(X).notes == (
        "predicted with TensorFlow, not with ONNX Runtime: a stateful layer carries its state from call to call",
    )


def test_the_exported_file_says_what_it_is(folder):
    content = lstmc.load(folder / "series.lstmc").to_onnx()
    proto = onnx.load_from_string(content)
    told = {entry.key: entry.value for entry in proto.metadata_props}
    assert (proto.producer_name, proto.opset_import[0].version) == ("lstmc", 21)
    assert json.loads(told["features"]) == ["y", "day"]
    assert set(json.loads(told["scalers"])) == {"x", "y"}
    x = RNG.normal(size=(7, 5, 2)).astype(np.float32)
    (y,) = runtime.InferenceSession(content).run(None, {"x": x})
    keras_model = lstmc.load(folder / "series.lstmc").to_keras()
    np.testing.assert_allclose(y, np.asarray(keras_model(x)), rtol=1e-5, atol=1e-6)


def test_what_onnx_cannot_express_is_not_exported():
    spec = {**LABELS, "layers": [{"type": "LSTM", "units": 6, "activation": "gelu"}, {"type": "Dense", "units": 3}]}
    with pytest.raises(lstmc.SpecError, match="LC606"):
        lstmc.build(spec).to_onnx()
