"""Several series or files in one table: no window, difference or filled value reaches from one into the next."""

from __future__ import annotations

from unittest import mock

import numpy as np
import polars as pl
import pytest

from lstmc.runtime.data import Contract, prepare, prepare_new
from lstmc.runtime.data.streaming import part, text
from lstmc.runtime.data.streaming.preparation import prepare_stream
from lstmc.spec.data import Data, Source, Split, Time, Window
from lstmc.spec.errors import DataError

ONE = Contract((5, 1), (1,), "values")
DAYS = [f"2020-{1 + i // 28:02}-{1 + i % 28:02}" for i in range(60)]
WALK = np.arange(60.0)


def section(path="t.csv", **keys):
    defaults = {"source": Source(path=path), "features": ("y",), "target": "y", "window": Window(timesteps=5)}
    return Data(**(defaults | {"split": Split(train=1.0)} | keys))


def prepared(base, *, streamed=False, path="t.csv", contract=ONE, **keys):
    with mock.patch.object(text, "BLOCK", 400), mock.patch.object(part, "CHUNK", 600):
        if not streamed:
            return prepare(section(path, **keys), contract, base, 0)
        dataset = prepare_stream(section(path, **keys), contract, base)
        return dataset, {name: list(found.in_order(1)) for name, found in dataset.parts.items()}


def refused(base, **keys):
    with pytest.raises(DataError) as caught:
        prepared(base, **keys)
    return caught.value.diagnostics


def stacked(ids=("s1", "s2"), name="unique_id"):
    return pl.concat([pl.DataFrame({"ds": DAYS, name: [i] * 60, "y": WALK + 100 * n}) for n, i in enumerate(ids)])


def interleaved():
    return stacked(name="variable").sort("ds", maintain_order=True)


def cycles():
    """Two engines whose cycles count from 1, each on its own."""
    count = [40, 30]
    return pl.DataFrame(
        {
            "unit": np.repeat([1, 2], count),
            "cycle": np.concatenate([np.arange(1, n + 1) for n in count]),
            "y": np.arange(70.0),
        }
    )


@pytest.mark.triggers("LC536")
@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("table", "says"),
    [
        (stacked(), "2 series, told apart by `unique_id` (`s1`, `s2`): 5 of 115 windows would mix them"),
        (stacked(ids=(7, 8, 9), name="store_nbr"), "3 series, told apart by `store_nbr`"),
        (interleaved(), "2 series, told apart by `variable` (`s1`, `s2`): 115 of 115 windows would mix them"),
        (cycles(), "2 series, told apart by `unit` (`1`, `2`): 5 of 65 windows would mix them"),
    ],
)
def test_windows_over_several_series_are_refused(tmp_path, table, says, streamed):
    table.write_csv(tmp_path / "t.csv")
    (found,) = refused(tmp_path, streamed=streamed)
    assert found.code == "LC536"
    assert says in found.message
    assert '"source": "series-*.csv"' in found.help


def test_two_columns_may_tell_series_apart(tmp_path):
    parts = [stacked().with_columns(sensor=pl.lit(name)) for name in ("A", "B")]
    pl.concat(parts).sort("ds", maintain_order=True).write_csv(tmp_path / "t.csv")
    (found,) = refused(tmp_path)
    assert "4 series, told apart by `unique_id` and `sensor`" in found.message


@pytest.mark.parametrize("streamed", [False, True])
def test_the_way_out_of_several_series_works(tmp_path, streamed):
    for name, rows in stacked().partition_by("unique_id", as_dict=True).items():
        rows.write_csv(tmp_path / f"series-{name[0]}.csv")
    found = prepared(tmp_path, path="series-*.csv", streamed=streamed)
    dataset, parts = found if streamed else (found, found.parts)
    assert len(dataset.parts["train"]) == 2 * (60 - 5)
    one = prepared(tmp_path, path="series-s1.csv", time=Time(columns="ds"))
    assert len(one.parts["train"]) == 55
    assert parts


@pytest.mark.parametrize(
    "table",
    [
        pl.DataFrame({"ds": DAYS, "y": WALK, "weather": ["dry", "wet"] * 30}),
        pl.DataFrame({"hour": list(range(24)) * 5, "y": np.arange(120.0)}),
        pl.DataFrame({"date": np.repeat(DAYS, 4), "hour": [0, 6, 12, 18] * 60, "y": np.arange(240.0)}),
        pl.DataFrame({"date": np.repeat(DAYS, 2), "clock": ["00:00", "12:00"] * 60, "y": np.arange(120.0)}),
        pl.DataFrame({"SETTLEMENT_DATE": np.repeat(DAYS, 4), "PERIOD": [1, 2, 3, 4] * 60, "y": np.arange(240.0)}),
        pl.DataFrame({"year": np.repeat([2019, 2020], 12), "month": list(range(1, 13)) * 2, "y": np.arange(24.0)}),
        pl.DataFrame({"phase": np.repeat(["start", "run", "stop"], 20), "y": WALK}),
        pl.DataFrame({"dteday": np.repeat(DAYS, 24), "hr": list(range(24)) * 60, "y": np.arange(1440.0)}),
        pl.DataFrame({"i": np.arange(60), "y": WALK, "label": [0, 1, 1] * 20}),
    ],
    ids=["text", "hour", "date and hour", "clock", "settlement", "months", "phases", "bikes", "counter"],
)
def test_one_series_is_not_taken_for_several(tmp_path, table):
    table.write_csv(tmp_path / "t.csv")
    assert len(prepared(tmp_path).parts["train"]) == len(table) - 5


