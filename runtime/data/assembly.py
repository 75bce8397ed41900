"""Encodes all rows at once, puts them in order, and takes the samples of a part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .checks import check_scaled
from .contract import Contract
from .encoding import Encoding
from .labels import encode_labels
from .layout import Layout
from .rows import Rows
from .samples import Samples
from .windows import view


@dataclass(frozen=True, slots=True)
class Encoded:
    """All rows, encoded and in order; `source` is where each stood."""

    x: NDArray[np.float32]
    y: NDArray[Any] | None
    original: NDArray[Any] | None
    times: NDArray[Any] | None
    source: NDArray[np.int64]
    encoding: Encoding
    values: bool
    fingerprint: str


def encode(
    rows: Rows, order: NDArray[np.int64], encoding: Encoding, contract: Contract, found: list[Diagnostic]
) -> Encoded:
    """Encodes all rows, then puts them in order; stops at what is wrong with labels and scaled values."""
    x = encoding.encode_x(rows.x)
    steps = rows.steps()
    if steps is not None:
        x[~steps] = 0.0
    found = found + check_scaled(x, rows, target=False)
    y, original = None, None
    if rows.y is not None and not found:
        y, original, wrong = _encode_target(rows, encoding, contract)
        found += wrong
    stop(found)
    times = rows.times
    if not np.array_equal(order, np.arange(len(order))):
        x = x[order]
        y, original, times = (None if part is None else part[order] for part in (y, original, times))
    print_ = "" if rows.handed_in else rows.fingerprint()
    return Encoded(x, y, original, times, order, encoding, contract.target == "values", print_)


def _encode_target(
    rows: Rows, encoding: Encoding, contract: Contract
) -> tuple[NDArray[Any], NDArray[Any], list[Diagnostic]]:
    """The target as the loss takes it, and as the user wrote it."""
    assert rows.y is not None
    if contract.target == "values":
        original = columns(rows.y).astype(np.float64, copy=False)
        scaled = encoding.encode_y(original)
        return scaled, original, check_scaled(scaled, rows, target=True)
    given = rows.y
    if contract.target == "labels" and given.ndim == len(contract.output) + 1:
        given = given[..., 0]
    ids, wrong = encode_labels(given, encoding.classes, contract, rows.places)
    if wrong:
        return ids, given, wrong
    original = given if given.dtype.kind == "U" else given.astype(np.int64)
    if contract.target == "labels":
        return ids.astype(np.int32), original, []
    encoded = ids.astype(np.float32)
    return (encoded[:, None] if encoded.ndim == 1 else encoded), original, []


def take(rows: Encoded, layout: Layout, chosen: NDArray[np.int64], data: Data | None) -> Samples:
    """The samples at the `chosen` positions."""
    if layout.windows is None or data is None or data.window is None:
        at = _span(chosen)
        x = rows.x[at].reshape(len(chosen), *layout.axes)
        times = None if rows.times is None else tuple(rows.times[at].tolist())
        y, original = _at(rows.y, at), _at(rows.original, at)
        return Samples(x, y, original, None, times, rows.source[at], rows.encoding, rows.fingerprint)
    windows = layout.windows.take(chosen)
    target, count = windows.targets, len(rows.x)
    known = target < count
    inside = np.where(known, target, count - 1)
    y, original, persistence = _at(rows.y, target), _at(rows.original, target), None
    if rows.original is not None and rows.values:
        persistence = rows.original[target - data.window.horizon]
    times = None
    if rows.times is not None:
        times = tuple(np.where(known, rows.times[inside], "").tolist())
    source = np.where(known, rows.source[inside], target)
    x = view(rows.x, windows)
    return Samples(x, y, original, persistence, times, source, rows.encoding, rows.fingerprint)


def _at(values: NDArray[Any] | None, at: NDArray[np.int64] | slice) -> NDArray[Any] | None:
    return None if values is None else values[at]


def _span(chosen: NDArray[np.int64]) -> NDArray[np.int64] | slice:
    """Successive positions as a slice, which copies nothing."""
    if len(chosen) and np.array_equal(chosen, np.arange(chosen[0], chosen[0] + len(chosen))):
        return slice(int(chosen[0]), int(chosen[0]) + len(chosen))
    return chosen


def columns(y: NDArray[Any]) -> NDArray[Any]:
    """Targets with an axis of columns, `[rows] -> [rows, 1]`."""
    return y[:, None] if y.ndim == 1 else y


def stop(found: Iterable[Diagnostic]) -> None:
    """Raises what was found, if anything.

    Raises:
        DataError: with all of `found`.
    """
    found = tuple(found)
    if found:
        raise DataError(found)
