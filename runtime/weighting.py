"""How much each sample counts in the loss: weights handed in, a column of them, and weights of classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..compiler.plan import Plan
from ..spec.diagnostics import Diagnostic
from ..spec.errors import DataError
from ..spec.suggestions import nearest
from .data import Contract, Encoding, Samples
from .data.labels import TRUTH
from .masks import counted

ClassWeight: TypeAlias = Mapping[Any, float] | Literal["balanced"]


def weighed(samples: Samples, weights: Any, contract: Contract) -> Samples:
    """The samples with the weights that were passed with them: anything that NumPy reads as `[samples]`.

    Where every timestep has an output, `[samples, timesteps]` gives each a weight of its own.

    Raises:
        DataError: they are not one finite number for each sample or timestep, negative, or all 0 (LC540).
    """
    if weights is None:
        return samples
    try:
        array = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise _unfit("the weights are no numbers") from error
    assert samples.y is not None
    each = samples.y.shape[: contract.weighted_axes + 1]
    one = (len(samples), *[1] * contract.weighted_axes)
    if array.shape in ((len(samples),), (len(samples), 1)):
        array = array.reshape(one)
    if array.shape not in (one, each):
        expected = " or ".join(str(shape) for shape in dict.fromkeys([(len(samples),), each]))
        raise _unfit(f"sample_weight has the shape {array.shape}; expected {expected}")
    bad = ~np.isfinite(array) | (array < 0)
    if bad.any():
        at = tuple(int(i) for i in np.argwhere(bad)[0])
        where = f"sample_weight, sample {at[0]}" + (f", timestep {at[1]}" if array.shape != one else "")
        raise _unfit(f"the weight {array[at]:g} is not a finite number from 0 on", where)
    if not array.any():
        raise _unfit("all weights are 0, so nothing can be learned")
    return replace(samples, weight=array.astype(np.float32))


def by_class(samples: Samples, plan: Plan, weights: ClassWeight | None) -> NDArray[np.float32] | None:
    """The weights of the samples, multiplied by those of their classes.

    `balanced` is `n / (classes · count)` over these samples, as scikit-learn has it, without timesteps that are
    masked; a label without a weight has 1, as in Keras.

    Returns:
        `[samples]`, `[samples, timesteps]` where every timestep has an output, or None for all the same.

    Raises:
        DataError: there are no classes (LC422), no such label (LC423), or a weight that is none (LC540).
    """
    if weights is None:
        return samples.weight
    if plan.target in ("values", "multilabel"):
        message = f"a {plan.kind} has no classes that could be weighed"
        raise DataError([Diagnostic("LC422", message, path="fit.class_weight", help="leave `class_weight` out")])
    ids = _ids(samples, plan)
    count = max(2, (plan.output.dims[-1] if plan.output else 0) or 0)
    if isinstance(weights, str):
        there = counted(plan, samples.x, ids.shape[1]) if ids.ndim > 1 else None
        table = _balanced(ids if there is None else ids[there], count)
    else:
        table = _stated(weights, samples, count)
    found = table[ids]
    if samples.weight is not None:
        found = found * samples.weight
    return found.astype(np.float32)


def balanced(shares: NDArray[np.float64], plan: Plan, encoding: Encoding) -> ClassWeight:
    """What `balanced` means by label, for classes that have these `shares` of samples.

    Args:
        shares: of each class; of a binary target, `[1]` that of its second.
        plan: the plan.
        encoding: knows the labels.
    """
    if plan.target in ("values", "multilabel"):
        return "balanced"
    flat = shares.reshape(-1)
    every = np.array([1 - flat.mean(), flat.mean()]) if plan.target == "binary" else flat
    there = every > 0
    weights = np.where(there, 1 / (there.sum() * np.where(there, every, 1)), 1.0)
    labels = encoding.classes or tuple(range(len(every)))
    return dict(zip(labels, weights.tolist(), strict=True))


def _ids(samples: Samples, plan: Plan) -> NDArray[np.int64]:
    """The class of every sample, or of every timestep."""
    assert samples.y is not None
    match plan.target:
        case "one_hot":
            return np.asarray(samples.y.argmax(axis=-1), np.int64)
        case "binary":
            return np.asarray(samples.y[..., 0], np.int64)
    return np.asarray(samples.y, np.int64)


def _balanced(ids: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    counts = np.bincount(ids.reshape(-1), minlength=count)
    there = counts > 0
    return np.where(there, ids.size / (there.sum() * np.maximum(counts, 1)), 1.0)


def _stated(weights: Mapping[Any, float], samples: Samples, count: int) -> NDArray[np.float64]:
    classes = samples.encoding.classes or tuple(range(count))
    ids = {str(label): i for i, label in enumerate(classes)}
    table = np.ones(max(count, len(classes)))
    for label, weight in weights.items():
        name = _written(label, fold=tuple(classes) == TRUTH)
        if name not in ids:
            better = nearest(name, ids)
            help_ = f"did you mean `{better}`?" if better else f"the classes are {', '.join(list(ids)[:8])}"
            message = f"there is no class `{label}` to be weighed"
            raise DataError([Diagnostic("LC423", message, path="fit.class_weight", help=help_)])
        if not (isinstance(weight, (int, float, np.number)) and 0 <= weight < np.inf):
            raise _unfit(f"the weight {weight} of the class `{label}` is not a finite number from 0 on")
        table[ids[name]] = weight
    return table


def _written(label: Any, *, fold: bool) -> str:
    """A label as the data have it: 1 for 1.0, `true` for True."""
    if isinstance(label, (float, np.floating)) and float(label).is_integer():
        label = int(label)
    return str(label).lower() if fold else str(label)


def _unfit(message: str, where: str = "") -> DataError:
    return DataError([Diagnostic("LC540", message, where=where, help="pass one weight of at least 0 for each sample")])
