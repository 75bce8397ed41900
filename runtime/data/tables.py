"""Tables become rows: the columns that are wanted, each cell checked, so that an error names its row and column."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .cells import Cells, is_numeric
from .gaps import gaps_note
from .header import default_features
from .rows import Rows, TablePlaces, suggestion
from .series import series_of_files
from .times import stamps_of

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True, slots=True)
class Table:
    """A file or data frame with named columns.

    Attributes:
        name: how messages call it.
        columns: its columns.
        load: reads the cells of the given columns, as text or with types of their own.
        number: how a row, counted from 0, is counted where the user sees it.
    """

    name: str
    columns: tuple[str, ...]
    load: Callable[[Sequence[str]], polars.DataFrame]
    number: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Demand:
    """What is wanted of a source.

    Attributes:
        target: whether the targets are to be read.
        labels: whether the target may be text.
        text: whether the target is text even where it could be numbers.
        features: the features that a model was trained on, empty before.
        targets: the targets that a model was trained on, empty before.
        weight: the column of sample weights, if they are to be read.
    """

    target: bool = True
    labels: bool = False
    text: bool = False
    features: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    weight: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The columns that are read."""

    features: tuple[str, ...]
    targets: tuple[str, ...]
    time: tuple[str, ...]
    weight: tuple[str, ...]

    def all(self) -> tuple[str, ...]:
        """Each of them once."""
        return tuple(dict.fromkeys((*self.features, *self.targets, *self.time, *self.weight)))


def rows_of(tables: Sequence[Table], data: Data, demand: Demand) -> Rows:
    """The rows of tables, one after the other: features, targets, time stamps and weights, checked cell by cell.

    Raises:
        DataError: LC503 to LC506, LC515, LC516, LC520, LC526, LC540.
    """
    check_same_columns(tables)
    first = tables[0]
    if data.target is None and not demand.targets and demand.target:
        help_ = f"name it at `data.target`; there is: {', '.join(f'`{c}`' for c in first.columns)}"
        raise DataError(
            [Diagnostic("LC526", "the spec does not say which column is the target", path="data", help=help_)]
        )
    chosen = _chosen(first, data, demand)
    frames = [table.load(chosen.all()) for table in tables]
    if not sum(map(len, frames)):
        message = f"`{first.name}` has columns and no rows"
        raise DataError([Diagnostic("LC515", message, where=first.name, path="data.source")])
    starts = (0, *accumulate(map(len, frames)))[:-1]
    places = TablePlaces(chosen.features, chosen.targets, partial(located, tables, starts))
    rows = _rows(Cells(joined(frames), places, data), chosen, data, demand)
    return looked_at(rows, tables, [len(frame) for frame in frames], data)


def looked_at(rows: Rows, tables: Sequence[Table], counts: Sequence[int], data: Data) -> Rows:
    """Rows for which the other columns of their tables can be seen; without `time`, a file is a series of its own."""
    look = TablesLook(tuple(tables), tuple(counts))
    series = None
    if data.window is not None and data.time is None:
        series = series_of_files([table.name for table in tables], counts)
    return replace(rows, look=look, series=series)


@dataclass(frozen=True, slots=True)
class TablesLook:
    """The columns of tables, one after the other; `counts` are their rows."""

    tables: tuple[Table, ...]
    counts: tuple[int, ...]

    @property
    def files(self) -> Sequence[tuple[str, int]]:
        """Name and number of rows of each table."""
        return [(table.name, count) for table, count in zip(self.tables, self.counts, strict=True)]

    def top(self, rows: int) -> polars.DataFrame | None:
        """All columns of the first rows of the first table that has some; None where they cannot be read."""
        filled = next((table for table, count in zip(self.tables, self.counts, strict=True) if count), None)
        if filled is None:
            return None
        try:
            return filled.load(filled.columns).head(rows)
        except DataError:
            return None

    def frame(self, columns: Sequence[str]) -> polars.DataFrame:
        """Some columns of all tables."""
        return joined([table.load(columns) for table in self.tables])

    def whole(self) -> polars.DataFrame | None:
        """All columns of all tables; None where they cannot be read."""
        try:
            return self.frame(self.tables[0].columns)
        except DataError:
            return None


def check_same_columns(tables: Sequence[Table]) -> None:
    """LC503 at the first table whose columns are not those of the first."""
    first = tables[0]
    for table in tables[1:]:
        for here, other in ((table, first), (first, table)):
            missing = next((name for name in other.columns if name not in here.columns), None)
            if missing is not None:
                message = f"`{here.name}` has no column `{missing}`, which `{other.name}` has"
                help_ = "files that are read together have the same columns"
                raise DataError([Diagnostic("LC503", message, where=here.name, help=help_, path="data.source")])


def located(tables: Sequence[Table], starts: Sequence[int], row: int) -> tuple[str, int]:
    """The table that a row of all is in, and its number there."""
    at = bisect_right(starts, row) - 1
    return tables[at].name, tables[at].number(row - starts[at])


def joined(frames: Sequence[polars.DataFrame]) -> polars.DataFrame:
    """The frames one after the other; a column of different types becomes one of numbers where all are, else text."""
    import polars as pl

    if len(frames) == 1:
        return frames[0]
    types = {name: {frame[name].dtype for frame in frames} for name in frames[0].columns}
    texts = [name for name, kinds in types.items() if len(kinds) > 1 and not all(map(is_numeric, kinds))]
    frames = [frame.with_columns(pl.col(texts).cast(pl.String, strict=False)) for frame in frames]
    return pl.concat(frames, how="vertical_relaxed")


