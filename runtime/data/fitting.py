"""Fits the encoding: scalers, classes and categories of the training rows alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data, Split
from ...spec.diagnostics import Diagnostic
from .assembly import Material, columns, span, stop
from .categories import Categories, expanded
from .categories import learn as learn_categories
from .contract import Contract
from .differencing import anchors, to_differences
from .encoding import Encoding, Scaler, columns_of, continuous, fit_scaler
from .labels import learn_classes
from .layout import lay_out
from .missing import fill
from .ordering import in_order, sorts
from .padding import Masked, Steps
from .rows import Rows
from .split import deal_rows, share_out


def fit_categories(material: Material, fitted: NDArray[np.int64], data: Data) -> dict[str, Categories]:
    """The categories that the rows at `fitted` have."""
    return learn_categories(material.rows, fitted, data.categorical or {})


def training_levels(rows: Rows, data: Data, contract: Contract, seed: int) -> dict[str, tuple[str, ...]]:
    """The categories of each categorical feature in the training rows: they decide how wide a row becomes.

    Args:
        rows: of the source that the training part comes from.
        data: the section of the spec.
        contract: what the model demands, as far as it is known; the kind of target decides how rows are dealt out.
        seed: of a split in random order.

    Raises:
        DataError: the rows cannot be dealt out.
    """
    rows, _, _, found = in_order(rows, data, by_time=sorts(data, rows, contract))
    stop(found)
    split = data if not data.split.sources else data.model_copy(update={"split": Split.model_construct(train=1.0)})
    dealt, found = deal_rows(rows, split, contract, seed)
    stop(found)
    filled = fill(dealt.rows, data, contract, None)
    layout, found = lay_out(filled.rows, filled.usable, rows.x.shape[1], data, contract, ahead=False)
    stop(found)
    shares, _, found = share_out(layout, filled.rows, dealt.parts, split, contract, seed)
    stop(found)
    fitted = layout.fitted(len(rows), shares["train"], dealt.training)
    learned = learn_categories(filled.rows, fitted[filled.usable[fitted]], data.categorical or {})
    return {name: categories.levels for name, categories in learned.items()}


def fit(  # noqa: PLR0913 - what there is to learn from
    material: Material,
    fitted: NDArray[np.int64],
    train: NDArray[np.int64],
    data: Data,
    contract: Contract,
    categories: Mapping[str, Categories],
) -> tuple[Encoding, list[Diagnostic], list[Diagnostic]]:
    """The encoding of the training rows; ids are as they are, whatever the features' scaling.

    Args:
        material: the rows of the training part, and maybe of others.
        fitted: `[rows]` the training rows.
        train: positions of the training samples.
        data: the section of the spec.
        contract: what the model demands.
        categories: learned before.

    Returns:
        The encoding, LC524 for constant columns, and what is wrong with the labels.

    Raises:
        DataError: LC530 for categories that no training row has.
    """
    rows, order = material.rows, data.difference
    assert rows.y is not None
    classes, found = learn_classes(rows.y[fitted], contract)
    x, unseen = expanded(rows, categories, material.usable)
    stop(unseen)
    plain = Scaler.identity(x.shape[-1]), Scaler.identity(1)
    encoding = Encoding(rows.features, rows.targets, *plain, classes, categories, order)
    if order:
        x, fitted = encoding.differenced(x), _whole(fitted, material, order)
    scaled = continuous(rows.features, categories, x.shape[-1], ordinal=True)
    scaling = "none" if contract.vocabulary is not None else data.scale.features
    scaler, constant = fit_scaler(x[span(fitted)], scaling, scaled, measured(material.padding, x, fitted))
    names = columns_of(rows.features, categories)
    warnings = [constant_column(names, i, "feature") for i in constant]
    y = encoding.y
    if contract.target == "values":
        y, constant = fit_scaler(_targets(material, fitted, train, encoding), data.scale.target)
        warnings += [constant_column(rows.targets, i, "target") for i in constant]
    return replace(encoding, x=scaler, y=y, masked=Masked.of(contract, data)), warnings, found


def measured(padding: Steps | None, x: NDArray[Any], chosen: NDArray[np.int64]) -> NDArray[np.bool_] | None:
    """Which values of the chosen rows or samples `x[chosen]` are no padding, in their shape; None for all."""
    if padding is None or not padding.any():
        return None
    steps = ~padding[chosen]
    if x.shape[1 : steps.ndim] == steps.shape[1:] and x.ndim > steps.ndim:
        return np.broadcast_to(steps.reshape(*steps.shape, *(1,) * (x.ndim - steps.ndim)), x[chosen].shape)
    return np.repeat(steps, x.shape[1] // steps.shape[1], axis=1)


def _whole(fitted: NDArray[np.int64], material: Material, order: int) -> NDArray[np.int64]:
    """The rows of which differences can be taken: the rows before them are of their series, and may be read too."""
    usable, series = material.usable, material.rows.series
    whole = usable.copy()
    whole[:order] = False
    for back in range(1, order + 1):
        whole[back:] &= usable[:-back]
        if series is not None:
            whole[back:] &= series[back:] == series[:-back]
    return fitted[whole[fitted]]


def _targets(
    material: Material, fitted: NDArray[np.int64], train: NDArray[np.int64], encoding: Encoding
) -> NDArray[np.float64]:
    """`[…, targets]` what the scaler of the target is fitted on: training rows, or differences as samples have them."""
    assert material.rows.y is not None
    values = columns(material.rows.y)
    windows = material.layout.windows
    if windows is None or not encoding.difference:
        return values[span(fitted)]
    windows = windows.take(train)
    return to_differences(values[windows.targets], anchors(values, windows.anchors, encoding.difference))


def learn(rows: Rows, contract: Contract) -> tuple[Encoding, list[Diagnostic]]:
    """The encoding of arrays handed in: nothing is scaled, labels are learned."""
    classes, found = learn_classes(rows.y, contract) if rows.y is not None else (contract.classes, [])
    targets = columns(rows.y).shape[-1] if rows.y is not None and contract.target == "values" else 1
    return Encoding((), (), Scaler.identity(rows.x.shape[-1]), Scaler.identity(targets), classes), found


def constant_column(names: tuple[str, ...], column: int, kind: str) -> Diagnostic:
    """LC524 for a column that does not vary among the training rows."""
    name = f"`{names[column]}`" if names else f"{column}"
    message = f"the {kind} {name} is the same in every training row; it is scaled to 0"
    help_ = "leave the column out, if new data will not vary either"
    if kind == "target":
        help_ = "there is nothing to learn from it: train on rows where it varies"
    return Diagnostic("LC524", message, help=help_, path="data.scale")
