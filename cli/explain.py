"""`lstmc explain`: what a code means."""

from __future__ import annotations

import textwrap
from dataclasses import asdict

import click
from click.shell_completion import CompletionItem

from ..spec.codes import CODES, Code
from ..spec.document import dumps
from .options import JSON

WIDTH = 78


def _codes(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The codes that begin so, for a shell."""
    return [CompletionItem(c.id, help=c.title) for c in CODES.values() if c.id.startswith(incomplete.upper())]


@click.command(
    short_help="Tell cause and fix of a code, or list all codes.",
    epilog="""\b
Examples:
  lstmc explain LC302
  lstmc explain""",
)
@click.argument("code", required=False, shell_complete=_codes)
@JSON
def explain(code: str | None, *, as_json: bool) -> None:
    """Tell the cause and the fix of CODE, with an example; without CODE, list all of them."""
    if code is None:
        if as_json:
            click.echo(dumps([asdict(entry) for entry in CODES.values()], indent=2))
            return
        for entry in CODES.values():
            click.echo(f"{entry.id}  {entry.title}")
        return
    wanted = code.upper() if code.upper().startswith("LC") else f"LC{code}"
    if wanted not in CODES:
        raise click.UsageError(f"there is no code {code}; `lstmc explain` lists all of them")
    if as_json:
        click.echo(dumps(asdict(CODES[wanted]), indent=2))
    else:
        click.echo(page(CODES[wanted]))


def page(entry: Code) -> str:
    """The explanation of one code, for people."""
    parts = [f"{entry.id} ({entry.severity}): {entry.title}", "", *textwrap.wrap(entry.cause, WIDTH)]
    if entry.example:
        parts += ["", "Example:", *_indented(entry.example)]
    wrapped = textwrap.wrap(entry.fix, WIDTH - 5)
    parts += ["", "Fix: " + wrapped[0], *(f"     {line}" for line in wrapped[1:])]
    return "\n".join(parts)


def _indented(example: str) -> list[str]:
    wrap = textwrap.TextWrapper(WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False)
    return [part for line in example.splitlines() for part in wrap.wrap(line)]
