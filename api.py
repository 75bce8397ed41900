"""The face for other programs: check, build, load."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from .compiler import Compilation, Looker, compile_tree, tree_of
from .compiler.passes.samples import Look
from .spec.base import name_like
from .spec.data import TEXT, Data
from .spec.diagnostics import Diagnostic
from .spec.errors import DataError, SpecError
from .spec.model import Spec
from .spec.overrides import override
from .spec.paths import advice
from .spec.syntax import Tree, parse, read

if TYPE_CHECKING:
    from .compiler.contents import Metadata
    from .runtime.data.boundary import Boundary
    from .runtime.model import Model

Readable: TypeAlias = str | os.PathLike[str] | dict[str, Any] | Spec
SUFFIX = ".lstm.json"
_LONGEST_NAME = 100


def check(spec: Readable, *, allow_outside: bool = False) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a spec, in the order of its text; imports no TensorFlow.

    Args:
        spec: path of a file, or a spec as a dict or `lstmc.Spec`.
        allow_outside: whether paths in the file may lead out of its folder; those of a dict always may.

    >>> [d.code for d in check({"lstmc": 1, "input": {"shape": [11]}, "layers": [{"type": "LSTM", "units": 11}]})]
    ['LC301', 'LC401']
    """
    return compiled(spec, allow_outside=allow_outside).diagnostics


def build(spec: Readable, *, device: str | None = None, allow_outside: bool = False) -> Model:
    """Compiles a spec into an untrained model.

    Args:
        spec: path of a file, or a spec as a dict or `lstmc.Spec`; relative paths of data count from the file's
            folder, or from the working directory.
        device: `auto`, `cpu`, `gpu` or `gpu:N`, in place of the spec's `runtime.device`.
        allow_outside: whether paths in the file may lead out of its folder; those of a dict always may.

    Raises:
        SpecError: the spec has errors; the exception carries the diagnostics.
        DataError: a path leads out of the folder (LC560), or data that decide the input's shape cannot be read.
    """
    from .runtime.model import Model

    plan = compiled(spec, allow_outside=allow_outside).result()
    boundary = boundary_of(spec, allow_outside=allow_outside)
    return Model(plan, boundary.base, device=device, boundary=boundary)


def load(
    path: str | os.PathLike[str],
    *,
    device: str | None = None,
    overrides: Iterable[str] = (),
    allow_outside: bool = False,
) -> Model:
    """Reads an artifact; the model is rebuilt from its spec, no code of the file is run.

    Args:
        path: the artifact.
        device: `auto`, `cpu`, `gpu` or `gpu:N`, in place of the spec's `runtime.device`.
        overrides: values that replace those of the artifact's spec, as `compile.optimizer.learning_rate=1e-4`. What
            the spec says then wins over the saved training state; another optimizer starts without any.
        allow_outside: whether the file's own paths may lead out of its folder and the working directory.

    Raises:
        ArtifactError: the file is missing, foreign, damaged, of another version or contradicts itself (LC7xx).
        SpecError: `overrides` make its spec invalid.
    """
    from .compiler.artifact import read as read_artifact
    from .compiler.contents import metadata_of
    from .runtime.data.boundary import Boundary
    from .runtime.rebuilding import rebuilt

    file = Path(path)
    artifact = read_artifact(file)
    overrides = tuple(overrides)
    boundary = Boundary.of(file.parent, overrides, artifact=True, anywhere=allow_outside)
    stated = metadata_of(artifact, file)
    tree = _moved(parse(artifact.spec, f"{file.name} (spec)"), stated)
    _keeps_what_was_learned(tree, artifact.metadata, overrides)
    return rebuilt(artifact, stated, tree, file, boundary, device, overrides=overrides)


def compiled(
    spec: Readable, overrides: Iterable[str] = (), data: Path | None = None, *, allow_outside: bool = False
) -> Compilation:
    """Compiles a spec; never raises.

    Args:
        spec: path of a file, or a spec as a dict or `lstmc.Spec`.
        overrides: values that replace those of the file, as `fit.epochs=5`.
        data: a file that is used in place of `data.source`.
        allow_outside: whether paths in the file may lead out of its folder.
    """
    overrides = tuple(overrides)
    if isinstance(spec, (dict, Spec)):
        return compile_tree(override(tree_of(spec), overrides), look_from(Path()))
    boundary = partial(boundary_of, spec, overrides, allow_outside=allow_outside)
    return compiled_at(Path(spec), override(read(spec), overrides), boundary, data)


def compiled_at(path: Path, tree: Tree, boundary: Callable[[], Boundary], data: Path | None = None) -> Compilation:
    """Compiles the document of a file at `path`, whose own paths stay within `boundary`; never raises."""

    def check_paths(spec: Spec) -> Iterable[Diagnostic]:
        limits = boundary()
        return (limits.naming(("data", "source")) if data else limits).problems(spec)

    return compile_tree(tree, look_from(path.parent, data), model_name(path), check_paths)


def boundary_of(spec: Readable, overrides: Iterable[str] = (), *, allow_outside: bool = False) -> Boundary:
    """The folders that the paths of a spec may lead to: its own; anywhere for a spec that the caller has made."""
    from .runtime.data.boundary import Boundary

    if isinstance(spec, (dict, Spec)):
        return Boundary(Path(), anywhere=True)
    return Boundary.of(Path(spec).parent, overrides, anywhere=allow_outside)


