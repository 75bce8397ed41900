"""Deals out rows and samples to train, validation and test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data, Split
from ...spec.diagnostics import Diagnostic
from .contract import Contract
from .layout import Layout, unbroken
from .ordering import order_of
from .rows import Rows, count_of
from .series import divided
from .times import instants
from .windows import Grid

#: Stands beside the seed of a split, so that its order is not that of an epoch.
SHUFFLE = 0x5EED
#: How many blocks a table is split into if nothing else is said, and how many windows a block is long at least.
BLOCKS, LENGTHS = 50, (4, 2)


@dataclass(frozen=True, slots=True)
class Part:
    """The positions `start <= i < stop` of a part."""

    name: str
    start: int
    stop: int

    def __len__(self) -> int:
        return max(self.stop - self.start, 0)


def deal(split: Split, count: int) -> tuple[tuple[Part, ...], list[Diagnostic]]:
    """The parts of `count` rows, one after the other; LC515 when they ask for more than there is.

    >>> deal(Split(train=0.7, validation=0.1, test=0.2), 10)[0]
    (Part(name='train', start=0, stop=7), Part(name='validation', start=7, stop=8), Part(name='test', start=8, stop=10))
    """
    parts, start = [], 0
    for name, stop in split.stops(count).items():
        parts.append(Part(name, start, stop))
        start = stop
    if start <= count:
        return tuple(parts), []
    asked = ", ".join(f"{name} {size}" for name, size in split.parts.items())
    message = f"the split asks for {start} rows ({asked}), there are {count}"
    return tuple(parts), [Diagnostic("LC515", message, path="data.split", help="make a part smaller")]


@dataclass(frozen=True, slots=True)
class Dealt:
    """Rows split into parts.

    Attributes:
        rows: the rows; where they are split by blocks, each run of blocks of one part is a series of its own.
        parts: runs of rows in order, several of one name with blocks; none where samples are split one by one.
        notes: what a user should know.
    """

    rows: Rows
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def training(self) -> tuple[tuple[int, int], ...]:
        """The runs of rows of the training part."""
        return tuple((part.start, part.stop) for part in self.parts if part.name == "train")


def deal_rows(rows: Rows, data: Data, contract: Contract, seed: int) -> tuple[Dealt, list[Diagnostic]]:
    """The parts as runs of rows in order; none where samples are dealt out at random. LC515, LC516, LC529."""
    order = order_of(data, rows, contract)
    if order in ("random", "stratified"):
        return Dealt(rows), []
    if order == "blocks":
        return _by_blocks(rows, data, contract, seed)
    if data.split.form == "times":
        instants, times = rows.instants, rows.times
        assert instants is not None
        example = "" if times is None else str(times[0])
        first = lambda at: int(np.searchsorted(instants, at))  # noqa: E731
        parts, found = by_time(data.split, len(rows), instants, example, first)
    else:
        parts, found = deal(data.split, len(rows))
    return Dealt(rows, parts), found


def _by_blocks(rows: Rows, data: Data, contract: Contract, seed: int) -> tuple[Dealt, list[Diagnostic]]:
    """Blocks of successive rows, each of them of one part; those of a part that lie side by side are one run."""
    split, count = data.split, len(rows)
    _, found = deal(split, count)
    windows = unbroken(rows, data, contract)
    needs = 1 if windows is None else windows.needs
    length, shares, wrong = _block_length(split, count, needs)
    if found or wrong:
        return Dealt(rows), found + wrong
    blocks = count // length
    order = np.random.default_rng([seed, SHUFFLE]).permutation(blocks)
    names = np.full(blocks, "", dtype="U10")
    names[order] = np.repeat([*shares, ""], [*shares.values(), blocks - sum(shares.values())])
    edges = [0, *(np.flatnonzero(names[1:] != names[:-1]) + 1).tolist(), blocks]
    runs = [(str(names[a]), a * length, count if b == blocks else b * length) for a, b in pairwise(edges)]
    series = divided(rows.series, [start for _, start, _ in runs], count)
    told = ", ".join(f"{count_of(number, 'block')} for {name}" for name, number in shares.items())
    notes = [
        f"rows split into {count_of(blocks, 'block')} of {count_of(length, 'row')}, assigned randomly"
        f" (seed {seed}): {told}"
    ]
    idle = sum(stop - start for name, start, stop in runs if not name)
    notes += [f"{count_of(idle, 'row')} unused by the split"] if idle else []
    if windows is not None:
        number = np.searchsorted(
            [start for _, start, _ in runs], [windows.starts - windows.before, windows.last], "right"
        )
        notes += straddling(int((number[0] != number[1]).sum()), "rows")
    parts = tuple(Part(*run) for run in runs if run[0])
    return Dealt(replace(rows, series=series), parts, tuple(notes)), []


def _block_length(split: Split, count: int, needs: int) -> tuple[int, dict[str, int], list[Diagnostic]]:
    """Rows of a block, and how many blocks each part gets; LC529 where there are too few or they are too short."""
    least = max(count // BLOCKS, 1)
    lengths = [max(least, times * needs) for times in LENGTHS] if split.block is None else [split.block]
    shares: dict[str, int] = {}
    for length in lengths:
        shares = _shares(split, count, count // length)
        if shares:
            break
    window = f"a window spans {count_of(needs, 'row')}"
    path = "data.split" if split.block is None else "data.split.block"
    if split.block is not None and split.block < needs:
        message = f"a block of {count_of(split.block, 'row')} holds no window: {window}"
        help_ = f"use blocks of {LENGTHS[0] * needs} rows or more, or leave `block` out"
        return 0, {}, [Diagnostic("LC529", message, path=path, help=help_)]
    if not shares:
        message = (
            f"{count_of(count, 'row')} make {count_of(count // lengths[-1], 'block')} of"
            f" {count_of(lengths[-1], 'row')}, and there are {len(split.parts)} parts"
        )
        help_ = f'{window}: use a shorter one, more rows, fewer parts, or `"order": "time"`'
        return 0, {}, [Diagnostic("LC529", message, path=path, help=help_)]
    return length, shares, []


def _shares(split: Split, count: int, blocks: int) -> dict[str, int]:
    """How many of the blocks each part gets: its share of the rows, and one at least; none where there are too few."""
    stops = split.stops(count)
    ideal = dict(zip(stops, np.diff([0, *stops.values()]) * blocks / max(count, 1), strict=True))
    shares = {name: max(int(size), 1) for name, size in ideal.items()}
    whole = min(round(sum(ideal.values())), blocks)
    while sum(shares.values()) < whole:
        shares[max(shares, key=lambda name: ideal[name] - shares[name])] += 1
    while sum(shares.values()) > max(whole, len(shares)):
        shares[max((n for n in shares if shares[n] > 1), key=lambda name: shares[name] - ideal[name])] -= 1
    return shares if sum(shares.values()) <= blocks else {}


def straddling(count: int, what: str) -> tuple[str, ...]:
    """That windows were left out whose targets, or rows, do not lie in one part."""
    whose = "its" if count == 1 else "their"
    return (f"{count_of(count, 'window')} left out: {whose} {what} lie in more than one part",) if count else ()


def parts_of(parts: tuple[Part, ...], rows: int) -> NDArray[np.int64] | None:
    """`[rows]` the number of each row's part, in their order; None where samples are dealt out at random."""
    if not parts:
        return None
    return np.searchsorted([part.start for part in parts[1:]] + [parts[-1].stop], np.arange(rows), side="right")


