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
        count: how many, of all columns or `[columns]` of each.
        mean: `[columns]` their mean.
        squares: `[columns]` the sum of their squared distances from the mean.
        least: `[columns]` the least of them.
        greatest: `[columns]` the greatest of them.
    """

    count: int | NDArray[np.int64]
    mean: NDArray[np.float64]
    squares: NDArray[np.float64]
    least: NDArray[np.float64]
    greatest: NDArray[np.float64]

    @classmethod
    def of(cls, values: NDArray[Any], where: NDArray[np.bool_] | None = None) -> Moments:
        """The moments of `values` `[rows, columns]`, or of those of them `where` `[rows, columns]` is true."""
        if where is not None:
            return cls._of_some(values, where)
        count, columns = values.shape
        if not count:
            nothing = np.zeros(columns)
            return cls(0, nothing, nothing, np.full(columns, np.inf), np.full(columns, -np.inf))
        values = values.astype(np.float64, copy=False)
        mean = values.mean(axis=0)
        squares = np.square(values - mean).sum(axis=0)
        return cls(count, mean, squares, values.min(axis=0), values.max(axis=0))

    @classmethod
    def _of_some(cls, values: NDArray[Any], where: NDArray[np.bool_]) -> Moments:
        values = values.astype(np.float64, copy=False)
        counts = where.sum(axis=0)
        mean = np.where(where, values, 0.0).sum(axis=0) / np.maximum(counts, 1)
        squares = np.square(np.where(where, values - mean, 0.0)).sum(axis=0)
        least = np.where(where, values, np.inf).min(axis=0, initial=np.inf)
        greatest = np.where(where, values, -np.inf).max(axis=0, initial=-np.inf)
        return cls(counts, mean, squares, least, greatest)

    @staticmethod
    def joined(parts: Iterable[Moments]) -> Moments:
        """The moments of all parts together."""
        return reduce(_join, parts)

    @property
    def deviation(self) -> NDArray[np.float64]:
        """`[columns]` the population's standard deviation."""
        return np.asarray(np.sqrt(self.squares / np.maximum(self.count, 1)))


def _join(one: Moments, other: Moments) -> Moments:
    """Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979)."""
    count = one.count + other.count
    if not np.any(count):
        return one
    whole = np.maximum(count, 1)
    apart = other.mean - one.mean
    return Moments(
        count,
        one.mean + apart * (other.count / whole),
        one.squares + other.squares + np.square(apart) * (one.count * other.count / whole),
        np.minimum(one.least, other.least),
        np.maximum(one.greatest, other.greatest),
    )
