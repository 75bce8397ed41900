"""`lstmc export`: the model for other programs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from ..spec.document import dumps
from . import render
from .opening import model_of, plan_of
from .options import ALLOW_OUTSIDE, ARTIFACT, JSON, SET, SPEC_OR_FILE, output
from .output import STDOUT, check_stdout, write

SUFFIXES = {"keras": ".keras", "litert": ".tflite", "onnx": ".onnx", "python": ".py", "saved_model": "_saved_model"}
#: What the file beside a model ends in: `air.onnx.json`.
INTERFACE = ".json"
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
    """Write FILE for other programs: the model alone, or a stand-alone Keras script.

    `keras`, `onnx` and `litert` are files, `saved_model` is a folder; a LiteRT model reads one sample at a time. A
    model alone reads scaled inputs and gives scaled outputs. The file beside it, such as NAME.onnx.json, says how to
    scale them, and has the columns, the labels and the shapes.
    """
    check_stdout(output, as_json=as_json, binary=target != "python")
    if output == STDOUT and target == "saved_model":
        raise click.UsageError("a SavedModel is a folder, which cannot be written to stdout: name one")
    if target in _KEPT and output not in (None, STDOUT) and output.suffix != SUFFIXES[target]:
        raise click.UsageError(f"{_KEPT[target]} reads files that end in {SUFFIXES[target]}, not `{output.name}`")
    if target == "python":
        written = {"target": target, "output": str(_script(file, output, overrides, allow_outside=allow_outside))}
    else:
        written = _model(file, target, output, overrides, allow_outside=allow_outside)
    if as_json:
        click.echo(dumps(written))
        return
    for key in ("output", "interface"):
        if key in written and written[key] != str(STDOUT):
            click.echo(f"wrote {written[key]}", err=True)
    if "note" in written:
        render.note(written["note"])


def _model(
    file: Path, target: Any, output: Path | None, overrides: tuple[str, ...], *, allow_outside: bool
) -> dict[str, str]:
    """Writes the model with its weights, and what has to be applied around it; returns where."""
    from ..compiler.folders import write_folder
    from ..compiler.targets.exports import SAVED_MODEL, keras_bytes, litert_bytes, saved_model
    from ..runtime.interface import note

    model = model_of(file, overrides, "cpu", predicts=target == "onnx", allow_outside=allow_outside)
    path = output or Path(model.name + SUFFIXES[target])
    beside = None if path == STDOUT else path.with_name(path.name + INTERFACE)
    described = model.interface(target)
    text = dumps(described, indent=1) + "\n"
    content: bytes | None = None
    with nullcontext() if beside is None else _put_back(beside):
        match target:
            case "onnx":
                content = model.to_onnx()
            case "keras":
                content = keras_bytes(model.to_keras(), text)
            case "litert":
                content = litert_bytes(model.to_keras(), model.plan, text)
        if beside is not None:
            _written(text.encode(), beside)
        if content is None:
            stock = model.to_keras()
            write_folder(lambda folder: saved_model(stock, folder, text), path, SAVED_MODEL)
        else:
            _written(content, path)
    where = "its metadata" if beside is None else beside.name
    written = {"target": target, "output": str(path), "note": note(model.plan, described, where)}
    return written if beside is None else {**written, "interface": str(beside)}


@contextmanager
def _put_back(path: Path) -> Iterator[None]:
    """A file that is as it was before, where what is done fails."""
    before = path.read_bytes() if path.is_file() else None
    try:
        yield
    except BaseException:
        if before is not None:
            _written(before, path)
        elif path.is_file():
            path.unlink()
        raise


def _written(content: bytes, path: Path) -> Path:
    write(content, path)
    return path


def _script(file: Path, output: Path | None, overrides: tuple[str, ...], *, allow_outside: bool) -> Path:
    """Writes the script, which finds its data from its own folder; returns where."""
    from ..compiler.targets.python import script

    if file.suffix == ARTIFACT:
        from ..api import load

        plan = load(file, overrides=overrides).plan
    else:
        plan = plan_of(file, overrides, allow_outside=allow_outside)
    path = output or Path(plan.name + SUFFIXES["python"])
    return _written(script(plan, _from(path.parent, file.parent)).encode(), path)


def _from(folder: Path, other: Path) -> str:
    """The way from a folder to another one; the whole path where they lie on different drives."""
    try:
        return Path(os.path.relpath(other.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return other.resolve().as_posix()
