"""Several series in one table: whether time stamps repeat in it, and which column tells the series apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import polars

#: The least share of the rows whose time stamp is there again, for the table to hold several series.
REPEATING = 0.1
#: The least share of the time stamps between the first and the last of a series that the series has, on the whole.
DENSITY = 0.5
#: Columns that are tried in pairs.
MOST_PAIRED = 8


@dataclass(frozen=True, slots=True)
class SeriesColumns:
    """Which columns tell the series of a table apart.

    Attributes:
        columns: one column, or two that do it together.
        count: how many series there are.
        row: the first row whose time stamp is there again.
        repeats: how many rows have the time stamp of that row.
    """

    columns: tuple[str, ...]
    count: int
    row: int
    repeats: int


def identify_series(instants: NDArray[Any], columns: Mapping[str, polars.Series]) -> SeriesColumns | None:
    """The columns within whose values no time stamp is there twice; `None` where there are none, or one series only.

    Args:
        instants: `[rows]` the time stamps, as numbers in their order.
        columns: `[rows]` the columns that may tell series apart. Columns of text come before those of whole numbers,
            and columns of few values before those of many; columns of other numbers are passed over.
    """
    _, stamps, counts = np.unique(instants, return_inverse=True, return_counts=True)
    repeated = counts[stamps] > 1
    if repeated.mean() < REPEATING:
        return None
    row = int(repeated.argmax())
    codes = {name: _codes(cells) for name, cells in columns.items()}
    known = {name: found for name, found in codes.items() if found is not None}
    names = sorted(known, key=lambda name: (columns[name].dtype.is_numeric(), int(known[name].max())))
    for chosen in _choices(names):
        groups = _grouped([known[name] for name in chosen])
        count = int(groups.max()) + 1
        if 1 < count <= len(groups) // 2 and _apart(groups, stamps) and _density(groups, stamps) >= DENSITY:
            return SeriesColumns(chosen, count, row, int(counts[stamps[row]]))
    return None


def _choices(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield from ((name,) for name in names)
    yield from combinations(names[:MOST_PAIRED], 2)


def _codes(cells: polars.Series) -> NDArray[np.int64] | None:
    """`[rows]` the number of each cell's value among the different ones; `None` for what names nothing."""
    import polars as pl

    if cells.dtype.is_float() and not bool((cells == cells.floor()).all()):
        return None
    if cells.dtype.is_nested() or cells.dtype.is_temporal() or cells.dtype in (pl.Object, pl.Binary):
        return None
    ranks = (cells.rank("dense") - 1).cast(pl.Int64)
    return None if ranks.null_count() else ranks.to_numpy()


def _grouped(codes: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """`[rows]` the number of each row's values together."""
    together = codes[0]
    for more in codes[1:]:
        together = together * (int(more.max()) + 1) + more
    return np.unique(together, return_inverse=True)[1].astype(np.int64)


def _apart(groups: NDArray[np.int64], stamps: NDArray[np.int64]) -> bool:
    """Whether no group has a time stamp twice."""
    pairs = np.sort(groups * (int(stamps.max()) + 1) + stamps)
    return bool((pairs[1:] != pairs[:-1]).all())


def _density(groups: NDArray[np.int64], stamps: NDArray[np.int64]) -> float:
    """How many of the time stamps between their first and their last the groups have, on the whole."""
    count = int(groups.max()) + 1
    first, last = np.full(count, int(stamps.max())), np.zeros(count, np.int64)
    np.minimum.at(first, groups, stamps)
    np.maximum.at(last, groups, stamps)
    return len(groups) / float((last - first + 1).sum())
