"""`evaluate` gives the numbers of stock Keras's `evaluate`, and runs the model once, by ONNX Runtime where it can."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import lstmc
from lstmc.runtime.engines import Pair
from lstmc.runtime.engines.scoring import loss_of, penalized

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")
RNG = np.random.default_rng(3)
X = RNG.normal(size=(50, 6, 3)).astype(np.float32)
X[::3, 4:] = 0
X[1::3, :2] = 0
IDS = RNG.integers(0, 4, size=50)
DENSE = {"type": "Dense", "units": 4}
MASKED = [{"type": "Masking"}, {"type": "LSTM", "units": 5, "return_sequences": True}]
KINDS: dict[str, Any] = {"kind": "multiclass"}
EACH: dict[str, Any] = {"kind": "multiclass", "output": "sequence"}
L2 = {"kernel_regularizer": "l2", "recurrent_regularizer": {"type": "L1", "l1": 0.01}}
CASES: dict[str, dict[str, Any]] = {
    "labels": {"task": KINDS, "layers": [{"type": "GRU", "units": 5}, DENSE]},
    "regularized": {"task": KINDS, "layers": [{"type": "LSTM", "units": 5, **L2}, DENSE]},
    "activity": {"task": KINDS, "layers": [{"type": "LSTM", "units": 5, "activity_regularizer": "l2"}, DENSE]},
    "masked sequence": {"task": EACH, "layers": [*MASKED, DENSE]},
    "masked, one vector": {"task": KINDS, "layers": [{"type": "Masking"}, {"type": "LSTM", "units": 5}, DENSE]},
    "sum": {
        "task": KINDS,
        "layers": [{"type": "GRU", "units": 5}, DENSE],
        "compile": {"loss": {"type": "SparseCategoricalCrossentropy", "reduction": "sum"}},
    },
    "several metrics": {
        "task": {"kind": "multiclass", "target": "one_hot"},
        "layers": [{"type": "SimpleRNN", "units": 5}, DENSE],
        "compile": {
            "metrics": ["accuracy", {"type": "TopKCategoricalAccuracy", "k": 2}, {"type": "AUC", "num_thresholds": 200}]
        },
    },
    "stateful": {
        "task": KINDS,
        "input": {"timesteps": 6, "features": 3, "batch_size": 10},
        "layers": [{"type": "LSTM", "units": 5, "stateful": True}, DENSE],
    },
}


def made(case: dict[str, Any]) -> tuple[lstmc.Model, np.ndarray]:
    spec = {
        "lstmc": 1,
        "input": {"timesteps": 6, "features": 3},
        "fit": {"epochs": 1, "batch_size": 10},
        "evaluate": {"batch_size": 16},
    }
    task = case["task"]
    y = IDS
    if task.get("output") == "sequence":
        y = RNG.integers(0, 4, size=(50, 6))
    if task.get("target") == "one_hot":
        y = np.eye(4)[IDS]
    model = lstmc.build({**spec, **case})
    model.fit(X, y)
    return model, y


@pytest.mark.parametrize("name", CASES)
def test_numbers_are_those_of_keras(name):
    model, y = made(CASES[name])
    keras_model = model.to_keras()
    for layer in keras_model.layers:
        if getattr(layer, "stateful", False):
            layer.reset_state()
    batch = 10 if name == "stateful" else 16
    expected = keras_model.evaluate(X, y, batch_size=batch, verbose=0, return_dict=True)
    report = model.evaluate(X, y)
    found = {"loss": report.loss, **report.metrics}
    assert set(found) == set(expected)
    for key, value in expected.items():
        np.testing.assert_allclose(found[key], value, rtol=1e-5, atol=1e-6, err_msg=key)


@pytest.mark.parametrize("name", ["labels", "masked sequence"])
def test_weights_of_samples_count_in_the_loss_alone(name):
    model, y = made(CASES[name])
    weight = RNG.uniform(0.5, 2, size=y.shape).astype(np.float32)
    keras_model = model.to_keras()
    expected = keras_model.evaluate(X, y, sample_weight=weight, batch_size=16, verbose=0, return_dict=True)
    outputs, counted = model._predicting().inference.masked(X)
    found = loss_of(model.plan, Pair(X, y, weight), outputs, counted, 16)
    np.testing.assert_allclose(found, expected["loss"], rtol=1e-5, atol=1e-6)


def test_only_regularizers_of_weights_penalize():
    plans = {name: made(CASES[name])[0].plan for name in ("labels", "activity", "regularized")}
    assert [name for name, plan in plans.items() if penalized(plan)] == ["regularized"]


def test_a_fallback_is_noted():
    model, y = made(CASES["stateful"])
    assert any("a stateful layer carries its state" in note for note in model.evaluate(X, y).notes)


def test_the_model_itself_is_not_built_in_keras(tmp_path):
    """In a process of its own: the predictions come from ONNX Runtime, losses and metrics from Keras."""
    model, y = made(CASES["labels"])
    model.save(tmp_path / "m.lstmc")
    np.savez(tmp_path / "d.npz", x=X, y=y)
    code = """
import lstmc, numpy as np, sys
d = np.load("d.npz"); model = lstmc.load("m.lstmc")
report = model.evaluate(d["x"], d["y"])
assert "keras" in sys.modules and model._engine is None
print(report.loss)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert float(done.stdout) == pytest.approx(model.evaluate(X, y).loss, rel=1e-6)