def by_time(
    split: Split, count: int, like: NDArray[Any], example: str, first: Callable[[Any], int]
) -> tuple[tuple[Part, ...], list[Diagnostic]]:
    """Parts that begin at the first of `count` rows that is not before their time stamp; LC515, LC516.

    Args:
        split: the section of the spec.
        count: how many rows there are.
        like: numbers that order the rows, of which the kind alone counts.
        example: a time stamp as the table has them.
        first: gives the first row that is not before a moment.
    """
    starts, found = {}, []
    for name, stamp in split.stamps.items():
        moment = _moment(stamp, like)
        if moment is None:
            message = f"`{stamp}` is no time stamp as the table has them, such as `{example}`"
            help_ = "write the first time stamp of the part"
            found.append(Diagnostic("LC516", message, path=f"data.split.{name}", help=help_))
        else:
            starts[name] = first(moment)
    for (before, start), (name, later) in pairwise(starts.items()):
        if later <= start:
            message = f"`{name}` begins at `{split.stamps[name]}`, and `{before}` has no rows before it"
            help_ = "write later time stamps for later parts"
            found.append(Diagnostic("LC515", message, path=f"data.split.{name}", help=help_))
    stops = [*list(starts.values())[1:], count]
    return tuple(Part(name, start, stop) for (name, start), stop in zip(starts.items(), stops, strict=True)), found


def _moment(stamp: str, like: NDArray[Any]) -> Any:
    """The number that orders a time stamp among those of a table, a year alone being its first moment."""
    import polars as pl

    year = len(stamp) == 4 and stamp.isdecimal()
    for text in (stamp, *([f"{stamp}-01"] if year else [])):
        numbers, bad = instants(pl.Series([text], dtype=pl.String))
        if bad is None and numbers.dtype.kind == like.dtype.kind:
            return numbers[0]
    return None


def unused(parts: tuple[Part, ...], count: int, noun: str) -> tuple[str, ...]:
    """What the user should know of rows or samples before the first part and after the last."""
    if not parts:
        return ()
    ranges = ((0, parts[0].start), (parts[-1].stop, count))
    return tuple(f"{noun} {start}..{stop - 1} unused by the split" for start, stop in ranges if stop > start)


