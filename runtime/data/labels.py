"""Labels and rows of 0 and 1: classes learned from training rows, ids given, everything else refused."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...spec.diagnostics import Diagnostic
from .contract import Contract
from .rows import Places, more_like_it

Classes: TypeAlias = tuple[str | int, ...] | None

TRUTH = ("false", "true")
_MOST_NAMED = 20


def learn_classes(y: NDArray[Any], contract: Contract) -> tuple[Classes, list[Diagnostic]]:
    """The classes of the training labels `[samples, …]`, in order of their ids; `None` for ids given as numbers.

    Returns:
        The classes, and LC512 or LC513 when their number is not the output's.
    """
    if contract.classes is not None:
        return contract.classes, []
    if not contract.categorical or y.dtype.kind != "U":
        return None, []
    seen = tuple(str(label) for label in np.unique(y))
    if contract.target == "binary":
        return _learn_binary(seen)
    units = contract.output[-1]
    if units is None or len(seen) == units:
        return seen, []
    message = f"the target has {len(seen)} classes in the training rows ({_some(seen)}), the last layer {units} units"
    help_ = f'give the last layer {len(seen)} units, or list all classes: `"task": {{"classes": […]}}`'
    return seen, [Diagnostic("LC512", message, help=help_, path="data.target")]


def _learn_binary(seen: tuple[str, ...]) -> tuple[Classes, list[Diagnostic]]:
    if {label.lower() for label in seen} <= set(TRUTH):
        return TRUTH, []
    if len(seen) == 2:
        return seen, []
    message = f"a binary target needs two labels, the training rows have {len(seen)}: {_some(seen)}"
    help_ = "write 0 and 1, or make the task `multiclass`"
    return seen, [Diagnostic("LC513", message, help=help_, path="data.target")]


def encode_labels(
    y: NDArray[Any], classes: Classes, contract: Contract, places: Places
) -> tuple[NDArray[Any], list[Diagnostic]]:
    """Ids of labels, or rows of 0 and 1, in the shape of `y`.

    Returns:
        Numbers, and LC512, LC513, LC514 or LC521 at the first value that is not allowed.
    """
    match contract.target:
        case "one_hot":
            return y, _one_hot(y, places)
        case "multilabel":
            return y, _zeros_and_ones(y, places, "a multilabel target")
    if classes is not None:
        return _look_up(y, classes, places)
    if y.dtype.kind == "U":
        message = "the labels are text, and the model was trained on class ids"
        return np.zeros(y.shape, np.int64), [Diagnostic("LC521", message, where=places.y((0,) * y.ndim))]
    if contract.target == "binary":
        return y, _zeros_and_ones(y, places, "a binary target")
    return y, _ids(y, contract, places)


def _look_up(y: NDArray[Any], classes: tuple[str | int, ...], places: Places) -> tuple[NDArray[Any], list[Diagnostic]]:
    ids = {str(label): i for i, label in enumerate(classes)}
    seen, inverse = np.unique(_as_text(y), return_inverse=True)
    fold = tuple(classes) == TRUTH
    known = np.array([ids.get(label.lower() if fold else label, -1) for label in map(str, seen)], dtype=np.int64)
    found = known[inverse].reshape(y.shape)
    unknown = found < 0
    if not unknown.any():
        return found, []
    at = first_of(unknown)
    more = more_like_it(int(unknown.sum()))
    message = f"the label `{y[at]}` is none of the model's: {_some(tuple(map(str, classes)))}{more}"
    return found, [Diagnostic("LC521", message, where=places.y(at), help="correct the label, or train with its class")]


def _as_text(y: NDArray[Any]) -> NDArray[np.str_]:
    if y.dtype.kind == "f" and np.all(y == np.floor(y)):
        y = y.astype(np.int64)
    return y.astype(str)


def _ids(y: NDArray[Any], contract: Contract, places: Places) -> list[Diagnostic]:
    classes = contract.output[-1]
    assert classes is not None
    bad = (y < 0) | (y >= classes) | (y != np.floor(y))
    if not bad.any():
        return []
    at = first_of(bad)
    value = plain(y[at])
    kind = "is no class id" if value != np.floor(value) else f"is outside 0 … {classes - 1}"
    more = more_like_it(int(bad.sum()))
    message = f"the label {value} {kind}: the last layer has {classes} units{more}"
    return [Diagnostic("LC512", message, where=places.y(at), help=_name_classes(y, classes))]


def _name_classes(y: NDArray[Any], units: int) -> str:
    """What to do about labels that are not the ids from 0 on: most often they are as many as there are units."""
    labels = [plain(value) for value in np.unique(y)]
    if not all(isinstance(label, int) for label in labels):
        return "write class ids as whole numbers from 0 on"
    if len(labels) > units:
        return f"give the last layer {len(labels)} units, and list the labels at `task.classes`"
    if len(labels) == units and units <= _MOST_NAMED:
        return f'list the labels: `"classes": {labels}` in `task`'
    return f"list the {units} labels at `task.classes`, in order of their ids"


def _zeros_and_ones(y: NDArray[Any], places: Places, what: str) -> list[Diagnostic]:
    bad = (y != 0) & (y != 1)
    if not bad.any():
        return []
    at = first_of(bad)
    more = more_like_it(int(bad.sum()))
    message = f"{what} is 0 or 1, and this is {plain(y[at])}{more}"
    labels = [plain(value) for value in np.unique(y)]
    help_ = "write 0 or 1 for each label"
    if what == "a binary target":
        named = len(labels) == 2
        help_ = f'list the labels: `"classes": {labels}` in `task`' if named else "make the task `multiclass`"
    return [Diagnostic("LC513", message, where=places.y(at), help=help_)]


def _one_hot(y: NDArray[Any], places: Places) -> list[Diagnostic]:
    bad = (((y != 0) & (y != 1)).any(axis=-1)) | (y.sum(axis=-1) != 1)
    if not bad.any():
        return []
    at = first_of(bad)
    more = more_like_it(int(bad.sum()))
    message = f"the row {[plain(value) for value in y[at][:8]]} is not one-hot: one 1, all others 0{more}"
    several = bool(((y == 0) | (y == 1)).all()) and bool((y.sum(axis=-1) > 1).any())
    help_ = (
        "make the task `multilabel`: a sample has several labels"
        if several
        else ("for class ids use the loss `sparse_categorical_crossentropy`")
    )
    return [Diagnostic("LC514", message, where=places.y(at), help=help_)]


def first_of(bad: NDArray[np.bool_]) -> tuple[int, ...]:
    """The index of the first true value."""
    return tuple(int(i) for i in np.unravel_index(int(bad.argmax()), bad.shape))


def plain(value: Any) -> int | float:
    """A number as it is written: `3` for 3.0."""
    number = float(value)
    return int(number) if number.is_integer() else number


def _some(labels: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{label}`" for label in labels[:8])
    return f"{shown} and {len(labels) - 8} more" if len(labels) > 8 else shown
