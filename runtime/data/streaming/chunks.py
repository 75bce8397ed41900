"""A streamed part as an engine trains on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...engines import Pair
from ..samples import Samples
from .ahead import ahead
from .part import Streamed


@dataclass(frozen=True, slots=True)
class Chunks:
    """The samples of an epoch, chunk by chunk, while the next one is read.

    A chunk is a run of successive samples. With `shuffle` the chunks come in an order of `default_rng([seed, epoch])`,
    a last one that is no multiple of the batch size at the end; within a chunk the engine shuffles.

    Attributes:
        part: the samples.
        batch_size: every chunk but the last has a multiple of it.
        seed: decides the order together with the epoch.
        shuffle: whether epochs have an order of their own.
        weigh: how much each sample counts.
    """

    part: Streamed
    batch_size: int
    seed: int
    shuffle: bool
    weigh: Callable[[Samples], NDArray[np.float32] | None]

    @property
    def count(self) -> int:
        """Samples of one epoch."""
        return len(self.part)

    def chunks(self, epoch: int) -> Iterator[Pair]:
        """The chunks in training order.

        Raises:
            DataError: the file has changed since it was read first.
        """
        spans = self.part.spans(self.batch_size)
        if self.shuffle:
            rest = [] if self.count % self.batch_size == 0 else [spans.pop()]
            order = np.random.default_rng([self.seed, epoch]).permutation(len(spans))
            spans = [spans[i] for i in order] + rest
        return ahead(self._pair, spans)

    def _pair(self, span: tuple[int, int]) -> Pair:
        samples = self.part.samples(*span)
        y: NDArray[Any] | None = samples.y
        assert y is not None
        return Pair(samples.x, y, self.weigh(samples))
