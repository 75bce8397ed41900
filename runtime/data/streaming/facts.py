"""What is kept of a run of rows that has been read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..assembly import columns
from ..fitting import measured
from ..markers import Ends
from ..missing import Filled
from ..moments import Moments
from ..padding import Steps


@dataclass(frozen=True, slots=True)
class Read:
    """Rows that were read together.

    Attributes:
        begins: the number of the first of them.
        filled: the rows, and which of them may be read.
        padding: `[rows]` or `[rows, timesteps]` which timesteps are padding; None where none can be.
    """

    begins: int
    filled: Filled
    padding: Steps | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Of the rows `start <= row < stop`.

    Attributes:
        start: the number of the first of the rows.
        stop: that of the row after the last.
        samples: how many samples belong to them.
        straddling: how many windows have their last target among them, and another one in an earlier part.
        dropped: how many of them may not be read.
        padding: how many of their timesteps are padding, and how many there are.
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
    straddling: int = 0
    padding: tuple[int, int] = (0, 0)

    @staticmethod
    def of(span: Read, samples: int, start: int, stop: int) -> Facts:
        """The facts of some of the rows that were read together."""
        filled, begins, padding = span.filled, span.begins, span.padding
        run = slice(start - begins, stop - begins)
        usable = filled.usable[run]
        steps = None if padding is None else padding[run][usable]
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
            Moments.of(x, measured(steps, x, np.arange(len(x)))),
            Moments.of(columns(y)) if numbers else None,
            None if numbers else np.unique(y),
            Ends.of(np.column_stack([x, columns(y)]) if numbers else x, start),
            padding=(0, 0) if steps is None else (int(steps.sum()), int(steps.size)),
        )
