"""Mean, deviation and extremes of columns, of which runs of rows can be put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Rows that are computed with at once, so that intermediate results are small beside the table.
RUN = 65_536


def runs(rows: int) -> Iterator[slice]:
    """Successive rows, some at a time; one run at least.

    >>> [run.stop for run in runs(100_000)]
    [65536, 131072]
    """
    return (slice(start, start + RUN) for start in range(0, max(rows, 1), RUN))


@dataclass(frozen=True, slots=True)
class Moments:
    """Of `count` values of each column.

    Attributes:
        count: how many.
        mean: `[columns]` their mean.
        squares: `[columns]` the sum of their squared distances from the mean.
        least: `[columns]` the least of them.
        greatest: `[columns]` the greatest of them.
    """

    count: int
    mean: NDArray[np.float64]
    squares: NDArray[np.float64]
    least: NDArray[np.float64]
    greatest: NDArray[np.float64]

    @classmethod
    def of(cls, values: NDArray[Any]) -> Moments:
        """The moments of `values` `[rows, columns]`."""
        count, columns = values.shape
        if not count:
            nothing = np.zeros(columns)
            return cls(0, nothing, nothing, np.full(columns, np.inf), np.full(columns, -np.inf))
        values = values.astype(np.float64, copy=False)
        mean = values.mean(axis=0)
        squares = np.square(values - mean).sum(axis=0)
        return cls(count, mean, squares, values.min(axis=0), values.max(axis=0))

    @staticmethod
    def joined(parts: Iterable[Moments]) -> Moments:
        """The moments of all parts together."""
        return reduce(_join, parts)

    @property
    def deviation(self) -> NDArray[np.float64]:
        """`[columns]` the population's standard deviation."""
        return np.asarray(np.sqrt(self.squares / max(self.count, 1)))


def _join(one: Moments, other: Moments) -> Moments:
    """Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979)."""
    count = one.count + other.count
    if not count:
        return one
    apart = other.mean - one.mean
    return Moments(
        count,
        one.mean + apart * (other.count / count),
        one.squares + other.squares + np.square(apart) * (one.count * other.count / count),
        np.minimum(one.least, other.least),
        np.maximum(one.greatest, other.greatest),
    )
