"""Time stamps of a table: in one column or several, in a format of their own, and the gaps between them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest

from lstmc.runtime.data.rows import TablePlaces
from lstmc.runtime.data.source import read_rows
from lstmc.runtime.data.stamps import Stamps
from lstmc.runtime.data.tables import Demand
from lstmc.runtime.data.times import instants, stamps_of
from lstmc.spec.data import Time, Window

NOWHERE = TablePlaces((), (), lambda row: ("t", row))
HOUR = 3_600_000_000


def micros(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("columns", "time", "shown", "moment"),
    [
        ({"t": "31.01.2026"}, {"format": "%d.%m.%Y"}, "2026-01-31", micros(2026, 1, 31)),
        ({"t": "31.01.2026 05"}, {"format": "%d.%m.%Y %H"}, "2026-01-31T05:00", micros(2026, 1, 31, 5)),
        ({"t": "1/31/26 5:07 PM"}, {"format": "%m/%d/%y %I:%M %p"}, "2026-01-31T17:07", micros(2026, 1, 31, 17, 7)),
        ({"t": "2026 060"}, {"format": "%Y %j"}, "2026-03-01", micros(2026, 3, 1)),
        (
            {"t": "12:00:00.250000"},
            {"format": "%H:%M:%S.%f"},
            "1900-01-01T12:00:00.250000",
            micros(1900, 1, 1, 12) + 250_000,
        ),
        ({"t": "2026-01-31 02:00 +0200"}, {"format": "%Y-%m-%d %H:%M %z"}, "2026-01-31", micros(2026, 1, 31)),
        ({"d": "31.1.2026", "h": "5:30"}, {"format": "%d.%m.%Y %H:%M"}, "2026-01-31T05:30", micros(2026, 1, 31, 5, 30)),
        ({"d": "2026-01-31", "h": "05:30"}, {}, "2026-01-31T05:30", micros(2026, 1, 31, 5, 30)),
        ({"year": 2026, "month": 1}, {}, "2026-01", micros(2026, 1, 1)),
        ({"year": "2026", "month": "1", "day": " 31", "hour": "5"}, {}, "2026-01-31T05:00", micros(2026, 1, 31, 5)),
        ({"hour": 5, "day": 31, "Month": 1, "Year": 2026}, {}, "2026-01-31T05:00", micros(2026, 1, 31, 5)),
        ({"jahr": 2026.0, "monat": 1.0}, {}, "2026-01", micros(2026, 1, 1)),
        ({"year": 2026, "quarter": 4}, {}, "2026-10", micros(2026, 10, 1)),
        ({"t": date(2026, 1, 31)}, {}, "2026-01-31", micros(2026, 1, 31)),
        ({"t": datetime(2026, 1, 31, 5)}, {}, "2026-01-31T05:00", micros(2026, 1, 31, 5)),
        ({"t": datetime(2026, 1, 31, 5, tzinfo=UTC)}, {}, "2026-01-31T05:00:00+00:00", micros(2026, 1, 31, 5)),
        ({"t": "31 Jan"}, {"format": "%d %b"}, "1900-01-31", micros(1900, 1, 31)),
        ({"t": 2026}, {}, "2026", 2026),
        ({"t": 0.5}, {}, "0.5", 0.5),
    ],
)
def test_a_stamp_is_shown_and_ordered(columns, time, shown, moment):
    frame = pl.DataFrame({name: [value] for name, value in columns.items()})
    texts, numbers, wrong = stamps_of(frame, Time(columns=tuple(columns), **time), NOWHERE)
    assert wrong == []
    assert (texts.tolist(), numbers.tolist()) == ([shown], [moment])


@pytest.mark.parametrize("format_", ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"])
def test_the_fast_way_reads_as_python_does(format_):
    moments = [datetime(year, 2, 28, 23, 59, 58) for year in range(1600, 2400, 7)]
    frame = pl.DataFrame({"t": [moment.strftime(format_) for moment in moments]})
    expected = [datetime.strptime(text, format_).replace(tzinfo=UTC) for text in frame["t"]]
    _, numbers, wrong = stamps_of(frame, Time(columns="t", format=format_), NOWHERE)
    assert wrong == []
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert numbers.tolist() == [round((moment - epoch).total_seconds()) * 1_000_000 for moment in expected]


@pytest.mark.parametrize(
    ("stamps", "note"),
    [
        ("2026-01-01T00:00 2026-01-01T01:00 2026-01-01T02:00 2026-01-01T03:00", None),
        (
            "2026-01-01T00:00 2026-01-01T01:00 2026-01-01T05:00 2026-01-01T06:00",
            "1 gap in time: rows are usually 1 hour apart, and 4 hours from `2026-01-01T01:00` to `2026-01-01T05:00`; "
            "windows span gaps",
        ),
        (
            "2026-01-06 2026-01-02 2026-01-01 2026-01-03 2026-01-09",
            "2 gaps in time: rows are usually 1 day apart, and 3 days from `2026-01-03` to `2026-01-06` "
            "(the first gap); windows span gaps",
        ),
        ("2026-01 2026-02 2026-03 2026-04 2026-05", None),
        ("2023 2024 2025 2026", None),
        ("1 2 3 7", "1 gap in time: rows are usually 1 apart, and 4 from `3` to `7`; windows span gaps"),
        ("2026-01-01", None),
    ],
)
def test_gaps_are_told(bench, stamps, note):
    bench.csv("t,y\n" + "".join(f"{stamp},{i}\n" for i, stamp in enumerate(stamps.split())))
    data = bench.data(time=Time(columns="t"), features=("y",), window=Window(timesteps=2))
    assert read_rows(data, bench.base, Demand()).notes == ((note,) if note else ())


def test_gaps_do_not_matter_without_windows(bench):
    bench.csv("t,a,y\n1,1,1\n2,1,1\n9,1,1\n")
    assert read_rows(bench.data(time=Time(columns="t")), bench.base, Demand()).notes == ()


@pytest.mark.shared
def test_hours_of_a_real_table(shared):
    from pathlib import Path

    from lstmc.spec.data import Data, Source

    time = Time(columns=("year", "month", "day", "hour"))
    data = Data(
        source=Source(path="pollution.csv"),
        time=time,
        target="pm2.5",
        features=("pm2.5", "cbwd"),
        window=Window(timesteps=24),
        missing="drop",
        categorical={"cbwd": "one_hot"},
    )
    rows = read_rows(data, Path(shared) / "data", Demand())
    assert len(rows) == 43_824
    assert (rows.times[0], rows.times[-1]) == ("2010-01-01T00:00", "2014-12-31T23:00")
    assert set((rows.instants[1:] - rows.instants[:-1]).tolist()) == {HOUR}
    assert rows.levels == {"cbwd": ("NE", "NW", "SE", "cv")}
    assert rows.notes == ()


@pytest.mark.parametrize(
    "texts",
    [
        ["2026-01-01", "2026-01-02"],
        ["2026-01-01 10:30", "2026-01-01 10:31"],
        ["2026-01-01T10:30:00", "2026-01-01T10:30:01"],
        ["2026-01-01 10:30:00.000001", "2026-01-01 10:30:01.500000"],
    ],
)
def test_texts_that_are_iso_8601_are_kept_as_numbers(texts):
    numbers, bad = instants(pl.Series(texts))
    assert bad is None
    compact = Stamps(pl.Series(texts)).compact(numbers)
    assert isinstance(compact._kept, np.ndarray)
    assert compact.tolist() == texts
    assert Stamps.joined([compact, compact]).over(np.tile(numbers, 2)).tolist() == texts * 2


@pytest.mark.parametrize(
    "texts", [["2026-01-01", "2026-1-2"], ["2026-01-01 10:30:00", "2026-01-02"], ["1.5", "2.5"], ["7"]]
)
def test_texts_that_are_written_otherwise_stay_as_they_are(texts):
    numbers, _ = instants(pl.Series(texts))
    stamps = Stamps(pl.Series(texts))
    assert stamps.compact(numbers) is stamps


def test_blocks_whose_texts_differ_in_length_keep_them():
    parts = [
        Stamps(pl.Series(texts)).compact(instants(pl.Series(texts))[0])
        for texts in (["2026-01-01"], ["2026-01-01 10:30"])
    ]
    assert list(Stamps.joined(parts)) == ["2026-01-01", "2026-01-01 10:30"]
