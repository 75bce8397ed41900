"""`lstmc doctor`: what there is on this machine, and what works."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click

from ..spec.document import dumps
from ..spec.errors import LstmcError
from .options import JSON

PACKAGES = (
    "lstmc", "tensorflow", "keras", "numpy", "pydantic", "jsonschema", "click", "rich", "safetensors", "onnx",
    "onnxruntime", "polars", "matplotlib", "tensorboard", "scikit-learn", "pandas",
)  # fmt: skip


@click.command(
    epilog="""\b
Examples:
  lstmc doctor
  lstmc doctor --json"""
)
@JSON
def doctor(*, as_json: bool) -> None:
    """Print versions and devices, and try a tiny training."""
    from ..compiler.passes.limits import total_memory
    from ..runtime.devices import available, quiet
    from ..runtime.progress import LOADING, announced

    try:
        with announced(LOADING, 1):
            quiet()
        devices = list(available())
    except LstmcError:
        devices = []  # `training` has the reason
    facts: dict[str, Any] = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "memory_gib": round(total_memory() / 2**30, 1),
        "versions": {name: _version(name) for name in PACKAGES},
        "devices": devices,
        "training": _training(),
    }
    if as_json:
        click.echo(dumps(facts, indent=2))
    else:
        click.echo(f"python       {facts['python']} on {facts['platform']}")
        click.echo(f"machine      {facts['cores']} cores, {facts['memory_gib']} GiB of memory")
        click.echo(f"devices      {', '.join(facts['devices']) or 'unknown'}")
        for name, found in facts["versions"].items():
            click.echo(f"{name:<12} {found}")
        click.echo(f"training     {facts['training']}")
    raise SystemExit(0 if facts["training"] == "works" else 4)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _training() -> str:
    """Trains a model of one unit for one step, and says whether its loss is a number."""
    import numpy as np

    from ..api import build

    spec = {
        "lstmc": 1,
        "task": "regression",
        "input": {"timesteps": 2, "features": 1},
        "layers": [{"type": "LSTM", "units": 1}, {"type": "Dense", "units": 1}],
        "fit": {"epochs": 1, "verbose": 0},
    }
    try:
        history = build(spec).fit(np.zeros((2, 2, 1), "float32"), np.zeros((2, 1), "float32"))
    except LstmcError as error:
        return f"fails: {error}"
    return "works" if np.isfinite(history["loss"][0]) else "gives a loss that is not finite"
