"""Several series in one table: the rows of each follow one another, and nothing reaches from one into the next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .rows import count_of


def runs_of(series: NDArray[np.int64]) -> list[tuple[int, int]]:
    """The first row of each series and the row after its last; `series` `[rows]` never falls.

    >>> runs_of(np.array([0, 0, 0, 1, 1]))
    [(0, 3), (3, 5)]
    """
    edges = np.flatnonzero(np.diff(series)) + 1
    return list(zip([0, *edges.tolist()], [*edges.tolist(), len(series)], strict=True))


def bounds_of(series: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """`[rows]` the first row of each row's series, and the row after its last.

    >>> bounds_of(np.array([0, 0, 1]))
    (array([0, 0, 2]), array([2, 2, 3]))
    """
    return np.searchsorted(series, series, side="left"), np.searchsorted(series, series, side="right")


def divided(series: NDArray[np.int64] | None, starts: Sequence[int], rows: int) -> NDArray[np.int64]:
    """`[rows]` series that end before each of the rows `starts` too.

    >>> divided(np.array([0, 0, 0, 1, 1]), [0, 2], 5)
    array([0, 0, 1, 2, 2])
    """
    breaks = np.zeros(rows, dtype=np.int64)
    breaks[[start for start in starts if 0 < start < rows]] = 1
    if series is not None:
        breaks[1:] |= np.diff(series) != 0
    return np.cumsum(breaks)


def series_of_files(names: Sequence[str], counts: Sequence[int]) -> NDArray[np.int64] | None:
    """`[rows]` a series for each file, where runs of `counts` rows come from files of these `names`; None for one file.

    >>> series_of_files(["a", "a", "b"], [1, 2, 1])
    array([0, 0, 0, 1])
    """
    changes = [name != before for name, before in zip(names, [names[0], *names], strict=False)]
    number = np.cumsum(changes)
    return np.repeat(number, counts) if number[-1] else None


def borders_note(files: int, windows: int) -> str:
    """That no window reaches from one of the `files` into the next, and how many `windows` would have."""
    left_out = f": {count_of(windows, 'window')} left out" if windows > 0 else ""
    return f"{files} files without `time` are separate series, and no window crosses from one into the next{left_out}"
