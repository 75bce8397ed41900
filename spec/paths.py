"""Opening the files that a user names, and advice about a path that leads nowhere."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def open_regular(path: Path) -> BinaryIO:
    """Opens a file to read; a pipe, a device or a socket is refused unopened: they may block, or never end.

    Raises:
        OSError: it is not there, not a regular file, or may not be read.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "something else")
        raise OSError(errno.EINVAL, f"it is {kind}, not a regular file", str(path))
    return path.open("rb")


def advice(path: Path) -> str:
    """What to do about a file that cannot be read: names one beside it that is called nearly the same."""
    from .suggestions import nearest

    try:
        beside = [] if path.exists() else [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except (OSError, ValueError):
        beside = []
    spec = f"{path.name}.lstm.json"
    close = spec if spec in beside else nearest(path.name, beside)
    if close:
        return f"did you mean `{path.with_name(close)}`?"
    trained = path.suffix == ".lstmc"
    return "check the path; `lstmc fit SPEC` writes an artifact to runs/NAME" if trained else "check the path"
