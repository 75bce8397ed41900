"""Text -> tokens; what is not well-formed is left to `oddities`, which is loaded when there is any."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .diagnostics import Diagnostic, Span
from .scalars import NUMBER, shown

if TYPE_CHECKING:
    from .oddities import Oddities
    from .words import Word

MAX_DEPTH = 64

STOP = r"(?=[ \t]*(?:[,:}\]\r\n]|\Z))"
SCALAR_STOP = r"(?=[ \t\r\n,:}\];=)]|\Z)"
PLAIN = r'"[^"\\\x00-\x1f]*"'
_TOKEN = re.compile(
    r"[ \t\r\n]*(?:"
    r"([{}\[\],:])"
    rf"|({PLAIN}){STOP}"
    rf"|((?:{NUMBER}|true|false|null){SCALAR_STOP})"
    r"|(\Z)|())"
)
_BRACKET, _STRING, _VALUE, _END = 1, 2, 3, 4

_MAX_ODDITIES = 10_000

BROKEN, KEY, BROKEN_KEY, BARE, BARE_KEY, STRING, SYMBOL, END = "b", "k", "B", "v", "u", "s", "j", "$"
TOO_DEEP, GIVEN_UP = "^", "!"
ENDS = frozenset((END, TOO_DEEP, GIVEN_UP))
BEFORE_COLON = {STRING: KEY, BROKEN: BROKEN_KEY, BARE: BARE_KEY}


@dataclass(slots=True)
class Tokens:
    """The tokens of a text, in parallel lists.

    Attributes:
        kinds: one character a token: a bracket, comma or colon itself; `s` string, `b` one without its closing
            quote, `v` number or word, each `k`, `B`, `u` when a colon follows; `j` symbol; `$` `^` `!` the end.
        strings: the values of those strings that are not simply the text between their quotes.
        words: what those words mean that are neither numbers nor literals of JSON.
        unopened: the strings without an opening double quote, as `type"` or `'type'`.
        problems: what is wrong whatever the place.
    """

    text: str
    kinds: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    strings: dict[int, str] = field(default_factory=dict)
    words: dict[int, Word] = field(default_factory=dict)
    unopened: set[int] = field(default_factory=set)
    problems: list[Diagnostic] = field(default_factory=list)

    def span(self, index: int) -> Span:
        """Where a token stands."""
        return Span(self.starts[index], self.ends[index])

    def string(self, index: int) -> str:
        """The value of a string."""
        known = self.strings.get(index)
        return self.text[self.starts[index] + 1 : self.ends[index] - 1] if known is None else known

    def shown(self, index: int) -> str:
        """A token for a message."""
        return shown(self.text[self.starts[index] : self.ends[index]])


def tokenize(text: str) -> Tokens:
    """Splits `text` into tokens, the last of which is `$`: the end.

    Instead it is `^` where brackets are nested too deep, and `!` where so much is wrong that this is no JSON.
    """
    tokens = Tokens(text)
    kinds, starts, ends = tokens.kinds, tokens.starts, tokens.ends
    brackets: list[str] = []
    oddities: Oddities | None = None
    match_token = _TOKEN.match
    at = 0
    while match := match_token(text, at):
        group = match.lastindex or 0
        start, at = match.span(group)
        if group == _BRACKET:
            kind = text[start]
            if kind == ":":
                if kinds:
                    kinds[-1] = BEFORE_COLON.get(kinds[-1], kinds[-1])
            elif kind in "{[":
                brackets.append(kind)
            elif kind != "," and brackets:
                brackets.pop()
        elif group == _STRING:
            kind = STRING
        elif group == _VALUE:
            kind = BARE
        elif group == _END:
            break
        else:
            oddities = oddities or _oddities(tokens, brackets)
            at = oddities.read(start)
            if oddities.count > _MAX_ODDITIES:
                kinds.append(GIVEN_UP)
                starts.append(at)
                ends.append(at)
                return tokens
            continue
        kinds.append(kind)
        starts.append(start)
        ends.append(at)
        if len(brackets) > MAX_DEPTH:
            kinds[-1] = TOO_DEEP
            return tokens
    kinds.append(END)
    starts.append(len(text))
    ends.append(len(text))
    return tokens


def _oddities(tokens: Tokens, brackets: list[str]) -> Oddities:
    from .oddities import Oddities

    return Oddities(tokens, brackets)
