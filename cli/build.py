"""`lstmc build`: an untrained model as an artifact."""

from __future__ import annotations

from pathlib import Path

import click

from ..spec.document import dumps
from .opening import check_artifact_name, model_of, refuse_artifact
from .options import ALLOW_OUTSIDE, ARTIFACT, JSON, SET, SPEC, output


@click.command(
    short_help="Compile a spec into an untrained artifact.",
    epilog="""\b
Examples:
  lstmc build air.lstm.json
  lstmc build air.lstm.json --set layers.0.units=20 -o small.lstmc""",
)
@SPEC
@output("Artifact to write; NAME.lstmc by default.")
@ALLOW_OUTSIDE
@SET
@JSON
def build(spec: Path, output: Path | None, *, allow_outside: bool, overrides: tuple[str, ...], as_json: bool) -> None:
    """Check and compile SPEC, and write it with its initial weights. Equal specs give equal bytes."""
    refuse_artifact(spec)
    check_artifact_name(output)
    model = model_of(spec, overrides, "cpu", allow_outside=allow_outside)
    path = model.save(output or Path(model.name + ARTIFACT))
    if as_json:
        click.echo(dumps({"artifact": str(path), "parameters": model.plan.parameters, "plan": model.plan.digest}))
    else:
        click.echo(f"wrote {path}: {model.plan.parameters:,} parameters, untrained", err=True)
