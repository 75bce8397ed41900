"""What `fit` and `run` share: their options, and a training with its progress, its folder and its checkpoints."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from ..spec.errors import LstmcError
from . import render
from .opening import model_of
from .options import ALLOW_OUTSIDE, DATA, DEVICE, EPOCHS, JSON, LEARNING_RATE, RESTART, RESUME, RUN, SET, VERBOSE
from .signals import Received, code, raise_pending

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
    restart: bool
    verbose: Literal[0, 1, 2] | None
    device: str | None
    overrides: tuple[str, ...]
    allow_outside: bool
    as_json: bool


def training(command: Callable[..., None]) -> Callable[..., None]:
    """The options that `fit` and `run` share; the command gets them as one argument, `options`."""

    @wraps(command)
    def call(*, epochs: int | None, learning_rate: float | None, **given: Any) -> None:
        shortcuts = {"fit.epochs": epochs, "compile.optimizer.learning_rate": learning_rate}
        given["overrides"] += tuple(f"{path}={value!r}" for path, value in shortcuts.items() if value is not None)
        if given["resume"] and given["restart"]:
            raise click.UsageError("--resume and --restart exclude each other")
        options = Options(**{field.name: given.pop(field.name) for field in fields(Options)})
        command(**given, options=options)

    decorated = call
    for option in (
        JSON, SET, LEARNING_RATE, EPOCHS, DEVICE, VERBOSE, RESTART, RESUME, RUN, ALLOW_OUTSIDE, DATA
    ):  # fmt: skip
        decorated = option(decorated)
    return decorated


def model_for(file: Path, options: Options) -> Model:
    """The model of a spec or an artifact that is to be trained."""
    return model_of(
        file,
        options.overrides,
        options.device,
        options.data,
        allow_outside=options.allow_outside,
        verbose=options.verbose,
    )


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
        if options.resume and not checkpoints.exists and (before := checkpoints.finished(run)):
            render.note(f"the run is already finished, after epoch {before.epochs}; nothing is trained")
            yield replace(run, history=before)
            return
        _begin(checkpoints, options)
        try:
            history = model.fit(options.data, verbose=verbose, checkpoints=checkpoints, cancel=Received())
            raise_pending()
        except BaseException as interruption:
            if isinstance(interruption, LstmcError) and code() is None:
                raise
            _say_how_to_go_on(interruption, model, checkpoints)
            raise
        if verbose:
            for note in history.notes:
                render.note(note)
        written = run.write(model, history, checkpoints.report)
        checkpoints.finish()
        yield written


def _begin(checkpoints: Checkpoints, options: Options) -> None:
    """From the checkpoint or from the start; what an interrupted run has trained is not overwritten unasked."""
    if options.resume and checkpoints.exists:
        checkpoints.resume()
    elif options.resume:
        render.note("there is no interrupted run to resume in this folder; the training starts from the beginning")
    elif not options.restart:
        checkpoints.refuse_interrupted()


def _say_how_to_go_on(interruption: BaseException, model: Model, checkpoints: Checkpoints) -> None:
    """Writes the last whole epoch, and adds to what is said of the end how to go on from there."""
    if not checkpoints.save() or model.history is None:
        return
    epoch = model.history.epochs
    interruption.add_note(f"after epoch {epoch}; go on with: {shlex.join(_command())}")


def _command() -> list[str]:
    """The command that goes on from the checkpoint: this one, and `--resume`."""
    given = [argument for argument in sys.argv[1:] if argument != "--restart"]
    end = given.index("--") if "--" in given else len(given)
    options, operands = given[:end], given[end:]
    return ["lstmc", *options, *([] if "--resume" in options else ["--resume"]), *operands]