@pytest.mark.triggers("LC537")
@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("days", "says", "help_"),
    [
        (DAYS[::-1], "the newest row first: `ds` goes back 59 times, first from `2020-03-04` to `2020-03-03`", '"ds"'),
        (DAYS[30:] + DAYS[:30], "and not in order: `ds` goes back 1 time, first from `2020-03-04` to", '"ds"'),
        (
            [f"{day[5:7]}/{day[8:]}/{day[:4]}" for day in DAYS[::-1]],
            "the newest row first: `ds` goes back 59 times",
            '{ "columns": "ds", "format": "%m/%d/%Y" }',
        ),
    ],
)
def test_windows_over_rows_out_of_order_are_refused(tmp_path, days, says, help_, streamed):
    pl.DataFrame({"ds": days, "y": WALK}).write_csv(tmp_path / "t.csv")
    (found,) = refused(tmp_path, streamed=streamed)
    assert found.code == "LC537"
    assert says in found.message
    assert f'`"time": {help_}' in found.help


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("table", [stacked(), interleaved()])
def test_the_cause_of_equal_time_stamps_several_series(tmp_path, table, streamed):
    table.write_csv(tmp_path / "t.csv")
    (found,) = refused(tmp_path, streamed=streamed, time=Time(columns="ds"))
    assert found.code in ("LC517", "LC551")
    assert "the table has 2 series, told apart by" in found.help
    assert "remove" not in found.help


CLOCKS = [f"2020-10-25 {hour:02}:00" for hour in (0, 1, 2, 2, 3, 4, 5, 6, 7, 8)]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("stamps", "values", "says"),
    [
        (CLOCKS, list(range(10)), "a clock that was set back in autumn repeats an hour"),
        (["a1", *DAYS[:8], DAYS[7]], [*range(9), 8], "the rows are equal: remove one of them"),
        (["a1", *DAYS[:8], DAYS[7]], list(range(10)), "the rows differ in `y`"),
    ],
)
def test_the_cause_of_equal_time_stamps_in_one_series(tmp_path, stamps, values, says, streamed):
    stamps = [stamp if stamp != "a1" else "2019-12-31" for stamp in stamps]
    pl.DataFrame({"ds": stamps, "y": values}).write_csv(tmp_path / "t.csv")
    (found,) = refused(tmp_path, streamed=streamed, time=Time(columns="ds"))
    assert found.code == "LC517"
    assert says in found.help


def written(base, *lengths, days=None):
    start = 0
    for number, length in enumerate(lengths):
        y = np.arange(start, start + length, dtype=float)
        columns = {"y": y} if days is None else {"ds": days[number], "y": y}
        pl.DataFrame(columns).write_csv(base / f"f{number}.csv")
        start += length


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("stride", "counts"), [(1, (35, 25, 45)), (3, (12, 9, 15))])
def test_windows_break_at_the_borders_of_files(tmp_path, stride, counts, streamed):
    written(tmp_path, 40, 30, 50)
    found = prepared(tmp_path, path="f*.csv", window=Window(timesteps=5, stride=stride), streamed=streamed)
    dataset, parts = found if streamed else (found, {"train": [found.parts["train"]]})
    rows = np.concatenate([chunk.rows for chunk in parts["train"]])
    starts = (0, 40, 70)
    expected = [s + 5 + stride * i for s, n in zip(starts, counts, strict=True) for i in range(n)]
    assert rows.tolist() == expected
    x = np.concatenate([chunk.x for chunk in parts["train"]])[..., 0]
    np.testing.assert_array_equal(x, np.array(expected)[:, None] + np.arange(-5, 0))
    persistence = np.concatenate([chunk.persistence for chunk in parts["train"]])
    np.testing.assert_array_equal(persistence[:, 0], np.array(expected) - 1)
    left_out = ": 10 windows left out" if stride == 1 else ": 3 windows left out"
    told = f"3 files without `time` are separate series, and no window crosses from one into the next{left_out}"
    assert told in dataset.notes


