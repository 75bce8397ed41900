"""What was to be predicted beside what is predicted, and the time stamps of forecasts."""

from __future__ import annotations

import datetime
import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from lstmc.api import compiled
from lstmc.runtime.actual import actual
from lstmc.runtime.data import Encoding, prepare, prepare_new
from lstmc.runtime.feeding import Feeding
from lstmc.runtime.outputs import decode
from lstmc.runtime.results import Prediction

START = datetime.datetime(2024, 1, 1)


def predicted(content: dict[str, Any], train: pl.DataFrame, new: pl.DataFrame) -> Prediction:
    """The prediction of `new`, with zeros as the outputs of the model; nothing is trained."""
    plan = compiled({"lstmc": 1, **content}).result()
    contract, data = Feeding(plan, None, None).contract(), plan.spec.data  # type: ignore[arg-type]
    encoding: Encoding = prepare(data, contract, None, 0, None, train).encoding  # type: ignore[arg-type]
    samples = prepare_new(data, contract, None, encoding, target=False, frame=new)  # type: ignore[arg-type]
    outputs = np.zeros((len(samples), *(axis or 1 for axis in plan.output.dims)), np.float32)
    prediction = decode(plan, encoding, outputs, samples)
    known = actual(plan, data, None, encoding, prediction, new)  # type: ignore[arg-type]
    from dataclasses import replace

    return replace(prediction, actual=known)


def forecast(units: int = 1, **window: int) -> dict[str, Any]:
    data = {"source": "t.csv", "time": "t", "features": ["v"], "target": "v", "scale": "standard"}
    return {
        "task": "regression",
        "layers": [{"type": "LSTM", "units": 1}, {"type": "Dense", "units": units}],
        "data": {**data, "window": {"timesteps": 3, **window}, "split": {"train": 1.0}},
    }


def hourly(count: int) -> pl.DataFrame:
    times = [START + datetime.timedelta(hours=i) for i in range(count)]
    return pl.DataFrame({"t": times, "v": np.arange(count) * 1.0})


def test_the_value_of_each_target_row_is_beside_its_prediction():
    frame = hourly(8)
    shuffled = frame[[3, 1, 7, 0, 2, 6, 5, 4]]
    names, rows = predicted(forecast(), frame, shuffled).table()
    assert names == ["time", "v", "actual"]
    assert [row[0] for row in rows] == [f"2024-01-01T{hour:02}:00" for hour in range(3, 9)]
    assert [row[2] for row in rows] == [3.0, 4.0, 5.0, 6.0, 7.0, None]


def test_several_steps_that_reach_beyond_the_last_row():
    prediction = predicted(forecast(3, steps=3), hourly(8), hourly(8))
    names, rows = prediction.table()
    assert names == ["time", "v_1", "v_2", "v_3", "actual_v_1", "actual_v_2", "actual_v_3"]
    assert [row[4:] for row in rows][2:5] == [[5, 6, 7], [6, 7, None], [7, None, None]]
    assert prediction.times[-1] == ("2024-01-01T08:00", "2024-01-01T09:00", "2024-01-01T10:00")
    document = json.loads(prediction.to_json())
    assert document["actual"][-1] == [None, None, None]
    assert document["times"][-1] == list(prediction.times[-1])


def test_targets_that_are_missing_or_absent_are_not_known():
    """A target that is a feature must be there; one that is not may have gaps, or be left out."""
    content = forecast()
    content["data"] |= {"features": ["w"]}
    frame = hourly(7).with_columns(w=pl.Series(np.arange(7.0)))
    gaps = frame.with_columns(v=pl.Series([0.0, 1, 2, 3, None, 5, 6]))
    assert [row[2] for row in predicted(content, frame, gaps).table()[1]] == [3, None, 5, 6, None]
    assert predicted(content, frame, frame.drop("v")).table()[0] == ["time", "v"]


def test_a_target_for_every_timestep():
    content = forecast()
    content["task"] = {"kind": "regression", "output": "sequence"}
    prediction = predicted(content, hourly(6), hourly(6))
    np.testing.assert_array_equal(prediction.actual[..., 0], [[1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, np.nan]])


def kinds(kind: str, units: int, **data: Any) -> dict[str, Any]:
    return {
        "task": kind,
        "layers": [{"type": "LSTM", "units": 1}, {"type": "Dense", "units": units}],
        "data": {
            "source": "t.csv",
            "target": "y",
            "features": ["a", "b"],
            "arrange": "columns_as_timesteps",
            "split": {"train": 1.0},
            **data,
        },
    }


