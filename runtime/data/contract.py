"""What a compiled plan demands of its data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Axes: TypeAlias = tuple[int | None, ...]
Target: TypeAlias = Literal["values", "binary", "labels", "one_hot", "multilabel"]


@dataclass(frozen=True, slots=True)
class Contract:
    """The shapes and kinds of numbers that a model reads and is compared with.

    Attributes:
        input: axes of a sample without the batch, `(24, 8)`; `None` is any length.
        output: axes of an output without the batch, `(1,)`.
        target: `values` are floats of the output's shape, `binary` 0 or 1, `labels` class ids
            (the output has an axis of classes more), `one_hot` and `multilabel` rows of 0 and 1.
        activation: the last activation; it bounds what the output can reach.
        loss: the loss's name, for messages.
        classes: the labels in order of their ids, when known.
        batch_size: the fixed batch of a stateful model.
        weight: the column of sample weights.
        vocabulary: the inputs are ids below it, and are never scaled; None for numbers.
        shortest: the least length of each axis of a sample that the layers can read; empty where any will do.
        unreadable: tells why layers cannot read samples with these axes, empty if they can; None where all are read
            that are long enough.
        mask_value: that of `Masking`, with which the model begins; None for others.
        averaged: the value of padding that a pooling leaves out of its mean, which is NaN for a sample of nothing but
            padding; None where there is no such pooling.
    """

    input: Axes
    output: Axes
    target: Target
    activation: str = "linear"
    loss: str = "mean_squared_error"
    classes: tuple[str | int, ...] | None = None
    batch_size: int | None = None
    weight: str | None = None
    vocabulary: int | None = None
    shortest: tuple[int, ...] = ()
    unreadable: Callable[[tuple[int, ...]], str] | None = None
    mask_value: float | None = None
    averaged: float | None = None

    @property
    def weighted_axes(self) -> int:
        """Axes between the samples and the last one: the loss has a value, and may have a weight, for each place.

        >>> Contract((8, 2), (1,), "values").weighted_axes, Contract((8, 2), (8, 1), "values").weighted_axes
        (0, 1)
        """
        return max(len(self.output) - 1, 0)

    @property
    def categorical(self) -> bool:
        """Whether the target may be written as labels, which need not be numbers."""
        return self.target in ("binary", "labels")


def fits(shape: tuple[int, ...], axes: Axes) -> bool:
    """Whether `shape` has exactly these axes, `None` standing for any length.

    >>> fits((24, 8), (None, 8)), fits((24, 8, 1), (None, 8))
    (True, False)
    """
    return len(shape) == len(axes) and all(want in (None, got) for got, want in zip(shape, axes, strict=True))


def written(axes: Axes, first: str = "") -> str:
    """The axes as text, `any` for an unknown length.

    >>> written((None, 8), "samples")
    '(samples, any, 8)'
    """
    parts = ([first] if first else []) + ["any" if axis is None else str(axis) for axis in axes]
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"
