"""Samples on the device, each once: windows are gathered from their series when a step reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import Pair


@dataclass(frozen=True, slots=True)
class Resident:
    """What a call of the loop reads.

    Attributes:
        x: the samples, or the rows of the series that windows are taken from.
        starts: the first block of each window; empty where `x` holds samples.
        timesteps: rows of a window; 0 where `x` holds samples.
        block: so many rows are gathered at once, as windows begin and end between blocks.
        y: the targets.
        weight: how much each sample counts, as a `Pair` has it; empty if not `weighed`.
        weighed: whether samples count differently.
    """

    x: Any
    starts: Any
    timesteps: int
    block: int
    y: Any
    weight: Any
    weighed: bool

    @property
    def tensors(self) -> tuple[Any, ...]:
        """What changes from chunk to chunk."""
        return self.x, self.starts, self.y, self.weight

    def with_tensors(self, tensors: tuple[Any, ...]) -> Resident:
        """Other samples of the same kind."""
        x, starts, y, weight = tensors
        return replace(self, x=x, starts=starts, y=y, weight=weight)

    @staticmethod
    def of(pair: Pair, dtype: Any) -> Resident:
        """Puts samples on the device, in the model's precision."""
        import tensorflow as tf

        x, starts, timesteps = series(pair.x)
        block = gcd(timesteps, *starts[:2].tolist()) or 1
        weighed = pair.weight is not None
        weight = np.zeros(0, dtype) if pair.weight is None else pair.weight.astype(dtype, copy=False)
        arrays = (_cast(x, dtype), starts // block, _cast(pair.y, dtype), weight)
        x, starts, y, weight = (tf.constant(_Once(array)) for array in arrays)
        return Resident(x, starts, timesteps, block, y, weight, weighed)


class _Once:
    """An array that `tf.constant` copies once, to where it lies as TensorFlow computes with it.

    Known as an array, it would be copied once more in front of that, to be apart from it; so it is here only where it
    lies well already, and would be shared.
    """

    def __init__(self, values: NDArray[Any]) -> None:
        self._values = values

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        shared = self._values.ctypes.data % _alignment() == 0
        return self._values.copy() if shared else self._values


@cache
def _alignment() -> int:
    """Bytes of which the address of a tensor's values is a multiple; 1 where TensorFlow does not tell."""
    import tensorflow as tf

    told = dict(flag.partition("=")[::2] for flag in tf.sysconfig.get_compile_flags())
    return int(told.get("-DEIGEN_MAX_ALIGN_BYTES", 1))


def series(x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int32], int]:
    """The rows that windows share, the first row of each, and their length; or the samples themselves.

    `runtime.data.windows.view` gives windows as a strided view, which is recognised by its overlaps.
    """
    none = np.zeros(0, np.int32)
    if x.ndim != 3 or len(x) < 2:
        return x, none, 0
    (apart, along, across), (count, timesteps, features) = x.strides, x.shape
    if along <= 0 or across <= 0 or apart <= 0 or apart % along or apart >= timesteps * along:
        return x, none, 0
    every = apart // along
    rows = np.lib.stride_tricks.as_strided(
        x, ((count - 1) * every + timesteps, features), (along, across), writeable=False
    )
    return rows, (np.arange(count) * every).astype(np.int32), timesteps


def batch_of(data: Resident, rows: Any, here: Any) -> tuple[Any, Any, Any]:
    """Inputs, targets and weights of the samples `rows`, of which the first `here` count; in the graph.

    A loss is a mean over the batch, so what counts in a batch that is filled up counts the more.
    """
    import tensorflow as tf

    size = rows.shape[0]
    x, y = _windows(data, rows) if data.timesteps else tf.gather(data.x, rows), tf.gather(data.y, rows)
    dtype = next((value.dtype for value in (y, x) if value.dtype.is_floating), tf.float32)
    weight = tf.cast(tf.range(size) < here, dtype) * tf.cast(size / here, dtype)
    if data.weighed:
        own = tf.gather(data.weight, rows)
        weight = tf.cast(own, dtype) * tf.reshape(weight, (size, *[1] * (len(own.shape) - 1)))
    return x, y, weight


def _windows(data: Resident, rows: Any) -> Any:
    """`[samples, timesteps, features]`."""
    import tensorflow as tf

    features = data.x.shape[-1]
    blocks = tf.reshape(data.x, (-1, data.block * features))
    at = tf.gather(data.starts, rows)[:, None] + tf.range(data.timesteps // data.block)
    return tf.reshape(tf.gather(blocks, at), (rows.shape[0], data.timesteps, features))


def _cast(values: NDArray[Any], dtype: Any) -> NDArray[Any]:
    return values.astype(dtype, copy=False) if values.dtype.kind == "f" else values
