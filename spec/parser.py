"""Tokens -> tree: follows the table of `recovery`, and says of every repair what was wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .builder import Builder
from .diagnostics import Diagnostic, Edit, Fix, Related, Span
from .recovery import AFTER_COMMA, AFTER_VALUE, REPAIRS, SKIP, STEPS, Place, Recovery, Repair
from .repairs import CLOSER, MAKE, Mistake, close_brackets, unclosed
from .scalars import shown
from .tokens import BROKEN, END, GIVEN_UP, MAX_DEPTH, STRING, TOO_DEEP, Tokens
from .tree import SECTIONS

if TYPE_CHECKING:
    from .layout import Layout

_KEYS = "kBu"
_MAX_REPAIRS = 1000
"""A text that needs more is not JSON; it is not read any further."""
_BRACKET_CODES = frozenset(("LC111", "LC121", "LC124"))
_ALWAYS_SAFE = frozenset(("LC107", "LC108", "LC110"))


class Parser(Builder):
    """One reading of the tokens.

    With `hints`, indentation and the names of the sections of a spec tell which bracket was not closed.
    """

    __slots__ = ("is_over", "last_close", "layout", "recovery", "repairs_left")

    def __init__(self, tokens: Tokens, *, hints: bool = False) -> None:
        super().__init__(tokens)
        self.is_over = False
        self.recovery = Recovery(tokens.kinds)
        self.repairs_left = _MAX_REPAIRS
        self.last_close = -1
        self.layout = _layout(tokens) if hints else None

    def run(self) -> None:
        """Reads all tokens; afterwards `root` and `diagnostics` are complete."""
        kinds = self.tokens.kinds
        while not self.is_over:
            step = STEPS[self.state].get(kinds[self.at])
            if step is None:
                self._recover()
            else:
                _ACTIONS[step.action](self, step.state)
        while self.frames:
            self.finish(self.frames[-1].end, closed=False)

    @property
    def brackets_differ(self) -> bool:
        """Whether an opening or closing bracket was missing or too many."""
        return any(diagnostic.code in _BRACKET_CODES for diagnostic in self.diagnostics)

    def _scalar(self, state: str) -> None:
        self.take_scalar()
        self.at += 1
        self.state = state

    def _open(self, state: str) -> None:
        if len(self.frames) >= MAX_DEPTH:
            self._too_deep()
            return
        self.push(self.kind, self.tokens.starts[self.at], self.at)
        self.at += 1
        self.state = state

    def _close(self, _: str) -> None:
        if self.layout and (count := self.layout.unclosed_before_closer(self.frames, self.at)):
            self.apply([close_brackets(self, count)], safe=False)
            return
        self.last_close = self.at
        self.finish(self.tokens.ends[self.at], closed=True)
        self.at += 1

    def _done(self, _: str) -> None:
        self.is_over = True

    def _comma(self, state: str) -> None:
        self.flush()
        self.at += 1
        self.state = state

    def _key(self, state: str) -> None:
        if self.layout and (count := self.layout.unclosed_before_key(self.frames, self.at)):
            self.apply([close_brackets(self, count)], safe=False)
            self.state = AFTER_COMMA[self.frames[-1].bracket]
            return
        self.take_key(self.tokens.ends[self.at + 1])
        self.at += 2
        self.state = state

    def _stub(self, state: str) -> None:
        self.take_key(self.tokens.ends[self.at])
        self.at += 1
        self.state = state

    def _junk(self, state: str) -> None:
        self.report(self.tokens.words[self.at].diagnostic(self.span))
        self.at += 1
        self.state = state

    def _recover(self) -> None:
        """Mends the mistake at the current token, or ends the reading there."""
        kind = self.kind
        self.repairs_left -= 1
        if kind == GIVEN_UP or self.repairs_left < 0:
            self.is_over = True
        elif kind == TOO_DEEP:
            self._too_deep()
        elif kind == END:
            self._text_ends()
        elif self.state == "end":
            self._after_end()
        elif kind == "," and self.state in ("key", "item", "first_key", "first_item"):
            self._surplus_commas()
        elif kind == STRING and self.state in ("key", "first_key") and self.tokens.kinds[self.at + 1] == END:
            self._stub("stub")
        else:
            repair, safe = self.recovery.best(self.place, self._repairs()) or (SKIP, False)
            self.apply([MAKE[move](self) for move in repair], safe=safe)

    def _repairs(self) -> tuple[Repair, ...]:
        """The repairs to try here, the likeliest first."""
        repairs = REPAIRS[self.state].get(self.kind, (SKIP,))
        if self.kind in _KEYS and self.state in ("item", "item_done", "loose_item") and self._at_section():
            return tuple(sorted(repairs, key=lambda repair: not repair[0].startswith("close")))
        impossible = self._impossible_moves()
        return tuple(repair for repair in repairs if impossible.isdisjoint(repair))

    def _impossible_moves(self) -> set[str]:
        """The moves about the last member for which that one is not of the right kind."""
        members = self.frames[-1].members if self.frames else []
        if not members:
            return {"wrap", "revalue", "rejoin"}
        kind = members[-1].value.kind
        impossible = {"revalue"} if kind in ("object", "array") else {"rejoin"}
        if kind == "array":
            impossible.add("rejoin")
        if self.kind == "]" and kind == "array":
            impossible.add("wrap")
        return impossible

    def _too_deep(self) -> None:
        message = f"brackets are nested deeper than {MAX_DEPTH}; nothing was read from here on"
        self.report(Diagnostic("LC104", message, self.span, "one too deep", help="remove the surplus brackets"))
        self.is_over = True

    def apply(self, mistakes: list[Mistake], *, safe: bool) -> None:
        """Reports the moves of one repair as one mistake: the first one."""
        first = mistakes[0]
        fixes: tuple[Fix, ...] = ()
        edits = [edit for mistake in mistakes for edit in mistake.edits or ()]
        if edits and all(mistake.edits is not None for mistake in mistakes):
            safe = safe or (len(mistakes) == 1 and first.code in _ALWAYS_SAFE)
            fixes = (Fix(first.help, tuple(edits), safe=safe),)
        self.report(Diagnostic(first.code, first.message, first.span, first.label, first.related, first.help, fixes))

    def _at_section(self) -> bool:
        return self.tokens.string(self.at) in SECTIONS

    def _surplus_commas(self) -> None:
        """One or more commas where a key, a value or a closing bracket belongs."""
        kinds, first = self.tokens.kinds, self.at
        while kinds[self.at] == ",":
            self.at += 1
        if kinds[self.at] in "}]" and self.state in ("key", "item"):
            first -= 1
            self.state = AFTER_VALUE[self.frames[-1].bracket]
        span = Span(self.tokens.starts[first], self.tokens.ends[self.at - 1])
        count = self.at - first
        message, advice = (
            ("a comma too many", "remove it") if count == 1 else (f"{count} commas too many", "remove them")
        )
        self.apply([Mistake("LC108", message, span, advice, (Edit(span, ""),))], safe=True)

    def _text_ends(self) -> None:
        """The text is over, and brackets are open, or nothing was found at all."""
        self.is_over = True
        tokens = self.tokens
        if not self.frames:
            if self.at == 0:
                message = "the text is empty" if not tokens.text.strip() else "there is no JSON value in the text"
                place = Span(len(tokens.text), len(tokens.text))
                self.report(Diagnostic("LC105", message, place, help="write an object: `{ … }`"))
            return
        if tokens.kinds[self.at - 1] == BROKEN:
            return
        last = tokens.span(self.at - 1)
        related = tuple(unclosed(self, frame) for frame in reversed(self.frames))
        missing = "".join(CLOSER[frame.bracket] for frame in reversed(self.frames))
        message = f"the text ends before `{shown(missing)}`"
        fixes: tuple[Fix, ...] = ()
        if self.state in ("member_done", "item_done", "first_key", "first_item"):
            fixes = (Fix(f"write `{shown(missing)}`", (Edit(Span(last.end, last.end), missing),), safe=False),)
        advice = f"write `{shown(missing)}` where the text ends, or where each bracket belongs"
        self.report(Diagnostic("LC111", message, last, "the text ends here", related, advice, fixes))

    def _after_end(self) -> None:
        if self._root_begins_here() or self._reopen():
            return
        self._text_goes_on()
        self.is_over = True

    def _root_begins_here(self) -> bool:
        """Whether a stray word or string was taken for the whole document."""
        root = self.root
        if root is None or root.kind in ("object", "array") or self.kind not in "{[":
            return False
        self.retract(root.span)
        message = f"`{self.tokens.shown(self.at - 1)}` stands before the document"
        edits = (Edit(root.span, ""),)
        self.apply([Mistake("LC106", message, root.span, "remove it", edits)], safe=False)
        self.state = "start"
        return True

    def _reopen(self) -> bool:
        """Takes back the closing of the outermost bracket, when members follow it."""
        root, kinds = self.root, self.tokens.kinds
        if root is None or self.last_close < 0:
            return False
        bracket = "{" if root.kind == "object" else "["
        after = Place(((), bracket), AFTER_VALUE[bracket], self.at)
        if kinds[self.at] in _KEYS and bracket == "{":
            after = after._replace(state="key")
        elif kinds[self.at] != ",":
            return False
        follows_member = bracket == "{" and kinds[self.at + (kinds[self.at] == ",")] in _KEYS
        if not follows_member and self.recovery.reach(after)[0] < len(kinds):
            return False
        span = self.tokens.span(self.last_close)
        related = (Related(self.span, "and this follows"),)
        message = f"`{self.tokens.shown(self.last_close)}` closes the document too early"
        edits = (Edit(span, ""),)
        frame = self.push(bracket, root.span.start, 0 if kinds[0] == bracket else -1)
        frame.members, frame.items = list(root.members), list(root.items)
        frame.seen = {member.key: member.key_span for member in reversed(root.members)}
        self.state, self.last_close = after.state, -1
        self.apply([Mistake("LC124", message, span, "remove it", edits, "closes the document", related)], safe=False)
        return True

    def _text_goes_on(self) -> None:
        kinds, tokens = self.tokens.kinds, self.tokens
        span = Span(tokens.starts[self.at], tokens.ends[len(kinds) - 2])
        edits = (Edit(span, ""),)
        message = f"`{tokens.shown(self.at)}` follows the end of the document"
        related = (Related(tokens.span(self.last_close), "the document ends here"),) if self.last_close >= 0 else ()
        mistake = Mistake("LC121", message, span, "remove it", edits, "not part of the document", related)
        self.apply([mistake], safe=all(kind in ",}]" for kind in kinds[self.at : -1]))


_ACTIONS: dict[str, Callable[[Parser, str], None]] = {
    "scalar": Parser._scalar,
    "open": Parser._open,
    "close": Parser._close,
    "comma": Parser._comma,
    "key": Parser._key,
    "stub": Parser._stub,
    "junk": Parser._junk,
    "done": Parser._done,
}


def _layout(tokens: Tokens) -> Layout:
    from .layout import Layout

    return Layout(tokens)
