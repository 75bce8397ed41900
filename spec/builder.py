"""Builds a Tree from tokens: what every action and every repair of the parser is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from .diagnostics import Diagnostic, Edit, Fix, Related, Span
from .recovery import AFTER_OPEN, AFTER_VALUE, Place, Stack
from .scalars import LITERALS, number, quoted, shown
from .tokens import BARE, BARE_KEY, BROKEN, BROKEN_KEY, END, Tokens
from .tree import Member, Node

_NOWHERE = Span(0, 0)
MAX_REPORTED = 1000
_PARTIAL_CODES = ("LC118", "LC123")


@dataclass(slots=True)
class Frame:
    """An open bracket and what was read after it; `token` is its index, -1 where the bracket itself is missing.

    `key_counts` is `False` for a key whose end is a guess: it repeats no other.
    """

    bracket: str
    start: int
    token: int = -1
    members: list[Member] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    seen: dict[str, Span] = field(default_factory=dict)
    key: str | None = None
    key_span: Span = _NOWHERE
    key_counts: bool = True
    value_at: int = 0

    @property
    def end(self) -> int:
        """Where its contents end."""
        if self.key is not None:
            return self.value_at
        if self.members:
            return self.members[-1].span.end
        return self.items[-1].span.end if self.items else self.start + (self.token >= 0)


@dataclass(slots=True)
class Builder:
    """A tree in the making: the place in the tokens, the open brackets, and what was wrong so far."""

    tokens: Tokens
    root: Node | None = None
    state: str = "start"
    at: int = 0
    frames: list[Frame] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether there are more mistakes than anyone reads, so that no other is kept."""
        return len(self.diagnostics) >= MAX_REPORTED

    def report(self, diagnostic: Diagnostic) -> None:
        """Keeps a diagnostic, unless there are too many for anyone to read."""
        if not self.is_full:
            self.diagnostics.append(diagnostic)

    def retract(self, span: Span) -> None:
        """Takes back what was last said of a token: it turns out to be part of another mistake."""
        if self.diagnostics and self.diagnostics[-1].span == span:
            self.diagnostics.pop()

    @property
    def span(self) -> Span:
        """Where the current token stands."""
        return self.tokens.span(self.at)

    @property
    def kind(self) -> str:
        """The kind of the current token."""
        return self.tokens.kinds[self.at]

    @property
    def place(self) -> Place:
        """Where the parser stands, as recovery sees it."""
        stack: Stack = ()
        for frame in self.frames:
            stack = (stack, frame.bracket)
        return Place(stack, self.state, self.at)

    def push(self, bracket: str, start: int, token: int = -1) -> Frame:
        """Opens an object or a list."""
        frame = Frame(bracket, start, token)
        self.frames.append(frame)
        self.state = AFTER_OPEN[bracket]
        return frame

    def finish(self, end: int, *, closed: bool) -> None:
        """Ends the innermost open bracket at `end`."""
        self.flush()
        frame = self.frames.pop()
        span = Span(frame.start, max(end, frame.start))
        if frame.bracket == "{":
            self.attach(Node("object", span, members=tuple(frame.members), closed=closed))
        else:
            self.attach(Node("array", span, items=tuple(frame.items), closed=closed))
        self.state = AFTER_VALUE[self.frames[-1].bracket if self.frames else ""]

    def attach(self, node: Node) -> None:
        """Puts a value where it belongs: a value without key is left out."""
        if not self.frames:
            self.root = node
            return
        frame = self.frames[-1]
        if frame.bracket == "[":
            frame.items.append(node)
        elif frame.key is not None:
            if frame.key_counts and node.closed and node.kind != "missing":
                first = frame.seen.setdefault(frame.key, frame.key_span)
                if first is not frame.key_span:
                    self._report_repeated(frame.key, frame.key_span, first)
            frame.members.append(Member(frame.key, frame.key_span, node))
            frame.key = None

    def flush(self) -> None:
        """Gives a key without value the value that is missing."""
        frame = self.frames[-1]
        if frame.key is not None:
            self.attach(Node("missing", Span(frame.value_at, frame.value_at)))

    def take_key(self, value_at: int) -> None:
        """The current token is a key; its value is expected at `value_at`."""
        tokens, at = self.tokens, self.at
        start, end, kind = tokens.starts[at], tokens.ends[at], tokens.kinds[at]
        span = Span(start, end)
        frame = self.frames[-1]
        if frame.key is not None:
            self.flush()
        if kind in (BARE, BARE_KEY):
            key = tokens.text[start:end]
            self._report_bare_key(key, span)
        elif at in tokens.strings:
            key = tokens.strings[at]
            if at in tokens.unopened:
                self._report_unopened("LC122", "put the key in double quotes")
        else:
            key = tokens.text[start + 1 : end - 1]
        frame.key, frame.key_span, frame.value_at = key, span, value_at
        frame.key_counts = kind not in (BROKEN, BROKEN_KEY)

    def take_scalar(self) -> None:
        """The current token is a string, a number, a literal, or a word in the place of one."""
        tokens, at = self.tokens, self.at
        start, end, kind = tokens.starts[at], tokens.ends[at], tokens.kinds[at]
        span = Span(start, end)
        if at in tokens.words:
            self.attach(self._word(span))
        elif at in tokens.strings:
            self.attach(Node("string", span, tokens.strings[at], closed=kind != BROKEN))
            if at in tokens.unopened:
                self._report_unopened("LC123", "put text in double quotes")
        elif kind in (BARE, BARE_KEY):
            self.attach(self._plain(tokens.text[start:end], span))
        else:
            self.attach(Node("string", span, tokens.text[start + 1 : end - 1]))

    def _plain(self, text: str, span: Span) -> Node:
        if text in LITERALS:
            return Node("literal", span, LITERALS[text])
        value = number(text)
        if value is None:
            from .words import too_large

            self.report(too_large(text).diagnostic(span))
            return Node("missing", span)
        return Node("number", span, value)

    def _word(self, span: Span) -> Node:
        word = self.tokens.words[self.at]
        is_partial = word.code in _PARTIAL_CODES and (
            word.code == "LC118" or _begins_literal(self.tokens.text[span.start : span.end])
        )
        is_cut_off = self.frames and span.end == len(self.tokens.text) and self.tokens.kinds[self.at + 1] == END
        if not (is_partial and is_cut_off):
            self.report(word.diagnostic(span))
        if not word.known:
            return Node("missing", span)
        if isinstance(word.value, str):
            return Node("string", span, word.value)
        return Node("literal" if word.value is None or isinstance(word.value, bool) else "number", span, word.value)

    def _report_repeated(self, key: str, span: Span, first: Span) -> None:
        if self.is_full:
            return
        message = f"the key `{shown(quoted(key))}` is given twice"
        related = (Related(first, "given here first"),)
        self.report(Diagnostic("LC120", message, span, "given again", related, "remove one of the two"))

    def _report_bare_key(self, key: str, span: Span) -> None:
        if self.is_full:
            return
        colon = "" if self.kind == BARE_KEY else ":"
        fix = Fix("put the key in double quotes", (Edit(span, quoted(key) + colon),))
        message = f"the key `{shown(key)}` has no quotes"
        self.report(Diagnostic("LC122", message, span, help=fix.title, fixes=(fix,)))

    def _report_unopened(self, code: str, advice: str) -> None:
        if self.is_full:
            return
        span = self.span
        fix = Fix("put it in double quotes", (Edit(span, quoted(self.tokens.strings[self.at])),))
        found = self.tokens.shown(self.at)
        half = self.tokens.text.endswith('"', span.start, span.end)
        message = f"`{found}` does not begin with a double quote" if half else f"`{found}` is not in double quotes"
        self.report(Diagnostic(code, message, span, help=advice, fixes=(fix,)))


def _begins_literal(text: str) -> bool:
    return any(literal.startswith(text) for literal in LITERALS)
