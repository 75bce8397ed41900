"""Keras's losses and metrics of outputs that are there already, whoever has computed them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.plan import Plan, held
from ...compiler.targets.keras import loss, metrics
from .. import devices
from . import Array, Logs, Pair


def evaluated(plan: Plan, data: Pair, outputs: Array, counted: NDArray[np.bool_] | None, batch_size: int) -> Logs:
    """Loss and metrics of the outputs, batch by batch as `keras.Model.evaluate` takes them; without penalties.

    Keras's mean over a batch is over its steps that count, so it depends on which samples are taken together.

    Args:
        plan: the plan.
        data: the targets, and how much each sample counts in the loss.
        outputs: `[samples, …]` of the model.
        counted: `[samples, timesteps]` which of them count; None for all.
        batch_size: samples of a batch.
    """
    objective, scores, total = loss(plan), metrics(plan), 0.0
    with _on_cpu(plan) as tensor:
        for start in range(0, len(outputs), batch_size):
            rows = slice(start, start + batch_size)
            truth, found = tensor(data.y[rows]), tensor(outputs[rows])
            if counted is not None:
                found._keras_mask = tensor(counted[rows])
            weight = None if data.weight is None else data.weight[rows]
            total += float(objective(truth, found, weight)) * len(outputs[rows])
            for metric in scores:
                metric.update_state(truth, found)
        return {"loss": total / len(outputs), **_results(scores)}


def score(plan: Plan, truth: NDArray[Any], prediction: NDArray[Any], counted: NDArray[np.bool_] | None = None) -> Logs:
    """The metrics alone, of predictions in whatever units they have."""
    scores = metrics(plan)
    with _on_cpu(plan):
        for metric in scores:
            metric.update_state(truth, prediction, sample_weight=counted)
        return _results(scores)


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


def _results(scores: list[Any]) -> Logs:
    """One number for each key; a score of the only output comes as a list of one."""
    found: Mapping[str, Any] = {metric.name: metric.result() for metric in scores}
    return {key: np.asarray(value, np.float64).item() for key, value in found.items()}
