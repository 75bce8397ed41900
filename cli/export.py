"""`lstmc export`: the model for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from ..spec.document import dumps
from .opening import model_of, plan_of
from .options import ARTIFACT, JSON, SET, SPEC_OR_FILE, output

SUFFIXES = {"keras": ".keras", "onnx": ".onnx", "python": ".py"}


@click.command(
    short_help="Write a stock Keras or ONNX file, or a stand-alone script.",
    epilog="""\b
Examples:
  lstmc export air.lstm.json --to python -o air.py
  lstmc export runs/air/air.lstmc --to keras
  lstmc export runs/air/air.lstmc --to onnx""",
)
@SPEC_OR_FILE
@click.option("--to", "target", type=click.Choice(sorted(SUFFIXES)), required=True, help="What to write.")
@output("File to write; NAME with the target's ending by default.")
@SET
@JSON
def export(file: Path, target: str, output: Path | None, *, overrides: tuple[str, ...], as_json: bool) -> None:
    """Write FILE as a stock Keras or ONNX file, which read scaled inputs, or as a stand-alone Keras script."""
    from ..compiler.artifact import write_bytes

    match target:
        case "python":
            content, name = _script(file, overrides)
        case "onnx":
            model = model_of(file, overrides, "cpu", predicts=True)
            content, name = model.to_onnx(), model.name
        case _:
            model = model_of(file, overrides, "cpu")
            content, name = _keras(model.to_keras()), model.name
    path = output or Path(name + SUFFIXES[target])
    if target == "keras" and path.suffix != ".keras":
        raise click.UsageError(f"Keras reads files that end in .keras, not `{path.name}`")
    write_bytes(content, path)
    if as_json:
        click.echo(dumps({"target": target, "output": str(path)}))
    else:
        click.echo(f"wrote {path}", err=True)


def _script(file: Path, overrides: tuple[str, ...]) -> tuple[bytes, str]:
    from ..compiler.targets.python import script

    if file.suffix == ARTIFACT:
        from ..api import load

        plan = load(file, overrides=overrides).plan
    else:
        plan = plan_of(file, overrides)
    return script(plan).encode(), plan.name


def _keras(model: object) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)  # type: ignore[attr-defined]
        return path.read_bytes()
