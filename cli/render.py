"""Diagnostics as people, programs and continuous integration read them."""

from __future__ import annotations

import itertools
import os
import sys
import textwrap
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import click

from ..spec.codes import CODES
from ..spec.diagnostics import Diagnostic, Source, Span, errors
from ..spec.document import dumps
from ..spec.errors import LstmcError
from ..spec.overrides import OVERRIDDEN

MOST = 20
"""Diagnostics shown to people at once; programs get all of them."""
_COLORS = {"error": "red", "warning": "yellow", "info": "blue"}
_UNSAFE = dict.fromkeys((*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)
_UNSAFE |= {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
"""Characters that would steer a terminal, and what is shown in their place: one character for each."""


def complain(error: LstmcError) -> int:
    """Shows the diagnostics of `error` as the running command was asked to; returns the exit code."""
    show(error.diagnostics, error.source, as_json=json_wanted())
    return error.exit_code


def json_wanted() -> bool:
    """Whether this process was asked for JSON; told from its arguments, since they may be what is wrong."""
    arguments = list(itertools.takewhile(lambda argument: argument != "--", sys.argv[1:]))
    pairs = itertools.pairwise(arguments)
    return "--json" in arguments or "--format=json" in arguments or ("--format", "json") in pairs


def failure(kind: str, message: str) -> None:
    """Writes the document of a command that ended without a diagnostic."""
    click.echo(dumps({"diagnostics": [], "error": {"kind": kind, "message": message}}, indent=2))


def show(
    diagnostics: Iterable[Diagnostic], source: Source | None, *, as_json: bool = False, named: bool = False
) -> None:
    """Writes diagnostics for people to stderr, or as one JSON document to stdout; `named` sums up with the file."""
    found = tuple(diagnostics)
    if as_json:
        click.echo(dumps({"diagnostics": [data(d, source) for d in found]}, indent=2))
        return
    for diagnostic in found[:MOST]:
        click.echo(text(diagnostic, source), err=True)
    if len(found) > MOST:
        click.echo(f"… and {len(found) - MOST:,} more, not shown; `--json` gives all of them\n", err=True)
    if found:
        say((f"{source.name}: " if source and named else "") + summary(found, mendable=_mendable(source)))


def _mendable(source: Source | None) -> bool:
    """Whether `--fix` can write into the text: not where `--set` has changed it."""
    return source is None or not source.name.endswith(OVERRIDDEN)


def summary(diagnostics: Iterable[Diagnostic], *, mendable: bool = True) -> str:
    """`2 errors, 1 warning; 1 fixable with --fix`, where it is `mendable` by that."""
    found = tuple(diagnostics)
    failed = len(errors(found))
    parts = [_count(failed, "error")] if failed else []
    if len(found) > failed:
        parts.append(_count(len(found) - failed, "warning"))
    fixable = sum(d.fixable for d in found)
    note = f"; {fixable} fixable with `lstmc check --fix`" if fixable and mendable else ""
    return ", ".join(parts) + note + f"; `lstmc explain {found[0].code}` tells more"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"


def say(message: str, indent: int = 0) -> None:
    """Writes a message to stderr, each of its lines as wide as the terminal; paths and options stay whole."""
    wrap = textwrap.TextWrapper(
        terminal_width(), subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )
    for line in message.translate(_UNSAFE).splitlines():
        click.echo(wrap.fill(line), err=True)


def note(message: str) -> None:
    """Writes what a user should know to stderr."""
    say(f"note: {message}", indent=6)


def usage(error: click.ClickException, message: str) -> None:
    """Writes what is wrong with the command itself, `message`, to stderr, after how it is used."""
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    if context:
        click.echo(f"{context.get_usage()}\nTry '{context.command_path} --help' for help.\n", err=True)
    say(f"Error: {message}", indent=7)


def terminal_width() -> int:
    """Columns of the terminal that messages go to; 100 where it is none."""
    import shutil

    columns = shutil.get_terminal_size((0, 0)).columns
    if not columns:
        try:
            columns = os.get_terminal_size(sys.__stderr__.fileno() if sys.__stderr__ else 2).columns
        except (OSError, ValueError):
            columns = 0
    return min(columns or 100, 120)


def text(diagnostic: Diagnostic, source: Source | None, width: int | None = None) -> str:
    """One diagnostic with its source lines, carets and help, free of characters that steer a terminal."""
    width = width or terminal_width()
    color = _COLORS[diagnostic.severity]
    head = click.style(f"{diagnostic.severity}[{diagnostic.code}]", fg=color, bold=True) + ": "
    what = f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}".translate(_UNSAFE)
    message = textwrap.wrap(what, width)
    message[0] = head + click.style(message[0][len(f"{diagnostic.severity}[{diagnostic.code}]: ") :], bold=True)
    lines = message
    if source is not None and diagnostic.span is not None:
        lines += _excerpt(diagnostic, source, width)
    elif diagnostic.where or diagnostic.path:
        lines.append(click.style("  --> ", fg="blue") + (diagnostic.where or diagnostic.path).translate(_UNSAFE))
    if diagnostic.help:
        fixable = diagnostic.fixable and _mendable(source)
        advice = (diagnostic.help + ("   [fixable]" if fixable else "")).translate(_UNSAFE)
        wrapped = textwrap.wrap(advice, width - 7, break_long_words=False, break_on_hyphens=False)
        label = click.style(" help: ", fg="cyan", bold=True)
        lines += [label + wrapped[0], *(" " * 7 + line for line in wrapped[1:])]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Mark:
    """A span on its line, underlined with `sign`; the main one is `^`."""

    line: int
    column: int
    length: int
    sign: str
    label: str


def _excerpt(diagnostic: Diagnostic, source: Source, width: int) -> list[str]:
    assert diagnostic.span is not None
    main = _mark(source, diagnostic.span, "^", diagnostic.label)
    marks = [main, *(_mark(source, related.span, "-", related.message) for related in diagnostic.related)]
    digits = len(str(max(mark.line for mark in marks)))
    margin, room = " " * digits, width - digits - 4
    color = _COLORS[diagnostic.severity]
    lines = [margin + click.style(" --> ", fg="blue") + f"{source.name}:{main.line}:{main.column}".translate(_UNSAFE)]
    previous = 0
    for number in sorted({mark.line for mark in marks}):
        here = sorted((mark for mark in marks if mark.line == number), key=lambda mark: mark.column)
        if previous and number > previous + 1:
            lines.append(click.style(f"{margin} ⋮", fg="blue"))
        previous = number
        shown, start = _cropped(source.line(number), main if main in here else here[0], room)
        lines.append(click.style(f" {number:>{digits}} | ", fg="blue") + shown)
        bar = click.style(f"{margin}  | ", fg="blue")
        lines += [bar + _pointer(mark, shown, start, room, color) for mark in here if _visible(mark, start, room)]
    return lines


def _mark(source: Source, span: Span, sign: str, label: str) -> _Mark:
    at = source.position(span.start)
    rest = len(source.line(at.line)) - at.column + 1
    return _Mark(at.line, at.column, max(1, min(span.end - span.start, rest)), sign, label)


def _visible(mark: _Mark, start: int, room: int) -> bool:
    return 0 < mark.column - start <= room


def _pointer(mark: _Mark, shown: str, start: int, room: int, color: str) -> str:
    """The underline with its label after it, or before it where the line ends."""
    first = mark.column - start - 1
    before = _cells(shown[:first])
    length = max(1, min(_cells(shown[first : first + mark.length]), room - before))
    label = mark.label.translate(_UNSAFE)
    pointer = click.style(mark.sign * length, fg=color if mark.sign == "^" else "blue", bold=True)
    if before + length + 1 + _cells(label) > room and _cells(label) < before:
        return " " * (before - 1 - _cells(label)) + f"{label} " + pointer
    return " " * before + pointer + (f" {label}" if label else "")


def _cells(shown: str) -> int:
    """The columns of a terminal that a text takes: East Asian characters take two, combining ones none."""
    if shown.isascii():
        return len(shown)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown)


