"""Areas under curves through every prediction, where Keras's training metric has a fixed number of thresholds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.metrics import Metric


def exact(metric: Metric) -> bool:
    """Whether the area is that under the whole curve: the spec does not say at which points to take it."""
    if metric.type != "AUC":
        return False
    return not {"num_thresholds", "thresholds"} & {k for k in metric.model_fields_set if getattr(metric, k) is not None}


def area(metric: Any, stock: Any, truth: NDArray[Any], prediction: NDArray[Any]) -> float:
    """The area under the curve whose points are at every value that is predicted.

    Args:
        metric: the AUC of the spec.
        stock: the same of Keras, which knows how areas between points are taken.
        truth: 0 and 1, `[samples, …]`.
        prediction: probabilities or logits in the same shape; only their order counts.
    """
    weights = metric.label_weights
    if metric.multi_label:
        columns = range(truth.shape[-1])
        areas = [_area(stock, truth[..., i], prediction[..., i], np.ones(len(truth))) for i in columns]
        return float(np.average(areas, weights=weights))
    each = np.broadcast_to(1.0 if weights is None else np.asarray(weights, np.float64), truth.shape)
    return _area(stock, truth, prediction, each)


def _area(stock: Any, truth: NDArray[Any], prediction: NDArray[Any], weight: NDArray[np.float64]) -> float:
    """Gives Keras's metric the counts at every distinct value, from the least on, and lets it add up the area."""
    scores, positive, weight = prediction.ravel(), truth.ravel() > 0, weight.ravel()
    order = np.argsort(-scores, kind="stable")
    scores, positive, weight = scores[order], positive[order], weight[order]
    last = np.append(np.flatnonzero(scores[1:] != scores[:-1]), len(scores) - 1)
    hits, misses = (np.append(0.0, np.cumsum(weight * kind)[last])[::-1] for kind in (positive, ~positive))
    stock.multi_label, stock.num_thresholds = False, len(hits)
    stock.true_positives, stock.false_positives = hits, misses
    stock.false_negatives, stock.true_negatives = hits[0] - hits, misses[0] - misses
    return float(stock.result())
