"""Holds the shapes and values of a source against what the model reads, before the first batch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from .contract import Axes, Contract, fits, written
from .labels import first_of, plain
from .rows import Rows, count_of, more_like_it, not_finite
from .windows import Grid

#: Least and greatest value that an activation gives.
RANGES: dict[str, tuple[float, float]] = {
    "relu": (0.0, np.inf),
    "relu6": (0.0, 6.0),
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "softplus": (0.0, np.inf),
    "exponential": (0.0, np.inf),
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
}
FAR = 10.0


def check_input(
    shape: tuple[int, ...], contract: Contract, rows: Rows, data: Data | None, names: tuple[str, ...] = ()
) -> list[Diagnostic]:
    """LC507, LC508, LC509 and LC533: `shape` `(samples, …)` is not what the model reads.

    `names` are a table's columns.
    """
    if len(shape) != len(contract.input) + 1:
        return [_rank(shape, contract, rows, data)]
    found = []
    least = contract.shortest or (1,) * len(contract.input)
    for axis, (got, want) in enumerate(zip(shape[1:], contract.input, strict=True)):
        if want is None and got < least[axis]:
            found.append(_too_short(got, least[axis], axis, rows, data))
        if want in (None, got):
            continue
        features = axis == len(contract.input) - 1
        code, noun = ("LC509", "feature") if features else ("LC508", "timestep")
        shapes = f"{written(shape)} for {_samples(contract.input)}"
        message = f"the data has {count_of(got, noun)}, the model reads {want}: {shapes}"
        place, path = _origin(rows, data, features=features)
        found.append(
            Diagnostic(code, message, where=place, path=path, help=_correct(rows, names, contract, f"{noun}s"))
        )
    if not found and contract.unreadable and (why := contract.unreadable(shape[1:])):
        place, path = _origin(rows, data, features=False)
        message = f"the model cannot read samples of {written(shape[1:])}: {why}"
        help_ = "give the samples a length that the Reshape divides"
        found.append(Diagnostic("LC534", message, where=place, path=path, help=help_))
    return found


def _too_short(got: int, least: int, axis: int, rows: Rows, data: Data | None) -> Diagnostic:
    """LC533: a kernel or a pool does not fit into the samples."""
    noun = "timestep" if axis == 0 else f"value along axis {axis + 1}"
    found = count_of(got, noun) if axis == 0 else f"{got} {noun}"
    place, path = _origin(rows, data, features=False)
    message = f"the samples have {found}, and the model needs at least {least}: a kernel or pool would not fit"
    if least == 1:
        message = f"the samples have {found}, and the model needs at least 1"
    help_ = 'use longer samples, pad them, or give the convolutions and pools `"padding": "same"`'
    return Diagnostic("LC533", message, where=place, path=path, help=help_ if least > 1 else "use longer samples")


def _samples(axes: Axes) -> str:
    return written(axes, "samples")


def _origin(rows: Rows, data: Data | None, *, features: bool) -> tuple[str, str]:
    if data is None or not rows.table:
        return rows.places.x(()), "" if data is None else "data.source"
    if features:
        return "", "data.features"
    return "", "data.window.timesteps" if data.window else "data.arrange"


def _correct(rows: Rows, names: tuple[str, ...], contract: Contract, noun: str) -> str:
    if rows.table and noun == "features":
        return f"correct `data.features` or `input.features`; the columns used are {_names(names or rows.features)}"
    if noun == "timesteps" and not rows.table and len(contract.input) == 2:
        any_length = f'`"input": {{ "timesteps": null, "features": {contract.input[1]} }}`'
        return f"correct the data; or read sequences of any length: {any_length}"
    return f"correct the data, or `input.{noun}`"


def _names(columns: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{column}`" for column in columns[:16])
    return f"{shown} and {len(columns) - 16} more" if len(columns) > 16 else shown


def _rank(shape: tuple[int, ...], contract: Contract, rows: Rows, data: Data | None) -> Diagnostic:
    named = len(contract.input) == 2
    needs = "[samples, timesteps, features]" if named else _samples(contract.input)
    count = {0: "no dimensions", 1: "one dimension", 2: "two dimensions"}.get(len(shape), f"{len(shape)} dimensions")
    message = f"the model needs {needs}, the data has {count}: {written(shape) if shape else 'one number'}"
    python = data is None
    helps = []
    if fits(shape, contract.input) and not rows.table:
        helps.append("a single sample gets a leading axis: `x[None]`")
    if len(shape) == 2 and named:
        helps += _arrangements(shape[1], python=python)
    place = "" if rows.table else rows.places.x(())
    return Diagnostic("LC507", message, where=place, help="; ".join(helps), path="" if python else "data.arrange")


def _arrangements(columns: int, *, python: bool) -> list[str]:
    """Both ways in which rows of columns become samples."""
    ways = (
        ("columns_as_timesteps", f"{count_of(columns, 'timestep')} of 1 feature", "x[..., None]"),
        ("columns_as_features", f"1 timestep of {count_of(columns, 'feature')}", "x[:, None, :]"),
    )
    says = [(f"`{code}`, " if python else "") + f'`"arrange": "{name}"` ({gives})' for name, gives, code in ways]
    return [" or ".join(says)]


def check_target(shape: tuple[int, ...], samples: tuple[int, ...], contract: Contract, rows: Rows) -> list[Diagnostic]:
    """LC510, LC511 and LC514: `shape` of the targets for inputs of shape `samples`; nothing broadcasts.

    Allowed are `(N, *output)`, `(N,)` for an output of `(1,)`, and for class ids `(N, *output[:-1])`
    with or without a last axis of 1.
    """
    if not shape:
        return [Diagnostic("LC510", "the target is one number", where=rows.places.y(()))]
    if shape[0] != samples[0]:
        message = f"there are {count_of(samples[0], 'input')} and {count_of(shape[0], 'target')}"
        return [Diagnostic("LC511", message, where=rows.places.y(()), help="bring both to the same length")]
    axes = output_axes(contract, samples)
    if any(fits(shape[1:], allowed) for allowed in _allowed(contract.target == "labels", axes)):
        return []
    found = f"targets of shape {written(shape)}"
    where = "" if rows.table else rows.places.y(())
    if contract.target == "labels" and fits(shape[1:], axes):
        message = f"{found} are one-hot, and `{contract.loss}` takes class ids"
        help_ = "use the loss `categorical_crossentropy`, or turn the rows into ids: `y.argmax(-1)`"
        return [Diagnostic("LC514", message, where=where, help=help_, path="compile.loss")]
    if contract.target == "one_hot" and any(fits(shape[1:], a) for a in _allowed(True, axes)):
        message = f"{found} are class ids, and `{contract.loss}` takes one-hot rows"
        help_ = f"use the loss `sparse_categorical_crossentropy`, or one-hot encode to {axes[-1]} columns"
        return [Diagnostic("LC514", message, where=where, help=help_, path="compile.loss")]
    needs = axes[:-1] if contract.target == "labels" else axes
    message = f"{found} do not match the output {written(axes, 'samples')}"
    return [Diagnostic("LC510", message, where=where, help=_fit_target(shape, axes, written(needs, "samples")))]


def window_target(shape: tuple[int, ...], windows: Grid, contract: Contract) -> tuple[int, ...]:
    """The shape of the targets of windows over rows with targets of `shape` `(rows, …)`.

    Several targets have an axis of their own; that of one target column is there where the output has it.
    """
    count, *columns = shape
    if not windows.each and windows.steps == 1:
        return shape
    steps = windows.timesteps if windows.each else windows.steps
    if contract.target in ("values", "binary") and columns in ([], [1]):
        return (count, steps, 1) if len(contract.output) == 2 else (count, steps)
    return (count, steps, *columns)


def output_axes(contract: Contract, samples: tuple[int, ...]) -> Axes:
    """The output's axes for inputs of shape `samples`, an open number of timesteps being theirs."""
    same = contract.output[:1] == (None,) and contract.input[:1] == (None,) and len(samples) > 1
    return (samples[1], *contract.output[1:]) if same else contract.output


