"""Windows: runs of successive rows, as a view that copies nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Window


@dataclass(frozen=True, slots=True)
class Grid:
    """Where windows lie in ordered rows.

    Attributes:
        starts: `[samples]` first input row.
        targets: `[samples]` row of the target; may lie beyond the last row.
        timesteps: input rows of a window.
    """

    starts: NDArray[np.int64]
    targets: NDArray[np.int64]
    timesteps: int

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, chosen: NDArray[Any]) -> Grid:
        """The windows at the given positions, or where a mask is true."""
        return Grid(self.starts[chosen], self.targets[chosen], self.timesteps)

    def covered(self, rows: int) -> NDArray[np.bool_]:
        """`[rows]` whether a window reads a row, or has it as its target."""
        edges = np.zeros(rows + 1, dtype=np.int64)
        np.add.at(edges, self.starts, 1)
        np.add.at(edges, self.starts + self.timesteps, -1)
        covered = np.cumsum(edges)[:rows] > 0
        covered[self.targets] = True
        return covered


def grid(rows: int, window: Window, *, ahead: bool) -> Grid:
    """The windows over `rows` rows.

    Args:
        rows: how many rows there are.
        window: timesteps, horizon and stride.
        ahead: whether to keep windows whose target lies beyond the last row; the window that ends
            with the last row is then always among them.
    """
    last = rows - window.timesteps - (0 if ahead else window.horizon)
    starts = np.arange(0, last + 1, window.stride, dtype=np.int64)
    if ahead and len(starts) and starts[-1] != last:
        starts = np.append(starts, last)
    return Grid(starts, starts + window.timesteps - 1 + window.horizon, window.timesteps)


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
