"""`lstmc fit`: train a spec, or an artifact further."""

from __future__ import annotations

import json
from pathlib import Path

import click

from . import render
from .opening import check_artifact_name
from .options import SPEC_OR_FILE, output
from .training import Options, model_for, train, training


@click.command(
    short_help="Train a spec, or an artifact further.",
    epilog="""\b
Examples:
  lstmc fit air.lstm.json
  lstmc fit air.lstm.json --set fit.epochs=5 --verbose 2
  lstmc fit air.lstm.json --resume
  lstmc fit air.lstmc --data newer.csv --learning-rate 1e-4 -o air-2.lstmc""",
)
@SPEC_OR_FILE
@output("Artifact to write; NAME.lstmc in the run's folder by default.")
@training
def fit(file: Path, output: Path | None, options: Options) -> None:
    """Train SPEC, or FILE.lstmc further, and write the model, its history and its learning curve."""
    check_artifact_name(output)
    model = model_for(file, options)
    with train(model, options, output) as run:
        if options.as_json:
            history = json.loads(run.history.to_json())
            click.echo(json.dumps({"artifact": str(run.artifact), "run": str(run.folder), **history}))
        else:
            click.echo(f"wrote {run.artifact}\nwrote {run.folder}/ with its history and learning curve", err=True)
            click.echo(f"Next: {render.command('lstmc', 'evaluate', run.artifact)}", err=True)
