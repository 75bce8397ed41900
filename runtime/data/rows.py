"""Rows as they were read, in the order of their source, and how to name a place in them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .fingerprints import Fingerprint
from .stamps import Stamps

if TYPE_CHECKING:
    import polars

GREATEST = float(np.finfo(np.float32).max)


class Places(Protocol):
    """Names the place of a value in the source, for `Diagnostic.where`."""

    def x(self, index: Sequence[int]) -> str:
        """The place of the input at `index`."""

    def y(self, index: Sequence[int]) -> str:
        """The place of the target at `index`."""

    def row(self, row: int) -> str:
        """The place of a row."""

    def number(self, row: int) -> int:
        """How a row is counted where the user sees it: by its line, or from 0 in an array."""


@dataclass(frozen=True, slots=True)
class TablePlaces:
    """Rows and columns of a table; `locate` gives the file of a row and its number there."""

    features: tuple[str, ...]
    targets: tuple[str, ...]
    locate: Callable[[int], tuple[str, int]]

    def cell(self, row: int, column: str) -> str:
        """The place of a cell: file, line of the file, column."""
        return f"{self.row(row)}, column `{column}`"

    def row(self, row: int) -> str:
        """File and line of the file."""
        name, number = self.locate(row)
        return f"{name}, row {number}"

    def x(self, index: Sequence[int]) -> str:
        """The cell of the feature at `index` `(row, feature)`."""
        return self.cell(index[0], self.features[index[1]])

    def y(self, index: Sequence[int]) -> str:
        """The cell of the target at `index` `(row,)` or `(row, target)`."""
        return self.cell(index[0], self.targets[index[1] if len(index) > 1 else 0])

    def number(self, row: int) -> int:
        """The line of the file."""
        return self.locate(row)[1]


@dataclass(frozen=True, slots=True)
class ArrayPlaces:
    """Indices of arrays; `file` is empty for arrays handed in."""

    file: str = ""
    x_name: str = "x"
    y_name: str = "y"

    def x(self, index: Sequence[int]) -> str:
        """`x[3, 0, 2]`."""
        return self._at(self.x_name, index)

    def y(self, index: Sequence[int]) -> str:
        """`y[3, 0]`."""
        return self._at(self.y_name, index)

    def row(self, row: int) -> str:
        """`x[3]`."""
        return self.x((row,))

    def number(self, row: int) -> int:
        """The index itself."""
        return row

    def _at(self, name: str, index: Sequence[int]) -> str:
        place = f"{name}[{', '.join(map(str, index))}]" if index else name
        return f"{self.file}, {place}" if self.file else place


@dataclass(frozen=True, slots=True)
class JoinedPlaces:
    """Places in arrays of several files that were put one after the other; `starts` are their first rows."""

    parts: tuple[ArrayPlaces, ...]
    starts: tuple[int, ...]

    @property
    def file(self) -> str:
        """The first file."""
        return self.parts[0].file

    def x(self, index: Sequence[int]) -> str:
        """`b.npz, x[3, 0, 2]`, counted in its own file."""
        part, own = self._own(index)
        return part.x(own)

    def y(self, index: Sequence[int]) -> str:
        """`b.npz, y[3, 0]`, counted in its own file."""
        part, own = self._own(index)
        return part.y(own)

    def row(self, row: int) -> str:
        """`b.npz, x[3]`, counted in its own file."""
        return self.x((row,))

    def number(self, row: int) -> int:
        """The index in its own file."""
        return self._own((row,))[1][0]

    def _own(self, index: Sequence[int]) -> tuple[ArrayPlaces, tuple[int, ...]]:
        if not index:
            return self.parts[0], ()
        at = bisect_right(self.starts, index[0]) - 1
        return self.parts[at], (index[0] - self.starts[at], *index[1:])


class Look(Protocol):
    """Shows what else stands in a table than the columns that are read, to tell what its rows are."""

    @property
    def files(self) -> Sequence[tuple[str, int]]:
        """Name and number of rows of each run of rows."""

    def top(self, rows: int) -> polars.DataFrame | None:
        """All columns of the first rows; None where they cannot be read."""

    def frame(self, columns: Sequence[str]) -> polars.DataFrame:
        """Some columns of all rows."""

    def whole(self) -> polars.DataFrame | None:
        """All columns of all rows; None where they cannot be read."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a source holds.

    A missing value is NaN in `x` and in numbers of `y`, and an empty text among labels; there are some only
    where `data.missing` is another than `error`.

    Attributes:
        x: `[rows, features]` of a table, or an array of any rank; in single precision where that holds all values.
        y: `[rows, ...]` numbers, or `[rows]` labels as text; `None` without targets.
        places: names places for messages.
        features: names of the feature columns, empty for arrays.
        targets: names of the target columns, empty for arrays.
        times: the time stamp of each row: as written, or in ISO 8601 where columns or a format make it.
        instants: numbers in the order of the time stamps.
        weight: `[rows]` the weight of each row's sample.
        levels: the categories of each categorical feature, sorted; `x` holds their places in the list,
            NaN where the value is missing.
        lengths: `[rows]` the timesteps of each sample in a padded array `[rows, timesteps, ...]`; beyond, `x` is 0.
        series: `[rows]` the number of each row's series, never falling; None for a single one. Windows, differences and
            filled values never reach from one series into the next.
        look: shows the other columns of a table.
        notes: what was done that a user should know.
    """

    x: NDArray[Any]
    y: NDArray[Any] | None
    places: Places
    features: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    times: NDArray[Any] | Stamps | None = None
    instants: NDArray[Any] | None = None
    weight: NDArray[np.float64] | None = None
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lengths: NDArray[np.int64] | None = None
    series: NDArray[np.int64] | None = None
    look: Look | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.x)

    @property
    def table(self) -> bool:
        """Whether the source has named columns."""
        return bool(self.features)

    @property
    def handed_in(self) -> bool:
        """Whether the rows are arrays from Python."""
        return isinstance(self.places, ArrayPlaces) and not self.places.file

    def fingerprint(self) -> str:
        """SHA-256 over names and values, whatever the file is called."""
        digest = Fingerprint()
        digest.add(self)
        return digest.text()

    def steps(self) -> NDArray[np.bool_] | None:
        """`[rows, timesteps]` which timesteps of a padded array are not padding; `None` without `lengths`."""
        if self.lengths is None:
            return None
        within: NDArray[np.bool_] = np.arange(self.x.shape[1]) < self.lengths[:, None]
        return within


def not_finite(values: NDArray[Any]) -> tuple[int, ...] | None:
    """The index of the first value that is not finite in 32 bits; `None` if all are."""
    if values.dtype.kind not in "f" or not values.size:
        return None
    if _bounded(float(values.min()), float(values.max())):
        return None
    bad = ~(np.abs(values) <= GREATEST)
    return tuple(int(i) for i in np.unravel_index(int(bad.argmax()), bad.shape))


def _bounded(least: float, greatest: float) -> bool:
    return least >= -GREATEST and greatest <= GREATEST


def suggestion(name: str, known: Iterable[str]) -> str:
    """`did you mean …? ` and the list of what there is."""
    from ...spec.suggestions import nearest

    known = list(known)
    close = nearest(name, known)
    guess = f"did you mean `{close}`? " if close else ""
    return f"{guess}there is: {', '.join(f'`{k}`' for k in known)}"


def count_of(number: int, noun: str) -> str:
    """A number and what it counts.

    >>> count_of(1, "timestep"), count_of(24, "timestep")
    ('1 timestep', '24 timesteps')
    """
    return f"{number} {noun}{'s' * (number != 1)}"


def more_like_it(count: int, noun: str = "") -> str:
    """What ends a message about the first of `count` finds; empty for a single one.

    >>> more_like_it(1), more_like_it(3), more_like_it(2, "timestep")
    ('', '; 2 more like it', '; 1 more timestep like it')
    """
    others = count - 1
    return f"; {count_of(others, f'more {noun}') if noun else f'{others} more'} like it" if others else ""


def features_note(columns: tuple[str, ...]) -> str:
    """Which columns are the features."""
    names = ", ".join(columns[:16]) + (", …" if len(columns) > 16 else "")
    return f"{count_of(len(columns), 'column')} used as features: {names}"
