"""Tokens of text that is not well-formed: a string that is not closed ends where the rest makes sense."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .diagnostics import Diagnostic, Edit, Fix, Related, Span
from .scalars import NUMBER, shown
from .tokens import BARE, BEFORE_COLON, BROKEN, PLAIN, SCALAR_STOP, STOP, STRING, SYMBOL, Tokens
from .words import decoded, is_number, is_symbol, word

_ESCAPED = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_STRING_BODY = re.compile(r'"(?:[^"\\\n\r]|\\[^\n\r])*+("?)')
_LINE_REST = re.compile(r"[^\n\r]*")
_CLEAN_STRING = re.compile(rf"(?:{PLAIN}|{_ESCAPED}){STOP}")
_STOPPED = re.compile(STOP)
_NEXT_VALUE = re.compile(rf'[ \t]*(?:["{{\[=;#]|//|/\*|(?:{NUMBER}|true|false|null){SCALAR_STOP})')
_ESCAPED_END = re.compile(rf'(?<!\\)(?:\\\\)*\\"{STOP}')
_NEXT_LINES = re.compile(r'(?:\r?\n[^"\n\r]{0,300}){1,8}+"(?=[ \t]*(?:[,}\]\r\n]|\Z))')
_PIECE = re.compile(rf"([ \t]+)|([,:{{}}\[\]])|((?:{NUMBER}|true|false|null)(?=[ \t,:}}\]]|\Z))|[^ \t,:{{}}\[\]]+")
_IDENTIFIER = re.compile(r"[\w.$-]*")

_INVISIBLE = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
_INVISIBLES = re.compile(rf"[{_INVISIBLE}]+")
_ONLY_OPENING = re.compile(r'"[ \t]*[{\[][ \t{\[]*"')
_OTHER_QUOTES = re.compile(
    rf"(?:'[^'\n\r]{{0,200}}'|[“”„«][^“”»\n\r]{{0,200}}[“”»]|[‘’`][^‘’`\n\r]{{0,200}}[‘’`]){STOP}"
)
_SIGNED = re.compile(r"[+-][ \t]{1,8}[0-9][0-9.eE+-]*")
_PHRASE = re.compile(
    r"(?!(?:true|false|null)\b)[^\W\d][\w.-]{0,60}(?:[ \t]{1,8}(?!(?:true|false|null)\b)[^\W\d][\w.-]{0,60}){1,8}"
    r"(?=[ \t]*(?:[,}\]\r\n]|\Z))"
)
_WORD = re.compile(rf'(?:[^ \t\r\n"{{}}\[\],:=;#/(){_INVISIBLE}]|/(?![/*]))+')
_SEPARATOR = re.compile(r"=>?|:=|;")
_PARENTHESES = re.compile(r"\([^()\n\r{}\[\]]{0,300}\)")

_LONGEST_GUESS = 200


@dataclass(slots=True)
class Oddities:
    """Reads what the regular expression of well-formed tokens does not match; `count` leaves out mere escapes."""

    tokens: Tokens
    brackets: list[str]
    count: int = 0
    comment_never_ends: bool = False
    next_quote: int = -1
    parenthesis: int = -1

    def read(self, at: int) -> int:
        """Adds what stands at `at`; returns where to go on."""
        text = self.tokens.text
        char = text[at]
        if char == '"':
            return self._string(at)
        self.count += 1
        if char == "#" or text.startswith(("//", "/*"), at):
            return self._comment(at)
        if match := _INVISIBLES.match(text, at):
            return self._invisible(match.end(), Span(at, match.end()))
        if match := _OTHER_QUOTES.match(text, at):
            return self._unopened(Span(at, match.end()), text[at + 1 : match.end() - 1])
        if quote := self._quote_that_closes(at):
            return self._unopened(Span(at, quote + 1), text[at:quote])
        if end := self._separator(at) or self._parenthesis(at):
            return end
        match = _SIGNED.match(text, at) or _PHRASE.match(text, at) or _WORD.match(text, at)
        return self._word(at, match.end() if match else at + 1)

    def _quote_that_closes(self, at: int) -> int:
        """The double quote that ends a string which does not begin with one, as `type": 5`; 0 if there is none."""
        text = self.tokens.text
        if self.next_quote < at:
            self.next_quote = text.find('"', at) % (len(text) + 1)
        quote = self.next_quote
        if quote - at > _LONGEST_GUESS or not _STOPPED.match(text, quote + 1) or "\n" in text[at:quote]:
            return 0
        return 0 if quote == len(text) or _CLEAN_STRING.match(text, quote) else quote

    def _add(self, kind: str, start: int, end: int) -> int:
        tokens = self.tokens
        tokens.kinds.append(kind)
        tokens.starts.append(start)
        tokens.ends.append(end)
        return len(tokens.kinds) - 1

    def _add_string(self, kind: str, span: Span, contents: Span) -> None:
        index = self._add(kind, span.start, span.end)
        self.tokens.strings[index], problems = decoded(self.tokens.text, contents.start, contents.end)
        self.tokens.problems += problems

    def _unopened(self, span: Span, value: str) -> int:
        index = self._add(STRING, span.start, span.end)
        self.tokens.strings[index] = value
        self.tokens.unopened.add(index)
        return span.end

    def _separator(self, start: int) -> int:
        """A separator of another language, where a colon or a comma belongs."""
        tokens = self.tokens
        match = _SEPARATOR.match(tokens.text, start)
        if match is None or not tokens.kinds or tokens.kinds[-1] in "{[,:":
            return 0
        mark, code = (",", "LC107") if match[0] == ";" else (":", "LC110")
        if mark == ":":
            tokens.kinds[-1] = BEFORE_COLON.get(tokens.kinds[-1], tokens.kinds[-1])
        span = Span(start, match.end())
        message = f"`{match[0]}` stands where a {'comma' if mark == ',' else 'colon'} belongs"
        fix = Fix(f"write `{mark}`", (Edit(span, mark),))
        tokens.problems.append(Diagnostic(code, message, span, help=fix.title, fixes=(fix,)))
        self._add(mark, start, match.end())
        return match.end()

    def _parenthesis(self, start: int) -> int:
        """A tuple as Python writes it, where a list belongs."""
        tokens = self.tokens
        if start == self.parenthesis:
            self._add("]", start, start + 1)
            return start + 1
        match = _PARENTHESES.match(tokens.text, start)
        if match is None:
            return 0
        self.parenthesis = match.end() - 1
        span, closing = Span(start, start + 1), Span(self.parenthesis, match.end())
        fix = Fix("write `[` and `]`", (Edit(span, "["), Edit(closing, "]")))
        related = (Related(closing, "and here"),)
        message = "a list is written in square brackets"
        tokens.problems.append(Diagnostic("LC106", message, span, "", related, fix.title, (fix,)))
        self._add("[", start, start + 1)
        return start + 1

    def _word(self, start: int, end: int) -> int:
        text = self.tokens.text[start:end]
        index = self._add(BARE, start, end)
        if not is_number(text) and text not in ("true", "false", "null"):
            self.tokens.words[index] = meaning = word(text)
            if is_symbol(meaning):
                self.tokens.kinds[index] = SYMBOL
        return end

    def _comment(self, start: int) -> int:
        text = self.tokens.text
        end = -1
        if text.startswith("/*", start) and not self.comment_never_ends:
            end = text.find("*/", start + 2) + 2
            self.comment_never_ends = end == 1
        if end <= 1:
            match = _LINE_REST.match(text, start)
            end = match.end() if match else len(text)
        fix = Fix("remove the comment", (Edit(Span(start, end), " " if end < len(text) else ""),))
        message = f"`{shown(text[start:end])}` is a comment, and JSON has none"
        advice = "remove it; `description` holds free text"
        self.tokens.problems.append(Diagnostic("LC119", message, Span(start, end), help=advice, fixes=(fix,)))
        return end

    def _invisible(self, end: int, span: Span) -> int:
        found = shown(self.tokens.text[span.start : span.end])
        fix = Fix("replace it by a space", (Edit(span, " "),))
        message = f"the invisible character {found} is not allowed here"
        advice = "use ordinary spaces and line breaks"
        self.tokens.problems.append(Diagnostic("LC106", message, span, help=advice, fixes=(fix,)))
        return end

    def _string(self, start: int) -> int:
        text = self.tokens.text
        match = _STRING_BODY.match(text, start)
        assert match, start
        end = match.end()
        if match[1] and _STOPPED.match(text, end):
            self._add_string(STRING, Span(start, end), Span(start + 1, end - 1))
            return end
        self.count += 1
        if not match[1]:
            return self._escaped_end(start, end) or self._unclosed_in_line(start)
        if after := self._escaped_end(start, end) or self._stray_quote(start, end):
            return after
        if _ONLY_OPENING.match(text, start):
            return self._quote_too_many(start)
        if self._next_opens(start, end - 1):
            return self._unclosed(start, end - 1)
        self._add_string(STRING, Span(start, end), Span(start + 1, end - 1))
        return end

    def _escaped_end(self, start: int, end: int) -> int:
        r"""A string as `"C:\data\"`, whose last backslash hides its closing quote."""
        match = _ESCAPED_END.search(self.tokens.text, start + 1, end)
        if match is None:
            return 0
        self._add_string(STRING, Span(start, match.end()), Span(start + 1, match.end() - 1))
        return match.end()

    def _stray_quote(self, start: int, end: int) -> int:
        """A string with one quote too many at its end: `"type"":`."""
        text = self.tokens.text
        if not text.startswith('"', end) or not _STOPPED.match(text, end + 1):
            return 0
        self._add_string(STRING, Span(start, end), Span(start + 1, end - 1))
        return self._quote_too_many(end)

    def _quote_too_many(self, at: int) -> int:
        span = Span(at, at + 1)
        fix = Fix("remove the quote", (Edit(span, ""),))
        message = "a double quote too many"
        self.tokens.problems.append(Diagnostic("LC106", message, span, help="remove it", fixes=(fix,)))
        return at + 1

    def _next_opens(self, start: int, quote: int) -> bool:
        """Whether the quote that seems to close a string opens the next one."""
        text = self.tokens.text
        if _CLEAN_STRING.match(text, quote):
            return True
        return not _NEXT_VALUE.match(text, quote + 1) and _rest_of_structure(text, start + 1, quote) is not None

    def _unclosed_in_line(self, start: int) -> int:
        text = self.tokens.text
        match = _LINE_REST.match(text, start)
        assert match, start
        line_end = match.end()
        lines = _NEXT_LINES.match(text, line_end)
        if lines and _rest_of_structure(text, start + 1, line_end) is None and _is_prose(lines[0]):
            self._add_string(STRING, Span(start, lines.end()), Span(start + 1, lines.end() - 1))
            return lines.end()
        return self._unclosed(start, line_end)

    def _closing(self, start: int, end: int) -> tuple[Fix, ...]:
        """The quote, and the comma after it, that a string without end needs.

        Safe where the string is a key before its colon, or a value within brackets that go on.
        """
        text, kinds = self.tokens.text, self.tokens.kinds
        if not _STOPPED.match(text, end):
            return ()
        after = text[end : end + _LONGEST_GUESS].lstrip()
        is_value = (kinds[-1:] == [":"] or self.brackets[-1:] == ["["]) and end > start + 1
        is_safe = after.startswith(":") or (is_value and (after != "" or not self.brackets))
        closing = '",' if is_value and after[:1] in ('"', "{", "[") else '"'
        return (Fix("close the string", (Edit(Span(end, end), closing),), safe=is_safe),)

    def _unclosed(self, start: int, limit: int) -> int:
        """Adds a string that ends before `limit`, at the latest."""
        text = self.tokens.text
        cut = _rest_of_structure(text, start + 1, limit)
        end = start + 1 + len(text[start + 1 : limit if cut is None else cut].rstrip(" \t"))
        fixes = self._closing(start, end)
        self._add_string(BROKEN, Span(start, end), Span(start + 1, end))
        message = f"the string `{shown(text[start:end])}` has no closing quote"
        advice = 'put `"` at its end'
        label = "the closing quote is missing"
        self.tokens.problems.append(Diagnostic("LC112", message, Span(start, end), label, (), advice, fixes))
        return end


def _is_prose(lines: str) -> bool:
    """Whether lines continue a text, rather than hold further members."""
    match = _WORD.match(lines.lstrip())
    return match is not None and not is_number(match[0]) and match[0] not in ("true", "false", "null")


def _rest_of_structure(text: str, start: int, end: int) -> int | None:
    """Where commas, colons and brackets begin that lead up to `end`, with numbers between them only after a key.

    `LSTM }, { ` -> 5, `units: 50, ` -> 5, `pm2.5, ` -> 5, `Paris` -> None
    """
    whole = bare = None
    for piece in _PIECE.finditer(text, start, end):
        blank, mark, scalar = piece.groups()
        if mark:
            place = piece.start() if mark in ",:}]" else None
            whole, bare = (place if whole is None else whole), (place if bare is None else bare)
        elif scalar and whole is not None:
            bare = None
        elif not blank:
            whole = bare = None
    if whole is not None and text[whole] == ":" and _IDENTIFIER.fullmatch(text, start, whole):
        return whole
    if bare is not None and end == len(text) and not re.search(r"[}\]]", text[bare:]):
        return None
    return bare
