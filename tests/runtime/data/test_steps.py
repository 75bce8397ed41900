"""Several targets a sample: the next steps, or one for every timestep."""

from __future__ import annotations

import numpy as np
import pytest

from lstmc.runtime.data import Contract
from lstmc.spec.data import Split, Window

VALUES = np.arange(12.0)
TWO = np.stack([VALUES, 100 + VALUES], axis=1)
STAMPS = np.array([f"t{i}" for i in range(12)])


@pytest.mark.parametrize("output", [(3,), (3, 1)])
def test_the_next_steps_of_one_target(reader, table, output):
    rows = table(VALUES[:, None], VALUES, times=STAMPS)
    window = Window(timesteps=2, horizon=2, steps=3)
    train = reader.prepare(rows, Contract((2, 1), output, "values"), window=window).parts["train"]
    assert train.y.shape == (7, *output)
    assert train.y[0].ravel().tolist() == [3, 4, 5]
    assert train.persistence[0].ravel().tolist() == [1, 1, 1]
    assert train.times[0] == ("t3", "t4", "t5")
    assert train.rows[0] == 5


def test_the_next_steps_of_two_targets(reader, table):
    rows = table(VALUES[:, None], TWO, targets=("y", "z"))
    train = reader.prepare(
        rows, Contract((2, 1), (3, 2), "values"), window=Window(timesteps=2, steps=3), target=("y", "z")
    ).parts["train"]
    assert train.y[0].tolist() == [[2, 102], [3, 103], [4, 104]]


def test_a_window_belongs_to_the_part_of_all_its_targets(reader, table):
    window = Window(timesteps=2, steps=3)
    split = Split(train=8, test=4)
    dataset = reader.prepare(
        table(VALUES[:, None], VALUES), Contract((2, 1), (3,), "values"), window=window, split=split
    )
    assert dataset.parts["train"].rows.tolist() == [4, 5, 6, 7]
    assert dataset.parts["test"].rows.tolist() == [10, 11]
    assert "2 windows left out: their targets lie in more than one part" in dataset.notes


def test_every_timestep_has_a_target(reader, table):
    rows = table(VALUES[:, None], VALUES, times=STAMPS)
    window = Window(timesteps=3, horizon=2)
    train = reader.prepare(rows, Contract((3, 1), (3, 1), "values"), window=window).parts["train"]
    assert train.y[0].tolist() == [[2], [3], [4]]
    assert train.persistence[0].tolist() == [[0], [1], [2]]
    assert train.times[0] == ("t2", "t3", "t4")


def test_every_timestep_is_differenced_by_its_own_row(reader, table):
    rows = table((VALUES**2)[:, None], VALUES**2)
    window = Window(timesteps=3, horizon=2)
    train = reader.prepare(rows, Contract((3, 1), (3, 1), "values"), window=window, difference=1).parts["train"]
    assert train.y[0].ravel().tolist() == [9 - 1, 16 - 4, 25 - 9]
    np.testing.assert_allclose(train.encoding.decode_y(train.y, train.anchors), train.y_original)


@pytest.mark.parametrize(
    ("contract", "window", "shape"),
    [
        (Contract((3, 1), (3, 2), "labels"), Window(timesteps=3), (9, 3)),
        (Contract((3, 1), (2, 2), "labels"), Window(timesteps=3, steps=2), (8, 2)),
        (Contract((3, 1), (3, 1), "binary"), Window(timesteps=3), (9, 3, 1)),
        (Contract((3, 1), (2,), "binary"), Window(timesteps=3, steps=2), (8, 2)),
    ],
)
def test_labels_of_several_rows(reader, table, contract, window, shape):
    labels = np.array(list("uuvvuuvvuuvv"))
    train = reader.prepare(table(VALUES[:, None], labels), contract, window=window).parts["train"]
    assert train.y.shape == shape
    several = shape[1]
    first = 1 if window.steps == 1 else 3
    expected = [list(labels[first + i : first + i + several]) for i in range(shape[0])]
    assert train.y_original.tolist() == expected
    np.testing.assert_array_equal(train.encoding.label(train.y.reshape(expected and (shape[0], several))), expected)


@pytest.mark.triggers("LC510")
def test_an_output_of_another_length_is_refused(reader, table):
    error = reader.refused(
        table(VALUES[:, None], VALUES), Contract((2, 1), (4,), "values"), window=Window(timesteps=2, steps=3)
    )
    assert [d.code for d in error.diagnostics] == ["LC510"]


def test_a_sample_counts_as_its_last_target_does(reader, table):
    rows = table(VALUES[:, None], VALUES, weight=VALUES * 10)
    train = reader.prepare(rows, Contract((2, 1), (3,), "values"), window=Window(timesteps=2, steps=3)).parts["train"]
    assert train.weight.dtype == np.float32
    assert train.weight.tolist() == [40, 50, 60, 70, 80, 90, 100, 110]


def test_a_forecast_of_steps_reaches_beyond_the_last_row(reader, table):
    contract, keys = Contract((2, 1), (3,), "values"), {"window": Window(timesteps=2, steps=3)}
    rows = table(VALUES[:, None], VALUES, times=STAMPS)
    encoding = reader.prepare(rows, contract, **keys).encoding
    samples = reader.new(rows, contract, encoding, target=False, **keys)
    assert samples.times[-2:] == (("t11", "", ""), ("", "", ""))
    assert samples.x[-1].ravel().tolist() == [10, 11]
    assert samples.y is None
