"""Recognizes several series in one table, and rows that are not in order of time, by columns that need not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data, Time
from ...spec.diagnostics import Diagnostic
from .contract import Contract
from .date_formats import ALONE, formats_of
from .layout import unbroken
from .rows import Look, Rows, TablePlaces, count_of
from .series import runs_of
from .stamps import Stamps
from .time_columns import ORDERING
from .times import PARTS, instants, stamps_of

if TYPE_CHECKING:
    import polars

#: Names of parts of the calendar: they repeat, and tell no series apart.
CALENDAR = frozenset((
    *PARTS, "quarter", "week", "weekday", "dow", "doy", "dayofweek", "day_of_week", "dayofyear", "hr", "mnth", "mon",
    "yr", "min", "sec", "season", "holiday", "weekend", "period", "settlement_period",
))  # fmt: skip
#: Names of numbers that tell series apart, wherever they stand.
IDS = ("id", "unit", "engine", "station", "store", "item", "sensor", "series", "subject", "patient", "site", "meter")
#: Rows of which the columns that may matter are chosen.
SAMPLE = 1000
#: The share of rows with a time stamp of another row from which on series are told apart by a column.
REPEATED = 0.1
#: The least share of the time stamps between the first and the last of a series that the series has, on the whole.
DENSITY = 0.5
#: Columns that are tried in pairs.
PAIRED = 8
HOUR, DAY = 3_600_000_000, 86_400_000_000
#: Months in which clocks are set back, north and south, and the last hour that is repeated; on a Sunday.
BACK, LATEST, THURSDAY = (3, 4, 9, 10, 11), 3, 4

WAY_OUT = (
    "write each series into a file of its own, and train on one of them, or on all of them by a pattern without `time`,"
    ' `"source": "series-*.csv"`: no window crosses from one file into the next'
)


@dataclass(frozen=True, slots=True)
class Told:
    """Columns that tell series apart.

    Attributes:
        columns: their names.
        numbers: `[rows]` the number of each row's series.
        names: the first series.
    """

    columns: tuple[str, ...]
    numbers: NDArray[np.int64]
    names: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many series there are."""
        return int(self.numbers.max()) + 1

    def said(self) -> str:
        """`2 series, told apart by `id` (`s1`, `s2`)`."""
        columns = " and ".join(f"`{name}`" for name in self.columns)
        shown = ", ".join(f"`{name}`" for name in self.names) + (", …" if self.count > len(self.names) else "")
        return f"{self.count} series, told apart by {columns} ({shown})"


def windows_cross(rows: Rows, data: Data, contract: Contract) -> list[Diagnostic]:
    """LC536 or LC537 for windows over rows without `time`, by what columns of the table show; each file by itself."""
    windows = unbroken(rows, data, contract)
    if windows is None or rows.look is None or rows.instants is not None:
        return []
    whole = Candidates.of(rows.look, data)
    if whole is None:
        return []
    for start, stop in [(0, len(rows))] if rows.series is None else runs_of(rows.series):
        part = whole.of_rows(start, stop)
        told = part.told()
        if told is not None:
            inside = (windows.starts >= start) & (windows.last < stop)
            changes = np.cumsum(np.concatenate([[0], np.diff(told.numbers) != 0]))
            first, last = (at[inside] - start for at in (windows.starts - windows.before, windows.last))
            crossing = int((changes[last] > changes[first]).sum())
            message = f"the table has {told.said()}: {crossing} of {count_of(len(windows), 'window')} would mix them"
            return [Diagnostic("LC536", message, help=WAY_OUT, path="data.source")]
        found = [] if data.split.order == "file" else part.disordered()
        if found:
            return found
    return []


