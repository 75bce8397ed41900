"""`lstmc schema`: the JSON Schema of a spec, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..schemas import text
from .options import JSON, output


@click.command(
    short_help="Write the JSON Schema of a spec, for editors.",
    epilog="""\b
Examples:
  lstmc schema -o lstmc-spec-1.schema.json
  lstmc schema | jq '."$defs" | keys'""",
)
@output("File to write; stdout by default.")
@JSON
def schema(output: Path | None, *, as_json: bool) -> None:
    """Write the JSON Schema of a spec; name it at `$schema` and an editor completes and checks."""
    if output is None:
        click.echo(text(), nl=False)
        return
    from ..compiler.artifact import write_bytes

    write_bytes(text().encode(), output)
    click.echo(f"wrote {output}", err=True)
    if as_json:
        click.echo(json.dumps({"output": str(output)}))
