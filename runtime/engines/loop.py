"""Many steps, and many epochs, in one call of TensorFlow: the host looks in between only where it must."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.garbage import uncollected
from ...compiler.plan import Plan
from ...compiler.schedule import Schedule
from ...compiler.targets.keras import keras_module, metrics
from . import Logs
from .resident import Resident, batch_of
from .steps import Steps


class Loop:
    """Runs the steps of a model over samples that are on the device."""

    def __init__(self, model: Any, plan: Plan, batch_size: int, schedule: Schedule, *, apart: bool) -> None:
        """If `apart`, what is around the steps is no part of the graph: see `_entered`."""
        self._size = batch_size
        self._apart = apart
        self._room = schedule.epochs
        self._steps = Steps(model, plan, batch_size, schedule.shards, fused=schedule.loop == "fused")
        self._loss = keras_module().metrics.Mean(name="loss")
        self._metrics = metrics(plan)
        self._names = ["loss", *(metric.name for metric in self._metrics)]
        self._calls: dict[tuple[Any, ...], Callable[..., Any]] = {}

    def train(self, data: Resident, orders: NDArray[np.int64], *, fresh: bool = True) -> list[Logs]:
        """Trains an epoch for each row of `orders` `[epochs, samples]`.

        Returns:
            The logs of each epoch; where it is not `fresh`, of the samples before too: it goes on with an epoch.
        """
        epochs = len(orders)
        if self._room:
            orders = np.pad(orders, ((0, max(self._room - epochs, 0)), (0, 0)))
        return self._run(data, orders, epochs, fresh=fresh, training=True)

    def test(self, data: Resident, rows: NDArray[np.int64], *, fresh: bool = True) -> Logs:
        """Loss and metrics over the samples at `rows`; where it is not `fresh`, over those before too."""
        return self._run(data, rows[None], 1, fresh=fresh, training=False)[0]

    def _run(
        self, data: Resident, orders: NDArray[np.int64], epochs: int, *, fresh: bool, training: bool
    ) -> list[Logs]:
        import tensorflow as tf

        count = orders.shape[1]
        filled = np.pad(orders, ((0, 0), (0, -count % self._size))).astype(np.int32)
        call, new = self._call(data, count, training=training)
        asked = (filled, np.int32(epochs), np.int32(count), np.bool_(fresh))
        with uncollected() if new else nullcontext():
            scores = call(data.tensors, tuple(map(tf.constant, asked)))
        rows = scores.numpy()[:epochs].astype(np.float64).tolist()
        return [dict(zip(self._names, row, strict=True)) for row in rows]

    def _call(self, data: Resident, count: int, *, training: bool) -> tuple[Callable[..., Any], bool]:
        """The graph for this kind of data, and whether it is new: the first call traces and compiles it.

        In a fused loop over whole batches, XLA need not reckon with one that is filled up.
        """
        import tensorflow as tf

        fused = training and bool(self._room)
        whole = fused and count % self._size == 0
        samples = count if whole else None
        key = (
            training,
            data.timesteps,
            data.block,
            *(tensor.shape[1:] for tensor in data.tensors),
            data.weighed,
            samples,
        )
        new = key not in self._calls
        if new:
            step = self._steps.train if training else self._steps.test

            def call(tensors: tuple[Any, ...], asked: tuple[Any, ...]) -> Any:
                orders, epochs, there, fresh = asked
                known = (samples or there, fused or fresh)
                return self._epochs(data.with_tensors(tensors), step, orders, epochs, *known)

            if not fused:
                self._calls[key] = tf.function(call, input_signature=_signature(data), autograph=False)
            elif self._apart:
                self._calls[key] = self._entered(tf.function(call, jit_compile=True, autograph=False))
            else:
                self._calls[key] = tf.function(self._entered(call), jit_compile=True, autograph=False)
        return self._calls[key], new

    def _entered(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same between `enter` and `leave`.

        As part of the graph, XLA has half as many kernels again to compile. By themselves, they take two milliseconds
        a call, and a fifth of that once they are graphs too.
        """
        enter, leave = (_Often(work) if self._apart else work for work in (self._steps.enter, self._steps.leave))

        def entered(*given: Any) -> Any:
            enter()
            scores = call(*given)
            leave()
            return scores

        return entered

    def _epochs(  # noqa: PLR0913 - what a call is asked
        self, data: Resident, step: Callable[..., Any], orders: Any, epochs: Any, count: Any, fresh: Any
    ) -> Any:
        """`[epochs, 1 + metrics]`: the mean loss over samples, and the scores."""
        import tensorflow as tf

        room = orders.shape[0] or tf.shape(orders)[0]

        def epoch(n: Any, scores: Any) -> Any:
            if fresh is True:
                self._forget()
            else:
                tf.cond(fresh, self._forget, lambda: tf.constant(0))
            self._epoch(data, step, orders[n], count)
            return n + 1, scores.write(n, self._scores())

        scores = tf.TensorArray(tf.float32, room, element_shape=(len(self._names),))
        return tf.while_loop(
            lambda n, _: n < epochs, epoch, (0, scores), parallel_iterations=1, maximum_iterations=room
        )[1].stack()

    def _epoch(self, data: Resident, step: Callable[..., Any], order: Any, count: Any) -> None:
        """All steps of an epoch, or of a part of it; samples that only fill up the last batch count nothing."""
        import tensorflow as tf

        size = self._size
        batches = tf.reshape(order, (-1, size))

        def one(k: Any) -> Any:
            rows = batches[k]
            here = tf.minimum(count - k * size, size)
            x, y, weight = batch_of(data, rows, here)
            loss, outputs = step(x, y, weight)
            self._loss.update_state(loss, sample_weight=tf.cast(here, loss.dtype))
            self._update(y, outputs, here)
            return k + 1

        steps = batches.shape[0] or tf.shape(batches)[0]
        if batches.shape[0] == 1:
            one(0)
        else:
            tf.while_loop(lambda k: k < steps, one, (0,), parallel_iterations=1, maximum_iterations=steps)

    def _update(self, y: Any, outputs: Any, here: Any) -> None:
        """The metrics see the samples that are there, without weights, as in Keras."""
        for metric in self._metrics:
            if self._room:
                metric.update_state(y, outputs, sample_weight=_first(here, self._size, outputs))
            else:
                metric.update_state(y[:here], outputs[:here])

    def _forget(self) -> Any:
        import tensorflow as tf

        for metric in (self._loss, *self._metrics):
            metric.reset_state()
        return tf.constant(0)

    def _scores(self) -> Any:
        import tensorflow as tf

        return tf.stack([tf.reshape(tf.cast(m.result(), tf.float32), ()) for m in (self._loss, *self._metrics)])


class _Often:
    """Work that becomes a graph when it has been done often; before, tracing takes longer than it saves."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._left = _OFTEN

    def __call__(self) -> None:
        import tensorflow as tf

        self._left -= 1
        if self._left == 0:
            self._work = tf.function(self._work, autograph=False)
        with uncollected() if self._left == 0 else nullcontext():
            self._work()


#: Calls after which work becomes a graph.
_OFTEN = 16


def _first(here: Any, size: int, outputs: Any) -> Any:
    """1 for the first `here` samples, 0 for the others; one number for each timestep where outputs have those."""
    import tensorflow as tf

    counts = tf.cast(tf.range(size) < here, outputs.dtype)
    axes = outputs.shape[1:-1]
    return tf.broadcast_to(tf.reshape(counts, (size, *[1] * len(axes))), (size, *axes))


def _signature(data: Resident) -> list[Any]:
    import tensorflow as tf

    number = tf.TensorSpec((), tf.int32)
    given = [tf.TensorSpec((None, *tensor.shape[1:]), tensor.dtype) for tensor in data.tensors]
    return [tuple(given), (tf.TensorSpec((None, None), tf.int32), number, number, tf.TensorSpec((), tf.bool))]
