"""Missing values: filled along the rows of a series or the timesteps of a sample; what cannot be filled is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data, Fill
from .contract import Contract
from .header import arranged
from .rows import Rows, count_of
from .series import bounds_of

#: How many columns a message lists one by one.
LISTED = 5

Mask = NDArray[np.bool_]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Filled:
    """Rows without missing values.

    Attributes:
        rows: the rows; one that is not usable holds the values of another.
        usable: `[rows]` whether a row may be read.
        notes: what was filled and what was left out.
    """

    rows: Rows
    usable: Mask
    notes: tuple[str, ...] = ()


def fill(rows: Rows, data: Data | None, contract: Contract, parts: NDArray[np.int64] | None) -> Filled:
    """What `data.missing` says is done about values that are not there.

    Series are filled along their rows, never from one series into the next; samples of their own along their
    timesteps. `forward_fill` repeats
    the value before. `interpolate` draws a line between the values on both sides; where the next one lies
    in a later part of the split, or there is none, it repeats the value before. Categories are repeated
    in both cases. Targets are filled where they are values of a series, and labels never. A row that still
    lacks a value (before the first known one, with `drop` any) is not usable: no sample reads it.

    Args:
        rows: rows in order, NaN where a value is missing and an empty text where a label is.
        data: the section of the spec; None for arrays handed in, which have to be whole.
        contract: what the model demands.
        parts: `[rows]` the part that each row belongs to, counted in their order; None for one part.
    """
    everything = np.ones(len(rows.x) if rows.x.ndim else 0, dtype=bool)
    if data is None or data.missing == "error" or not rows.x.ndim:
        return Filled(rows, everything)
    notes: list[str] = []
    x, y = rows.x, rows.y
    if y is not None and (not y.ndim or len(y) != len(x)):
        return Filled(rows, everything)  # told by the checks of shapes
    if data.missing != "drop":
        x = _inputs(rows, data, parts, notes)
        series = data.window is not None and contract.target == "values"
        if series and y is not None and y.dtype.kind == "f" and y.ndim <= 2:
            columns = y[:, None] if y.ndim == 1 else y
            told = [] if set(rows.targets) <= set(rows.features) else notes
            along = _Along(parts, rows.series)
            y = _filled(columns[None], data.missing, along, (), rows.targets, told)[0].reshape(y.shape)
    usable = everything & ~_absent(x) & ~_absent(y) & ~_absent(rows.weight)
    rows = replace(rows, x=x, y=y)
    lost = int((~usable).sum())
    if not lost:
        return Filled(rows, usable, tuple(notes))
    why = "for missing values" if data.missing == "drop" else "whose missing values cannot be filled"
    notes.append(f"{count_of(lost, 'row')} dropped {why}")
    return Filled(_covered(rows, usable), usable, tuple(notes))


def _inputs(rows: Rows, data: Data, parts: NDArray[np.int64] | None, notes: list[str]) -> NDArray[Any]:
    """The inputs, filled: a series along its rows, a sample of its own along its timesteps."""
    x = rows.x
    if x.dtype.kind != "f" or x.ndim < 2:
        return x
    series = x.ndim == 2 and data.window is not None
    runs = x[None] if series else x.reshape(len(x), _timesteps(x, data), -1)
    names = rows.features if runs.shape[-1] == len(rows.features) else ()
    categories = tuple(i for i, name in enumerate(names) if name in rows.levels)
    along = _Along(parts, rows.series) if series else _Along()
    filled = _filled(runs, data.missing, along, categories, names, notes)
    return filled.reshape(x.shape)


def _timesteps(x: NDArray[Any], data: Data) -> int:
    """How many timesteps a sample has along which it can be filled."""
    if x.ndim > 2:
        return int(x.shape[1])
    axes = arranged(data, x.shape[1])
    return axes[0] if axes else 1


@dataclass(frozen=True, slots=True)
class _Along:
    """What limits how far a value may reach: `[steps]` the part and the series of each; None for a single one."""

    parts: NDArray[np.int64] | None = None
    series: NDArray[np.int64] | None = None


def _filled(  # noqa: PLR0913 - one call from two places
    runs: Values,
    policy: str | Fill,
    along: _Along,
    categories: tuple[int, ...],
    names: tuple[str, ...],
    notes: list[str],
) -> Values:
    """`[runs, steps, columns]` with the gaps of every run filled, as far as can be."""
    missing = np.isnan(runs)
    if not missing.any():
        return runs
    line = np.full(runs.shape, np.nan)
    if isinstance(policy, Fill):
        line = np.where(missing, policy.fill, np.nan)
    elif policy == "interpolate":
        line = _line(runs, missing, along)
    line[..., list(categories)] = np.nan
    rest = runs if isinstance(policy, Fill) else _forward(runs, missing, along.series)
    result = np.where(missing & ~np.isnan(line), line, rest)
    forward = missing & np.isnan(line) & ~np.isnan(result)
    how = f"filled with {policy.fill:g}" if isinstance(policy, Fill) else "interpolated"
    notes += [*_told(missing & ~np.isnan(line), names, how), *_told(forward, names, "filled forward")]
    return result


def _forward(runs: Values, missing: Mask, series: NDArray[np.int64] | None) -> Values:
    """The last known value before each gap; NaN where there is none in the same series."""
    before = _before(missing)
    if series is not None:
        before = np.maximum(before, bounds_of(series)[0][None, :, None])  # which is missing itself
    return np.take_along_axis(runs, np.maximum(before, 0), axis=1)


def _before(missing: Mask) -> NDArray[np.int64]:
    """The last known step up to each step; -1 where there is none."""
    steps = np.arange(missing.shape[1])[None, :, None]
    return np.maximum.accumulate(np.where(missing, -1, steps), axis=1)


def _line(runs: Values, missing: Mask, along: _Along) -> Values:
    """Values between the known ones on both sides; NaN where one is not there, or is of a later part."""
    length = missing.shape[1]
    steps = np.arange(length)[None, :, None]
    left = _before(missing)
    right = length - 1 - _before(missing[:, ::-1])[:, ::-1]
    first, stop = (0, length) if along.series is None else (b[None, :, None] for b in bounds_of(along.series))
    inside = (left >= first) & (right < stop)
    left, right = np.maximum(left, 0), np.minimum(right, length - 1)
    if along.parts is not None:
        inside &= along.parts[right] <= along.parts[steps]
    low, high = (np.take_along_axis(runs, at, axis=1) for at in (left, right))
    share = (steps - left) / np.maximum(right - left, 1)
    return np.where(inside, low + (high - low) * share, np.nan)


def _told(where: Mask, names: tuple[str, ...], how: str) -> list[str]:
    return told(where.sum(axis=(0, 1)), names, how)


def told(counts: NDArray[np.int64], names: tuple[str, ...], how: str) -> list[str]:
    """A note for each of the first columns of which values were filled, and one for all others."""
    columns = np.flatnonzero(counts)
    if not names:
        return [f"{count_of(int(counts.sum()), 'value')} {how}"] if len(columns) else []
    notes = [f"{count_of(int(counts[i]), 'value')} of `{names[i]}` {how}" for i in columns[:LISTED]]
    rest = columns[LISTED:]
    if len(rest):
        notes.append(f"{count_of(int(counts[rest].sum()), 'value')} of {count_of(len(rest), 'other column')} {how}")
    return notes


def _absent(values: NDArray[Any] | None) -> Mask:
    """`[rows]` whether a value of the row is missing; one False where none can be."""
    if values is None or values.dtype.kind not in "fU" or not values.size:
        return np.zeros(1, dtype=bool)
    missing: Mask = np.isnan(values) if values.dtype.kind == "f" else values == ""
    rows = missing.reshape(len(values), -1)
    return np.asarray(rows.any(axis=1), dtype=bool)


def _covered(rows: Rows, usable: Mask) -> Rows:
    """Rows that are not usable hold the values of one that is, so that later checks find nothing in them."""
    if not usable.any():
        y = None if rows.y is None else np.zeros_like(rows.y)
        return replace(rows, x=np.zeros_like(rows.x), y=y, weight=None)
    source = np.where(usable, np.arange(len(usable)), int(usable.argmax()))
    y, weight = (None if part is None else part[source] for part in (rows.y, rows.weight))
    return replace(rows, x=rows.x[source], y=y, weight=weight)
