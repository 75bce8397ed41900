"""What executes a plan: the protocol, and what is handed to it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ...compiler.plan import Plan
from ...compiler.schedule import Schedule

Array = NDArray[np.floating[Any]]
Logs = dict[str, float]


@dataclass(frozen=True, slots=True)
class Pair:
    """Inputs `[samples, …]`, targets `[samples, …]`, encoded, and how much each counts in the loss.

    `weight` has the axes of the loss's values: `[samples]`, or where every timestep has an output
    `[samples, timesteps]` or `[samples, 1]`, which counts for all of them.
    """

    x: NDArray[Any]
    y: NDArray[Any]
    weight: NDArray[np.float32] | None = None


class Stream(Protocol):
    """Samples that do not fit into memory, handed over in chunks."""

    @property
    def count(self) -> int:
        """Samples of one epoch."""
        ...

    def chunks(self, epoch: int) -> Iterator[Pair]:
        """The chunks in training order, of which all but the last have whole batches.

        The order of chunks is that of `default_rng([seed, epoch])`; the samples of a chunk are for the engine to
        shuffle. The inputs of windows are a strided view of the chunk's rows.
        """
        ...


@dataclass(frozen=True, slots=True)
class Course:
    """Where the spec's own callbacks stand: beside the weights, what an interrupted training goes on from.

    Attributes:
        counters: the callbacks' numbers, by the callbacks' keys in the spec.
        best: the weights of the best epoch, where early stopping keeps them.
        stopped: whether the training has come to its end before its last epoch.
    """

    counters: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    best: tuple[NDArray[Any], ...] = ()
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """The training as it was after its last whole epoch.

    Attributes:
        logs: of every whole epoch.
        state: all variables, as the engine orders them.
        course: where the callbacks stand.
    """

    logs: tuple[Logs, ...] = ()
    state: tuple[NDArray[Any], ...] = ()
    course: Course = field(default_factory=Course)


@dataclass(slots=True)
class Record:
    """What has become of a training, and how it ran; `whole` is replaced at once: it is true at any interruption."""

    whole: Whole = field(default_factory=Whole)
    notes: tuple[str, ...] = ()
    schedule: Schedule = field(default_factory=Schedule)


@dataclass(frozen=True, slots=True)
class Training:
    """How to train.

    Attributes:
        epochs: passes over the samples.
        batch_size: samples a step.
        seed: decides the order of every epoch, together with the epoch.
        shuffle: whether epochs have an order of their own.
        first_epoch: epochs that were trained before.
        course: where the callbacks of an interrupted training stand; None for one that begins.
        tensorboard: folder of event files, where the spec asks for them.
        callbacks: Keras callbacks, called as Keras's `fit` calls them.
        on_epoch: called after every epoch with its number (from 0) and logs; returning True stops.
        on_batch: called after every step with the epoch, the samples done and their number.
        on_steps: called now and then with the same.
        on_whole: called whenever the record has new whole epochs, before `on_epoch`.
        watched: whether the record must be that of every epoch in turn, as somebody looks at it or may stop.
        left: told an epoch; gives how many, from it on, may be trained before the record must be whole.
        until: told the logs of the epochs of a call; gives after how many of them the record must be whole, where that
            is before the last. Those behind are trained anew, which gives the same.
        cancelled: asked after every call; True ends the training with the last whole epoch.
    """

    epochs: int
    batch_size: int
    seed: int
    shuffle: bool
    first_epoch: int = 0
    course: Course | None = None
    tensorboard: str | None = None
    callbacks: Sequence[Any] = ()
    on_epoch: Callable[[int, Logs], bool | None] | None = None
    on_batch: Callable[[int, int, int], None] | None = None
    on_steps: Callable[[int, int, int], None] = lambda _epoch, _done, _total: None
    on_whole: Callable[[], None] = lambda: None
    watched: bool = False
    left: Callable[[int], int] = lambda _epoch: sys.maxsize
    until: Callable[[Sequence[Logs]], int] = len
    cancelled: Callable[[], bool] = lambda: False


def size_of(data: Pair | Stream) -> int:
    """Number of samples."""
    return len(data.x) if isinstance(data, Pair) else data.count


class Engine(Protocol):
    """Fit, evaluate and predict on encoded arrays; knows nothing of units, labels or files."""

    device: str
    notes: tuple[str, ...]

    def fit(self, train: Pair | Stream, validation: Pair | Stream | None, training: Training, record: Record) -> None:
        """Trains, and keeps `record` up to date; however it ends, the weights are those of `record.whole`."""
        ...

    def evaluate(self, data: Pair | Stream, batch_size: int) -> Logs:
        """Loss and metrics over `data`."""
        ...

    def predict(self, x: NDArray[Any], batch_size: int) -> Array:
        """`[samples, …]`: the model's outputs."""
        ...

    def counted(self, x: NDArray[Any], batch_size: int) -> NDArray[Any] | None:
        """`[samples, timesteps]` which outputs count, where the model masks them; None where all do."""
        ...

    def penalty(self) -> float:
        """What the regularizers of weights add to the loss."""
        ...

    def reset_states(self) -> None:
        """Stateful layers forget."""
        ...

    def tensors(self) -> Mapping[str, NDArray[Any]]:
        """Weights, optimizer state, seeds and kept states, by name."""
        ...

    def adopt(self, plan: Plan, *, rate_set: bool) -> bool:
        """Trains as `plan` says, which differs in `fit` and in the learning rate alone; False if a new engine must."""
        ...

    def restore(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        """Takes over what `tensors` gave."""
        ...
