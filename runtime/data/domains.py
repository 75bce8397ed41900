"""Holds the values of the targets, as the model is trained on them, against what its loss is defined for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.diagnostics import Diagnostic
from .contract import Contract
from .labels import first_of, plain
from .rows import more_like_it

#: How far from 1 a row of probabilities may add up.
SLACK = 1e-3


def check_domain(targets: NDArray[Any], contract: Contract, place: Callable[[int], str]) -> list[Diagnostic]:
    """LC418: the first of the `targets` `[samples, …]` that the loss is not defined for; `place` names a sample."""
    match contract.loss:
        case "hinge" | "squared_hinge" if contract.target == "values":
            zeros = bool((targets == 0).any())
            bad = (targets != 1) & (targets != (0 if zeros else -1))
            what, help_ = "labels -1 and 1, or 0 and 1", "correct the labels, and leave `scale` out for the target"
        case "kl_divergence":
            off = np.abs(targets.sum(axis=-1, keepdims=True) - 1.0) > SLACK
            bad = (targets < 0) | (targets > 1) | off
            what, help_ = "rows of probabilities that add up to 1", "correct the rows, or use another loss"
        case "poisson":
            bad = targets < 0
            what, help_ = "counts", "use another loss, and leave `scale` out for the target"
        case _:
            return []
    if not bad.any():
        return []
    at = first_of(bad)
    more = more_like_it(int(bad.sum()))
    message = f"`{contract.loss}` takes {what}, and this is {plain(targets[at])}{more}"
    return [Diagnostic("LC418", message, where=place(at[0]), help=help_, path="compile.loss")]


def doubtful(targets: NDArray[Any], contract: Contract) -> list[Diagnostic]:
    """LC419: `targets` `[samples, …]` of which the loss makes little sense."""
    match contract.loss:
        case "mean_absolute_percentage_error" if count := int((targets == 0).sum()):
            what = f"{count} targets are 0, and `{contract.loss}` divides by them"
            help_ = "use `mean_absolute_error`, or a scale that gives no 0"
        case "mean_squared_logarithmic_error" if count := int((targets < 0).sum()):
            what = f"{count} targets are negative, and `{contract.loss}` takes them for 0"
            help_ = "use `mean_squared_error`, or a scale that gives no negative targets"
        case _ if _exclusive(targets, contract):
            what = "every row has exactly one 1: these are classes, and the labels are trained independently"
            help_ = "use `softmax` and `categorical_crossentropy`"
        case _:
            return []
    return [Diagnostic("LC419", what, help=help_, path="compile.loss")]


def _exclusive(targets: NDArray[Any], contract: Contract) -> bool:
    several = contract.target == "multilabel" and len(targets) > 1 and targets.shape[-1] > 1
    return several and bool((targets.sum(axis=-1) == 1).all())
