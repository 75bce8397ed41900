"""Categories: learned on training rows, one column each or one for all."""

from __future__ import annotations

import numpy as np
import pytest

from lstmc.runtime.data import Contract, Encoding, prepare_arrays
from lstmc.runtime.data.fitting import training_levels
from lstmc.spec.data import Arrange, Scale, Split, Window
from lstmc.spec.errors import DataError

LEVELS = {"wind": ("N", "S", "W")}
FEATURES = ("a", "wind")
X = [[10, 2], [20, 0], [30, 0], [40, 2]]
ROW = {"arrange": Arrange(rows="columns_as_features")}


@pytest.fixture
def wind(table):
    return lambda x=X, levels=LEVELS, y=None: table(
        x, np.arange(len(x), dtype=float) if y is None else y, features=FEATURES, levels=levels
    )


@pytest.mark.parametrize(
    ("kind", "width", "expected"),
    [
        ("one_hot", 3, [[10, 0, 1], [20, 1, 0], [30, 1, 0], [40, 0, 1]]),
        ("ordinal", 2, [[10, 1], [20, 0], [30, 0], [40, 1]]),
    ],
)
def test_categories_become_numbers(reader, wind, kind, width, expected):
    dataset = reader.prepare(wind(), Contract((1, width), (1,), "values"), categorical={"wind": kind}, **ROW)
    assert dataset.parts["train"].x[:, 0].tolist() == expected
    assert dataset.encoding.categories["wind"].levels == ("N", "W")
    names = "a, wind=N, wind=W" if kind == "one_hot" else "a, wind"
    assert f"{width} columns used as features: {names}" in dataset.notes


def test_one_hot_columns_are_not_scaled_and_ordinal_ones_are(reader, wind):
    scale = Scale(features="standard")
    contract = Contract((1, 3), (1,), "values")
    one_hot = reader.prepare(wind(), contract, categorical={"wind": "one_hot"}, scale=scale, **ROW)
    a = (np.array([10, 20, 30, 40]) - 25) / np.sqrt(125)
    np.testing.assert_allclose(one_hot.parts["train"].x[:, 0, 0], a, rtol=1e-6)
    assert one_hot.parts["train"].x[:, 0, 1:].tolist() == [[0, 1], [1, 0], [1, 0], [0, 1]]
    assert one_hot.warnings == ()
    ordinal = reader.prepare(
        wind(), Contract((1, 2), (1,), "values"), categorical={"wind": "ordinal"}, scale=scale, **ROW
    )
    np.testing.assert_allclose(ordinal.parts["train"].x[:, 0, 1], [1, -1, -1, 1])


@pytest.mark.triggers("LC530")
@pytest.mark.parametrize("kind", ["one_hot", "ordinal"])
def test_an_unseen_category_is_refused_at_its_cell(reader, wind, kind):
    contract = Contract((1, 3 if kind == "one_hot" else 2), (1,), "values")
    keys = {"categorical": {"wind": kind}, **ROW}
    encoding = reader.prepare(wind(), contract, **keys).encoding
    with pytest.raises(DataError) as caught:
        reader.new(wind([[1, 0], [1, 1], [1, 1]]), contract, encoding, **keys)
    (found,) = caught.value.diagnostics
    assert (found.code, found.where) == ("LC530", "t.csv, row 3, column `wind`")
    assert "`S`" in found.message
    assert "`N`, `W`, and 1 more rows" in found.message


def test_a_category_of_a_later_part_is_not_learned(reader, wind):
    keys = {"categorical": {"wind": "ordinal"}, "split": Split(train=3, test=1), **ROW}
    error = reader.refused(wind([[1, 0], [1, 0], [1, 2], [1, 1]]), Contract((1, 2), (1,), "values"), **keys)
    assert [d.code for d in error.diagnostics] == ["LC530"]


def test_other_takes_in_what_is_new(reader, wind):
    levels = {"wind": ("N", "other")}
    keys = {"categorical": {"wind": "ordinal"}, **ROW}
    contract = Contract((1, 2), (1,), "values")
    encoding = reader.prepare(wind([[1, 0], [1, 1]], levels), contract, **keys).encoding
    samples = reader.new(wind(), contract, encoding, **keys)
    assert samples.x[:, 0, 1].tolist() == [1, 0, 0, 1]


def test_categories_survive_being_stored(reader, wind):
    keys = {"categorical": {"wind": "one_hot"}, **ROW}
    contract = Contract((1, 3), (1,), "values")
    encoding = reader.prepare(wind(), contract, **keys).encoding
    again = Encoding.restore(encoding.tensors(), encoding.metadata())
    assert (again.categories, again.columns) == (encoding.categories, ("a", "wind=N", "wind=W"))
    np.testing.assert_array_equal(
        reader.new(wind(), contract, again, **keys).x, reader.new(wind(), contract, encoding, **keys).x
    )


def test_an_artifact_that_knows_no_categories_is_read():
    metadata = {"features": '["a"]', "targets": '["y"]', "classes": "null"}
    tensors = {f"scaler/{part}/{name}": np.ones(1) for part in "xy" for name in ("offset", "factor")}
    encoding = Encoding.restore(tensors, metadata)
    assert (encoding.categories, encoding.difference, encoding.columns) == ({}, 0, ("a",))


@pytest.mark.triggers("LC509")
def test_the_columns_that_categories_become_are_listed(reader, wind):
    error = reader.refused(wind(), Contract((1, 2), (1,), "values"), categorical={"wind": "one_hot"}, **ROW)
    (found,) = error.diagnostics
    assert found.code == "LC509"
    assert "the data has 3 features, the model reads 2" in found.message
    assert "`a`, `wind=N`, `wind=W`" in found.help


def test_categories_are_neither_differenced_nor_interpolated(reader, wind):
    x = [[1, 0], [3, np.nan], [np.nan, 2], [10, 2], [11, 0]]
    keys = {"categorical": {"wind": "ordinal"}, "window": Window(timesteps=1), "difference": 1}
    dataset = reader.prepare(wind(x), Contract((1, 2), (1,), "values"), missing="interpolate", **keys)
    assert dataset.parts["train"].x[:, 0].tolist() == [[2, 0], [3.5, 1], [3.5, 1]]
    assert "1 value of `wind` filled forward" in dataset.notes


def test_the_levels_of_the_training_rows_are_known_before_a_model_is(reader, wind):
    rows = wind([[1, 0], [1, np.nan], [1, 2], [1, 1]])
    keys = {"categorical": {"wind": "ordinal"}, "missing": "forward_fill", "window": Window(timesteps=1)}
    contract = Contract((), (1,), "values")
    for split, expected in ((Split(train=3, test=1), ("N", "W")), (Split(train=3, order="random"), ("N", "S", "W"))):
        assert training_levels(rows, reader.data(split=split, **keys), contract, seed=0) == {"wind": expected}


def test_arrays_hold_categories_as_they_are_encoded(reader, wind):
    encoding = reader.prepare(
        wind(), Contract((1, 3), (1,), "values"), categorical={"wind": "one_hot"}, scale=Scale(features="minmax"), **ROW
    ).encoding
    samples = prepare_arrays([[[40, 1, 0]], [[10, 0, 1]]], None, Contract((1, 3), (1,), "values"), encoding)
    assert samples.x[:, 0].tolist() == [[1, 1, 0], [0, 0, 1]]
