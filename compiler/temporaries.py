"""Temporary files and folders of atomic writes: locked by their writer, and removed by the next one if it died."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SUFFIX = ".lstmc-part"
#: In a temporary folder: what stood at the place that is being written.
BEFORE = "before"


@contextmanager
def beside(path: Path, *, folder: bool = False) -> Iterator[Path]:
    """A new file or folder beside `path`, whose content is to replace it; removed in the end if it is still there."""
    sweep(path.parent)
    made, handle = _made(path, folder=folder)
    try:
        yield made
    finally:
        _remove(made)
        os.close(handle)


def sweep(folder: Path) -> None:
    """Removes the temporary files of writers that were killed; those of a living process are locked."""
    if sys.platform == "win32":
        return  # an open file cannot be removed there, and a folder cannot be locked
    with suppress(OSError), os.scandir(folder) as entries:
        for name in [entry.name for entry in entries if entry.name.startswith(".") and entry.name.endswith(SUFFIX)]:
            with suppress(OSError):
                _remove_abandoned(folder / name)


def lock(handle: int) -> None:
    """Locks an open file for this process; the lock ends with the handle, or with the process.

    Raises:
        OSError: another process has locked it, or the file system has no locks.
    """
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_at(handle: int, path: Path) -> bool:
    """Whether the open file is the one at `path`."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _made(path: Path, *, folder: bool) -> tuple[Path, int]:
    """A temporary file or folder and its locked handle; one that was swept before it was locked is made again."""
    while True:
        names = (SUFFIX, f".{path.name}.", path.parent)
        if folder and sys.platform == "win32":
            return Path(tempfile.mkdtemp(*names)), os.open(os.devnull, os.O_RDONLY)
        if folder:
            made = tempfile.mkdtemp(*names)
            handle = os.open(made, os.O_RDONLY)
        else:
            handle, made = tempfile.mkstemp(*names)
        with suppress(OSError):  # a file system without locks has no sweeping either
            if sys.platform != "win32":
                lock(handle)
        if sys.platform == "win32" or is_at(handle, Path(made)):
            return Path(made), handle
        os.close(handle)


def _remove_abandoned(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        lock(handle)
        if is_at(handle, path):
            _put_back(path)
            _remove(path)
    finally:
        os.close(handle)


def _put_back(temporary: Path) -> None:
    """What stood at the place, where the writer died after it had moved that away."""
    name = temporary.name.removeprefix(".").removesuffix(SUFFIX).rpartition(".")[0]
    place, before = temporary.with_name(name), temporary / BEFORE
    if name and before.is_dir() and not os.path.lexists(place):
        os.rename(before, place)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
