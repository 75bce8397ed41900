"""What is kept of a run of rows that has been read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..assembly import columns
from ..markers import Ends
from ..missing import Filled
from ..moments import Moments


@dataclass(frozen=True, slots=True)
class Facts:
    """Of the rows `start <= row < stop`.

    Attributes:
        start: the number of the first of the rows.
        stop: that of the row after the last.
        samples: how many samples belong to them.
        dropped: how many of them may not be read.
        x: of the features of those that may be read.
        y: of their targets, where these are numbers.
        ends: of the features and then of the targets, where these are numbers.
        labels: their labels, each once, where the targets are texts.
    """

    start: int
    stop: int
    samples: int
    dropped: int
    x: Moments
    y: Moments | None
    labels: NDArray[Any] | None
    ends: Ends

    @staticmethod
    def of(filled: Filled, begins: int, samples: int, start: int, stop: int) -> Facts:
        """The facts of some of the rows that were read from the row `begins` on."""
        run = slice(start - begins, stop - begins)
        usable = filled.usable[run]
        assert filled.rows.y is not None
        x, y = filled.rows.x[run], filled.rows.y[run]
        if not usable.all():
            x, y = x[usable], y[usable]
        numbers = y.dtype.kind == "f"
        return Facts(
            start,
            stop,
            samples,
            int((~usable).sum()),
            Moments.of(x),
            Moments.of(columns(y)) if numbers else None,
            None if numbers else np.unique(y),
            Ends.of(np.column_stack([x, columns(y)]) if numbers else x, start),
        )
