"""A large table that is held in memory, read block by block: its text is never there as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....spec.data import Data
from ....spec.errors import DataError
from ..files import matching
from ..gaps import gaps_note
from ..rows import Rows, TablePlaces
from ..stamps import Stamps
from ..tables import Demand, Table, located, rows_of
from .blocks import blocks_of
from .decision import of_source

#: Bytes of a file from which on it is read so.
LARGE = 32 * 2**20


def read_large(data: Data, base: Path, demand: Demand) -> Rows | None:
    """The rows that reading the files as a whole gives.

    None for small files, for what is decided on all rows (categories, labels that are texts), and where anything is
    wrong: reading the whole then tells all of it.
    """
    if data.categorical or next(of_source(data, base), None) is not None or _size(data, base) < LARGE:
        return None
    tables: list[Table] = []
    found: list[Rows] = []
    inputs: list[NDArray[np.float64]] = []
    try:
        for table in blocks_of(data.source, base):
            rows = rows_of([table], data, demand)
            tables.append(table)
            inputs.append(rows.x)
            found.append(replace(rows, x=rows.x[:0]))
    except DataError:
        return None
    kinds = {tuple(_kind(getattr(rows, name)) for name in ("y", "instants")) for rows in found}
    if len(kinds) > 1:
        return None
    return _joined(found, _moved_together(inputs), tables, data)


def _size(data: Data, base: Path) -> int:
    paths = [base / name for name in matching(data.source.path, base)]
    return sum(path.stat().st_size for path in paths if path.is_file())


def _kind(values: Any) -> str:
    return "" if values is None else values.dtype.kind


def _moved_together(parts: list[NDArray[np.float64]]) -> tuple[NDArray[np.float64], tuple[int, ...]]:
    """All parts as one array, each given up as soon as it is copied, and where each begins in it."""
    starts = tuple(accumulate(map(len, parts), initial=0))
    whole = np.empty((starts[-1], parts[0].shape[1]))
    for start in reversed(starts[:-1]):
        part = parts.pop()
        whole[start : start + len(part)] = part
    return whole, starts[:-1]


def _joined(
    found: Sequence[Rows], inputs: tuple[NDArray[np.float64], tuple[int, ...]], tables: Sequence[Table], data: Data
) -> Rows:
    first, (x, starts) = found[0], inputs
    arrays = {name: _all_of(found, name) for name in ("y", "instants", "weight")}
    times = None if first.times is None else Stamps.joined([rows.times for rows in found if rows.times is not None])
    instants = arrays["instants"]
    notes = gaps_note(instants, times) if data.window and instants is not None and times is not None else ()
    places = TablePlaces(first.features, first.targets, partial(located, tables, starts))
    return Rows(x, places=places, features=first.features, targets=first.targets, times=times, notes=notes, **arrays)


def _all_of(found: Sequence[Rows], name: str) -> Any:
    values = [getattr(rows, name) for rows in found]
    return None if values[0] is None else np.concatenate(values)
