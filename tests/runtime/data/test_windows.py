"""Windows and parts, against a loop that is too simple to be wrong."""

from __future__ import annotations

from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmc.runtime.data import Contract, prepare, prepare_new
from lstmc.runtime.data.split import Part, deal
from lstmc.spec.data import Data, Scale, Source, Split, Time, Window
from lstmc.spec.errors import DataError

SERIES = Contract((None, 2), (1,), "values")


@st.composite
def windows(draw):
    whole = draw(st.integers(5, 60))
    train = draw(st.floats(0.3, 0.8))
    validation = draw(st.floats(0.05, 0.15))
    test = draw(st.sampled_from([1 - train - validation, 0.05]))
    window = Window(timesteps=draw(st.integers(1, 6)), horizon=draw(st.integers(1, 4)), stride=draw(st.integers(1, 5)))
    return whole, Split(train=train, validation=validation, test=test), window, draw(st.integers(0, 2**31))


def naive(values, split, window):
    """By part: inputs, targets, last observed targets and target rows, in plain loops."""
    n, cumulated, start, parts = len(values), 0.0, 0, {}
    sizes = {"train": split.train, "validation": split.validation, "test": split.test}
    for name, share in sizes.items():
        cumulated += share
        stop = n if name == "test" and abs(cumulated - 1) < 1e-9 else floor(cumulated * n + 1e-9)
        found = []
        for s in range(0, n, window.stride):
            target = s + window.timesteps - 1 + window.horizon
            if start <= target < stop:
                last = s + window.timesteps - 1
                found.append((values[s : last + 1], values[target, 0], values[last, 0], target))
        parts[name] = found
        start = stop
    return parts


@given(windows())
@settings(deadline=None, max_examples=60)
def test_windows_are_those_of_a_plain_loop(new_bench, drawn):
    n, split, window, seed = drawn
    rng = np.random.default_rng(seed)
    values, order = rng.normal(size=(n, 2)), rng.permutation(n)
    cells = values.tolist()
    bench = new_bench().csv("t,y,a\n" + "".join(f"{i},{cells[i][0]},{cells[i][1]}\n" for i in order.tolist()))
    expected = naive(values, split, window)
    keys = {"time": Time(columns="t"), "split": split, "window": window}
    if not all(expected.values()):
        assert "LC515" in {d.code for d in bench.refused(SERIES, **keys).diagnostics}
        return
    dataset = bench.prepare(SERIES, **keys)
    for name, samples in dataset.parts.items():
        x, y, last, rows = zip(*expected[name], strict=True)
        np.testing.assert_array_equal(samples.x, np.array(x, np.float32))
        np.testing.assert_array_equal(samples.y_original[:, 0], y)
        np.testing.assert_array_equal(samples.persistence[:, 0], last)
        assert samples.times == tuple(str(row) for row in rows)
        np.testing.assert_array_equal(order[samples.rows], rows)


@given(windows(), st.floats(-1e6, 1e6), st.sampled_from(["standard", "minmax"]))
@settings(deadline=None, max_examples=40)
def test_no_training_window_depends_on_a_later_row(new_bench, drawn, other, scaling):
    n, split, window, seed = drawn
    values = np.random.default_rng(seed).normal(size=(n, 2))
    end = floor(split.train * n + 1e-9)
    changed = values.copy()
    changed[end:] = other
    keys = {"split": split, "window": window, "scale": Scale(features=scaling, target=scaling)}
    trains = []
    for rows in (values, changed):
        bench = new_bench().csv("y,a\n" + "".join(f"{y!r},{a!r}\n" for y, a in rows.tolist()))
        try:
            dataset = bench.prepare(SERIES, **keys)
        except DataError as error:
            assert "LC515" in {d.code for d in error.diagnostics}  # noqa: PT017
            return
        trains.append((dataset.parts["train"], dataset.encoding))
    (one, encoding), (two, same) = trains
    np.testing.assert_array_equal(one.x, two.x)
    np.testing.assert_array_equal(one.y, two.y)
    for name, tensor in encoding.tensors().items():
        np.testing.assert_array_equal(tensor, same.tensors()[name])


def test_windows_are_a_view_of_the_rows(bench):
    bench.csv("y\n" + "".join(f"{i}\n" for i in range(100)))
    x = bench.prepare(Contract((10, 1), (1,), "values"), window=Window(timesteps=10)).parts["train"].x
    assert np.shares_memory(x[0], x[1])


