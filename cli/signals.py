"""SIGINT and SIGTERM in the process of the command line, and nowhere else.

A signal raises an exception wherever the process is, and libraries wrap or swallow exceptions: an extension module
turns it into an ImportError, AutoGraph into an error of its own, a finalizer drops it. So every signal is recorded too,
and whatever is raised after it is the end of an interrupted command.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
WORDS = {130: "interrupted", 143: "terminated"}
_received: list[int] = []


class Terminated(BaseException):
    """The process was asked to end."""


class Received:
    """Whether a signal has come, as `cancel` of a training takes it."""

    def is_set(self) -> bool:
        """Whether one has come."""
        return bool(_received)


def code() -> int | None:
    """The exit code of the first signal that has come; None if there was none."""
    return CODES[signal.Signals(_received[0])] if _received else None


def raise_pending() -> None:
    """Raises the exception of a signal that a library has swallowed."""
    if _received:
        raise KeyboardInterrupt if _received[0] == signal.SIGINT else Terminated


@contextmanager
def recorded() -> Iterator[None]:
    """Records signals within, and raises them as exceptions; then everything is as before."""
    _received.clear()
    before = {number: signal.signal(number, _record) for number in _heeded()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_at_once() -> None:
    """From now on a signal ends the process: what was to be saved is saved, and only messages are left to write."""
    for number in _heeded():
        signal.signal(number, _end)


def _heeded() -> list[signal.Signals]:
    """The signals that are not ignored: a job in the background of a shell ignores Ctrl-C."""
    return [number for number in CODES if signal.getsignal(number) != signal.SIG_IGN]


def _record(number: int, _frame: FrameType | None) -> None:
    _received.append(number)
    raise KeyboardInterrupt if number == signal.SIGINT else Terminated


def _end(number: int, _frame: FrameType | None) -> None:
    os._exit(code() or CODES[signal.Signals(number)])
