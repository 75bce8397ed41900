"""`lstmc predict`: values in original units, or labels with their probabilities."""

from __future__ import annotations

import csv
import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from ..spec.document import dumps
from .opening import trained_of
from .options import ALLOW_OUTSIDE, DATA, DEVICE, FILE, JSON, SET, output
from .output import STDOUT
from .output import write as write_file
from .render import safe

if TYPE_CHECKING:
    from ..runtime.results import Prediction

FORMATS = (".csv", ".jsonl", ".parquet")


@click.command(
    short_help="Predict with a trained model.",
    epilog="""\b
Examples:
  lstmc predict runs/air/air.lstmc --data new.csv
  lstmc predict runs/air/air.lstmc --data new.csv -o predictions.parquet
  lstmc predict runs/digits/digits.lstmc --data new.csv --probabilities""",
)
@FILE
@DATA
@output("File to write (.csv, .jsonl, .parquet); CSV on stdout by default, and for `-`.", can_stream=True)
@click.option("--classes", "form", flag_value="classes", help="Write labels.")
@click.option("--probabilities", "form", flag_value="probabilities", help="Write probabilities.")
@DEVICE
@ALLOW_OUTSIDE
@SET
@JSON
def predict(  # noqa: PLR0913 - one parameter for each option
    file: Path,
    data: Path | None,
    output: Path | None,
    form: Literal["classes", "probabilities"] | None,
    device: str | None,
    *,
    allow_outside: bool,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Predict with FILE.lstmc, in original units and labels.

    The data needs no target column, unless the target is among the features.
    """
    output = None if output == STDOUT else output
    if output is not None and output.suffix not in FORMATS:
        raise click.UsageError(f"cannot write `{output.suffix or output.name}`: one of {', '.join(FORMATS)}")
    model = trained_of(file, overrides, device, predicts=True, allow_outside=allow_outside)
    if form and model.plan.target == "values":
        raise click.UsageError(f"--{form}: the model predicts values; there are no classes")
    prediction = model.with_actual(model.predict(data), data)
    for note in prediction.notes:
        click.echo(safe(f"note: {note}"), err=True)
    if form:
        prediction = replace(prediction, output=form)
    if output is not None:
        write(prediction, output)
        click.echo(f"wrote {len(prediction):,} predictions to {output}", err=True)
        if as_json:
            click.echo(dumps({"predictions": len(prediction), "output": str(output)}))
    elif as_json:
        click.echo(prediction.to_json())
    else:
        content = _csv(prediction)
        click.echo(safe(content) if sys.stdout.isatty() else content, nl=False)


def write(prediction: Prediction, path: Path) -> None:
    """Writes predictions as the ending of `path` says; whole or not at all."""
    names, rows = prediction.table()
    match path.suffix:
        case ".csv":
            content = _csv(prediction).encode()
        case ".jsonl":
            lines = (dumps(dict(zip(names, row, strict=True))) for row in rows)
            content = "".join(line + "\n" for line in lines).encode()
        case _:
            content = _parquet(names, rows)
    write_file(content, path)


def _csv(prediction: Prediction) -> str:
    names, rows = prediction.table()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue()


def _parquet(names: list[str], rows: list[list[object]]) -> bytes:
    import polars

    buffer = io.BytesIO()
    polars.DataFrame(rows, schema=names, orient="row").write_parquet(buffer)
    return buffer.getvalue()
