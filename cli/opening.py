"""From the path on the command line to a model: a spec is compiled, an artifact is loaded."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..spec.diagnostics import Diagnostic
from ..spec.errors import ArtifactError
from ..spec.overrides import override
from ..spec.syntax import MAX_BYTES, parse
from . import render
from .options import ARTIFACT

if TYPE_CHECKING:
    from ..compiler import Compilation
    from ..compiler.plan import Plan
    from ..runtime.model import Model

STDIN = Path("-")
"""What stands for a spec on stdin."""
NAMELESS = Path("model.lstm.json")
"""Where a spec from stdin would lie: its relative paths count from the working directory."""
DATA = (".csv", ".txt", ".tsv", ".npy", ".npz", ".parquet", ".jsonl")


def compiled(
    spec: Path, overrides: Iterable[str] = (), data: Path | None = None, *, allow_outside: bool = False
) -> Compilation:
    """Compiles the file of a spec, or the text on stdin for `-`; its relative paths count from the working directory.

    `data` is used in place of `data.source`.
    """
    from .. import api

    if spec != STDIN:
        return api.compiled(spec, overrides, data, allow_outside=allow_outside)
    tree = parse(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>")
    boundary = partial(api.boundary_of, spec, overrides, allow_outside=allow_outside)
    return api.compiled_at(NAMELESS, override(tree, overrides), boundary, data)


def plan_of(spec: Path, overrides: Iterable[str], data: Path | None = None, *, allow_outside: bool = False) -> Plan:
    """The plan of a spec; its warnings are shown, its errors raised."""
    compilation = compiled(spec, overrides, data, allow_outside=allow_outside)
    plan = compilation.result()
    render.show(compilation.diagnostics, compilation.source)
    return plan


def model_of(  # noqa: PLR0913 - one parameter for each option
    path: Path,
    overrides: Iterable[str],
    device: str | None,
    data: Path | None = None,
    *,
    predicts: bool = False,
    allow_outside: bool = False,
    verbose: int | None = 1,
) -> Model:
    """The model of a spec or an artifact; the latter without TensorFlow where it only `predicts` and can.

    `verbose` is how much is said while TensorFlow loads: that of the spec's `fit` if None.
    """
    _check_device(device)
    _refuse_data(path)
    if path.suffix == ARTIFACT:
        return _loaded(path, overrides, device, predicts=predicts, allow_outside=allow_outside, verbose=verbose)
    from ..api import boundary_of
    from ..runtime.model import Model

    plan = plan_of(path, overrides, data, allow_outside=allow_outside)
    boundary = boundary_of(path, overrides, allow_outside=allow_outside)
    return _quietly(Model(plan, path.parent, device=device, boundary=boundary), verbose)


def trained_of(
    path: Path, overrides: Iterable[str], device: str | None, *, predicts: bool = False, allow_outside: bool = False
) -> Model:
    """The model of an artifact; a spec is refused, since it holds no weights.

    One that only `predicts` does so without TensorFlow where it can.
    """
    if path.suffix != ARTIFACT and path.name.endswith(".json"):
        message = f"`{path}` is a spec, and this command needs a trained model"
        advice = f"train it first: `{render.command('lstmc', 'fit', path)}`"
        raise ArtifactError([Diagnostic("LC707", message, where=str(path), help=advice)])
    _check_device(device)
    return _loaded(path, overrides, device, predicts=predicts, allow_outside=allow_outside)


def _loaded(  # noqa: PLR0913 - one parameter for each option
    path: Path,
    overrides: Iterable[str],
    device: str | None,
    *,
    predicts: bool,
    allow_outside: bool,
    verbose: int | None = 1,
) -> Model:
    from ..api import load
    from ..runtime.predicting import chosen

    model = load(path, device=device, overrides=tuple(overrides), allow_outside=allow_outside)
    light = predicts and chosen(model.plan, device or model.plan.spec.runtime.device) == "onnx"
    return model if light else _quietly(model, verbose)


def _quietly(model: Model, verbose: int | None) -> Model:
    """The model, with TensorFlow loaded: only now, so that a mistake in the spec is told at once."""
    from ..runtime.devices import quiet
    from ..runtime.progress import LOADING, announced

    with announced(LOADING, model.plan.spec.fit.verbose if verbose is None else verbose):
        quiet()
    return model


def refuse_artifact(path: Path) -> None:
    """A command that reads a spec's text says so when it is given an artifact or a table."""
    if path.suffix == ARTIFACT:
        raise click.UsageError(f"`{path}` is an artifact, and this command reads a spec")
    _refuse_data(path)


def _refuse_data(path: Path) -> None:
    if path.suffix in DATA:
        raise click.UsageError(f"`{path}` is data, and this command reads a spec, which names its data at data.source")


def check_artifact_name(path: Path | None) -> None:
    """An artifact is known by its ending: one that ends otherwise could not be opened again."""
    if path is not None and path.suffix != ARTIFACT:
        raise click.UsageError(f"artifacts end in {ARTIFACT}, and `{path}` does not")


def _check_device(device: str | None) -> None:
    import re

    if device is not None and not re.fullmatch(r"auto|cpu|gpu(:[0-9]+)?", device):
        raise click.UsageError(f"--device: `{device}` is none of auto, cpu, gpu and gpu:N")
