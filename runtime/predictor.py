"""From what is handed in to a `Prediction`: all that can be known before a call is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..compiler.plan import Plan
from .data import Encoding
from .data.direct import Direct
from .feeding import Feed, Feeding
from .outputs import decode
from .predicting import Inference
from .results import Prediction


@dataclass(frozen=True, slots=True)
class Predictor:
    """Predicts with the weights and the encoding of one training.

    Attributes:
        plan: the plan.
        encoding: of the training.
        inference: what runs the model.
        feeding: makes samples of what is handed in.
        direct: makes them of plain arrays; None where it cannot.
    """

    plan: Plan
    encoding: Encoding
    inference: Inference
    feeding: Feeding
    direct: Direct | None

    @staticmethod
    def of(feeding: Feeding, encoding: Encoding, inference: Inference) -> Predictor:
        """The predictor of a plan's training."""
        return Predictor(feeding.plan, encoding, inference, feeding, Direct.of(feeding.contract(), encoding))

    def predict(self, x: Feed) -> Prediction:
        """Predictions in original units, or labels with their probabilities.

        Raises:
            DataError: the data cannot be read or does not fit the model.
        """
        samples = self.direct.samples(x) if self.direct else None
        if samples is None:
            samples = self.feeding.fresh(x, self.encoding)
        outputs = self.inference.predict(samples.x, self.plan.spec.predict.batch_size)
        return decode(self.plan, self.encoding, outputs, samples, self.inference.notes)

    def stream(self, items: Iterable[Any], batch_size: int | None) -> Iterator[Prediction]:
        """One prediction for each item, or for each `batch_size` of them; holds no more than these.

        Raises:
            DataError: an item does not fit the model.
        """
        assert self.plan.input is not None
        alone = self.plan.input.rank - 1
        gathered: list[Any] = []
        for item in items:
            sample = np.ndim(item) == alone
            if sample and batch_size:
                gathered.append(item)
            if gathered and (not sample or len(gathered) == batch_size):
                yield self.predict(np.stack(gathered))
                gathered = []
            if not sample or not batch_size:
                yield self.predict(np.asarray(item)[None] if sample else item)
        if gathered:
            yield self.predict(np.stack(gathered))
