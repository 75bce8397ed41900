"""Data become samples: for training with an encoding fitted on the training rows, for new data with a given one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .arrays import handed_in
from .assembly import Encoded, Material, encode, span, stop, take
from .checks import check_batches, check_finite, check_ids, check_input, check_target, far, reach, window_target
from .contract import Contract
from .domains import doubtful
from .encoding import Encoding, columns_of
from .fitting import fit, fit_categories, learn
from .layout import Layout, lay_out, unbroken
from .markers import marked
from .missing import fill
from .not_arrays import dataset, without_targets
from .ordering import in_order, sorts
from .padding import Masked, check_averaged, check_padding, padding_note, padding_of
from .recognition import FileSpan, before_training, windows_cross
from .rows import Rows, count_of, features_note
from .samples import Dataset, Samples
from .series import borders_note, runs_of
from .source import read_rows
from .split import Dealt, Part, deal_rows, parts_of, share_out
from .tables import Demand

#: Rows, and by part the positions of its samples among those that they make.
Portion: TypeAlias = tuple[Material, Mapping[str, NDArray[np.int64]]]


def prepare(  # noqa: PLR0913 - a model, its data and what is handed in for them
    data: Data, contract: Contract, base: Path, seed: int, encoding: Encoding | None = None, frame: Any = None
) -> Dataset:
    """Training data: read, checked, dealt out to parts, and encoded as fitted on the training rows.

    Args:
        data: the section of the spec.
        contract: what the model demands.
        base: the folder that relative paths count from.
        seed: of a split in random order.
        encoding: of a model that is trained further; without, one is fitted.
        frame: a data frame in place of the file.

    Raises:
        DataError: everything that is wrong with the data, LC501 to LC530.
    """
    demand = _demand(contract, target=True, encoding=encoding)
    if data.split.sources:
        split, runs, notes, warnings = _apart(data, base, demand, contract, encoding)
    else:
        split, runs, notes, warnings = _dealt(read_rows(data, base, demand, frame), data, contract, seed, encoding)
    material, shares = split[0]
    sizes = ((name, len(chosen)) for _, samples in split for name, chosen in samples.items())
    stop(d for name, count in sizes for d in check_batches(name, count, contract))
    fitted = material.layout.fitted(len(material.rows), shares["train"], runs)
    fitted = fitted[material.usable[fitted]]
    found: list[Diagnostic] = []
    if encoding is None:
        categories = fit_categories(material, fitted, data)
        split = [(_widened(part, columns_of(part.rows.features, categories)), samples) for part, samples in split]
        stop(d for part, _ in split for d in _check_width(part, data, contract, categories))
        material = split[0][0]
        encoding, constant, found = fit(material, fitted, shares["train"], data, contract, categories)
        warnings += constant
    notes = (*_features_note(material.rows, data, encoding), *notes)
    print_, run_of_fitted = material.fingerprint, span(fitted)
    del material, fitted
    parts: dict[str, Samples] = {}
    while split:
        part, samples = split.pop(0)  # given up as soon as it is encoded, so that it does not lie beside the samples
        encoded = encode(part, encoding, contract, found)
        del part
        parts |= {name: take(encoded, chosen) for name, chosen in samples.items()}
        if "train" in samples and contract.vocabulary is None:
            warnings += far(_measured(encoded, run_of_fitted), encoding.columns, scaled=not encoding.x.is_identity)
    used = [part.y for part in parts.values() if part.y is not None]
    warnings += reach(np.concatenate([y.ravel() for y in used]), contract)
    warnings += doubtful(np.concatenate([y.reshape(-1, y.shape[-1]) if y.ndim > 1 else y for y in used]), contract)
    return Dataset(parts, encoding, print_, notes, tuple(warnings))


def prepare_new(  # noqa: PLR0913 - a model, its data and what is handed in for them
    data: Data, contract: Contract, base: Path, encoding: Encoding, *, target: bool, frame: Any = None
) -> Samples:
    """New data used whole, encoded as the training data were; all parts of data whose parts lie apart.

    Args:
        data: the section of the spec, its source replaced where other data are meant.
        contract: what the model demands.
        base: the folder that relative paths count from.
        encoding: fitted in training.
        target: whether targets are needed; without, windows reach up to the last row, so that the
            next unseen value is forecast, and `y` is `None`.
        frame: a data frame in place of the file.

    Raises:
        DataError: everything that is wrong with the data, LC501 to LC530.
    """
    undone = encoding.difference > 0 and contract.target == "values" and encoding.target_columns is None
    demand = _demand(contract, target=target or undone, encoding=encoding)
    parts = []
    for name in data.split.sources or ("",):
        of_part = data.of_part(name)
        rows = read_rows(of_part, base, demand, frame)
        material = _material(rows, of_part, contract, encoding, ahead=not target)
        samples = take(encode(material, encoding, contract, []), np.arange(material.layout.count))
        parts.append(samples if target else replace(samples, y=None, y_original=None, persistence=None, past=None))
    samples = Samples.joined(parts)
    stop(check_batches("", len(samples), contract))
    return samples


def prepare_arrays(  # noqa: PLR0913 - what a caller has in hand
    x: Any,
    y: Any,
    contract: Contract,
    encoding: Encoding | None = None,
    *,
    target: bool = False,
    data: Data | None = None,
) -> Samples:
    """Arrays handed in from Python: anything `numpy.asarray` takes, or that has `to_numpy()`.

    Args:
        x: `[samples, timesteps, features]` in original units; for a model of differences, as many timesteps more
            as there are differences.
        y: the targets in original units or as labels, or `None`.
        contract: what the model demands.
        encoding: how to encode; without, values are used as they are and text labels are learned.
        target: whether targets are needed.
        data: the section of the spec, for a model of differences.

    Raises:
        DataError: everything that is wrong with the arrays, LC506 to LC531.
    """
    if target and y is None:
        raise DataError([dataset(x, "x") or without_targets(x)])
    rows = handed_in(x, y, labels=contract.categorical)
    material = _material(rows, None, contract, encoding)
    stop(check_batches("", material.layout.count, contract))
    found: list[Diagnostic] = []
    if encoding is None:
        encoding, found = learn(rows, contract)
    encoded = encode(material, encoding, contract, found, data)
    return take(encoded, np.arange(material.layout.count))


def array_encoding(x: Any, y: Any, contract: Contract) -> Encoding:
    """The encoding that `prepare_arrays` uses when none is given: no scaling, text labels learned.

    Raises:
        DataError: as `prepare_arrays`.
    """
    rows = handed_in(x, y, labels=contract.categorical)
    _material(rows, None, contract, None)
    encoding, found = learn(rows, contract)
    stop(found)
    return encoding


def fingerprint(data: Data, contract: Contract, base: Path) -> str:
    """The fingerprint that `prepare` gives these data: that of the rows it trains on.

    Raises:
        DataError: the data cannot be read, or have no targets.
    """
    return read_rows(data.of_part("train"), base, _demand(contract, target=True)).fingerprint()


def _demand(contract: Contract, *, target: bool, encoding: Encoding | None = None) -> Demand:
    classes = contract.classes or (encoding.classes if encoding else None)
    text = classes is not None and any(isinstance(label, str) for label in classes)
    features, targets = (encoding.features, encoding.targets) if encoding else ((), ())
    return Demand(target, contract.categorical, text, features, targets, contract.weight)


def _apart(
    data: Data, base: Path, demand: Demand, contract: Contract, encoding: Encoding | None
) -> tuple[list[Portion], tuple[tuple[int, int], ...], tuple[str, ...], list[Diagnostic]]:
    """The rows of each part's own source, the training part's first."""
    portions: list[Portion] = []
    notes: tuple[str, ...] = ()
    warnings: list[Diagnostic] = []
    for name in data.split.parts:
        of_part = data.of_part(name)
        rows = read_rows(of_part, base, demand)
        warnings += marked(rows, of_part, contract)
        material = _material(rows, of_part, contract, encoding)
        del rows
        portions.append((material, {name: np.arange(material.layout.count)}))
        notes += tuple(f"{name}: {note}" for note in material.notes)
    spans = {
        name: FileSpan.of(name, material.rows.instants, material.rows.times)
        for name, (material, _) in zip(data.split.parts, portions, strict=True)
        if material.rows.instants is not None and material.rows.times is not None
    }
    return portions, ((0, len(portions[0][0].rows)),), (*notes, *before_training(spans)), warnings


def _dealt(
    rows: Rows, data: Data, contract: Contract, seed: int, encoding: Encoding | None
) -> tuple[list[Portion], tuple[tuple[int, int], ...], tuple[str, ...], list[Diagnostic]]:
    """The rows of the one source that all parts share, the samples of each part, and the runs of training rows."""
    whole = rows.fingerprint()
    stop([] if rows.x.ndim else check_input((), contract, rows, data))
    warnings = marked(rows, data, contract)
    rows, source, notes, found = in_order(rows, data, by_time=sorts(data, rows, contract))
    found += windows_cross(rows, data, contract)
    dealt, wrong = (Dealt(rows), []) if found else deal_rows(rows, data, contract, seed)
    parts = dealt.parts
    material = _ready(dealt.rows, source, data, contract, encoding, whole, (*found, *wrong), parts=parts)
    shares, told, found = share_out(material.layout, material.rows, parts, data, contract, seed)
    stop(found)
    notes = (*notes, *rows.notes, *_borders(rows, data, contract), *material.notes, *dealt.notes, *told)
    return [(material, shares)], dealt.training, notes, warnings


def _material(
    rows: Rows, data: Data | None, contract: Contract, encoding: Encoding | None, *, ahead: bool = False
) -> Material:
    """The rows of a source that is used whole."""
    print_ = "" if rows.handed_in else rows.fingerprint()
    if data is None:
        source = np.arange(len(rows.x) if rows.x.ndim else 0, dtype=np.int64)
        return _ready(rows, source, None, contract, encoding, print_, ())
    stop([] if rows.x.ndim else check_input((), contract, rows, data))
    rows, source, notes, found = in_order(rows, data, by_time=False)
    found += windows_cross(rows, data, contract)
    material = _ready(rows, source, data, contract, encoding, print_, tuple(found), ahead=ahead)
    return replace(material, notes=(*notes, *rows.notes, *_borders(rows, data, contract, ahead=ahead), *material.notes))


def _borders(rows: Rows, data: Data, contract: Contract, *, ahead: bool = False) -> tuple[str, ...]:
    """How many windows would reach from one series into the next; nothing where there is one series."""
    windows = unbroken(rows, data, contract, ahead=ahead)
    through = unbroken(replace(rows, series=None), data, contract, ahead=ahead)
    if rows.series is None or windows is None or through is None:
        return ()
    return (borders_note(len(runs_of(rows.series)), len(through) - len(windows)),)


def _ready(  # noqa: PLR0913 - the end of two ways
    rows: Rows,
    source: NDArray[np.int64],
    data: Data | None,
    contract: Contract,
    encoding: Encoding | None,
    fingerprint: str,
    found: tuple[Diagnostic, ...],
    *,
    parts: tuple[Part, ...] = (),
    ahead: bool = False,
) -> Material:
    """Rows in order made whole and laid out; everything about their shapes and numbers is told with what was `found`.

    A one-hot column's width is known once it is fitted; until then the number of columns is not checked.
    """
    filled = fill(rows, data, contract, parts_of(parts, len(source)))
    rows, usable = filled.rows, filled.usable
    if parts and parts[0].start > 0:
        usable = usable & (np.arange(len(usable)) >= parts[0].start)
    columns = rows.x.shape[-1] if rows.x.ndim else 0
    names: tuple[str, ...] = ()
    if encoding is not None and encoding.categories and data is not None:
        names = encoding.columns
        columns = len(names)
    more = encoding.difference if encoding is not None and data is None else 0
    layout, unfit = lay_out(rows, usable, columns, data, contract, ahead=ahead)
    known = encoding is not None or not (data and "one_hot" in (data.categorical or {}).values())
    told = [*found, *unfit]
    if known and not any(d.code == "LC508" for d in unfit):
        shape = layout.shape if rows.x.ndim else ()
        told += check_input(shape, _reads(contract, more), rows, data, names)
    if more and len(layout.axes) == 2:
        layout = replace(layout, axes=(layout.axes[0] - more, layout.axes[1]))
    told += _differenced_samples(data, layout)
    told += check_finite(rows) or check_ids(rows, contract)
    told += check_averaged(rows, layout, contract) if rows.y is not None else []
    masked = Masked.of(contract, data) if encoding is None else encoding.masked
    padding = padding_of(rows, layout, masked)
    difference = data.difference if data is not None else more
    told += check_padding(padding, rows, usable, masked, difference=difference)
    padded = padding_note(padding, usable, rows, masked)
    if rows.y is not None and rows.x.ndim:
        shape = rows.y.shape
        if layout.windows is not None and shape:
            shape = window_target(shape, layout.windows, contract)
        told += check_target(shape, (len(rows.x), *layout.axes), contract, rows)
    stop(told)
    notes = filled.notes
    if notes and layout.windows is not None and data is not None:
        every = np.arange(len(usable)) >= (parts[0].start if parts else 0)
        lost = lay_out(rows, every, columns, data, contract, ahead=ahead)[0].count - layout.count
        notes += (f"{count_of(lost, 'window')} lost to dropped rows",) if lost > 0 else ()
    return Material(rows, source, usable, layout, fingerprint, notes + padded, padding)


def _differenced_samples(data: Data | None, layout: Layout) -> list[Diagnostic]:
    """LC507 for differences of what is no series."""
    if data is None or not data.difference or layout.windows is not None:
        return []
    message = "differences are taken of windows over rows, and these are samples already"
    help_ = "leave `difference` out, or give the rows of the series"
    return [Diagnostic("LC507", message, path="data.difference", help=help_)]


def _reads(contract: Contract, more: int) -> Contract:
    """What is demanded of arrays handed in: a model of differences needs as many timesteps `more`."""
    if not more or not contract.input:
        return contract
    timesteps, *rest = contract.input
    least, *others = contract.shortest or (1,) * len(contract.input)
    return replace(
        contract,
        input=(None if timesteps is None else timesteps + more, *rest),
        shortest=(least + more, *others),
    )


def _measured(encoded: Encoded, chosen: NDArray[np.int64] | slice) -> NDArray[np.float32]:
    """The inputs of the chosen rows or samples, without padding."""
    x, padding = encoded.x[chosen], encoded.of.padding
    if padding is None:
        return x
    steps = padding[chosen]
    if x.shape[: steps.ndim] == steps.shape:
        return x[~steps]
    return np.where(np.repeat(steps, x.shape[1] // steps.shape[1], axis=1), np.float32(0), x)


def _widened(material: Material, columns: tuple[str, ...]) -> Material:
    """The same with categories encoded: samples have as many features as there are columns."""
    layout = material.layout
    if not columns or material.rows.x.ndim != 2 or len(columns) == material.rows.x.shape[1]:
        return material
    return replace(material, layout=replace(layout, axes=(*layout.axes[:-1], len(columns))))


def _check_width(material: Material, data: Data, contract: Contract, categories: Mapping[str, Any]) -> list[Diagnostic]:
    if not categories:
        return []
    names = columns_of(material.rows.features, categories)
    return check_input(material.layout.shape, contract, material.rows, data, names)


def _features_note(rows: Rows, data: Data, encoding: Encoding) -> tuple[str, ...]:
    """Which columns are the features, where the spec does not list them or they become others."""
    if not rows.table or (data.features is not None and encoding.columns == rows.features):
        return ()
    return (features_note(encoding.columns),)
