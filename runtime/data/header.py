"""A light look at a data file for the compiler: its columns, the shape of its inputs, and what they imply."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from struct import error as StructError  # noqa: N812
from tokenize import TokenError
from typing import IO, TYPE_CHECKING
from zlib import error as ZlibError  # noqa: N812

from ...spec.data import Data, Source
from .files import head, matching

if TYPE_CHECKING:
    from .contract import Axes


#: Characters that hold the first lines.
HEAD = 2**14


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says about itself.

    Attributes:
        columns: names of the columns of a table.
        shape: shape of the array of inputs, samples first.
    """

    columns: tuple[str, ...] | None = None
    shape: tuple[int, ...] | None = None


def header(data: Data, base: Path) -> Header | None:
    """The columns or the shape of `data`'s first file; `None` when it is absent or cannot be read."""
    names = matching(data.source.path, base)
    if not names:
        return None
    path = base / names[0]
    try:
        match data.source.kind:
            case "csv" | "tsv":
                return _csv_header(path, data.source)
            case "jsonl":
                return _jsonl_header(path, data.source)
            case "parquet":
                return _parquet_header(path)
            case "npz":
                return _npz_header(path, data.source)
            case "npy":
                with head(path) as file:
                    return Header(shape=_shape(file))
    except (OSError, ValueError, EOFError, csv.Error, RuntimeError, StructError, TokenError, ZlibError):
        return None
    return None


@contextmanager
def _text(path: Path, source: Source) -> Iterator[IO[str]]:
    with head(path) as file:
        yield io.TextIOWrapper(file, encoding=source.encoding.replace("utf-8", "utf-8-sig"), newline="")


def comment_lines(lines: Sequence[str], delimiter: str) -> int:
    """How many lines at the beginning are comments: they begin with `#`, and are not a header of the rows below."""
    count = next((i for i, line in enumerate(lines) if not line.startswith("#")), 0)
    header = count == 1 and lines[0].count(delimiter) == lines[1].count(delimiter)
    return 0 if header else count


def _csv_header(path: Path, source: Source) -> Header | None:
    with _text(path, source) as file:
        if comment_lines(file.read(HEAD).splitlines(), source.separator):
            return None
    with _text(path, source) as file:
        records = csv.reader(file, delimiter=source.separator, strict=True)
        names = next((cells for cells in records if cells), None)
    return Header(columns=tuple(names)) if names else None


def _jsonl_header(path: Path, source: Source) -> Header | None:
    with _text(path, source) as file:
        row = json.loads(next((line for line in file if line.strip()), "null"))
    return Header(columns=tuple(row)) if isinstance(row, dict) and row else None


def _parquet_header(path: Path) -> Header | None:
    import polars as pl

    try:
        with head(path) as file:
            plain = io.BytesIO(file.read()) if isinstance(file, gzip.GzipFile) else file
            return Header(columns=tuple(pl.read_parquet_schema(plain)))
    except pl.exceptions.PolarsError:
        return None


def _npz_header(path: Path, source: Source) -> Header | None:
    from zipfile import BadZipFile, ZipFile

    try:
        with head(path) as packed, ZipFile(packed) as archive:
            names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
            x = source.x if source.x in names else chosen(source.x, names, ("x", "X"))
            if x is None:
                return None
            with archive.open(f"{x}.npy") as file:
                return Header(shape=_shape(file))
    except BadZipFile:
        return None


def _shape(file: IO[bytes]) -> tuple[int, ...]:
    from numpy.lib import format as npy

    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape: tuple[int, ...] = read(file)[0]
    return shape


def chosen(name: str | None, names: Sequence[str], usual: tuple[str, ...]) -> str | None:
    """The array that is meant when the spec names none: a usual name, or the only one there is for `x`."""
    if name is not None:
        return None
    found = next((candidate for candidate in usual if candidate in names), None)
    if found is None and usual[0] == "x" and len(names) == 1:
        return names[0]
    return found


def default_features(data: Data, columns: Sequence[str], weight: str | None = None) -> tuple[str, ...]:
    """The features that `data` means: those listed, or all but time, weight and target.

    With a window the target is a feature too: its past is known.
    """
    if data.features is not None:
        return data.features
    left_out = {*(data.time.names if data.time else ()), weight}
    if data.window is None:
        left_out |= set(data.targets)
    return tuple(name for name in columns if name not in left_out)


def implied_input(
    data: Data,
    columns: tuple[str, ...] | None,
    shape: tuple[int, ...] | None,
    *,
    weight: str | None = None,
    levels: Mapping[str, Sequence[str]] | None = None,
) -> Axes | None:
    """The axes of a sample that `data` fixes: `(timesteps, features)`, or those of an array of samples.

    How many columns a one-hot column becomes is known from the training rows only: `None`.

    Args:
        data: the section of the spec.
        columns: the table's columns, if known.
        shape: the shape of the array of inputs, if known.
        weight: the column of sample weights.
        levels: the categories of columns that become one input for each of theirs, if known.
    """
    if shape is not None and len(shape) >= 3:
        return shape[1:]
    if shape is not None:
        return arranged(data, shape[1]) if len(shape) == 2 else None
    if data.features is None and columns is None:
        return None
    features = default_features(data, columns or (), weight)
    known = levels or {}
    if any(name not in known for name in features if name in data.one_hot):
        return (data.window.timesteps, None) if data.window else None
    return arranged(data, sum(len(known[name]) if name in data.one_hot else 1 for name in features))


def arranged(data: Data, columns: int) -> tuple[int, int] | None:
    """The axes of a sample made of rows of `columns` values; `None` if neither key says how."""
    match data:
        case Data(window=window) if window is not None:
            return window.timesteps, columns
        case Data(arrange=arrange) if arrange is not None:
            if arrange.timesteps is not None:
                steps = arrange.timesteps
                return (steps, columns // steps) if columns % steps == 0 else None
            return (columns, 1) if arrange.rows == "columns_as_timesteps" else (1, columns)
    return None
