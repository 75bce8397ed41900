"""Where a command writes its result: a file, whole or not at all; stdout for `-`; a device as it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

STDOUT = Path("-")
"""What stands for stdout, or stdin, where a file is asked for."""


class OutputPath(click.Path):
    """A path to write to. `-` is stdout where the result `can_stream`, and an error elsewhere, never a file."""

    def __init__(self, *, can_stream: bool = False, dir_okay: bool = True) -> None:
        super().__init__(path_type=Path, dir_okay=dir_okay)
        self._can_stream = can_stream

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path; refuses `-` where it would become a file of that name."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))  # type: ignore[arg-type]
        if path == STDOUT and not self._can_stream:
            self.fail("`-` stands for stdout, and this cannot be written there: name a file", param, ctx)
        return path


class DataPath(click.Path):
    """The path of a file with data, which cannot be read from stdin."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path; refuses `-`."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))  # type: ignore[arg-type]
        if path == STDOUT:
            self.fail("data cannot be read from stdin: name a file", param, ctx)
        return path


def check_stdout(path: Path | None, *, as_json: bool, binary: bool = False) -> None:
    """Refuses `-` beside `--json`, which writes to stdout too, and for a binary file on a terminal."""
    if path != STDOUT:
        return
    if as_json:
        raise click.UsageError("`-` and --json both write to stdout: use one of them")
    if binary and sys.stdout.isatty():
        raise click.UsageError("a binary file would garble the terminal: redirect stdout, or name a file")


def write(content: bytes, path: Path) -> None:
    """Writes the result to a file, whole or not at all, or to stdout; says on stderr which file it was.

    Raises:
        ArtifactError: the file cannot be written (LC706).
    """
    if path == STDOUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    if path.exists() and not (path.is_file() or path.is_dir()):
        path.write_bytes(content)  # a device or a pipe: it must not be replaced by a file
        return
    from ..compiler.artifact import write_bytes

    write_bytes(content, path)
