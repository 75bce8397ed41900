"""Time stamps: numbers, `2026-01-31`, `2026-01-31 12:00`, `1949-01` and `1-01` become numbers in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import polars

STAMP = (
    r"^(\d{1,4})-(\d{1,2})(?:-(\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))?)?)?$"
)
LAST_DAY = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def instants(cells: polars.Series) -> tuple[NDArray[Any], int | None]:
    """Numbers that order the time stamps, and the index of the first that cannot be read.

    All numbers, or all dates: the way that reads more of the cells is meant.
    """
    numbers, no_number = _numbers(cells)
    if not no_number.any():
        return numbers, None
    moments, no_date = _moments(cells)
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

    year, month, day = numbers("year", -1), numbers("month", 1), numbers("day", 1)
    hour, minute, second = numbers("hour", 0), numbers("minute", 0), numbers("second", 0)
    bad = (year < 0) | (month < 1) | (month > 12)
    last = LAST_DAY[np.where(bad, 0, month)] + ((month == 2) & _leap(year))
    bad |= (day < 1) | (day > last) | (hour > 23) | (minute > 59) | (second > 59)
    sign = (groups["sign"].fill_null("+") == "-").to_numpy()
    offset = (numbers("off_hour", 0) * 60 + numbers("off_minute", 0)) * np.where(sign, -1, 1)
    minutes = (_days(year, month, day) * 24 + hour) * 60 + minute - offset
    nanos = groups["fraction"].fill_null("0").str.pad_end(9, "0").cast(pl.Int64).to_numpy()
    return (minutes * 60 + second) * 1_000_000 + nanos // 1_000, bad


def _leap(year: NDArray[np.int64]) -> NDArray[np.bool_]:
    leap: NDArray[np.bool_] = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return leap


def _days(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Days in the proleptic Gregorian calendar, years beginning in March (as Fliegel and Van Flandern count)."""
    shifted = year - (month <= 2)
    months = (month + 9) % 12
    return 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + (153 * months + 2) // 5 + day
