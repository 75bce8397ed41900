"""An output at every timestep of a model that takes any number of them: baselines, masks, evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lstmc
from lstmc.api import compiled
from lstmc.runtime.baselines import Reference, predict
from lstmc.runtime.data import prepare_arrays
from lstmc.runtime.feeding import Feeding
from lstmc.runtime.weighting import by_class

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")
RNG = np.random.default_rng(0)
KINDS: dict[str, tuple[dict[str, Any], int]] = {
    "regression": ({"kind": "regression"}, 1),
    "binary": ({"kind": "binary"}, 1),
    "labels": ({"kind": "multiclass"}, 3),
    "one-hot": ({"kind": "multiclass", "target": "one_hot"}, 3),
    "multilabel": ({"kind": "multilabel"}, 3),
}


def targets(name: str, count: int, timesteps: int) -> np.ndarray:
    match name:
        case "regression":
            return RNG.normal(size=(count, timesteps, 1))
        case "binary":
            return RNG.integers(0, 2, (count, timesteps, 1))
        case "multilabel":
            return RNG.integers(0, 2, (count, timesteps, 3))
    ids = RNG.integers(0, 3, (count, timesteps))
    return ids if name == "labels" else np.eye(3)[ids]


def spec(name: str, timesteps: int | None, layers: tuple[Any, ...] = ()) -> dict[str, Any]:
    task, units = KINDS[name]
    return {
        "lstmc": 1,
        "task": {**task, "output": "sequence"},
        "input": {"timesteps": timesteps, "features": 2},
        "layers": [*layers, {"type": "SimpleRNN", "units": 2}, {"type": "Dense", "units": units}],
        "fit": {"epochs": 1},
    }


def naive(name: str, y: np.ndarray, new: np.ndarray) -> float:
    """The metric that the task has by default, of the naive prediction."""
    if name == "regression":
        return float(np.abs(new - y.mean()).mean())
    if name == "labels":
        return float((new == np.bincount(y.ravel()).argmax()).mean())
    if name == "one-hot":
        return float((new.argmax(-1) == y.sum((0, 1)).argmax()).mean())
    return float((new == (y.mean((0, 1)) >= 0.5)).mean())


@pytest.mark.parametrize("name", KINDS)
def test_evaluation_at_the_trained_length_and_at_another(name):
    model = lstmc.build(spec(name, None))
    y = targets(name, 20, 9)
    model.fit(RNG.normal(size=(20, 9, 2)), y)
    for timesteps in (9, 7):
        x, new = RNG.normal(size=(8, timesteps, 2)), targets(name, 8, timesteps)
        report = model.evaluate(x, new)
        (value,) = report.baseline.values()
        assert value == pytest.approx(naive(name, y, new), rel=1e-6)
        assert np.asarray(model.predict(x)).shape[:2] == (8, timesteps)


def samples_of(name: str, plan: Any, x: np.ndarray, y: np.ndarray) -> Any:
    return prepare_arrays(x, y, Feeding(plan, None, None).contract(), None, target=True)  # type: ignore[arg-type]


def test_the_mean_of_a_fixed_number_of_timesteps_is_one_for_each():
    plan = compiled(spec("regression", 4)).result()
    y = targets("regression", 6, 4)
    samples = samples_of("regression", plan, RNG.normal(size=(6, 4, 2)), y)
    halves = [samples.part(slice(0, 2)), samples.part(slice(2, None))]
    for parts in ([samples], halves):
        found = predict("mean", plan, samples, Reference.of(parts, plan), (6, 4, 1))
        np.testing.assert_allclose(found[0], y.mean(axis=0), rtol=1e-12)


@pytest.mark.parametrize("name", KINDS)
def test_masked_timesteps_count_neither_in_the_baseline_nor_for_balanced_weights(name):
    plan = compiled(spec(name, None, ({"type": "Masking"},))).result()
    x, y = RNG.normal(size=(12, 5, 2)), targets(name, 12, 5)
    lengths = RNG.integers(1, 5, 12)
    there = np.arange(5) < lengths[:, None]
    x[~there] = 0
    y[~there] = [1, 0, 0] if name == "one-hot" else 0
    samples = samples_of(name, plan, x, y)
    mean = Reference.of([samples], plan).mean
    expected = np.bincount(y[there], minlength=3) / there.sum() if name == "labels" else y[there].mean(axis=0)
    np.testing.assert_allclose(mean.ravel(), expected, rtol=1e-12)
    if name in ("labels", "one-hot", "binary"):
        sklearn = pytest.importorskip("sklearn.utils.class_weight")
        ids = y[there].argmax(-1) if name == "one-hot" else y[there].ravel()
        weights = by_class(samples, plan, "balanced")
        np.testing.assert_allclose(weights[there], sklearn.compute_sample_weight("balanced", ids), rtol=1e-6)


def test_an_artifact_with_the_mean_of_every_timestep_predicts_any_length():
    plan = compiled(spec("regression", None)).result()
    samples = samples_of("regression", plan, RNG.normal(size=(3, 2, 2)), targets("regression", 3, 2))
    old = Reference(np.array([[1.0], [2.0], [6.0]]))
    np.testing.assert_array_equal(predict("mean", plan, samples, old, (3, 2, 1)), np.full((3, 2, 1), 3.0))
