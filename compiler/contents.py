"""Whether an artifact holds what its spec and a training can have left: checked once, before any of it is used.

A file whose SHA-256 is right is whole; it need not have been written by lstmc.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, Json, ValidationError

from ..spec.base import is_name
from ..spec.data import Category, ColumnName
from ..spec.diagnostics import Diagnostic
from ..spec.errors import ArtifactError
from .artifact import Artifact
from .plan import Plan

Tensors: TypeAlias = Mapping[str, NDArray[Any]]
Dim: TypeAlias = Annotated[int, Field(gt=0)] | None
Count: TypeAlias = Annotated[int, Field(ge=0)]
Text: TypeAlias = Annotated[str, Field(min_length=1)]
Sha256: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Values: TypeAlias = Annotated[list[float | None], Field(min_length=1)]

#: What the names of a checkpoint's own tensors begin with.
STOPPING, BEST = "course/early_stopping/", "best/"
#: Kinds of numbers that the tensors of an engine have, by the first part of their names.
_KINDS = {"optimizer": "fiu", "seeds": "iu", "states": "f", "best": "f", "course": "f"}


class Levels(BaseModel):
    """The categories of one column."""

    model_config = ConfigDict(strict=True, extra="ignore")

    kind: Category
    levels: Annotated[tuple[str, ...], Field(min_length=1)]


class Padding(BaseModel):
    """Which timesteps are padding."""

    model_config = ConfigDict(strict=True, extra="ignore")

    mask_value: float
    anywhere: bool


class Ran(BaseModel):
    """How a training ran."""

    model_config = ConfigDict(strict=True, extra="ignore")

    loop: Literal["fused", "resident", "batchwise"] | None = None
    shards: Annotated[int, Field(gt=0)] | None = None


class Progress(BaseModel):
    """Where an interrupted training stood."""

    model_config = ConfigDict(strict=True, extra="ignore")

    training: Sha256
    begin: Count
    counters: dict[str, dict[str, float | None]]
    stopped: bool
    best: tuple[Count, float] | None


class Metadata(BaseModel):
    """What every artifact states beside its spec; keys that are not known are left alone."""

    model_config = ConfigDict(strict=True, extra="ignore")

    name: str
    plan: Sha256
    input: Json[Annotated[tuple[Dim, ...], Field(min_length=2, max_length=6)]]
    versions: Json[dict[str, str]] = {}


class TrainedMetadata(Metadata):
    """What the artifact of a trained model states as well."""

    features: Json[tuple[ColumnName, ...]]
    targets: Json[tuple[ColumnName, ...]]
    classes: Json[Annotated[tuple[str | int, ...], Field(min_length=2)] | None]
    categories: Json[dict[ColumnName, Levels]] = {}
    difference: Json[Count] = 0
    masked: Json[Padding] | None = None
    fingerprint: Sha256 | Literal[""]
    history: Json[Annotated[dict[Text, Values], Field(min_length=1)]]
    schedule: Json[Ran] = Ran()
    source: str = ""
    sources: Json[dict[Literal["train", "validation", "test"], Text]] = {}
    checkpoint: Json[Progress] | None = None


def metadata_of(artifact: Artifact, path: Path) -> Metadata:
    """What an artifact states, checked by itself.

    Raises:
        ArtifactError: something is missing, or is not what it has to be (LC705).
    """
    kind = TrainedMetadata if "history" in artifact.metadata else Metadata
    try:
        found = kind.model_validate(dict(artifact.metadata))
    except ValidationError as failure:
        raise contradiction(path, _worded(failure)) from failure
    _stop(_by_itself(found), path)
    return found


def check_weights(artifact: Artifact, plan: Plan, path: Path, *, precision: bool = True) -> None:
    """Checks that the weights are those of the plan, and of its `precision`.

    Raises:
        ArtifactError: they are not (LC705).
    """
    _stop(_of_weights(artifact.tensors, plan, precision=precision), path)


def check_contents(artifact: Artifact, metadata: Metadata, plan: Plan, path: Path) -> None:
    """Checks everything but the weights against the plan: the state of a training, and what it learned from data.

    Raises:
        ArtifactError: it is not what the plan asks for (LC705).
    """
    _stop(_of_state(artifact.tensors), path)
    if isinstance(metadata, TrainedMetadata):
        _stop(_of_columns(metadata, plan), path)
        _stop(_of_scalers(artifact.tensors, metadata, plan), path)
        _stop(_of_baseline(artifact.tensors, plan), path)


def check_checkpoint(artifact: Artifact, progress: Progress, plan: Plan, path: Path) -> None:
    """Checks all of a checkpoint, of which `progress` says where its training stood.

    Raises:
        ArtifactError: it contradicts itself (LC705).
    """
    check_weights(artifact, plan, path)
    check_contents(artifact, metadata_of(artifact, path), plan, path)
    _stop(_of_progress(artifact.tensors, progress, plan), path)


def contradiction(path: Path, what: str) -> ArtifactError:
    """LC705 for an artifact that contradicts itself."""
    message = f"the artifact contradicts itself: {what}"
    return ArtifactError([Diagnostic("LC705", message, where=str(path), help="train the model again")])


def _stop(problems: Iterator[str], path: Path) -> None:
    problem = next(problems, None)
    if problem is not None:
        raise contradiction(path, problem)


def _worded(failure: ValidationError) -> str:
    error = failure.errors(include_url=False)[0]
    key, *inside = error["loc"]
    if error["type"] == "missing" and not inside:
        return f"it does not state `{key}`"
    place = f" at {'.'.join(map(str, inside))}" if inside else ""
    message = error["msg"][:1].lower() + error["msg"][1:]
    return f"its `{key}` is not valid{place}: {message}"[:300]


def _by_itself(found: Metadata) -> Iterator[str]:
    if not is_name(found.name):
        yield "its `name` is not a valid model name"
    if not isinstance(found, TrainedMetadata):
        return
    if len({len(values) for values in found.history.values()}) > 1:
        yield "the lists of its `history` differ in length"
    lists = {"features": found.features, "targets": found.targets, "classes": found.classes or ()}
    lists |= {f"categories.{name}": category.levels for name, category in found.categories.items()}
    for name, values in lists.items():
        if len({*map(str, values)}) < len(values):
            yield f"its `{name}` has a value twice"


def _of_weights(tensors: Tensors, plan: Plan, *, precision: bool) -> Iterator[str]:
    dtype = "float64" if plan.spec.runtime.precision == "float64" else "float32"
    allowed = (dtype,) if precision else ("float32", "float64")
    known = set()
    for node in plan.nodes:
        for i, weight in enumerate(node.weights):
            name = f"weights/{node.name}/{i}/{weight.name}"
            known.add(name)
            found = tensors.get(name)
            what = f"the weight `{weight.name}` of `{node.name}`"
            if found is None:
                yield f"{what} is missing"
            elif found.shape != weight.shape:
                yield f"{what} has shape {found.shape}, not {weight.shape}"
            elif found.dtype.name not in allowed:
                yield f"{what} is {found.dtype.name}, not {dtype}"
    for name in tensors:
        if name.startswith("weights/") and name not in known:
            yield f"no layer has the weight `{name}`"


def _of_state(tensors: Tensors) -> Iterator[str]:
    """The state of optimizer and layers: its shapes are checked where TensorFlow takes it over."""
    for name, array in tensors.items():
        kinds = _KINDS.get(name.partition("/")[0])
        if kinds is not None and array.dtype.kind not in kinds:
            yield f"the tensor `{name}` is {array.dtype.name}"


def _of_progress(tensors: Tensors, progress: Progress, plan: Plan) -> Iterator[str]:
    kept = [name.removeprefix(STOPPING) for name in tensors if name.startswith(STOPPING)]
    if {*kept} != {*map(str, range(len(kept)))}:
        yield "the weights that early stopping kept are not all there"
    best = {name.removeprefix(BEST): array for name, array in tensors.items() if name.startswith(BEST)}
    if progress.best is not None:
        yield from _of_weights(best, plan, precision=True)


def _of_columns(found: TrainedMetadata, plan: Plan) -> Iterator[str]:
    data = plan.spec.data
    if found.difference > (data.difference if data else 0):
        yield f"its `difference` is {found.difference}, and its spec says {data.difference if data else 0}"
    if found.features and data is None:
        yield "it has `features`, and its spec has no `data`"
    if found.features and data is not None:
        if data.features is not None and found.features != data.features:
            yield "its `features` are not those of its spec"
        if found.targets != data.targets:
            yield "its `targets` are not those of its spec"
    categorical = (data.categorical or {}) if data else {}
    asked = {name: kind for name, kind in categorical.items() if name in found.features}
    if {name: category.kind for name, category in found.categories.items()} != asked:
        yield "its `categories` are not those of its spec"
    outputs = _sizes(plan.output.dims if plan.output else ())
    if plan.target == "values" and found.targets and outputs % len(found.targets):
        yield f"it has {len(found.targets)} `targets` for {outputs} outputs"
    units = 2 if plan.target == "binary" else plan.output.dims[-1] if plan.output else None
    if found.classes is not None and plan.target != "values" and units not in (None, len(found.classes)):
        yield f"it has {len(found.classes)} `classes` for {units} outputs"
    if plan.classes is not None and found.classes is not None and found.classes != plan.classes:
        yield "its `classes` are not those of its spec"


def _of_scalers(tensors: Tensors, found: TrainedMetadata, plan: Plan) -> Iterator[str]:
    assert plan.input is not None
    assert plan.output is not None
    names = [f"scaler/{side}/{part}" for side in ("x", "y") for part in ("offset", "factor")]
    for name in names:
        array = tensors.get(name)
        if array is None:
            yield f"the tensor `{name}` is missing"
        elif array.dtype != np.float64 or array.ndim != 1 or not array.size:
            yield f"the tensor `{name}` is {array.dtype.name} of shape {array.shape}, not a list of float64"
        elif not np.isfinite(array).all() or (name.endswith("factor") and not array.all()):
            yield f"the tensor `{name}` holds a number that no scaler has"
    x, x_factor, y, y_factor = (tensors[name] for name in names)
    if x.shape != x_factor.shape or y.shape != y_factor.shape:
        yield "its scalers have offsets and factors of different lengths"
    widths = [len(c.levels) if c.kind == "one_hot" else 1 for c in found.categories.values()]
    columns = len(found.features) - len(widths) + sum(widths)
    if found.features and len(x) != columns:
        yield f"the scaler of the inputs has {len(x)} columns, not {columns}"
    dims = plan.input.dims
    if plan.vocabulary is None and None not in dims and len(x) not in (dims[-1], _sizes(dims)):
        yield f"the scaler of the inputs has {len(x)} columns, and a sample is {plan.input}"
    if len(y) not in (1, plan.output.dims[-1]):
        yield f"the scaler of the targets has {len(y)} columns, and an output is {plan.output}"


def _of_baseline(tensors: Tensors, plan: Plan) -> Iterator[str]:
    assert plan.output is not None
    mean = tensors.get("baseline/mean")
    if mean is None:
        yield "the tensor `baseline/mean` is missing"
    elif mean.dtype != np.float64 or not np.isfinite(mean).all():
        yield "the tensor `baseline/mean` is not of finite float64"
    elif mean.ndim > plan.output.rank or mean.size < 1:
        yield f"the tensor `baseline/mean` has shape {mean.shape}, and an output is {plan.output}"
    season = tensors.get("baseline/season")
    if season is not None and (season.dtype != np.int64 or season.shape != (2,) or (season < 0).any()):
        yield "the tensor `baseline/season` is not two int64 from 0 on"


def _sizes(dims: tuple[int | None, ...]) -> int:
    return prod(dim or 1 for dim in dims)
