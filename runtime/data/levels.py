"""The categories that the training rows hold: they decide how wide a one-hot column becomes."""

from __future__ import annotations

from pathlib import Path

from ...spec.data import Data
from .assembly import stop
from .categories import learn
from .contract import Contract
from .layout import lay_out
from .missing import fill
from .ordering import in_order, order_of
from .source import read_rows
from .split import Part, deal_rows, parts_of, share_out
from .tables import Demand


def training_levels(data: Data, base: Path, contract: Contract, seed: int = 0) -> dict[str, tuple[str, ...]]:
    """The categories of each categorical feature among the training rows, sorted.

    Args:
        data: the section of the spec.
        base: the folder that relative paths count from.
        contract: what is known of the model: the kind of its target and the column of weights.
        seed: of a split in random order.

    Raises:
        DataError: the data cannot be read, or not be split.
    """
    apart = bool(data.split.sources)
    data = data.of_part("train")
    rows = read_rows(data, base, Demand(labels=True, weight=contract.weight))
    rows, _, _, found = in_order(rows, data, by_time=not apart and order_of(data, rows, contract) == "time")
    stop(found)
    parts, wrong = ((Part("train", 0, len(rows)),), []) if apart else deal_rows(rows, data, contract)
    stop(wrong)
    filled = fill(rows, data, contract, parts_of(parts, len(rows)))
    layout, unfit = lay_out(filled.rows, filled.usable, rows.x.shape[-1], data, contract, ahead=False)
    shares, _, found = share_out(layout, filled.rows, parts, data, contract, seed)
    stop([*unfit, *found])
    run = (parts[0].start, parts[0].stop) if parts else None
    fitted = layout.fitted(len(rows), shares["train"], run)
    known = learn(filled.rows, fitted[filled.usable[fitted]], data.categorical or {})
    return {name: categories.levels for name, categories in known.items()}
