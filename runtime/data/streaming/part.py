"""A part of streamed data: its samples are known by number, and read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import prod

import numpy as np

from ..assembly import Material, encode, take
from ..contract import Contract
from ..encoding import Encoding
from ..samples import Samples
from .ahead import ahead
from .facts import Facts
from .reading import Reading

#: Bytes that the rows of a chunk take as numbers; while one is read, its text and copies take several times that.
CHUNK = 12 * 2**20
#: Parts that take no more than this many times a chunk are held in memory.
HELD = 4


@dataclass(frozen=True, slots=True)
class Streamed:
    """The samples of one part, in order of time or of the file.

    Attributes:
        reading: how its rows are read.
        facts: of its rows, block by block.
        encoding: how samples are encoded.
        fingerprint: of the data.
        notes: what was done to the data that a user should know.
    """

    reading: Reading
    facts: tuple[Facts, ...]
    encoding: Encoding
    fingerprint: str
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return sum(facts.samples for facts in self.facts)

    @property
    def small(self) -> bool:
        """Whether it fits into memory beside the chunks of other parts."""
        return len(self) * self._size <= HELD * CHUNK

    def spans(self, batch_size: int) -> list[tuple[int, int]]:
        """The samples of each chunk, first and past the last: whole batches, but in the last chunk."""
        count = max(CHUNK // self._size // batch_size, 1) * batch_size
        return [(start, min(start + count, len(self))) for start in range(0, len(self), count)]

    def samples(self, first: int, past: int) -> Samples:
        """The samples `first <= i < past`, encoded; windows are a view of their rows.

        Raises:
            DataError: the file has changed since it was read first.
        """
        counts = list(accumulate((facts.samples for facts in self.facts), initial=0))
        low = int(np.searchsorted(counts, first, side="right")) - 1
        high = int(np.searchsorted(counts, past, side="left"))
        start, stop = self.facts[low].start, self.facts[high - 1].stop
        span = self.reading.span(start, stop)
        rows, usable = span.filled.rows, span.filled.usable
        source = np.arange(span.begins, span.begins + len(rows), dtype=np.int64)
        padding = None if self.encoding.masked is None else span.padding
        material = Material(rows, source, usable, span.layout, self.fingerprint, self.notes, padding)
        chosen = span.samples(start, stop, self.facts[0].start)[first - counts[low] : past - counts[low]]
        return take(encode(material, self.encoding, self.contract, []), chosen)

    def whole(self) -> Samples:
        """All samples at once."""
        return self.samples(0, len(self))

    def in_order(self, batch_size: int) -> Iterator[Samples]:
        """The samples in chunks, one of which is read ahead."""
        return ahead(lambda span: self.samples(*span), self.spans(batch_size))

    @property
    def contract(self) -> Contract:
        """What the model demands."""
        return self.reading.contract

    @property
    def _size(self) -> int:
        """Bytes of a sample: of its own rows, its targets and what they are compared with, as they are prepared.

        Windows between dropped rows, and of several series, are not evenly spaced, so that they are copied.
        """
        window, columns = self.reading.data.window, len(self.encoding.columns) + len(self.encoding.targets)
        targets = 24 * prod(axis or 1 for axis in self.contract.output)
        if window is None:
            return 8 * columns + targets
        uneven = any(facts.dropped for facts in self.facts) or len(self.reading.borders) > 1
        copied = window.timesteps if uneven else 0
        return 8 * columns * (window.stride + copied) + targets
