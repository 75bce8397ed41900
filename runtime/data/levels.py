"""The categories that the training rows hold: they decide how wide a one-hot column becomes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...spec.data import Data
from .assembly import stop
from .layout import in_order, lay_out, share_out
from .rows import Rows
from .source import read_rows
from .tables import Demand


def training_levels(data: Data, base: Path, seed: int = 0, weight: str | None = None) -> dict[str, tuple[str, ...]]:
    """The categories of each categorical feature among the training rows, sorted.

    Args:
        data: the section of the spec.
        base: the folder that relative paths count from.
        seed: of a split in random order.
        weight: the column of sample weights, which is no feature.

    Raises:
        DataError: the data cannot be read, or not be split.
    """
    rows = read_rows(data, base, Demand(labels=True, weight=weight))
    order, _, found = in_order(rows, data, split=True)
    stop(found)
    layout, _ = lay_out(rows, data, ahead=False)
    shares, found = share_out(layout, rows, data, seed)
    stop(found)
    return {name: _seen(rows, name, order[shares.fitted]) for name in rows.levels}


def _seen(rows: Rows, name: str, chosen: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> tuple[str, ...]:
    codes = rows.x[chosen, rows.features.index(name)]
    return tuple(rows.levels[name][int(code)] for code in np.unique(codes[~np.isnan(codes)]))
