"""Windows: runs of successive rows, as a view that copies nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Window
from .series import runs_of


@dataclass(frozen=True, slots=True)
class Grid:
    """Where windows lie in ordered rows.

    Attributes:
        starts: `[samples]` first input row.
        timesteps: input rows of a window.
        horizon: rows from the last input to the first target.
        steps: successive targets of a window.
        each: whether every input row has a target of its own, `horizon` rows after it.
        before: rows that are read in front of the inputs, to difference them.
        ends: `[samples]` the row after the last one of each window's series; None for a single series.
    """

    starts: NDArray[np.int64]
    timesteps: int
    horizon: int = 1
    steps: int = 1
    each: bool = False
    before: int = 0
    ends: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, chosen: NDArray[Any]) -> Grid:
        """The windows at the given positions, or where a mask is true."""
        return replace(self, starts=self.starts[chosen], ends=None if self.ends is None else self.ends[chosen])

    @property
    def needs(self) -> int:
        """Rows from the first that is read to the last target."""
        return self.before + self.timesteps + self.horizon + self.steps - 1

    @property
    def anchors(self) -> NDArray[np.int64]:
        """`[samples, blocks]` the input rows that targets follow: the last, or with `each` every one."""
        inputs = np.arange(self.timesteps) if self.each else np.array([self.timesteps - 1])
        return self.starts[:, None] + inputs

    @property
    def targets(self) -> NDArray[np.int64]:
        """`[samples, blocks, steps]` rows of the targets; may lie beyond the last row."""
        return self.anchors[:, :, None] + self.horizon + np.arange(self.steps)

    @property
    def first(self) -> NDArray[np.int64]:
        """`[samples]` row of the first target."""
        return self.starts + (0 if self.each else self.timesteps - 1) + self.horizon

    @property
    def last(self) -> NDArray[np.int64]:
        """`[samples]` row of the last target."""
        return self.starts + self.timesteps + self.horizon + self.steps - 2

    def numbered(self, at: NDArray[np.int64], rows: int) -> NDArray[np.int64]:
        """Rows `at` `[samples, ...]` of the windows; those after the end of their series count on from `rows`."""
        if self.ends is None:
            return at
        ends = self.ends.reshape(-1, *(1,) * (at.ndim - 1))
        return np.where(at < ends, at, rows + at - ends)

    def covered(self, rows: int) -> NDArray[np.bool_]:
        """`[rows]` whether a window reads a row, or has it as a target."""
        edges = np.zeros(rows + 1, dtype=np.int64)
        np.add.at(edges, self.starts, 1)
        np.add.at(edges, self.starts + self.timesteps, -1)
        covered = np.cumsum(edges)[:rows] > 0
        covered[self.targets] = True
        return covered


def grid(  # noqa: PLR0913 - rows, the section of the spec, and what a model makes of it
    usable: NDArray[np.bool_],
    window: Window,
    *,
    each: bool = False,
    before: int = 0,
    ahead: bool = False,
    series: NDArray[np.int64] | None = None,
    firsts: Sequence[int] | None = None,
) -> Grid:
    """The windows over rows of which `usable` `[rows]` may be read.

    In every series the first window begins as soon as it can; the others follow every `stride` rows. Windows that
    would read a row that is not usable are left out. No window reaches from one series into the next.

    Args:
        usable: which rows may be read.
        window: timesteps, horizon, steps and stride.
        each: whether every input row has a target of its own.
        before: rows that are read in front of the inputs.
        ahead: whether to keep windows whose targets are not known; the window that ends with the last row
            of a series is then always among them.
        series: `[rows]` the number of each row's series, never falling; None for a single one.
        firsts: where the first window of each series begins; as soon as it can if None.
    """
    whole = Grid(np.empty(0, np.int64), window.timesteps, window.horizon, window.steps, each, before)
    if series is None:
        first = None if firsts is None else firsts[0]
        return _of_one(usable, window, whole, ahead=ahead, first=first)
    runs = runs_of(series)
    found = [
        _of_one(usable[start:stop], window, whole, ahead=ahead, first=None if firsts is None else firsts[i] - start)
        for i, (start, stop) in enumerate(runs)
    ]
    starts = [part.starts + start for part, (start, _) in zip(found, runs, strict=True)]
    ends = np.repeat([stop for _, stop in runs], [len(part) for part in found])
    return replace(whole, starts=np.concatenate(starts), ends=ends)


def _of_one(usable: NDArray[np.bool_], window: Window, whole: Grid, *, ahead: bool, first: int | None) -> Grid:
    """The windows over the rows of one series."""
    rows, before = len(usable), whole.before
    last = rows - window.timesteps - (0 if ahead else window.horizon + window.steps - 1)
    if first is None:
        first = int(usable.argmax()) + before if rows else before
    starts = np.arange(first, last + 1, window.stride, dtype=np.int64)
    if ahead and last >= first and (not len(starts) or starts[-1] != last):
        starts = np.append(starts, last)
    if usable.all():
        return replace(whole, starts=starts)
    holes = np.concatenate([[0], np.cumsum(~usable)])
    starts = starts[holes[starts + window.timesteps] == holes[starts - before]]
    windows = replace(whole, starts=starts)
    if ahead:
        return windows
    return windows.take(np.all(usable[windows.targets], axis=(1, 2)))


def possible(rows: int, needs: int, stride: int) -> int:
    """How many windows that span `needs` rows there are in so many rows.

    >>> possible(10, 3, 1), possible(10, 3, 4), possible(2, 3, 1)
    (8, 2, 0)
    """
    return max((rows - needs) // stride + 1, 0)


def view(x: NDArray[Any], windows: Grid) -> NDArray[Any]:
    """The inputs of windows, `[rows, features] -> [samples, timesteps, features]`.

    A view of `x` where the windows are evenly spaced, a copy otherwise.
    """
    if not len(windows):
        return np.empty((0, windows.timesteps, x.shape[1]), dtype=x.dtype)
    runs = np.lib.stride_tricks.sliding_window_view(x, windows.timesteps, axis=0).transpose(0, 2, 1)
    starts = windows.starts
    step = int(starts[1] - starts[0]) if len(starts) > 1 else 1
    if step > 0 and np.all(np.diff(starts) == step):
        return runs[int(starts[0]) : int(starts[-1]) + 1 : step]
    return runs[starts]
