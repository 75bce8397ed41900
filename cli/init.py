"""`lstmc init`: a first spec, with the data to run it on."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..examples import TEMPLATES, files
from .options import JSON, output


@click.command(
    epilog="""\b
Examples:
  lstmc init
  lstmc init --template digits -o digits.lstm.json"""
)
@click.option(
    "--template",
    type=click.Choice(sorted(TEMPLATES)),
    default="counting",
    show_default=True,
    help="What to begin with.",
)
@output("Spec to write; TEMPLATE.lstm.json by default. The data is written beside it.")
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
@JSON
def init(template: str, output: Path | None, *, force: bool, as_json: bool) -> None:
    """Write a spec that runs, and its data beside it."""
    from ..compiler.artifact import write_bytes

    spec = output or Path(f"{template}.lstm.json")
    if spec.suffix != ".json":
        raise click.UsageError(f"specs end in .lstm.json, and `{spec}` does not")
    content = files(template)
    targets = {spec if name.endswith(".lstm.json") else spec.parent / name: body for name, body in content.items()}
    existing = [path for path, body in targets.items() if path.exists() and not _is(path, body)]
    if existing and not force:
        exist = f"{' and '.join(map(str, existing))} exist{'s' if len(existing) == 1 else ''}"
        raise click.UsageError(f"{exist}; --force overwrites, -o names another place")
    for path, body in targets.items():
        write_bytes(body, path)
        click.echo(f"wrote {path}", err=True)
    click.echo(f"\n{TEMPLATES[template]}\nNext: lstmc run {spec}", err=True)
    if as_json:
        click.echo(json.dumps({"spec": str(spec), "written": [str(path) for path in targets]}))


def _is(path: Path, body: bytes) -> bool:
    """Whether nothing would change: the file is there as it would be written."""
    return path.is_file() and path.read_bytes() == body
