"""`lstmc run`: all five steps, with a summary."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..spec.document import dumps
from . import evaluate as evaluating
from . import predict as predicting
from . import render
from .options import SPEC
from .render import safe
from .training import Options, model_for, train, training


@click.command(
    short_help="All five steps: define, compile, fit, evaluate, predict.",
    epilog="""\b
Examples:
  lstmc run air.lstm.json
  lstmc run air.lstm.json --run runs/first --set fit.epochs=5""",
)
@SPEC
@training
def run(spec: Path, options: Options) -> None:
    """Define, compile, fit, evaluate and predict SPEC, and write everything into the run's folder."""
    model = model_for(spec, options)
    if not options.as_json:
        click.echo(safe(model.summary()) + "\n")
    with train(model, options, None) as result:
        evaluation = model.evaluate(options.data)
        result.write_evaluation(evaluation)
        prediction = model.with_actual(model.predict(options.data), options.data)
        predicting.write(prediction, result.folder / "predictions.csv")
    if options.as_json:
        content = {
            "run": str(result.folder),
            "artifact": str(result.artifact),
            "history": result.history.plain(),
            "evaluation": json.loads(evaluation.to_json()),
            "predictions": len(prediction),
        }
        click.echo(dumps(content))
        return
    click.echo(safe(evaluating.table(evaluation)))
    click.echo(f"\nwrote {result.folder}/", err=True)
    for name in sorted(path.name for path in result.folder.iterdir() if path.is_file()):
        click.echo(safe(f"  {name}"), err=True)
    following = render.command("lstmc", "predict", result.artifact, "--data", "NEW.csv")
    click.echo(f"\nNext: {following}", err=True)
