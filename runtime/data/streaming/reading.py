"""Rows of a source by their numbers: the blocks that hold them are read, and laid out as the samples that they make."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ....spec.data import Data
from ..contract import Contract
from ..layout import Layout, has_each, lay_out
from ..missing import Filled, fill
from ..padding import Masked, padding_of
from ..rows import Rows
from ..series import divided
from ..tables import Demand, Table, rows_of
from ..windows import Grid, grid
from .facts import Read


@dataclass(frozen=True, slots=True)
class Span(Read):
    """Rows that were read together.

    Attributes:
        layout: the samples that they make; positions count from the first of the rows.
    """

    layout: Layout

    def samples(self, start: int, stop: int, begin: int) -> NDArray[np.int64]:
        """Which samples of a part that begins at the row `begin` belong to the rows `start <= row < stop`.

        A window belongs to the row of its last target, and to the part that has all of its targets.
        """
        at = self.layout.at + self.begins
        return np.flatnonzero((at >= start) & (at < stop) & (self.layout.first + self.begins >= begin))


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of a source are read.

    Attributes:
        data: the section of the spec.
        contract: what the model demands.
        demand: what is read.
        tables: the blocks.
        starts: `[blocks + 1]` the number of the first row of each, and of all rows.
        begin: the first row of the first part; none before it is read.
        borders: the first row of each series.
        firsts: the first row of each series that has no value missing; its first window begins there.
    """

    data: Data
    contract: Contract
    demand: Demand
    tables: tuple[Table, ...] = ()
    starts: tuple[int, ...] = (0,)
    begin: int = 0
    borders: tuple[int, ...] = (0,)
    firsts: tuple[int, ...] = (0,)

    @property
    def count(self) -> int:
        """Number of rows."""
        return self.starts[-1]

    @property
    def needs(self) -> int:
        """Rows that a sample reads, its targets included."""
        window = self.data.window
        return 1 if window is None else window.timesteps + window.horizon + window.steps - 1

    @property
    def masked(self) -> Masked | None:
        """What marks padding."""
        return Masked.of(self.contract, self.data)

    @property
    def grid(self) -> Grid | None:
        """Windows without rows; None where each row is a sample."""
        return self.windows(np.zeros(0, np.bool_), 0)

    @property
    def targets(self) -> int:
        """Rows from the first target of a sample to its last."""
        window = self.data.window
        if window is None:
            return 1
        return window.timesteps if has_each(self.data, self.contract) else window.steps

    def fill(self, rows: Rows, begins: int) -> Filled:
        """Rows, of which the first has the number `begins`, without missing values; some may not be read."""
        filled = fill(rows, self.data, self.contract, None)
        if begins >= self.begin:
            return filled
        return replace(filled, usable=filled.usable & (np.arange(len(rows)) >= self.begin - begins))

    def windows(self, usable: NDArray[np.bool_], begins: int) -> Grid | None:
        """The windows over rows of which the first has the number `begins`; None where each row is a sample."""
        window = self.data.window
        if window is None:
            return None
        low = int(np.searchsorted(self.borders, begins, side="right")) - 1
        high = int(np.searchsorted(self.borders, begins + len(usable), side="left"))
        ahead = [first - begins for first in self.firsts[low : max(high, low + 1)]]
        firsts = [rows if rows >= 0 else rows % window.stride for rows in ahead]
        starts = [border - begins for border in self.borders[low + 1 : high]]
        series = divided(None, starts, len(usable)) if starts else None
        return grid(usable, window, each=has_each(self.data, self.contract), series=series, firsts=firsts)

    def span(self, start: int, stop: int) -> Span:
        """The rows `start <= row < stop`, those that their samples reach back to, and the rest of their blocks.

        Raises:
            DataError: a cell has changed since the first reading, or the file is gone.
        """
        low = int(np.searchsorted(self.starts, max(start - self.needs + 1, 0), side="right")) - 1
        high = int(np.searchsorted(self.starts, stop, side="left"))
        filled = self.fill(rows_of(self.tables[low:high], self.data, self.demand), self.starts[low])
        columns = filled.rows.x.shape[1]
        layout, _ = lay_out(filled.rows, filled.usable, columns, self.data, self.contract, ahead=False)
        windows = self.windows(filled.usable, self.starts[low])
        if windows is not None:
            layout = replace(layout, at=windows.last, windows=windows)
        return Span(self.starts[low], filled, padding_of(filled.rows, layout, self.masked), layout)