def share_out(  # noqa: PLR0913 - what is dealt out, how, and to whom
    layout: Layout, rows: Rows, parts: tuple[Part, ...], data: Data, contract: Contract, seed: int
) -> tuple[Mapping[str, NDArray[np.int64]], tuple[str, ...], list[Diagnostic]]:
    """The positions of the samples of each part.

    A sample belongs to the part that its row lies in, a window to that of all its targets. Where the
    order is random or stratified, samples are dealt out one by one instead.

    Returns:
        By part `[samples]` positions, notes, LC515 for parts without samples, and LC528 for windows that overlap
        and are dealt out one by one.
    """
    if parts:
        at = np.searchsorted([part.start for part in parts], layout.at, side="right") - 1
        inside = (at >= 0) & (layout.at < np.array([part.stop for part in parts])[at])
        whole = inside & (layout.first >= np.array([part.start for part in parts])[at])
        names = np.array([part.name for part in parts])[at]
        samples = {name: np.flatnonzero(whole & (names == name)) for name in data.split.parts}
        notes = straddling(int((inside & ~whole).sum()), "targets")
        if order_of(data, rows, contract) != "blocks":
            notes = (*unused(parts, len(rows), "rows"), *notes)
        return samples, notes, _empty(samples, parts, layout, data)
    drawn = np.random.default_rng([seed, SHUFFLE]).permutation(layout.count)
    order = order_of(data, rows, contract)
    if order == "stratified" and rows.y is not None:
        drawn = _stratified(drawn, rows.y[layout.at])
    dealt, found = deal(data.split, layout.count)
    samples = {part.name: drawn[part.start : part.stop] for part in dealt}
    if order == "stratified":
        samples = {name: np.sort(chosen) for name, chosen in samples.items()}
    how = "at random" if order == "random" else "at random within each class"
    notes = (
        *unused(dealt, layout.count, "rows" if layout.windows is None else "windows"),
        f"samples dealt out {how} with seed {seed}",
    )
    found = found or _empty(samples, dealt, layout, data) or _overlapping(samples, layout, data, order)
    return samples, notes, found


def _overlapping(samples: Mapping[str, NDArray[np.int64]], layout: Layout, data: Data, order: str) -> list[Diagnostic]:
    """LC528 where windows that share rows are dealt out one by one: what is held out is then trained on."""
    windows, window = layout.windows, data.window
    held_out = {name: chosen for name, chosen in samples.items() if name != "train"}
    if windows is None or window is None or not held_out or window.stride >= windows.needs:
        return []
    trained = windows.take(samples["train"]).covered(int(windows.last.max()) + 1)
    told = []
    for name, chosen in held_out.items():
        targets = windows.take(chosen).targets.reshape(-1)
        told.append(f"{int(trained[targets].sum())} of {count_of(len(targets), f'{name} target')}")
    message = f"windows overlap and are split one by one: {', '.join(told)} lie in training windows"
    help_ = (
        f'split by blocks of rows: `"order": "blocks"`; or use windows that share no row: `"stride": {windows.needs}`'
    )
    path = "data.split.order" if data.split.order else "data.split"
    assert order in ("random", "stratified")
    return [Diagnostic("LC528", message, path=path, help=help_)]


def _stratified(drawn: NDArray[np.int64], labels: NDArray[Any]) -> NDArray[np.int64]:
    """An order of which the beginnings have the classes in about the same shares as the whole.

    The sample that is the i-th of the n of its class stands at `(i + 1/2) / n` of the whole.
    """
    _, ids, counts = np.unique(labels[drawn], axis=0, return_inverse=True, return_counts=True)
    ids = ids.reshape(-1)
    by_class = np.argsort(ids, kind="stable")
    rank = np.empty(len(ids), dtype=np.int64)
    rank[by_class] = np.arange(len(ids)) - np.repeat(np.cumsum(counts) - counts, counts)
    return drawn[np.argsort((rank + 0.5) / counts[ids], kind="stable")]


def _empty(
    samples: Mapping[str, NDArray[np.int64]], parts: tuple[Part, ...], layout: Layout, data: Data
) -> list[Diagnostic]:
    counts = {name: len(chosen) for name, chosen in samples.items()}
    return without_samples(counts, parts, layout.windows, data)


def without_samples(
    counts: Mapping[str, int], parts: tuple[Part, ...], windows: Grid | None, data: Data
) -> list[Diagnostic]:
    """LC515 for each part that has none of the `windows`, or of the rows."""
    found = []
    for name in dict.fromkeys(part.name for part in parts):
        if counts[name]:
            continue
        size, rows = getattr(data.split, name), sum(len(part) for part in parts if part.name == name)
        message = f"`{name}` ({size}) has {count_of(rows, 'row')} and no sample"
        if windows is not None:
            targets = windows.timesteps if windows.each else windows.steps
            lie = "its target, which lies" if targets == 1 else f"its {targets} targets, which all lie"
            message += f": a window needs {windows.needs} rows up to {lie} in the part"
        elif not rows:
            message += ": it needs 1 row"
        help_ = "use another split, a shorter window, or more data"
        found.append(Diagnostic("LC515", message, path=f"data.split.{name}", help=help_))
    return found
