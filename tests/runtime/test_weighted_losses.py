"""The loss of every kind of output with every kind of weight, in every loop, against NumPy in double precision."""

from __future__ import annotations

from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import polars as pl
import pytest

import lstmc
from lstmc.runtime.data.streaming import blocks, part, text

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

COUNT, STEPS, BATCH = 22, 8, 8  # as many timesteps as samples in a batch, and a last batch that is not full
RNG = np.random.default_rng(11)
X = RNG.normal(size=(COUNT, STEPS, 2))
IDS = RNG.integers(0, 5, size=(COUNT, STEPS))
LENGTHS = RNG.integers(2, STEPS + 1, COUNT)
THERE = np.arange(STEPS) < LENGTHS[:, None]
CLASS_WEIGHT = {0: 3.0, 1: 0.25}
BY_CLASS = np.array([3.0, 0.25, 1.0])


class Output(NamedTuple):
    """A kind of target."""

    task: dict[str, Any]
    units: int

    def targets(self, *, sequence: bool) -> np.ndarray:
        shape = (COUNT, STEPS) if sequence else (COUNT,)
        match self.task:
            case {"kind": "regression"}:
                return RNG.normal(size=(*shape, self.units))
            case {"kind": "binary" | "multilabel"}:
                return RNG.integers(0, 2, size=(*shape, self.units))
            case {"target": "one_hot"}:
                return np.eye(self.units)[RNG.integers(0, self.units, size=shape)]
        return RNG.integers(0, self.units, size=shape)

    def values(self, y: np.ndarray, p: np.ndarray) -> np.ndarray:
        """The loss of each place, in double precision."""
        p = p.astype(np.float64)
        if self.task["kind"] == "regression":
            return ((y - p) ** 2).mean(axis=-1)
        p = p.clip(1e-7, 1 - 1e-7)
        if self.task["kind"] in ("binary", "multilabel"):
            return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(axis=-1)
        rows = y if y.ndim == p.ndim else np.eye(self.units)[y]
        return -(rows * np.log(p)).sum(axis=-1)

    def ids(self, y: np.ndarray) -> np.ndarray | None:
        """The class of each place, where there are classes."""
        match self.task:
            case {"kind": "binary"}:
                return y[..., 0]
            case {"target": "one_hot"}:
                return y.argmax(axis=-1)
            case {"kind": "multiclass"}:
                return y
        return None


OUTPUTS = {
    "regression": Output({"kind": "regression"}, 2),
    "binary": Output({"kind": "binary"}, 1),
    "labels": Output({"kind": "multiclass"}, 3),
    "one-hot": Output({"kind": "multiclass", "target": "one_hot"}, 3),
    "multilabel": Output({"kind": "multilabel"}, 3),
}


def epoch_loss(values: np.ndarray, weight: np.ndarray | None, counted: np.ndarray | None, size: int = BATCH) -> float:
    """Keras's: over the batches the mean of `sum(values * weight) / places that count`, by samples."""
    weight = np.ones(values.shape) if weight is None else np.broadcast_to(weight, values.shape)
    counted = np.ones(values.shape, bool) if counted is None else counted
    total = 0.0
    for start in range(0, len(values), size):
        rows = slice(start, start + size)
        mean = (values[rows] * weight[rows] * counted[rows]).sum() / counted[rows].sum()
        total += mean * len(values[rows])
    return total / len(values)


def spec(output: Output, loop: Any, mask: str, *, sequence: bool) -> dict[str, Any]:
    first: dict[str, list[Any]] = {
        "": [],
        "Masking": [{"type": "Masking"}],
        "Embedding": [{"type": "Embedding", "input_dim": 5, "output_dim": 2, "mask_zero": True}],
    }
    read = {"vocabulary": 5} if mask == "Embedding" else {"features": 2}
    return {
        "lstmc": 1,
        "task": {**output.task, "output": "sequence" if sequence else "last"},
        "input": {"timesteps": STEPS, **read},
        "layers": [*first[mask], {"type": "SimpleRNN", "units": 2}, {"type": "Dense", "units": output.units}],
        "compile": {"optimizer": {"type": "SGD", "learning_rate": 1e-12}, "metrics": []},
        "fit": {"epochs": 1, "batch_size": BATCH, "shuffle": False},
        "evaluate": {"batch_size": BATCH},
        "runtime": {"schedule": loop},
    }


CASES = [
    *((name, "batchwise", "", True) for name in OUTPUTS),
    *((name, "batchwise", "", False) for name in ("regression", "one-hot")),
    ("regression", "batchwise", "Masking", True),
    ("labels", "batchwise", "Embedding", True),
    ("binary", "batchwise", "Masking", False),
    ("labels", "fused", "", True),
    ("regression", {"loop": "resident", "shards": 2}, "", True),
]


