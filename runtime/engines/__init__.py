"""What executes a plan: the protocol, and the table of engines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Logs = dict[str, float]


@dataclass(frozen=True, slots=True)
class Pair:
    """Inputs `[samples, …]` and targets `[samples, …]`, encoded."""

    x: Array
    y: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Training:
    """How to train.

    Attributes:
        epochs: passes over the samples.
        batch_size: samples a step.
        seed: decides the order of every epoch, together with the epoch.
        shuffle: whether epochs have an order of their own.
        on_epoch: called after every epoch with its number (from 0) and logs; returning True stops.
        on_batch: called after every step with the epoch, the samples done and their number.
    """

    epochs: int
    batch_size: int
    seed: int
    shuffle: bool
    first_epoch: int = 0
    on_epoch: Callable[[int, Logs], bool | None] | None = None
    on_batch: Callable[[int, int, int], None] | None = None


class Engine(Protocol):
    """Fit, evaluate and predict on encoded arrays; knows nothing of units, labels or files."""

    device: str

    def fit(self, train: Pair, validation: Pair | None, training: Training) -> dict[str, list[float]]:
        """Trains, and returns the logs of every epoch."""
        ...

    def evaluate(self, data: Pair, batch_size: int) -> Logs:
        """Loss and metrics over `data`."""
        ...

    def predict(self, x: Array, batch_size: int) -> Array:
        """`[samples, …]`: the model's outputs."""
        ...

    def score(self, truth: NDArray[Any], prediction: NDArray[Any]) -> Logs:
        """The metrics alone, of predictions that are given, in whatever units they have."""
        ...

    def tensors(self) -> Mapping[str, NDArray[Any]]:
        """Weights and optimizer state, by name."""
        ...

    def restore(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        """Takes over weights and optimizer state."""
        ...