def without(data: Data, columns: tuple[str, ...], demand: Demand) -> tuple[Diagnostic, ...]:
    """What `rows_of` objects to in a file with these columns, before a cell is read."""

    def load(_: Sequence[str]) -> polars.DataFrame:
        raise AssertionError("no cell is read")

    try:
        _chosen(Table(data.source.path, columns, load, int), data, demand)
    except DataError as error:
        return error.diagnostics
    return ()


def _chosen(table: Table, data: Data, demand: Demand) -> Chosen:
    """Features, targets, time and weight, all of them there.

    Raises:
        DataError: LC503 for each that is not, LC526 for a target that new data does not have.
    """
    targets = (demand.targets or data.targets) if demand.target else ()
    features = demand.features or default_features(data, table.columns, demand.weight)
    time = data.time.names if data.time else ()
    weight = (demand.weight,) if demand.weight and demand.target else ()
    trained = bool(demand.features)
    found: list[Diagnostic] = []
    if data.features is None and not demand.features and not features:
        message = f"no column of `{table.name}` is left for the features"
        found.append(Diagnostic("LC503", message, path="data.features"))
    found += [_absent(table, name, "data.time") for _, name in _not_in(time, table)]
    found += [_absent(table, name, "fit.sample_weight") for _, name in _not_in(weight, table)]
    absent = _not_in(features, table)
    found += [_absent(table, name, f"data.features.{i}") for i, name in absent[:1]]
    if len(absent) > 1:
        others = ", ".join(f"`{name}`" for _, name in absent[:5]) + (", …" if len(absent) > 5 else "")
        message = f"`{table.name}` lacks {len(absent)} of the {len(features)} feature columns: {others}"
        found[-1] = replace(found[-1], message=message, path="data.features")
    for _, name in _not_in([target for target in targets if target not in features], table):
        if trained:
            message = f"`{table.name}` does not have the target column `{name}`"
            found.append(Diagnostic("LC526", message, where=table.name, help=suggestion(name, table.columns)))
        else:
            found.append(_absent(table, name, "data.target"))
    for name in data.categorical or {}:
        if name not in features:
            message = f"`{name}` is no feature, and only features are encoded as categories"
            path = f"data.categorical.{name}"
            found.append(Diagnostic("LC503", message, where=table.name, help=suggestion(name, features), path=path))
    if found:
        raise DataError(found)
    return Chosen(features, targets, time, weight)


def _not_in(names: Iterable[str], table: Table) -> list[tuple[int, str]]:
    return [(i, name) for i, name in enumerate(names) if name not in table.columns]


def _absent(table: Table, name: str, path: str) -> Diagnostic:
    message = f"`{table.name}` has no column `{name}`"
    help_ = suggestion(name, table.columns)
    if any(_is_number(column) for column in table.columns):
        help_ += "; if these are values, the file lacks its header: write one as row 1"
    if len(table.columns) == 1 and "." in table.name:
        help_ += "; if that is a description, remove the rows above the header"
    other = next((char for char in ";\t|," if len(table.columns) == 1 and char in table.columns[0]), None)
    if other:
        help_ = f'its cells are separated by {other!r}: add `"delimiter": {json.dumps(other)}` to `data.source`'
    return Diagnostic("LC503", message, where=table.name, help=help_, path=path)


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True


def _rows(cells: Cells, chosen: Chosen, data: Data, demand: Demand) -> Rows:
    """Numbers, categories, labels, weights and time stamps.

    Raises:
        DataError: LC504, LC505, LC506, LC516 and LC540, one for each column with its first cell.
    """
    labelled = chosen.targets[0] if demand.labels and len(chosen.targets) == 1 else None
    numeric = dict.fromkeys((*chosen.features, *(() if labelled else chosen.targets)))
    categorical = [name for name in chosen.features if name in (data.categorical or {})]
    categories = {name: cells.categories(name) for name in categorical}
    # What fills gaps is computed in the precision of the values; all else in double, whichever they are held in.
    single = not categories and data.missing in ("error", "drop") and cells.fit_single_precision(chosen.features)
    x = np.empty((len(cells.frame), len(chosen.features)), np.float32 if single else np.float64)
    kept = {}
    for name in (name for name in numeric if name not in categories or name in chosen.targets):
        column = cells.numbers(name)
        if name in chosen.targets:
            kept[name] = column
        x[:, [feature == name for feature in chosen.features]] = column[:, None]
    for name, (codes, _) in categories.items():
        x[:, [feature == name for feature in chosen.features]] = codes[:, None]
    y = None
    if labelled:
        y = cells.labels(labelled, text=demand.text)
    elif chosen.targets:
        y = np.column_stack([kept[name] for name in chosen.targets])
    times, order = None, None
    if data.time is not None:
        times, order, wrong = stamps_of(cells.frame, data.time, cells.places)
        cells.found.extend(wrong)
    weight = cells.weights(chosen.weight[0]) if chosen.weight else None
    if cells.found:
        raise DataError(cells.found)
    notes = gaps_note(order, times) if data.window and order is not None and times is not None else ()
    levels = {name: names for name, (_, names) in categories.items()}
    return Rows(
        x, y, cells.places, chosen.features, chosen.targets, times, order, weight=weight, levels=levels, notes=notes
    )
