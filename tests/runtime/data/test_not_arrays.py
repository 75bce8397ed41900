"""Datasets, generators, series and ragged lists in place of arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

import lstmc
from lstmc.runtime.data import Contract
from lstmc.runtime.data.preparation import prepare_arrays
from lstmc.spec.errors import DataError

X, Y = np.arange(40.0).reshape(8, 5, 1), np.arange(8.0)
MODEL = Contract((5, 1), (1,), "values")


def batches():
    return ((X[i : i + 4], Y[i : i + 4]) for i in (0, 4))


def dataset():
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices((X, Y)).batch(4)


def sequence():
    keras = pytest.importorskip("keras")

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, i):
            return X[4 * i : 4 * i + 4], Y[4 * i : 4 * i + 4]

    return Batches()


@pytest.mark.triggers("LC518")
@pytest.mark.parametrize(
    ("make", "what"),
    [(batches, "a `generator`"), (dataset, "a `tf.data.Dataset`"), (sequence, "a Keras `Batches`")],
    ids=["generator", "tf.data", "PyDataset"],
)
@pytest.mark.parametrize("y", [None, Y])
@pytest.mark.filterwarnings("ignore")
def test_batches(make, what, y):
    with pytest.raises(DataError) as caught:
        prepare_arrays(make(), y, MODEL, target=True)
    (found,) = caught.value.diagnostics
    assert found.code == "LC518"
    assert found.message == f"x is {what}, and what is read is arrays, a data frame or the path of a file"
    names = {"numpy": np, "x": make()}
    exec(found.help.split("`")[1], names)  # the help works
    np.testing.assert_array_equal(names["x"], X)
    np.testing.assert_array_equal(names["y"], Y)


@pytest.mark.triggers("LC526")
def test_a_series_alone():
    with pytest.raises(DataError) as caught:
        prepare_arrays(pd.Series([1.0, 2.0], name="v"), None, MODEL, target=True)
    (found,) = caught.value.diagnostics
    assert found.code == "LC526"
    assert "`x.to_frame()`" in found.help
    model = lstmc.build(
        {
            "lstmc": 1,
            "task": "regression",
            "layers": [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}],
            "data": {"source": "t.csv", "features": ["v"], "target": "v", "window": {"timesteps": 3}},
        }
    )
    assert len(model.check_data(pd.Series(np.arange(30.0), name="v").to_frame()).parts["train"]) > 0


@pytest.mark.triggers("LC526")
def test_no_targets():
    with pytest.raises(DataError, match="without the targets y"):
        prepare_arrays(X, None, MODEL, target=True)


@pytest.mark.triggers("LC518")
def test_ragged_samples():
    x = [np.ones((3, 1)), np.ones((5, 1))]
    with pytest.raises(DataError) as caught:
        prepare_arrays(x, [0.0, 1.0], MODEL, target=True)
    (found,) = caught.value.diagnostics
    assert found.message == "x is not an array: its items have different lengths, from 3 to 5"
    keras = pytest.importorskip("keras")
    names = {"keras": keras, "x": x}
    exec(found.help.split("`")[3], names)  # the help works
    samples = prepare_arrays(names["x"], [0.0, 1.0], MODEL, target=True)
    np.testing.assert_array_equal(samples.x[0, :, 0], [1, 1, 1, 0, 0])


@pytest.mark.parametrize(
    "y",
    [
        pd.Series(Y, index=range(5, 13)),
        pd.Series(Y, dtype="Float64"),
        pd.Series(Y.astype(int), dtype="Int64"),
        pl.Series("y", Y),
        pl.Series("y", Y.astype(int)),
        pd.DataFrame({"y": Y}),
        pl.DataFrame({"y": Y}),
        list(Y),
    ],
    ids=["pandas", "Float64", "Int64", "polars", "polars int", "frame", "polars frame", "list"],
)
def test_series_as_targets(y):
    samples = prepare_arrays(X, y, MODEL, target=True)
    np.testing.assert_array_equal(samples.y.ravel(), Y)


@pytest.mark.parametrize("kind", ["pandas", "category", "polars", "enum", "arrow"])
def test_series_of_labels(kind):
    labels = ["hen", "owl"] * 4
    series = {
        "pandas": lambda: pd.Series(labels),
        "category": lambda: pd.Series(labels, dtype="category"),
        "polars": lambda: pl.Series(labels),
        "enum": lambda: pl.Series(labels, dtype=pl.Enum(["hen", "owl"])),
        "arrow": lambda: pytest.importorskip("pyarrow").array(labels),
    }[kind]()
    samples = prepare_arrays(X, series, Contract((5, 1), (2,), "labels"), target=True)
    np.testing.assert_array_equal(samples.y.ravel(), [0, 1] * 4)
