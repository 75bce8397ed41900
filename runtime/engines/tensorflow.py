"""The TensorFlow engine: a stock Keras model, driven batch by batch in an order that the seed decides."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.plan import Plan
from ...compiler.targets.keras import metrics, sequential
from ...spec.diagnostics import Diagnostic
from ...spec.errors import ArtifactError, DeviceError
from .. import devices
from . import Array, Logs, Pair, Training


class TensorFlowEngine:
    """Fits, evaluates and predicts with a stock `keras.Sequential` on one device."""

    def __init__(self, plan: Plan, device: str) -> None:
        self.device = devices.resolve(device)
        _refuse_cudnn(plan, self.device)
        self._plan = plan
        self._lock = threading.Lock()
        with devices.scope(self.device):
            self.model = sequential(plan)
            self.model.make_train_function()
            self.model.make_test_function()

    def fit(self, train: Pair, validation: Pair | None, training: Training) -> dict[str, list[float]]:
        """Trains, and returns the logs of every epoch.

        Raises:
            ArtifactError: the loss is not finite (LC708); the weights are those before that epoch.
        """
        history: dict[str, list[float]] = {}
        with self._lock, devices.scope(self.device):
            for epoch in range(training.first_epoch, training.first_epoch + training.epochs):
                before = [variable.numpy() for variable in self._state()]
                logs = self._epoch(train, training, epoch)
                if not np.isfinite(logs["loss"]):
                    for variable, value in zip(self._state(), before, strict=True):
                        variable.assign(value)
                    raise _diverged(epoch)
                if validation is not None:
                    logs |= {
                        f"val_{key}": value for key, value in self._evaluate(validation, training.batch_size).items()
                    }
                for key, value in logs.items():
                    history.setdefault(key, []).append(value)
                if training.on_epoch and training.on_epoch(epoch, logs):
                    break
            if self.model.optimizer.use_ema:
                self.model.optimizer.finalize_variable_values(self.model.trainable_variables)
        return history

    def _epoch(self, data: Pair, training: Training, epoch: int) -> Logs:
        self._forget()
        self.model.reset_metrics()
        order = _order(len(data.x), training, epoch)
        logs: Logs = {}
        done = 0
        for rows in _batches(order, training.batch_size):
            logs = self.model.train_function(_batch(data, rows))
            done += len(rows)
            if training.on_batch:
                training.on_batch(epoch, done, len(order))
        return _floats(logs)

    def evaluate(self, data: Pair, batch_size: int) -> Logs:
        """Loss and metrics over `data`."""
        with self._lock, devices.scope(self.device):
            return self._evaluate(data, batch_size)

    def _evaluate(self, data: Pair, batch_size: int) -> Logs:
        self._forget()
        self.model.reset_metrics()
        logs: Logs = {}
        for rows in _batches(np.arange(len(data.x)), self._size(batch_size)):
            logs = self.model.test_function(_batch(data, rows))
        return _floats(logs)

    def predict(self, x: Array, batch_size: int) -> Array:
        """`[samples, …]`: the model's outputs."""
        with self._lock, devices.scope(self.device):
            self._forget()
            size = self._size(batch_size)
            chunks = [self._chunk(x[rows], size) for rows in _batches(np.arange(len(x)), size)]
        return np.concatenate(chunks)

    def _chunk(self, x: Array, size: int) -> Array:
        """One call of the model; the last chunk of a stateful model is filled up to its batch size."""
        if not self._plan.stateful or len(x) == size:
            return np.asarray(self.model.predict_on_batch(x), dtype=np.float32)
        padded = np.concatenate([x, np.zeros((size - len(x), *x.shape[1:]), x.dtype)])
        return np.asarray(self.model.predict_on_batch(padded), dtype=np.float32)[: len(x)]

    def score(self, truth: NDArray[Any], prediction: NDArray[Any]) -> Logs:
        """The metrics alone, of predictions that are given, in whatever units they have."""
        scores = {}
        with devices.scope(self.device):
            for metric in metrics(self._plan):
                metric.update_state(truth, prediction)
                scores[metric.name] = float(metric.result())
        return scores

    def tensors(self) -> Mapping[str, NDArray[Any]]:
        """Weights and optimizer state, by name: `weights/lstm/0/kernel`, `optimizer/iteration`."""
        return {name: variable.numpy() for name, variable in self._named().items()}

    def restore(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        """Takes over weights, and the optimizer's state where there is any.

        Raises:
            ArtifactError: a weight is missing or has another shape (LC705).
        """
        if any(name.startswith("optimizer/") for name in tensors):
            self.model.optimizer.build(self.model.trainable_variables)
        for name, variable in self._named().items():
            value = tensors.get(name)
            if value is None and not name.startswith("weights/"):
                continue
            if value is None or tuple(value.shape) != tuple(variable.shape):
                found = "missing" if value is None else f"of shape {tuple(value.shape)}, not {tuple(variable.shape)}"
                raise ArtifactError(
                    [Diagnostic("LC705", f"the weight `{name}` is {found}", help="train the model again")]
                )
            variable.assign(value)

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
        optimizer = self.model.optimizer
        slots = {f"optimizer/{i}/{v.name}": v for i, v in enumerate(optimizer.variables)} if optimizer.built else {}
        return {**weights, **seeds, **slots}

    def _state(self) -> list[Any]:
        return [*self.model.variables, *self.model.optimizer.variables]

    def _forget(self) -> None:
        """Stateful layers begin every epoch, evaluation and prediction without a past."""
        for layer in self.model.layers:
            if getattr(layer, "stateful", False):
                layer.reset_state()

    def _size(self, batch_size: int) -> int:
        fixed = self._plan.input.batch if self._plan.input else None
        return fixed or batch_size


def _refuse_cudnn(plan: Plan, device: str) -> None:
    """A layer that must use cuDNN needs a GPU; Keras would say so at the first batch only."""
    for i, node in enumerate(plan.nodes):
        if device == "cpu" and getattr(node.layer, "use_cudnn", None) is True:
            message = f"layers.{i} {node.layer.type} must use cuDNN, and the device is `cpu`"
            path = f"layers.{i}.use_cudnn"
            raise DeviceError([Diagnostic("LC602", message, path=path, help='write `"auto"`, or choose a GPU')])


def _order(count: int, training: Training, epoch: int) -> NDArray[np.int64]:
    if not training.shuffle:
        return np.arange(count)
    return np.random.default_rng([training.seed, epoch]).permutation(count)


def _batches(order: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _batch(data: Pair, rows: NDArray[np.int64]) -> Iterator[tuple[Any, Any]]:
    """One batch as Keras's step functions read it. (`train_on_batch` resets the metrics at every call.)"""
    return iter([(data.x[rows], data.y[rows])])


def _floats(logs: Mapping[str, Any]) -> Logs:
    return {key: float(value) for key, value in logs.items()}


def _diverged(epoch: int) -> ArtifactError:
    return ArtifactError(
        [
            Diagnostic(
                "LC708",
                f"training diverged: the loss of epoch {epoch + 1} is not finite",
                help="lower the learning rate, scale the data (`data.scale`), or set `clipnorm` on the optimizer;"
                " the weights are those before that epoch",
            )
        ]
    )
