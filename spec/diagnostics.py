"""What is wrong, where, and how to mend it: spans, diagnostics and exact text fixes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .codes import Severity

Path: TypeAlias = tuple[str | int, ...]

OVERRIDDEN = " (with --set)"
"""What the name of a text ends in whose values are not all in the file."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of the source text, in code points: `text[start:end]`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        assert 0 <= self.start <= self.end, (self.start, self.end)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text, counted from one; `utf16` is the column an editor protocol counts."""

    line: int
    column: int
    utf16: int


@dataclass(frozen=True)
class Source:
    """A named text, and the lines and columns of its offsets."""

    name: str
    text: str

    @property
    def overridden(self) -> bool:
        """Whether `--set` has changed the text, so that it is not the file's own."""
        return self.name.endswith(OVERRIDDEN)

    @property
    def file(self) -> str:
        """The file that the text is of, also where `--set` has changed the text."""
        return self.name.removesuffix(OVERRIDDEN)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(i + 1 for i, char in enumerate(self.text) if char == "\n")]

    def position(self, offset: int) -> Position:
        """Line and column of `offset`; an offset past the end is the end's."""
        offset = min(offset, len(self.text))
        line = bisect_right(self._starts, offset)
        start = self._starts[line - 1]
        before = self.text[start:offset]
        utf16 = sum(2 if char > "\uffff" else 1 for char in before)
        return Position(line, offset - start + 1, utf16 + 1)

    def line(self, number: int) -> str:
        """The text of line `number` (from one), without its line break."""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r")


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that takes part in a mistake, and its part in it."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text under `span` by `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend a mistake: edits that are applied together.

    `safe` fixes are those that `lstmc check --fix` applies: exactly one meaning is possible.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake.

    Attributes:
        code: `LC` and three digits, a key of `CODES`.
        message: what is wrong, with what was found.
        span: where in the spec's text; `None` when the place is not in the text.
        label: the few words under the caret.
        related: other places of the text that take part.
        help: how to mend it.
        fixes: exact edits, the best first.
        where: the place when it is not in the spec's text: a file, row and column of data.
        path: the key in the spec, as `layers.0.units`.
    """

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    related: tuple[Related, ...] = ()
    help: str = ""
    fixes: tuple[Fix, ...] = ()
    where: str = ""
    path: str = ""
    severity: Severity = field(default="error")

    def __post_init__(self) -> None:
        from .codes import CODES

        assert self.code in CODES, self.code
        object.__setattr__(self, "severity", CODES[self.code].severity)

    @property
    def fixable(self) -> bool:
        """Whether `lstmc check --fix` mends it."""
        return any(fix.safe for fix in self.fixes)


def dotted(path: Path) -> str:
    """How a key is named in messages and in `--set`.

    >>> dotted(("layers", 0, "units"))
    'layers.0.units'
    """
    return ".".join(str(part) for part in path)


def errors(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics that stop a compilation."""
    return tuple(d for d in diagnostics if d.severity == "error")


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by their place in the text, those without one last; without repetitions."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.span is None, d.span or Span(0, 0), d.code)))


def apply_fixes(text: str, diagnostics: Iterable[Diagnostic]) -> tuple[str, int]:
    """Applies the first safe fix of each diagnostic; returns the new text and how many were applied.

    A fix that overlaps one already chosen is left for the next round.
    """
    chosen: list[Edit] = []
    applied = 0
    for diagnostic in diagnostics:
        fix = next((fix for fix in diagnostic.fixes if fix.safe), None)
        if fix is None or any(_overlap(edit, other) for edit in fix.edits for other in chosen):
            continue
        chosen.extend(fix.edits)
        applied += 1
    for edit in sorted(chosen, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text, applied


def _overlap(one: Edit, other: Edit) -> bool:
    if one.span == other.span:
        return True
    return one.span.start < other.span.end and other.span.start < one.span.end
