"""Data become samples: for training with an encoding fitted on the training rows, for new data with a given one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .arrays import handed_in
from .assembly import columns, encode, stop, take
from .checks import check_batches, check_finite, check_input, check_target, far, reach
from .contract import Contract
from .encoding import Encoding, Scaler, fit_scaler
from .labels import learn_classes
from .layout import Layout, check_parts, in_order, lay_out, share_out
from .rows import Rows, count_of
from .samples import Dataset, Samples
from .source import read_rows
from .tables import Demand


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
        DataError: everything that is wrong with the data, LC501 to LC527.
    """
    rows = read_rows(data, base, _demand(contract, target=True, encoding=encoding), frame)
    order, order_notes, found = in_order(rows, data, split=True)
    layout = _checked_layout(rows, data, contract, found, ahead=False)
    shares, found = share_out(layout, rows, data, seed)
    stop(found + check_parts(shares, contract))
    warnings: list[Diagnostic] = []
    if encoding is None:
        encoding, warnings, found = _fit(rows, order[shares.fitted], data, contract)
    encoded = encode(rows, order, encoding, contract, found)
    parts = {name: take(encoded, layout, chosen, data) for name, chosen in shares.samples.items()}
    warnings += far(encoded.x[shares.fitted], rows.features)
    if encoded.y is not None:
        used = np.concatenate([part.y for part in parts.values() if part.y is not None])
        warnings += reach(used, contract)
    notes = (*order_notes, *rows.notes, *_features_note(rows, data), *shares.notes)
    return Dataset(parts, encoding, encoded.fingerprint, notes, tuple(warnings))


def prepare_new(  # noqa: PLR0913 - a model, its data and what is handed in for them
    data: Data, contract: Contract, base: Path, encoding: Encoding, *, target: bool, frame: Any = None
) -> Samples:
    """New data used whole, encoded as the training data were.

    Args:
        data: the section of the spec, its source replaced where other data are meant.
        contract: what the model demands.
        base: the folder that relative paths count from.
        encoding: fitted in training.
        target: whether targets are needed; without, windows reach up to the last row, so that the
            next unseen value is forecast, and `y` is `None`.
        frame: a data frame in place of the file.

    Raises:
        DataError: everything that is wrong with the data, LC501 to LC527.
    """
    rows = read_rows(data, base, _demand(contract, target=target, encoding=encoding), frame)
    order, _, found = in_order(rows, data, split=False)
    layout = _checked_layout(rows, data, contract, found, ahead=not target)
    stop(check_batches("", layout.count, contract))
    encoded = encode(rows, order, encoding, contract, [])
    return take(encoded, layout, np.arange(layout.count), data)


def prepare_arrays(
    x: Any, y: Any, contract: Contract, encoding: Encoding | None = None, *, target: bool = False
) -> Samples:
    """Arrays handed in from Python: anything `numpy.asarray` takes, or that has `to_numpy()`.

    Args:
        x: `[samples, timesteps, features]` in original units.
        y: the targets in original units or as labels, or `None`.
        contract: what the model demands.
        encoding: how to encode; without, values are used as they are and text labels are learned.
        target: whether targets are needed.

    Raises:
        DataError: everything that is wrong with the arrays, LC506 to LC527.
    """
    if target and y is None:
        raise DataError([Diagnostic("LC526", "no targets were handed in beside the inputs", help="hand in y too")])
    rows = handed_in(x, y, labels=contract.categorical)
    layout = _checked_layout(rows, None, contract, [], ahead=False)
    stop(check_batches("", layout.count, contract))
    found: list[Diagnostic] = []
    if encoding is None:
        encoding, found = _learn(rows, contract)
    encoded = encode(rows, np.arange(len(rows), dtype=np.int64), encoding, contract, found)
    return take(encoded, layout, np.arange(layout.count), None)


def array_encoding(x: Any, y: Any, contract: Contract) -> Encoding:
    """The encoding that `prepare_arrays` uses when none is given: no scaling, text labels learned.

    Raises:
        DataError: as `prepare_arrays`.
    """
    rows = handed_in(x, y, labels=contract.categorical)
    _checked_layout(rows, None, contract, [], ahead=False)
    encoding, found = _learn(rows, contract)
    stop(found)
    return encoding


def fingerprint(data: Data, contract: Contract, base: Path) -> str:
    """The fingerprint that `prepare` gives these data.

    Raises:
        DataError: the data cannot be read, or have no targets.
    """
    return read_rows(data, base, _demand(contract, target=True)).fingerprint()


def _demand(contract: Contract, *, target: bool, encoding: Encoding | None = None) -> Demand:
    classes = contract.classes or (encoding.classes if encoding else None)
    text = classes is not None and any(isinstance(label, str) for label in classes)
    features, targets = (encoding.features, encoding.targets) if encoding else ((), ())
    return Demand(target, contract.categorical, text, features, targets, contract.weight)


def _checked_layout(
    rows: Rows, data: Data | None, contract: Contract, found: list[Diagnostic], *, ahead: bool
) -> Layout:
    """The samples, everything about their shapes and numbers checked together with what was `found` before."""
    layout, unfit = lay_out(rows, data, ahead=ahead)
    cannot_divide = any(d.code == "LC508" for d in unfit)
    shape_errors = [] if cannot_divide else check_input(_input_shape(rows, layout), contract, rows, data)
    found = [*found, *unfit, *shape_errors, *check_finite(rows)]
    if rows.y is not None and rows.x.ndim:
        found += check_target(rows.y.shape, (len(rows.x), *layout.axes), contract, rows)
    stop(found)
    return layout


def _input_shape(rows: Rows, layout: Layout) -> tuple[int, ...]:
    return layout.shape if rows.x.ndim else ()


def _fit(
    rows: Rows, train: NDArray[np.int64], data: Data, contract: Contract
) -> tuple[Encoding, list[Diagnostic], list[Diagnostic]]:
    """The encoding of the training rows; LC524 for constant columns; what is wrong with their labels."""
    assert rows.y is not None
    classes, found = learn_classes(rows.y[train], contract)
    steps = rows.steps()
    seen = rows.x[train] if steps is None else rows.x[train][steps[train]]
    x, constant = fit_scaler(seen, data.scale.features)
    warnings = [_constant(rows.features, i, "feature") for i in constant]
    y = Scaler.identity(1)
    if contract.target == "values":
        y, constant = fit_scaler(columns(rows.y)[train], data.scale.target)
        warnings += [_constant(rows.targets, i, "target") for i in constant]
    return Encoding(rows.features, rows.targets, x, y, classes), warnings, found


def _learn(rows: Rows, contract: Contract) -> tuple[Encoding, list[Diagnostic]]:
    classes, found = learn_classes(rows.y, contract) if rows.y is not None else (contract.classes, [])
    targets = columns(rows.y).shape[-1] if rows.y is not None and contract.target == "values" else 1
    return Encoding((), (), Scaler.identity(rows.x.shape[-1]), Scaler.identity(targets), classes), found


def _constant(names: tuple[str, ...], column: int, kind: str) -> Diagnostic:
    name = f"`{names[column]}`" if names else f"{column}"
    message = f"the {kind} {name} is the same in every training row; it is scaled to 0"
    return Diagnostic(
        "LC524", message, help="leave the column out, if new data will not vary either", path="data.scale"
    )


def _features_note(rows: Rows, data: Data) -> tuple[str, ...]:
    if not rows.table or data.features is not None:
        return ()
    names = ", ".join(rows.features[:16]) + (", …" if len(rows.features) > 16 else "")
    return (f"{count_of(len(rows.features), 'column')} used as features: {names}",)