@pytest.mark.parametrize(
    ("split", "count", "stops"),
    [
        (Split(train=0.7, validation=0.1, test=0.2), 10, [7, 8, 10]),
        (Split(train=0.7, validation=0.1, test=0.2), 11, [7, 8, 11]),
        (Split(train=0.1, test=0.2), 10, [1, 3]),
        (Split(train=1), 10, [10]),
        (Split(train=1.0), 10, [10]),
        (Split(train=5, test=1), 10, [5, 6]),
        (Split(train=120, test=12), 144, [120, 132]),
        (Split(train=0.5, test=3), 11, [5, 8]),
        (Split(train=0.29, validation=0.71), 100, [29, 100]),
    ],
)
def test_boundaries_of_parts(split, count, stops):
    parts, found = deal(split, count)
    assert not found
    assert [part.stop for part in parts] == stops
    assert [part.start for part in parts] == [0, *stops[:-1]]


def test_a_part_counts_its_rows():
    assert len(Part("test", 3, 7)) == 4


def test_rows_beyond_the_parts_are_told(bench):
    bench.csv("y\n" + "".join(f"{i}\n" for i in range(20)))
    dataset = bench.prepare(Contract((2, 1), (1,), "values"), window=Window(timesteps=2), split=Split(train=10, test=4))
    assert "rows 14..19 unused by the split" in dataset.notes
    assert dataset.parts["test"].rows.tolist() == [10, 11, 12, 13]


def test_a_random_split_is_a_permutation_that_the_seed_repeats(bench):
    bench.csv("a,b,y\n" + "".join(f"{i},{i},{i}\n" for i in range(20)))
    split = Split(train=0.5, test=0.5, order="random")
    contract = Contract((1, 2), (1,), "values")
    one, two, other = (bench.prepare(contract, split=split, seed=seed) for seed in (3, 3, 4))
    rows = np.concatenate([one.parts["train"].rows, one.parts["test"].rows])
    np.testing.assert_array_equal(rows, np.random.default_rng([3, 0x5EED]).permutation(20))
    np.testing.assert_array_equal(one.parts["train"].x, two.parts["train"].x)
    assert other.parts["train"].rows.tolist() != one.parts["train"].rows.tolist()
    assert "samples dealt out at random with seed 3" in one.notes


def test_random_windows_are_scaled_by_the_rows_they_see(bench):
    bench.csv("y\n" + "".join(f"{i % 7}\n" for i in range(40)))
    keys = {"window": Window(timesteps=3, stride=4), "split": Split(train=0.5, test=0.5, order="random")}
    dataset = bench.prepare(Contract((3, 1), (1,), "values"), scale=Scale(features="standard"), **keys)
    seen = sorted({int(r) for row in dataset.parts["train"].rows for r in range(row - 3, row + 1)})
    np.testing.assert_allclose(dataset.encoding.x.offset, np.mean([r % 7 for r in seen]))


@pytest.mark.parametrize(("stride", "starts"), [(1, [0, 1, 2, 3, 4]), (3, [0, 3, 4]), (2, [0, 2, 4])])
@pytest.mark.parametrize("horizon", [1, 2])
def test_a_forecast_reaches_beyond_the_last_row(bench, stride, starts, horizon):
    bench.csv("t,y\n" + "".join(f"2026-01-{i + 1:02},{i}\n" for i in range(30)))
    window = Window(timesteps=3, stride=stride, horizon=horizon)
    contract = Contract((3, 1), (1,), "values")
    keys = {"window": window, "time": Time(columns="t"), "scale": Scale(features="standard", target="standard")}
    encoding = bench.prepare(contract, **keys).encoding
    bench.csv("t,y\n" + "".join(f"2027-01-{i + 1:02},{i}\n" for i in range(7)), "new.csv")
    samples = prepare_new(bench.data("new.csv", **keys), contract, bench.base, encoding, target=False)
    np.testing.assert_allclose(
        samples.x * encoding.x.factor + encoding.x.offset,
        [[[s], [s + 1], [s + 2]] for s in starts],
        atol=1e-5,
    )
    targets = [s + 2 + horizon for s in starts]
    assert samples.rows.tolist() == targets
    assert samples.times == tuple(f"2027-01-{t + 1:02}" for t in targets)
    assert samples.y is None
    assert samples.persistence is None


def test_windows_over_the_rows_of_an_array(bench):
    bench.npz(x=np.arange(20.0).reshape(10, 2), y=np.arange(10))
    data = Data(source=Source(path="t.npz"), window=Window(timesteps=3), split=Split(train=1.0))
    samples = prepare(data, Contract((3, 2), (1,), "values"), bench.base, 0).parts["train"]
    assert samples.x.shape == (7, 3, 2)
    assert samples.y_original.tolist() == [[3], [4], [5], [6], [7], [8], [9]]
