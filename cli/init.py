"""`lstmc init`: a first spec, from a table or from a template."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import click

from .. import schemas
from ..examples import TEMPLATES, files
from ..spec.diagnostics import Diagnostic
from . import render
from .options import JSON, output
from .render import safe


@click.command(
    short_help="Write a spec that runs, for a table or from a template.",
    epilog="""\b
Examples:
  lstmc init
  lstmc init --template digits -o digits.lstm.json
  lstmc init pollution.csv --target pm2.5 --timesteps 24""",
)
@click.argument("data", required=False, type=click.Path(path_type=Path))
@click.option("--target", metavar="COLUMN", help="Column of DATA to predict.")
@click.option(
    "--timesteps", metavar="N", type=click.IntRange(1), help="Rows in a sample; without, each row of DATA is one."
)
@click.option(
    "--template",
    metavar="NAME",
    type=click.Choice(sorted(TEMPLATES)),
    help=f"What to begin with without DATA: {', '.join(sorted(TEMPLATES))}.  [default: counting]",
)
@output("Spec to write; DATA.lstm.json or TEMPLATE.lstm.json by default.")
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
@JSON
def init(  # noqa: PLR0913 - one parameter for each option
    data: Path | None,
    target: str | None,
    timesteps: int | None,
    template: str | None,
    output: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Write a spec that runs: for the table DATA, or a template with its data.

    For DATA, the kinds of its columns and the task are guessed; the spec's description says what was. Beside the spec
    lies its JSON Schema, which the spec names at `$schema`: editors complete and check with it.
    """
    spec = output or Path(f"{_stem(data) if data else template or 'counting'}.lstm.json")
    if spec.suffix != ".json":
        raise click.UsageError(f"specs end in .lstm.json, and `{spec}` does not")
    if data is None and (target or timesteps):
        raise click.UsageError(f"--{'target' if target else 'timesteps'} describes DATA, and none is named")
    if data is not None and template:
        raise click.UsageError("--template brings its own data: leave it out, or DATA")
    warnings: tuple[Diagnostic, ...] = ()
    if data is None:
        name = template or "counting"
        said = TEMPLATES[name]
        targets = {}
        for file, body in files(name).items():
            if file.endswith(".lstm.json"):
                targets[spec] = _with_schema(body)
            else:
                targets[spec.parent / file] = body
    else:
        targets, said, warnings = _from_table(data, target, timesteps, spec)
    targets[spec.parent / schemas.SPEC] = schemas.text().encode()
    _write(targets, force=force)
    outside = data is not None and not data.resolve().is_relative_to(spec.parent.resolve())
    following = render.command("lstmc", "run", spec, *(["--allow-outside"] if outside else []))
    click.echo(safe(f"\n{said}") + f"\nNext: {following}", err=True)
    if warnings:
        click.echo("", err=True)
        render.show(warnings, None)
    if as_json:
        click.echo(json.dumps({"spec": str(spec), "written": [str(path) for path in targets]}))


def _from_table(
    data: Path, target: str | None, timesteps: int | None, spec: Path
) -> tuple[dict[Path, bytes], str, tuple[Diagnostic, ...]]:
    """The spec for a table, what was guessed, and what the user should look at."""
    from ..runtime.data.profile import profile
    from ..runtime.draft import draft

    table = profile(Path(os.path.relpath(data, spec.parent)).as_posix(), spec.parent, target)
    if target is None:
        raise click.UsageError(f"--target names the column to predict: {', '.join(table.columns)}")
    made = draft(table, target, timesteps)
    return {spec: _with_schema(made.text().encode())}, "\n".join(made.guesses), made.warnings


def _stem(data: Path) -> str:
    """The name of a table without its ending; of a pattern, what it says beside its wildcards."""
    stem = data.name.removesuffix(".gz").rsplit(".", 1)[0]
    return re.sub(r"\[[^\]]*\]|[*?\[\]]", "", stem).strip("-_. ") or data.resolve().parent.name or "data"


def _write(targets: Mapping[Path, bytes], *, force: bool) -> None:
    from ..compiler.artifact import write_bytes

    existing = [path for path, body in targets.items() if path.exists() and not _is(path, body)]
    if existing and not force:
        exist = f"{' and '.join(map(str, existing))} exist{'s' if len(existing) == 1 else ''}"
        raise click.UsageError(f"{exist}; --force overwrites, -o names another place")
    for path, body in targets.items():
        if path.name == schemas.SPEC and _is(path, body):
            continue
        write_bytes(body, path)
        click.echo(f"wrote {path}", err=True)


def _with_schema(text: bytes) -> bytes:
    """The text of a spec, which names its schema first."""
    return text.replace(b"{\n", f'{{\n  "$schema": "./{schemas.SPEC}",\n'.encode(), 1)


def _is(path: Path, body: bytes) -> bool:
    """Whether nothing would change: the file is there as it would be written."""
    return path.is_file() and path.read_bytes() == body
