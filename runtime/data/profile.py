"""A look at a table nobody has described yet: what each of its columns most likely is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Source
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .advice import DECIMAL_COMMA, MOST_CATEGORIES, THOUSANDS, cause_of
from .cells import MISSING_NUMBER, names_of, parsed
from .date_formats import (
    ALONE,
    DATE_LIKE,
    DateFormat,
    date_format,
    digits_format,
    is_monotonic,
    is_unix_time,
    nearly_read,
)
from .files import contents, matching
from .markers import Ends, Marker
from .recognition import Told, told_apart
from .source import read_tables
from .tables import Table, check_same_columns, joined, located
from .time_columns import Order, orders_of, restarting
from .times import instants

if TYPE_CHECKING:
    import polars

Kind: TypeAlias = Literal["numbers", "counter", "categories", "time", "clock", "constant", "names", "mixed", "empty"]

#: Bytes of files up to which those of a pattern are looked at; the first is looked at in any case.
MOST_BYTES = 512 * 2**20
#: The column that stands for the file of a row.
FILE = "\0file"


@dataclass(frozen=True, slots=True)
class Column:
    """What a column most likely is.

    Attributes:
        name: its name.
        kind: `numbers`; a `counter` of rows; `categories`; `time`; `clock`, a time of day; `constant`; `names`, too
            many to be categories; `mixed`, some texts among numbers; `empty`.
        missing: how many cells are missing.
        levels: the different values as text, if they are few.
        whole: whether all are whole numbers.
        monotonic: whether each number is greater than the one before, or each is smaller.
        date: how time stamps are written, where that is not as ISO 8601 or as a number.
        doubt: why a column that looks like dates is not a time.
        cause: why its texts are not numbers, and what to do about it, where that is certain.
        marker: a value of a column of numbers that is probably none, and the place of its first row.
    """

    name: str
    kind: Kind
    missing: int = 0
    levels: tuple[str, ...] = ()
    whole: bool = False
    monotonic: bool = False
    date: DateFormat | None = None
    doubt: str = ""
    cause: tuple[str, str] | None = None
    marker: tuple[Marker, str] | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a table most likely is.

    Attributes:
        source: how it is read.
        rows: how many rows it has.
        columns: its columns, in their order.
        order: what orders its rows; `None` where nothing does.
        repeats: the columns that look like time and have a stamp twice.
        series: what tells several series apart, where there are some; `FILE` stands for the files.
        repeated: a time stamp that several series have, and how many rows have it.
        files: how many files were looked at, and how many there are.
    """

    source: Source
    rows: int
    columns: Mapping[str, Column]
    order: Order | None
    repeats: tuple[str, ...] = ()
    series: Told | None = None
    repeated: tuple[str, int] = ("", 0)
    files: tuple[int, int] = (1, 1)

    @property
    def time(self) -> tuple[str, ...]:
        """The columns that order rows; none where none do."""
        return self.order.time.names if self.order else ()


