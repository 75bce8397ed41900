"""Time stamps as numbers in order."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmc.runtime.data.times import instants


@given(st.lists(st.datetimes(min_value=datetime(1, 1, 1)), min_size=2, max_size=20))
@settings(deadline=None)
def test_differences_are_those_of_the_calendar(moments):
    for separator in "T ":
        keys, bad = instants(pl.Series([moment.isoformat(separator) for moment in moments]))
        assert bad is None
        expected = [
            (m - moments[0]).days * 86_400_000_000
            + (m - moments[0]).seconds * 1_000_000
            + (m - moments[0]).microseconds
            for m in moments
        ]
        np.testing.assert_array_equal(keys - keys[0], expected)


@pytest.mark.parametrize(
    "stamps",
    [
        ["1-01", "1-02", "1-12", "2-01", "3-10"],
        ["1949-01", "1949-02", "1950-01"],
        ["1960-01-01", "1960-2-3", "1960-02-29", "1960-03-01"],
        ["2026-01-31 12:00", "2026-01-31 12:00:30", "2026-01-31T12:00:30.5", "2026-02-01"],
        ["2026-01-01T00:00+01:00", "2026-01-01T00:00Z", "2026-01-01T00:00-01:00"],
        ["-1", "0", "2.5", "1e3"],
        ["1", "2", "10"],
    ],
)
def test_order(stamps):
    keys, bad = instants(pl.Series(stamps))
    assert bad is None
    assert np.all(np.diff(keys) > 0)


@pytest.mark.parametrize("stamp", ["", "2026-13", "2026-02-30", "1900-02-29", "2026-01-01 24:00", "31.1.2026", "nan"])
def test_what_is_no_time_is_told(stamp):
    assert instants(pl.Series(["2026-01-01", stamp, "2026-01-03"]))[1] == 1


def test_the_epoch_of_zones():
    (one, two), _ = instants(pl.Series(["1970-01-01T00:00Z", "2000-02-29T12:34:56Z"]))
    moment = datetime(2000, 2, 29, 12, 34, 56, tzinfo=UTC)
    assert (two - one) / 1e6 == moment.timestamp()


def test_unsorted_rows_are_sorted_and_told(bench):
    from lstmc.runtime.data import Contract
    from lstmc.spec.data import Time, Window

    bench.csv("t,y\n3-01,3\n1-01,1\n2-01,2\n4-01,4\n")
    dataset = bench.prepare(
        Contract((2, 1), (1,), "values"), window=Window(timesteps=2), time=Time(columns="t"), features=("y",)
    )
    train = dataset.parts["train"]
    assert "3 rows reordered by time" in dataset.notes
    assert train.times == ("3-01", "4-01")
    assert train.rows.tolist() == [0, 3]
    assert train.x[..., 0].tolist() == [[1, 2], [2, 3]]
