"""`lstmc init DATA`: however the time of rows is written, it orders them; what does not order them is reported."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest

import lstmc
from lstmc.runtime.data.recognition import told_apart

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

DAYS = pd.date_range("2019-11-20", periods=60, freq="D")
HOURS = pd.date_range("2020-02-27 22:00", periods=60, freq="h")
MONTHS = pd.date_range("2016-03-01", periods=60, freq="MS")
QUARTERS = pd.period_range("2005Q1", periods=60, freq="Q")
WEEKS = pd.date_range("2019-12-02", periods=60, freq="W-MON")

#: Header, cells of each row, the true moments, and what `data.time` is.
FORMS = {
    "iso day": ("date", DAYS.strftime("%Y-%m-%d"), DAYS, "date"),
    "iso minute": ("date", HOURS.strftime("%Y-%m-%d %H:%M"), HOURS, "date"),
    "iso T": ("date", HOURS.strftime("%Y-%m-%dT%H:%M:%S"), HOURS, "date"),
    "iso zone": ("date", HOURS.strftime("%Y-%m-%dT%H:%M:%S+01:00"), HOURS, "date"),
    "iso fraction": ("date", HOURS.strftime("%Y-%m-%d %H:%M:%S.500"), HOURS, "date"),
    "utc": ("date", HOURS.strftime("%Y-%m-%d %H:%M:%S UTC"), HOURS, "%Y-%m-%d %H:%M:%S UTC"),
    "slashed iso": ("date", DAYS.strftime("%Y/%m/%d"), DAYS, "%Y/%m/%d"),
    "american": ("Date", DAYS.strftime("%m/%d/%Y"), DAYS, "%m/%d/%Y"),
    "american, short": ("Date", [f"{d.month}/{d.day}/{d.year % 100}" for d in DAYS], DAYS, "%m/%d/%y"),
    "british": ("Date", DAYS.strftime("%d/%m/%Y"), DAYS, "%d/%m/%Y"),
    "german": ("Datum", DAYS.strftime("%d.%m.%Y"), DAYS, "%d.%m.%Y"),
    "german, clock": ("Datum", HOURS.strftime("%d.%m.%Y %H:%M"), HOURS, "%d.%m.%Y %H:%M"),
    "dutch": ("datum", DAYS.strftime("%d-%m-%Y"), DAYS, "%d-%m-%Y"),
    "twelve hours": ("when", HOURS.strftime("%m/%d/%Y %I:%M %p"), HOURS, "%m/%d/%Y %I:%M %p"),
    "twelve hours, seconds": ("when", HOURS.strftime("%d-%b-%y %I:%M:%S%p"), HOURS, "%d-%b-%y %I:%M:%S%p"),
    "excel": ("Date", [f"{d.day}-{d:%b}-{d:%y}" for d in DAYS], DAYS, "%d-%b-%y"),
    "sas": ("Date", [d.upper() for d in DAYS.strftime("%d%b%Y")], DAYS, "%d%b%Y"),
    "long name": ("Date", [f'"{d:%B} {d.day}, {d.year}"' for d in DAYS], DAYS, "%B %d, %Y"),
    "weekday": ("Date", [f'"{d:%a, %d %b %Y}"' for d in DAYS], DAYS, "%a, %d %b %Y"),
    "apache": ("at", HOURS.strftime("%d/%b/%Y:%H:%M:%S +0000"), HOURS, "%d/%b/%Y:%H:%M:%S %z"),
    "month": ("Month", MONTHS.strftime("%b-%Y"), MONTHS, "%b-%Y"),
    "month of two digits": ("Month", MONTHS.strftime("%b-%y"), MONTHS, "%b-%y"),
    "numbered month": ("Month", MONTHS.strftime("%m/%Y"), MONTHS, "%m/%Y"),
    "first of the month": ("Month", MONTHS.strftime("%m/%d/%Y"), MONTHS, "%m/%d/%Y"),
    "first of the month, day first": ("Month", MONTHS.strftime("%d/%m/%Y"), MONTHS, "%d/%m/%Y"),
    "iso month": ("Month", MONTHS.strftime("%Y-%m"), MONTHS, "Month"),
    "compact": ("date", DAYS.strftime("%Y%m%d"), DAYS, "%Y%m%d"),
    "compact within a month": ("day", pd.date_range("2020-01-01", periods=31).strftime("%Y%m%d"),
                               pd.date_range("2020-01-01", periods=31), "%Y%m%d"),
    "compact month": ("ym", MONTHS.strftime("%Y%m"), MONTHS, "%Y%m"),
    "compact hour": ("time", HOURS.strftime("%Y%m%d%H"), HOURS, "%Y%m%d%H"),
    "compact minute": ("time", HOURS.strftime("%Y%m%d%H%M"), HOURS, "%Y%m%d%H%M"),
    "ordinal date": ("date", DAYS.strftime("%Y-%j"), DAYS, "%Y-%j"),
    "compact ordinal date": ("date", DAYS.strftime("%Y%j"), DAYS, "%Y%j"),
    "seconds": ("timestamp", (HOURS.astype("datetime64[s]").astype("int64")), HOURS, "timestamp"),
    "milliseconds": ("open_time", (HOURS.astype("datetime64[ms]").astype("int64")), HOURS, "open_time"),
    "year": ("Year", range(1950, 2010), pd.to_datetime([f"{y}-01-01" for y in range(1950, 2010)]), "Year"),
    "quarter": ("quarter", [str(q) for q in QUARTERS], QUARTERS.to_timestamp(), "quarter"),
    "quarter, hyphen": ("q", [f"{q.year}-Q{q.quarter}" for q in QUARTERS], QUARTERS.to_timestamp(), "q"),
    "week": ("week", WEEKS.strftime("%G-W%V"), WEEKS, "week"),
    "date and time": ("Date,Time", HOURS.strftime("%d/%m/%Y,%H:%M:%S"), HOURS, "%d/%m/%Y %H:%M:%S"),
    "date and dotted time": ("Date,Time", HOURS.strftime("%d/%m/%Y,%H.%M.%S"), HOURS, "%d/%m/%Y %H.%M.%S"),
    "date and time of twelve hours": ("Date,Time", HOURS.strftime("%Y-%m-%d,%I:%M %p"), HOURS, "%Y-%m-%d %I:%M %p"),
    "iso date and time": ("day,clock", HOURS.strftime("%Y-%m-%d,%H:%M"), HOURS, ["day", "clock"]),
    "date and hour": ("date,hour", [f"{h:%Y%m%d},{h.hour}" for h in HOURS], HOURS, "%Y%m%d %H"),
    "parts": ("Year,Month,Day", [f"{d.year},{d.month},{d.day}" for d in DAYS], DAYS, ["Year", "Month", "Day"]),
    "short parts": ("YR,MNTH,DY", [f"{d.year},{d.month},{d.day}" for d in DAYS], DAYS, ["YR", "MNTH", "DY"]),
    "day of the year": ("year,doy", [f"{d.year},{d.day_of_year}" for d in DAYS], DAYS, "%Y %j"),
    "year and quarter": ("year,quarter", [f"{q.year},{q.quarter}" for q in QUARTERS], QUARTERS.to_timestamp(),
                         ["year", "quarter"]),
}  # fmt: skip


def table(header, cells, order):
    """Cells in another order, beside a target that counts them in order of time."""
    rows = [f"{cells[i]},{i + 0.25},{(i * 7) % 11}\n" for i in order]
    return f"{header},y,x\n" + "".join(rows)


@pytest.mark.parametrize("form", FORMS)
def test_rows_are_in_order_of_time(command, folder, form):
    header, cells, moments, time = FORMS[form]
    assert pd.DatetimeIndex(moments).is_monotonic_increasing
    newest_first = range(len(moments))[::-1]
    (folder / "t.csv").write_text(table(header, list(cells), newest_first), encoding="utf-8")
    result = command("init", "t.csv", "--target", "y", "--timesteps", "2")
    assert result.code == 0, result.err
    assert "The newest row comes first" in result.err
    checked = command("check", "t.lstm.json", "--with-data")
    assert checked.code == 0, checked.err
    assert "rows reordered by time" in checked.err
    data = json.loads((folder / "t.lstm.json").read_text(encoding="utf-8"))["data"]
    found = data["time"]
    assert (found["format"] if isinstance(found, dict) else found) == time
    assert data["features"] == ["y", "x"]
    parts = lstmc.build(folder / "t.lstm.json").check_data().parts
    targets = np.concatenate([parts[name].y_original for name in ("train", "validation", "test")]).ravel()
    np.testing.assert_array_equal(targets, np.arange(2, len(moments)) + 0.25)


@pytest.mark.parametrize(
    "form", ["american", "british", "german, clock", "excel", "compact", "quarter", "date and time"]
)
def test_formats_are_those_of_pandas(command, folder, form):
    header, cells, moments, _ = FORMS[form]
    shuffled = np.random.default_rng(0).permutation(len(moments))
    (folder / "t.csv").write_text(table(header, list(cells), shuffled), encoding="utf-8")
    assert command("init", "t.csv", "--target", "y", "--timesteps", "2").code == 0
    times = list(lstmc.build(folder / "t.lstm.json").check_data().parts["train"].times)
    expected = pd.PeriodIndex(times, freq="Q").to_timestamp() if form == "quarter" else pd.to_datetime(times)
    assert list(expected) == list(moments[2 : 2 + len(times)])


def test_day_and_month_that_no_row_tells_apart(command, folder):
    days = pd.date_range("2020-01-01", periods=12)
    (folder / "t.csv").write_text(table("d", list(days.strftime("%d/%m/%Y")), range(12)), encoding="utf-8")
    result = command("init", "t.csv", "--target", "y", "--timesteps", "2")
    assert "may as well be written as `%m/%d/%Y`" in result.err
    assert "correct `data.time.format` if so" in json.loads((folder / "t.lstm.json").read_text())["description"]


def test_windows_that_run_backwards_are_refused_with_the_key_that_sorts(command, folder):
    days = list(DAYS.strftime("%m/%d/%Y"))[::-1]
    pl.DataFrame({"Date": days, "y": [i * i % 7 + 0.5 for i in range(60)]}).write_csv("t.csv")
    data = {"source": "t.csv", "features": ["y"], "target": "y", "window": {"timesteps": 3}}
    spec = {"lstmc": 1, "task": "regression", "layers": [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}]}
    (folder / "t.lstm.json").write_text(json.dumps({**spec, "data": data}), encoding="utf-8")
    result = command("check", "t.lstm.json", "--with-data", "--json")
    assert (result.code, result.codes) == (3, ["LC537"])
    assert '`"time": { "columns": "Date", "format": "%m/%d/%Y" }`' in result.json["diagnostics"][0]["help"]
    for way in ({"time": {"columns": "Date", "format": "%m/%d/%Y"}}, {"split": {"train": 0.8, "order": "file"}}):
        (folder / "t.lstm.json").write_text(json.dumps({**spec, "data": {**data, **way}}), encoding="utf-8")
        assert command("check", "t.lstm.json", "--with-data", "--json").codes == []


def test_a_frame_newest_first_is_refused():
    frame = pd.DataFrame({"Date": DAYS[::-1], "y": np.arange(60.0)})
    data = {"source": "t.csv", "features": ["y"], "target": "y", "window": {"timesteps": 3}, "scale": "standard"}
    layers = [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}]
    model = lstmc.build({"lstmc": 1, "task": "regression", "layers": layers, "data": data})
    with pytest.raises(lstmc.DataError, match="goes back 59 times"):
        model.check_data(frame)
    assert not model.check_data(frame[::-1]).warnings


def test_rows_that_nothing_orders(command, folder):
    (folder / "t.csv").write_text(table("x1", [str(i % 3) for i in range(40)], range(40)), encoding="utf-8")
    result = command("init", "t.csv", "--target", "y", "--timesteps", "2")
    assert "No column orders the rows: they stay in the order of the file." in result.err
    assert "LC554" not in result.err


@pytest.mark.triggers("LC554")
@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([*DAYS.strftime("%d/%m/%Y")[:50], "soon", *DAYS.strftime("%d/%m/%Y")[51:]], "`soon` in row 52 is not written"),
        ([*DAYS.strftime("%Y-%m-%d")[:50], "2020-13-01", *DAYS.strftime("%Y-%m-%d")[51:]], "`2020-13-01` in row 52"),
        ([*DAYS.strftime("%d/%m/%Y")[:50], "", *DAYS.strftime("%d/%m/%Y")[51:]], "1 cell of it is empty"),
        ([d[:-1] + "1" for d in DAYS.strftime("%d/%m/%Y")][:30] * 2, "a time stamp is there twice"),
        ([f"{d.day}-{d:%b}" for d in DAYS], "its dates, such as `20-Nov`, are written in no form that is known"),
    ],
)
def test_dates_that_order_nothing_are_reported(command, folder, cells, why):
    (folder / "t.csv").write_text(table("when", cells, range(60)), encoding="utf-8")
    result = command("init", "t.csv", "--target", "y", "--timesteps", "2")
    assert result.code == 0
    words = " ".join(result.err.split())
    assert "warning[LC554]" in words
    assert "windows follow the order of the file: `when` looks like dates, but " + why in words
    assert "when" not in json.loads((folder / "t.lstm.json").read_text())["data"]["features"]


@pytest.mark.triggers("LC536")
@pytest.mark.parametrize("stacked", [True, False])
def test_several_series_are_refused(command, folder, stacked):
    rows = [(f"{d:%Y-%m-%d}", i, f"s{s}") for s in range(3) for i, d in enumerate(DAYS)]
    rows = rows if stacked else sorted(rows)
    text = "ds,unique_id,y\n" + "".join(f"{d},{s},{(7 * i) % 13}.5\n" for d, i, s in rows)
    (folder / "t.csv").write_text(text, encoding="utf-8")
    result = command("init", "t.csv", "--target", "y", "--timesteps", "5", "--json")
    assert (result.code, result.codes) == (3, ["LC536"])
    found = result.json["diagnostics"][0]
    assert found["message"] == "`t.csv` holds 3 series, one for each `unique_id`: `2019-11-20` is in 3 rows"
    program = found["help"].split("`")[-2]
    exec(f"import polars\n{program}", {})  # the help works
    assert sorted(path.name for path in folder.glob("s*.csv")) == ["s0.csv", "s1.csv", "s2.csv"]
    assert command("init", "s1.csv", "--target", "y", "--timesteps", "5").code == 0


@pytest.mark.triggers("LC536")
def test_series_counted_anew_are_refused(command, folder):
    text = "unit,cycle,y\n" + "".join(f"{u},{c},{(u * c) % 13}.5\n" for u in range(1, 5) for c in range(1, 20 + u))
    (folder / "t.csv").write_text(text, encoding="utf-8")
    result = command("init", "t.csv", "--target", "y", "--timesteps", "5", "--json")
    assert result.codes == ["LC536"]
    assert "4 series, one for each `unit`: `1` is in 4 rows" in result.json["diagnostics"][0]["message"]


@pytest.mark.triggers("LC536")
def test_series_in_files_of_their_own_are_refused(command, folder):
    for name in "ab":
        text = "date,y\n" + "".join(f"{d:%d.%m.%Y},{(7 * i) % 13}.5\n" for i, d in enumerate(DAYS))
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    result = command("init", "*.csv", "--target", "y", "--timesteps", "5", "-o", "t.lstm.json", "--json")
    assert result.codes == ["LC536"]
    assert "the 2 files of `*.csv` hold 2 series" in result.json["diagnostics"][0]["message"]


def test_all_files_of_a_pattern_are_looked_at(command, folder):
    for year in (2019, 2020):
        days = DAYS[DAYS.year == year]
        cells = [f"{d:%d/%m/%Y},{['a', 'b'][year - 2019]},{'' if d.day_of_year == 3 else d.day + 0.5}" for d in days]
        (folder / f"y{year}.csv").write_text("date,kind,y\n" + "\n".join(cells) + "\n", encoding="utf-8")
    result = command("init", "y*.csv", "--target", "y", "--timesteps", "2")
    assert result.code == 0, result.err
    assert "2 files looked at." in result.err
    spec = json.loads((folder / "y.lstm.json").read_text())
    assert spec["data"]["time"] == {"columns": "date", "format": "%d/%m/%Y"}  # of 2020 alone, all days are below 13
    assert spec["data"]["categorical"] == {"kind": "one_hot"}  # constant in each file
    assert spec["data"]["missing"] == "forward_fill"  # missing in the second alone


def test_the_columns_that_tell_series_apart():
    stamps = np.tile(np.arange(50), 6)
    sensor, variable = np.repeat(["A", "B", "C"], 100), np.tile(np.repeat(["temp", "hum"], 50), 3)
    value = np.random.default_rng(0).normal(size=300).round(3)
    frame = pl.DataFrame({"sensor": sensor, "variable": variable, "value": value})
    found = told_apart(frame, ["sensor", "variable"], stamps)
    assert found is not None
    assert (found.columns, found.count) == (("sensor", "variable"), 6)
    assert told_apart(frame, ["sensor", "variable"], np.arange(300)) is None
    assert told_apart(frame, ["sensor", "variable"], np.zeros(300)) is None
