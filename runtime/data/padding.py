"""Padding: timesteps that `Masking` skips. They are not scaled, and no scaler is fitted on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data, Fill
from ...spec.diagnostics import Diagnostic
from .labels import first_of, plain
from .rows import Rows, count_of, more_like_it

if TYPE_CHECKING:
    from .contract import Contract
    from .layout import Layout

#: `[rows]` of windows or `[samples, timesteps]`: which timesteps are padding.
Steps = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Masked:
    """What marks padding among scaled inputs.

    Attributes:
        value: the `mask_value` of `Masking`, which all features of padding have, before and after scaling.
        anywhere: whether such a timestep is padding wherever it stands, as missing values are filled with it; else at
            the beginning and at the end of a sample only.
    """

    value: float
    anywhere: bool = False

    @staticmethod
    def of(contract: Contract, data: Data | None) -> Masked | None:
        """Of a model that begins with `Masking` and whose inputs are scaled; None for others."""
        if contract.mask_value is None or contract.vocabulary is not None or data is None:
            return None
        if data.scale.features == "none":
            return None
        fill = data.missing.fill if isinstance(data.missing, Fill) else None
        return Masked(contract.mask_value, anywhere=fill == contract.mask_value)


def padding_of(rows: Rows, layout: Layout, masked: Masked | None) -> Steps | None:
    """Which timesteps are padding; None where nothing can be.

    By the lengths of the samples where there are some, else where all features equal the mask value.
    """
    within = rows.steps()
    if within is not None:
        return ~within
    if masked is None or rows.levels or not rows.x.ndim:
        return None
    x = rows.x
    if layout.windows is None:
        if len(layout.axes) != 2 or x.size != len(x) * layout.axes[0] * layout.axes[1]:
            return None
        x = x.reshape(len(x), *layout.axes)
    return np.asarray((x == masked.value).all(axis=-1))


def padding_note(
    padding: Steps | None, usable: NDArray[np.bool_], rows: Rows, masked: Masked | None
) -> tuple[str, ...]:
    """How many timesteps are padding, where their values alone show it."""
    if padding is None or masked is None or rows.lengths is not None:
        return ()
    return told(int(padding[usable].sum()), int(padding[usable].size), masked)


def told(padding: int, steps: int, masked: Masked) -> tuple[str, ...]:
    """How many of the timesteps are padding."""
    if not padding:
        return ()
    are = "is" if padding == 1 else "are"
    return (
        f"{padding} of {count_of(steps, 'timestep')} {are} padding (all features {masked.value:g}):"
        " not scaled, and left out of the scaler",
    )


def check_padding(
    padding: Steps | None, rows: Rows, usable: NDArray[np.bool_], masked: Masked | None, *, difference: int = 0
) -> list[Diagnostic]:
    """LC538 for a timestep that may be padding or a measurement."""
    if padding is None or masked is None or rows.lengths is not None:
        return []
    doubtful = padding & usable.reshape(-1, *(1,) * (padding.ndim - 1))
    value = plain(np.float64(masked.value))
    if not difference:
        if masked.anywhere:
            return []
        if padding.ndim == 2:
            known = ~padding
            before = np.logical_or.accumulate(known, axis=1)
            after = np.logical_or.accumulate(known[:, ::-1], axis=1)[:, ::-1]
            doubtful &= before & after
    if not doubtful.any():
        return []
    at = first_of(doubtful)
    more = more_like_it(int(doubtful.sum()), "timestep")
    where = rows.places.row(at[0]) if len(at) == 1 or rows.table else rows.places.x(at)
    what = "the row" if len(at) == 1 else f"timestep {at[1]}"
    message = f"all features of {what} are {value}, the `mask_value`: padding, or a measurement among others{more}"
    help_ = (
        f'to skip every such timestep: `"missing": {{ "fill": {value} }}`; if it is a measurement, use another'
        " `mask_value`, or leave `Masking` out"
    )
    if difference:
        message = (
            f"all features of {what} are {value}, the `mask_value`, and differences of padding have no meaning{more}"
        )
        help_ = "leave `difference` or `Masking` out"
    return [Diagnostic("LC538", message, where=where, help=help_, path="data.scale")]


def check_averaged(rows: Rows, layout: Layout, contract: Contract) -> list[Diagnostic]:
    """LC506 for a sample of nothing but padding, whose pooled mean is NaN: one makes every weight NaN."""
    if contract.averaged is None or layout.windows is not None or rows.lengths is not None or not rows.x.size:
        return []
    empty = (rows.x == contract.averaged).reshape(len(rows), -1).all(axis=1)
    if not empty.any():
        return []
    at = int(empty.argmax())
    more = more_like_it(int(empty.sum()), "sample")
    message = f"the sample is padding throughout, and `GlobalAveragePooling1D` has no timestep to average: NaN{more}"
    where = rows.places.row(at)
    return [Diagnostic("LC506", message, where=where, help="leave the sample out", path="data.source")]


def kept(scaled: NDArray[np.float32], padding: Steps | None, value: float) -> NDArray[np.float32]:
    """Scaled inputs in which padding has the mask value, in every feature; written into `scaled`."""
    if padding is not None:
        scaled.reshape(*padding.shape, -1)[padding] = value
    return scaled


def check_skipped(
    scaled: NDArray[np.float32], padding: Steps | None, rows: Rows, usable: NDArray[np.bool_], masked: Masked | None
) -> list[Diagnostic]:
    """LC539 for a measurement that scaling makes the mask value."""
    if padding is None or masked is None:
        return []
    equal = (scaled.reshape(*padding.shape, -1) == np.float32(masked.value)).all(axis=-1)
    skipped = equal & ~padding & usable.reshape(-1, *(1,) * (padding.ndim - 1))
    if not skipped.any():
        return []
    at = first_of(skipped)
    more = more_like_it(int(skipped.sum()), "timestep")
    where = rows.places.row(at[0]) if len(at) == 1 or rows.table else rows.places.x(at)
    value = plain(np.float64(masked.value))
    message = f"the timestep is scaled to {value}, the `mask_value`, and `Masking` would skip it{more}"
    help_ = f"use a `mask_value` that scaled values do not take, such as {-10 if masked.value != -10 else -100}"
    return [Diagnostic("LC539", message, where=where, help=help_, path="data.scale")]
