"""The files that `data.source` names: found by path or pattern, and opened whether packed with gzip or not."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob, has_magic
from pathlib import Path
from typing import IO, cast

from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from ...spec.paths import open_regular

GZIP = b"\x1f\x8b"


def matching(path: str, base: Path) -> tuple[str, ...]:
    """The path itself, or for a pattern the files that match it, in order of their names; none where none does."""
    if not has_magic(path) or os.path.exists(base / path):
        return (path,)
    return tuple(sorted(name for name in glob(path, root_dir=base, recursive=True) if os.path.isfile(base / name)))


def contents(path: str, base: Path) -> Iterator[tuple[str, bytes]]:
    """Name and unpacked content of each file.

    Raises:
        DataError: LC501 for a file that is not there or may not be read, or a pattern that nothing matches; LC520
            for a broken gzip file.
    """
    for name in _names(path, base):
        yield name, _unpacked(name, _content(base / name, name))


def found(path: str, base: Path) -> Iterator[tuple[str, Path]]:
    """Name and place of each file, which has been opened once.

    Raises:
        DataError: LC501 for a file that is not there or may not be read, or a pattern that nothing matches.
    """
    for name in _names(path, base):
        with _told(base / name, name), open_regular(base / name):
            pass
        yield name, base / name


def _names(path: str, base: Path) -> tuple[str, ...]:
    names = matching(path, base)
    if not names:
        raise _unread(path, f"no file matches `{path}`", f"it was looked for in `{base.resolve()}`")
    return names


@contextmanager
def head(path: Path) -> Iterator[IO[bytes]]:
    """The file opened at its beginning, unpacked where it is gzip.

    Raises:
        OSError: it cannot be opened.
    """
    with open_regular(path) as file:
        packed = file.read(2) == GZIP
        file.seek(0)
        yield cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if packed else file


def _unpacked(name: str, raw: bytes) -> bytes:
    if not raw.startswith(GZIP):
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, OSError, zlib.error) as error:
        message = f"the gzip file cannot be unpacked: {error}"
        raise DataError(
            [Diagnostic("LC520", message, where=name, help="copy the file again", path="data.source")]
        ) from error


def _content(path: Path, name: str) -> bytes:
    with _told(path, name), open_regular(path) as file:
        return file.read()


@contextmanager
def _told(path: Path, name: str) -> Iterator[None]:
    """What goes wrong as a file is opened or read becomes LC501."""
    try:
        yield
    except FileNotFoundError as error:
        raise _unread(name, f"there is no file `{name}`", _near(path)) from error
    except IsADirectoryError as error:
        raise _unread(name, f"`{name}` is a folder", f"name a file in it, or all of a kind: `{name}/*.csv`") from error
    except PermissionError as error:
        raise _unread(name, f"`{name}` may not be read", "change its permissions") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _unread(name, f"`{name}` cannot be read: {reason}", "name a file that can be read") from error


def _unread(name: str, message: str, help_: str) -> DataError:
    return DataError([Diagnostic("LC501", message, where=name, help=help_, path="data.source.path")])


def gone(name: str, error: OSError) -> Diagnostic:
    """LC501 for a file that could be read before."""
    message = f"`{name}` cannot be read any more: {error.strerror or error}"
    return Diagnostic("LC501", message, where=name, path="data.source.path")


def _near(path: Path) -> str:
    folder = path.parent
    if not os.path.isdir(folder):
        return f"there is no folder `{folder}` either"
    from ...spec.suggestions import nearest

    close = nearest(path.name, [file.name for file in folder.iterdir()])
    return f"did you mean `{close}`?" if close else f"it was looked for in `{folder.resolve()}`"
