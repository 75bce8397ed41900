"""Values such as -999 that stand for missing ones: repeated exactly, and far from all other values of their column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from .contract import Contract
from .moments import runs
from .rows import Places, Rows

#: Greatest and least numbers of types of integers.
LIMITS = (-32768.0, 32767.0, 65535.0, -2147483648.0, 2147483647.0, 4294967295.0)
#: From here on a value is none of a measurement, as 1e20 and the 9.96921e36 of netCDF.
HUGE = 1e15
#: How often a value repeats that is written as markers are, and one that is not.
TWICE, OFTEN = 2, 3
#: Other values that are enough to say what is far from them.
FEW = 5
#: Rows that tell most columns of positive and negative numbers.
SOME = 256


@dataclass(frozen=True, slots=True)
class Marker:
    """A value that is probably none.

    Attributes:
        value: the value.
        count: how often it is there.
        total: how many values the column has.
        least: the least of the other values.
        greatest: the greatest of the other values.
        row: the first row that has it.
    """

    value: float
    count: int
    total: int
    least: float
    greatest: float
    row: int

    def message(self, column: str, where: str) -> str:
        """What is said of it in a column."""
        others = f"its other values lie between {self.least:.6g} and {self.greatest:.6g}"
        return f"{column} is {self.value:.7g} in {self.count} of {self.total} {where}: {others}"


@dataclass(frozen=True, slots=True)
class Ends:
    """The two least and the two greatest different values of each column, of which runs of rows can be put together.

    Attributes:
        total: `[columns]` how many values there are.
        values: `[4, columns]` the least, the second least, the greatest and the second greatest; the second ones are
            known where the first may be a marker.
        counts: `[4, columns]` how often those that may be a marker are there.
        rows: `[4, columns]` the first row that has it.
    """

    total: NDArray[np.int64]
    values: NDArray[np.float64]
    counts: NDArray[np.int64]
    rows: NDArray[np.int64]

    @staticmethod
    def of(values: NDArray[Any], start: int = 0) -> Ends:
        """The ends of `values` `[rows, columns]`, NaN where one is missing; rows are counted from `start`."""
        parts = [_ends(values[run], start + (run.start or 0)) for run in runs(len(values))]
        return Ends.joined(parts)

    @staticmethod
    def joined(parts: Iterable[Ends]) -> Ends:
        """The ends of all parts together."""
        return reduce(_join, parts)

    def markers(self) -> dict[int, Marker]:
        """The columns that hold a marker."""
        found = {}
        for column in range(self.values.shape[1]):
            for end in (0, 2):
                marker = self._marker(column, end)
                if marker is not None:
                    found[column] = marker
                    break
        return found

    def _marker(self, column: int, end: int) -> Marker | None:
        value, nearest = self.values[end, column], self.values[end + 1, column]
        farthest = self.values[2 - end, column]
        count, total = int(self.counts[end, column]), int(self.total[column])
        least, greatest = min(nearest, farthest), max(nearest, farthest)
        if total - count < FEW or not np.isfinite(nearest) or not least < greatest:
            return None
        if not is_marker(value, count, least, greatest):
            return None
        row = int(self.rows[end, column])
        return Marker(float(value), count, total, float(least), float(greatest), row)


def is_marker(value: float, count: int, least: float, greatest: float) -> bool:
    """Whether a value that is there `count` times, beyond the others, is probably none.

    A negative number in a column of positive ones is one where it is written as markers are, or very far from them.
    Otherwise only what is written as markers are is one, if it is far.

    Args:
        value: the value, less than `least` or greater than `greatest`.
        count: how often it is there.
        least: the least of the other values.
        greatest: the greatest of the other values.
    """
    width, gap = greatest - least, least - value if value < least else value - greatest
    if count < TWICE:
        return False
    if abs(value) >= HUGE:
        return gap > width
    if _is_nines(value) or value in LIMITS:
        return (value < 0 <= least) or gap > (0.5 if value < 0 or value in LIMITS else 1.5) * width
    if not value < 0 <= least or count < OFTEN:
        return False
    return gap > (3 if value == -1 and least > 0 else 10) * width


def _is_nines(value: float) -> bool:
    """Whether a number is written in nines: -99, 999, -99.9, 9999; of positive numbers, prices as 99.99 are not."""
    text = f"{abs(value):.7g}"
    digits = text.replace(".", "")
    if len(digits) < 2 or set(digits) != {"9"}:
        return False
    return value < 0 or len(text.partition(".")[2]) < 2


def marked(rows: Rows, data: Data | None, contract: Contract) -> list[Diagnostic]:
    """LC553 for each feature and target that holds a marker; categories, ids and labels are passed over."""
    categories = (data.categorical or {}) if data else {}
    plain = contract.vocabulary is None and rows.x.ndim >= 2 and rows.x.size
    found = []
    if plain:
        columns = [i for i in range(rows.x.shape[-1]) if not rows.features or rows.features[i] not in categories]
        found += _marked(rows.x, columns, rows, data, contract, target=False)
    if rows.y is not None and contract.target == "values" and rows.y.ndim and rows.y.dtype.kind in "fiu":
        y = rows.y.reshape(-1, rows.y.shape[-1]) if rows.y.ndim > 1 else rows.y[:, None]
        own = [i for i in range(y.shape[-1]) if not rows.targets or not plain or rows.targets[i] not in rows.features]
        found += _marked(y, own, rows, data, contract, target=True)
    return found


def _marked(  # noqa: PLR0913 - values, and what is to be said of them
    values: NDArray[Any], columns: list[int], rows: Rows, data: Data | None, contract: Contract, *, target: bool
) -> list[Diagnostic]:
    flat = values.reshape(-1, values.shape[-1])
    names = rows.targets if target else rows.features
    markers = Ends.of(flat).markers()
    each = len(flat) // max(len(values), 1)
    return [
        diagnostic(marker, column, names, rows.places, data, each=each, target=target)
        for column, marker in markers.items()
        if column in columns and (target or marker.value != contract.mask_value)
    ]


def diagnostic(  # noqa: PLR0913 - a marker and its place
    marker: Marker, column: int, names: tuple[str, ...], places: Places, data: Data | None, *, each: int, target: bool
) -> Diagnostic:
    """LC553 for a column; `each` values of it are in one row of an array."""
    index = (marker.row // each, column) if names or each == 1 else (marker.row // each, marker.row % each, column)
    where = (places.y if target else places.x)(index if names or not target else index[:1])
    name = f"`{names[column]}`" if names else f"the {'target' if target else f'feature {column}'}"
    message = marker.message(name, "rows" if names else "values")
    return Diagnostic("LC553", message, where=where, help=advice(data, marker.value, target=target), path="")


def advice(data: Data | None, value: float, *, target: bool) -> str:
    """What to do about a marker."""
    if data is None or not data.source.table:
        array = "y" if target else "x"
        keep = f"{array} != {value:.7g}" if target else f"(x != {value:.7g}).all(axis=(1, 2))"
        return f"if it marks missing values, leave these samples out: `keep = {keep}`, then `x[keep]` and `y[keep]`"
    if data.missing != "error":
        return "if it marks missing values, leave these cells empty: `data.missing` then applies to them"
    policy = "forward_fill" if data.window else "drop"
    return f'if it marks missing values, leave these cells empty, and set `"missing": "{policy}"` in `data`'


def _ends(values: NDArray[Any], start: int) -> Ends:
    """The ends of some rows; what can be no marker is not counted, and what comes next to it not looked for."""
    rows, columns = values.shape
    total = np.full(columns, rows)
    low, high = (values.min(axis=0), values.max(axis=0)) if rows else (np.full(columns, np.nan),) * 2
    if np.isnan(low).any():
        low, high = (np.fmin.reduce(values), np.fmax.reduce(values)) if rows else (low, high)
        total = rows - np.isnan(values).sum(axis=0)
    ends = np.empty((4, columns))
    ends[0], ends[1], ends[2], ends[3] = np.fmin(low, np.inf), np.inf, np.fmax(high, -np.inf), -np.inf
    counts, first = np.zeros((2, 4, columns), np.int64)
    for end, found in ((0, low), (2, high)):
        for column, value in enumerate(found.tolist()):
            if not _is_doubtful(value, values[:SOME, column]):
                continue
            same = values[:, column] == found[column]
            counts[end, column], first[end, column] = same.sum(), start + int(same.argmax())
            others = values[~same, column]
            if len(others):
                next_ = np.fmin.reduce(others) if end == 0 else np.fmax.reduce(others)
                ends[end + 1, column] = ends[end + 1, column] if np.isnan(next_) else next_
    return Ends(total, ends, counts, first)


def _is_doubtful(value: float, some: NDArray[Any]) -> bool:
    """Whether the end of a column may be a marker: it is written as one, or is its only negative number so far."""
    if value in LIMITS or abs(value) >= HUGE:
        return True
    return _is_nines(value) or (value < 0 and not ((some < 0) & (some != value)).any())


def _join(one: Ends, other: Ends) -> Ends:
    """The ends of two runs of rows, `one` before `other`."""
    low = _merged(one, other, slice(0, 2), 1)
    high = _merged(one, other, slice(2, 4), -1)
    values, counts, rows = (np.concatenate(pair) for pair in zip(low, high, strict=True))
    return Ends(one.total + other.total, values, counts, rows)


def _merged(
    one: Ends, other: Ends, ends: slice, sign: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    values = sign * np.concatenate([one.values[ends], other.values[ends]])
    counts = np.concatenate([one.counts[ends], other.counts[ends]])
    rows = np.concatenate([one.rows[ends], other.rows[ends]])
    found = []
    for _ in range(2):
        least = values.min(axis=0)
        same = values == least
        first = np.where(same & (counts > 0), rows, np.iinfo(np.int64).max).min(axis=0)
        found.append((sign * least, np.where(same, counts, 0).sum(axis=0), first))
        values = np.where(same, np.inf, values)
    ends_, counted, first_rows = (np.array(each) for each in zip(*found, strict=True))
    return ends_, counted.astype(np.int64), first_rows.astype(np.int64)
