"""The targets beside predictions, where the data holds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..compiler.plan import Plan
from ..spec.data import Data
from ..spec.errors import DataError
from .data import Encoding
from .data.ordering import in_order
from .data.source import read_rows
from .data.tables import Demand
from .results import Prediction


def actual(  # noqa: PLR0913 - a model, its data and what it predicts of them
    plan: Plan, data: Data, base: Path, encoding: Encoding, prediction: Prediction, frame: Any = None
) -> NDArray[Any] | None:
    """`[samples, …]` the targets in the shape of the predicted values or classes; None where the data has none.

    A target that is missing, or that lies beyond the last row, is None (NaN among numbers). Targets that cannot be read
    are not known, rather than a mistake: predicting does not need them.

    Args:
        plan: the plan.
        data: where the predicted samples are from.
        base: the folder that relative paths count from.
        encoding: of the training.
        prediction: the predictions.
        frame: a data frame in place of the file.
    """
    shape = _named(prediction).shape
    text = any(isinstance(label, str) for label in encoding.classes or ())
    demand = Demand(True, plan.target in ("binary", "labels"), text)
    lenient = data.model_copy(update={"missing": "drop"})
    if plan.target == "values" and data.source.table and data.target is not None:
        lenient = lenient.model_copy(update={"features": data.targets, "categorical": {}})  # no others are needed
    try:
        found = _of_parts(lenient, base, demand, prediction, frame)
    except DataError:
        return None
    if found is None:
        return None
    if plan.target == "one_hot" and found.ndim > len(shape):
        found = encoding.label(found.argmax(axis=-1))
    if found.size != np.prod(shape):
        return None
    return _known(found.reshape(shape), numbers=plan.target == "values")


def _of_parts(data: Data, base: Path, demand: Demand, prediction: Prediction, frame: Any) -> NDArray[Any] | None:
    """`[samples, targets, …]`; what is missing is NaN or empty."""
    parts = [_targets(data.of_part(name), base, demand, prediction, frame) for name in data.split.sources or ("",)]
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if len(known) == len(parts) else None


def _targets(data: Data, base: Path, demand: Demand, prediction: Prediction, frame: Any) -> NDArray[Any] | None:
    rows = read_rows(data, base, demand, frame)
    if rows.y is None or prediction.rows is None:
        return None
    if data.split.sources:  # whole files, one after the other
        return rows.y
    if data.window is None or rows.x.ndim != 2:
        return rows.y[prediction.rows]
    ordered, source, _, _ = in_order(rows, data, by_time=False)
    assert ordered.y is not None
    place = np.empty(len(rows), np.int64)
    place[source] = np.arange(len(rows))
    inside = prediction.rows < len(rows)
    last = np.where(inside, place[np.where(inside, prediction.rows, 0)], prediction.rows)
    named = _named(prediction)
    columns = ordered.y.shape[1] if ordered.y.ndim > 1 else 1
    successive = named[0].size // columns if len(named) else 1
    at = last[:, None] - np.arange(successive)[::-1]
    there = at < len(rows)
    values = ordered.y[np.where(there, at, 0)]
    nothing = "" if values.dtype.kind == "U" else np.nan
    values = values if values.dtype.kind in "Uf" else values.astype(np.float64)
    return np.where(there.reshape(*there.shape, *[1] * (values.ndim - 2)), values, nothing)


def _named(prediction: Prediction) -> NDArray[Any]:
    """`[samples, …]` the predicted values, or the predicted classes."""
    named = prediction.values if prediction.classes is None else prediction.classes
    assert named is not None
    return named


def _known(found: NDArray[Any], *, numbers: bool) -> NDArray[Any]:
    """Values as float64; of classes, ids as integers and labels as texts, with None for what is missing."""
    if numbers:
        return found.astype(np.float64)
    missing: NDArray[np.bool_] = found == "" if found.dtype.kind == "U" else np.isnan(found.astype(np.float64))
    known: NDArray[Any] = found if found.dtype.kind == "U" else np.where(missing, 0, found).astype(np.int64)
    if not missing.any():
        return known
    with_none: NDArray[Any] = known.astype(object)
    with_none[missing] = None
    return with_none
