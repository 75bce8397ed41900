"""`lstmc export`: the model for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from ..spec.document import dumps
from .opening import model_of, plan_of
from .options import ARTIFACT, JSON, SET, SPEC_OR_FILE, output
from .output import STDOUT, check_stdout, write

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
@output("File or folder to write; NAME with the target's ending by default; `-` for stdout.", can_stream=True)
@SET
@JSON
def export(file: Path, target: str, output: Path | None, *, overrides: tuple[str, ...], as_json: bool) -> None:
    """Write FILE for other programs: the model alone, which reads scaled inputs, or a stand-alone Keras script.

    `keras`, `onnx` and `litert` are files, `saved_model` is a folder; a LiteRT model reads one sample at a time.
    """
    check_stdout(output, as_json=as_json, binary=target != "python")
    if output == STDOUT and target == "saved_model":
        raise click.UsageError("a SavedModel is a folder, which cannot be written to stdout: name one")
    if target in _KEPT and output not in (None, STDOUT) and output.suffix != SUFFIXES[target]:
        raise click.UsageError(f"{_KEPT[target]} reads files that end in {SUFFIXES[target]}, not `{output.name}`")
    if target == "python":
        content, name = _script(file, overrides)
        path = _written(content, output or Path(name + SUFFIXES[target]))
    else:
        path = _model(file, target, output, overrides)
    if as_json:
        click.echo(dumps({"target": target, "output": str(path)}))
    elif path != STDOUT:
        click.echo(f"wrote {path}", err=True)


def _model(file: Path, target: str, output: Path | None, overrides: tuple[str, ...]) -> Path:
    """Writes the model with its weights; returns where."""
    from ..compiler.folders import write_folder
    from ..compiler.targets.exports import SAVED_MODEL, keras_bytes, litert_bytes, saved_model

    model = model_of(file, overrides, "cpu", predicts=target == "onnx")
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
    write(content, path)
    return path


def _script(file: Path, overrides: tuple[str, ...]) -> tuple[bytes, str]:
    from ..compiler.targets.python import script

    if file.suffix == ARTIFACT:
        from ..api import load

        plan = load(file, overrides=overrides).plan
    else:
        plan = plan_of(file, overrides)
    return script(plan).encode(), plan.name
