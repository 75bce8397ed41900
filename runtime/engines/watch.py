"""The callbacks of a training: those of the spec and the user's own, called as Keras's `fit` calls them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from ...compiler.plan import Plan
from ...compiler.targets.calls import callback_calls
from ...compiler.targets.keras import construct, keras_module
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DeviceError
from . import Course, Training

#: What the callbacks of the spec remember from epoch to epoch, beside early stopping's best weights.
_COUNTERS = {
    "early_stopping": ("wait", "stopped_epoch", "best", "best_epoch"),
    "reduce_lr_on_plateau": ("wait", "best", "cooldown_counter"),
}
_BATCHWISE = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")


class Watch:
    """Callbacks around one training of a Keras model.

    Attributes:
        all: every callback as one; it has the hooks of `keras.callbacks.Callback`.
        watching: whether there is a callback.
        batchwise: whether a callback looks at batches, so that it pays to tell them.
    """

    def __init__(self, model: Any, plan: Plan, training: Training, steps: int) -> None:
        """Makes the spec's callbacks.

        Raises:
            DeviceError: TensorBoard is not installed (LC604).
        """
        if training.tensorboard is not None and find_spec("tensorboard") is None:
            raise DeviceError([_without_tensorboard()])
        callbacks = keras_module().callbacks
        self._plan, self._model = plan, model
        self._own = {key: construct(call) for key, call in callback_calls(plan, training.tensorboard).items()}
        watching = [*self._own.values(), *training.callbacks]
        self.watching = bool(watching)
        last = training.first_epoch + training.epochs
        settings = {"add_history": True, "model": model, "epochs": last, "steps": steps, "verbose": 0}
        self._logs: dict[str, float] = {}
        last_of_all = callbacks.LambdaCallback(on_epoch_end=lambda _epoch, logs: self._logs.update(logs))
        everyone = [*watching, last_of_all]
        self.all = callbacks.CallbackList(everyone, **settings) if watching else callbacks.Callback()
        self.batchwise = any(
            getattr(getattr(callback, name), "__func__", None) is not getattr(callbacks.Callback, name)
            for callback in watching
            for name in _BATCHWISE
        )
        self._reduced: list[int] = []

    def begin(self, course: Course | None) -> None:
        """The training begins, or goes on where `course` says."""
        self._model.stop_training = False
        self.all.on_train_begin()
        if course is None:
            return
        self._model.stop_training = course.stopped
        for key, counters in course.counters.items():
            for name, value in counters.items():
                setattr(self._own[key], name, value)
        if course.best:
            self._own["early_stopping"].best_weights = list(course.best)

    def epoch_end(self, epoch: int, logs: dict[str, float]) -> dict[str, float]:
        """An epoch has ended: callbacks change the learning rate and ask to stop; returns what they made of `logs`."""
        rate = self._rate()
        self._logs = dict(logs)
        self.all.on_epoch_end(epoch, logs)
        if self._rate() != rate and "reduce_lr_on_plateau" in self._own:
            self._reduced.append(epoch)
        return self._logs

    def course(self) -> Course:
        """Where the spec's callbacks stand."""
        counters = {
            key: {name: _number(getattr(self._own[key], name)) for name in names}
            for key, names in _COUNTERS.items()
            if key in self._own
        }
        stopping = self._own.get("early_stopping")
        best = stopping.best_weights if stopping else None
        return Course(counters, tuple(best or ()), bool(self._model.stop_training))

    def close(self) -> None:
        """The training was cut off: Keras calls nobody then, and event files would stay open."""
        if "tensorboard" in self._own:
            self._own["tensorboard"].on_train_end()

    def notes(self) -> tuple[str, ...]:
        """What the spec's callbacks did that a user should know."""
        fit, notes = self._plan.spec.fit, []
        if fit.early_stopping and fit.early_stopping.verbose and (stopped := self._own["early_stopping"].stopped_epoch):
            best = self._own["early_stopping"].best_epoch + 1
            kept = f"; the weights are those of epoch {best}" if fit.early_stopping.restore_best_weights else ""
            monitor = fit.early_stopping.monitor
            notes.append(f"stopped early after epoch {stopped + 1}: `{monitor}` was best in epoch {best}{kept}")
        if fit.reduce_lr_on_plateau and fit.reduce_lr_on_plateau.verbose and self._reduced:
            last = self._reduced[-1] + 1
            notes.append(f"the learning rate was lowered, at last after epoch {last}, to {self._rate():.4g}")
        return tuple(notes)

    def _rate(self) -> float:
        return float(self._model.optimizer.learning_rate)


def _number(value: Any) -> float | None:
    """A counter as a plain number; whole ones stay whole."""
    return value if value is None or isinstance(value, (int, float)) else float(value)


def _without_tensorboard() -> Diagnostic:
    return Diagnostic(
        "LC604",
        "event files need TensorBoard, and it is not installed",
        path="fit.tensorboard",
        help="pip install tensorboard",
    )
