"""The categories that the training rows of a source hold, known before there is a model."""

from __future__ import annotations

from pathlib import Path

from ...spec.data import Data
from .contract import Contract
from .fitting import training_levels
from .source import read_rows
from .tables import Demand


def levels_of(data: Data, base: Path, contract: Contract, seed: int = 0) -> dict[str, tuple[str, ...]]:
    """The categories of each categorical feature among the training rows, sorted.

    Args:
        data: the section of the spec.
        base: the folder that relative paths count from.
        contract: what is known of the model: the kind of its target and the column of weights.
        seed: of a split in random order.

    Raises:
        DataError: the data cannot be read, or not be split.
    """
    rows = read_rows(data.of_part("train"), base, Demand(labels=True, weight=contract.weight))
    return training_levels(rows, data, contract, seed)
