"""Finds the files that `data.source` names and reads them in their format."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from ...spec.conversions import unknown
from ...spec.data import Data, Source
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .arrays import joined, read_npy, read_npz
from .delimited import read_delimited
from .files import contents
from .jsonl import read_jsonl
from .parquet import read_parquet
from .rows import Rows
from .tables import Demand, Table, rows_of


def read_rows(data: Data, base: Path, demand: Demand, frame: Any = None) -> Rows:
    """The rows of `data`'s files, in their order.

    Args:
        data: the section of the spec.
        base: the folder that relative paths count from.
        demand: what is wanted of the files.
        frame: a data frame that is used in place of the files.

    Raises:
        DataError: a file cannot be found or read, or its values are not what is needed.
    """
    if frame is not None:
        from .frames import table_of

        return rows_of([table_of(frame)], data, demand)
    if not data.source.table and data.source.kind is not None:
        return _arrays(data.source, base, demand)
    from .streaming.held import read_large

    rows = read_large(data, base, demand)
    return rows_of(read_tables(data.source, base), data, demand) if rows is None else rows


def read_tables(source: Source, base: Path) -> list[Table]:
    """The tables of the files, in order of their names.

    Raises:
        DataError: LC501, LC502 or LC520.
    """
    read: Callable[[str, bytes], Table]
    match source.kind:
        case "csv" | "tsv":
            read = partial(read_delimited, source=source)
        case "jsonl":
            read = partial(read_jsonl, encoding=source.encoding)
        case "parquet":
            read = read_parquet
        case _:
            raise _unknown(source.path)
    return [read(name, raw) for name, raw in contents(source.path, base)]


def _arrays(source: Source, base: Path, demand: Demand) -> Rows:
    read: Callable[[str, bytes], Rows]
    if source.kind == "npz":
        read = partial(read_npz, source=source, target=demand.target, labels=demand.labels)
    else:
        read = partial(read_npy, target=demand.target, labels=demand.labels)
    return joined([read(name, raw) for name, raw in contents(source.path, base)])


def _unknown(path: str) -> DataError:
    message, help_ = unknown(path)
    return DataError([Diagnostic("LC502", message, where=path, help=help_, path="data.source.path")])
