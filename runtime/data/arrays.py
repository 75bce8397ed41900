"""Reads arrays: npz and npy files without pickles, and whatever is handed in from Python."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from struct import error as StructError  # noqa: N812
from tokenize import TokenError
from typing import Any
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Source
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .header import chosen
from .not_arrays import dataset, ragged
from .rows import ArrayPlaces, JoinedPlaces, Rows, count_of, suggestion
from .signatures import instead

NUMERIC = "fiub"
#: What numpy and zipfile raise over damaged bytes.
BROKEN = (
    BadZipFile,
    EOFError,
    KeyError,
    MemoryError,
    OSError,
    RuntimeError,
    StructError,
    TokenError,
    ValueError,
    ZlibError,
)


def read_npy(name: str, raw: bytes, *, target: bool, labels: bool) -> Rows:
    """The one array of an npy file; it has no targets.

    Raises:
        DataError: LC518 for objects and text, LC520 for a broken file, LC526 where targets are needed.
    """
    x = _loaded(name, raw)
    assert isinstance(x, np.ndarray)
    if target:
        help_ = "save both in one file: `numpy.savez('data.npz', x=x, y=y)`"
        raise DataError([Diagnostic("LC526", f"`{name}` holds one array and no targets", where=name, help=help_)])
    return checked(x, None, ArrayPlaces(name, "x"), labels=labels)


def read_npz(name: str, raw: bytes, source: Source, *, target: bool, labels: bool) -> Rows:
    """The arrays that `source` names in an npz file, or `x` and `y`.

    Raises:
        DataError: LC518 for objects and text, LC519 for an array that is not there, LC520 for a broken
            file, LC526 without targets where they are needed.
    """
    archive = _loaded(name, raw)
    if isinstance(archive, np.ndarray):
        raise _broken(name, "it is no zip archive")
    with archive:
        x_name, y_name = _names(name, archive.files, source, target=target)
        x = _member(name, archive, x_name)
        y = _member(name, archive, y_name) if y_name is not None else None
        lengths = _member(name, archive, source.length) if source.length is not None else None
    rows = checked(x, y, ArrayPlaces(name, x_name, y_name or "y"), labels=labels)
    return rows if lengths is None or source.length is None else padded(rows, lengths, f"{name}, {source.length}")


def padded(rows: Rows, lengths: NDArray[Any], where: str) -> Rows:
    """Rows whose timesteps beyond `lengths` `[samples]` are padding, and 0.

    Raises:
        DataError: LC541 for lengths that are not one whole number for each sample, from 1 to its timesteps.
    """
    x = rows.x
    message = ""
    if x.ndim < 3:
        message = f"lengths belong to x of shape [samples, timesteps, features], and this is {x.shape}"
    elif lengths.shape != x.shape[:1]:
        message = f"there are lengths of shape {lengths.shape} for {count_of(len(x), 'sample')}"
    elif lengths.dtype.kind not in "iuf" or not bool(np.all(lengths == np.floor(lengths))):
        message = "lengths are whole numbers"
    elif not bool(np.all((lengths >= 1) & (lengths <= x.shape[1]))):
        at = int(np.argmax((lengths < 1) | (lengths > x.shape[1])))
        where, message = f"{where}[{at}]", f"the length {lengths[at]} is not between 1 and the {x.shape[1]} timesteps"
    if message:
        help_ = "count the timesteps of each sample that are not padding"
        raise DataError([Diagnostic("LC541", message, where=where, help=help_, path="data.source.length")])
    rows = replace(rows, lengths=lengths.astype(np.int64))
    steps = rows.steps()
    assert steps is not None
    return replace(rows, x=np.where(steps.reshape(*steps.shape, *(1,) * (x.ndim - 2)), x, np.zeros((), x.dtype)))


def joined(parts: Sequence[Rows]) -> Rows:
    """The arrays of several files, one after the other.

    Raises:
        DataError: LC518 for arrays whose samples differ in shape, or of which only some have targets of one kind.
    """
    first = parts[0]
    if len(parts) == 1:
        return first
    for part in parts[1:]:
        for own, other, place in ((part.x, first.x, part.places.x), (part.y, first.y, part.places.y)):
            if own is None or other is None or own.ndim == 0:
                continue
            if own.shape[1:] != other.shape[1:] or (own.dtype.kind == "U") != (other.dtype.kind == "U"):
                message = f"the array of shape {own.shape} does not continue one of shape {other.shape}"
                help_ = "files that are read together hold samples of one shape"
                raise DataError([Diagnostic("LC518", message, where=place(()), help=help_, path="data.source")])
    starts = tuple(accumulate((len(part) for part in parts[:-1]), initial=0))
    places = JoinedPlaces(tuple(part.places for part in parts if isinstance(part.places, ArrayPlaces)), starts)
    y, lengths = ([getattr(part, name) for part in parts] for name in ("y", "lengths"))
    return Rows(
        np.concatenate([part.x for part in parts]),
        None if first.y is None else np.concatenate(y),
        places,
        lengths=None if first.lengths is None else np.concatenate(lengths),
        series=np.repeat(np.arange(len(parts)), [len(part) for part in parts]),
    )


def _names(name: str, files: list[str], source: Source, *, target: bool) -> tuple[str, str | None]:
    """The names of the arrays of inputs and targets."""
    found: list[Diagnostic] = []
    x = source.x or chosen(None, files, ("x", "X"))
    y = (source.y or chosen(None, [f for f in files if f != x], ("y", "Y"))) if target else None
    if x is None:
        help_ = f"name one at `data.source.x`; {suggestion('x', files)}"
        found.append(Diagnostic("LC519", f"`{name}` has several arrays, none named `x`", where=name, help=help_))
    for key, wanted in (("x", x), ("y", y)):
        if wanted is not None and wanted not in files:
            message, help_ = f"`{name}` has no array `{wanted}`", suggestion(wanted, files)
            found.append(Diagnostic("LC519", message, where=name, help=help_, path=f"data.source.{key}"))
    if target and y is None and not found:
        help_ = f"name the array of targets at `data.source.y`; {suggestion('y', files)}"
        found.append(Diagnostic("LC526", f"`{name}` has no array `y`", where=name, help=help_))
    if source.length is not None and source.length not in files:
        message, help_ = f"`{name}` has no array `{source.length}`", suggestion(source.length, files)
        found.append(Diagnostic("LC519", message, where=name, help=help_, path="data.source.length"))
    if found:
        raise DataError(found)
    assert x is not None
    return x, y


def _loaded(name: str, raw: bytes) -> Any:
    try:
        return np.load(io.BytesIO(raw), allow_pickle=False)
    except BROKEN as error:
        if "allow_pickle" in str(error) and raw.startswith(b"\x93NUMPY"):
            raise _objects(name, "the array holds Python objects") from error
        found = None if raw.startswith((b"PK", b"\x93NUMPY")) and b".npy" in raw[:300] else instead(raw, name)
        if found is not None:
            message = f"the file does not hold arrays of NumPy but is {found[0]}"
            help_ = found[1]
            raise DataError([Diagnostic("LC520", message, where=name, help=help_, path="data.source")]) from error
        raise _broken(name, str(error)) from error


def _member(name: str, archive: Any, key: str) -> NDArray[Any]:
    try:
        return np.asarray(archive[key])
    except BROKEN as error:
        if "allow_pickle" in str(error):
            raise _objects(f"{name}, {key}", f"array `{key}` holds Python objects") from error
        raise _broken(f"{name}, {key}", str(error)) from error


def _broken(where: str, why: str) -> DataError:
    line = why.splitlines()[0] if why else "it ends too early"
    if "pickle" in line:
        line = "it begins with something else than an array"
    return DataError([Diagnostic("LC520", f"the file cannot be read: {line}", where=where, path="data.source")])


def _objects(where: str, message: str) -> DataError:
    help_ = "save an array of floats or integers"
    return DataError([Diagnostic("LC518", message, where=where, help=help_)])


def handed_in(x: Any, y: Any, *, labels: bool) -> Rows:
    """Arrays from Python: anything `numpy.asarray` takes, or that has `to_numpy()`.

    Raises:
        DataError: LC518 for ragged lists, objects, text and complex numbers.
    """
    found: list[Diagnostic] = []
    arrays = [_as_array(value, name, found) for value, name in ((x, "x"), (y, "y"))]
    if found or arrays[0] is None:
        raise DataError(found or [Diagnostic("LC522", "no inputs were handed in")])
    return checked(arrays[0], arrays[1], ArrayPlaces(), labels=labels)


def _as_array(value: Any, name: str, found: list[Diagnostic]) -> NDArray[Any] | None:
    if value is None:
        return None
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        value = np.ma.filled(value.astype(np.float64), np.nan)
    batches = dataset(value, name)
    if batches is not None:
        found.append(batches)
        return None
    try:
        return np.asarray(_own_array(value))
    except (ValueError, TypeError) as error:
        found.append(ragged(value, name, error))
        return None


def _own_array(value: Any) -> Any:
    """What a frame or series holds; Arrow makes no NumPy array of texts and missing values unless it may copy."""
    if not hasattr(value, "to_numpy"):
        return value
    try:
        return value.to_numpy()
    except ValueError:
        return value


def checked(x: NDArray[Any], y: NDArray[Any] | None, places: ArrayPlaces, *, labels: bool) -> Rows:
    """The arrays as rows, their numbers finite.

    Raises:
        DataError: LC518 for what is not numbers.
    """
    y = _labels(y) if labels and y is not None else y
    found = [
        Diagnostic(
            "LC518",
            f"{name} of dtype {values.dtype} does not hold numbers",
            where=place(()),
            help="hand in an array of floats or integers, all rows of one length",
        )
        for name, values, place, kinds in (
            (places.x_name, x, places.x, NUMERIC),
            (places.y_name, y, places.y, NUMERIC + ("U" if labels else "")),
        )
        if values is not None and values.dtype.kind not in kinds
    ]
    if found:
        raise DataError(found)
    return Rows(x, y, places)


def _labels(y: NDArray[Any]) -> NDArray[Any]:
    """Labels held as Python strings become text; anything else stays as it is."""
    if y.dtype.kind != "O" or not all(isinstance(label, str) for label in _flat(y)):
        return y
    return y.astype(str)


def _flat(y: NDArray[Any]) -> Sequence[object]:
    return y.ravel().tolist()