def look_from(base: Path, instead: Path | None = None) -> Looker:
    """Looks at the head of the data's file, or of `instead`, where the spec does not fix the axes of a sample.

    Where the spec names no file, the axes are those that it fixes.

    Only one-hot columns without `input` need more than the head: their categories are those of the training rows.
    """

    def look(spec: Spec) -> Look:
        from .runtime.data.files import matching
        from .runtime.data.header import default_features, header, implied_input

        data, weight = spec.data, spec.fit.sample_weight
        assert data is not None
        if instead is not None:
            data = data.model_copy(update={"source": data.source.model_copy(update={"path": os.path.abspath(instead)})})
        data = data.of_part("train")
        known = implied_input(data, None, None)
        if not data.source.path:
            return Look(known)
        fixed = known is not None and (spec.input or None not in known)
        if fixed and data.source.kind not in TEXT:
            return Look(known)
        found = header(data, base)
        missing = _missing(data, found.columns, weight) if found and found.columns else ()
        if fixed or missing:
            return Look(known, missing=missing)
        if found is None:
            places = [base / name for name in matching(data.source.path, base)]
            there = any(os.path.exists(place) and not os.path.isdir(place) for place in places)
            if instead is not None and not there:
                return Look(found=(_no_file(instead),))
            return Look(found=_why_unread(data, base)) if there else _absent(base / data.source.path)
        features = default_features(data, found.columns, weight) if found.columns else None
        levels = None
        if spec.input is None and features and not {*data.one_hot}.isdisjoint(features):
            try:
                levels = _training_levels(data, base, spec)
            except DataError as error:
                return Look(found=error.diagnostics)
        implied = implied_input(data, found.columns, found.shape, weight=weight, levels=levels)
        return Look(implied, len(features) if features else None, found.shape)

    return look


def _missing(data: Data, columns: tuple[str, ...], weight: str | None) -> tuple[Diagnostic, ...]:
    """What is wrong with the columns that the spec names, if one of them is not there.

    Most often all are: what tells of the others takes NumPy, which would double the time of a check.
    """
    times = data.time.names if data.time else ()
    named = {*data.targets, *(data.features or ()), *(data.categorical or ()), *times, *([weight] if weight else ())}
    if named <= {*columns}:
        return ()
    from .runtime.data.tables import Demand, without

    return without(data, columns, Demand(weight=weight))


def _training_levels(data: Data, base: Path, spec: Spec) -> Mapping[str, tuple[str, ...]]:
    """Reads the data, as only they tell how many columns a one-hot column becomes."""
    from .runtime.data import Contract
    from .runtime.data.levels import levels_of

    values = spec.task is None or spec.task.kind == "regression"
    contract = Contract((), (1,), "values" if values else "labels", weight=spec.fit.sample_weight)
    return levels_of(data, base, contract, spec.fit.seed)


def _why_unread(data: Data, base: Path) -> tuple[Diagnostic, ...]:
    """What is wrong with a file whose head tells nothing: that is known once all of it is read."""
    from .runtime.data.source import read_rows
    from .runtime.data.tables import Demand

    try:
        read_rows(data, base, Demand(target=False))
    except DataError as error:
        return error.diagnostics
    message = f"the head of `{data.source.path}` cannot be read, and it decides the shape of a sample"
    return (Diagnostic("LC520", message, path="data.source", help="write `input`"),)


def _no_file(path: Path) -> Diagnostic:
    """LC501 for a file in place of `data.source`, whose columns decide the shape of a sample."""
    return Diagnostic("LC501", f"there is no file `{path}`", where=os.fspath(path), help=advice(path))


def _absent(path: Path) -> Look:
    from .spec.scalars import shown
    from .spec.suggestions import nearest

    there = [entry.name for entry in path.parent.iterdir() if entry.is_file()] if os.path.isdir(path.parent) else []
    return Look(absent=shown(path.name, _LONGEST_NAME), nearby=nearest(path.name, there))


def model_name(path: Path) -> str:
    """The name of a model whose file gives none."""
    return name_like(path.name.removesuffix(SUFFIX).removesuffix(".json"))


def _moved(tree: Tree, stated: Metadata) -> Tree:
    """The spec of an artifact with the paths of its data seen from the artifact's own folder."""
    from .compiler.contents import TrainedMetadata

    if not isinstance(stated, TrainedMetadata) or tree.at(("data", "source")) is None:
        return tree
    paths = {f"data.split.{part}.path": path for part, path in stated.sources.items()}
    if stated.source:
        paths["data.source.path"] = stated.source
    return override(tree, [f"{key}={json.dumps(path)}" for key, path in paths.items()])


def _keeps_what_was_learned(tree: Tree, metadata: Mapping[str, str], overrides: Iterable[str]) -> None:
    """Refuses overrides that would deal out the samples anew, or feed other columns, once a model is trained.

    Raises:
        SpecError: such an override (LC213).
    """
    if "history" not in metadata:
        return
    at_random = '"order":"random"' in tree.source.text
    for assignment in overrides:
        path = assignment.split("=")[0]
        keys = tuple(path.split(".")[:2])
        if keys in _LEARNED or (keys == ("fit", "seed") and at_random):
            raise SpecError([_fixed(f"`{path}`", "it decides what the model was trained on")])


_LEARNED = {
    ("data", key)
    for key in (
        "arrange",
        "categorical",
        "difference",
        "features",
        "missing",
        "scale",
        "split",
        "target",
        "time",
        "window",
    )
}


def _fixed(what: str, why: str) -> Diagnostic:
    message = f"`--set` cannot change {what} of a trained model: {why}"
    return Diagnostic("LC213", message, help="change the spec, and train it anew")
