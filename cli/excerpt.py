"""One diagnostic as people read it: the message, the lines that it is about, underlined, and the help."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import click

from ..spec.diagnostics import Diagnostic, Source, Span
from .render import UNSAFE, terminal_width, wrapped

_COLORS = {"error": "red", "warning": "yellow", "info": "blue"}


def text(diagnostic: Diagnostic, source: Source | None, width: int | None = None) -> str:
    """One diagnostic with its source lines, carets and help, free of characters that steer a terminal."""
    width = width or terminal_width()
    color = _COLORS[diagnostic.severity]
    head = click.style(f"{diagnostic.severity}[{diagnostic.code}]", fg=color, bold=True) + ": "
    what = f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}".translate(UNSAFE)
    message = wrapped(what, width)
    message[0] = head + click.style(message[0][len(f"{diagnostic.severity}[{diagnostic.code}]: ") :], bold=True)
    lines = message
    if source is not None and diagnostic.span is not None:
        lines += _excerpt(diagnostic, source, width)
    elif diagnostic.where or diagnostic.path:
        lines.append(click.style("  --> ", fg="blue") + (diagnostic.where or diagnostic.path).translate(UNSAFE))
    if diagnostic.help:
        fixable = diagnostic.fixable and not (source and source.overridden)
        advice = (diagnostic.help + ("   [fixable]" if fixable else "")).translate(UNSAFE)
        first, *others = wrapped(advice, width - 7)
        label = click.style(" help: ", fg="cyan", bold=True)
        lines += [label + first, *(" " * 7 + line for line in others)]
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
    lines = [margin + click.style(" --> ", fg="blue") + f"{source.name}:{main.line}:{main.column}".translate(UNSAFE)]
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
    label = mark.label.translate(UNSAFE)
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
    line = line.replace("\t", " ").translate(UNSAFE)
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
