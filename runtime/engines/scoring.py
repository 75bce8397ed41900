"""Keras's losses and metrics of outputs that are there already, whoever has computed them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.plan import Plan, held
from ...compiler.targets.calls import metric_call, precise
from ...compiler.targets.keras import construct, keras_module, loss
from ...spec.metrics import Metric
from .. import devices
from . import Array, Logs, Pair
from .areas import area, exact

#: Samples that a metric takes at once.
_ROWS = 2**16
#: Metrics whose sums cancel where the targets lie far from 0; shifting targets and outputs does not change them.
_SHIFTED = frozenset({"R2Score"})
#: Metrics that TensorFlow computes of single precision only; they count, and the counts are double.
_SINGLE = frozenset({"TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy"})


def loss_of(plan: Plan, data: Pair, outputs: Array, counted: NDArray[np.bool_] | None, batch_size: int) -> float:
    """The loss of the outputs, batch by batch as `keras.Model.evaluate` takes them; without penalties.

    Keras's mean over a batch is over its steps that count, so it depends on which samples are taken together.

    Args:
        plan: the plan.
        data: the targets, and how much each sample counts in the loss.
        outputs: `[samples, …]` of the model.
        counted: `[samples, timesteps]` which of them count; None for all.
        batch_size: samples of a batch.
    """
    objective, total = loss(plan), 0.0
    with _on_cpu(plan) as tensor:
        for start in range(0, len(outputs), batch_size):
            rows = slice(start, start + batch_size)
            truth, found = tensor(data.y[rows]), tensor(outputs[rows])
            if counted is not None:
                found._keras_mask = tensor(counted[rows])
            weight = None if data.weight is None else data.weight[rows]
            total += float(objective(truth, found, weight)) * len(outputs[rows])
    return total / len(outputs)


def score(plan: Plan, truth: NDArray[Any], prediction: NDArray[Any], counted: NDArray[np.bool_] | None = None) -> Logs:
    """The metrics, in double precision, of predictions in whatever units they have.

    Steps that are masked do not count, whichever the metric; Keras's own `evaluate` counts them in precision, recall
    and others that are not means.

    Args:
        plan: the plan.
        truth: the targets `[samples, …]`.
        prediction: the predictions `[samples, …]`.
        counted: `[samples, timesteps]` which of them count; None for all.
    """
    with _on_cpu(plan):
        return {metric.key: _score(metric, truth, prediction, counted) for metric in plan.metrics}


def _score(metric: Metric, truth: NDArray[Any], prediction: NDArray[Any], counted: NDArray[np.bool_] | None) -> float:
    along = getattr(metric, "axis", -1)
    if counted is not None and along == -1:
        truth, prediction, counted = truth[counted], prediction[counted], None
    if metric.type in _SHIFTED:
        middle = truth.reshape(-1, truth.shape[-1]).mean(axis=0, dtype=np.float64)
        truth, prediction = truth - middle, prediction - middle
    call = precise(metric_call(metric), "float32" if metric.type in _SINGLE else "float64")
    if exact(metric):
        return area(metric, construct(call), truth, prediction)
    stock = _in_double(getattr(keras_module().metrics, call.name))(**call.arguments)
    for start in range(0, len(truth), _ROWS):
        rows = slice(start, start + _ROWS)
        weight = None if counted is None else counted[rows]
        stock.update_state(truth[rows], prediction[rows], sample_weight=weight)
    return float(np.asarray(stock.result(), np.float64).item())  # the score of the only output is a list of one


@cache
def _in_double(kind: Any) -> Any:
    """The class of a metric, adding up in double precision: Keras's keep some sums in `floatx` whatever their dtype."""

    def add_variable(  # noqa: PLR0913 - Keras's
        self: Any, shape: Any, initializer: Any, dtype: Any = None, aggregation: str = "sum", name: Any = None
    ) -> Any:
        return kind.add_variable(self, shape, initializer, dtype or "float64", aggregation, name)

    return type(kind.__name__, (kind,), {"add_variable": add_variable})


def penalized(plan: Plan) -> bool:
    """Whether weights add to the loss by what they are."""
    return any(_regularizers(layer) - {"activity_regularizer"} for node in plan.nodes for layer in held(node.layer))


def penalizes_activity(plan: Plan) -> bool:
    """Whether what layers give adds to the loss; then outputs alone do not tell it."""
    return any("activity_regularizer" in _regularizers(layer) for node in plan.nodes for layer in held(node.layer))


def _regularizers(layer: Any) -> set[str]:
    names = (name for name in type(layer).model_fields if name.endswith("_regularizer"))
    return {name for name in names if getattr(layer, name) is not None}


@contextmanager
def _on_cpu(plan: Plan) -> Iterator[Callable[[Any], Any]]:
    """Eager operations on the processor: they are too small for anything else. Gives what makes a tensor."""
    devices.limit_threads(plan.spec.runtime.threads)
    import tensorflow

    with devices.scope("cpu"):
        yield tensorflow.convert_to_tensor
