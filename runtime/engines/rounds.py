"""The epochs of a training by the loop: how many steps or epochs go into one call."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.schedule import CALL_S, Schedule
from . import Logs, Pair, Stream, Training, size_of
from .loop import Loop
from .resident import Resident


class CancelledError(Exception):
    """The training was asked to end within an epoch."""


class Rounds:
    """Trains and validates with a loop; calls are kept short, so that progress and cancellation wait for no one."""

    def __init__(self, loop: Loop, schedule: Schedule, train: Pair | Stream, training: Training, dtype: Any) -> None:
        self._loop, self._training, self._dtype = loop, training, dtype
        self._data = Resident.of(train, dtype) if isinstance(train, Pair) else train
        self._count = size_of(train)
        self._room = schedule.epochs
        #: Epochs that fit into a call, as the last one has shown; steps, where not even one epoch does.
        self._epochs, self._steps = max(1, schedule.epochs), 1
        self._validation: Stream | Resident | None = None

    def block(self, left: int) -> int:
        """How many epochs go into the next call, of those that are left."""
        return max(1, min(self._epochs, left, self._room or left))

    def train(self, epoch: int, count: int) -> list[Logs]:
        """The logs of `count` epochs, from `epoch` on.

        Raises:
            CancelledError: the training was asked to end.
        """
        began = time.perf_counter()
        if isinstance(self._data, Resident) and (self._room or self._whole):
            orders = np.stack([self._order(epoch + i, self._count) for i in range(count)])
            logs = self._loop.train(self._data, orders)
            self._training.on_steps(epoch + count - 1, self._count, self._count)
        else:
            logs = [self._in_parts(epoch)]
        if self._training.cancelled():
            raise CancelledError
        taken = (time.perf_counter() - began) / count
        self._epochs = min(max(1, int(CALL_S / max(taken, 1e-9))), 8 * self._epochs)
        return logs

    @property
    def _whole(self) -> bool:
        """Whether an epoch fits into a call."""
        return self._steps * self._training.batch_size >= self._count

    def _in_parts(self, epoch: int) -> Logs:
        done, fresh, logs = 0, True, Logs()
        for data, order in self._chunks(epoch):
            start = 0
            while start < len(order):
                began = time.perf_counter()
                steps = self._steps
                rows = order[start : start + steps * self._training.batch_size]
                (logs,) = self._loop.train(data, rows[None], fresh=fresh)
                start, done, fresh = start + len(rows), done + len(rows), False
                self._training.on_steps(epoch, done, self._count)
                if self._training.cancelled():
                    raise CancelledError
                self._adapt(steps, time.perf_counter() - began)
        return logs

    def _adapt(self, steps: int, seconds: float) -> None:
        """As many steps a call as fit into its time; the numbers do not depend on it."""
        self._steps = min(max(1, int(CALL_S * steps / max(seconds, 1e-9))), 8 * steps)

    def _chunks(self, epoch: int) -> Iterator[tuple[Resident, NDArray[np.int64]]]:
        """The data of an epoch, each with its order."""
        if isinstance(self._data, Resident):
            yield self._data, self._order(epoch, self._count)
            return
        for chunk, pair in enumerate(self._data.chunks(epoch)):
            yield Resident.of(pair, self._dtype), self._order(epoch, len(pair.x), chunk)

    def _order(self, epoch: int, count: int, *chunk: int) -> NDArray[np.int64]:
        return order_of(self._training, epoch, count, *chunk)

    def validate(self, validation: Pair | Stream) -> Logs:
        """Loss and metrics over the samples that are not trained on."""
        if self._validation is None:
            self._validation = self._resident(validation) if isinstance(validation, Pair) else validation
        data, logs, fresh = self._validation, Logs(), True
        for part in [data] if isinstance(data, Resident) else map(self._resident, data.chunks(0)):
            rows, size = np.arange(part.y.shape[0]), _TESTED * self._training.batch_size
            for start in range(0, len(rows), size):
                logs, fresh = self._loop.test(part, rows[start : start + size], fresh=fresh), False
        return logs

    def _resident(self, pair: Pair) -> Resident:
        return Resident.of(pair, self._dtype)


#: Steps of a call that only looks.
_TESTED = 256


def order_of(training: Training, epoch: int, count: int, *chunk: int) -> NDArray[np.int64]:
    """The order of an epoch, or of a chunk of a stream: the seed decides it and nothing else."""
    if not training.shuffle:
        return np.arange(count)
    return np.random.default_rng([training.seed, epoch, *chunk]).permutation(count)