def test_a_stream_breaks_at_borders_where_rows_are_dropped_too(tmp_path):
    rng = np.random.default_rng(3)
    for number, length in enumerate((37, 1, 60, 44)):
        y = [None if rng.random() < 0.1 else float(v) for v in rng.normal(size=length)]
        pl.DataFrame({"y": y, "z": range(length)}).write_csv(tmp_path / f"f{number}.csv")
    keys = {"path": "f*.csv", "missing": "drop", "window": Window(timesteps=3, steps=2, stride=2)}
    contract = Contract((3, 1), (2,), "values")
    memory = prepared(tmp_path, contract=contract, **keys)
    stream, parts = prepared(tmp_path, contract=contract, streamed=True, **keys)
    for name in ("x", "y", "persistence", "rows"):
        chunks = np.concatenate([getattr(chunk, name) for chunk in parts["train"]])
        np.testing.assert_array_equal(chunks, getattr(memory.parts["train"], name))
    assert [n for n in stream.notes if "streamed" not in n] == list(memory.notes)


@pytest.mark.parametrize("policy", ["forward_fill", "interpolate"])
def test_gaps_are_never_filled_from_another_file(tmp_path, policy):
    (tmp_path / "f0.csv").write_text("y,z\n1,0\n2,0\n3,0\n,0\n")
    (tmp_path / "f1.csv").write_text("y,z\n,0\n20,0\n,0\n40,0\n50,0\n60,0\n")
    found = prepared(tmp_path, path="f*.csv", window=Window(timesteps=1), contract=Contract((1, 1), (1,), "values"),
                     missing=policy)  # fmt: skip
    train = found.parts["train"]
    between = 20 if policy == "forward_fill" else 30
    assert train.x.ravel().tolist() == [1, 2, 3, 20, between, 40, 50]
    assert train.y.ravel().tolist() == [2, 3, 3, between, 40, 50, 60]


def test_no_difference_is_taken_between_files(tmp_path):
    written(tmp_path, 8, 8)
    pl.DataFrame({"y": [1000.0, 1001, 1003, 1006, 1010, 1015, 1021, 1028]}).write_csv(tmp_path / "f1.csv")
    found = prepared(tmp_path, path="f*.csv", window=Window(timesteps=2), difference=1,
                     contract=Contract((2, 1), (1,), "values"), scale={"features": "standard"})  # fmt: skip
    train = found.parts["train"]
    changes = np.array([*[1] * 7, 1, 2, 3, 4, 5, 6, 7])
    assert train.encoding.x.offset[0] == pytest.approx(changes.mean())
    assert train.rows.tolist() == [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]
    assert train.y.ravel().tolist() == [1] * 5 + [3, 4, 5, 6, 7]


def test_a_forecast_follows_each_file(tmp_path):
    written(tmp_path, 8, 7)
    encoding = prepared(tmp_path, path="f*.csv").encoding
    samples = prepare_new(section("f*.csv"), ONE, tmp_path, encoding, target=False)
    assert [x[-1, 0] for x in samples.x] == [4, 5, 6, 7, 12, 13, 14]
    assert samples.rows.tolist() == [5, 6, 7, 15, 13, 14, 15]


@pytest.mark.parametrize("streamed", [False, True])
def test_files_that_follow_one_another_in_time_are_one_series(tmp_path, streamed):
    written(tmp_path, 20, 30, days=(DAYS[:20], DAYS[25:55]))
    found = prepared(tmp_path, path="f*.csv", time=Time(columns="ds"), streamed=streamed)
    dataset = found[0] if streamed else found
    assert len(dataset.parts["train"]) == 45
    assert any("in time: rows are usually" in note for note in dataset.notes)
    assert not any("separate series" in note for note in dataset.notes)


@pytest.mark.parametrize("streamed", [False, True])
def test_files_that_overlap_in_time_are_refused_and_the_way_out_works(tmp_path, streamed):
    written(tmp_path, 30, 30, days=(DAYS[:30], DAYS[10:40]))
    (found,) = refused(tmp_path, path="f*.csv", time=Time(columns="ds"), streamed=streamed)
    assert found.code == "LC536"
    assert "`f0.csv` from `2020-01-01` to `2020-02-02` and `f1.csv` from `2020-01-11`" in found.message
    assert "leave `time` out" in found.help
    without = prepared(tmp_path, path="f*.csv", streamed=streamed)
    assert len((without[0] if streamed else without).parts["train"]) == 50


def test_arrays_of_several_files_are_several_series(tmp_path):
    for number, length in enumerate((10, 20)):
        np.savez(tmp_path / f"f{number}.npz", x=np.zeros((length, 1)), y=np.zeros(length))
    assert len(prepared(tmp_path, path="f*.npz", features=None, target=None).parts["train"]) == 20
