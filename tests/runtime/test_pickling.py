"""Models and results cross processes: pickled, copied, and predicting the same to the last bit."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lstmc
from lstmc.compiler.artifact import decode, encode

SPEC = {
    "lstmc": 1,
    "name": "m",
    "task": "regression",
    "input": {"timesteps": 5, "features": 1},
    "layers": [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}],
    "fit": {"epochs": 2, "batch_size": 4},
}
X = np.random.default_rng(0).normal(size=(8, 5, 1)).astype(np.float32)
Y = X.sum(axis=(1, 2))


def through_pickle(model: Any) -> Any:
    return pickle.loads(pickle.dumps(model))


def through_joblib(model: Any) -> Any:
    import io

    joblib = pytest.importorskip("joblib", reason="joblib comes with scikit-learn")
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    return joblib.load(file)


WAYS = {
    "pickle": through_pickle,
    "first protocol": lambda model: pickle.loads(pickle.dumps(model, 2)),
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    "joblib": through_joblib,
}


@pytest.fixture(scope="module")
def trained() -> lstmc.Model:
    model = lstmc.build(SPEC, device="cpu")
    model.fit(X, Y)
    return model


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_a_trained_model(way: Callable[[Any], Any], trained: lstmc.Model) -> None:
    again = way(trained)
    assert again is not trained
    assert again.trained
    np.testing.assert_array_equal(again.predict(X).values, trained.predict(X).values, strict=True)
    assert again.history == trained.history
    assert again.history.notes == trained.history.notes
    assert again.schedule == trained.schedule
    assert again.plan.digest == trained.plan.digest
    assert encode(again.artifact(Path())) == encode(trained.artifact(Path()))


def test_a_copy_is_independent_and_trains_on_alike(trained: lstmc.Model) -> None:
    before = trained.predict(X).values
    one, other = copy.deepcopy(trained), copy.deepcopy(trained)
    assert one.fit(X, Y)["loss"] == other.fit(X, Y)["loss"]
    assert one.history is not None
    assert one.history.epochs == 4
    np.testing.assert_array_equal(one.predict(X).values, other.predict(X).values)
    assert not np.array_equal(one.predict(X).values, before)
    np.testing.assert_array_equal(trained.predict(X).values, before)


def test_an_untrained_model_has_the_same_weights() -> None:
    again = through_pickle(lstmc.build(SPEC))
    assert not again.trained
    expected = lstmc.build(SPEC).weights()
    assert again.weights().keys() == expected.keys()
    for name, array in again.weights().items():
        np.testing.assert_array_equal(array, expected[name], strict=True)


def test_device_folder_and_boundary_stay(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i % 4}\n" for i in range(30))
    (tmp_path / "a.csv").write_text("t,v\n" + rows, encoding="utf-8")
    data = {"source": "a.csv", "time": "t", "target": "v", "window": {"timesteps": 5}, "split": {"train": 1.0}}
    (tmp_path / "m.lstm.json").write_text(json.dumps({**SPEC, "data": data}), encoding="utf-8")
    model = lstmc.build(tmp_path / "m.lstm.json", device="cpu")
    again = through_pickle(model)
    assert (again.base, again.boundary, again.name) == (model.base, model.boundary, "m")
    assert again.device == model.device
    assert again.check_data().fingerprint == model.check_data().fingerprint


def test_a_damaged_pickle_is_refused_as_a_damaged_file_is(trained: lstmc.Model) -> None:
    rebuild, (content, *rest) = trained.__reduce__()
    damaged = bytearray(content)
    damaged[-1] ^= 1
    with pytest.raises(lstmc.ArtifactError, match="LC703"):
        rebuild(bytes(damaged), *rest)
    whole = decode(content, Path("m"))
    crafted = {**whole.tensors, "scaler/x/factor": np.zeros(1)}
    with pytest.raises(lstmc.ArtifactError, match="LC705"):
        rebuild(encode(type(whole)(whole.spec, crafted, whole.metadata)), *rest)


LIGHT = """
import pickle, sys
model = pickle.load(open("m.pickle", "rb"))
assert len(model.predict([[[1.0]] * 5])) == 1
heavy = [name for name in ("tensorflow", "keras") if name in sys.modules]
assert not heavy, heavy
"""

POOL = """
import multiprocessing, pickle, sys
import numpy as np
import lstmc

def job(model):
    values = model.predict(np.load("x.npy")).values
    return values, "tensorflow" in sys.modules

def fail(model):
    model.predict(np.zeros((1, 5, 3)))

if __name__ == "__main__":
    model = pickle.load(open("m.pickle", "rb"))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        values, heavy = pool.apply(job, (model,))
        assert not heavy
        assert np.array_equal(values, model.predict(np.load("x.npy")).values)
        try:
            pool.apply_async(fail, (model,)).get(60)
        except lstmc.DataError as error:
            assert error.diagnostics[0].code == "LC509", error.diagnostics
        else:
            raise AssertionError("no error")
"""


@pytest.mark.parametrize("code", [LIGHT, POOL], ids=["light", "spawned pool"])
def test_another_process(code: str, trained: lstmc.Model, tmp_path: Path) -> None:
    (tmp_path / "m.pickle").write_bytes(pickle.dumps(trained))
    np.save(tmp_path / "x.npy", X)
    (tmp_path / "script.py").write_text(code, encoding="utf-8")
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_results(way: Callable[[Any], Any], trained: lstmc.Model) -> None:
    prediction, evaluation = trained.predict(X), trained.evaluate(X, Y)
    again = way(prediction)
    np.testing.assert_array_equal(again.values, prediction.values)
    assert again.to_json() == prediction.to_json()
    assert way(evaluation) == evaluation
    assert way(trained.history) == trained.history
    assert way(trained.plan.spec) == trained.plan.spec


def test_predictions_with_times(tmp_path: Path) -> None:
    rows = "".join(f"2026-01-{i + 1:02},{i % 4}\n" for i in range(30))
    (tmp_path / "a.csv").write_text("t,v\n" + rows, encoding="utf-8")
    data = {"source": "a.csv", "time": "t", "target": "v", "window": {"timesteps": 5}, "split": {"train": 1.0}}
    model = lstmc.build({**SPEC, "data": {**data, "source": str(tmp_path / "a.csv")}})
    model.fit()
    prediction = model.predict()
    assert through_pickle(prediction).to_json() == prediction.to_json()


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_exceptions_keep_their_diagnostics(way: Callable[[Any], Any]) -> None:
    with pytest.raises(lstmc.SpecError) as caught:
        lstmc.build({**SPEC, "layers": [{"type": "LSTN", "units": 3}]})
    caught.value.add_note("a note")
    again = way(caught.value)
    assert again.diagnostics == caught.value.diagnostics
    assert (str(again), again.source, again.__notes__) == (str(caught.value), caught.value.source, ["a note"])