@pytest.mark.parametrize(("name", "loop", "mask", "sequence"), CASES)
def test_losses_are_those_computed_by_hand(name, loop, mask, sequence):
    output = OUTPUTS[name]
    y = output.targets(sequence=sequence)
    x = {"": X, "Masking": np.where(THERE[..., None], X, 0), "Embedding": np.where(THERE, np.maximum(IDS, 1), 0)}[mask]
    counted = THERE if mask and sequence else None
    model = lstmc.build(spec(output, loop, mask, sequence=sequence))
    samples = RNG.uniform(0, 2, COUNT)
    places = RNG.uniform(0, 2, (COUNT, STEPS)) if sequence else samples
    ids = output.ids(y)
    by_class, class_weight = (1.0, None) if ids is None else (BY_CLASS[ids], CLASS_WEIGHT)
    column = samples[:, None] if sequence else samples
    history = [
        model.fit(x, y, sample_weight=samples, validation_data=(x, y, samples)),
        model.fit(x, y, sample_weight=places, class_weight=class_weight, validation_data=(x, y, places)),
    ]
    given = model.predict(x)
    values = output.values(
        y,
        np.asarray(given.values if given.values is not None else given.probabilities).reshape(
            *y.shape[: 1 + sequence], output.units
        ),
    )
    expected = [
        (epoch_loss(values, column, counted),) * 2,
        (epoch_loss(values, places * by_class, counted), epoch_loss(values, places, counted)),
    ]
    for found, (train, validation) in zip(history, expected, strict=True):
        assert found["loss"][0] == pytest.approx(train, rel=2e-5)
        assert found["val_loss"][0] == pytest.approx(validation, rel=2e-5)
    assert model.evaluate(x, y).loss == pytest.approx(epoch_loss(values, None, counted), rel=2e-5)


@pytest.mark.parametrize("stream", [False, True])
def test_the_weights_of_a_column_are_those_of_the_rows_of_the_targets(tmp_path, stream):
    """Every timestep of a window has its target one row on; in memory, streamed and evaluated."""
    rows, steps = 300, 5
    v, w = RNG.normal(size=rows), RNG.uniform(0, 2, rows)
    pl.DataFrame({"t": np.arange(rows), "v": v, "w": w}).write_csv(tmp_path / "t.csv")
    plain = spec(OUTPUTS["regression"]._replace(units=1), "auto", "", sequence=True)
    data = {"source": str(tmp_path / "t.csv"), "time": "t", "features": ["v"], "target": "v"}
    data |= {"window": {"timesteps": steps}, "split": {"train": 0.5, "test": 0.5}, "stream": stream}
    fit = {**plain["fit"], "sample_weight": "w"}
    with (
        mock.patch.object(text, "BLOCK", 2000),
        mock.patch.object(blocks, "BLOCK", 2000),
        mock.patch.object(part, "CHUNK", 4000),
        mock.patch.object(part, "HELD", 0),
    ):
        model = lstmc.build({**plain, "input": {"timesteps": steps, "features": 1}, "data": data, "fit": fit})
        history = model.fit()
        report = model.evaluate()
    starts = np.arange(rows - steps)
    at = starts[:, None] + 1 + np.arange(steps)
    values = (v[at] - np.asarray(model.predict(v[at - 1][..., None]))[..., 0]) ** 2
    train, test = at[:, -1] < 150, at[:, 0] >= 150  # windows with targets in both parts are left out
    assert history["loss"][0] == pytest.approx(epoch_loss(values[train], w[at][train], None), rel=2e-5)
    assert report.loss == pytest.approx(epoch_loss(values[test], w[at][test], None), rel=2e-5)


def test_stock_keras_agrees_on_what_it_accepts():
    """`[samples, 1]` and `[samples, timesteps]`, with a mask; `[samples]` it would lay along the timesteps."""
    output = OUTPUTS["labels"]
    y = output.targets(sequence=True)
    x = np.where(THERE[..., None], X, 0)
    plain = spec(output, "batchwise", "Masking", sequence=True)
    for weight in (RNG.uniform(0, 2, (COUNT, 1)), RNG.uniform(0, 2, (COUNT, STEPS))):
        stock = lstmc.build(plain).to_keras()
        expected = stock.fit(x, y, sample_weight=weight, batch_size=BATCH, shuffle=False, verbose=0).history["loss"]
        assert lstmc.build(plain).fit(x, y, sample_weight=weight)["loss"] == pytest.approx(expected, rel=1e-6)


@pytest.mark.triggers("LC540")
@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (np.ones(STEPS), r"\(8,\); expected \(22,\) or \(22, 8\)"),
        (np.ones((COUNT, STEPS, 1)), r"\(22, 8, 1\); expected"),
        (np.where(np.arange(COUNT * STEPS).reshape(COUNT, STEPS) == 19, -1, 1), "sample 2, timestep 3"),
    ],
)
def test_weights_that_fit_neither_samples_nor_timesteps(weight, words):
    output = OUTPUTS["regression"]
    with pytest.raises(lstmc.DataError, match=words):
        lstmc.build(spec(output, "auto", "", sequence=True)).fit(X, output.targets(sequence=True), sample_weight=weight)
