"""Time stamps become numbers in order: numbers, `2026-01-31 12:00`, `1949-01`, `2026Q1`, parts in several columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Time
from ...spec.diagnostics import Diagnostic
from .date_formats import formats_of
from .rows import TablePlaces
from .stamps import Stamps
from .strptime import parsed

if TYPE_CHECKING:
    import polars

STAMP = (
    r"^(\d{1,4})-(\d{1,2})(?:-(\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))?)?)?$"
)
#: Quarters, and weeks of ISO 8601 with or without a day.
QUARTER = r"(?i)^(?:(\d{4})[- ]?Q([1-4])|Q([1-4])[- ]?(\d{4}))$"
WEEK = r"^(\d{4})-?W(\d{2})(?:-?([1-7]))?$"
#: Parts of a time stamp, and the finest unit of ISO 8601 that shows each.
PARTS = {"year": "Y", "month": "M", "day": "D", "hour": "m", "minute": "m", "second": "s"}
#: A quarter stands for its first month.
QUARTERLY = ("year", "quarter")
LAST_DAY = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def stamps_of(
    frame: polars.DataFrame, time: Time, places: TablePlaces
) -> tuple[Stamps, NDArray[Any], list[Diagnostic]]:
    """The time stamp of each row as it is shown, and numbers in their order.

    Microseconds since 1970 are integers; other numbers are what the cells say.

    Returns:
        `[rows]` texts, `[rows]` numbers, and LC516 at the first row whose stamp cannot be read.
    """
    columns = [frame[name] for name in time.names]
    texts = _joined(columns)
    help_ = ""
    if time.format is not None:
        numbers, bad = parsed(texts, time.format)
        shown = Stamps(numbers)
        help_ = f"correct it, or the format `{time.format}`"
    elif columns[0].dtype.is_temporal() and len(columns) == 1:
        shown, numbers, bad = _native(columns[0])
    elif len(columns) > 1 and (whole := _whole(columns)) is not None:
        shown, numbers, bad = _from_parts(time.names, whole)
        help_ = "the columns are " + ", ".join(_parts(time.names)) + ", in whole numbers"
    else:
        numbers, first = instants(texts)
        bad = np.zeros(len(texts), np.bool_)
        bad[[] if first is None else first] = True
        help_ = _how_written(time, formats_of(texts)) if bad.any() else help_
        shown = Stamps(texts if len(columns) == 1 or numbers.dtype.kind == "f" else numbers)
    if not bad.any():
        return shown, numbers, []
    row = int(bad.argmax())
    where = f"{places.row(row)}, column{'s' * (len(columns) > 1)} {', '.join(f'`{name}`' for name in time.names)}"
    message = f"`{texts[row]}` is neither a time nor a number"
    if time.format is not None:
        message = f"`{texts[row]}` is not written as `{time.format}`"
    if not str(texts[row] or "").strip():
        message = "the time stamp is missing: the cell is empty"
    return shown, numbers, [Diagnostic("LC516", message, where=where, help=help_, path="data.time")]


def _how_written(time: Time, formats: Sequence[str]) -> str:
    """What to do about time stamps that are written in another way, which may be one of these formats."""
    if not formats:
        return "write times as 2026-01-31, 2026-01-31 12:00, 2026-01 or a number, or give their `format`"
    names = time.names[0] if len(time.names) == 1 else time.names
    keys = [json.dumps({"columns": names, "format": format_}, ensure_ascii=False) for format_ in formats]
    return "say how they are written: " + " or ".join(f'`"time": {key}`' for key in keys)


def _joined(columns: Sequence[polars.Series]) -> polars.Series:
    """The cells of a row as one text, with spaces between them; whole numbers without a point."""
    import polars as pl

    texts: list[polars.Series] = []
    for cells in columns:
        whole = cells.cast(pl.Int64, strict=False) if cells.dtype.is_float() and _is_whole(cells) else cells
        texts.append(whole.cast(pl.String, strict=False).fill_null("").str.strip_chars().alias(str(len(texts))))
    return pl.DataFrame(texts).select(pl.concat_str(pl.all(), separator=" ").alias("time")).to_series()


def _is_whole(cells: polars.Series) -> bool:
    filled = cells.fill_nan(None).drop_nulls()
    return bool((filled == filled.floor()).all())


def _whole(columns: Sequence[polars.Series]) -> list[NDArray[np.int64]] | None:
    """The cells as whole numbers, -1 where one is missing; `None` where others are among them."""
    import polars as pl

    found = []
    for cells in columns:
        texts = cells.str.strip_chars() if cells.dtype == pl.String else cells
        numbers = texts.cast(pl.Float64, strict=False)
        empty = cells.is_null() | (texts == "" if cells.dtype == pl.String else numbers.is_nan())
        if (numbers.is_null() & ~empty).any() or not _is_whole(numbers):
            return None
        found.append(numbers.fill_nan(None).cast(pl.Int64, strict=False).fill_null(-1).to_numpy())
    return found


def _parts(names: Sequence[str]) -> tuple[str, ...]:
    """Which part of a time stamp each column is: by its name where all are known, else from the year on."""
    own = tuple(name.strip().lower() for name in names)
    known = len(set(own)) == len(own) and (set(own) <= PARTS.keys() or sorted(own) == sorted(QUARTERLY))
    return own if known else tuple(PARTS)[: len(names)]


def _from_parts(
    names: Sequence[str], columns: Sequence[NDArray[np.int64]]
) -> tuple[Stamps, NDArray[np.int64], NDArray[np.bool_]]:
    given = dict(zip(_parts(names), columns, strict=True))
    if "quarter" in given:
        given["month"] = 3 * given.pop("quarter") - 2
    first = {"year": 1970, "month": 1, "day": 1}
    every = [given.get(part, np.full(len(columns[0]), first.get(part, 0))) for part in PARTS]
    numbers, bad = _from_calendar(*every)
    finest = [part for part in PARTS if part in given][-1]
    return Stamps(numbers, PARTS[finest]), numbers, bad


def _native(cells: polars.Series) -> tuple[Stamps, NDArray[Any], NDArray[np.bool_]]:
    """Dates, times of day and durations, which the file already holds as such."""
    import polars as pl

    bad = cells.is_null().to_numpy()
    if cells.dtype not in (pl.Date, pl.Datetime):
        return Stamps(cells.cast(pl.String).fill_null("")), cells.cast(pl.Int64).fill_null(0).to_numpy(), bad
    zone = getattr(cells.dtype, "time_zone", None)
    moments = cells.cast(pl.Datetime("us", zone))
    numbers = moments.dt.epoch("us").fill_null(0).to_numpy()
    shown = moments.dt.strftime("%Y-%m-%dT%H:%M:%S%:z").fill_null("") if zone else numbers
    return Stamps(shown), numbers, bad


def instants(cells: polars.Series) -> tuple[NDArray[Any], int | None]:
    """Numbers that order the time stamps, and the index of the first that cannot be read.

    All numbers, or all dates: the way that reads more of the cells is meant.
    """
    numbers, no_number = _numbers(cells)
    if not no_number.any():
        return numbers, None
    moments, no_date = _moments(cells)
    if no_date.any():
        moments, no_date = _moments(_as_dates(cells))
    if not no_date.any():
        return moments, None
    meant = no_date if no_date.sum() <= no_number.sum() else no_number
    return moments, int(meant.argmax())


def _numbers(cells: polars.Series) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    import polars as pl

    numbers = cells.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    return numbers, ~np.isfinite(numbers)


def _moments(cells: polars.Series) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    import polars as pl

    groups = cells.str.extract_groups(STAMP).struct.unnest()
    names = ("year", "month", "day", "hour", "minute", "second", "fraction", "utc", "sign", "off_hour", "off_minute")
    groups.columns = list(names)

    def numbers(name: str, default: int) -> NDArray[np.int64]:
        return groups[name].cast(pl.Int64, strict=False).fill_null(default).to_numpy()

    moments, bad = _from_calendar(
        *(
            numbers(*part)
            for part in (("year", -1), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))
        )
    )
    sign = (groups["sign"].fill_null("+") == "-").to_numpy()
    offset = (numbers("off_hour", 0) * 60 + numbers("off_minute", 0)) * np.where(sign, -1, 1)
    nanos = groups["fraction"].fill_null("0").str.pad_end(9, "0").cast(pl.Int64).to_numpy()
    return moments - offset * 60_000_000 + nanos // 1_000, bad


def _as_dates(cells: polars.Series) -> polars.Series:
    """The cells, with a quarter as its first month and a week as its first day, or as the day that it names."""
    import polars as pl

    cell = pl.col("cell")
    quarter, week = cell.str.extract_groups(QUARTER), cell.str.extract_groups(WEEK)

    def either(one: str, other: str) -> pl.Expr:
        return pl.coalesce(quarter.struct.field(one), quarter.struct.field(other)).cast(pl.Int64, strict=False)

    month = pl.format("{}-{}", either("1", "4"), 3 * either("2", "3") - 2)
    day = pl.format("{}-{}-{}", week.struct.field("1"), week.struct.field("2"), week.struct.field("3").fill_null("1"))
    date = day.str.strptime(pl.Date, "%G-%V-%u", strict=False).cast(pl.String)
    return cells.alias("cell").to_frame().select(pl.coalesce(month, date, cell)).to_series()


def _from_calendar(*parts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Microseconds since 1970 of year, month, day, hour, minute and second, and where there is no such moment."""
    year, month, day, hour, minute, second = parts
    bad = (year < 0) | (month < 1) | (month > 12)
    last = LAST_DAY[np.where(bad, 0, month)] + ((month == 2) & _leap(year))
    bad |= (day < 1) | (day > last) | (hour < 0) | (hour > 23) | (minute < 0) | (minute > 59)
    bad |= (second < 0) | (second > 59)
    minutes = ((_days(year, month, day) - EPOCH) * 24 + hour) * 60 + minute
    return np.where(bad, 0, (minutes * 60 + second) * 1_000_000), bad


def _leap(year: NDArray[np.int64]) -> NDArray[np.bool_]:
    leap: NDArray[np.bool_] = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return leap


def _days(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Days in the proleptic Gregorian calendar, years beginning in March (as Fliegel and Van Flandern count)."""
    shifted = year - (month <= 2)
    months = (month + 9) % 12
    return 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + (153 * months + 2) // 5 + day


EPOCH = int(_days(np.array([1970]), np.array([1]), np.array([1]))[0])
