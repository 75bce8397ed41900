"""Gaps in time, which windows would span unnoticed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .rows import count_of

UNITS = (("day", 86_400_000_000), ("hour", 3_600_000_000), ("minute", 60_000_000), ("second", 1_000_000))
#: A step is a gap from this many usual steps on: months and years differ in length, and are none.
GAP = 1.5


def gaps_note(instants: NDArray[Any], times: NDArray[Any]) -> tuple[str, ...]:
    """How many steps in time are longer than the usual one, and where the first is; nothing where none is.

    Args:
        instants: `[rows]` microseconds (integers) or plain numbers.
        times: `[rows]` the time stamps as they are shown.
    """
    order = np.argsort(instants, kind="stable")
    steps = np.diff(instants[order])
    if not (steps > 0).any():
        return ()
    usual = np.quantile(steps[steps > 0], 0.5, method="lower")
    gaps = np.flatnonzero(steps > GAP * usual)
    if not len(gaps):
        return ()
    first = int(gaps[0])
    moments = instants.dtype.kind == "i"
    apart, wide = (_duration(float(step)) if moments else f"{step:g}" for step in (usual, steps[first]))
    before, after = times[order[first]], times[order[first + 1]]
    return (
        f"{count_of(len(gaps), 'gap')} in time: rows are usually {apart} apart, and {wide} from `{before}` to `{after}`"
        f"{' (the first gap)' if len(gaps) > 1 else ''}; windows span gaps",
    )


def _duration(microseconds: float) -> str:
    for noun, size in UNITS:
        if microseconds >= size:
            number = microseconds / size
            return count_of(int(number), noun) if number.is_integer() else f"{number:.4g} {noun}s"
    return f"{microseconds:g} microseconds"
