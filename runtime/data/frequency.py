"""The usual step of a time column: which season it suggests, and which time stamps come next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DAY = 86_400_000_000
#: How far from its place a time stamp may lie, as a share of the step.
SLACK = 0.1
#: Share of steps that have the usual length where others are gaps. Working days have four fifths.
REGULAR = 0.95
#: Rows of a season where they are a day apart.
WEEK = 7


@dataclass(frozen=True, slots=True)
class Frequency:
    """The usual step between rows.

    Attributes:
        step: months where `calendar`, else microseconds, or plain numbers.
        calendar: whether rows are months apart, which differ in length.
        moments: whether time stamps are moments rather than plain numbers.
        shift: microseconds from a time stamp to the day of the month that all rows share: a day for ends of months.
    """

    step: float
    calendar: bool = False
    moments: bool = True
    shift: int = 0

    @staticmethod
    def of(instants: NDArray[Any]) -> Frequency | None:
        """The usual step of `instants` `[rows]` in order; None where there is none.

        Args:
            instants: microseconds since 1970 (integers), or plain numbers.
        """
        steps = np.diff(instants)
        if not len(steps) or not (steps > 0).all():
            return None
        usual = np.sort(steps)[(len(steps) - 1) // 2]
        moments = instants.dtype.kind == "i"
        if moments and usual >= 28 * DAY:
            for shift in (0, DAY):
                months, within = _months(instants + shift)
                if (within == within[0]).all():
                    return Frequency(int(np.median(np.diff(months))), calendar=True, shift=shift)
        return Frequency(usual.item(), moments=moments)

    @property
    def season(self) -> int | None:
        """Rows of the season that the step suggests: a day of hours, a week of days, a year of months or quarters."""
        if self.calendar:
            return int(12 // self.step) if self.step < 12 and 12 % self.step == 0 else None
        if not self.moments or self.step > DAY or DAY % self.step:
            return None
        return WEEK if self.step == DAY else int(DAY // self.step)

    def ticks(self, instants: NDArray[Any]) -> NDArray[np.int64] | None:
        """`[rows]` the number of each time stamp, counted in steps from the first; None where some lie in between."""
        places = _months(instants + self.shift)[0] if self.calendar else instants
        apart = (places - places[0]) / self.step
        ticks = np.rint(apart)
        regular = bool((np.abs(apart - ticks) <= SLACK).all()) and bool((np.diff(ticks) > 0).all())
        return ticks.astype(np.int64) if regular else None

    def regular(self, instants: NDArray[Any]) -> bool:
        """Whether nearly all rows are one step apart, so that the next one will most likely be, too."""
        ticks = self.ticks(instants)
        return ticks is not None and float((np.diff(ticks) == 1).mean()) >= REGULAR

    def after(self, last: Any, count: int) -> NDArray[Any]:
        """The `count` time stamps after `last`."""
        steps = np.arange(1, count + 1)
        if not self.calendar:
            return np.asarray(last + steps * (int(self.step) if self.moments else self.step))
        months, within = _months(np.asarray([last + self.shift]))
        starts = (months + steps * int(self.step)).astype("datetime64[M]").astype("datetime64[us]").astype(np.int64)
        return starts + within - self.shift


def _months(instants: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Months since 1970, and the microseconds from the start of each."""
    months = instants.astype("datetime64[us]").astype("datetime64[M]")
    return months.astype(np.int64), instants - months.astype("datetime64[us]").astype(np.int64)
