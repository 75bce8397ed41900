"""How well a model tells its classes apart: the confusion matrix, and precision, recall and F1 of each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class ClassReport:
    """The counts and the scores of each class; of a multilabel target, of each label.

    A score whose divisor is 0, such as the precision of a class that is never predicted, is NaN.

    Attributes:
        labels: the classes, in the order of all arrays.
        confusion: `[actual, predicted]` how often each class was taken for each; of a multilabel target
            `[label, actual, predicted]`, where 0 stands for no and 1 for yes.
        precision: `[classes]` share of right ones among those that are predicted.
        recall: `[classes]` share of right ones among those that there are.
        f1: `[classes]` harmonic mean of the two.
        support: `[classes]` how many of them there are.
    """

    labels: tuple[str | int, ...]
    confusion: NDArray[np.int64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    support: NDArray[np.int64]

    @staticmethod
    def of(actual: NDArray[Any], predicted: NDArray[Any], labels: tuple[str | int, ...]) -> ClassReport:
        """From the ids of classes `[places]`, `0 <= id < len(labels)`."""
        count = len(labels)
        pairs = actual.astype(np.int64) * count + predicted.astype(np.int64)
        confusion = np.bincount(pairs.ravel(), minlength=count * count).reshape(count, count)
        return _scored(labels, confusion, confusion.diagonal(), confusion.sum(axis=0), confusion.sum(axis=1))

    @staticmethod
    def of_labels(actual: NDArray[Any], predicted: NDArray[Any], labels: tuple[str | int, ...]) -> ClassReport:
        """From 0 and 1 of each label, `[places, labels]`."""
        pairs = 2 * actual.astype(np.int64) + predicted.astype(np.int64)
        confusion = np.stack([(pairs == i).sum(axis=0) for i in range(4)], axis=-1).reshape(-1, 2, 2)
        hits = confusion[:, 1, 1]
        return _scored(labels, confusion, hits, hits + confusion[:, 0, 1], hits + confusion[:, 1, 0])

    def plain(self) -> dict[str, Any]:
        """As JSON has it: null for NaN."""
        scores = {name: getattr(self, name) for name in ("precision", "recall", "f1")}
        return {
            "labels": list(self.labels),
            "confusion": self.confusion.tolist(),
            **{name: [None if np.isnan(v) else v for v in values.tolist()] for name, values in scores.items()},
            "support": self.support.tolist(),
        }


def _scored(
    labels: tuple[str | int, ...],
    confusion: NDArray[np.int64],
    hits: NDArray[np.int64],
    predicted: NDArray[np.int64],
    support: NDArray[np.int64],
) -> ClassReport:
    precision, recall = _share(hits, predicted), _share(hits, support)
    return ClassReport(labels, confusion, precision, recall, _share(2 * hits, predicted + support), support)


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