@dataclass(frozen=True, slots=True)
class Candidates:
    """Columns that may order rows or tell series apart.

    Attributes:
        frame: these columns.
        times: what may order the rows: a column or several, and whether it only counts rows.
        ids: what may tell series apart.
        formats: how the times are written, where not as ISO 8601.
    """

    frame: polars.DataFrame
    times: tuple[tuple[tuple[str, ...], bool], ...]
    ids: tuple[str, ...]
    formats: dict[str, tuple[str, ...]]

    @staticmethod
    def of(look: Look, data: Data) -> Candidates | None:
        """The columns of a table whose first rows look so; None where no column orders rows."""
        top = look.top(SAMPLE)
        if top is None:
            return None
        times: list[tuple[tuple[str, ...], bool]] = []
        formats: dict[str, tuple[str, ...]] = {}
        ids: list[str] = []
        by_name = {name.strip().lower(): name for name in top.columns}
        parts = [by_name[part] for part in PARTS if part in by_name]
        if "year" in by_name and len(parts) > 1:
            times.append((tuple(parts), False))
        for name in top.columns:
            kind, written = _kind(top[name])
            if name in parts and len(parts) > 1:
                continue
            if kind in ("time", "counter"):
                times.append(((name,), kind == "counter"))
                formats[name] = written
            elif kind == "id":
                ids.append(name)
        if not times:
            return None
        ids.sort(key=lambda name: name not in (data.categorical or {}))
        wanted = dict.fromkeys([name for names, _ in times for name in names] + ids)
        frame = look.frame(list(wanted))
        formats = {name: formats_of(frame[name].str.strip_chars()) for name, found in formats.items() if found}
        return Candidates(frame, tuple(times), tuple(ids), formats)

    def of_rows(self, start: int, stop: int) -> Candidates:
        """The same of some rows."""
        return Candidates(self.frame.slice(start, stop - start), self.times, self.ids, self.formats)

    def told(self) -> Told | None:
        """The columns that tell series apart: within each, time stamps repeat that are unique within a series."""
        for names, counts in self.times:
            numbers = self._numbers(names)
            if numbers is None:
                continue
            if not counts and bool((np.diff(numbers) > 0).all()):
                return None
            found = told_apart(self.frame, self.ids, numbers)
            if found is not None:
                return found
        return None

    def disordered(self) -> list[Diagnostic]:
        """LC537 where time jumps back from row to row."""
        for names, counts in self.times:
            numbers = None if counts else self._numbers(names)
            if numbers is None or not len(numbers):
                continue
            steps = np.diff(numbers)
            back = int((steps < 0).sum())
            if not back:
                return []
            shown = ", ".join(f"`{name}`" for name in names)
            row = int(np.argmax(steps < 0)) + 1
            texts = [" ".join(str(self.frame[name][at]) for name in names) for at in (row - 1, row)]
            how = "the newest row first" if back == len(steps[steps != 0]) else "and not in order"
            message = (
                f"windows take the rows as they stand, {how}: {shown} goes back {count_of(back, 'time')},"
                f" first from `{texts[0]}` to `{texts[1]}`"
            )
            return [Diagnostic("LC537", message, help=self._name_it(names), path="data.window")]
        return []

    def _name_it(self, names: tuple[str, ...]) -> str:
        columns = f'"{names[0]}"' if len(names) == 1 else "[" + ", ".join(f'"{name}"' for name in names) + "]"
        formats = self.formats.get(names[0], ())
        keys = [f'{{ "columns": {columns}, "format": "{written}" }}' for written in formats] or [columns]
        named = " or ".join(f'`"time": {key}`' for key in keys)
        return f'sort by time: {named}; to keep the order of the file, set `"order": "file"` in `data.split`'

    def _numbers(self, names: tuple[str, ...]) -> NDArray[Any] | None:
        """`[rows]` numbers in order of time; None where a stamp cannot be read."""
        formats = self.formats.get(names[0], ())
        time = Time(columns=names, format=formats[0] if formats else None)
        _, numbers, wrong = stamps_of(self.frame, time, TablePlaces((), (), lambda row: ("", row)))
        return None if wrong else numbers


def _kind(cells: polars.Series) -> tuple[str, tuple[str, ...]]:
    """`time`, `counter`, `id` or nothing; and how a time is written, where not as ISO 8601."""
    import polars as pl

    if cells.dtype in (pl.Date, pl.Datetime):
        return "time", ()
    name = cells.name.strip().lower()
    if cells.dtype.is_nested() or not len(cells) or cells.null_count() == len(cells):
        return "", ()
    texts = cells.cast(pl.String, strict=False).str.strip_chars().fill_null("")
    values = texts.cast(pl.Float64, strict=False)
    if not values.null_count():
        return _kind_of_numbers(name, values.to_numpy()), ()
    moments, bad = instants(texts)
    if bad is None and moments.dtype.kind == "i":
        return "time", ()
    if name in CALENDAR or bool(texts.str.contains(ALONE).all()):
        return "", ()
    formats = formats_of(texts)
    if formats:
        return "time", formats
    return ("id" if texts.n_unique() * 2 <= len(texts) else ""), ()


