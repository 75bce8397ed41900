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
from ..tables import Demand, Table, located, looked_at, rows_of
from .blocks import blocks_of
from .decision import of_source

#: Bytes of all files from which on they are read so.
LARGE = 16 * 2**20


def read_large(data: Data, base: Path, demand: Demand) -> Rows | None:
    """The rows that reading the files as a whole gives.

    None for small files, for what is decided on all rows (categories, labels that are texts), and where anything is
    wrong: reading the whole then tells all of it.
    """
    if data.categorical or next(of_source(data, base), None) is not None or _size(data, base) < LARGE:
        return None
    found: list[Rows] = []
    inputs: NDArray[Any] = np.empty((0, 0), np.float32)
    try:
        tables = list(blocks_of(data.source, base))
        for table in tables:
            rows = rows_of([table], data, demand)
            inputs = _put(rows.x, inputs, sum(map(_count, found)), len(tables) - len(found))
            found.append(replace(rows, x=np.empty((len(rows), 0)), times=_compact(rows)))
    except DataError:
        return None
    kinds = {tuple(_kind(getattr(rows, name)) for name in ("y", "instants")) for rows in found}
    if len(kinds) > 1:
        return None
    return _joined(found, inputs[: sum(map(_count, found))], tables, data)


def _put(x: NDArray[Any], into: NDArray[Any], at: int, blocks: int) -> NDArray[Any]:
    """`into` with the rows `x` from `at` on, made larger for so many `blocks`, or wider, where they do not fit.

    Memory that is not written to is not taken, so that rather too much is asked for.
    """
    if at + len(x) > len(into) or x.dtype.itemsize > into.dtype.itemsize:
        larger = np.empty((at + len(x) * (blocks + 1 + blocks // 8), x.shape[1]), np.result_type(x, into))
        larger[:at] = into[:at] if at else 0.0
        into = larger
    into[at : at + len(x)] = x
    return into


def _compact(rows: Rows) -> NDArray[Any] | Stamps | None:
    if isinstance(rows.times, Stamps) and rows.instants is not None:
        return rows.times.compact(rows.instants)
    return rows.times


def _count(rows: Rows) -> int:
    return len(rows.x)


def _size(data: Data, base: Path) -> int:
    paths = [base / name for name in matching(data.source.path, base)]
    return sum(path.stat().st_size for path in paths if path.is_file())


def _kind(values: Any) -> str:
    return "" if values is None else values.dtype.kind


def _joined(found: Sequence[Rows], x: NDArray[Any], tables: Sequence[Table], data: Data) -> Rows:
    first, starts = found[0], (0, *accumulate(map(_count, found)))[:-1]
    arrays = {name: _all_of(found, name) for name in ("y", "instants", "weight")}
    times = None if first.times is None else Stamps.joined([rows.times for rows in found if rows.times is not None])
    instants = arrays["instants"]
    times = times.over(instants) if isinstance(times, Stamps) else times
    notes = gaps_note(instants, times) if data.window and instants is not None and times is not None else ()
    places = TablePlaces(first.features, first.targets, partial(located, tables, starts))
    rows = Rows(
        x,
        places=places,
        features=first.features,
        targets=first.targets,
        times=times,
        notes=notes,
        **arrays,
    )
    return looked_at(rows, tables, list(map(_count, found)), data)


def _all_of(found: Sequence[Rows], name: str) -> Any:
    values = [getattr(rows, name) for rows in found]
    return None if values[0] is None else np.concatenate(values)
