"""One training to a folder: a lock that ends with the process that holds it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..compiler.temporaries import is_at, lock
from ..spec.diagnostics import Diagnostic
from ..spec.errors import ArtifactError

NAME = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the lock of `folder`; it ends with the process, whatever ends that.

    Raises:
        ArtifactError: another training holds it (LC709).
    """
    path = folder / NAME
    handle = _claim(path)
    try:
        yield
    finally:
        with suppress(OSError):  # Windows keeps a file that is open
            path.unlink()
        os.close(handle)


def _claim(path: Path) -> int:
    """The open, locked file; one that its last holder removes in the meantime is not it."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            lock(handle)
            if sys.platform == "win32" or is_at(handle, path):
                return handle
        except OSError as error:
            os.close(handle)
            message = "another training is at work in this folder"
            help_ = "wait for it to end, or choose another folder with `--run`"
            raise ArtifactError([Diagnostic("LC709", message, where=str(path.parent), help=help_)]) from error
        os.close(handle)
