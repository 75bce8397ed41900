"""Options that commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .output import DataPath, OutputPath

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound=Callable[..., Any])

SPEC_SUFFIX, ARTIFACT = ".lstm.json", ".lstmc"


class File(click.Path):
    """A path that a shell completes with the files of certain endings, artifacts of runs among them."""

    def __init__(self, *endings: str) -> None:
        super().__init__(path_type=Path)
        self._endings = endings

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The files that fit; where there are none, what the shell itself finds."""
        from click.shell_completion import CompletionItem

        found = {name for name in _near(incomplete) if name.startswith(incomplete) and name.endswith(self._endings)}
        return [CompletionItem(name) for name in sorted(found)] or [CompletionItem(incomplete, type="file")]


def _near(incomplete: str) -> list[str]:
    """The files in the folder that is being typed, and what runs have left below the working directory."""
    folder = os.path.dirname(incomplete)
    try:
        here = [os.path.join(folder, entry.name) for entry in os.scandir(folder or ".") if entry.is_file()]
    except OSError:
        return []
    return here + [path.as_posix() for path in Path().glob(f"runs/*/*{ARTIFACT}")]


SET = click.option(
    "--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Override a value, as fit.epochs=5; repeatable."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Write one JSON document to stdout.")
DEVICE = click.option("--device", metavar="NAME", help="auto, cpu, gpu or gpu:N; in place of runtime.device.")
DATA = click.option("--data", metavar="PATH", type=DataPath(), help="Data in place of data.source.")
ALLOW_OUTSIDE = click.option(
    "--allow-outside", is_flag=True, help="Read data outside of the folder of SPEC or FILE, where it says so."
)
VERBOSE = click.option(
    "--verbose", metavar="0|1|2", type=click.IntRange(0, 2), help="Silent, a progress bar, or a line an epoch."
)
RUN = click.option("--run", "folder", metavar="DIR", type=OutputPath(), help="Folder of the run; runs/NAME by default.")
RESUME = click.option("--resume", is_flag=True, help="Continue an interrupted run from its checkpoint.")
EPOCHS = click.option("--epochs", metavar="N", type=int, help="Epochs to train; short for --set fit.epochs=N.")
LEARNING_RATE = click.option(
    "--learning-rate", metavar="X", type=float, help="Step size; short for --set compile.optimizer.learning_rate=X."
)
RESTART = click.option("--restart", is_flag=True, help="Discard the checkpoint of an interrupted run.")
SPEC = click.argument("spec", type=File(SPEC_SUFFIX))
FILE = click.argument("file", metavar="FILE.lstmc", type=File(ARTIFACT))
SPEC_OR_FILE = click.argument("file", metavar="SPEC|FILE.lstmc", type=File(SPEC_SUFFIX, ARTIFACT))


def output(what: str, *, can_stream: bool = False) -> Callable[[Command], Command]:
    """The option `-o`, whose help says `what` is written; `-` is stdout where the result `can_stream`."""
    return click.option("-o", "--output", metavar="PATH", type=OutputPath(can_stream=can_stream), help=what)
