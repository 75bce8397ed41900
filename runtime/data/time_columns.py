"""Which columns of a table order its rows, and how their time stamps are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Time
from .date_formats import clock_format
from .rows import TablePlaces
from .times import PARTS, QUARTERLY, stamps_of

if TYPE_CHECKING:
    import polars

    from .profile import Column

#: Names that a column of numbers has when they are time.
ORDERING = ("time", "t", "timestamp", "datetime", "date", "year", "ds")
#: The same, and one that counts steps: such a column is time if it rises or falls throughout.
TIMES = (*ORDERING, "step")
#: Names of columns of numbers that begin again in every series.
RESTARTING = (*TIMES, "cycle", "cycles", "day", "week", "month", "time_in_cycles")
#: Names of the columns that hold a part of a time stamp.
NAMES = {
    "year": ("year", "yr", "yyyy"),
    "month": ("month", "mon", "mo", "mnth", "mm"),
    "day": ("day", "dy", "dd"),
    "hour": ("hour", "hr", "hh"),
    "minute": ("minute", "min", "mi"),
    "second": ("second", "sec", "ss"),
}
DAY_OF_YEAR = ("doy", "dayofyear", "day_of_year", "yday", "jday", "julian_day")
#: Clocks that are read with a date of ISO 8601 without a format.
ISO_CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f")


@dataclass(frozen=True, slots=True)
class Order:
    """What orders the rows of a table.

    Attributes:
        time: the columns that do, and their format.
        instants: `[rows]` their time stamps as numbers.
        others: formats that fit as well, where nothing tells which is meant.
    """

    time: Time
    instants: NDArray[Any]
    others: tuple[str, ...] = ()

    @property
    def unique(self) -> bool:
        """Whether each time stamp is there once."""
        return len(np.unique(self.instants)) == len(self.instants)

    @property
    def oldest_first(self) -> bool:
        """Whether the rows stand in this order."""
        return bool((np.diff(self.instants) >= 0).all())

    @property
    def newest_first(self) -> bool:
        """Whether the rows stand in the opposite order."""
        return len(self.instants) > 1 and bool((np.diff(self.instants) < 0).all())

    def key(self) -> Any:
        """What to write at `data.time`."""
        columns = self.time.columns if isinstance(self.time.columns, str) else list(self.time.columns)
        return {"columns": columns, "format": self.time.format} if self.time.format else columns


def orders_of(frame: polars.DataFrame, columns: Mapping[str, Column]) -> list[Order]:
    """Everything that may order the rows, the likeliest first; the first whose time stamps are unique is meant."""
    found = [_order(frame, time, others) for time, others in _candidates(frame, columns)]
    return [order for order in found if order is not None]


def restarting(frame: polars.DataFrame, columns: Mapping[str, Column]) -> Iterator[Order]:
    """Whole numbers that are called as time is, whatever their order: they count the rows of each series anew."""
    for name, column in columns.items():
        if name.strip().lower() in RESTARTING and column.whole and not column.missing:
            order = _order(frame, Time(columns=name), ())
            if order is not None:
                yield order


def _order(frame: polars.DataFrame, time: Time, others: tuple[str, ...]) -> Order | None:
    """The order that columns give; `None` where a time stamp cannot be read."""
    _, instants, wrong = stamps_of(frame, time, TablePlaces((), (), lambda row: ("", row)))
    return None if wrong else Order(time, instants, others)


def _candidates(frame: polars.DataFrame, columns: Mapping[str, Column]) -> Iterator[tuple[Time, tuple[str, ...]]]:
    """Year, month and so on in columns of their own; else dates, alone or with a clock; else numbers by their name."""
    by_name = {name.strip().lower(): column for name, column in columns.items()}
    yield from ((time, ()) for time in _parts(by_name))
    for column in columns.values():
        if column.kind == "time" and not column.missing:
            format_, others = (column.date.format, column.date.others) if column.date else (None, ())
            yield Time(columns=column.name, format=format_), others
            for clock, clock_written in _clocks(frame, columns):
                if format_ is None and clock_written in ISO_CLOCKS:
                    yield Time(columns=(column.name, clock)), ()
                else:
                    date = format_ or "%Y-%m-%d"
                    joined = tuple(f"{other} {clock_written}" for other in others)
                    yield Time(columns=(column.name, clock), format=f"{date} {clock_written}"), joined
    for name, column in by_name.items():
        if name in TIMES and column.monotonic and not column.missing:
            yield Time(columns=column.name), ()


def _parts(by_name: Mapping[str, Column]) -> Iterator[Time]:
    """Parts of time stamps in columns of their own: as many as there are, from the year on."""

    def whole(names: tuple[str, ...]) -> str | None:
        found = [by_name[name] for name in names if name in by_name]
        return next((column.name for column in found if column.whole and not column.missing), None)

    parts = []
    for part in PARTS:
        name = whole(NAMES[part])
        if name is None:
            break
        parts.append(name)
    if len(parts) > 1:
        yield Time(columns=tuple(parts))
    year, day, quarter = whole(NAMES["year"]), whole(DAY_OF_YEAR), whole(QUARTERLY[1:])
    if year is not None and day is not None:
        yield Time(columns=(year, day), format="%Y %j")
    if year is not None and quarter is not None and year.strip().lower() == "year":
        yield Time(columns=(year, quarter))


def _clocks(frame: polars.DataFrame, columns: Mapping[str, Column]) -> Iterator[tuple[str, str]]:
    """Columns that hold the time of day beside a date, and their formats."""
    for column in columns.values():
        if column.kind == "clock" and not column.missing:
            written = clock_format(str(frame[column.name][0]).strip())
            if written is not None:
                yield column.name, written
        elif column.name.strip().lower() in NAMES["hour"] and column.whole and not column.missing:
            yield column.name, "%H"
