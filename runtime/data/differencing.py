"""Differences of successive rows, and the way back to values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def differenced(values: NDArray[Any], order: int, axis: int = 0) -> Values:
    """The `order`-th differences along an axis, in the shape of `values`; 0 for the first `order` places.

    >>> differenced(np.array([1.0, 4.0, 9.0]), 1)
    array([0., 3., 5.])
    """
    result = values.astype(np.float64)
    for _ in range(order):
        result = np.diff(result, axis=axis, prepend=np.take(result, [0], axis=axis))
    first = [slice(None)] * result.ndim
    first[axis] = slice(0, order)
    result[tuple(first)] = 0.0
    return result


def anchors(values: NDArray[Any], at: NDArray[np.int64], order: int) -> Values:
    """What is known at the rows `at` to come back from differences of the values that follow.

    Args:
        values: `[rows, targets]` in order.
        at: `[samples, blocks]` rows.
        order: how many times values are differenced.

    Returns:
        `[samples, blocks, order, targets]`: the value, its first difference, and so on.
    """
    levels, level = [], values.astype(np.float64)
    for _ in range(order):
        levels.append(level[at])
        level = np.diff(level, axis=0, prepend=level[:1])
    return np.stack(levels, axis=2)


def to_differences(values: Values, known: Values) -> Values:
    """`[samples, blocks, steps, targets]` of values as differences.

    The first step is taken against the last input row, whatever the horizon, and each other against the step
    before it. For a horizon of 1 these are the differences of successive rows.
    """
    for order in range(known.shape[2]):
        values = np.diff(values, axis=2, prepend=known[:, :, order : order + 1])
    return values


def to_values(differences: Values, known: Values) -> Values:
    """The inverse of `to_differences`: sums that begin at what is known."""
    for order in reversed(range(known.shape[2])):
        differences = known[:, :, order : order + 1] + np.cumsum(differences, axis=2)
    return differences
