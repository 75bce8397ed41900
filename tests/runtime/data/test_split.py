"""Which samples train, validate and test: by time stamps, by class, or from sources of their own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmc.runtime.data import Contract, fingerprint, prepare, prepare_new
from lstmc.spec.data import Arrange, PartSource, Scale, Source, Split, Time, Window

ONE = Contract((1, 1), (1,), "values")
LABELS = Contract((1, 1), (3,), "labels")
MONTHS = "t,y\n" + "".join(f"{2010 + i // 12}-{i % 12 + 1:02},{i}\n" for i in range(36))
SERIES = {"window": Window(timesteps=1), "time": Time(columns="t")}


def test_parts_begin_at_time_stamps(bench):
    split = Split(train="2010-03", validation="2011-01-01", test="2012")
    dataset = bench.csv(MONTHS).prepare(ONE, split=split, **SERIES)
    rows = {name: part.rows.tolist() for name, part in dataset.parts.items()}
    assert rows == {
        "train": list(range(3, 12)),
        "validation": list(range(12, 24)),
        "test": list(range(24, 36)),
    }
    assert "rows 0..1 unused by the split" in dataset.notes


def test_windows_do_not_read_rows_before_the_first_part(bench):
    keys = {**SERIES, "window": Window(timesteps=3)}
    dataset = bench.csv(MONTHS).prepare(Contract((3, 1), (1,), "values"), split=Split(train="2010-03"), **keys)
    assert dataset.parts["train"].x[0].ravel().tolist() == [2, 3, 4]


def test_numbers_are_time_stamps_too(bench):
    dataset = bench.csv("t,y\n" + "".join(f"{i},{i}\n" for i in range(9))).prepare(
        ONE, split=Split(train="0", test="5.5"), **SERIES
    )
    assert dataset.parts["test"].rows.tolist() == [6, 7, 8]


@pytest.mark.triggers("LC516")
@pytest.mark.parametrize("stamp", ["spring", "2010-13", "7"])
def test_a_stamp_that_is_none(bench, stamp):
    (found,) = bench.csv(MONTHS).refused(ONE, split=Split(train="2010", test=stamp), **SERIES).diagnostics
    assert (found.code, found.path) == ("LC516", "data.split.test")
    assert f"`{stamp}`" in found.message


@pytest.mark.triggers("LC515")
@pytest.mark.parametrize("stamp", ["2009-01", "2020-01"])
def test_a_part_without_rows(bench, stamp):
    error = bench.csv(MONTHS).refused(ONE, split=Split(train="2010-02", test=stamp), **SERIES)
    assert {d.code for d in error.diagnostics} == {"LC515"}


def test_tables_without_time_have_no_stamps(bench):
    (found,) = bench.csv("y\n1\n2\n").refused(ONE, split=Split(train="2010"), window=Window(timesteps=1)).diagnostics
    assert found.code == "LC503"


@given(st.lists(st.sampled_from("uvw"), min_size=20, max_size=60), st.floats(0.3, 0.7), st.integers(0, 99))
@settings(deadline=None, max_examples=100)
def test_every_part_has_the_classes_in_their_shares(reader, table, labels, share, seed):
    labels = [*labels, *"uvw"]
    rows = table(np.arange(len(labels), dtype=float)[:, None], labels)
    split = Split(train=share, test=1 - share)
    contract = Contract((1, 1), (3,), "labels", classes=("u", "v", "w"))
    dataset = reader.prepare(rows, contract, split=split, arrange=Arrange(rows="columns_as_features"), seed=seed)
    train, test = dataset.parts["train"], dataset.parts["test"]
    assert sorted([*train.rows, *test.rows]) == list(range(len(labels)))
    assert len(train) == int(share * len(labels) + 1e-9)
    for label in "uvw":
        expected = labels.count(label) * len(train) / len(labels)
        assert abs((train.y_original == label).sum() - expected) <= 1.5
    assert f"samples dealt out at random within each class with seed {seed}" in dataset.notes


@pytest.mark.parametrize(
    ("contract", "keys", "expected"),
    [
        (LABELS, {}, "within each class"),
        (LABELS, {"split": Split(train=0.5, test=0.5, order="file")}, ""),
        (LABELS, {"window": Window(timesteps=1), "arrange": None}, ""),
        (ONE, {}, ""),
    ],
)
def test_tables_of_classes_are_stratified_unless_they_are_series(reader, table, contract, keys, expected):
    rows = table(np.arange(12.0)[:, None], np.tile([0.0, 1.0, 2.0], 4))
    defaults = {"split": Split(train=0.5, test=0.5), "arrange": Arrange(rows="columns_as_features")}
    notes = reader.prepare(rows, contract, **(defaults | keys)).notes
    assert any("within each class" in note for note in notes) is bool(expected)


def test_rows_of_zeros_and_ones_are_stratified_by_their_combination(reader, table):
    y = np.array([[0, 0], [1, 1]] * 4 + [[1, 0], [1, 0]], float)
    rows = table(np.arange(10.0)[:, None], y, targets=("u", "v"))
    dataset = reader.prepare(
        rows,
        Contract((1, 1), (2,), "multilabel"),
        target=("u", "v"),
        split=Split(train=0.5, test=0.5),
        arrange=Arrange(rows="columns_as_features"),
    )
    for part in dataset.parts.values():
        assert sorted(part.y.tolist()) == [[0, 0], [0, 0], [1, 0], [1, 1], [1, 1]]


def test_parts_from_files_of_their_own(bench):
    bench.csv("a,y\n1,1\n3,2\n").csv("a,y\n100,3\n", "new.csv")
    keys = {
        "split": Split(train=PartSource(path="t.csv"), test=PartSource(path="new.csv")),
        "scale": Scale(features="standard"),
    }
    dataset = bench.prepare(ONE, **keys)
    assert dataset.parts["train"].x.ravel().tolist() == [-1, 1]
    assert dataset.parts["test"].x.ravel().tolist() == [98]
    data = bench.data(**keys)
    assert fingerprint(data, ONE, bench.base) == dataset.fingerprint
    whole = prepare_new(data, ONE, bench.base, dataset.encoding, target=True)
    assert whole.y.ravel().tolist() == [1, 2, 3]


def test_parts_from_arrays_of_one_file(bench):
    x = np.arange(12.0).reshape(3, 4, 1)
    bench.npz(X_train=x, y_train=np.arange(3.0), X_test=x[:1] + 1, y_test=np.arange(1.0))
    data = bench.data(
        source=Source(path="t.npz"),
        target=None,
        arrange=None,
        split=Split(**{part: PartSource(x=f"X_{part}", y=f"y_{part}") for part in ("train", "test")}),
        scale=Scale(features="minmax"),
    )
    dataset = prepare(data, Contract((4, 1), (1,), "values"), bench.base, 0)
    assert dataset.encoding.x.factor.tolist() == [11]
    np.testing.assert_allclose(dataset.parts["test"].x.ravel(), np.arange(1, 5) / 11, rtol=1e-6)


def test_what_is_done_to_a_part_is_told_of_it(bench):
    x = np.array([[[1.0], [np.nan]], [[np.nan], [1.0]]])
    bench.npz(u=x, v=np.zeros((1, 2, 1)), w=np.zeros(2), z=np.zeros(1))
    data = bench.data(
        source=Source(path="t.npz"),
        arrange=None,
        missing="forward_fill",
        split=Split(train=PartSource(x="u", y="w"), test=PartSource(x="v", y="z")),
    )
    notes = prepare(data, Contract((2, 1), (1,), "values"), bench.base, 0).notes
    assert notes == (
        "train: 1 value filled forward",
        "train: 1 row dropped whose missing values cannot be filled",
    )
