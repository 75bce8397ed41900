"""One training of a model: what it is trained on, and what has become of it so far."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..compiler.plan import Plan
from ..spec.diagnostics import Diagnostic
from .baselines import Reference
from .data import Dataset, Encoding, Samples
from .engines import Logs, Pair, Record, Stream
from .results import History
from .weighting import ClassWeight, balanced, by_class

if TYPE_CHECKING:
    from .data.streaming.part import Streamed


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training leaves behind, beside the weights.

    Attributes:
        encoding: how samples are encoded.
        reference: what naive predictions have learned.
        fingerprint: of the data.
        history: the course of all training.
        schedule: how it ran at last, as `runtime.schedule` takes it, to repeat it elsewhere; empty if not known.
    """

    encoding: Encoding
    reference: Reference
    fingerprint: str
    history: History
    schedule: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Fitting:
    """A training in progress; at any moment, `trained` is what its last whole epoch has left.

    Attributes:
        dataset: the samples.
        reference: what the naive predictions learn from them.
        before: what earlier trainings left.
        notes: what should be known of the data and the device.
        record: kept by the engine.
    """

    dataset: Dataset
    reference: Reference
    before: Trained | None
    notes: tuple[str, ...]
    record: Record = field(default_factory=Record)

    @staticmethod
    def of(plan: Plan, dataset: Dataset, before: Trained | None, notes: tuple[str, ...]) -> Fitting:
        """The training that is about to begin; `notes` are those of the model and its device."""
        notes = (*notes, *dataset.notes, *map(_noted, dataset.warnings))
        reference = _reference(dataset.parts["train"], plan)
        parts = {name: replace(p, past=None) if isinstance(p, Samples) else p for name, p in dataset.parts.items()}
        return Fitting(replace(dataset, parts=parts), reference, before, notes)

    def pairs(self, plan: Plan, class_weight: ClassWeight | None) -> tuple[Pair | Stream, Pair | Stream | None]:
        """The samples to train and to validate on; classes are weighed in training alone, as Keras does.

        Raises:
            DataError: the weights do not fit the classes (LC422, LC423, LC540).
        """
        train, validation = self.dataset.parts["train"], self.dataset.parts.get("validation")
        weights = plan.spec.fit.class_weight if class_weight is None else class_weight
        if weights == "balanced" and not isinstance(train, Samples):
            weights = balanced(self.reference.mean, plan, train.encoding)

        def weigh(samples: Samples) -> NDArray[np.float32] | None:
            return by_class(samples, plan, weights)

        fed = feed(train, plan, weigh)
        return fed, feed(validation, plan, lambda samples: samples.weight) if validation else None

    @property
    def history(self) -> History:
        """The course of this training."""
        logs = self.record.whole.logs
        return History.of(logs, (*self.notes, *self.record.notes, *_not_finite(logs)))

    @property
    def trained(self) -> Trained | None:
        """What this training and those before it have left."""
        history = self.history
        if not history.epochs:
            return self.before
        whole = self.before.history.joined(history) if self.before else history
        ran = self.record.schedule.plain()
        return Trained(self.dataset.encoding, self.reference, self.dataset.fingerprint, whole, ran)


def _not_finite(logs: Sequence[Logs]) -> tuple[str, ...]:
    """The epochs whose validation loss is not finite, which neither early stopping nor the best model can use."""
    epochs = [i for i, epoch in enumerate(logs, 1) if not math.isfinite(epoch.get("val_loss", 0.0))]
    if not epochs:
        return ()
    many = f"{len(epochs)} epochs" if len(epochs) > 1 else "1 epoch"
    return (f"the validation loss of {many} is not finite, in epoch {epochs[0]} first",)


def _noted(warning: Diagnostic) -> str:
    """A warning as a note, with its place where it has one."""
    return f"{warning.message} ({warning.where})" if warning.where else warning.message


def feed(
    samples: Samples | Streamed, plan: Plan, weigh: Callable[[Samples], NDArray[np.float32] | None]
) -> Pair | Stream:
    """Samples as an engine takes them, weighed by `weigh`."""
    if isinstance(samples, Samples):
        return pair(samples, weigh(samples))
    from .data.streaming.chunks import Chunks

    fit = plan.spec.fit
    return Chunks(samples, min(fit.batch_size, len(samples)), fit.seed, fit.shuffle is not False, weigh)


def _reference(samples: Samples | Streamed, plan: Plan) -> Reference:
    """What naive predictions learn; streamed samples are encoded once, so that none fails in the midst of an epoch."""
    if isinstance(samples, Samples):
        return Reference.of([samples], plan)
    # A chunk does not hold the rows of a season before.
    return Reference.of((replace(part, past=None) for part in samples.in_order(plan.spec.fit.batch_size)), plan)


def pair(samples: Samples, weight: NDArray[np.float32] | None) -> Pair:
    """Samples as an engine takes them."""
    assert samples.y is not None
    return Pair(samples.x, samples.y, weight)


def both(first: Callable[..., Any], second: Callable[..., Any] | None) -> Callable[..., Any]:
    """Calls both with the same arguments; returns what the second returns."""

    def call(*arguments: Any) -> Any:
        first(*arguments)
        return second(*arguments) if second else None

    return call
