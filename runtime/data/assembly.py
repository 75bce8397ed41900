"""Encodes all rows of a source at once, and takes the samples of a part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .categories import expanded
from .checks import check_scaled, output_axes
from .contract import Contract
from .differencing import anchors
from .domains import check_domain
from .encoding import Encoding
from .frequency import Frequency
from .labels import encode_labels
from .layout import Layout, has_each
from .padding import Steps, check_skipped, kept
from .rows import Rows, not_finite
from .samples import Samples
from .seasons import Past
from .stamps import Stamps, Times
from .windows import Grid, view


@dataclass(frozen=True, slots=True)
class Material:
    """Rows of one source, ready to be encoded.

    Attributes:
        rows: in order, whole.
        source: `[rows]` where each stood in the source.
        usable: `[rows]` whether a row may be read.
        layout: the samples that the rows make.
        fingerprint: of the rows as they were read; empty for arrays handed in.
        notes: what was done to them.
        padding: `[rows]` or `[samples, timesteps]` which timesteps are padding; None where none are.
    """

    rows: Rows
    source: NDArray[np.int64]
    usable: NDArray[np.bool_]
    layout: Layout
    fingerprint: str
    notes: tuple[str, ...]
    padding: Steps | None = None


@dataclass(frozen=True, slots=True)
class Encoded:
    """The rows of `of`, encoded.

    Attributes:
        of: the rows.
        encoding: how they were encoded.
        contract: what the model demands.
        x: the inputs.
        y: labels and rows of 0 and 1 as the loss takes them; values are encoded with their sample.
        original: the targets as the user wrote them.
        known: of arrays of samples, what `anchors` gives.
    """

    of: Material
    encoding: Encoding
    contract: Contract
    x: NDArray[np.float32]
    y: NDArray[Any] | None
    original: NDArray[Any] | None
    known: NDArray[np.float64] | None = None


def encode(
    material: Material, encoding: Encoding, contract: Contract, found: list[Diagnostic], data: Data | None = None
) -> Encoded:
    """Encodes all rows; stops at what is `found` and what is wrong with categories, labels and scaled values.

    The rows are given up: what is scaled may be written over the inputs of a table.
    """
    rows = material.rows
    x, unseen = expanded(rows, encoding.categories, material.usable)
    found = found + unseen
    if contract.vocabulary is not None:
        scaled: NDArray[Any] = x.astype(np.int32)
    elif material.layout.windows:
        over = rows.table and x.dtype == np.float32 and not encoding.difference
        scaled = encoding.x.scale(encoding.differenced(x), into=x if over else None)
    else:
        scaled = encoding.encode_x(x)
    found += check_skipped(scaled, material.padding, rows, material.usable, encoding.masked)
    if rows.lengths is not None or not encoding.x.is_identity:
        scaled = kept(scaled, material.padding, contract.mask_value or 0.0)
    found += check_scaled(scaled, rows)
    y, original = None, None
    if rows.y is not None and not found:
        y, original, wrong = _encode_target(rows, encoding, contract)
        found += wrong
    known = None
    if encoding.difference and material.layout.windows is None and contract.target == "values":
        known, wrong = _known_of_arrays(rows, encoding, each=data is not None and has_each(data, contract))
        found += wrong
    stop(found)
    if not encoding.difference:
        material = replace(material, rows=replace(rows, x=scaled))  # the values are not needed beside the scaled ones
    return Encoded(material, encoding, contract, scaled, y, original, known)


def _known_of_arrays(
    rows: Rows, encoding: Encoding, *, each: bool
) -> tuple[NDArray[np.float64] | None, list[Diagnostic]]:
    """What `anchors` gives for samples `[samples, timesteps, features]`; LC531 where the target is no feature."""
    at = encoding.target_columns
    if at is None:
        message = "the model predicts differences, and the last known values of its target are not among the features"
        help_ = "hand in a table that has the target column, or train with the target among `data.features`"
        return None, [Diagnostic("LC531", message, where=rows.places.x(()), help=help_)]
    samples, steps = rows.x.shape[:2]
    inputs = np.arange(encoding.difference, steps) if each else np.array([steps - 1])
    run = rows.x[..., at].reshape(samples * steps, len(at))
    return anchors(run, np.arange(samples)[:, None] * steps + inputs, encoding.difference), []


def _encode_target(
    rows: Rows, encoding: Encoding, contract: Contract
) -> tuple[NDArray[Any] | None, NDArray[Any], list[Diagnostic]]:
    """The target as the loss takes it, and as the user wrote it; values are encoded with their sample."""
    assert rows.y is not None
    if contract.target == "values":
        return None, columns(rows.y).astype(np.float64, copy=False), []
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


def take(rows: Encoded, chosen: NDArray[np.int64]) -> Samples:
    """The samples at the `chosen` positions."""
    layout = rows.of.layout
    if layout.windows is not None:
        return _windows(rows, layout, layout.windows.take(chosen))
    at = span(layout.at[chosen])
    of = rows.of.rows
    x = rows.x[at].reshape(len(chosen), *layout.axes)
    known = None if rows.known is None else rows.known[at]
    original = _at(rows.original, at)
    y = _at(rows.y, at)
    if rows.contract.target == "values" and original is not None:
        y = rows.encoding.encode_y(original, known)
        _check_targets(y, of, layout.at[chosen], rows.contract)
    times = None if of.times is None else Times(of.times, layout.at[chosen])
    weight = None if of.weight is None else of.weight[at].astype(np.float32)
    if weight is not None:
        weight = weight.reshape(-1, *[1] * rows.contract.weighted_axes)
    source, print_ = rows.of.source[at], rows.of.fingerprint
    return Samples(x, y, original, None, times, source, rows.encoding, print_, weight, known, rows.of.notes)


def _windows(rows: Encoded, layout: Layout, windows: Grid) -> Samples:
    of, encoding = rows.of.rows, rows.encoding
    count = len(of)
    target, last = windows.numbered(windows.targets, count), windows.numbered(windows.last, count)
    output = (len(windows), *(axis or 1 for axis in output_axes(rows.contract, layout.shape)))
    x = view(rows.x, windows)
    if len(layout.axes) == 1:
        x = x[..., 0]  # ids
    known = anchors_of(of, encoding, windows) if rows.contract.target == "values" else None
    y, original, persistence, past = None, None, None, None
    if rows.original is not None and rows.contract.target == "values":
        original = rows.original[target].reshape(output)
        blocks = rows.original[windows.anchors][:, :, None]
        persistence = np.repeat(blocks, windows.steps, axis=2).reshape(output)
        past = Past(rows.original, of.instants, windows, output[1:])
        y = encoding.encode_y(original, known)
        _check_targets(y, of, last, rows.contract)
    elif rows.y is not None and rows.original is not None:
        shape = output[:-1] if rows.contract.target == "labels" else output
        y, original = rows.y[target].reshape(shape), rows.original[target]
        several = (target[0].size,) if windows.each or windows.steps > 1 else ()
        original = original.reshape(len(windows), *several, *original.shape[3:])
    times = None
    if of.times is not None:
        times = Times(of.times, target.reshape(len(windows), -1), _following(of, int(last.max(initial=0)) + 1 - count))
    inside = last < count
    source = np.where(inside, rows.of.source[np.where(inside, last, count - 1)], last)
    weight = None
    if of.weight is not None and rows.original is not None:
        weight = of.weight[target[..., 0] if windows.each else last].astype(np.float32)
        weight = weight if windows.each else weight.reshape(-1, *[1] * rows.contract.weighted_axes)
    return Samples(
        x, y, original, persistence, times, source, encoding, rows.of.fingerprint, weight, known, rows.of.notes, past
    )


def _following(rows: Rows, beyond: int) -> NDArray[np.str_] | None:
    """The time stamps of so many rows `beyond` the last; None where the rows are not regular."""
    if beyond <= 0 or rows.instants is None or rows.times is None:
        return None
    frequency = Frequency.of(rows.instants)
    if frequency is None or not frequency.regular(rows.instants):
        return None
    return Stamps.following(rows.times, rows.instants[-1:], frequency.after(rows.instants[-1], beyond))


def anchors_of(rows: Rows, encoding: Encoding, windows: Grid) -> NDArray[np.float64] | None:
    """What is known at the input rows that targets follow; `None` without differences."""
    if not encoding.difference:
        return None
    if rows.y is not None:
        return anchors(columns(rows.y), windows.anchors, encoding.difference)
    at = [rows.features.index(name) for name in encoding.targets]
    return anchors(rows.x[:, at], windows.anchors, encoding.difference)


def _check_targets(y: NDArray[np.float32], rows: Rows, at: NDArray[np.int64], contract: Contract) -> None:
    """Stops at the first scaled target that is not finite in 32 bits, or that the loss has no use for; LC506, LC418."""
    bad = not_finite(y)
    if bad is not None:
        help_ = "the training values of the column lie too close together to scale this one"
        where = rows.places.y((int(at[bad[0]]),))
        stop([Diagnostic("LC506", "the scaled value is not finite in 32 bits", where=where, help=help_)])
    stop(check_domain(y, contract, lambda sample: rows.places.y((int(at[sample]),))))


def _at(values: NDArray[Any] | None, at: NDArray[np.int64] | slice) -> NDArray[Any] | None:
    return None if values is None else values[at]


def span(chosen: NDArray[np.int64]) -> NDArray[np.int64] | slice:
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
