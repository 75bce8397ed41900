"""A light look at a data file for the compiler: its columns, the shape of its inputs, and what they imply."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import error as StructError  # noqa: N812
from tokenize import TokenError
from typing import IO
from zlib import error as ZlibError  # noqa: N812

from ...spec.data import Data, Source
from .contract import Axes

ENDINGS = {".csv": "csv", ".npz": "npz", ".npy": "npy"}


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says about itself.

    Attributes:
        columns: names of the columns of a table.
        shape: shape of the array of inputs, samples first.
    """

    columns: tuple[str, ...] | None = None
    shape: tuple[int, ...] | None = None


def format_of(source: Source) -> str | None:
    """The format of a source, by its key or by the ending of its path; `None` if unknown."""
    return source.format or ENDINGS.get(Path(source.path).suffix.lower())


def header(data: Data, base: Path) -> Header | None:
    """The columns or the shape of `data`'s file; `None` when it is absent or cannot be read."""
    path = base / data.source.path
    try:
        match format_of(data.source):
            case "csv":
                return _csv_header(path, data.source.delimiter)
            case "npz":
                return _npz_header(path, data.source)
            case "npy":
                with path.open("rb") as file:
                    return Header(shape=_shape(file))
    except (OSError, ValueError, EOFError, csv.Error, RuntimeError, StructError, TokenError, ZlibError):
        return None
    return None


def _csv_header(path: Path, delimiter: str) -> Header | None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = next(csv.reader(file, delimiter=delimiter, strict=True), None)
    return Header(columns=tuple(names)) if names else None


def _npz_header(path: Path, source: Source) -> Header | None:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as archive:
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


def default_features(data: Data, columns: Sequence[str]) -> tuple[str, ...]:
    """The features that `data` means: those listed, or all but time and target (the target too, with a window)."""
    if data.features is not None:
        return data.features
    left_out = {data.time.columns} if data.time else set()
    if data.window is None:
        left_out |= set(data.targets)
    return tuple(name for name in columns if name not in left_out)


def implied_input(data: Data, columns: tuple[str, ...] | None, shape: tuple[int, ...] | None) -> Axes | None:
    """The axes of a sample that `data` fixes: `(timesteps, features)`, or those of an array of samples.

    Args:
        data: the section of the spec.
        columns: the table's columns, if known.
        shape: the shape of the array of inputs, if known.
    """
    if shape is not None and len(shape) >= 3:
        return shape[1:]
    if shape is not None:
        return arranged(data, shape[1]) if len(shape) == 2 else None
    if data.features is None and columns is None:
        return None
    return arranged(data, len(default_features(data, columns or ())))


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
