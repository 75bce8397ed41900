"""Deals out rows and samples to train, validation and test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data, Split
from ...spec.diagnostics import Diagnostic
from .contract import Contract
from .layout import Layout
from .ordering import order_of
from .rows import Rows, count_of
from .times import instants

#: Stands beside the seed of a split, so that its order is not that of an epoch.
SHUFFLE = 0x5EED


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


def deal_rows(rows: Rows, data: Data, contract: Contract) -> tuple[tuple[Part, ...], list[Diagnostic]]:
    """The parts as runs of rows in order; none where samples are dealt out at random. LC515, LC516."""
    if order_of(data, rows, contract) in ("random", "stratified"):
        return (), []
    if data.split.form == "times":
        instants, times = rows.instants, rows.times
        assert instants is not None
        example = "" if times is None else str(times[0])
        return by_time(data.split, len(rows), instants, example, lambda at: int(np.searchsorted(instants, at)))
    return deal(data.split, len(rows))


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

    A sample belongs to the part that its row lies in, a window to that of its last target. Where the
    order is random or stratified, samples are dealt out one by one instead.

    Returns:
        By part `[samples]` positions, notes, and LC515 for parts without samples.
    """
    if parts:
        samples = {p.name: np.flatnonzero((layout.at >= p.start) & (layout.at < p.stop)) for p in parts}
        return samples, unused(parts, len(rows), "rows"), _empty(samples, parts, layout, data)
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
    return samples, notes, found or _empty(samples, dealt, layout, data)


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
    return without_samples(counts, parts, layout.windows.needs if layout.windows else None, data)


def without_samples(
    counts: Mapping[str, int], parts: tuple[Part, ...], needs: int | None, data: Data
) -> list[Diagnostic]:
    """LC515 for each part that has none; windows need `needs` rows."""
    found = []
    for part in parts:
        if counts[part.name]:
            continue
        size = getattr(data.split, part.name)
        message = f"`{part.name}` ({size}) has {count_of(len(part), 'row')} and no sample"
        if needs is not None:
            message += f": a window needs {needs} rows up to its target, which lies in the part"
        elif not len(part):
            message += ": it needs 1 row"
        help_ = "use another split, a shorter window, or more data"
        found.append(Diagnostic("LC515", message, path=f"data.split.{part.name}", help=help_))
    return found
