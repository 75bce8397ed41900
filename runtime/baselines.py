"""Naive predictions to compare a model with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..compiler.plan import Plan
from ..spec.diagnostics import Diagnostic
from ..spec.errors import DataError
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
        season: rows of a season; 0 where there is none, or too few rows to tell.
        seasonal: whether the value one season before is nearer to the training targets than the last one.
    """

    mean: NDArray[np.float64]
    season: int = 0
    seasonal: bool = False

    @staticmethod
    def of(parts: Iterable[Samples], plan: Plan) -> Reference:
        """Learns from the training samples alone; they may come in several parts.

        Raises:
            DataError: the baseline that the spec asks for cannot be computed of these samples (LC544).
        """
        total, count, samples = 0.0, 0.0, None
        for samples in parts:
            more, counts = _sums(samples, plan)
            total, count = total + more, count + counts
        assert samples is not None
        choose(plan, samples, None)
        mean = np.asarray(total / np.maximum(count, 1.0), np.float64)
        return Reference(mean, *_season(samples, plan))

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The arrays to store, by name."""
        season = np.asarray([self.season, self.seasonal], np.int64)
        return {"baseline/mean": np.asarray(self.mean, np.float64), "baseline/season": season}

    @staticmethod
    def restore(tensors: Mapping[str, NDArray[Any]]) -> Reference:
        """What `tensors` gave; older artifacts know no season."""
        season, seasonal = np.asarray(tensors.get("baseline/season", (0, 0))).tolist()
        return Reference(np.asarray(tensors["baseline/mean"], np.float64), season, bool(seasonal))


def _season(samples: Samples, plan: Plan) -> tuple[int, bool]:
    """Rows of a season, and whether it predicts the training targets better than persistence.

    Targets are compared as they are scaled, so that no column outweighs the others. One season of targets that have a
    value one season before is needed.
    """
    season = season_of(plan, samples)
    if season is None or samples.past is None or plan.spec.evaluate.baseline not in ("auto", "seasonal"):
        return 0, False
    assert samples.y_original is not None
    assert samples.persistence is not None
    before = samples.past.seasonal(season)
    known = np.isfinite(before)
    if known.sum() < season * (known.size // len(known)):
        return 0, False
    errors = [
        float((np.abs(samples.y_original - naive) / samples.encoding.y.factor)[known].mean())
        for naive in (before, samples.persistence)
    ]
    return season, errors[0] < errors[1]


def season_of(plan: Plan, samples: Samples) -> int | None:
    """Rows of a season: what the spec says, else what the time stamps suggest."""
    return plan.spec.evaluate.season or (samples.past.season if samples.past else None)


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


def choose(plan: Plan, samples: Samples, reference: Reference | None) -> str:
    """The baseline that `evaluate.baseline` means: `persistence`, `seasonal`, `mean`, `majority` or `none`.

    Raises:
        DataError: it cannot be computed of these samples (LC544).
    """
    wanted = plan.spec.evaluate.baseline
    if wanted in ("persistence", "seasonal") and samples.persistence is None:
        raise _impossible(f"`{wanted}` repeats a value of an earlier row, and these samples are not windows of a table")
    if wanted == "seasonal" and samples.past is None:
        raise _impossible("`seasonal` needs all rows in memory, and these are streamed")
    if wanted == "seasonal" and season_of(plan, samples) is None:
        raise _impossible("the time stamps suggest no season", "set `evaluate.season` to the rows of a season")
    if wanted != "auto":
        return wanted
    if plan.target != "values":
        return "majority"
    if samples.persistence is None:
        return "mean"
    return "seasonal" if reference and reference.seasonal and samples.past else "persistence"


def _impossible(why: str, help_: str = "write `auto`, or leave it out") -> DataError:
    message = f"the baseline cannot be computed: {why}"
    return DataError([Diagnostic("LC544", message, path="evaluate.baseline", help=help_)])


def explained(name: str, plan: Plan, samples: Samples, reference: Reference) -> tuple[str, ...]:
    """What a reader should know of the baseline."""
    if name != "seasonal" or samples.past is None:
        return ()
    season = reference.season or season_of(plan, samples)
    chosen = ", which is nearer to the training targets than persistence" * (plan.spec.evaluate.baseline == "auto")
    missing = int(np.isnan(samples.past.seasonal(season or 1)).reshape(len(samples), -1).any(axis=1).sum())
    notes = [f"the baseline repeats the value one season ({season} rows) before{chosen}"]
    if missing:
        samples_ = "1 sample has" if missing == 1 else f"{missing} samples have"
        notes.append(f"{samples_} no value one season before; there the baseline repeats the last known value")
    return tuple(notes)


def predict(name: str, plan: Plan, samples: Samples, reference: Reference, shape: tuple[int, ...]) -> NDArray[Any]:
    """The naive predictions, in original units or as probabilities, in the `shape` of the outputs `[samples, …]`."""
    mean = reference.mean
    if name == "persistence":
        assert samples.persistence is not None
        return samples.persistence
    if name == "seasonal":
        assert samples.past is not None
        assert samples.persistence is not None
        before = samples.past.seasonal(reference.season or season_of(plan, samples) or 1)
        return np.where(np.isnan(before), samples.persistence, before)
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
