"""The TensorFlow engine: a stock Keras model, trained by the loop that its schedule names, in the seed's order."""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...compiler.kernels import notes_without_cudnn
from ...compiler.plan import Plan
from ...compiler.schedule import Schedule, schedule
from ...compiler.targets.keras import sequential
from ...spec.diagnostics import Diagnostic
from ...spec.errors import ArtifactError, DeviceError
from ...spec.optimizers import Schedule as LearningRateSchedule
from .. import devices
from . import Array, Logs, Pair, Record, Stream, Training, Whole, size_of
from .joined import joinable
from .loop import Loop
from .rounds import CancelledError, Rounds, order_of
from .watch import Watch

_Value = TypeVar("_Value")


class TensorFlowEngine:
    """Fits, evaluates and predicts with a stock `keras.Sequential` on one device."""

    def __init__(self, plan: Plan, device: str) -> None:
        self.notes = devices.limit_threads(plan.spec.runtime.threads)
        self.device = devices.resolve(device)
        devices.initialize()
        _refuse_cudnn(plan, self.device)
        self.notes += notes_without_cudnn(plan) if self.device != "cpu" else ()
        self._plan = plan
        self._reset = plan.spec.fit.reset_states or "epoch"
        self._dtype = np.float64 if plan.spec.runtime.precision == "float64" else np.float32
        self._lock = threading.RLock()
        self._loops: dict[tuple[Any, ...], Loop] = {}
        with devices.scope(self.device):
            self.model = sequential(plan)
            if self._dtype is np.float64:
                self.model.compute_loss = _in_double_precision(self.model)
            self.model.make_train_function()
            self.model.make_test_function()

    def fit(self, train: Pair | Stream, validation: Pair | Stream | None, training: Training, record: Record) -> None:
        """Trains, and keeps `record` up to date; however it ends, the weights are those of `record.whole`.

        Raises:
            ArtifactError: the loss or a weight is not finite (LC708); the weights are those before that epoch.
            DeviceError: TensorBoard is asked for and not installed (LC604).
        """
        with self._lock, devices.scope(self.device):
            watch = Watch(self.model, self._plan, training, -(-size_of(train) // training.batch_size))
            self._build_optimizer()
            record.schedule = self._schedule(train, training, watch)
            record.notes = self._continuing(training)
            record.whole = Whole(state=self._snapshot())
            try:
                self._train(train, validation, training, record, watch)
            except BaseException as error:
                self._go_back(record.whole)
                watch.close()
                if not isinstance(error, CancelledError):
                    raise

    def _schedule(self, train: Pair | Stream, training: Training, watch: Watch) -> Schedule:
        """How this training runs."""
        stepwise = "a callback looks at every step" if watch.batchwise or training.on_batch else ""
        cores = self._plan.spec.runtime.threads or os.cpu_count() or 1
        return schedule(
            self._plan,
            size_of(train),
            training.batch_size,
            cores,
            stepwise=stepwise,
            gpu=self.device != "cpu",
            streamed=not isinstance(train, Pair),
        )

    def _rounds(self, train: Pair | Stream, training: Training, chosen: Schedule, *, watched: bool) -> Rounds:
        """The loop of this schedule, kept for the next training; that of watched trainings serves the others too."""
        kind = (training.batch_size, chosen.shards, chosen.epochs)
        around = chosen.loop == "fused" and joinable(self.model.optimizer, self.model.trainable_variables)
        apart = around and not watched and (*kind, False) not in self._loops
        key = (*kind, apart)
        if key not in self._loops:
            self._loops[key] = Loop(self.model, self._plan, training.batch_size, chosen, apart=apart)
        return Rounds(self._loops[key], chosen, train, training, self._dtype)

    def _train(
        self,
        train: Pair | Stream,
        validation: Pair | Stream | None,
        training: Training,
        record: Record,
        watch: Watch,
    ) -> None:
        logs: Logs | None = None
        chosen = record.schedule
        watched = training.watched or watch.watching or validation is not None
        rounds = None if chosen.loop == "batchwise" else self._rounds(train, training, chosen, watched=watched)
        watch.begin(training.course)
        epoch, end = training.first_epoch, training.first_epoch + training.epochs
        while epoch < end and not self.model.stop_training:
            watch.all.on_epoch_begin(epoch)
            count = 1 if watched or rounds is None else rounds.block(min(end - epoch, training.left(epoch)))
            block = rounds.train(epoch, count) if rounds else [self._epoch(train, training, epoch, watch)]
            finite, what = self._finite(block)
            if finite < count:
                self._keep_finite(rounds, epoch, finite, training, record, watch)
                raise _diverged(epoch + finite, what)
            if rounds and (kept := training.until(block)) < count:
                self._go_back(record.whole)
                count, block = kept, rounds.train(epoch, kept)
            if validation is not None:
                scores = self._validated(validation, training, watch, rounds)
                block[0] |= {f"val_{key}": value for key, value in scores.items()}
            if watched:
                block = [watch.epoch_end(epoch, block[0])]
            logs = block[-1]
            if self._whole(epoch, block, training, record, watch):
                break
            epoch += count
        self.model.optimizer.finalize_variable_values(self.model.trainable_variables)
        watch.all.on_train_end(logs)
        record.whole = Whole(record.whole.logs, self._snapshot(), watch.course())
        record.notes += watch.notes()

    def _whole(self, epoch: int, block: list[Logs], training: Training, record: Record, watch: Watch) -> bool:
        """Whole epochs have been trained: keeps them, tells of them; returns whether somebody wants no more."""
        record.whole = Whole((*record.whole.logs, *block), self._snapshot(), watch.course())
        training.on_whole()
        return any([training.on_epoch(epoch + i, logs) for i, logs in enumerate(block)] if training.on_epoch else [])

    def _finite(self, block: Sequence[Logs]) -> tuple[int, str]:
        """How many epochs of a call are good, and what is not finite in the next one.

        The loss of an epoch is that before its last step, whose weights show in the next epoch's loss at the earliest.
        """
        for i, logs in enumerate(block):
            if not np.isfinite(logs["loss"]):
                return i, "the loss"
        if all(np.isfinite(variable.numpy()).all() for variable in self.model.variables):
            return len(block), ""
        return len(block) - 1, "a weight after the last step"

    def _keep_finite(  # noqa: PLR0913 - what `_train` holds
        self, rounds: Rounds | None, epoch: int, finite: int, training: Training, record: Record, watch: Watch
    ) -> None:
        """Trains anew the epochs of a call that were good, as its weights are those after the bad one."""
        self._go_back(record.whole)
        if rounds and finite:
            block = rounds.train(epoch, finite)
            if self._finite(block)[0] == finite:
                self._whole(epoch, block, training, record, watch)

    def _validated(self, data: Pair | Stream, training: Training, watch: Watch, rounds: Rounds | None) -> Logs:
        if rounds is None:
            return self._evaluate(data, training.batch_size, watch)
        watch.all.on_test_begin()
        logs = rounds.validate(data)
        watch.all.on_test_end(logs)
        return logs

    def _epoch(self, data: Pair | Stream, training: Training, epoch: int, watch: Watch) -> Logs:
        self._begin()
        count = size_of(data)
        logs: Logs = {}
        done = 0
        for step, (pair, rows) in enumerate(_steps(data, training, epoch)):
            if watch.batchwise:
                watch.all.on_train_batch_begin(step)
            logs = self.model.train_function(self._batch(pair, rows))
            done += len(rows)
            if watch.batchwise:
                watch.all.on_train_batch_end(step, logs)
            if training.on_batch:
                training.on_batch(epoch, done, count)
            training.on_steps(epoch, done, count)
            if training.cancelled():
                raise CancelledError
            if self.model.stop_training:
                break
        return _floats(logs)

    def evaluate(self, data: Pair | Stream, batch_size: int) -> Logs:
        """Loss and metrics over `data`."""
        with self._lock, devices.scope(self.device):
            return self._evaluate(data, batch_size, None)

    def _evaluate(self, data: Pair | Stream, batch_size: int, watch: Watch | None) -> Logs:
        self._begin()
        logs: Logs = {}
        if watch:
            watch.all.on_test_begin()
        size = self._size(batch_size)
        steps = ((pair, rows) for pair in _pairs(data, 0) for rows in _batches(np.arange(len(pair.x)), size))
        for step, (pair, rows) in enumerate(steps):
            if watch and watch.batchwise:
                watch.all.on_test_batch_begin(step)
            logs = self.model.test_function(self._batch(pair, rows))
            if watch and watch.batchwise:
                watch.all.on_test_batch_end(step, logs)
        if watch:
            watch.all.on_test_end(logs)
        return _floats(logs)

    def predict(self, x: NDArray[Any], batch_size: int) -> Array:
        """`[samples, …]`: the model's outputs."""
        with self._lock, devices.scope(self.device):
            self._begin()
            size = self._size(batch_size)
            chunks = [self._chunk(x[rows], size) for rows in _batches(np.arange(len(x)), size)]
        return np.concatenate(chunks).astype(self._dtype, copy=False)

    def _chunk(self, x: NDArray[Any], size: int) -> NDArray[Any]:
        """One call of the model; the last chunk of a stateful model is filled up to its batch size."""
        if self._reset == "batch":
            self.reset_states()
        rows = len(x)
        if self._plan.stateful and rows < size:
            x = np.concatenate([x, np.zeros((size - rows, *x.shape[1:]), x.dtype)])
        return np.asarray(self.model.predict_on_batch(self._cast(x)))[:rows]

    def counted(self, x: NDArray[Any], batch_size: int) -> NDArray[Any] | None:
        """`[samples, timesteps]` which outputs count, where the model masks them; None where all do."""
        if not (self._plan.output and self._plan.output.masked):
            return None
        with self._lock, devices.scope(self.device):
            chunks = [x[rows] for rows in _batches(np.arange(len(x)), self._size(batch_size))]
            return np.concatenate([np.asarray(self.model(chunk, training=False)._keras_mask) for chunk in chunks])

    def penalty(self) -> float:
        """What the regularizers of weights add to the loss."""
        with devices.scope(self.device):
            return float(sum(self.model.losses))

    def tensors(self) -> Mapping[str, NDArray[Any]]:
        """By name: `weights/lstm/0/kernel`, `seeds/…`, `optimizer/0/iteration`, `states/0` where they are kept."""
        return {name: variable.numpy() for name, variable in self._named().items()}

    def adopt(self, plan: Plan, *, rate_set: bool) -> bool:
        """Trains as `plan` says, which differs in `fit` and in the learning rate alone; False if a new engine must."""
        assert plan.optimizer is not None
        rate = plan.optimizer.learning_rate
        if rate_set and (self._scheduled() or not isinstance(rate, (int, float))):
            return False
        with self._lock:
            self._plan = plan
            if rate_set:
                self.model.optimizer.learning_rate = rate
        return True

    def restore(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        """Takes over weights, and the optimizer's and the layers' states where there are any.

        Raises:
            ArtifactError: a weight is missing or has another shape (LC705).
        """
        for name, variable in self._named().items():
            value = tensors.get(name)
            if name.startswith("optimizer/") or (value is None and not name.startswith("weights/")):
                continue
            if value is None or tuple(value.shape) != tuple(variable.shape):
                found = "missing" if value is None else f"of shape {tuple(value.shape)}, not {tuple(variable.shape)}"
                raise ArtifactError(
                    [Diagnostic("LC705", f"the weight `{name}` is {found}", help="train the model again")]
                )
            variable.assign(value)
        self._restore_optimizer(tensors)

    def _restore_optimizer(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        """Takes over the optimizer's state by the names of its variables; what was not saved starts fresh.

        Averages of weights start at the weights: Keras would start them at 0, since the step count is not.
        """
        saved = sorted(
            (int(i), name) for _, i, name in (n.split("/", 2) for n in tensors if n.startswith("optimizer/"))
        )
        if not saved:
            return
        self._build_optimizer()
        optimizer = self.model.optimizer
        values = _numbered((_own_name(name), tensors[f"optimizer/{i}/{name}"]) for i, name in saved)
        mine = _numbered((_own_name(variable.name), variable) for variable in optimizer.variables)
        for key, variable in mine.items():
            value = values.get(key)
            if value is not None and tuple(value.shape) == tuple(variable.shape):
                variable.assign(value)
        for weight in self.model.trainable_variables:
            key = (f"{weight.path.replace('/', '_')}_average", 0)
            if key in mine and key not in values:
                mine[key].assign(weight)

    def _named(self) -> dict[str, Any]:
        weights = {
            f"weights/{layer.name}/{i}/{variable.name}": variable
            for layer in self.model.layers
            for i, variable in enumerate(layer.weights)
        }
        seeds = {
            f"seeds/{layer.name}/{i}": variable
            for layer in self.model.layers
            for i, variable in enumerate(layer.non_trainable_variables)
            if variable.name == "seed_generator_state"
        }
        kept = {f"states/{i}": state for i, state in enumerate(self._states())} if self._reset == "never" else {}
        optimizer = self.model.optimizer
        slots = enumerate(optimizer.variables if optimizer.built else ())
        return {**weights, **seeds, **kept, **{f"optimizer/{i}/{_own_name(v.name)}": v for i, v in slots}}

    def _scheduled(self) -> bool:
        assert self._plan.optimizer is not None
        return isinstance(self._plan.optimizer.learning_rate, LearningRateSchedule)

    def _continuing(self, training: Training) -> tuple[str, ...]:
        """What a new training takes over from the one before although the spec's value for it is another."""
        assert self._plan.optimizer is not None
        rate, optimizer = self._plan.optimizer.learning_rate, self.model.optimizer
        if training.course is not None:
            return ()
        now = float(optimizer.learning_rate)
        if isinstance(rate, LearningRateSchedule):
            step = int(optimizer.iterations)
            return (f"the learning-rate schedule continues at step {step:,}, with {now:.4g}",) if step else ()
        if np.float32(now) == np.float32(rate):
            return ()
        change = "set `compile.optimizer.learning_rate` to change it"
        return (f"the learning rate is {now:.4g}, as the last training left it, and {rate:.4g} in the spec; {change}",)

    def _build_optimizer(self) -> None:
        """Makes the optimizer's variables, once: a LossScaleOptimizer that is built again forgets its scale."""
        if not self.model.optimizer.built:
            self.model.optimizer.build(self.model.trainable_variables)

    def _states(self) -> list[Any]:
        """What stateful layers remember, those within wrappers included, each once."""
        layers = self.model._flatten_layers(include_self=False)
        found = [state for layer in layers if getattr(layer, "stateful", False) for state in layer.states or ()]
        return list({id(state): state for state in found}.values())

    def _variables(self) -> list[Any]:
        return [*self.model.variables, *self._states(), *self.model.optimizer.variables]

    def _snapshot(self) -> tuple[NDArray[Any], ...]:
        return tuple(variable.numpy() for variable in self._variables())

    def _go_back(self, whole: Whole) -> None:
        for variable, value in zip(self._variables(), whole.state, strict=True):
            variable.assign(value)

    def reset_states(self) -> None:
        """Stateful layers forget."""
        with self._lock:
            for layer in self.model.layers:
                if getattr(layer, "stateful", False):
                    layer.reset_state()

    def _begin(self) -> None:
        """Before an epoch, an evaluation or a prediction: metrics begin anew, and states as `reset_states` has it."""
        self.model.reset_metrics()
        if self._reset != "never":
            self.reset_states()

    def _batch(self, data: Pair, rows: NDArray[np.int64]) -> Iterator[tuple[Any, ...]]:
        """One batch as Keras's step functions read it. (`train_on_batch` resets the metrics at every call.)"""
        if self._reset == "batch":
            self.reset_states()
        x, y = self._cast(data.x[rows]), self._cast(data.y[rows])
        return iter([(x, y) if data.weight is None else (x, y, data.weight[rows])])

    def _cast(self, values: NDArray[Any]) -> NDArray[Any]:
        """Real numbers in the model's precision; ids stay whole."""
        return values.astype(self._dtype, copy=False) if values.dtype.kind == "f" else values

    def _size(self, batch_size: int) -> int:
        fixed = self._plan.input.batch if self._plan.input else None
        return fixed or batch_size


def _own_name(name: str) -> str:
    """The name of an optimizer's variable; one that Keras has numbered throughout the process loses its number."""
    return re.sub(r"^variable_\d+$", "variable", name)


def _numbered(named: Iterable[tuple[str, _Value]]) -> dict[tuple[str, int], _Value]:
    """Values by name and by their number among those of the same name, counted from the last.

    The variables of an optimizer that scales the loss come before those of the optimizer that it holds.
    """
    counts: Counter[str] = Counter()
    numbered = {}
    for name, value in reversed(list(named)):
        numbered[name, counts[name]] = value
        counts[name] += 1
    return numbered


def _in_double_precision(model: Any) -> Callable[..., Any]:
    """Keras's `compute_loss`, which adds penalties up in single precision only, and so fails with double ones."""

    def compute_loss(x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, **_: Any) -> Any:
        import tensorflow as tf

        del x  # Keras's own does not look at it either
        loss = model._compile_loss(y, y_pred, sample_weight)
        return tf.add_n([tf.cast(part, tf.float64) for part in (loss, *map(tf.reduce_sum, model.losses))])

    return compute_loss


def _refuse_cudnn(plan: Plan, device: str) -> None:
    """A layer that must use cuDNN needs a GPU; Keras would say so at the first batch only."""
    for i, node in enumerate(plan.nodes):
        if device == "cpu" and getattr(node.layer, "use_cudnn", None) is True:
            message = f"layers.{i} {node.layer.type} must use cuDNN, and the device is `cpu`"
            path = f"layers.{i}.use_cudnn"
            raise DeviceError([Diagnostic("LC602", message, path=path, help='write `"auto"`, or choose a GPU')])


def _pairs(data: Pair | Stream, epoch: int) -> Iterator[Pair]:
    return iter([data]) if isinstance(data, Pair) else data.chunks(epoch)


def _steps(data: Pair | Stream, training: Training, epoch: int) -> Iterator[tuple[Pair, NDArray[np.int64]]]:
    """The batches of an epoch; every chunk of a stream has an order of its own."""
    for chunk, pair in enumerate(_pairs(data, epoch)):
        order = order_of(training, epoch, len(pair.x), *(() if isinstance(data, Pair) else (chunk,)))
        for rows in _batches(order, training.batch_size):
            yield pair, rows


def _batches(order: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _floats(logs: Mapping[str, Any]) -> Logs:
    """One number for each key; a score of the only output comes as a list of one."""
    return {key: np.asarray(value, np.float64).item() for key, value in logs.items()}


def _diverged(epoch: int, what: str) -> ArtifactError:
    return ArtifactError(
        [
            Diagnostic(
                "LC708",
                f"training diverged: {what} of epoch {epoch + 1} is not finite",
                help="lower the learning rate, scale the data (`data.scale`), or set `clipnorm` on the optimizer;"
                " the weights are those before that epoch",
            )
        ]
    )
