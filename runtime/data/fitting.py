"""Fits the encoding: scalers, classes and categories of the training rows alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from .assembly import Material, columns, stop
from .categories import Categories, expanded
from .categories import learn as learn_categories
from .contract import Contract
from .differencing import anchors, to_differences
from .encoding import Encoding, Scaler, columns_of, continuous, fit_scaler
from .labels import learn_classes
from .rows import Rows


def fit_categories(material: Material, fitted: NDArray[np.int64], data: Data) -> dict[str, Categories]:
    """The categories that the rows at `fitted` have."""
    return learn_categories(material.rows, fitted, data.categorical or {})


def fit(  # noqa: PLR0913 - what there is to learn from
    material: Material,
    fitted: NDArray[np.int64],
    train: NDArray[np.int64],
    data: Data,
    contract: Contract,
    categories: Mapping[str, Categories],
) -> tuple[Encoding, list[Diagnostic], list[Diagnostic]]:
    """The encoding of the training rows.

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
        x, fitted = encoding.differenced(x), _whole(fitted, material.usable, order)
    scaled = continuous(rows.features, categories, x.shape[-1], ordinal=True)
    steps = rows.steps()
    seen = x[fitted] if steps is None else x[fitted][steps[fitted]]
    scaling = "none" if contract.vocabulary is not None else data.scale.features
    scaler, constant = fit_scaler(seen, scaling, scaled)
    names = columns_of(rows.features, categories)
    warnings = [_constant(names, i, "feature") for i in constant]
    y = encoding.y
    if contract.target == "values":
        y, constant = fit_scaler(_targets(material, fitted, train, encoding), data.scale.target)
        warnings += [_constant(rows.targets, i, "target") for i in constant]
    return replace(encoding, x=scaler, y=y), warnings, found


def _whole(fitted: NDArray[np.int64], usable: NDArray[np.bool_], order: int) -> NDArray[np.int64]:
    """The rows of which differences can be taken: the rows before them may be read too."""
    whole = usable.copy()
    whole[:order] = False
    for back in range(1, order + 1):
        whole[back:] &= usable[:-back]
    return fitted[whole[fitted]]


def _targets(
    material: Material, fitted: NDArray[np.int64], train: NDArray[np.int64], encoding: Encoding
) -> NDArray[np.float64]:
    """`[…, targets]` what the scaler of the target is fitted on: training rows, or differences as samples have them."""
    assert material.rows.y is not None
    values = columns(material.rows.y)
    windows = material.layout.windows
    if windows is None or not encoding.difference:
        return values[fitted]
    windows = windows.take(train)
    return to_differences(values[windows.targets], anchors(values, windows.anchors, encoding.difference))


def learn(rows: Rows, contract: Contract) -> tuple[Encoding, list[Diagnostic]]:
    """The encoding of arrays handed in: nothing is scaled, labels are learned."""
    classes, found = learn_classes(rows.y, contract) if rows.y is not None else (contract.classes, [])
    targets = columns(rows.y).shape[-1] if rows.y is not None and contract.target == "values" else 1
    return Encoding((), (), Scaler.identity(rows.x.shape[-1]), Scaler.identity(targets), classes), found


def _constant(names: tuple[str, ...], column: int, kind: str) -> Diagnostic:
    name = f"`{names[column]}`" if names else f"{column}"
    message = f"the {kind} {name} is the same in every training row; it is scaled to 0"
    return Diagnostic(
        "LC524", message, help="leave the column out, if new data will not vary either", path="data.scale"
    )
