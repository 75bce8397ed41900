"""What `fit` and `run` share: their options, and a training with its progress, its folder and its checkpoints."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..spec.errors import LstmcError
from . import render
from .options import DATA, DEVICE, JSON, RESUME, RUN, SET, VERBOSE

if TYPE_CHECKING:
    from ..runtime.checkpoints import Checkpoints
    from ..runtime.model import Model
    from ..runtime.run import Run


@dataclass(frozen=True, slots=True)
class Options:
    """What the options of a command that trains say."""

    data: Path | None
    folder: Path | None
    resume: bool
    verbose: Literal[0, 1, 2] | None
    device: str | None
    overrides: tuple[str, ...]
    as_json: bool


def training(command: Callable[..., None]) -> Callable[..., None]:
    """The options that `fit` and `run` share; the command gets them as one argument, `options`."""

    @wraps(command)
    def call(**given: Any) -> None:
        options = Options(**{field.name: given.pop(field.name) for field in fields(Options)})
        command(**given, options=options)

    decorated = call
    for option in (JSON, SET, DEVICE, VERBOSE, RESUME, RUN, DATA):
        decorated = option(decorated)
    return decorated


@contextmanager
def train(model: Model, options: Options, output: Path | None) -> Iterator[Run]:
    """Trains `model` and writes its run, whose folder is kept from others until the end."""
    from ..runtime.checkpoints import Checkpoints
    from ..runtime.run import Run

    run = Run.of(model, options.folder, output)
    fit = model.plan.spec.fit
    verbose = fit.verbose if options.verbose is None else options.verbose
    with run.held():
        checkpoints = Checkpoints(model, run.folder)
        if options.resume:
            checkpoints.resume()
        try:
            history = model.fit(options.data, verbose=verbose, checkpoints=checkpoints)
        except LstmcError:
            raise
        except BaseException as interruption:
            _say_how_to_go_on(interruption, model, checkpoints)
            raise
        if verbose:
            for note in history.notes:
                render.note(note)
        written = run.write(model, history)
        checkpoints.finish()
        yield written


def _say_how_to_go_on(interruption: BaseException, model: Model, checkpoints: Checkpoints) -> None:
    """Writes the last whole epoch, and adds to what is said of the end how to go on from there."""
    if not checkpoints.save() or model.history is None:
        return
    epoch = model.history.epochs
    interruption.add_note(f"after epoch {epoch}; go on with: {shlex.join(_command())}")


def _command() -> list[str]:
    """The command that goes on from the checkpoint: this one, and `--resume`."""
    given = sys.argv[1:]
    end = given.index("--") if "--" in given else len(given)
    options, operands = given[:end], given[end:]
    return ["lstmc", *options, *([] if "--resume" in options else ["--resume"]), *operands]
