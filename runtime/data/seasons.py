"""The value of a target one season before, by which a seasonal-naive forecast predicts it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .frequency import Frequency
from .windows import Grid

#: Seasons that are looked back for a value, where rows are missing.
BACK = 4


@dataclass(frozen=True, slots=True)
class Past:
    """The targets of all rows that windows are taken from.

    Attributes:
        values: `[rows, targets]` in original units.
        instants: `[rows]` numbers in the order of the time stamps; None without any.
        windows: where the windows lie.
        output: axes of the targets of one window.
    """

    values: NDArray[np.float64]
    instants: NDArray[Any] | None
    windows: Grid
    output: tuple[int, ...]

    def part(self, chosen: slice) -> Past:
        """Of some of the windows."""
        return replace(self, windows=replace(self.windows, starts=self.windows.starts[chosen]))

    @property
    def season(self) -> int | None:
        """Rows of the season that the time stamps suggest; None where they suggest none."""
        frequency = None if self.instants is None else Frequency.of(self.instants)
        return frequency.season if frequency else None

    def seasonal(self, season: int) -> NDArray[np.float64]:
        """`[samples, *output]` the value one season before each target, NaN where there is none.

        It is a whole number of seasons before, the fewest that lead to a row no later than the last input row, so
        that nothing is read that a forecast could not know. Rows are counted by their time stamps where these are
        regular but for gaps; none is found where they are not.
        """
        ticks = self._ticks()
        targets, origins = self.windows.targets, self.windows.anchors[:, :, None]
        found = np.full((targets.size, self.values.shape[1]), np.nan)
        if ticks is not None:
            ahead = ticks[targets] - ticks[origins]
            wanted = (ticks[targets] - season * -(-ahead // season)).ravel()
            left = np.arange(len(wanted))
            for _ in range(BACK):
                left = left[wanted[left] >= ticks[0]]
                rows = np.searchsorted(ticks, wanted[left])
                there = ticks[rows] == wanted[left]
                found[left[there]] = self.values[rows[there]]
                left = left[np.isnan(found[left]).any(axis=-1)]
                wanted[left] -= season
        return found.reshape(len(targets), *self.output)

    def _ticks(self) -> NDArray[np.int64] | None:
        if self.instants is None:
            return np.arange(len(self.values), dtype=np.int64)
        frequency = Frequency.of(self.instants)
        return frequency.ticks(self.instants) if frequency else None