def profile(path: str, base: Path, target: str | None = None) -> Profile:
    """Looks at all of a file, or of the files that a pattern matches, up to `MOST_BYTES` of them.

    Args:
        path: the file or pattern.
        base: the folder that relative paths count from.
        target: the column to predict, which tells no series apart.

    Raises:
        DataError: LC501, LC502, LC503, LC520: it cannot be read; LC515: it has no rows.
    """
    names = matching(path, base)
    looked = _looked_at(names, base)
    source = _readable(Source(path=path), looked, base)
    if source.kind is not None and not source.table:
        message = f"`{path}` holds arrays, whose columns have no names"
        raise DataError([Diagnostic("LC502", message, where=path, help="use a table, such as csv or parquet")])
    tables = _tables(source, looked, base)
    columns = tables[0].columns
    other = next((char for char in ";\t|" if len(columns) == 1 and char in columns[0]), None)
    if other is not None and source.kind == "csv":
        source = source.model_copy(update={"delimiter": other})
        tables = _tables(source, looked, base)
    check_same_columns(tables)
    frames = [table.load(tables[0].columns) for table in tables]
    frame = joined(frames)
    if not len(frame):
        raise DataError([Diagnostic("LC515", f"`{path}` has columns and no rows", where=path)])
    if source.separator != "," and _has_decimal_commas(frame):
        source = source.model_copy(update={"decimal": ","})
    starts = (0, *accumulate(map(len, frames)))[:-1]

    def place(row: int) -> str:
        file, number = located(tables, starts, row)
        return f"row {number}" if len(tables) == 1 else f"row {number} of `{file}`"

    found = {name: column_of(frame[name], source.decimal, place) for name in frame.columns}
    orders = orders_of(frame, found)
    order = next((order for order in orders if order.unique), None)
    if order is not None:
        return Profile(source, len(frame), found, order, files=(len(looked), len(names)))
    repeats = max(orders, key=lambda order: len(np.unique(order.instants)), default=None)
    series, stamp = _series([*orders, *restarting(frame, found)], frame, found, target, [len(each) for each in frames])
    stamped = repeats.time.names if repeats else ()
    return Profile(source, len(frame), found, None, stamped, series, stamp, (len(looked), len(names)))


def _looked_at(names: tuple[str, ...], base: Path) -> tuple[str, ...]:
    """The first files, together no larger than `MOST_BYTES`."""
    sizes = np.cumsum([(base / name).stat().st_size if (base / name).is_file() else 0 for name in names])
    return names[: max(1, int((sizes <= MOST_BYTES).sum()))]


def _tables(source: Source, names: tuple[str, ...], base: Path) -> list[Table]:
    if not names:
        return read_tables(source, base)
    return [table for name in names for table in read_tables(source.model_copy(update={"path": name}), base)]


def _series(
    orders: list[Order], frame: polars.DataFrame, columns: Mapping[str, Column], target: str | None, files: list[int]
) -> tuple[Told | None, tuple[str, int]]:
    """What tells the series of a table apart, and a time stamp that several have; `None` where there is one only."""
    import polars as pl

    for order in orders:
        named = [name for name in frame.columns if name not in (target, *order.time.names)]
        ids = {name: frame[name] for name in named if columns[name].kind in ("categories", "names", "mixed")}
        ids |= {
            name: frame[name].cast(pl.Float64, strict=False)
            for name in named
            if columns[name].whole and columns[name].kind == "numbers" and not columns[name].missing
        }
        if len(files) > 1:
            ids = {FILE: pl.Series([str(i) for i, rows in enumerate(files) for _ in range(rows)])} | ids
        found = told_apart(pl.DataFrame(ids), list(ids), order.instants)
        if found is not None:
            _, stamps, counts = np.unique(order.instants, return_inverse=True, return_counts=True)
            row = int((counts[stamps] > 1).argmax())
            stamp = " ".join(str(frame[name][row]).strip() for name in order.time.names)
            return found, (stamp, int(counts[stamps[row]]))
    return None, ("", 0)


def _readable(source: Source, names: tuple[str, ...], base: Path) -> Source:
    """The source in the encoding that its files are most likely in."""
    if source.kind not in ("csv", "tsv", "jsonl"):
        return source
    for name in names:
        _, raw = next(contents(name, base))
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return source.model_copy(update={"encoding": "utf-16"})
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            return source.model_copy(update={"encoding": "cp1252"})
    return source


def _has_decimal_commas(frame: polars.DataFrame) -> bool:
    import polars as pl

    texts = [frame[name].str.strip_chars().drop_nulls() for name in frame.columns if frame[name].dtype == pl.String]
    return any(len(cells) and bool(cells.str.contains(DECIMAL_COMMA).all()) for cells in texts) or any(
        len(cells) and bool(cells.str.contains(THOUSANDS[","]).all()) for cells in texts
    )


