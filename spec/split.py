"""Which rows train, validate and test: shares of them, moments in time, or sources of their own."""

from math import floor, isclose
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from .base import Positive, Section, form_of

Fraction: TypeAlias = Annotated[float, Field(gt=0.0, le=1.0)]
Stamp: TypeAlias = Annotated[str, Field(min_length=1)]
Form: TypeAlias = Literal["sizes", "times", "sources", "mixed"]

PARTS = ("train", "validation", "test")


class PartSource(Section):
    """Where the rows of one part come from; what it leaves out is as in `data.source`."""

    path: Annotated[str, Field(min_length=1)] | None = Field(default=None, description="Path of the part's own file.")
    x: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="Name of the array of inputs in an npz file."
    )
    y: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="Name of the array of targets in an npz file."
    )


Size: TypeAlias = Fraction | Positive
Part: TypeAlias = Annotated[
    Annotated[Size, Tag("number")] | Annotated[Stamp, Tag("text")] | Annotated[PartSource, Tag("object")],
    Discriminator(form_of),
]


class Split(Section):
    """Which rows train, validate and test.

    Fractions of all rows or counts, one part after the other; the first time stamp of each part; or a source for each.
    """

    train: Part = Field(description="Rows to train on.")
    validation: Part | None = Field(default=None, description="Rows to watch the training on.")
    test: Part | None = Field(default=None, description="Rows to evaluate on.")
    order: Literal["time", "file", "random", "stratified", "blocks"] | None = Field(
        default=None,
        description="Order in which rows are dealt out; if null by time with `time` or `window`, "
        "stratified for tables of classes, else by file. `blocks` assigns blocks of successive rows to the parts at"
        " random.",
    )
    block: Positive | None = Field(
        default=None,
        description="Rows of a block with the order `blocks`; a fiftieth of the rows, and at least 4 windows, if null.",
    )

    @property
    def parts(self) -> dict[str, Part]:
        """The parts that there are."""
        return {name: part for name in PARTS if (part := getattr(self, name)) is not None}

    @property
    def form(self) -> Form:
        """How the parts are given; `mixed` has no meaning."""
        kinds = {
            "times" if isinstance(part, str) else "sources" if isinstance(part, PartSource) else "sizes"
            for part in self.parts.values()
        }
        return kinds.pop() if len(kinds) == 1 else "mixed"  # type: ignore[return-value]

    @property
    def sources(self) -> dict[str, PartSource]:
        """The sources of the parts; empty where all come from `data.source`."""
        return {name: part for name, part in self.parts.items() if isinstance(part, PartSource)}

    @property
    def stamps(self) -> dict[str, str]:
        """The first time stamp of each part; empty where parts are given otherwise."""
        return {name: part for name, part in self.parts.items() if isinstance(part, str)}

    @property
    def asked(self) -> float:
        """What the fractions add up to, at most 1 where they can be met."""
        return sum(self._fractions.values())

    @property
    def _sizes(self) -> dict[str, float]:
        return {name: part for name, part in self.parts.items() if isinstance(part, (int, float))}

    @property
    def _counts(self) -> dict[str, int]:
        """The sizes that count rows; the integer 1 does only beside another count."""
        whole = {name: size for name, size in self._sizes.items() if isinstance(size, int)}
        return whole if any(size > 1 for size in whole.values()) else {}

    @property
    def _fractions(self) -> dict[str, float]:
        counts = self._counts
        return {name: float(size) for name, size in self._sizes.items() if name not in counts}

    @property
    def cumulated(self) -> dict[str, tuple[float, int]]:
        """Where each part ends: at a fraction of all rows, and a count of rows after that."""
        counts, fractions = self._counts, self._fractions
        ends, fraction, rows = {}, 0.0, 0
        for name in self._sizes:
            fraction += fractions.get(name, 0.0)
            rows += counts.get(name, 0)
            whole = not counts and name == [*self._sizes][-1] and isclose(fraction, 1.0, abs_tol=1e-9)
            ends[name] = 1.0 if whole else fraction, rows
        return ends

    def stops(self, count: int) -> dict[str, int]:
        """Where each part ends when `count` rows are dealt out one part after the other.

        A fraction's boundary is `floor(cumulated * count)`; fractions that add up to 1 end with the last row.
        """
        return {name: floor(fraction * count + 1e-9) + rows for name, (fraction, rows) in self.cumulated.items()}
