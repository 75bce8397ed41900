"""What the lines and indentation of a text tell of brackets that do not match."""

from __future__ import annotations

from .builder import Frame
from .repairs import CLOSER
from .tokens import Tokens
from .tree import SECTIONS


class Layout:
    """How the text is laid out in lines: where it is indented, a bracket that was not closed shows."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.indents: list[int] = []
        """Per token its column when it is the first of its line, else -1."""
        self.line_indents: list[int] = []
        """Per token the indentation of its line."""
        end = indent = 0
        for start, following in zip(tokens.starts, tokens.ends, strict=True):
            gap = tokens.text[end:start]
            is_first = end == 0 or "\n" in gap
            if is_first:
                indent = len(gap) - gap.rfind("\n") - 1
            self.indents.append(indent if is_first else -1)
            self.line_indents.append(indent)
            end = following

    def unclosed_before_key(self, frames: list[Frame], at: int) -> int:
        """How many brackets a key shows to be unclosed: it belongs to an object further out, as a section does."""
        key, seen = self.tokens.string(at), frames[0].seen
        if key in SECTIONS and key not in seen and frames[0].bracket == "{":
            return len(frames) - 1
        return self._unclosed(frames, at, margin=0)

    def unclosed_before_closer(self, frames: list[Frame], at: int) -> int:
        """How many brackets a closing bracket shows to be unclosed: it stands further left than they do."""
        count = self._unclosed(frames, at, margin=1)
        fits = count < len(frames) and CLOSER[frames[-count - 1].bracket] == self.tokens.kinds[at]
        return count if fits else 0

    def _unclosed(self, frames: list[Frame], at: int, *, margin: int) -> int:
        if self.indents[at] < 0:
            return 0
        count = 0
        for frame in frames[:0:-1]:
            if frame.token < 0 or self.indents[at] + margin > self.line_indents[frame.token]:
                break
            count += 1
        return count
