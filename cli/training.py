"""What `fit` and `run` share: a training with its progress and its folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import render
from .progress import Progress

if TYPE_CHECKING:
    from ..runtime.model import Model
    from ..runtime.run import Run


def train(model: Model, data: Path | None, folder: Path | None, verbose: int | None, output: Path | None) -> Run:
    """Trains `model`, and writes its run."""
    from ..runtime.run import Run

    run = Run.of(model, folder, output)
    verbose = model.plan.spec.fit.verbose if verbose is None else verbose
    try:
        with Progress(model.plan.spec.fit.epochs, verbose) as progress:
            history = model.fit(data, on_epoch=progress.on_epoch, on_batch=progress.on_batch)
    except BaseException:
        run.discard()
        raise
    if verbose:
        for note in history.notes:
            render.note(note)
    return run.write(model, history)
