"""Naive predictions to compare a model with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..compiler.plan import Plan
from .data import Samples

#: The probability that Keras takes for 0.
CLIPPED = 1e-7


@dataclass(frozen=True, slots=True)
class Reference:
    """What the naive predictions need to know of the training targets.

    Attributes:
        mean: mean of the targets in original units, or of the encoded classes: `output`'s shape.
    """

    mean: NDArray[np.float64]

    @staticmethod
    def of(samples: Samples, plan: Plan) -> Reference:
        """Learns from the training samples alone."""
        assert plan.output is not None
        assert samples.y is not None
        if plan.target == "values":
            assert samples.y_original is not None
            return Reference(np.asarray(samples.y_original, np.float64).mean(axis=0))
        if plan.target == "labels":
            counts = np.bincount(samples.y.reshape(-1).astype(np.int64), minlength=plan.output.dims[-1] or 0)
            return Reference(counts / counts.sum())
        return Reference(np.asarray(samples.y, np.float64).mean(axis=0))


def choose(plan: Plan, samples: Samples) -> str:
    """The baseline that `evaluate.baseline` means: `persistence`, `mean`, `majority` or `none`."""
    wanted = plan.spec.evaluate.baseline
    if wanted != "auto":
        return wanted
    if plan.target != "values":
        return "majority"
    return "mean" if samples.persistence is None else "persistence"


def predict(name: str, plan: Plan, samples: Samples, reference: Reference) -> NDArray[Any]:
    """The naive predictions, in original units or as probabilities: `[samples, …output]`."""
    count = len(samples)
    if name == "persistence":
        assert samples.persistence is not None
        return samples.persistence
    if name == "mean":
        return np.broadcast_to(reference.mean, (count, *reference.mean.shape))
    if plan.target in ("binary", "multilabel"):
        certain = (reference.mean >= 0.5).astype(np.float32)
    else:
        certain = np.eye(reference.mean.shape[-1], dtype=np.float32)[int(reference.mean.argmax())]
    if plan.raw:
        certain = np.where(certain > 0, *_certainty(plan)).astype(np.float32)
    return np.broadcast_to(certain, (count, *(plan.output.dims if plan.output else ())))  # type: ignore[arg-type]


def _certainty(plan: Plan) -> tuple[float, float]:
    """The raw outputs that stand for yes and no: a margin, or the logit of what Keras clips probabilities at."""
    assert plan.loss is not None
    logit = float(np.log((1 - CLIPPED) / CLIPPED))
    return (logit, -logit) if plan.loss.logits else (1.0, -1.0)


def better(plan: Plan, model: float, baseline: float) -> bool | None:
    """Whether the model's value of the plan's first metric is better than the baseline's; None where nothing is."""
    more = plan.metrics[0].greater_is_better
    return None if more is None else model > baseline if more else model < baseline
