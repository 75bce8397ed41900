"""Columns of categories: levels learned on training rows, and numbers in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Category
from ...spec.diagnostics import Diagnostic
from .rows import Rows

#: The category that takes in every one that training did not show, where training showed it.
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Categories:
    """The levels of one column in order of their numbers, and how they are encoded."""

    kind: Category
    levels: tuple[str, ...]

    def width(self) -> int:
        """How many columns they become."""
        return len(self.levels) if self.kind == "one_hot" else 1

    def names(self, column: str) -> tuple[str, ...]:
        """The names of the columns that they become."""
        return tuple(f"{column}={level}" for level in self.levels) if self.kind == "one_hot" else (column,)

    def encode(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """`[rows] -> [rows, width]`."""
        if self.kind == "one_hot":
            return np.eye(len(self.levels))[numbers]
        return numbers[:, None].astype(np.float64)


def learn(rows: Rows, fitted: NDArray[np.int64], kinds: Mapping[str, Category]) -> dict[str, Categories]:
    """The categories of each column in the rows at `fitted`."""
    learned = {}
    for i, name in enumerate(rows.features):
        if name in kinds and name in rows.levels:
            seen = np.unique(rows.x[fitted, i].astype(np.int64))
            learned[name] = Categories(kinds[name], tuple(rows.levels[name][j] for j in seen))
    return learned


def expanded(
    rows: Rows, categories: Mapping[str, Categories], usable: NDArray[np.bool_]
) -> tuple[NDArray[Any], list[Diagnostic]]:
    """`[rows, features] -> [rows, columns]` with categories encoded; LC530 for one that training did not show.

    Arrays have no names, and their categories are encoded already.
    """
    if not categories or not rows.table:
        return rows.x, []
    columns, found = [], []
    for i, name in enumerate(rows.features):
        if name not in categories:
            columns.append(rows.x[:, i : i + 1])
            continue
        numbers, unseen = _numbers(rows, i, categories[name].levels)
        columns.append(categories[name].encode(np.maximum(numbers, 0)))
        bad = np.flatnonzero(unseen & usable)
        if len(bad):
            found.append(_unseen(rows, (int(bad[0]), i), categories[name].levels, len(bad)))
    return np.concatenate(columns, axis=1), found


def _numbers(rows: Rows, column: int, levels: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The learned number of each row's category, and which rows have one that was not learned."""
    known = {level: number for number, level in enumerate(levels)}
    default = known.get(OTHER, -1)
    table = np.array([known.get(level, default) for level in rows.levels[rows.features[column]]], dtype=np.int64)
    numbers = table[rows.x[:, column].astype(np.int64)]
    return numbers, numbers < 0


def _unseen(rows: Rows, index: tuple[int, int], levels: tuple[str, ...], count: int) -> Diagnostic:
    row, column = index
    name = rows.features[column]
    value = rows.levels[name][int(rows.x[row, column])]
    known = ", ".join(f"`{level}`" for level in levels[:8]) + (f" and {len(levels) - 8} more" * (len(levels) > 8))
    more = f", and {count - 1} more rows like it" * (count > 1)
    message = f"`{value}` is no category of `{name}` that the training rows have: {known}{more}"
    help_ = f"correct the cell, or train with rows of it, or of the category `{OTHER}`, which takes in all new ones"
    return Diagnostic("LC530", message, where=rows.places.x((row, column)), help=help_)