def _allowed(ids: bool, axes: Axes) -> tuple[Axes, ...]:  # noqa: FBT001
    if ids:
        return axes[:-1], (*axes[:-1], 1)
    return (axes, ()) if axes == (1,) else (axes,)


def _fit_target(shape: tuple[int, ...], axes: Axes, needs: str) -> str:
    if len(shape) == 2 and len(axes) == 2:
        return f"give targets of shape {needs}, or set `return_sequences` of the last recurrent layer to false"
    if len(shape) == len(axes) + 1 and shape[-1] != axes[-1] and shape[1:-1] == axes[:-1]:
        return (
            f"give the last layer {count_of(shape[-1], 'unit')}, or the data {count_of(axes[-1] or 1, 'target column')}"
        )
    return f"give targets of shape {needs}"


def check_finite(rows: Rows) -> list[Diagnostic]:
    """LC506: the first value of the arrays that is not finite in 32 bits."""
    found = []
    for values, place, kind in ((rows.x, rows.places.x, "x"), (rows.y, rows.places.y, "y")):
        at = not_finite(values) if values is not None else None
        if values is None or at is None:
            continue
        named = zip(("sample", "timestep", "feature"), at, strict=False) if kind == "x" and len(at) == 3 else ()
        words = ", ".join(f"{noun} {i}" for noun, i in named) or f"the value at {list(at)}"
        message = f"{words} is {values[at]}, which is not finite in 32 bits"
        found.append(Diagnostic("LC506", message, where=place(at), help="correct the value before training"))
    return found