def _cropped(line: str, focus: _Mark, width: int) -> tuple[str, int]:
    """The part of a line that fits with `focus` in it, and how many characters were left out before it."""
    line = line.replace("\t", " ").translate(_UNSAFE)
    if _cells(line) <= width:
        return line, 0
    for count in range(min(width, len(line)), 1, -1):
        length = min(focus.length, count - 2)
        start = max(0, min(focus.column - 1 - (count - length) // 2, len(line) - count))
        head, tail = "…" if start else "", "…" if start + count < len(line) else ""
        part = head + line[start + len(head) : start + count - len(tail)] + tail
        if _cells(part) <= width:
            return part, start
    return "…", focus.column - 1


def data(diagnostic: Diagnostic, source: Source | None) -> dict[str, Any]:
    """One diagnostic as plain data, with lines and columns from one."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "path": diagnostic.path,
        "where": diagnostic.where,
        "label": diagnostic.label,
        "file": _file(source) if source else None,
        "range": _range(diagnostic.span, source) if source and diagnostic.span else None,
        "related": [{"message": r.message, "range": _range(r.span, source)} for r in diagnostic.related if source],
        "fixes": [
            {
                "title": fix.title,
                "safe": fix.safe,
                "edits": [{"range": _range(edit.span, source), "text": edit.text} for edit in fix.edits],
            }
            for fix in diagnostic.fixes
            if source
        ],
    }


def _file(source: Source) -> str:
    """The file that a text is of, also where `--set` has changed the text."""
    return source.name.removesuffix(OVERRIDDEN)


def _range(span: Span, source: Source) -> dict[str, dict[str, int]]:
    start, end = source.position(span.start), source.position(span.end)
    return {
        "start": {"line": start.line, "column": start.column, "offset": span.start},
        "end": {"line": end.line, "column": end.column, "offset": span.end},
    }


def github(diagnostic: Diagnostic, source: Source) -> str:
    """One diagnostic as a GitHub workflow command, which annotates the line in a pull request."""
    level = {"error": "error", "warning": "warning", "info": "notice"}[diagnostic.severity]
    place = f"file={_escaped(_file(source), property_=True)}"
    if diagnostic.span:
        start, end = source.position(diagnostic.span.start), source.position(diagnostic.span.end)
        place += f",line={start.line},col={start.column},endLine={end.line},endColumn={end.column}"
    body = diagnostic.message + (f" — {diagnostic.help}" if diagnostic.help else "")
    return f"::{level} {place},title={diagnostic.code}::{_escaped(body)}"


def _escaped(value: str, *, property_: bool = False) -> str:
    pairs = [("%", "%25"), ("\r", "%0D"), ("\n", "%0A")]
    pairs += [(":", "%3A"), (",", "%2C")] if property_ else []
    for char, code in pairs:
        value = value.replace(char, code)
    return value


def sarif(found: Iterable[tuple[Source, Diagnostic]], version: str) -> dict[str, Any]:
    """Diagnostics of several files as one SARIF 2.1.0 log."""
    pairs = list(found)
    codes = sorted({diagnostic.code for _, diagnostic in pairs})
    levels = {"error": "error", "warning": "warning", "info": "note"}
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code].title},
            "fullDescription": {"text": CODES[code].cause},
            "help": {"text": CODES[code].fix},
        }
        for code in codes
    ]
    results = [
        {
            "ruleId": diagnostic.code,
            "ruleIndex": codes.index(diagnostic.code),
            "level": levels[diagnostic.severity],
            "message": {"text": diagnostic.message + (f" Help: {diagnostic.help}" if diagnostic.help else "")},
            "locations": [_location(source, diagnostic)],
        }
        for source, diagnostic in pairs
    ]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "lstmc", "version": version, "rules": rules}}, "results": results}],
    }


def _location(source: Source, diagnostic: Diagnostic) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _file(source)}}
    if diagnostic.span:
        start, end = source.position(diagnostic.span.start), source.position(diagnostic.span.end)
        physical["region"] = {
            "startLine": start.line,
            "startColumn": start.utf16,
            "endLine": end.line,
            "endColumn": end.utf16,
        }
    return {"physicalLocation": physical}