def test_labels_without_time_have_the_rows_of_the_file():
    frame = pl.DataFrame({"a": np.arange(6.0), "b": np.ones(6), "y": ["x", "y", "z", "x", "y", "z"]})
    gaps = frame.with_columns(a=pl.Series([0.0, None, 2, 3, 4, 5]), y=pl.Series(["x", "y", None, "x", "y", "z"]))
    content = kinds("multiclass", 3, missing="drop")
    names, rows = predicted(content, frame, gaps).table()
    assert names == ["row", "y", "actual"]
    assert [[row[0], row[2]] for row in rows] == [[0, "x"], [2, None], [3, "x"], [4, "y"], [5, "z"]]


@pytest.mark.parametrize(
    ("kind", "units", "labels", "names"),
    [
        ("multiclass", 3, [0, 1, 2, 0], ["probability of 0", "probability of 1", "probability of 2"]),
        ("multiclass", 2, ["no", "yes", "no", "no"], ["probability of no", "probability of yes"]),
        ("binary", 1, ["no", "yes", "no", "no"], ["probability of yes"]),
        ("binary", 1, [True, False, True, True], ["probability of true"]),
        ("binary", 1, [0, 1, 1, 0], ["probability of 1"]),
    ],
)
def test_columns_of_probabilities_are_named_by_their_classes(kind, units, labels, names):
    from dataclasses import replace

    frame = pl.DataFrame({"a": np.arange(4.0), "b": np.ones(4), "y": labels})
    prediction = replace(predicted(kinds(kind, units), frame, frame), output="probabilities")
    assert prediction.table()[0] == ["row", *names, "actual"]
    known = [label.lower() if isinstance(labels[0], bool) else label for label in map(str, labels)]
    assert [str(row[-1]) for row in prediction.table()[1]] == known
    assert [f"probability of {label}" for label in json.loads(prediction.to_json())["labels"]] == names


def test_columns_of_labels_and_of_one_hot_rows():
    from dataclasses import replace

    frame = pl.DataFrame({"a": np.arange(4.0), "b": [1.0, 0, 0, 1], "c": [0.0, 1, 1, 0]})
    labels = {"kind": "multilabel"}, {"kind": "multiclass", "target": "one_hot"}
    for task in labels:
        content = kinds("binary", 2, target=["b", "c"], features=["a"]) | {"task": task}
        prediction = replace(predicted(content, frame, frame), output="probabilities")
        assert prediction.table()[0][1:3] == ["probability of b", "probability of c"]
        assert json.loads(prediction.to_json())["labels"] == ["b", "c"]


def test_arrays_of_labels_without_names():
    """The classes are numbers; the labels of a multilabel target have none."""
    given = np.full((2, 3), 1 / 3, np.float32)
    samples = SimpleNamespace(times=None, rows=np.arange(2), notes=(), anchors=None)
    for task, names in (("multiclass", ["probability of 0"]), ("multilabel", ["probability_0"])):
        plan = compiled(
            {"lstmc": 1, "input": {"timesteps": 2, "features": 1}, "predict": {"output": "probabilities"}, **{
                key: value for key, value in kinds(task, 3).items() if key != "data"
            }}
        ).result()  # fmt: skip
        encoding = Encoding((), (), None, None, None)  # type: ignore[arg-type]
        found = decode(plan, encoding, given, samples)  # type: ignore[arg-type]
        assert found.table()[0][1:2] == names


@pytest.mark.parametrize(
    ("times", "following"),
    [
        (["2024-01-05 23:00", "2024-01-06 00:00", "2024-01-06 01:00"], "2024-01-06 02:00"),
        (["2023-11", "2023-12", "2024-01"], "2024-02"),
        (["2023-12-31", "2024-01-31", "2024-02-29"], "2024-03-31"),
        (["1998", "1999", "2000"], "2001"),
        ([0.5, 1.0, 1.5], "2.0"),
        (["2024-01-01", "2024-01-02", "2024-01-09"], ""),
    ],
)
def test_the_time_of_a_forecast_is_written_as_those_of_the_data(times, following):
    frame = pl.DataFrame({"t": times, "v": [0.0, 1, 2]})
    content = forecast()
    content["data"]["window"] = {"timesteps": 2}
    assert predicted(content, frame, frame).times[-1] == following