def _kind_of_numbers(name: str, values: NDArray[np.float64]) -> str:
    if name in ORDERING:
        return "time"
    if name in CALENDAR or not bool((values == np.floor(values)).all()):
        return ""
    steps = np.diff(values)
    if len(steps) and float((steps == 1).mean()) >= 1 - REPEATED:
        return "counter"
    runs = 1 + int((steps != 0).sum())
    return "id" if _named(name) or runs * 2 <= len(values) else ""


def _named(name: str) -> bool:
    """Whether a column of numbers is called as one that tells series apart."""
    words = name.lower().replace("-", "_").split("_")
    return any(word in IDS or word.removesuffix("s") in IDS for word in words)


def told_apart(frame: polars.DataFrame, ids: Sequence[str], numbers: NDArray[Any]) -> Told | None:
    """The first of the columns, or of their pairs, within which no time stamp repeats.

    Args:
        frame: the columns.
        ids: the names of those that may tell series apart.
        numbers: `[rows]` the time stamps, in numbers.
    """
    rows = len(numbers)
    repeated = rows - len(np.unique(numbers))
    back = np.diff(numbers) < 0
    if not repeated and not back.any():
        return None
    stamps = np.unique(numbers, return_inverse=True)[1]
    for columns in (*((name,) for name in ids), *combinations(ids[:PAIRED], 2)):
        series, names = _numbered(frame, columns)
        count = len(names)
        if count < 2 or count * 2 > rows:
            continue
        changes = np.diff(series) != 0
        stacked = int(changes.sum()) == count - 1
        if not stacked and not _may_alternate(frame, columns):
            continue
        if len(np.unique(np.stack([series, stamps]), axis=1)[0]) < rows or _density(series, stamps) < DENSITY:
            continue
        if repeated >= REPEATED * rows or (stacked and back.any() and not (back & ~changes).any()):
            return Told(columns, series, names[:3])
    return None


def _density(series: NDArray[np.int64], stamps: NDArray[np.int64]) -> float:
    """The share of the time stamps between its first and its last that a series has, over all series."""
    count = int(series.max()) + 1
    first, last = np.full(count, int(stamps.max())), np.zeros(count, np.int64)
    np.minimum.at(first, series, stamps)
    np.maximum.at(last, series, stamps)
    return len(series) / float((last - first + 1).sum())


def _numbered(frame: polars.DataFrame, columns: Sequence[str]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """`[rows]` the number of each row's series in order of appearance, and their names."""
    import polars as pl

    joined = frame.select(
        pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in columns], separator=", ").alias("id")
    )["id"]
    names = joined.unique(maintain_order=True)
    known = {name: number for number, name in enumerate(names.to_list())}
    return joined.replace_strict(known, return_dtype=pl.Int64).to_numpy(), tuple(known)


def _may_alternate(frame: polars.DataFrame, columns: Sequence[str]) -> bool:
    """Whether the columns may tell series apart whose rows take turns: numbers only by their names."""
    import polars as pl

    return all(
        _named(name) or frame[name].cast(pl.Float64, strict=False).null_count() > frame[name].null_count()
        for name in columns
    )


