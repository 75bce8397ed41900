"""Text -> Tree: an iterative JSON parser that finds its way through broken text, and says what is wrong."""

from __future__ import annotations

import os
import re
from pathlib import Path as FilePath

from .builder import MAX_REPORTED
from .diagnostics import Diagnostic, Edit, Fix, Source, Span, in_order
from .parser import Parser
from .paths import advice, open_regular
from .scalars import shown
from .tokens import MAX_DEPTH, tokenize
from .tree import MISSING, Kind, Member, Missing, Node, Tree

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MISSING", "Kind", "Member", "Missing", "Node", "Tree", "parse", "read"]

MAX_BYTES = 1_000_000
_MOST_TOKENS_READ_TWICE = 100_000
_LONGEST_NAME = 300
_ROWS = b"}\n{"
"""What JSON Lines have, and hardly any spec."""

_SURROGATE = "[\ud800-\udfff]"
_BYTE_ORDER_MARK = "\ufeff"
_ABOUT_CHARACTERS = frozenset(("LC106", "LC112", "LC118", "LC122", "LC123"))


def parse(text: str | bytes, name: str = "<text>") -> Tree:
    """The tree of a JSON text, with everything that is wrong in it.

    Never raises on bad input: what is broken is reported, and the rest is read as far as it can be told.

    Args:
        text: the JSON text; bytes are decoded as UTF-8.
        name: what messages call the text: most often a path.
    """
    if len(text) > MAX_BYTES or (isinstance(text, str) and len(text.encode(errors="replace")) > MAX_BYTES):
        return _refused(name, _too_large("the text"))
    problems: list[Diagnostic] = []
    if isinstance(text, bytes):
        text, problems = _decoded(text)
    if not text.isascii() and (half := re.search(_SURROGATE, text)):
        message = f"U+{ord(half[0]):04X} is only half of a character"
        advice = "write the whole character"
        problems.append(Diagnostic("LC115", message, Span(half.start(), half.end()), help=advice))
        text = re.sub(_SURROGATE, "\ufffd", text)
    source = Source(name, text)
    if text.startswith(_BYTE_ORDER_MARK):
        problems.append(_byte_order_mark())
        text = " " + text[1:]
    parser = _best_reading(text)
    found = [*parser.tokens.problems, *parser.diagnostics]
    if any(problem.code == "LC101" for problem in problems):
        found = [diagnostic for diagnostic in found if not _is_about_replaced(diagnostic, text)]
    return Tree(source, parser.root, in_order([*problems, *found])[:MAX_REPORTED])


def read(path: str | os.PathLike[str]) -> Tree:
    """The tree of a JSON file; a file that cannot be read, or is too large, gives a tree without root."""
    name = os.fspath(path)
    try:
        with open_regular(FilePath(path)) as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = f"`{shown(name, _LONGEST_NAME)}` cannot be read: {reason[:1].lower()}{reason[1:]}"
        return _refused(name, Diagnostic("LC100", message, help=advice(FilePath(path)), where=name))
    if (not content.lstrip().startswith(b"{") or _ROWS in content) and (found := _foreign(content, name)):
        return _refused(name, found)
    if len(content) > MAX_BYTES:
        return _refused(name, _too_large(f"`{shown(name, _LONGEST_NAME)}`"))
    return parse(content, name)


def _best_reading(text: str) -> Parser:
    """Reads the text; where brackets do not match, a second time with the hints that its layout gives."""
    tokens = tokenize(text)
    first = Parser(tokens)
    first.run()
    if not first.brackets_differ or len(tokens.kinds) > _MOST_TOKENS_READ_TWICE:
        return first
    second = Parser(tokens, hints=True)
    second.run()
    return second if len(second.diagnostics) <= len(first.diagnostics) else first


def _refused(name: str, diagnostic: Diagnostic) -> Tree:
    return Tree(Source(name, ""), None, (diagnostic,))


def _foreign(content: bytes, name: str) -> Diagnostic | None:
    """What is said of a file that is something else than a spec."""
    from .file_types import foreign

    found = foreign(content, name)
    if found is None:
        return None
    return Diagnostic("LC125", f"`{shown(name, _LONGEST_NAME)}` is {found[0]}", help=found[1], where=name)


def _too_large(what: str) -> Diagnostic:
    message = f"{what} is larger than {MAX_BYTES // 1_000_000} MB, which no spec is"
    return Diagnostic("LC103", message, help="name the spec; data is named inside it, at `data.source`")


def _byte_order_mark() -> Diagnostic:
    span = Span(0, 1)
    fix = Fix("remove the byte order mark", (Edit(span, ""),))
    message = "the text begins with a byte order mark (U+FEFF)"
    return Diagnostic("LC102", message, span, help="save the file as UTF-8 without BOM", fixes=(fix,))


def _decoded(data: bytes) -> tuple[str, list[Diagnostic]]:
    """The text of UTF-8 bytes, with U+FFFD in place of what is not UTF-8, and the report on that."""
    if encoding := _utf16(data):
        text = data.decode(encoding, errors="replace")
        message = f"the file is encoded in {encoding[:6].upper()}, not in UTF-8"
        return text, [Diagnostic("LC101", message, Span(0, min(1, len(text))), help="save the file as UTF-8")]
    try:
        return data.decode(), []
    except UnicodeDecodeError as error:
        text = data.decode(errors="replace")
        offset = len(data[: error.start].decode())
        position = Source("", text).position(offset)
        found = f"byte 0x{data[error.start]:02X} in line {position.line}, column {position.column}"
        span = Span(offset, offset + 1)
        return text, [Diagnostic("LC101", f"{found} is not UTF-8", span, help="save the file as UTF-8")]


def _utf16(data: bytes) -> str:
    """Which UTF-16 the bytes are; nothing for UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = data[:200]
    if len(data) % 2 or len(data) < 4:
        return ""
    if sample[1::2].count(0) * 2 > len(sample[1::2]):
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) * 2 > len(sample[::2]) else ""


def _is_about_replaced(diagnostic: Diagnostic, text: str) -> bool:
    """Whether a diagnostic only repeats that a byte could not be decoded."""
    span = diagnostic.span
    return diagnostic.code in _ABOUT_CHARACTERS and span is not None and "\ufffd" in text[span.start : span.end]
