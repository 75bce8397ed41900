"""Puts rows in order: by time for windows and splits by time, else as in their source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from .contract import Contract
from .rows import Places, Rows, count_of, more_like_it
from .stamps import Stamps

FIELDS = tuple(field.name for field in fields(Rows))


@dataclass(frozen=True, slots=True)
class Moved:
    """Names places of rows that were put in another order; `source` is where each stood."""

    places: Places
    source: NDArray[np.int64]

    def x(self, index: Sequence[int]) -> str:
        """The place of the input at `index`."""
        return self.places.x(self._before(index))

    def y(self, index: Sequence[int]) -> str:
        """The place of the target at `index`."""
        return self.places.y(self._before(index))

    def row(self, row: int) -> str:
        """The place of a row."""
        return self.places.row(int(self.source[row]))

    def number(self, row: int) -> int:
        """How the row is counted in its source."""
        return self.places.number(int(self.source[row]))

    def _before(self, index: Sequence[int]) -> Sequence[int]:
        return (int(self.source[index[0]]), *index[1:]) if index else index


def order_of(data: Data, rows: Rows, contract: Contract) -> str:
    """The order in which rows are dealt out: `time`, `file`, `random`, `stratified` or `blocks`."""
    if data.split.order is not None:
        return data.split.order
    if data.time or data.window or data.split.form == "times":
        return "time"
    return "stratified" if rows.table and contract.target != "values" else "file"


def sorts(data: Data, rows: Rows, contract: Contract) -> bool:
    """Whether rows that are samples of their own are put in order of time before they are dealt out."""
    order = order_of(data, rows, contract)
    return order == "time" or (order == "blocks" and rows.instants is not None)


def in_order(
    rows: Rows, data: Data, *, by_time: bool
) -> tuple[Rows, NDArray[np.int64], tuple[str, ...], list[Diagnostic]]:
    """The rows in order of time where windows are taken of them or `by_time` says so.

    Returns:
        The rows, `[rows]` where each stood in the source, notes, and LC503 or LC517.
    """
    same = np.arange(len(rows), dtype=np.int64)
    windowed = data.window is not None and rows.x.ndim == 2
    if not windowed and not by_time:
        return rows, same, (), []
    if rows.instants is None:
        if windowed and not (by_time and data.split.form == "times"):
            return rows, same, (), []
        message = "the split is in order of time, and `data.time` names no column of a table"
        return rows, same, (), [Diagnostic("LC503", message, path="data.split.order", help='use `"order": "file"`')]
    if bool((rows.instants[1:] > rows.instants[:-1]).all()):
        return rows, same, (), []
    order = np.argsort(rows.instants, kind="stable").astype(np.int64)
    ordered = rows.instants[order]
    found = _overlapping_files(rows) if windowed else []
    if found:
        return rows, same, (), found
    twice = np.flatnonzero(ordered[1:] == ordered[:-1])
    if len(twice):
        return rows, same, (), [_twice(rows, data, np.sort(np.stack([order[twice], order[twice + 1]], axis=1)))]
    moved = int((order != same).sum())
    if not moved:
        return rows, same, (), []
    return _moved(rows, order), order, (f"{count_of(moved, 'row')} reordered by time",), []


def _moved(rows: Rows, order: NDArray[np.int64]) -> Rows:
    """All that has an entry for each row."""
    arrays: dict[str, Any] = {
        name: value[order] for name in FIELDS if isinstance(value := getattr(rows, name), (np.ndarray, Stamps))
    }
    return replace(rows, places=Moved(rows.places, order), **arrays)


def _overlapping_files(rows: Rows) -> list[Diagnostic]:
    from .recognition import files_of, overlapping

    return overlapping(files_of(rows))


def _twice(rows: Rows, data: Data, pairs: NDArray[np.int64]) -> Diagnostic:
    from .recognition import why_twice

    assert rows.times is not None
    assert rows.instants is not None
    one, other = (int(row) for row in pairs[0])
    lines = rows.places.number(one), rows.places.number(other)
    more = more_like_it(len(pairs), "pair")
    message = f"rows {lines[0]} and {lines[1]} have the same time stamp, `{rows.times[one]}`{more}"
    columns = data.time.names if data.time else ()
    noun = "columns" if len(columns) > 1 else "column"
    where = f"{rows.places.row(other)}, {noun} {', '.join(f'`{name}`' for name in columns)}"
    return Diagnostic(
        "LC517", message, where=where, help=why_twice(rows.look, rows.instants, pairs, data), path="data.time"
    )
