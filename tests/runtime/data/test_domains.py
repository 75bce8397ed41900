"""Targets that the loss is not defined for are refused; those that make it meaningless give a warning."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lstmc.runtime.data import Contract, prepare_arrays
from lstmc.spec.errors import DataError

from .conftest import Workbench

X = np.zeros((3, 1, 2))


def contract(loss: str, width: int = 1, target: Any = "values", activation: str = "linear") -> Contract:
    return Contract((1, 2), (width,), target, activation, loss)


@pytest.mark.triggers("LC418")
@pytest.mark.parametrize(
    ("loss", "y", "says"),
    [
        ("hinge", [[1], [2], [-1]], "labels -1 and 1, or 0 and 1, and this is 2"),
        ("squared_hinge", [[1], [0], [-1]], "and this is -1"),
        ("poisson", [[1], [-2], [-3]], "counts, and this is -2; 1 more like it"),
        ("kl_divergence", [[0.5, 0.5], [0.5, 0.75], [1, 0]], "rows of probabilities that add up to 1, and this is 0.5"),
        ("kl_divergence", [[0.5, 0.5], [-0.5, 1.5], [1, 0]], "and this is -0.5"),
    ],
)
def test_values_that_the_loss_is_not_defined_for(loss: str, y: list[list[float]], says: str) -> None:
    with pytest.raises(DataError) as caught:
        prepare_arrays(X, np.array(y, float), contract(loss, len(y[0])), target=True)
    (found,) = caught.value.diagnostics
    assert found.code == "LC418"
    assert says in found.message


@pytest.mark.parametrize(
    ("loss", "y"),
    [
        ("hinge", [[1], [1], [-1]]),
        ("hinge", [[1], [0], [1]]),
        ("squared_hinge", [[1], [1], [1]]),
        ("poisson", [[0], [1], [2.5]]),
        ("kl_divergence", [[0.25, 0.75], [1, 0], [0.1, 0.9]]),
    ],
)
def test_values_that_it_is_defined_for(loss: str, y: list[list[float]]) -> None:
    samples = prepare_arrays(X, np.array(y, float), contract(loss, len(y[0])), target=True)
    np.testing.assert_allclose(samples.y, np.array(y))


@pytest.mark.triggers("LC419")
@pytest.mark.parametrize(
    ("loss", "values", "says"),
    [
        ("mean_absolute_percentage_error", (0, 1, 0), "2 targets are 0"),
        ("mean_squared_logarithmic_error", (-1, 1, 2), "1 targets are negative"),
    ],
)
def test_values_that_make_it_meaningless(bench: Workbench, loss: str, values: tuple[int, ...], says: str) -> None:
    bench.csv("a,b,y\n" + "".join(f"{i},{-i},{value}\n" for i, value in enumerate(values)))
    found = [d for d in bench.prepare(contract(loss)).warnings if d.code == "LC419"]
    assert len(found) == 1
    assert says in found[0].message


@pytest.mark.parametrize(("rows", "warned"), [(((1, 0), (0, 1), (0, 1)), True), (((1, 0), (1, 1), (0, 1)), False)])
def test_classes_trained_as_labels(bench: Workbench, rows: tuple[tuple[int, int], ...], warned: bool) -> None:
    bench.csv("a,b,p,q\n" + "".join(f"{i},{-i},{p},{q}\n" for i, (p, q) in enumerate(rows)))
    labels = contract("binary_crossentropy", 2, "multilabel", "sigmoid")
    dataset = bench.prepare(labels, target=("p", "q"))
    assert ("LC419" in [d.code for d in dataset.warnings]) == warned
