"""`lstmc run`: all five steps, with a summary."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..spec.document import dumps
from . import evaluate as evaluating
from . import predict as predicting
from .opening import model_of
from .options import DATA, DEVICE, JSON, RUN, SET, SPEC, VERBOSE
from .training import train


@click.command(
    short_help="All five steps: define, compile, fit, evaluate, predict.",
    epilog="""\b
Examples:
  lstmc run air.lstm.json
  lstmc run air.lstm.json --run runs/first --set fit.epochs=5""",
)
@SPEC
@DATA
@RUN
@VERBOSE
@DEVICE
@SET
@JSON
def run(  # noqa: PLR0913 - one parameter for each option
    spec: Path,
    data: Path | None,
    folder: Path | None,
    verbose: int | None,
    device: str | None,
    *,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Define, compile, fit, evaluate and predict SPEC, and write everything into the run's folder."""
    model = model_of(spec, overrides, device, data)
    if not as_json:
        click.echo(model.summary() + "\n")
    result = train(model, data, folder, verbose, None)
    evaluation = model.evaluate(data)
    result.write_evaluation(evaluation)
    prediction = model.predict(data)
    predicting.write(prediction, result.folder / "predictions.csv")
    if as_json:
        content = {
            "run": str(result.folder),
            "artifact": str(result.artifact),
            "history": dict(result.history.logs),
            "evaluation": json.loads(evaluation.to_json()),
            "predictions": len(prediction),
        }
        click.echo(dumps(content))
        return
    click.echo(evaluating.table(evaluation))
    click.echo(f"\nwrote {result.folder}/", err=True)
    for name in sorted(path.name for path in result.folder.iterdir() if path.is_file()):
        click.echo(f"  {name}", err=True)
