"""Gaps in time, which windows would span unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .rows import count_of
from .stamps import Stamps

UNITS = (("day", 86_400_000_000), ("hour", 3_600_000_000), ("minute", 60_000_000), ("second", 1_000_000))
#: A step is a gap from this many usual steps on: months and years differ in length, and are none.
GAP = 1.5


def gaps_note(instants: NDArray[Any], times: NDArray[Any] | Stamps) -> tuple[str, ...]:
    """How many steps in time are longer than the usual one, and where the first is; nothing where none is.

    Args:
        instants: `[rows]` microseconds (integers) or plain numbers.
        times: `[rows]` the time stamps as they are shown.
    """
    steps, order = np.diff(instants), None
    if not (steps >= 0).all():
        order = np.argsort(instants, kind="stable")
        steps = np.diff(instants[order])
    gaps = Gaps(steps, moments=instants.dtype.kind == "i")
    gaps.add(steps, lambda row: str(times[row if order is None else int(order[row])]))
    return gaps.notes()


class Gaps:
    """Steps in time that are longer than the usual one, which the first steps tell."""

    def __init__(self, steps: NDArray[Any], *, moments: bool) -> None:
        """Knows `steps` `[rows - 1]`, in microseconds where they are of `moments`."""
        longer = steps[steps > 0]
        middle = (len(longer) - 1) // 2
        self._usual = np.partition(longer, middle)[middle] if len(longer) else np.inf
        self._moments = moments
        self._count = 0
        self._first = ""

    def add(self, steps: NDArray[Any], time: Callable[[int], str]) -> None:
        """Further `steps`; the first goes from `time(0)` to `time(1)`."""
        gaps = np.flatnonzero(steps > GAP * self._usual)
        if len(gaps) and not self._count:
            first = int(gaps[0])
            apart, wide = (
                _duration(float(step)) if self._moments else f"{step:g}" for step in (self._usual, steps[first])
            )
            start, end = time(first), time(first + 1)
            self._first = f"rows are usually {apart} apart, and {wide} from `{start}` to `{end}`"
        self._count += len(gaps)

    def notes(self) -> tuple[str, ...]:
        """How many gaps there are, and where the first is."""
        if not self._count:
            return ()
        more = " (the first gap)" if self._count > 1 else ""
        return (f"{count_of(self._count, 'gap')} in time: {self._first}{more}; windows span gaps",)


def _duration(microseconds: float) -> str:
    for noun, size in UNITS:
        if microseconds >= size:
            number = microseconds / size
            return count_of(int(number), noun) if number.is_integer() else f"{number:.4g} {noun}s"
    return f"{microseconds:g} microseconds"
