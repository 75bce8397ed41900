"""The results: samples of one part, and all parts of a data set with the encoding fitted on the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...spec.diagnostics import Diagnostic
from .encoding import Encoding
from .seasons import Past
from .stamps import Time, Times

if TYPE_CHECKING:
    from .streaming.part import Streamed


@dataclass(frozen=True, slots=True)
class Samples:
    """What a model reads and is compared with, in order of time or of the file.

    Attributes:
        x: `[samples, timesteps, features]` float32, scaled. For windows a strided view of the rows.
        y: the encoded target: float32 `[samples, *output]`, or int32 `[samples, …]` class ids.
        y_original: the target in original units (float64) or as original labels.
        persistence: `[samples, *output]` the target's value at the input row before, original units;
            only for windows with a target of values.
        times: the time stamp of each sample's target row as written, or a tuple of them where a sample has
            several; empty beyond the last row.
        rows: `[samples]` the row of each (last) target in the source, counted from 0 without the header.
        encoding: how `x` and `y` were encoded.
        fingerprint: of the data that the samples are from; empty for arrays handed in.
        weight: how much each sample counts in the loss; None for all the same. `[samples]`, or where every timestep
            has an output `[samples, 1]`, or `[samples, timesteps]` if timesteps have weights of their own.
        anchors: `[samples, blocks, difference, targets]` what is known at the input rows that targets follow,
            to undo differences; `blocks` is the number of timesteps where each has a target, else 1.
        notes: what was done to the data that a user should know.
        past: of windows with a target of values, those of all rows, to predict by the season; None otherwise.
    """

    x: NDArray[np.float32]
    y: NDArray[Any] | None
    y_original: NDArray[Any] | None
    persistence: NDArray[np.float64] | None
    times: Times | tuple[Time, ...] | None
    rows: NDArray[np.int64]
    encoding: Encoding
    fingerprint: str = ""
    weight: NDArray[np.float32] | None = None
    anchors: NDArray[np.float64] | None = None
    notes: tuple[str, ...] = ()
    past: Past | None = None

    def __len__(self) -> int:
        return len(self.x)

    def part(self, chosen: slice) -> Samples:
        """The samples of a slice."""
        return replace(
            self,
            x=self.x[chosen],
            y=None if self.y is None else self.y[chosen],
            y_original=None if self.y_original is None else self.y_original[chosen],
            persistence=None if self.persistence is None else self.persistence[chosen],
            times=None if self.times is None else self.times[chosen],
            rows=self.rows[chosen],
            weight=None if self.weight is None else self.weight[chosen],
            anchors=None if self.anchors is None else self.anchors[chosen],
            past=None if self.past is None else self.past.part(chosen),
        )

    @staticmethod
    def joined(parts: Sequence[Samples]) -> Samples:
        """The samples of all parts, one after the other; they share their encoding."""
        first, *others = parts
        if not others:
            return first

        def all_of(name: str) -> Any:
            values = [getattr(part, name) for part in parts]
            return None if any(value is None for value in values) else np.concatenate(values)

        arrays = {name: all_of(name) for name in ("x", "y", "y_original", "persistence", "rows", "weight", "anchors")}
        times = None if first.times is None else tuple(time for part in parts for time in part.times or ())
        return replace(
            first, **arrays, past=None, times=times, notes=tuple(note for part in parts for note in part.notes)
        )


@dataclass(frozen=True, slots=True)
class Dataset:
    """The parts of a data set, ready to train on.

    Attributes:
        parts: `train`, `validation`, `test`; those that the split does not name are absent, and those that do not fit
            into memory are streamed.
        encoding: fitted on the training rows alone.
        fingerprint: SHA-256 over column names and values, whatever the path.
        notes: what was done that a user should know.
        warnings: LC523, LC524, LC525.
    """

    parts: Mapping[str, Samples | Streamed]
    encoding: Encoding
    fingerprint: str
    notes: tuple[str, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
