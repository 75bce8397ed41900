"""Loops over time, in a form that XLA makes one computation of: arrays are `[timesteps, …]`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, TypeAlias

Tensor: TypeAlias = Any
Weights: TypeAlias = tuple[Any, ...]
Step: TypeAlias = Callable[..., tuple[Sequence[Tensor], Sequence[Tensor]]]


def scan(
    step: Step, timesteps: int, carried: Sequence[Tensor], kept: Sequence[tuple[int, ...]], *, back: bool = False
) -> Any:
    """Calls `step(t, *carried) -> carried, kept` for every timestep, from the last one on if `back`.

    Args:
        step: one timestep.
        timesteps: how many there are.
        carried: what the first call is given.
        kept: of each array, the number of tensors that a step leaves behind in it, and their shape.
        back: whether time runs backwards.

    Returns:
        What was carried out of the last call, and the arrays, each `[timesteps, *shape]`, or
        `[timesteps, number, *shape]` where a step leaves several tensors.
    """
    import tensorflow as tf

    shapes = [(timesteps, *((number,) if number > 1 else ()), *shape) for number, *shape in kept]
    if timesteps == 1:
        state, left = step(0, *carried)
        joined = [tf.stack(parts) for parts in _grouped(left, kept)]
        return state, [tf.reshape(value, shape) for value, shape in zip(joined, shapes, strict=True)]
    arrays = [tf.TensorArray(carried[0].dtype, timesteps * number, element_shape=shape) for number, *shape in kept]

    def body(n: Tensor, state: Sequence[Tensor], arrays: Sequence[Any]) -> Any:
        t = timesteps - 1 - n if back else n
        state, left = step(t, *state)
        parts = _grouped(left, kept)
        return n + 1, list(state), [_written(array, t, those) for array, those in zip(arrays, parts, strict=True)]

    _, state, arrays = tf.while_loop(
        lambda n, *_: n < timesteps, body, (0, list(carried), arrays), maximum_iterations=timesteps
    )
    return state, [tf.reshape(array.stack(), shape) for array, shape in zip(arrays, shapes, strict=True)]


def _grouped(left: Sequence[Tensor], kept: Sequence[tuple[int, ...]]) -> list[list[Tensor]]:
    """The tensors that a step leaves behind, by the array that they go into."""
    parts = iter(left)
    return [list(islice(parts, number)) for number, *_ in kept]


def _written(array: Any, t: Tensor, parts: Sequence[Tensor]) -> Any:
    for k, part in enumerate(parts):
        array = array.write(len(parts) * t + k, part)
    return array


def recurrence(timesteps: int, state: Tensor, matrix: Tensor) -> Tensor:
    """`state @ matrix` in one of so many timesteps: zero in front of the only one, and no product then."""
    import tensorflow as tf

    return tf.zeros((state.shape[0], matrix.shape[-1]), state.dtype) if timesteps == 1 else state @ matrix


def outer_before(states: Tensor, right: Tensor, by: Tensor | float = 1.0) -> Tensor:
    """The gradient of the matrix of `recurrence`, from all timesteps at once; its states were multiplied `by` that."""
    import tensorflow as tf

    if states.shape[0] == 1:
        return tf.zeros((states.shape[-1], right.shape[-1]), right.dtype)
    return outer(before(states) * by, right)


def before(states: Tensor) -> Tensor:
    """The state in front of each timestep: zeros, then all but the last."""
    import tensorflow as tf

    return tf.concat([tf.zeros_like(states[:1]), states[:-1]], 0)


def previous(states: Tensor, t: Tensor) -> Tensor:
    """The state in front of timestep `t`."""
    import tensorflow as tf

    zero = tf.zeros_like(states[0])
    return zero if states.shape[0] == 1 else tf.where(t > 0, states[tf.maximum(t - 1, 0)], zero)


def flat(values: Tensor) -> Tensor:
    """`[timesteps, batch, width] -> [timesteps · batch, width]`."""
    import tensorflow as tf

    return tf.reshape(values, (-1, values.shape[-1]))


def product(values: Tensor, matrix: Tensor) -> Tensor:
    """`values @ matrix` over all timesteps as one product."""
    import tensorflow as tf

    return tf.reshape(flat(values) @ matrix, (*values.shape[:2], matrix.shape[-1]))


def outer(left: Tensor, right: Tensor) -> Tensor:
    """The gradient of a matrix from all timesteps at once: `leftᵀ @ right`."""
    import tensorflow as tf

    return tf.matmul(flat(left), flat(right), transpose_a=True)
