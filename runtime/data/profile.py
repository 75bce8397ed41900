"""A look at a table nobody has described yet: what each of its columns most likely is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from ...spec.data import Source, Time
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .advice import DECIMAL_COMMA, THOUSANDS
from .cells import MISSING_NUMBER, names_of, parsed
from .files import contents
from .rows import TablePlaces
from .source import read_tables
from .tables import Table
from .times import PARTS, instants, stamps_of

if TYPE_CHECKING:
    import polars

Kind: TypeAlias = Literal["numbers", "counter", "categories", "time", "constant", "names", "mixed", "empty"]

#: Different values up to which a text is a category rather than a name.
MOST_CATEGORIES = 20
#: Names that a column of numbers has when they are time.
TIMES = ("time", "t", "timestamp", "datetime", "date", "year", "step", "ds")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column most likely is.

    Attributes:
        name: its name.
        kind: `numbers`; a `counter` of rows; `categories`; `time`; `constant`; `names`, too many to be categories;
            `mixed`, some texts among numbers; `empty`.
        missing: how many cells are missing.
        levels: the different values as text, if they are few.
        whole: whether all are whole numbers.
        rises: whether each number is greater than the one before.
    """

    name: str
    kind: Kind
    missing: int = 0
    levels: tuple[str, ...] = ()
    whole: bool = False
    rises: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """What a table most likely is.

    Attributes:
        source: how it is read.
        rows: how many rows it has.
        columns: its columns, in their order.
        time: the columns that order rows; none where none do.
        repeats: the columns that look like time and have a stamp twice.
    """

    source: Source
    rows: int
    columns: Mapping[str, Column]
    time: tuple[str, ...]
    repeats: tuple[str, ...] = ()


def profile(path: str, base: Path) -> Profile:
    """Looks at all of a file.

    Raises:
        DataError: LC501, LC502, LC520: it cannot be read; LC515: it has no rows.
    """
    source = _readable(Source(path=path), base)
    if source.kind is not None and not source.table:
        message = f"`{path}` holds arrays, whose columns have no names"
        raise DataError([Diagnostic("LC502", message, where=path, help="use a table, such as csv or parquet")])
    table = read_tables(source, base)[0]
    other = next((char for char in ";\t|" if len(table.columns) == 1 and char in table.columns[0]), None)
    if other is not None and source.kind == "csv":
        source = source.model_copy(update={"delimiter": other})
        table = read_tables(source, base)[0]
    frame = table.load(table.columns)
    if not len(frame):
        raise DataError([Diagnostic("LC515", f"`{path}` has columns and no rows", where=path)])
    if source.separator != "," and _has_decimal_commas(frame):
        source = source.model_copy(update={"decimal": ","})
    columns = {name: _column(frame[name], source.decimal) for name in table.columns}
    time = _time(columns)
    repeated = bool(time) and _repeats(frame, time, table)
    return Profile(source, len(frame), columns, () if repeated else time, time if repeated else ())


def _readable(source: Source, base: Path) -> Source:
    """The source in the encoding that the file is most likely in."""
    if source.kind not in ("csv", "tsv", "jsonl"):
        return source
    _, raw = next(contents(source.path, base))
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


def _column(cells: polars.Series, decimal: str) -> Column:
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
    if different <= 1:
        return Column(name, "constant" if different else "empty", missing, levels)
    numbers = parsed(present, decimal)
    if not numbers.null_count():
        values = numbers.to_numpy()
        whole, steps = bool((values == np.floor(values)).all()), np.diff(values)
        counts = whole and not missing and bool((steps == 1).all())
        kind: Kind = "counter" if counts else "numbers"
        return Column(name, kind, missing, levels, whole=whole, rises=bool((steps > 0).all()))
    stamps, bad = instants(present)
    if bad is None and stamps.dtype.kind == "i":
        return Column(name, "time", missing)
    if numbers.null_count() * 2 < len(present):
        return Column(name, "mixed", missing, levels)
    return Column(name, "categories" if levels and different < len(present) else "names", missing, levels)


def _time(columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Year, month and so on in columns of their own; else a column of dates; else one of numbers by its name."""
    by_name = {name.strip().lower(): column for name, column in columns.items()}
    parts = []
    for part in PARTS:
        column = by_name.get(part)
        if column is None or not (column.whole or column.kind == "constant"):
            break
        parts.append(column.name)
    if len(parts) > 1:
        return tuple(parts)
    dates = [column for column in columns.values() if column.kind == "time" and not column.missing]
    numbers = [column for name, column in by_name.items() if name in TIMES and column.rises and not column.missing]
    return tuple(column.name for column in (dates or numbers)[:1])


def _repeats(frame: polars.DataFrame, time: tuple[str, ...], table: Table) -> bool:
    places = TablePlaces((), (), lambda row: (table.name, row))
    _, stamps, wrong = stamps_of(frame, Time(columns=time), places)
    return bool(wrong) or len(np.unique(stamps)) < len(stamps)
