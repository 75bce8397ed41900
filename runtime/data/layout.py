"""How rows become samples: their order, the windows or axes, and which sample belongs to which part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from .checks import check_batches
from .contract import Contract
from .header import arranged
from .rows import Rows, count_of
from .split import Part, deal, size_of
from .windows import Grid, grid

SHUFFLE = 0x5EED


@dataclass(frozen=True, slots=True)
class Layout:
    """The samples that rows make.

    Attributes:
        count: how many samples there are.
        axes: axes of a sample.
        windows: where the windows lie in ordered rows; `None` when each row is a sample.
    """

    count: int
    axes: tuple[int, ...]
    windows: Grid | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """`(samples, *axes)`."""
        return (self.count, *self.axes)


def lay_out(rows: Rows, data: Data | None, *, ahead: bool) -> tuple[Layout, list[Diagnostic]]:
    """The samples of `rows`; LC508 for columns that cannot be divided into timesteps, LC515 for too few rows.

    Arrays with three axes and more are samples already. With `ahead`, windows whose target is not
    yet known are kept.
    """
    shape = rows.x.shape
    if data is None or len(shape) != 2:
        return Layout(shape[0] if shape else 0, shape[1:]), _enough(shape)
    axes = arranged(data, shape[1])
    if data.window is None:
        if axes is None and data.arrange is not None:
            message = f"{shape[1]} columns cannot be divided into {data.arrange.timesteps} timesteps"
            return Layout(shape[0], shape[1:]), [Diagnostic("LC508", message, path="data.arrange.timesteps")]
        return Layout(shape[0], axes or shape[1:]), _enough(shape)
    assert axes is not None
    windows = grid(shape[0], data.window, ahead=ahead)
    layout = Layout(len(windows), axes, windows)
    if layout.count:
        return layout, []
    needs = data.window.timesteps + (0 if ahead else data.window.horizon)
    message = (
        f"a window of {count_of(data.window.timesteps, 'timestep')} needs {count_of(needs, 'row')} up to its target, "
        f"there are {shape[0]}"
    )
    return layout, [Diagnostic("LC515", message, path="data.window", help="use a shorter window, or more data")]


def _enough(shape: tuple[int, ...]) -> list[Diagnostic]:
    return [Diagnostic("LC515", "there are no samples", path="data.source")] if shape and not shape[0] else []


def in_order(rows: Rows, data: Data, *, split: bool) -> tuple[NDArray[np.int64], tuple[str, ...], list[Diagnostic]]:
    """The order of the rows: by time for windows and splits by time, else the source's.

    Returns:
        `[rows]` the source row at each place, notes, and LC503 or LC517.
    """
    same = np.arange(len(rows), dtype=np.int64)
    windowed = data.window is not None and rows.x.ndim == 2
    wanted = windowed or (split and order_of(data) == "time")
    if not wanted:
        return same, (), []
    if rows.instants is None:
        if windowed:
            return same, (), []
        message = "the split is in order of time, and `data.time` names no column of a table"
        return same, (), [Diagnostic("LC503", message, path="data.split.order", help='use `"order": "file"`')]
    order = np.argsort(rows.instants, kind="stable").astype(np.int64)
    ordered = rows.instants[order]
    twice = np.flatnonzero(ordered[1:] == ordered[:-1])
    if len(twice):
        return order, (), [_twice(rows, data, order[twice[0] : twice[0] + 2], len(twice))]
    moved = int((order != same).sum())
    return order, ((f"{count_of(moved, 'row')} reordered by time",) if moved else ()), []


def _twice(rows: Rows, data: Data, pair: NDArray[np.int64], count: int) -> Diagnostic:
    assert rows.times is not None
    one, other = sorted(int(row) for row in pair)
    lines = rows.places.number(one), rows.places.number(other)
    more = f"; {count - 1} more pairs like it" if count > 1 else ""
    message = f"rows {lines[0]} and {lines[1]} have the same time stamp, `{rows.times[one]}`{more}"
    columns = data.time.names if data.time else ()
    noun = "columns" if len(columns) > 1 else "column"
    where = f"{rows.places.row(other)}, {noun} {', '.join(f'`{name}`' for name in columns)}"
    return Diagnostic("LC517", message, where=where, help="remove one of the rows", path="data.time")


def order_of(data: Data) -> str:
    """The order in which rows are dealt out."""
    return data.split.order or ("time" if data.time or data.window else "file")


@dataclass(frozen=True, slots=True)
class Shares:
    """Who gets what.

    Attributes:
        samples: by part, `[samples]` positions of its samples.
        fitted: `[rows]` positions, in order, of the rows that scalers and classes are fitted on.
        notes: what the user should know.
    """

    samples: Mapping[str, NDArray[np.int64]]
    fitted: NDArray[np.int64]
    notes: tuple[str, ...]


def share_out(layout: Layout, rows: Rows, data: Data, seed: int) -> tuple[Shares, list[Diagnostic]]:
    """Deals samples out to parts: windows by the row of their target, others one by one."""
    windows, random = layout.windows, order_of(data) == "random"
    by_rows = windows is not None and not random
    count = len(rows) if by_rows else layout.count
    parts, found = deal(data.split, count)
    notes = _unused(parts, count, "rows" if by_rows or windows is None else "windows")
    if random:
        drawn = np.random.default_rng([seed, SHUFFLE]).permutation(layout.count)
        notes += (f"samples dealt out at random with seed {seed}",)
    else:
        drawn = np.arange(layout.count)
    if by_rows and windows is not None:
        target = windows.targets
        samples = {part.name: np.flatnonzero((target >= part.start) & (target < part.stop)) for part in parts}
    else:
        samples = {part.name: drawn[part.start : part.stop] for part in parts}
    train = samples["train"]
    if windows is None:
        fitted = train
    elif random:
        fitted = np.flatnonzero(windows.take(train).covered(len(rows)))
    else:
        fitted = np.arange(parts[0].start, min(parts[0].stop, len(rows)))
    return Shares(samples, fitted, notes), found or _empty_parts(samples, parts, layout, data)


def _unused(parts: tuple[Part, ...], count: int, noun: str) -> tuple[str, ...]:
    rest = count - parts[-1].stop
    return (f"{noun} {parts[-1].stop}..{count - 1} unused by the split",) if rest > 0 else ()


def _empty_parts(
    samples: Mapping[str, NDArray[np.int64]], parts: tuple[Part, ...], layout: Layout, data: Data
) -> list[Diagnostic]:
    found = []
    for part in parts:
        if len(samples[part.name]):
            continue
        message = f"`{part.name}` ({size_of(data.split, part.name)}) has {count_of(len(part), 'row')} and no sample"
        if layout.windows is not None and data.window is not None:
            needs = data.window.timesteps + data.window.horizon
            message += f": a window needs {needs} rows up to its target, which lies in the part"
        else:
            message += ": it needs 1 row"
        help_ = "use another split, a shorter window, or more data"
        found.append(Diagnostic("LC515", message, path=f"data.split.{part.name}", help=help_))
    return found


def check_parts(shares: Shares, contract: Contract) -> list[Diagnostic]:
    """LC527 for each part that a stateful model cannot read in whole batches."""
    return [d for name, samples in shares.samples.items() for d in check_batches(name, len(samples), contract)]
