"""Training and evaluating streamed tables beside the same tables in memory."""

from unittest import mock

import numpy as np
import polars as pl
import pytest

import lstmc
from lstmc.runtime.data.samples import Samples
from lstmc.runtime.data.streaming import blocks, part, text

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(autouse=True, scope="module")
def tiny():
    """Blocks of a few rows, chunks of a few batches, and no part small enough to be held."""
    with (
        mock.patch.object(text, "BLOCK", 2000),
        mock.patch.object(blocks, "BLOCK", 2000),
        mock.patch.object(part, "CHUNK", 4000),
        mock.patch.object(part, "HELD", 0),
    ):
        yield


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("streamed") / "t.csv"
    rng = np.random.default_rng(0)
    walks = {name: rng.normal(size=500).cumsum() for name in ("a", "b")}
    pl.DataFrame({"t": np.arange(500), **walks, "label": rng.integers(0, 2, 500), "w": rng.random(500)}).write_csv(path)
    return path


def spec(table, *, stream, data=None, **changes):
    section = {
        "source": str(table),
        "time": "t",
        "features": ["a", "b"],
        "target": "a",
        "window": {"timesteps": 5},
        "scale": "standard",
        "stream": stream,
    }
    return {
        "lstmc": 1,
        "task": "regression",
        "input": {"timesteps": 5, "features": 2},
        "layers": [{"type": "LSTM", "units": 4}, {"type": "Dense", "units": 1}],
        "data": section | (data or {}),
        "fit": {"epochs": 2, "batch_size": 16, "shuffle": False, "seed": 1},
    } | changes


def trained(table, **keys):
    model = lstmc.build(spec(table, **keys))
    return model, model.fit()


def fit(**keys):
    return {"epochs": 2, "batch_size": 16, "shuffle": False, "seed": 1} | keys


CASES = {
    "regression": {},
    "a penalty on what a layer gives": {
        "layers": [
            {"type": "LSTM", "units": 4, "activity_regularizer": {"type": "L2", "l2": 0.1}},
            {"type": "Dense", "units": 1},
        ]
    },
    "weights": {"fit": fit(sample_weight="w")},
    "binary, balanced": {
        "task": "binary",
        "data": {"target": "label", "scale": "none"},
        "fit": fit(class_weight="balanced"),
    },
}


@pytest.mark.parametrize("name", CASES)
def test_training_and_evaluation_are_those_of_the_table_in_memory(table, name):
    (streamed, course), (held, expected) = (trained(table, stream=stream, **CASES[name]) for stream in (True, False))
    assert not isinstance(streamed.check_data().parts["train"], Samples)
    for key, values in dict(expected).items():
        np.testing.assert_allclose(course[key], values, rtol=1e-6)
    for key, weights in held.weights().items():
        np.testing.assert_allclose(streamed.weights()[key], weights, atol=1e-6)
    for on in ("test", "validation", "all"):
        one, other = streamed.evaluate(on=on), held.evaluate(on=on)
        assert (one.count, one.baseline_name) == (other.count, other.baseline_name)
        np.testing.assert_allclose(one.loss, other.loss, rtol=1e-5)
        for scores, others in ((one.metrics, other.metrics), (one.baseline, other.baseline)):
            np.testing.assert_allclose(list(scores.values()), list(others.values()), rtol=1e-5)


def test_a_shuffled_training_repeats_itself(table):
    (one, first), (other, second) = (trained(table, stream=True, fit=fit(shuffle=True)) for _ in range(2))
    assert first["loss"] == second["loss"]
    for key, weights in one.weights().items():
        np.testing.assert_array_equal(other.weights()[key], weights)


def test_an_artifact_knows_the_data_that_it_was_streamed_from(table, tmp_path):
    model, _ = trained(table, stream=True)
    loaded = lstmc.load(model.save(tmp_path / "m.lstmc"))
    evaluation = loaded.evaluate(table)
    assert evaluation.on == "test"
    assert evaluation.count == model.evaluate().count


def test_progress_counts_the_samples_of_all_chunks(table):
    seen = []
    model = lstmc.build(spec(table, stream=True))
    model.fit(on_batch=lambda epoch, done, count: seen.append((epoch, done, count)))
    samples = len(model.check_data().parts["train"])
    assert seen[-1] == (1, samples, samples)
    assert [done for epoch, done, _ in seen if epoch == 0][:2] == [16, 32]
