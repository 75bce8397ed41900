"""What stands between the brackets without being JSON: words, numbers in other notations, odd strings."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .diagnostics import Diagnostic, Edit, Fix, Span
from .scalars import LITERALS, NUMBER, number, quoted, shown

_OTHER_SPELLINGS = {"true": "true", "false": "false", "none": "null", "null": "null"}
_FOREIGN = {"nil": "null", "undefined": "null", "yes": "true", "no": "false", "on": "true", "off": "false"}
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_NUMBER = re.compile(NUMBER)
_LOOSE_NUMBER = re.compile(r"([+-]?)[ \t]*([0-9]*)(?:(\.)([0-9]*))?(?:[eE]([+-]?[0-9]+))?")
_NUMERIC = re.compile(r"[+-]?[ \t]*\.?[0-9]|[+-]$|[+-]{2}|\.[+-]?[0-9]")
_HEXADECIMAL = re.compile(r"([+-]?)(0[xX][0-9a-fA-F]{1,16})")
_TEXTUAL = re.compile(r"[\w$./~@%&*<-][\w .$/~@%&*:+\\()<>!?'-]*")

_ESCAPE = re.compile(
    r"(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    r"|(?P<code>\\u[0-9a-fA-F]{4})"
    r'|(?P<short>\\["\\/bfnrt])'
    r"|(?P<bad>\\[\x00-\x1f]?)"
    r"|(?P<control>[\x00-\x1f])"
)
_MOST_EDITS = 1000
"""Escapes of one kind that a fix of one string corrects at once."""
_SHORT = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_DRIVE = re.compile(r"[A-Za-z]:\\")


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters that is no JSON value, and what it most likely means.

    Attributes:
        known: whether exactly one value can be meant; `value` is that value.
        replacement: the JSON text to write instead, empty when there is none.
    """

    code: str
    message: str
    help: str
    value: str | int | float | bool | None = None
    known: bool = False
    replacement: str = ""

    def diagnostic(self, span: Span) -> Diagnostic:
        """The report on this word at its place."""
        fixes: tuple[Fix, ...] = ()
        if self.replacement:
            fixes = (Fix(f"write `{shown(self.replacement)}`", (Edit(span, self.replacement),), safe=self.known),)
        return Diagnostic(self.code, self.message, span, help=self.help, fixes=fixes)


def is_number(text: str) -> bool:
    """Whether `text` is a number as JSON writes them."""
    return _NUMBER.fullmatch(text) is not None


def too_large(text: str) -> Word:
    """A number for which `number` is `None`."""
    message = f"`{shown(text)}` is larger than any 64-bit float"
    return Word("LC117", message, "write a number below 1.8e308")


def word(text: str) -> Word:
    """What a run of characters outside of strings means."""
    if _NOT_FINITE.fullmatch(text):
        return Word("LC116", f"`{text}` is not JSON", "write a finite number, or leave the key out")
    if _NUMERIC.match(text):
        return _number_like(text)
    if known := _OTHER_SPELLINGS.get(text.lower()):
        message = f"`{text}` is written `{known}` in JSON"
        return Word("LC123", message, f"write `{known}`", LITERALS[known], known=True, replacement=known)
    if likely := _likely_literal(text):
        message = f"`{text}` is not a JSON value"
        return Word("LC123", message, f"write `{likely}`, or put the text in double quotes", replacement=likely)
    if _TEXTUAL.fullmatch(text) and any(char.isalnum() for char in text):
        message, advice = f"`{shown(text)}` has no quotes", "put text in double quotes"
        return Word("LC123", message, advice, text, known=True, replacement=quoted(text))
    return Word("LC106", f"`{shown(text)}` is not expected here", "remove it, or put it in double quotes")


def is_symbol(found: Word) -> bool:
    """Whether the word is punctuation rather than an attempt at a value."""
    return found.code == "LC106"


def _likely_literal(text: str) -> str:
    if text.lower() in _FOREIGN:
        return _FOREIGN[text.lower()]
    if len(text) < 2:
        return ""
    return next((literal for literal in LITERALS if literal.startswith(text)), "")


