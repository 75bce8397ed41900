"""Finds the file that `data.source` names and reads it in its format."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .arrays import read_npy, read_npz
from .header import format_of
from .rows import Rows
from .tables import Demand, read_table


def read_rows(data: Data, base: Path, demand: Demand) -> Rows:
    """The rows of `data`'s file, in its order.

    Args:
        data: the section of the spec.
        base: the folder that relative paths count from.
        demand: what is wanted of the file.

    Raises:
        DataError: the file cannot be found or read, or its values are not what is needed.
    """
    name = data.source.path
    format_ = format_of(data.source)
    raw = _content(base / name, name)
    match format_:
        case "csv":
            return read_table(name, raw, data, demand)
        case "npz":
            return read_npz(name, raw, data.source, target=demand.target, labels=demand.labels)
        case "npy":
            return read_npy(name, raw, target=demand.target, labels=demand.labels)
    ending = Path(name).suffix
    told = f"the ending `{ending}` tells no known format" if ending else "the path has no ending to tell the format"
    help_ = 'known are .csv, .npz and .npy; or say it: `"format": "csv"`, with `"delimiter": "\\t"` for tabs'
    raise DataError([Diagnostic("LC502", told, where=name, help=help_, path="data.source.path")])


def _content(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise _unread(name, f"there is no file `{name}`", _near(path)) from error
    except IsADirectoryError as error:
        raise _unread(name, f"`{name}` is a folder", "name a file in it") from error
    except PermissionError as error:
        raise _unread(name, f"`{name}` may not be read", "change its permissions") from error
    except (OSError, ValueError) as error:
        raise _unread(name, f"`{name}` cannot be read: {error}", "") from error


def _unread(name: str, message: str, help_: str) -> DataError:
    return DataError([Diagnostic("LC501", message, where=name, help=help_, path="data.source.path")])


def _near(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder `{folder}` either"
    close = get_close_matches(path.name, [file.name for file in folder.iterdir()], n=1)
    return f"did you mean `{close[0]}`?" if close else f"it was looked for in `{folder.resolve()}`"
