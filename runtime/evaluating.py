"""How good a model is on samples, beside a naive baseline: the model is run over them once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..compiler.plan import Plan
from . import baselines
from .classes import ClassReport
from .data import Encoding
from .engines import Array, Engine, Logs
from .feeding import Unseen
from .fitting import Trained, pair
from .outputs import ids_of, labels_of, probabilities_of
from .passing import fed, outputs_of
from .predicting import BATCH, Inference
from .results import Evaluation


def evaluation(
    plan: Plan, trained: Trained, unseen: Unseen, inference: Inference, running: Callable[[], Engine]
) -> Evaluation:
    """The loss as it was trained, and metrics in original units.

    Args:
        plan: the plan.
        trained: what its training has left.
        unseen: the samples.
        inference: what runs the model forward.
        running: gives the engine that trains, which alone knows what layers add to the loss.
    """
    from .engines.scoring import loss_of, penalized, penalizes_activity, score

    wanted = plan.spec.evaluate.batch_size
    batch = (plan.input.batch if plan.input else None) or wanted or BATCH
    samples, outputs, counted = outputs_of(unseen.samples, batch, lambda x: inference.masked(x, wanted))
    if penalizes_activity(plan):
        loss = running().evaluate(fed(unseen.samples, batch), batch)["loss"]
    else:
        loss = loss_of(plan, pair(samples, samples.weight), outputs, counted, batch)
        loss += running().penalty() if penalized(plan) else 0.0
    values = plan.target == "values"
    truth: Any = samples.y_original if values else samples.y
    metrics = score(plan, truth, trained.encoding.decode_y(outputs, samples.anchors) if values else outputs, counted)
    name = baselines.choose(plan, samples, trained.reference)
    naive: Logs = {}
    beats = None
    notes = (*unseen.notes, *inference.notes)
    if name != "none" and plan.metrics:
        predicted = baselines.predict(name, plan, samples, trained.reference, outputs.shape)
        naive = score(plan, truth, predicted, counted)
        key = plan.metrics[0].key
        beats = baselines.better(plan, metrics[key], naive[key])
        notes += baselines.explained(name, plan, samples, trained.reference)
    classes = None if values else _classes(plan, trained.encoding, samples.y, outputs, counted)
    return Evaluation(loss, metrics, naive, name, beats, len(samples), unseen.part, unseen.seen, notes, classes)


def _classes(plan: Plan, encoding: Encoding, y: Any, outputs: Array, counted: NDArray[np.bool_] | None) -> ClassReport:
    """The classes that are predicted beside those that were to be; timesteps that are masked do not count."""
    found = ids_of(plan, probabilities_of(plan, outputs))
    labels = labels_of(plan, encoding) or tuple(range(outputs.shape[-1]))
    truth = y.argmax(axis=-1) if plan.target == "one_hot" else y
    if counted is not None:
        truth, found = truth[counted], found[counted]
    if plan.target == "multilabel":
        return ClassReport.of_labels(truth.reshape(-1, len(labels)), found.reshape(-1, len(labels)), labels)
    return ClassReport.of(truth, found, labels)
