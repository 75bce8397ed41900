"""Options that commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

SET = click.option(
    "--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Override a value, as fit.epochs=5; repeatable."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Write one JSON document to stdout.")
DEVICE = click.option("--device", metavar="NAME", help="auto, cpu, gpu or gpu:N; in place of runtime.device.")
DATA = click.option("--data", metavar="PATH", type=click.Path(path_type=Path), help="Data in place of data.source.")
VERBOSE = click.option("--verbose", type=click.IntRange(0, 2), help="0 silent, 1 progress bar, 2 a line an epoch.")
RUN = click.option(
    "--run", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Folder of the run; runs/NAME by default."
)
SPEC = click.argument("spec", type=click.Path(path_type=Path))
FILE = click.argument("file", type=click.Path(path_type=Path))


def output(what: str) -> Callable[[Command], Command]:
    """The option `-o`, whose help says `what` is written."""
    return click.option("-o", "--output", metavar="PATH", type=click.Path(path_type=Path), help=f"{what}")
