"""`lstmc export`: the model for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from ..spec.document import dumps
from .opening import model_of, plan_of
from .options import ALLOW_OUTSIDE, ARTIFACT, JSON, SET, SPEC_OR_FILE, output

SUFFIXES = {"keras": ".keras", "litert": ".tflite", "onnx": ".onnx", "python": ".py", "saved_model": "_saved_model"}
_KEPT = {"keras": "Keras", "litert": "LiteRT"}


@click.command(
    short_help="Write a Keras, ONNX, LiteRT or SavedModel file, or a script.",
    epilog="""\b
Examples:
  lstmc export air.lstm.json --to python -o air.py
  lstmc export runs/air/air.lstmc --to keras
  lstmc export runs/air/air.lstmc --to onnx
  lstmc export runs/air/air.lstmc --to litert -o air.tflite
  lstmc export runs/air/air.lstmc --to saved_model -o air_model""",
)
@SPEC_OR_FILE
@click.option("--to", "target", type=click.Choice(sorted(SUFFIXES)), required=True, help="What to write.")
@output("File or folder to write; NAME with the target's ending by default.")
@ALLOW_OUTSIDE
@SET
@JSON
def export(  # noqa: PLR0913 - one parameter for each option
    file: Path,
    target: str,
    output: Path | None,
    *,
    allow_outside: bool,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write FILE for other programs: the model alone, which reads scaled inputs, or a stand-alone Keras script.

    `keras`, `onnx` and `litert` are files, `saved_model` is a folder; a LiteRT model reads one sample at a time.
    """
    if target in _KEPT and output is not None and output.suffix != SUFFIXES[target]:
        raise click.UsageError(f"{_KEPT[target]} reads files that end in {SUFFIXES[target]}, not `{output.name}`")
    if target == "python":
        content, name = _script(file, overrides, allow_outside=allow_outside)
        path = _written(content, output or Path(name + SUFFIXES[target]))
    else:
        path = _model(file, target, output, overrides, allow_outside=allow_outside)
    if as_json:
        click.echo(dumps({"target": target, "output": str(path)}))
    else:
        click.echo(f"wrote {path}", err=True)


def _model(file: Path, target: str, output: Path | None, overrides: tuple[str, ...], *, allow_outside: bool) -> Path:
    """Writes the model with its weights; returns where."""
    from ..compiler.folders import write_folder
    from ..compiler.targets.exports import SAVED_MODEL, keras_bytes, litert_bytes, saved_model

    model = model_of(file, overrides, "cpu", predicts=target == "onnx", allow_outside=allow_outside)
    path = output or Path(model.name + SUFFIXES[target])
    match target:
        case "onnx":
            return _written(model.to_onnx(), path)
        case "keras":
            return _written(keras_bytes(model.to_keras()), path)
        case "litert":
            return _written(litert_bytes(model.to_keras(), model.plan), path)
    stock = model.to_keras()
    write_folder(lambda folder: saved_model(stock, folder), path, SAVED_MODEL)
    return path


def _written(content: bytes, path: Path) -> Path:
    from ..compiler.artifact import write_bytes

    write_bytes(content, path)
    return path


def _script(file: Path, overrides: tuple[str, ...], *, allow_outside: bool) -> tuple[bytes, str]:
    from ..compiler.targets.python import script

    if file.suffix == ARTIFACT:
        from ..api import load

        plan = load(file, overrides=overrides).plan
    else:
        plan = plan_of(file, overrides, allow_outside=allow_outside)
    return script(plan).encode(), plan.name
