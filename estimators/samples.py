"""From the arrays of scikit-learn to samples, and how they are scaled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import _check_sample_weight

from ..runtime.data.encoding import Scaler


def axes_of(shape: tuple[int, ...], timesteps: int | None) -> tuple[int, int]:
    """`(timesteps, features)` of the samples in an X of `shape`.

    The columns of `[samples, columns]` are timesteps of one feature, or `timesteps` times their share of the columns.

    Raises:
        ValueError: the columns cannot be divided, or X has other timesteps.
    """
    match shape:
        case (_, steps, features):
            if timesteps not in (None, steps):
                raise ValueError(f"timesteps={timesteps}, but X of shape {shape} has {steps} timesteps")
            return steps, features
        case (_, columns):
            steps = timesteps or columns
            if columns % steps:
                raise ValueError(f"the {columns} columns of X cannot be divided into timesteps={steps}")
            return steps, columns // steps
    raise ValueError(f"X has shape {shape}; expected [samples, columns] or [samples, timesteps, features]")


def weighing(sample_weight: Any, x: NDArray[Any]) -> tuple[NDArray[np.int64] | slice, NDArray[np.float64] | None]:
    """Which samples count, and their weights: a weight of 2 is the sample twice, a weight of 0 is none.

    The weights have mean 1, so that the loss, a mean over samples, is that of repeated samples.

    Raises:
        ValueError: the weights do not fit the samples, one is negative, or all are 0.
    """
    if sample_weight is None:
        return slice(None), None
    weights = _check_sample_weight(sample_weight, x, dtype=np.float64, ensure_non_negative=True)
    counting = np.flatnonzero(weights)
    if not len(counting):
        raise ValueError("all sample weights are zero")
    return counting, weights[counting] / weights[counting].mean()


def standard(values: NDArray[Any], weights: NDArray[np.float64] | None) -> Scaler:
    """`(v - mean) / std` of the last axis of `values` `[samples, …, columns]`, of the weighted samples.

    A constant column is only shifted, to 0.
    """
    columns = values.shape[-1]
    flat = values.reshape(-1, columns).astype(np.float64)
    repeats = len(flat) // len(values)
    each = None if weights is None else np.repeat(weights, repeats)
    mean = np.average(flat, axis=0, weights=each)
    deviation = np.sqrt(np.average((flat - mean) ** 2, axis=0, weights=each))
    constant = flat.min(axis=0) == flat.max(axis=0)
    return Scaler(np.where(constant, flat[0], mean), np.where(constant | (deviation == 0.0), 1.0, deviation))


def in_blocks(x: NDArray[Any], size: int) -> NDArray[Any]:
    """`x` with its last sample repeated until whole blocks are full."""
    missing = -len(x) % size
    return np.concatenate([x, np.repeat(x[-1:], missing, axis=0)]) if missing else x