def _number_like(text: str) -> Word:
    message = f"`{shown(text)}` is not a number that JSON knows"
    plain = _plain_number(text)
    value = number(plain) if plain else None
    if value is None:
        return Word("LC118", message, "write it in digits, such as `10`, `0.5` or `1e-3`")
    return Word("LC118", message, f"write `{plain}`", value, known=True, replacement=plain)


def _plain_number(text: str) -> str:
    """The JSON notation of a number written in another one, or nothing."""
    if match := _HEXADECIMAL.fullmatch(text):
        return ("-" if match[1] == "-" else "") + str(int(match[2], 16))
    match = _LOOSE_NUMBER.fullmatch(re.sub(r"(?<=[0-9])_(?=[0-9])", "", text))
    if match is None or not (match[2] or match[4]):
        return ""
    sign = "-" if match[1] == "-" else ""
    fraction = f".{match[4] or '0'}" if match[3] else ""
    exponent = f"e{match[5]}" if match[5] else ""
    return sign + (match[2].lstrip("0") or "0") + fraction + exponent


def decoded(text: str, start: int, end: int) -> tuple[str, list[Diagnostic]]:
    """The value of the string contents `text[start:end]`, and what is wrong in it: one diagnostic a kind."""
    parts: list[str] = []
    wrong: dict[str, list[Edit]] = {}
    at = start
    for match in _ESCAPE.finditer(text, start, end):
        parts.append(text[at : match.start()])
        kind, found, at = str(match.lastgroup), match[0], match.end()
        parts.append(_escape_value(kind, found))
        if kind in _REPORTED and len(wrong.get(kind, ())) < _MOST_EDITS:
            wrong.setdefault(kind, []).append(Edit(Span(match.start(), at), _escape_replacement(kind, found)))
    parts.append(text[at:end])
    if "bad" in wrong and _DRIVE.match(text, start, end):
        raw = text[start:end]
        return raw.replace("\\\\", "\\"), [_windows_path(raw, start, wrong["bad"][0])]
    return "".join(parts), [_REPORTED[kind](text, edits) for kind, edits in wrong.items()]


def _escape_value(kind: str, found: str) -> str:
    match kind:
        case "pair":
            high, low = int(found[2:6], 16), int(found[8:], 16)
            return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        case "code":
            return chr(int(found[2:], 16))
        case "short":
            return _SHORT[found[1]]
        case "half":
            return "\ufffd"
        case _:
            return found


def _escape_replacement(kind: str, found: str) -> str:
    if kind == "bad":
        return "\\\\" + quoted(found[1:])[1:-1]
    return quoted(found)[1:-1] if kind == "control" else found


def _bad_escape(text: str, edits: list[Edit]) -> Diagnostic:
    first = edits[0].span
    span = Span(first.start, min(max(first.start + 2, first.end), len(text)))
    message = f"`{shown(text[span.start : span.end])}` is no escape that JSON knows"
    fix = Fix("double the backslash", tuple(edits))
    return Diagnostic("LC113", message, span, help="write `\\\\`; paths may use `/` instead", fixes=(fix,))


def _control(text: str, edits: list[Edit]) -> Diagnostic:
    span, written = edits[0].span, edits[0].text
    message = f"a string contains the control character {shown(text[span.start : span.end])}"
    fix = Fix(f"write `{written}`", tuple(edits))
    return Diagnostic("LC114", message, span, help=f"write `{written}`", fixes=(fix,))


def _half(text: str, edits: list[Edit]) -> Diagnostic:
    span = edits[0].span
    message = f"`{text[span.start : span.end]}` is only half of a character"
    return Diagnostic("LC115", message, span, help="write both halves of the pair, or the character itself")


_REPORTED: dict[str, Callable[[str, list[Edit]], Diagnostic]] = {"bad": _bad_escape, "control": _control, "half": _half}


def _windows_path(raw: str, start: int, first: Edit) -> Diagnostic:
    doubled = re.sub(r"\\\\?", lambda _: "\\\\", raw)
    fix = Fix("double the backslashes", (Edit(Span(start, start + len(raw)), doubled),))
    advice = "write each backslash as `\\\\`; paths may use `/` instead"
    span = Span(first.span.start, min(first.span.start + 2, start + len(raw)))
    return Diagnostic("LC113", f"`{shown(raw)}` contains single backslashes", span, help=advice, fixes=(fix,))
