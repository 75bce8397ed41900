"""What the commands say on stderr, and the one JSON document of a failure."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

import click

from ..spec.diagnostics import Diagnostic, Source
from ..spec.document import dumps
from ..spec.errors import LstmcError

MOST = 20
"""Diagnostics shown to people at once; programs get all of them."""
UNSAFE = dict.fromkeys((*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)
UNSAFE |= {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
"""Characters that would steer a terminal, and what is shown in their place: one character for each."""


def safe(text: str) -> str:
    """A text with visible signs in place of the characters that would steer a terminal."""
    return text.translate(UNSAFE)


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
        from .formats import data

        click.echo(dumps({"diagnostics": [data(d, source) for d in found]}, indent=2))
        return
    if found:
        from ..runtime.terminal import colored
        from .excerpt import text
    for diagnostic in found[:MOST]:
        click.echo(text(diagnostic, source), err=True, color=colored(sys.stderr))
    if len(found) > MOST:
        click.echo(f"… and {len(found) - MOST:,} more, not shown; `--json` gives all of them\n", err=True)
    if found:
        mendable = source is None or not source.overridden
        say((f"{source.name}: " if source and named else "") + summary(found, mendable=mendable))


def summary(diagnostics: Iterable[Diagnostic], *, mendable: bool = True) -> str:
    """`2 errors, 1 warning; 1 fixable with --fix`, where it is `mendable` by that."""
    found = tuple(diagnostics)
    words = {"error": "error", "warning": "warning", "info": "note"}
    counts = {word: sum(d.severity == severity for d in found) for severity, word in words.items()}
    parts = [_count(count, word) for word, count in counts.items() if count]
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
    for line in safe(message).splitlines():
        click.echo(wrap.fill(line), err=True)


def command(*words: str | Path) -> str:
    """A command to copy into a shell: words are quoted where they need it, and no path reads as an option.

    >>> command("lstmc", "run", Path("my model (2).lstm.json"))
    "lstmc run 'my model (2).lstm.json'"
    >>> command("lstmc", "run", Path("-x.lstm.json"))
    'lstmc run ./-x.lstm.json'
    """
    return shlex.join(_operand(word) if isinstance(word, Path) else word for word in words)


def _operand(path: Path) -> str:
    text = str(path)
    return f"./{text}" if text.startswith("-") and text != "-" else text


def wrapped(message: str, width: int) -> list[str]:
    """The lines of `message`; a command in backticks stays whole, so that it can be copied."""
    kept = _COMMAND.sub(lambda found: found[0].replace(" ", _SPACE), message)
    lines = textwrap.wrap(kept, width, break_long_words=False, break_on_hyphens=False)
    return [line.replace(_SPACE, " ") for line in lines]


_COMMAND = re.compile("`lstmc [^`]*`")
_SPACE = "\ue000"
"""Stands for a space that no line may end at."""


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
