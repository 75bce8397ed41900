"""Writes a folder whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ..spec.diagnostics import Diagnostic
from ..spec.errors import ArtifactError
from .artifact import umask
from .temporaries import BEFORE, beside


def write_folder(fill: Callable[[Path], None], path: Path, mark: str) -> None:
    """Writes a folder by way of a temporary one beside it.

    Args:
        fill: writes the content into the folder that it is given.
        path: the folder; one that is there is replaced if it is empty, or of the same kind.
        mark: the file that folders of this kind hold.

    Raises:
        ArtifactError: it cannot be written (LC706); what was there before is unharmed.
    """
    if os.path.lexists(path) and not _replaceable(path, mark):
        raise _refusal(path, f"there is something else than a folder with `{mark}`")
    try:
        with beside(path, folder=True) as temporary:
            made, before = temporary / "made", temporary / BEFORE
            made.mkdir(mode=0o777 & ~umask())
            fill(made)
            _to_disk(made)
            if path.is_dir():
                os.rename(path, before)
            try:
                os.rename(made, path)
            except BaseException:
                if before.is_dir():
                    os.rename(before, path)
                raise
    except OSError as error:
        there = path.parent.is_dir()
        raise _refusal(path, error.strerror or str(error), there=there) from error


def _replaceable(path: Path, mark: str) -> bool:
    return path.is_dir() and not path.is_symlink() and ((path / mark).is_file() or not any(path.iterdir()))


def _to_disk(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb") as opened:
                os.fsync(opened.fileno())


def _refusal(path: Path, why: str, *, there: bool = True) -> ArtifactError:
    why = why if there else f"there is no folder `{path.parent}`"
    message = f"cannot write the folder: {why}"
    return ArtifactError([Diagnostic("LC706", message, where=str(path), help="choose another place")])