def column_of(cells: polars.Series, decimal: str, place: Callable[[int], str]) -> Column:
    """What a column most likely is; `place` names a row."""
    import polars as pl

    name = cells.name
    if cells.dtype in (pl.Date, pl.Datetime):
        return Column(name, "time", cells.null_count())
    if cells.dtype.is_nested() or cells.dtype in (pl.Object, pl.Binary):
        return Column(name, "names")
    texts = names_of(cells).str.strip_chars()
    present = texts.filter(~(texts.is_null() | texts.is_in(MISSING_NUMBER)))
    missing, different = len(cells) - len(present), present.n_unique()
    levels = tuple(sorted(present.unique().to_list())) if different <= MOST_CATEGORIES else ()
    numbers = parsed(present, decimal)
    if different <= 1:
        whole = bool(different) and not numbers.null_count() and numbers[0] == np.floor(numbers[0])
        return Column(name, "constant" if different else "empty", missing, levels, whole=whole)
    if not numbers.null_count():
        column = _of_numbers(present, numbers.to_numpy(), missing, levels)
        return replace(column, marker=_marker(parsed(texts, decimal), place)) if column.kind == "numbers" else column
    stamps, bad = instants(present)
    if bad is None and stamps.dtype.kind == "i":
        return Column(name, "time", missing)
    if bool(present.str.contains(ALONE).all()):
        return Column(name, "clock", missing)
    date = date_format(present)
    if date is not None:
        return Column(name, "time", missing, date=date)
    doubt = _doubt(present, texts, bad, place)
    kind: Kind = "categories" if levels and different < len(present) else "names"
    if numbers.null_count() * 2 < len(present):
        kind = "mixed"
    cause = None if kind == "categories" else _cause(texts, decimal, place)
    return Column(name, kind, missing, levels, doubt=doubt, cause=cause)


def _cause(texts: polars.Series, decimal: str, place: Callable[[int], str]) -> tuple[str, str] | None:
    bad = parsed(texts, decimal).is_null() & ~(texts.is_null() | texts.is_in(MISSING_NUMBER))
    found = cause_of(texts, bad, decimal, "")
    row = bad.arg_max()
    return None if found is None or row is None else (f"`{texts[row]}` in {place(row)}: {found.why}", found.fix)


def _of_numbers(present: polars.Series, values: NDArray[np.float64], missing: int, levels: tuple[str, ...]) -> Column:
    """A column of numbers: amounts, a count of the rows, or time stamps without separators."""
    name = present.name
    whole, steps = bool((values == np.floor(values)).all()), np.diff(values)
    if whole:
        format_ = digits_format(present, name)
        if format_ is not None:
            return Column(name, "time", missing, date=DateFormat(format_))
        if is_unix_time(values, name):
            return Column(name, "time", missing, monotonic=is_monotonic(values))
    counts = whole and not missing and bool((steps == 1).all())
    kind: Kind = "counter" if counts else "numbers"
    return Column(name, kind, missing, levels, whole=whole, monotonic=is_monotonic(values))


def _marker(numbers: polars.Series, place: Callable[[int], str]) -> tuple[Marker, str] | None:
    values = numbers.fill_null(float("nan")).to_numpy()
    found = Ends.of(values[:, None]).markers()
    return (found[0], place(found[0].row)) if found else None


def _doubt(present: polars.Series, texts: polars.Series, bad: int | None, place: Callable[[int], str]) -> str:
    """Why a column that looks like dates is not read as such; empty for one that does not look like dates."""
    if present.str.contains(DATE_LIKE).mean() * 2 < 1:  # type: ignore[operator]
        return ""
    nearly = nearly_read(present)
    if nearly is not None:
        format_, at = nearly
        written = f"written as `{format_}`"
    elif bad is not None and present.head(1000).str.contains(r"^\d{4}-\d{1,2}").mean() * 4 > 3:  # type: ignore[operator]
        at, written = bad, "a date"
    else:
        return f"its dates, such as `{present[0]}`, are written in no form that is known"
    row = int(np.flatnonzero((texts == present[at]).fill_null(value=False).to_numpy())[0])
    return f"`{present[at]}` in {place(row)} is not {written}"
