"""Inference with ONNX Runtime: the same numbers as the engine that trains, from raw values to original units."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import lstmc
from lstmc.runtime.data import Contract, Encoding, Scaler, prepare_arrays
from lstmc.runtime.data.direct import Direct

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
    plain = {key: value for key, value in SPEC["data"].items() if key != "difference"}
    (folder / "scaled.lstm.json").write_text(json.dumps({**SPEC, "data": plain}))
    scaled = lstmc.build(folder / "scaled.lstm.json")
    scaled.fit()
    scaled.save(folder / "scaled.lstmc")
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


def test_a_stream_gives_a_prediction_for_each_item_in_order(folder):
    model = lstmc.load(folder / "labels.lstmc")
    expected = model.predict(X[:40]).probabilities
    items = [*X[:5], X[5:20], *X[20:22].tolist(), X[22:40]]
    found = list(model.predict_stream(iter(items)))
    assert [len(prediction) for prediction in found] == [1] * 5 + [15, 1, 1, 18]
    np.testing.assert_allclose(np.concatenate([p.probabilities for p in found]), expected, rtol=1e-5, atol=1e-6)


def test_single_samples_of_a_stream_can_be_gathered(folder):
    model = lstmc.load(folder / "labels.lstmc")
    found = list(model.predict_stream([*X[:5], X[5:9], *X[9:12]], batch_size=2))
    assert [len(prediction) for prediction in found] == [2, 2, 1, 4, 2, 1]
    expected = model.predict(X[:12]).probabilities
    np.testing.assert_allclose(np.concatenate([p.probabilities for p in found]), expected, rtol=1e-5, atol=1e-6)


def test_a_stream_holds_one_item_at_a_time(folder):
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield X[taken % len(X)]

    stream = lstmc.load(folder / "labels.lstmc").predict_stream(endless())
    for expected in range(1, 4):
        next(stream)
        assert taken == expected


def test_a_stream_of_an_untrained_model_is_refused_at_once():
    with pytest.raises(lstmc.ArtifactError, match="LC707"):
        lstmc.build(LABELS).predict_stream([])


ARRAYS = {
    "float32": X.astype(np.float32),
    "float64": X,
    "one": X[:1],
    "float16": X.astype(np.float16),
    "integers": (X * 3).astype(np.int64),
    "big endian": X.astype(">f4"),
    "not contiguous": np.asfortranarray(X),
    "strided": X[::2, ::-1],
    "large": X * 1e30,
}


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("artifact", ["series", "labels", "scaled"])
def test_the_short_way_gives_what_the_long_way_gives(folder, artifact, name):
    model, x = lstmc.load(folder / f"{artifact}.lstmc"), ARRAYS[name]
    if artifact == "series":
        x = np.concatenate([x, x[:, :1]], axis=1)  # differences need a timestep more
    predictor = model._predicting()
    short, long = model.predict(x), replace(predictor, direct=None).predict(x)
    assert (predictor.direct is None) == (artifact == "series")
    np.testing.assert_array_equal(np.asarray(short), np.asarray(long))
    assert (short.notes, short.output, short.labels, short.times) == (long.notes, long.output, long.labels, long.times)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda x: x[:, :3], "LC508"),
        (lambda x: x[..., :1], "LC509"),
        (lambda x: x[0], "LC507"),
        (lambda x: np.where(x > 2, np.nan, x), "LC506"),
        (lambda x: np.where(x > 2, np.inf, x), "LC506"),
        (lambda x: np.where(x > 2, 1e39, x), "LC506"),
        (lambda x: x[:0], "LC515"),
        (lambda x: x.astype(complex), "LC518"),
    ],
)
@pytest.mark.parametrize("artifact", ["labels", "scaled"])
def test_the_short_way_lets_nothing_wrong_through(folder, artifact, change, code):
    with pytest.raises(lstmc.DataError, match=code):
        lstmc.load(folder / f"{artifact}.lstmc").predict(change(X))


@pytest.mark.parametrize("ids", [[[0, 1, 8]], [[0, 1, 9]], [[0, -1, 3]], [[0.0, 1.5, 2.0]], [[0.0, 1.0, 2.0]]])
@pytest.mark.parametrize("kind", [np.int32, np.int64, np.uint8, np.float32])
def test_ids_go_either_way(ids, kind):
    x = np.array(ids).astype(kind)
    encoding = Encoding((), (), Scaler.identity(3), Scaler.identity(1), None)
    contract = Contract((3,), (1,), "values", vocabulary=9)
    direct = Direct.of(contract, encoding).samples(x)
    try:
        expected = prepare_arrays(x, None, contract, encoding)
    except lstmc.DataError:
        assert direct is None
    else:
        assert direct is None or (direct.x.dtype, direct.x.tolist()) == (expected.x.dtype, expected.x.tolist())


@pytest.mark.parametrize("count", [1, 31, 32, 33, 127, 129, 300])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_chunks_over_threads_are_put_together_in_order(folder, count, threads):
    model = lstmc.load(folder / "labels.lstmc", overrides=[f"runtime.threads={threads}"])
    x = np.resize(X, (count, 5, 2))
    one_by_one = np.concatenate([model.predict(sample[None]).probabilities for sample in x])
    np.testing.assert_allclose(model.predict(x).probabilities, one_by_one, rtol=1e-5, atol=1e-6)


def test_outputs_of_any_length_and_their_masks():
    spec = {
        "lstmc": 1,
        "task": {"kind": "regression", "output": "sequence"},
        "input": {"timesteps": None, "features": 2},
        "layers": [{"type": "Masking"}, {"type": "GRU", "units": 3}, {"type": "Dense", "units": 1}],
        "fit": {"epochs": 1},
    }
    model = lstmc.build(spec)
    model.fit(X, X[..., :1])
    outputs, mask = model._predicting().inference.masked(X.astype(np.float32))
    assert mask.tolist() == (X != 0).any(axis=-1).tolist()
    expected = np.asarray(model.to_keras()(X.astype(np.float32)))
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)
    longer = np.resize(X, (40, 9, 2))
    assert model.predict(longer).values.shape == (40, 9, 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_process_that_is_forked_off_predicts(folder):
    code = """
import os, lstmc, numpy as np
model, x = lstmc.load("labels.lstmc", overrides=["runtime.threads=2"]), np.ones((200, 5, 2))
expected = model.predict(x).probabilities
child = os.fork()
if not child:
    os._exit(0 if np.array_equal(model.predict(x).probabilities, expected) else 1)
print(os.waitpid(child, 0)[1])
"""
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60, check=True)
    assert done.stdout == "0\n"
