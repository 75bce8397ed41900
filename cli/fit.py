"""`lstmc fit`: train a spec, or an artifact further."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .opening import check_artifact_name, model_of
from .options import DATA, DEVICE, JSON, RUN, SET, SPEC_OR_FILE, VERBOSE, output
from .training import train


@click.command(
    short_help="Train a spec, or an artifact further.",
    epilog="""\b
Examples:
  lstmc fit air.lstm.json
  lstmc fit air.lstm.json --set fit.epochs=5 --verbose 2
  lstmc fit air.lstmc --data newer.csv -o air-2.lstmc""",
)
@SPEC_OR_FILE
@output("Artifact to write; NAME.lstmc in the run's folder by default.")
@DATA
@RUN
@VERBOSE
@DEVICE
@SET
@JSON
def fit(  # noqa: PLR0913 - one parameter for each option
    file: Path,
    output: Path | None,
    data: Path | None,
    folder: Path | None,
    verbose: int | None,
    device: str | None,
    *,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Train SPEC, or FILE.lstmc further, and write the model, its history and its learning curve."""
    check_artifact_name(output)
    model = model_of(file, overrides, device, data)
    run = train(model, data, folder, verbose, output)
    if as_json:
        history = json.loads(run.history.to_json())
        click.echo(json.dumps({"artifact": str(run.artifact), "run": str(run.folder), **history}))
    else:
        click.echo(f"wrote {run.artifact}, history.csv and learning_curve.png in {run.folder}", err=True)