def why_twice(look: Look | None, numbers: NDArray[Any], pairs: NDArray[np.int64], data: Data) -> str:
    """What to do about time stamps that are there twice: by their cause.

    Args:
        look: gives the columns of the table.
        numbers: `[rows]` numbers in order of time.
        pairs: `[pairs, 2]` rows with the same.
        data: the section of the spec.
    """
    if numbers.dtype.kind == "i" and _clock_set_back(numbers[pairs[:, 0]]):
        return (
            "a clock that was set back in autumn repeats an hour: write the time stamps in UTC, or keep one row for"
            " each time of the repeated hour"
        )
    frame = None if look is None else look.whole()
    if frame is None:
        return "remove one of the rows"
    own = data.time.names if data.time else ()
    ids = [name for name in frame.columns if name not in own and _kind(frame[name])[0] == "id"]
    told = told_apart(frame, ids, numbers)
    if told is not None:
        return f"the table has {told.said()}: {WAY_OUT}"
    one, other = (frame[column.tolist()] for column in pairs.T)
    differing = [name for name in frame.columns if not one[name].equals(other[name], null_equal=True)]
    if not differing:
        return f"{'the rows are' if len(pairs) == 1 else 'the rows of each pair are'} equal: remove one of them"
    shown = ", ".join(f"`{name}`" for name in differing[:3]) + (", …" if len(differing) > 3 else "")
    return f"the rows differ in {shown}: keep the one that is right, or the mean of them"


def _clock_set_back(repeated: NDArray[np.int64]) -> bool:
    """Whether all moments lie in the first hours of a Sunday in a month in which clocks are set back, once a year."""
    hours = np.unique(repeated // HOUR)
    moments = (hours * HOUR).astype("datetime64[us]")
    months = moments.astype("datetime64[M]").astype(np.int64) % 12 + 1
    sundays = (hours * HOUR // DAY + THURSDAY) % 7 == 0
    years = moments.astype("datetime64[Y]").astype(np.int64)
    once = len(np.unique(years)) == len(years)
    return bool(once and sundays.all() and np.isin(months, BACK).all() and (hours % 24 <= LATEST).all())


@dataclass(frozen=True, slots=True)
class FileSpan:
    """The first and the last moment of a file, as numbers and as they are shown."""

    name: str
    first: Any
    last: Any
    shown: tuple[str, str]

    @staticmethod
    def of(name: str, numbers: NDArray[Any], times: NDArray[Any] | Stamps) -> FileSpan:
        """The span of the rows of a file, in any order."""
        first, last = int(numbers.argmin()), int(numbers.argmax())
        return FileSpan(name, numbers[first], numbers[last], (str(times[first]), str(times[last])))

    def joined(self, other: FileSpan) -> FileSpan:
        """The span of more rows of the file."""
        low, high = (self if self.first <= other.first else other), (self if self.last >= other.last else other)
        return FileSpan(self.name, low.first, high.last, (low.shown[0], high.shown[1]))


def files_of(rows: Rows) -> list[FileSpan]:
    """The span of each file of rows with time stamps."""
    if rows.look is None or rows.instants is None or rows.times is None:
        return []
    stops = np.cumsum([count for _, count in rows.look.files])
    runs = [(name, stop - count, stop) for (name, count), stop in zip(rows.look.files, stops, strict=True) if count]
    return by_file([FileSpan.of(name, rows.instants[start:stop], rows.times[start:stop]) for name, start, stop in runs])


def by_file(spans: Sequence[FileSpan]) -> list[FileSpan]:
    """One span for each file."""
    files: dict[str, FileSpan] = {}
    for span in spans:
        files[span.name] = files[span.name].joined(span) if span.name in files else span
    return list(files.values())


def before_training(parts: Mapping[str, FileSpan]) -> tuple[str, ...]:
    """That a part with rows of its own begins before the training part has ended."""
    train = parts.get("train")
    if train is None:
        return ()
    ends = f"before `train` ends at `{train.shown[1]}`"
    return tuple(
        f"`{name}` begins at `{part.shown[0]}`, {ends}: it does not measure forecasts"
        for name, part in parts.items()
        if name != "train" and type(part.first) is type(train.last) and part.first <= train.last
    )


def overlapping(files: Sequence[FileSpan]) -> list[Diagnostic]:
    """LC536 for the first two files that overlap in time."""
    order = sorted(files, key=lambda file: (file.first, file.last))
    for one, other in pairwise(order):
        if other.first < one.last:
            ranges = " and ".join(f"`{f.name}` from `{f.shown[0]}` to `{f.shown[1]}`" for f in (one, other))
            help_ = (
                "if each file is a series of its own, leave `time` out: then no window crosses from one file into the"
                " next; if the files continue one series, remove the rows that two of them have"
            )
            return [Diagnostic("LC536", f"files overlap in time: {ranges}", help=help_, path="data.source")]
    return []
