"""The progress of a training on stderr: a bar with the time left, or a line an epoch."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

REFRESH = 0.1


class Progress:
    """Shows a training as `verbose` says: 0 nothing, 1 a bar (on a terminal), 2 a line an epoch."""

    def __init__(self, epochs: int, verbose: int) -> None:
        self._epochs, self._verbose = epochs, verbose
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._first: int | None = None
        self._shown = 0.0
        self._began = time.monotonic()
        self._done = 0
        self._logs: dict[str, float] = {}

    def __enter__(self) -> Progress:
        if self._verbose == 1 and sys.stderr.isatty():
            self._bar = _bar()
            self._task = self._bar.add_task("", total=self._epochs, status="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()
        if self._verbose and kind is None:
            seconds = time.monotonic() - self._began
            epochs = f"{self._done} epoch{'s' if self._done != 1 else ''}"
            click.echo(f"trained {epochs} in {seconds:.1f} s  {status(self._logs)}", err=True)

    def on_batch(self, epoch: int, done: int, total: int) -> None:
        """A step has been made."""
        self._first = epoch if self._first is None else self._first
        now = time.monotonic()
        if self._bar and self._task is not None and now - self._shown > REFRESH:
            self._shown = now
            self._bar.update(self._task, completed=epoch - self._first + done / total)

    def on_epoch(self, epoch: int, logs: dict[str, float]) -> None:
        """An epoch has ended."""
        self._done += 1
        self._logs = logs
        if self._verbose == 2:
            click.echo(f"epoch {epoch + 1}  {status(logs)}", err=True)
        now = time.monotonic()
        if self._bar and self._task is not None and now - self._shown > REFRESH / 2:
            self._bar.update(self._task, status=status(logs))


def status(logs: dict[str, float]) -> str:
    """`loss 0.0123  val_loss 0.0456`: the losses, as they fit on a line."""
    shown = {key: value for key, value in logs.items() if key in ("loss", "val_loss")}
    return "  ".join(f"{key} {value:.4g}" for key, value in shown.items())


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    return RichProgress(
        TextColumn("epoch"),
        TextColumn("{task.completed:.0f}/{task.total}"),
        BarColumn(bar_width=20),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[status]}"),
        console=Console(stderr=True),
        transient=True,
    )
