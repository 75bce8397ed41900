"""Naive predictions to compare a model with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..compiler.plan import Plan
from .data import Samples
from .masks import counted

#: The probability that Keras takes for 0.
CLIPPED = 1e-7


@dataclass(frozen=True, slots=True)
class Reference:
    """What the naive predictions need to know of the training targets.

    Attributes:
        mean: of values, the mean in original units, `output`'s shape with 1 for an axis of any length; of classes, the
            share of each, `[classes]`, and of a binary target that of its second class, `[1]`. Timesteps that are
            masked by the first layer do not count.
    """

    mean: NDArray[np.float64]

    @staticmethod
    def of(parts: Iterable[Samples], plan: Plan) -> Reference:
        """Learns from the training samples alone; they may come in several parts."""
        total, count = 0.0, 0.0
        for samples in parts:
            more, counts = _sums(samples, plan)
            total, count = total + more, count + counts
        return Reference(np.asarray(total / np.maximum(count, 1.0), np.float64))


def _sums(samples: Samples, plan: Plan) -> tuple[Any, Any]:
    """The sum of the targets, and how many there are; in the shape of `Reference.mean`."""
    assert plan.output is not None
    assert samples.y is not None
    there = counted(plan, samples.x, samples.y.shape[1]) if samples.y.ndim > 1 else None
    if plan.target == "labels":
        ids = samples.y.reshape(-1) if there is None else samples.y[there]
        counts = np.bincount(ids.astype(np.int64), minlength=plan.output.dims[-1] or 0)
        return counts, counts.sum()
    values = np.asarray(samples.y_original if plan.target == "values" else samples.y, np.float64)
    some = np.broadcast_to(
        True if there is None else there.reshape(*there.shape, *[1] * (values.ndim - 2)), values.shape
    )
    total, count = (part.sum(axis=_pooled(plan), keepdims=True, where=some) for part in (values, np.ones_like(values)))
    axes = () if plan.target == "values" else tuple(range(1, values.ndim - 1))
    return total.squeeze((0, *axes)), count.squeeze((0, *axes))


def _pooled(plan: Plan) -> tuple[int, ...]:
    """The axes that `Reference.mean` is a mean over: samples, and those of any length; of classes, all but the last."""
    assert plan.output is not None
    axes = enumerate(plan.output.dims[:-1], start=1)
    return (0, *(axis for axis, length in axes if length is None or plan.target != "values"))


def choose(plan: Plan, samples: Samples) -> str:
    """The baseline that `evaluate.baseline` means: `persistence`, `mean`, `majority` or `none`."""
    wanted = plan.spec.evaluate.baseline
    if wanted != "auto":
        return wanted
    if plan.target != "values":
        return "majority"
    return "mean" if samples.persistence is None else "persistence"


def predict(name: str, plan: Plan, samples: Samples, reference: Reference, shape: tuple[int, ...]) -> NDArray[Any]:
    """The naive predictions, in original units or as probabilities, in the `shape` of the outputs `[samples, …]`."""
    mean = reference.mean
    if name == "persistence":
        assert samples.persistence is not None
        return samples.persistence
    if name == "mean":
        # Older artifacts have the mean of every timestep, also where a model takes any number of them.
        free = tuple(axis - 1 for axis in _pooled(plan)[1:])
        return np.broadcast_to(mean.mean(axis=free, keepdims=True), shape)
    shares = mean.reshape(-1, mean.shape[-1]).mean(axis=0)
    if plan.target in ("binary", "multilabel"):
        certain = (shares >= 0.5).astype(np.float32)
    else:
        certain = np.eye(len(shares), dtype=np.float32)[int(shares.argmax())]
    if plan.raw:
        certain = np.where(certain > 0, *_certainty(plan)).astype(np.float32)
    return np.broadcast_to(certain, shape)


def _certainty(plan: Plan) -> tuple[float, float]:
    """The raw outputs that stand for yes and no: a margin, or the logit of what Keras clips probabilities at."""
    assert plan.loss is not None
    logit = float(np.log((1 - CLIPPED) / CLIPPED))
    return (logit, -logit) if plan.loss.logits else (1.0, -1.0)


def better(plan: Plan, model: float, baseline: float) -> bool | None:
    """Whether the model's value of the plan's first metric is better than the baseline's; None where nothing is."""
    more = plan.metrics[0].greater_is_better
    return None if more is None else model > baseline if more else model < baseline
