"""The first reading of a source: every cell is checked, and what must be known before the first batch is learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....spec.data import Data, Fill, Time
from ....spec.errors import DataError
from ..assembly import stop
from ..checks import check_ids, check_input, check_target, window_target
from ..contract import Contract
from ..fingerprints import Fingerprint
from ..layout import lay_out
from ..missing import Filled, told
from ..padding import Steps, check_padding, padding_of
from ..padding import told as padding_told
from ..recognition import FileSpan, by_file, overlapping, why_twice, windows_cross
from ..rows import Rows, TablePlaces, count_of
from ..series import borders_note
from ..split import Part, by_time, deal
from ..tables import Demand, Table, TablesLook, looked_at, rows_of
from ..times import stamps_of
from ..windows import possible
from .blocks import blocks_of
from .course import Course
from .facts import Facts, Read
from .reading import Reading

#: Rows in which several series are looked for, and the blocks on both sides of a mistake that tell its cause.
CHECKED, NEAR = 2_000_000, 2
_NOWHERE = TablePlaces((), (), lambda row: ("", row))


@dataclass(frozen=True, slots=True)
class Survey:
    """What the first reading has learned of a source.

    Attributes:
        reading: how its rows are read.
        facts: of each block.
        fingerprint: of all rows.
        course: how time goes on, where it orders the rows.
        missing: `[features]` how many values were filled.
        top: the rows of the first block.
    """

    reading: Reading
    facts: tuple[Facts, ...]
    fingerprint: str
    course: Course | None
    missing: NDArray[np.int64]
    top: Rows

    @property
    def samples(self) -> int:
        """Number of samples of all rows."""
        return sum(facts.samples for facts in self.facts)

    @property
    def spans(self) -> tuple[FileSpan, ...]:
        """The first and the last moment of each file, where time orders the rows."""
        return tuple(self.course.files.values()) if self.course else ()

    def parts(self) -> tuple[Part, ...]:
        """The parts of the split as runs of rows; stops at LC515 and LC516."""
        split, reading, course = self.reading.data.split, self.reading, self.course
        if split.form == "times":
            assert course is not None
            parts, found = by_time(
                split,
                reading.count,
                course.like,
                course.example,
                lambda moment: course.first(moment, self._instants, reading.starts),
            )
        else:
            parts, found = deal(split, reading.count)
        stop(found)
        return parts

    def _instants(self, block: int) -> NDArray[Any]:
        reading = self.reading
        instants = rows_of([reading.tables[block]], reading.data, reading.demand).instants
        assert instants is not None
        return instants

    def again(self) -> Reading:
        """How its rows are read from now on: their time stamps are known."""
        features, targets = self.top.features, self.top.targets
        data = self.reading.data.model_copy(update={"time": None, "features": features})
        demand = replace(self.reading.demand, features=features, targets=targets)
        return replace(self.reading, data=data, demand=demand)

    def of(self, part: Part) -> tuple[Facts, ...]:
        """The facts of a part, block by block.

        A block that it has only a share of is read again, and so are those at its beginning whose windows have
        targets in an earlier part.
        """
        reading, found = self.again(), []
        own = part.start + reading.targets - 1 if part.start > reading.begin else part.start
        for facts in self.facts:
            start, end = max(facts.start, part.start), min(facts.stop, part.stop)
            if (start, end) == (facts.start, facts.stop) and start >= own:
                found.append(facts)
            elif start < end:
                span = reading.span(start, end)
                samples, every = (len(span.samples(start, end, begin)) for begin in (part.start, 0))
                whole = Facts.of(span, samples, start, end)
                found.append(replace(whole, straddling=every - samples))
        return tuple(found)

    def notes(self) -> tuple[str, ...]:
        """What was done to the rows that a user should know."""
        data = self.reading.data
        notes = list(self.course.notes()) if self.course and data.window else []
        every, crossing = self._possible()
        padded: tuple[str, ...] = ()
        if len(self.reading.borders) > 1 and data.window:
            notes.append(borders_note(len(self.reading.borders), crossing))
        if isinstance(data.missing, Fill):
            notes += told(self.missing, self.top.features, f"filled with {data.missing.fill:g}")
        dropped = sum(facts.dropped for facts in self.facts) - self.reading.begin
        if dropped > 0:
            why = "for missing values" if data.missing == "drop" else "whose missing values cannot be filled"
            notes.append(f"{count_of(dropped, 'row')} dropped {why}")
        if self.reading.masked is not None:
            padding, steps = (sum(facts.padding[i] for facts in self.facts) for i in (0, 1))
            padded = padding_told(padding, steps, self.reading.masked)
        lost = every - self.samples
        if dropped > 0 and data.window and lost > 0:
            notes.append(f"{count_of(lost, 'window')} lost to dropped rows")
        return (*notes, *padded)

    def _possible(self) -> tuple[int, int]:
        """How many windows there are if all rows may be read, and how many more if series did not end."""
        window, reading = self.reading.data.window, self.reading
        if window is None:
            return 0, 0
        ends = (*reading.borders[1:], reading.count)
        lengths = [stop - max(start, reading.begin) for start, stop in zip(reading.borders, ends, strict=True)]
        every = sum(possible(length, reading.needs, window.stride) for length in lengths)
        return every, possible(sum(lengths), reading.needs, window.stride) - every


def survey(data: Data, contract: Contract, base: Path, demand: Demand, *, begin: int = 0) -> Survey:
    """Reads a source once; samples are counted from the row `begin` on.

    Raises:
        DataError: at the first block in which something is wrong.
    """
    scout = _Scout(Reading(data, contract, demand, begin=begin))
    blocks = blocks_of(data.source, base)
    for table in blocks:
        rows = rows_of([table], data, demand)
        if rows.y is not None and rows.y.dtype.kind == "U" and not demand.text:
            return survey(data, contract, base, replace(demand, text=True), begin=begin)
        try:
            scout.add(table, rows)
        except DataError as error:
            raise scout.explained(error, [table, *blocks]) from error
    return scout.survey()


class _Scout:
    """A survey in progress."""

    def __init__(self, reading: Reading) -> None:
        """Knows no rows yet."""
        data = reading.data
        by_time_ = data.window is not None or data.split.order in (None, "time")
        self._reading = reading
        self._course = Course(data) if by_time_ and data.time is not None else None
        self._tables: list[Table] = []
        self._starts = [0]
        self._facts: list[Facts] = []
        self._print = Fingerprint()
        self._missing = np.zeros(1, np.int64)
        self._file, self._begun = "", False
        self._top: Rows | None = None
        self._tail = np.zeros(0, np.bool_)

    def add(self, table: Table, rows: Rows) -> None:
        """The next block; its checks stop at what is wrong with it."""
        if self._top is None:
            self._top = rows
            _check_shapes(rows, self._reading)
        stop(check_ids(rows, self._reading.contract))
        self._print.add(rows)
        if self._course:
            self._course.add(rows, table.name)
        self._missing = self._missing + np.isnan(rows.x).sum(axis=0)
        begins = self._starts[-1]
        if self._reading.data.time is None and len(rows) and table.name != self._file:
            self._next_series(begins)
            self._file = table.name
        self._tables.append(table)
        self._starts.append(begins + len(rows))
        self._facts.append(self._learn(rows, begins))

    def explained(self, error: DataError, rest: Sequence[Table]) -> DataError:
        """The error, with its cause where time does not go on: files that overlap, several series, a clock set back."""
        found, time = error.diagnostics[0], self._reading.data.time
        if found.code not in ("LC517", "LC551") or time is None or self._course is None:
            return error
        files = self._course.files
        own = [table for table in rest if table.name == rest[0].name]
        spans = [*files.values(), *filter(None, (_span(table, time) for table in own))]
        if self._reading.data.window is not None and len(files) and rest[0].name not in files:
            overlap = overlapping(by_file(spans))
            if overlap:
                return DataError(overlap)
        look = TablesLook((*self._tables[-NEAR:], *rest[:NEAR]), ())
        _, numbers, wrong = stamps_of(look.frame(time.names), time, _NOWHERE)
        order = np.argsort(numbers, kind="stable")
        twice = np.flatnonzero(np.diff(numbers[order]) == 0)
        if wrong or not len(twice):
            return error
        pairs = np.sort(np.stack([order[twice], order[twice + 1]], axis=1))
        return DataError([replace(found, help=why_twice(look, numbers, pairs, self._reading.data))])

    def _next_series(self, begins: int) -> None:
        """Without time, a file is a series of its own."""
        if begins:
            reading, self._begun = self._reading, False
            borders, firsts = (*reading.borders, begins), (*reading.firsts, begins)
            self._reading = replace(reading, borders=borders, firsts=firsts)

    def _learn(self, rows: Rows, begins: int) -> Facts:
        """The facts of the block, whose windows reach back into the one before."""
        filled = self._reading.fill(rows, begins)
        if not self._begun and filled.usable.any():
            self._begun, firsts = True, self._reading.firsts
            first = begins + int(filled.usable.argmax())
            self._reading = replace(self._reading, firsts=(*firsts[:-1], first))
        samples = int(filled.usable.sum())
        if self._reading.data.window is not None:
            usable = np.concatenate([self._tail, filled.usable])
            tail = len(self._tail)
            windows = self._reading.windows(usable, begins - tail)
            samples = 0 if windows is None else int((windows.last >= tail).sum())
            self._tail = usable[max(len(usable) - self._reading.needs + 1, 0) :]
        return Facts.of(Read(begins, filled, self._padding(filled)), samples, begins, begins + len(rows))

    def _padding(self, filled: Filled) -> Steps | None:
        """Which timesteps are padding; stops at LC538."""
        reading, masked = self._reading, self._reading.masked
        if masked is None:
            return None
        rows = filled.rows
        layout, _ = lay_out(rows, filled.usable, rows.x.shape[1], reading.data, reading.contract, ahead=False)
        padding = padding_of(rows, layout, masked)
        stop(check_padding(padding, rows, filled.usable, masked))
        return padding

    def _check_series(self) -> None:
        """Stops where windows without `time` would mix series, which the first rows tell."""
        blocks = int(np.searchsorted(self._starts, CHECKED)) or 1
        tables, counts = self._tables[:blocks], np.diff(self._starts[: blocks + 1]).tolist()
        assert self._top is not None
        rows = replace(self._top, x=np.empty((sum(counts), 0)))
        data = self._reading.data
        stop(windows_cross(looked_at(rows, tables, counts, data), data, self._reading.contract))

    def survey(self) -> Survey:
        """What was learned."""
        assert self._top is not None
        self._check_series()
        reading = replace(self._reading, tables=tuple(self._tables), starts=tuple(self._starts))
        return Survey(reading, tuple(self._facts), self._print.text(), self._course, self._missing, self._top)


def _span(table: Table, time: Time) -> FileSpan | None:
    """The span of a block; None where it has no rows, or a time stamp that cannot be read."""
    times, numbers, wrong = stamps_of(table.load(time.names), time, _NOWHERE)
    return None if wrong or not len(numbers) else FileSpan.of(table.name, numbers, times)


def _check_shapes(rows: Rows, reading: Reading) -> None:
    """Stops where samples or targets are not what the model reads, which one block of rows tells."""
    data, contract = reading.data, reading.contract
    usable = np.ones(len(rows), np.bool_)
    layout, unfit = lay_out(rows, usable, rows.x.shape[1], data, contract, ahead=False)
    found = [d for d in unfit if d.code != "LC515"] or check_input(layout.shape, contract, rows, data)
    assert rows.y is not None
    shape = rows.y.shape
    if layout.windows is not None:
        shape = window_target(shape, layout.windows, contract)
    stop([*found, *check_target(shape, (len(rows), *layout.axes), contract, rows)])
