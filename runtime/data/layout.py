"""How rows become samples: the windows or the axes, and the rows that stand for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from .contract import Contract
from .header import arranged
from .rows import Rows, count_of
from .series import runs_of
from .windows import Grid, grid


@dataclass(frozen=True, slots=True)
class Layout:
    """The samples that rows make.

    Attributes:
        at: `[samples]` the row of each sample, or of the last target of each window; it decides the part.
        axes: axes of a sample.
        windows: where the windows lie in ordered rows; `None` when each row is a sample.
    """

    at: NDArray[np.int64]
    axes: tuple[int, ...]
    windows: Grid | None = None

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(self.at)

    @property
    def shape(self) -> tuple[int, ...]:
        """`(samples, *axes)`."""
        return (self.count, *self.axes)

    @property
    def first(self) -> NDArray[np.int64]:
        """`[samples]` the row of each sample, or of the first target of each window."""
        return self.at if self.windows is None else self.windows.first

    def fitted(self, rows: int, samples: NDArray[np.int64], runs: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
        """`[fitted]` the rows that scalers and categories are fitted on, for the training `samples`.

        With windows these are all rows of the training part's `runs`, or without any all that are read.
        """
        if self.windows is None:
            return self.at[samples]
        if runs:
            return np.concatenate([np.arange(max(start, 0), min(stop, rows), dtype=np.int64) for start, stop in runs])
        return np.flatnonzero(self.windows.take(samples).covered(rows))


def lay_out(  # noqa: PLR0913 - rows, how they may be read, and what is wanted of them
    rows: Rows, usable: NDArray[np.bool_], columns: int, data: Data | None, contract: Contract, *, ahead: bool
) -> tuple[Layout, list[Diagnostic]]:
    """The samples of `rows`; LC508 for columns that cannot be divided into timesteps, LC515 for too few rows.

    Arrays with three axes and more are samples already. One id at each timestep has no axis of its own.

    Args:
        rows: rows in order.
        usable: `[rows]` which of them may be read.
        columns: how many columns a row has when its categories are encoded.
        data: the section of the spec; None for arrays handed in.
        contract: what the model demands.
        ahead: whether windows are kept whose target is not yet known.
    """
    shape = rows.x.shape
    kept = np.flatnonzero(usable)
    if data is None or len(shape) != 2:
        return Layout(kept, shape[1:]), _enough(kept) if shape else []
    axes: tuple[int, ...] | None = arranged(data, columns)
    if axes is not None and contract.vocabulary is not None and len(contract.input) == 1 and axes[-1] == 1:
        axes = axes[:1]
    if data.window is not None:
        assert axes is not None
        return _windows(rows, usable, axes, data, contract, ahead=ahead)
    if axes is None and data.arrange is not None:
        message = f"{columns} columns cannot be divided into {data.arrange.timesteps} timesteps"
        return Layout(kept, (columns,)), [Diagnostic("LC508", message, path="data.arrange.timesteps")]
    return Layout(kept, axes or (columns,)), _enough(kept)


def has_each(data: Data, contract: Contract) -> bool:
    """Whether every timestep of a window has an output and a target of its own."""
    return data.window is not None and data.window.steps == 1 and len(contract.output) == 2


def unbroken(rows: Rows, data: Data, contract: Contract, *, ahead: bool = False) -> Grid | None:
    """The windows that rows make if all of them may be read; None where each row is a sample."""
    if data.window is None or rows.x.ndim != 2:
        return None
    usable, each = np.ones(len(rows), dtype=bool), has_each(data, contract)
    return grid(usable, data.window, each=each, before=data.difference, ahead=ahead, series=rows.series)


def _windows(  # noqa: PLR0913 - as of `lay_out`
    rows: Rows, usable: NDArray[np.bool_], axes: tuple[int, ...], data: Data, contract: Contract, *, ahead: bool
) -> tuple[Layout, list[Diagnostic]]:
    assert data.window is not None
    each = has_each(data, contract)
    windows = grid(usable, data.window, each=each, before=data.difference, ahead=ahead, series=rows.series)
    if len(windows):
        return Layout(windows.last, axes, windows), []
    needs = windows.needs - (windows.horizon + windows.steps - 1 if ahead else 0)
    message = f"a window of {count_of(data.window.timesteps, 'timestep')} needs {count_of(needs, 'row')}"
    message += " to difference it" * (ahead and data.difference > 0) + " up to its target" * (not ahead)
    whole = "" if usable.all() else f" of which {int(usable.sum())} are whole"
    message += f", there are {len(usable)}{whole}"
    if rows.series is not None:
        message += f" in {count_of(len(runs_of(rows.series)), 'separate run')}"
    help_ = "use a shorter window, or more data"
    return Layout(windows.last, axes, windows), [Diagnostic("LC515", message, path="data.window", help=help_)]


def _enough(kept: NDArray[np.int64]) -> list[Diagnostic]:
    return [] if len(kept) else [Diagnostic("LC515", "there are no samples", path="data.source")]
