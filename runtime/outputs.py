"""From a model's outputs to what a user reads: original units, labels, probabilities."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..compiler.plan import Plan
from .data import Encoding, Samples
from .results import Prediction


def decode(
    plan: Plan, encoding: Encoding, outputs: NDArray[np.float32], samples: Samples, notes: tuple[str, ...] = ()
) -> Prediction:
    """Outputs `[samples, …]` of `samples` in original units, or as labels with their probabilities.

    Logits become probabilities by the sigmoid or the softmax that the loss applies to them in training; so do the
    margins of a hinge, which are no more than an order of certainty.
    """
    predict, notes = plan.spec.predict, (*samples.notes, *notes)
    if plan.target == "values":
        values = encoding.decode_y(outputs, samples.anchors)
        return Prediction(values=values, times=samples.times, columns=encoding.targets, notes=notes, rows=samples.rows)
    probabilities = probabilities_of(plan, outputs)
    ids = ids_of(plan, probabilities)
    if plan.target == "binary" and outputs.shape[-1] == 1:
        probabilities, ids = probabilities[..., 0], ids[..., 0]
    return Prediction(
        classes=ids if plan.target == "multilabel" else encoding.label(ids),
        probabilities=probabilities,
        labels=labels_of(plan, encoding),
        times=samples.times,
        notes=notes,
        output=predict.output if predict.output in ("classes", "probabilities") else "classes",
        columns=encoding.targets,
        rows=samples.rows,
    )


def probabilities_of(plan: Plan, outputs: NDArray[Any]) -> NDArray[Any]:
    """Outputs of a model of classes as probabilities, in their shape."""
    match link_of(plan):
        case "identity":
            return outputs
        case "softmax":
            return _softmax(outputs)
        case "sigmoid":
            return _sigmoid(outputs)


def link_of(plan: Plan) -> Literal["identity", "sigmoid", "softmax"]:
    """The function that turns the outputs of a model of classes into probabilities."""
    if not plan.raw:
        return "identity"
    return "softmax" if plan.target in ("labels", "one_hot") else "sigmoid"


def ids_of(plan: Plan, probabilities: NDArray[Any]) -> NDArray[np.int64]:
    """The class of each row of probabilities, or 0 and 1 of each probability of a binary or multilabel target."""
    if plan.target in ("labels", "one_hot"):
        return np.asarray(probabilities.argmax(axis=-1), np.int64)
    return np.asarray(probabilities >= plan.spec.predict.threshold, np.int64)


def labels_of(plan: Plan, encoding: Encoding) -> tuple[str | int, ...] | None:
    """The classes in order of their ids; of a multilabel target its columns, None where these have no names."""
    if encoding.classes:
        return encoding.classes
    if len(encoding.targets) > 1:
        return encoding.targets
    if plan.target == "multilabel":
        return None
    units = plan.output.dims[-1] if plan.output and plan.target in ("labels", "one_hot") else 2
    return tuple(range(units or 0)) or None


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)), np.float32)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), np.float32)
