"""`lstmc schema`: the JSON Schema of a spec, for editors, and of what commands write, for programs."""

from __future__ import annotations

from pathlib import Path

import click

from ..schemas import names, text
from ..spec.document import dumps
from .options import JSON, output
from .output import STDOUT, write


@click.command(
    short_help="Write the JSON Schema of a spec, or of --json.",
    epilog="""\b
Examples:
  lstmc schema -o lstmc-spec-1.schema.json
  lstmc schema evaluate | jq .properties""",
)
@click.argument("name", metavar="[NAME]", type=click.Choice(names()), default="spec")
@output("File to write; stdout by default, and for `-`.", can_stream=True)
@JSON
def schema(name: str, output: Path | None, *, as_json: bool) -> None:
    """Write the JSON Schema of a spec; name it at `$schema` and an editor completes and checks.

    `lstmc init` writes it beside the spec, which names it. The schema of a later lstmc replaces it.

    With the NAME of a command, write that of the document which `lstmc NAME --json` gives; `history` is that of
    `History.to_json()` in Python, `interface` that of the file which `lstmc export` writes beside a model.
    """
    content = text(name)
    if output in (None, STDOUT):
        click.echo(content, nl=False)
        return
    write(content.encode(), output)
    click.echo(f"wrote {output}", err=True)
    if as_json:
        click.echo(dumps({"output": str(output)}))
