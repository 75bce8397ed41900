"""The progress of a training: a bar on a terminal or in a notebook, or a line an epoch on stderr."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Protocol

from .terminal import animated, colored

REFRESH = 0.1
WIDTH = 20
LOADING = "loading TensorFlow"
READING = "reading the data"
COMPILING = "compiling the training loop"
VALIDATING = "compiling the validation"


@contextmanager
def announced(phase: str, verbose: int) -> Iterator[None]:
    """Says what takes its time: for 1 on a terminal, as long as it lasts; for 2 as a line."""
    if verbose == 2:
        _say(phase)
    drawn = verbose == 1 and not in_notebook() and animated(sys.stderr)
    if drawn:
        sys.stderr.write(f"{phase}…")
        sys.stderr.flush()
    try:
        yield
    finally:
        if drawn:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


class Bar(Protocol):
    """Something on a screen that is drawn again and again in the same place."""

    def show(self, completed: float, status: str) -> None:
        """Draws so many epochs, and what is said of the last one."""
        ...

    def close(self, last: str) -> None:
        """Ends with the line `last`, which is empty when the training was cut off."""
        ...


class Progress:
    """Shows a training as `verbose` says: 0 nothing, 1 a bar where there is a place for one, 2 a line an epoch.

    Until its first step, the training loop is compiled, and behind the first epoch the validation if it `validates`;
    if not `compiling`, both are there from before.
    """

    def __init__(self, epochs: int, verbose: int, *, compiling: bool = True, validates: bool = False) -> None:
        self._epochs, self._verbose, self._compiling = epochs, verbose, compiling
        self._validates, self._phase = validates, ""
        self._bar: Bar | None = None
        self._first: int | None = None
        self._done, self._completed = 0, 0.0
        self._began, self._shown = time.monotonic(), 0.0
        self._logs: dict[str, float] = {}

    def __enter__(self) -> Progress:
        if self._verbose == 1 and in_notebook():
            self._bar = Cell(self._epochs)
        elif self._verbose == 1 and animated(sys.stderr):
            self._bar = Terminal(self._epochs)
        elif self._verbose == 2 and self._compiling:
            _say(COMPILING)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        last = "" if kind or not self._verbose else self._summary()
        if self._bar:
            self._bar.close(last)
        if last and not isinstance(self._bar, Cell):
            _say(last)

    def on_batch(self, epoch: int, done: int, total: int) -> None:
        """A step has been made."""
        self._first = epoch if self._first is None else self._first
        self._completed = epoch - self._first + done / total
        self._phase = VALIDATING if self._compiling and self._validates and done == total else ""
        self._draw(REFRESH)

    def on_epoch(self, epoch: int, logs: dict[str, float]) -> None:
        """An epoch has ended."""
        self._done, self._logs = self._done + 1, logs
        if self._verbose == 2:
            _say(f"epoch {epoch + 1}  {status(logs)}")
        self._draw(REFRESH / 2)

    def _draw(self, pause: float) -> None:
        now = time.monotonic()
        if self._bar and now - self._shown > pause:
            self._shown = now
            self._bar.show(self._completed, status(self._logs) or self._phase)

    def _summary(self) -> str:
        seconds = time.monotonic() - self._began
        epochs = f"{self._done} epoch{'s' if self._done != 1 else ''}"
        return f"trained {epochs} in {seconds:.1f} s  {status(self._logs)}".rstrip()


class Terminal:
    """A bar of rich's, on stderr, gone when the training has ended; before the first step, it names the phase."""

    def __init__(self, epochs: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._epochs = epochs
        self._progress = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=WIDTH),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[status]}"),
            console=Console(stderr=True, no_color=not colored(sys.stderr)),
            transient=True,
        )
        self._task = self._progress.add_task(COMPILING, total=None, status="")
        self._progress.start()

    def show(self, completed: float, status: str) -> None:
        """Draws so many epochs, and what is said of the last one."""
        description = _epoch(completed, self._epochs)
        self._progress.update(
            self._task, total=self._epochs, completed=completed, description=description, status=status
        )

    def close(self, last: str) -> None:
        """Removes the bar."""
        self._progress.stop()


class Cell:
    """A line below a notebook's cell that is written anew, so that a saved notebook holds the last one alone.

    Rich's own display in notebooks needs ipywidgets, and is empty in a notebook that is run without a browser.
    """

    def __init__(self, epochs: int) -> None:
        from IPython.display import display

        self._epochs = epochs
        self._handle = display(_Line(COMPILING), display_id=True)

    def show(self, completed: float, status: str) -> None:
        """Draws so many epochs, and what is said of the last one."""
        full = round(WIDTH * completed / max(1, self._epochs))
        bar = "━" * full + "╌" * (WIDTH - full)
        self._handle.update(_Line(f"{_epoch(completed, self._epochs)}  {bar}  {status}"))

    def close(self, last: str) -> None:
        """Ends with the line `last`."""
        self._handle.update(_Line(last or "the training was cut off"))


class _Line:
    """A text as notebooks show it: `repr` without quotes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _epoch(completed: float, epochs: int) -> str:
    """The epoch that is being trained, counted from one as Keras does."""
    return f"epoch {max(1, math.ceil(completed))}/{epochs}"


def in_notebook() -> bool:
    """Whether this is a kernel of Jupyter; IPython is not imported to find out."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return type(shell).__name__ == "ZMQInteractiveShell"


def status(logs: dict[str, float]) -> str:
    """`loss 0.0123  val_loss 0.0456`: the losses, as they fit on a line."""
    shown = {key: value for key, value in logs.items() if key in ("loss", "val_loss")}
    return "  ".join(f"{key} {value:.4g}" for key, value in shown.items())


def _say(line: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
