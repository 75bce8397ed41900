"""Time stamps as they are shown, written when they are asked for: those of a million rows take as long as the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import polars

#: Units of ISO 8601 and their microseconds, from the coarsest.
SHOWN = (("D", 86_400_000_000), ("m", 60_000_000), ("s", 1_000_000), ("us", 1))
#: Units by the length of a text, and how such a text is written.
_WIDTHS = {10: "D", 16: "m", 19: "s", 26: "us"}
_FORMATS = {"D": "%Y-%m-%d", "m": "%Y-%m-%dT%H:%M", "s": "%Y-%m-%dT%H:%M:%S", "us": "%Y-%m-%dT%H:%M:%S%.6f"}
#: How texts may be written that are kept as they are.
_STYLES = (
    *_FORMATS.values(),
    *(style.replace("T", " ") for style in _FORMATS.values()),
    "%Y-%m",
    "%Y-%-m",
    "%Y-%-m-%-d",
)
Time: TypeAlias = str | tuple[str, ...]


class Stamps:
    """Of `[rows]`: microseconds since 1970 in ISO 8601, or texts as they stand."""

    def __init__(self, kept: NDArray[np.int64] | polars.Series, unit: str = "", between: str = "") -> None:
        """Shows moments as fine as is needed where no `unit` is given, and a series of texts as it is.

        Moments that stand for texts have the character that is `between` the date and the time of day in these.
        """
        self._kept = kept
        self._unit = unit
        self._between = between
        if isinstance(kept, np.ndarray) and not unit:
            self._unit = next(unit for unit, size in SHOWN if not (kept % size).any())

    def compact(self, instants: NDArray[Any]) -> Stamps:
        """The same as numbers, where the texts are nothing but these moments in ISO 8601: a fifth of the memory."""
        import polars as pl

        if isinstance(self._kept, np.ndarray) or instants.dtype.kind != "i" or not len(instants):
            return self
        first = str(self._kept[0])
        unit, between = _WIDTHS.get(len(first), ""), first[10:11] or "T"
        if not unit or between not in "T ":
            return self
        shown = pl.Series(instants).cast(pl.Datetime("us")).dt.strftime(_FORMATS[unit].replace("T", between))
        return Stamps(instants, unit, between) if (shown == self._kept).all() else self

    @staticmethod
    def joined(parts: Sequence[NDArray[Any] | Stamps]) -> NDArray[Any] | Stamps:
        """The stamps of all parts, moments as fine as in the finest of them."""
        import polars as pl

        stamps = [part for part in parts if isinstance(part, Stamps)]
        kept = [part._kept for part in stamps]
        arrays = [values for values in kept if isinstance(values, np.ndarray)]
        between, own = {part._between for part in stamps}, {part._unit for part in stamps}
        if len(arrays) == len(parts) and (between == {""} or len(between) == len(own) == 1):
            units = [unit for unit, _ in SHOWN]
            finest = max(own, key=lambda unit: units.index(unit) if unit in units else 0)
            return Stamps(np.concatenate(arrays), finest, between.pop())
        series = [values for values in kept if isinstance(values, pl.Series)]
        if len(series) == len(parts):
            return Stamps(pl.concat(series))
        return np.concatenate([np.asarray(part[:]) for part in parts])

    @staticmethod
    def following(stamps: NDArray[Any] | Stamps, last: NDArray[Any], instants: NDArray[Any]) -> NDArray[np.str_] | None:
        """Moments or numbers after the `last` `[1]` of these, written as it is; None where no such style is known."""
        import polars as pl

        if isinstance(stamps, Stamps) and isinstance(stamps._kept, np.ndarray):
            return np.asarray(Stamps(instants, stamps._unit, stamps._between)[:], np.str_)
        instants = np.append(instants, last)
        own = str(stamps[len(stamps) - 1])
        if instants.dtype.kind == "f":
            styles = [[f"{value:{style}}" for value in instants.tolist()] for style in (".0f", "", ".12g")]
        else:
            moments = pl.Series(instants).cast(pl.Datetime("us")).dt
            styles = [moments.strftime(style).to_list() for style in _STYLES]
        return next((np.array(texts[:-1]) for texts in styles if texts[-1] == own), None)

    def over(self, instants: NDArray[Any] | None) -> Stamps:
        """The same, over the one array of moments where there are two that are equal."""
        if isinstance(self._kept, np.ndarray) and instants is not None and np.array_equal(self._kept, instants):
            return Stamps(instants, self._unit, self._between)
        return self

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._kept)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice | NDArray[Any]) -> NDArray[Any]: ...
    def __getitem__(self, at: int | slice | NDArray[Any]) -> str | NDArray[Any]:
        """The stamp of a row as text, or the texts of several rows."""
        if isinstance(at, (int, np.integer)):
            return str(self._texts(slice(at, at + 1 or None))[0])
        return self._texts(at)

    def tolist(self) -> list[str]:
        """All of them."""
        found: list[str] = self._texts(slice(None)).tolist()
        return found

    def _texts(self, at: slice | NDArray[Any]) -> NDArray[Any]:
        chosen = self._kept[at]
        if isinstance(chosen, np.ndarray):
            texts = np.datetime_as_string(chosen.astype("datetime64[us]"), unit=self._unit)  # type: ignore[call-overload]
            return np.char.replace(texts, "T", self._between) if self._between == " " else texts
        return chosen.to_numpy()


class Times(Sequence[Time]):
    """The time stamps of samples: of each its target's, or a tuple of those of its targets.

    Equal to a tuple of the same texts.
    """

    def __init__(
        self, stamps: NDArray[Any] | Stamps, at: NDArray[np.int64], following: NDArray[np.str_] | None = None
    ) -> None:
        """The stamps of the rows `at` `[samples]` or `[samples, targets]`.

        Those of rows beyond the last are among the `following` ones, and empty where these are not known.
        """
        self._stamps = stamps
        self._at = at
        self._following = following

    def __len__(self) -> int:
        """Number of samples."""
        return len(self._at)

    @overload
    def __getitem__(self, at: int) -> Time: ...
    @overload
    def __getitem__(self, at: slice) -> Times: ...
    def __getitem__(self, at: int | slice) -> Time | Times:
        """The time of a sample, or of several."""
        if isinstance(at, slice):
            return Times(self._stamps, self._at[at], self._following)
        return self._written(self._at[at][None])[0]

    def __iter__(self) -> Iterator[Time]:
        """The times of all samples."""
        return iter(self._written(self._at))

    def __eq__(self, other: object) -> bool:
        """Whether all texts are the same."""
        if not isinstance(other, (Times, tuple)):
            return NotImplemented
        return len(self) == len(other) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        """Of the texts."""
        return hash(tuple(self))

    def _written(self, at: NDArray[np.int64]) -> list[Time]:
        inside = at < len(self._stamps)
        texts = np.where(inside, np.asarray(self._stamps[np.where(inside, at, 0).ravel()]).reshape(at.shape), "")
        if self._following is not None and not inside.all():
            texts = texts.astype(object)
            texts[~inside] = self._following[at[~inside] - len(self._stamps)]
        if at.ndim == 1 or at.shape[1] == 1:
            found: list[Time] = texts.ravel().tolist()
            return found
        return [tuple(row) for row in texts.tolist()]