def check_ids(rows: Rows, contract: Contract) -> list[Diagnostic]:
    """LC532: the first input that is none of the ids that the model knows; an embedding has no row for it."""
    x, size = rows.x, contract.vocabulary
    if size is None or not x.size:
        return []
    bad = (x < 0) | (x >= np.float64(size))  # which is not rounded where ids are held in single precision
    if x.dtype.kind == "f":
        bad |= x != np.floor(x)
    if not bad.any():
        return []
    at = first_of(bad)
    more = more_like_it(int(bad.sum()))
    kind = f"is outside 0 … {size - 1}" if float(x[at]).is_integer() else "is no whole number"
    message = f"the id {plain(x[at])} {kind}: the model knows {count_of(size, 'id')}{more}"
    help_ = "correct the id, or give `input.vocabulary` and `input_dim` of the Embedding as many as there are"
    return [Diagnostic("LC532", message, where=rows.places.x(at), help=help_, path="input.vocabulary")]


def check_scaled(scaled: NDArray[np.float32], rows: Rows) -> list[Diagnostic]:
    """LC506: the first input that scaling made too large for 32 bits."""
    at = not_finite(scaled)
    if at is None:
        return []
    same = scaled.shape[-1] == rows.x.shape[-1]
    where = rows.places.x(at) if same else rows.places.x((at[0], 0))
    help_ = "the training values of the column lie too close together to scale this one"
    return [Diagnostic("LC506", "the scaled value is not finite in 32 bits", where=where, help=help_)]


def check_batches(name: str, count: int, contract: Contract) -> list[Diagnostic]:
    """LC527: the samples of a part do not fill the fixed batches of a stateful model."""
    batch = contract.batch_size
    if batch is None or count % batch == 0:
        return []
    part = f"`{name}` has " if name else ""
    message = f"{part}{count} samples, which is not a multiple of the stateful batch of {batch}"
    less = f"use {count - count % batch} samples, or " if count >= batch else ""
    return [Diagnostic("LC527", message, help=f"{less}change `input.batch_size`", path="input.batch_size")]


def reach(targets: NDArray[Any], contract: Contract) -> list[Diagnostic]:
    """LC523: scaled targets outside the range of the last activation."""
    if contract.target != "values" or contract.activation not in RANGES or not targets.size:
        return []
    low, high = RANGES[contract.activation]
    least, greatest = float(targets.min()), float(targets.max())
    if least >= low - 1e-6 and greatest <= high + 1e-6:
        return []
    bounds = f"{plain(low)} … {'∞' if high == np.inf else plain(high)}"
    message = f"targets {least:.6g} … {greatest:.6g} cannot be reached by `{contract.activation}`, which gives {bounds}"
    help_ = "use a linear output, or scale the target"
    return [Diagnostic("LC523", message, help=help_, path="data.target")]


def far(x: NDArray[Any], names: tuple[str, ...], *, scaled: bool) -> list[Diagnostic]:
    """LC525: scaled inputs `[..., features]` far from 1, at the feature where they are farthest."""
    if x.ndim < 2 or not x.size or max(x.max(), -x.min()) <= FAR:
        return []
    axes = tuple(range(x.ndim - 1))
    extremes = np.maximum(np.abs(x.max(axis=axes)), np.abs(x.min(axis=axes)))
    worst = int(extremes.argmax())
    column = f"`{names[worst]}`" if names else f"feature {worst}"
    others = int((extremes > FAR).sum()) - 1
    more = f", and {others} more column{'s' * (others > 1)} beyond {FAR:g}" if others else ""
    message = f"{column} reaches {extremes[worst]:.6g} as the model reads it{more}"
    help_ = 'set `"scale": "standard"` in `data`'
    if scaled:
        help_ = "though scaled, it lies far from the rest: look for a mistake or another unit among its values"
    return [Diagnostic("LC525", message, help=help_, path="data.scale")]
