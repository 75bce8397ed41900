"""How time goes on from block to block: never back, as streamed rows cannot be sorted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....spec.data import Data
from ....spec.diagnostics import Diagnostic
from ....spec.errors import DataError
from ..gaps import Gaps
from ..recognition import FileSpan
from ..rows import Rows


class Course:
    """The time stamps of all rows so far.

    Attributes:
        example: the first of them, as it is shown.
        like: its number, whose kind all others have.
        files: the first and the last moment of each file.
    """

    def __init__(self, data: Data) -> None:
        """Knows no rows yet."""
        self.example, self.like = "", np.zeros(0)
        self.files: dict[str, FileSpan] = {}
        self._data = data
        self._lasts: list[Any] = []
        self._before = ""
        self._gaps: Gaps | None = None

    def add(self, rows: Rows, file: str) -> None:
        """The rows that follow, of a file.

        Raises:
            DataError: the time of a row is that of the row before (LC517), or an earlier one (LC551).
        """
        instants, times = rows.instants, rows.times
        assert instants is not None
        assert times is not None
        if not self._lasts:
            self.example, self.like = str(times[0]), instants[:1]
        before = instants[:1] - 1 if not self._lasts else np.array([self._lasts[-1]])
        steps = np.diff(np.concatenate([before, instants]))
        wrong = np.flatnonzero(~(steps > 0))
        if len(wrong):
            row = int(wrong[0])
            stamp = str(times[row - 1]) if row else self._before
            raise DataError([self._disordered(rows, row, stamp, same=bool(steps[row] == 0))])
        self._gaps = self._gaps or Gaps(steps[1:], moments=instants.dtype.kind == "i")
        known, before_ = bool(self._lasts), self._before
        if known:
            self._gaps.add(steps, lambda row: str(times[row - 1]) if row else before_)
        else:
            self._gaps.add(steps[1:], lambda row: str(times[row]))
        span = FileSpan.of(file, instants, times)
        self.files[file] = self.files[file].joined(span) if file in self.files else span
        self._lasts.append(instants[-1])
        self._before = str(times[-1])

    def first(self, moment: Any, instants: Callable[[int], NDArray[Any]], starts: tuple[int, ...]) -> int:
        """The first row that is not before a moment.

        Args:
            moment: the moment.
            instants: gives the moments of a block.
            starts: the first row of each block.
        """
        block = int(np.searchsorted(np.array(self._lasts), moment))
        if block == len(self._lasts):
            return starts[-1]
        return starts[block] + int(np.searchsorted(instants(block), moment))

    def notes(self) -> tuple[str, ...]:
        """Gaps in time."""
        return self._gaps.notes() if self._gaps else ()

    def _disordered(self, rows: Rows, row: int, before: str, *, same: bool) -> Diagnostic:
        names = self._data.time.names if self._data.time else ()
        noun = "columns" if len(names) > 1 else "column"
        where = f"{rows.places.row(row)}, {noun} {', '.join(f'`{name}`' for name in names)}"
        assert rows.times is not None
        if same:
            message = f"the row has the time stamp of the row before it, `{before}`"
            return Diagnostic("LC517", message, where=where, help="remove one of the rows", path="data.time")
        message = f"`{rows.times[row]}` comes after `{before}`, and streamed rows cannot be sorted"
        help_ = 'sort the file by its time stamps, or set `"stream": false`'
        return Diagnostic("LC551", message, where=where, help=help_, path="data.time")
