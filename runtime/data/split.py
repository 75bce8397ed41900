"""Deals out positions to train, validation and test."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isclose

from ...spec.data import Split
from ...spec.diagnostics import Diagnostic

PARTS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Part:
    """The positions `start <= i < stop` of a part."""

    name: str
    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


def deal(split: Split, count: int) -> tuple[tuple[Part, ...], list[Diagnostic]]:
    """The parts of `count` rows, one after the other; LC515 when they ask for more than there is.

    A fraction's boundary is `floor(cumulated * count)`; fractions that sum to 1 end with the last row.

    >>> deal(Split(train=0.7, validation=0.1, test=0.2), 10)[0]
    (Part(name='train', start=0, stop=7), Part(name='validation', start=7, stop=8), Part(name='test', start=8, stop=10))
    """
    sizes = {name: size for name in PARTS if (size := getattr(split, name)) is not None}
    counts = {name: size for name, size in sizes.items() if _is_count(size, sizes.values())}
    fractions = {name: float(size) for name, size in sizes.items() if name not in counts}
    whole = not counts and isclose(sum(fractions.values()), 1.0, abs_tol=1e-9)
    parts, stop, fraction, rows = [], 0, 0.0, 0
    for name in sizes:
        fraction += fractions.get(name, 0.0)
        rows += counts.get(name, 0)
        start, stop = stop, floor(fraction * count + 1e-9) + rows
        parts.append(Part(name, start, stop))
    if whole:
        parts[-1] = Part(parts[-1].name, parts[-1].start, count)
    if parts[-1].stop <= count:
        return tuple(parts), []
    asked = ", ".join(f"{name} {size}" for name, size in sizes.items())
    message = f"the split asks for {parts[-1].stop} rows ({asked}), there are {count}"
    return tuple(parts), [Diagnostic("LC515", message, path="data.split", help="make a part smaller")]


def _is_count(size: float, sizes: object) -> bool:
    """Whether a size counts rows; the integer 1 does only beside another count."""
    if not isinstance(size, int):
        return False
    assert hasattr(sizes, "__iter__")
    return size > 1 or any(isinstance(other, int) and other > 1 for other in sizes)


def size_of(split: Split, name: str) -> str:
    """How the size of a part is written."""
    return str(getattr(split, name))
