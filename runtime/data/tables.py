"""Reads CSV: every cell as text first, so that each error names its row and column."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .delimited import Text, frame_of, open_text
from .header import default_features
from .rows import GREATEST, Rows, TablePlaces, suggestion
from .times import instants

if TYPE_CHECKING:
    import polars

MISSING = ["", "NA", "NaN", "nan", "null", "None"]


@dataclass(frozen=True, slots=True)
class Demand:
    """What is wanted of a source.

    Attributes:
        target: whether the targets are to be read.
        labels: whether the target may be text.
        text: whether the target is text even where it could be numbers.
        features: the features that a model was trained on, empty before.
        targets: the targets that a model was trained on, empty before.
    """

    target: bool = True
    labels: bool = False
    text: bool = False
    features: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


def read_table(name: str, raw: bytes, data: Data, demand: Demand) -> Rows:
    """The rows of a CSV file: features, targets and time stamps, each checked cell by cell.

    Raises:
        DataError: LC503 to LC506, LC515, LC516, LC520, LC526.
    """
    text = open_text(name, raw, data.source.delimiter)
    if data.target is None and not demand.targets and demand.target:
        help_ = f"name it at `data.target`; there is: {', '.join(f'`{c}`' for c in text.columns)}"
        raise DataError(
            [Diagnostic("LC526", "the spec does not say which column is the target", path="data", help=help_)]
        )
    features, targets, time = _columns(text, data, demand)
    frame = frame_of(text)
    if not len(frame):
        raise DataError([Diagnostic("LC515", f"`{name}` has a header and no rows", where=name, path="data.source")])
    places = TablePlaces(name, features, targets, text.line)
    return _rows(frame, places, time, demand)


def _columns(text: Text, data: Data, demand: Demand) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
    """Features, targets and time column, all of them there.

    Raises:
        DataError: LC503 for each that is not, LC526 for a target that new data does not have.
    """
    targets = (demand.targets or data.targets) if demand.target else ()
    features = demand.features or default_features(data, text.columns)
    time = data.time.columns if data.time else None
    trained = bool(demand.features)
    found: list[Diagnostic] = []
    if data.features is None and not demand.features and not features:
        found.append(Diagnostic("LC503", f"no column of `{text.name}` is left for the features", path="data.features"))
    if time is not None and time not in text.columns:
        found.append(_absent(text, time, "data.time"))
    absent = _not_in(features, text)
    found += [_absent(text, name, f"data.features.{i}") for i, name in absent[:1]]
    if len(absent) > 1:
        others = ", ".join(f"`{name}`" for _, name in absent[:5]) + (", …" if len(absent) > 5 else "")
        message = f"`{text.name}` lacks {len(absent)} of the {len(features)} feature columns: {others}"
        found[-1] = replace(found[-1], message=message, path="data.features")
    for _, name in _not_in([target for target in targets if target not in features], text):
        if trained:
            message = f"`{text.name}` does not have the target column `{name}`"
            found.append(Diagnostic("LC526", message, where=text.name, help=suggestion(name, text.columns)))
        else:
            found.append(_absent(text, name, "data.target"))
    if found:
        raise DataError(found)
    return features, targets, time


def _not_in(names: Iterable[str], text: Text) -> list[tuple[int, str]]:
    return [(i, name) for i, name in enumerate(names) if name not in text.columns]


def _absent(text: Text, name: str, path: str) -> Diagnostic:
    message = f"`{text.name}` has no column `{name}`"
    help_ = suggestion(name, text.columns)
    other = next((char for char in ";\t|" if len(text.columns) == 1 and char in text.columns[0]), None)
    if other:
        help_ = f'its cells are separated by {other!r}: add `"delimiter": {json.dumps(other)}` to `data.source`'
    return Diagnostic("LC503", message, where=text.name, help=help_, path=path)


def _rows(frame: polars.DataFrame, places: TablePlaces, time: str | None, demand: Demand) -> Rows:
    """Numbers, labels and time stamps of the frame.

    Raises:
        DataError: LC504, LC505, LC506 and LC516, one for each column with its first cell.
    """
    found: list[Diagnostic] = []
    report = partial(_bad_cells, places, found)
    numeric = dict.fromkeys(places.features + (() if demand.labels and len(places.targets) == 1 else places.targets))
    values = {column: _numbers(frame[column].str.strip_chars(), column, report) for column in numeric}
    y = None
    if demand.labels and len(places.targets) == 1:
        y = _labels(frame[places.targets[0]].str.strip_chars(), places.targets[0], demand, report)
    elif places.targets:
        y = np.column_stack([values[column] for column in places.targets])
    times, order = None, None
    if time is not None:
        stamps = frame[time].fill_null("").str.strip_chars()
        order, bad = instants(stamps)
        if bad is not None:
            message = f"`{stamps[bad]}` is neither a time nor a number"
            help_ = "write times as 2026-01-31, 2026-01-31 12:00, 2026-01 or a number"
            found.append(Diagnostic("LC516", message, where=places.cell(bad, time), help=help_, path="data.time"))
        times = stamps.to_numpy()
    if found:
        raise DataError(found)
    x = np.column_stack([values[column] for column in places.features])
    return Rows(x, y, places, places.features, places.targets, times, order)


def _numbers(cells: polars.Series, column: str, report: partial[None]) -> NDArray[np.float64]:
    """The cells as numbers; what is none is reported."""
    import polars as pl

    missing = cells.is_null() | cells.is_in(MISSING)
    numbers = cells.cast(pl.Float64, strict=False)
    values: NDArray[np.float64] = numbers.fill_null(0.0).to_numpy()
    report("LC505", missing, column, cells)
    report("LC504", numbers.is_null() & ~missing, column, cells)
    report("LC506", ~missing & numbers.is_not_null() & ~(numbers.abs() <= GREATEST), column, cells)
    return values


def _labels(cells: polars.Series, column: str, demand: Demand, report: partial[None]) -> NDArray[Any]:
    """The cells as numbers if all of them are, else as text."""
    import polars as pl

    report("LC505", cells.is_null() | cells.is_in(MISSING), column, cells)
    numbers = cells.cast(pl.Float64, strict=False)
    if demand.text or not bool((numbers.abs() <= GREATEST).fill_null(value=False).all()):
        return cells.fill_null("").to_numpy().astype(str)
    return numbers.to_numpy()


def _bad_cells(places: TablePlaces, found: list[Diagnostic], code: str, bad: polars.Series, *of: Any) -> None:
    """Adds the first of the bad cells of a column, and how many there are."""
    count = int(bad.sum())
    if not count:
        return
    column, cells = of
    row = bad.arg_max()
    assert row is not None
    cell = cells[row]
    say = {
        "LC504": f"`{cell}` is not a number",
        "LC505": f"the value is missing: `{cell}`" if cell else "the value is missing: the cell is empty",
        "LC506": f"`{cell}` is not finite in 32 bits",
    }[code]
    more = f", and {count - 1} more in this column" if count > 1 else ""
    help_ = {
        "LC504": "correct the cell, or leave the column out of `data.features`",
        "LC505": "fill the cell, or remove the row",
        "LC506": "correct the cell",
    }[code]
    found.append(Diagnostic(code, say + more, where=places.cell(row, column), help=help_))
