"""Differences: taken row by row, undone from what a sample has."""

from __future__ import annotations

import numpy as np
import pytest

from lstmc.runtime.data import Contract, prepare_arrays
from lstmc.runtime.data.differencing import anchors, differenced, to_differences, to_values
from lstmc.spec.data import Scale, Split, Window
from lstmc.spec.errors import DataError

SQUARES = np.arange(10.0) ** 2
CUBES = np.arange(10.0) ** 3


@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_differences_are_numpys(order):
    values = np.random.default_rng(0).normal(size=(12, 2))
    np.testing.assert_allclose(differenced(values, order)[order:], np.diff(values, order, axis=0))
    assert not differenced(values, order)[:order].any()


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("horizon", [1, 4])
@pytest.mark.parametrize("steps", [1, 3])
def test_values_come_back(order, horizon, steps):
    values = np.random.default_rng(order).normal(size=(20, 2)).cumsum(axis=0)
    last = np.array([[5], [9]])
    targets = values[last[:, :, None] + horizon + np.arange(steps)]
    known = anchors(values, last, order)
    differences = to_differences(targets, known)
    np.testing.assert_allclose(to_values(differences, known), targets, rtol=1e-12)
    if horizon == 1:
        expected = np.diff(values, order, axis=0)[last[:, 0, None] + 1 - order + np.arange(steps)]
        np.testing.assert_allclose(differences[:, 0], expected, atol=1e-12)


def test_the_first_step_is_taken_against_the_last_input(reader, table):
    rows = table(SQUARES[:, None], SQUARES)
    window = Window(timesteps=2, horizon=3, steps=2)
    train = reader.prepare(rows, Contract((2, 1), (2,), "values"), window=window, difference=1).parts["train"]
    assert train.x[0, :, 0].tolist() == [1, 3]
    assert train.y[0].tolist() == [25 - 4, 36 - 25]
    assert train.y_original[0].tolist() == [25, 36]
    assert train.persistence[0].tolist() == [4, 4]
    np.testing.assert_allclose(train.encoding.decode_y(train.y, train.anchors), train.y_original)


def test_the_second_difference_of_squares_is_constant(reader, table):
    dataset = reader.prepare(
        table(SQUARES[:, None], SQUARES), Contract((2, 1), (1,), "values"), window=Window(timesteps=2), difference=2
    )
    train = dataset.parts["train"]
    assert set(train.x.ravel()) == set(train.y.ravel()) == {2.0}
    assert train.rows.tolist() == list(range(4, 10))


def test_scalers_are_fitted_on_differences(reader, table):
    dataset = reader.prepare(
        table(CUBES[:, None], CUBES),
        Contract((1, 1), (1,), "values"),
        window=Window(timesteps=1),
        difference=1,
        scale=Scale(features="minmax", target="minmax"),
        split=Split(train=5, test=5),
    )
    steps = np.diff(CUBES)[:4]
    assert (dataset.encoding.x.offset[0], dataset.encoding.x.factor[0]) == (steps[0], steps[-1] - steps[0])
    assert dataset.parts["train"].y.min() == 0
    assert dataset.parts["train"].y.max() == 1


def test_a_hole_takes_the_rows_of_its_differences_with_it(reader, table):
    x = SQUARES.copy()
    x[4] = np.nan
    keys = {"window": Window(timesteps=1), "difference": 2, "missing": "drop"}
    train = reader.prepare(table(x[:, None], SQUARES), Contract((1, 1), (1,), "values"), **keys).parts["train"]
    assert train.rows.tolist() == [3, 8, 9]
    assert set(train.x.ravel()) == {2.0}


def test_a_forecast_is_undone_with_the_feature_or_the_target(reader, table):
    contract = Contract((2, 1), (1,), "values")
    keys = {"window": Window(timesteps=2), "difference": 1}
    for name in ("y", "a"):
        rows = table(SQUARES[:, None], SQUARES, features=(name,))
        encoding = reader.prepare(rows, contract, **keys).encoding
        samples = reader.new(rows, contract, encoding, target=name == "a", **keys)
        zero = np.zeros((len(samples), 1), np.float32)
        assert encoding.decode_y(zero, samples.anchors).ravel().tolist() == SQUARES[2 : 2 + len(samples)].tolist()


def test_arrays_bring_the_rows_that_are_differenced(reader, table):
    contract, keys = Contract((2, 1), (1,), "values"), {"window": Window(timesteps=2), "difference": 1}
    dataset = reader.prepare(table(SQUARES[:, None], SQUARES, features=("y",)), contract, **keys)
    train = dataset.parts["train"]
    x = np.stack([SQUARES[i : i + 3, None] for i in range(7)])
    samples = prepare_arrays(x, SQUARES[3:], contract, dataset.encoding, data=reader.data(**keys))
    np.testing.assert_array_equal(samples.x, train.x)
    np.testing.assert_array_equal(samples.y, train.y)
    np.testing.assert_array_equal(samples.anchors, train.anchors)
    with pytest.raises(DataError, match="LC508"):
        prepare_arrays(x[:, 1:], None, contract, dataset.encoding, data=reader.data(**keys))


@pytest.mark.triggers("LC531")
def test_arrays_without_the_target_cannot_be_undone(reader, table):
    contract, keys = Contract((2, 1), (1,), "values"), {"window": Window(timesteps=2), "difference": 1}
    encoding = reader.prepare(table(SQUARES[:, None], SQUARES), contract, **keys).encoding
    with pytest.raises(DataError, match="LC531"):
        prepare_arrays(np.zeros((1, 3, 1)), None, contract, encoding, data=reader.data(**keys))


def test_labels_are_not_differenced(reader, table):
    rows = table(SQUARES[:, None], list("uvuvuvuvuv"))
    train = reader.prepare(rows, Contract((1, 1), (2,), "labels"), window=Window(timesteps=1), difference=1).parts[
        "train"
    ]
    assert train.y.tolist() == [0, 1, 0, 1, 0, 1, 0, 1]
    assert train.x[0, 0, 0] == 1


def test_more_differences_than_rows(reader, table):
    error = reader.refused(
        table(SQUARES[:3, None], SQUARES[:3]),
        Contract((1, 1), (1,), "values"),
        window=Window(timesteps=1),
        difference=4,
    )
    (found,) = error.diagnostics
    assert (found.code, found.path) == ("LC515", "data.window")
    assert "needs 6 rows" in found.message


@pytest.mark.triggers("LC507")
def test_samples_are_not_differenced(bench):
    bench.npz(x=np.zeros((4, 3, 1)), y=np.zeros(4))
    keys = {"source": {"path": "t.npz"}, "arrange": None, "window": Window(timesteps=3), "difference": 1}
    split = Split(train=1.0, order="file")
    (found,) = bench.refused(Contract((3, 1), (1,), "values"), split=split, **keys).diagnostics
    assert (found.code, found.path) == ("LC507", "data.difference")
