"""From a model's outputs to what a user reads: original units, labels, probabilities."""

from __future__ import annotations

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
        return Prediction(values=values, times=samples.times, columns=encoding.targets, notes=notes)
    if plan.raw:
        outputs = _softmax(outputs) if plan.target in ("labels", "one_hot") else _sigmoid(outputs)
    if plan.target == "binary":
        probabilities = outputs[..., 0] if outputs.shape[-1] == 1 else outputs
        classes = encoding.label((probabilities >= predict.threshold).astype(np.int64))
    elif plan.target == "multilabel":
        probabilities, classes = outputs, (outputs >= predict.threshold).astype(np.int64)
    else:
        probabilities, classes = outputs, encoding.label(outputs.argmax(axis=-1))
    return Prediction(
        classes=classes,
        probabilities=probabilities,
        labels=encoding.classes or (encoding.targets if len(encoding.targets) > 1 else None),
        times=samples.times,
        notes=notes,
        output=predict.output if predict.output in ("classes", "probabilities") else "classes",
        columns=encoding.targets,
    )


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)), np.float32)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), np.float32)
