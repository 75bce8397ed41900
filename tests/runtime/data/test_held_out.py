"""What is held out is never trained on: targets of windows, blocks of rows. Numbers are counted by plain loops."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import numpy as np
import polars as pl
import pytest

from lstmc.runtime.data import Contract, prepare
from lstmc.runtime.data.streaming import part, text
from lstmc.runtime.data.streaming.preparation import prepare_stream
from lstmc.spec.data import Arrange, Data, Scale, Source, Split, Window

ONE = Contract((10, 1), (1,), "values")
VALUES = np.arange(300.0)
RANDOM = Split(train=0.8, test=0.2, order="random")


def series(table, count=300):
    return table(VALUES[:count, None], VALUES[:count])


def read(samples):
    """`[samples]` the rows that each window reads or has as a target: here a value is the number of its row."""
    inputs = samples.x.reshape(len(samples), -1)
    targets = samples.y_original.reshape(len(samples), -1)
    return [{int(v) for v in (*x, *y)} for x, y in zip(inputs, targets, strict=True)]


@pytest.mark.triggers("LC528")
@pytest.mark.parametrize("order", ["random", "stratified"])
def test_windows_that_overlap_are_not_split_one_by_one(reader, table, order):
    contract, y = (ONE, VALUES) if order == "random" else (Contract((10, 1), (2,), "labels"), VALUES % 2)
    (found,) = reader.refused(
        table(VALUES[:, None], y), contract, window=Window(timesteps=10), split=Split(train=0.8, test=0.2, order=order)
    ).diagnostics
    assert (found.code, found.path) == ("LC528", "data.split.order")
    # 290 windows: 232 train and 58 test, and each of their targets is a row of a training window.
    assert "58 of 58 test targets lie in training windows" in found.message
    assert '`"order": "blocks"`' in found.help
    assert '`"stride": 11`' in found.help


@pytest.mark.parametrize(("stride", "refused"), [(10, True), (11, False), (13, False)])
def test_windows_that_share_no_row_may_be_split_one_by_one(reader, table, stride, refused):
    keys = {"window": Window(timesteps=10, stride=stride), "split": RANDOM}
    if refused:
        assert [d.code for d in reader.refused(series(table), ONE, **keys).diagnostics] == ["LC528"]
        return
    parts = reader.prepare(series(table), ONE, **keys).parts
    train, test = (set().union(*read(parts[name])) for name in ("train", "test"))
    assert not train & test


def test_one_part_may_be_in_any_order(reader, table):
    dataset = reader.prepare(series(table), ONE, window=Window(timesteps=10), split=Split(train=1.0, order="random"))
    assert len(dataset.parts["train"]) == 290


@pytest.mark.parametrize("difference", [0, 2])
def test_blocks_share_no_row(reader, table, difference):
    keys = {"window": Window(timesteps=10), "difference": difference}
    split = Split(train=0.6, validation=0.2, test=0.2, order="blocks", block=30)
    dataset = reader.prepare(series(table), ONE, split=split, seed=3, **keys)
    # 10 blocks of 30 rows: 6, 2 and 2 of them, so 180, 60 and 60 rows.
    told = "rows split into 10 blocks of 30 rows, assigned randomly (seed 3)"
    assert f"{told}: 6 blocks for train, 2 blocks for validation, 2 blocks for test" in dataset.notes
    rows = {}
    for name, samples in dataset.parts.items():
        last = samples.rows[:, None]
        rows[name] = {int(r) for r in (last - np.arange(11 + difference)).ravel()}
    assert not rows["train"] & rows["test"]
    assert not rows["train"] & rows["validation"]
    assert not rows["validation"] & rows["test"]
    count = sum(map(len, dataset.parts.values()))
    left_out = 290 - difference - count
    assert f"{left_out} windows left out: their rows lie in more than one part" in dataset.notes


def test_the_windows_of_blocks_are_those_of_a_plain_loop(reader, table):
    split = Split(train=0.7, test=0.3, order="blocks", block=30)
    dataset = reader.prepare(series(table), ONE, split=split, window=Window(timesteps=10), seed=1)
    owner = np.full(300, "", dtype="U5")
    order = np.random.default_rng([1, 0x5EED]).permutation(10)
    for number, block in enumerate(order):
        owner[block * 30 : block * 30 + 30] = "train" if number < 7 else "test"
    expected = {name: [] for name in ("train", "test")}
    for start in range(290):
        names = set(owner[start : start + 11])
        if len(names) == 1:
            expected[names.pop()].append(start + 10)
    assert {name: samples.rows.tolist() for name, samples in dataset.parts.items()} == expected


def test_scalers_know_the_training_blocks_alone(reader, table):
    split = Split(train=0.7, test=0.3, order="blocks", block=30)
    keys = {"split": split, "window": Window(timesteps=10), "scale": Scale(features="standard", target="standard")}
    dataset = reader.prepare(series(table), ONE, seed=1, **keys)
    order = np.random.default_rng([1, 0x5EED]).permutation(10)[:7]
    seen = np.concatenate([VALUES[block * 30 : block * 30 + 30] for block in order])
    for scaler in (dataset.encoding.x, dataset.encoding.y):
        np.testing.assert_allclose([scaler.offset[0], scaler.factor[0]], [seen.mean(), seen.std()])


@pytest.mark.parametrize("policy", ["forward_fill", "interpolate"])
def test_no_value_is_filled_from_a_block_of_another_part(reader, table, policy):
    x = VALUES.copy()
    x[::30] = np.nan  # the first row of each block
    split = Split(train=0.5, test=0.5, order="blocks", block=30)
    keys = {"split": split, "window": Window(timesteps=10), "missing": policy}
    dataset = reader.prepare(table(x[:, None], VALUES), ONE, seed=1, **keys)
    order = np.random.default_rng([1, 0x5EED]).permutation(10)
    trained = np.isin(np.arange(10), order[:5])
    same = int((trained[1:] == trained[:-1]).sum())
    step = "filled forward" if policy == "forward_fill" else "interpolated"
    assert f"{same} value{'s' * (same != 1)} of `a` {step}" in dataset.notes
    assert f"{10 - same} rows dropped whose missing values cannot be filled" in dataset.notes


def test_the_length_of_blocks_follows_from_window_and_rows(reader, table):
    def notes(count, timesteps):
        split = Split(train=0.8, test=0.2, order="blocks")
        contract = Contract((timesteps, 1), (1,), "values")
        x = np.arange(float(count))
        return reader.prepare(table(x[:, None], x), contract, split=split, window=Window(timesteps=timesteps)).notes[1]

    assert notes(5000, 10).startswith("rows split into 50 blocks of 100 rows")
    assert notes(300, 10).startswith("rows split into 6 blocks of 44 rows")  # 4 windows of 11 rows
    assert notes(60, 10).startswith("rows split into 2 blocks of 22 rows")  # too few for 4 windows: 2


@pytest.mark.triggers("LC529")
@pytest.mark.parametrize(
    ("count", "block", "says"),
    [
        (300, 10, "a block of 10 rows holds no window: a window spans 11 rows"),
        (43, None, "43 rows make 1 block of 22 rows, and there are 2 parts"),
        (300, 200, "300 rows make 1 block of 200 rows, and there are 2 parts"),
    ],
)
def test_blocks_that_are_not_possible(reader, table, count, block, says):
    split = Split(train=0.8, test=0.2, order="blocks", block=block)
    (found,) = reader.refused(series(table, count), ONE, split=split, window=Window(timesteps=10)).diagnostics
    assert found.code == "LC529"
    assert found.message == says


def test_rows_that_are_samples_can_be_split_by_blocks(reader, table):
    keys = {
        "split": Split(train=0.5, test=0.5, order="blocks", block=50),
        "arrange": Arrange(rows="columns_as_features"),
    }
    dataset = reader.prepare(series(table), Contract((1, 1), (1,), "values"), **keys)
    rows = {name: set(samples.rows.tolist()) for name, samples in dataset.parts.items()}
    assert len(rows["train"]) == len(rows["test"]) == 150
    assert not rows["train"] & rows["test"]


STEPS = [
    # 120 rows, 96 of them train: a window spans 10 + 24 rows, and one has all of its targets in the last 24.
    (Window(timesteps=10, steps=24), (24,), {"train": 63, "test": 1}, 23),
    (Window(timesteps=10, horizon=3, steps=4), (4,), {"train": 81, "test": 21}, 3),
    (Window(timesteps=10), (1,), {"train": 86, "test": 24}, 0),
    (Window(timesteps=10), (10, 1), {"train": 86, "test": 15}, 9),
]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("window", "output", "counts", "left_out"), STEPS)
def test_no_held_out_target_is_trained_on(tmp_path: Path, window, output, counts, left_out, streamed):
    pl.DataFrame({"y": VALUES[:120]}).write_csv(tmp_path / "t.csv")
    contract = Contract((10, 1), output, "values")
    data = Data(source=Source(path="t.csv"), target="y", window=window, split=Split(train=0.8, test=0.2))
    with mock.patch.object(text, "BLOCK", 60), mock.patch.object(part, "CHUNK", 300):
        dataset = prepare_stream(data, contract, tmp_path) if streamed else prepare(data, contract, tmp_path, 0)
        parts = dataset.parts
        if streamed:
            chunks = {name: list(found.in_order(1)) for name, found in parts.items()}
            targets = {name: np.concatenate([chunk.y_original for chunk in c]) for name, c in chunks.items()}
        else:
            targets = {name: found.y_original for name, found in parts.items()}
    assert {name: len(found) for name, found in parts.items()} == counts
    assert {name: len(found) for name, found in targets.items()} == counts
    assert not set(targets["train"].ravel()) & set(targets["test"].ravel())
    told = [note for note in dataset.notes if "left out" in note]
    assert told == ([f"{left_out} windows left out: their targets lie in more than one part"] if left_out else [])
