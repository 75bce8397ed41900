"""The face for other programs: check, build, load."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from .compiler import Compilation, Looker, compile_tree, tree_of
from .compiler.passes.samples import Look
from .spec.base import NAME_PATTERN
from .spec.data import TEXT, Data
from .spec.diagnostics import Diagnostic
from .spec.errors import ArtifactError, DataError, SpecError
from .spec.model import Spec
from .spec.overrides import override
from .spec.syntax import Tree, parse, read

if TYPE_CHECKING:
    from .runtime.model import Model

Readable: TypeAlias = str | os.PathLike[str] | dict[str, Any] | Spec
SUFFIX = ".lstm.json"
_LONGEST_NAME = 100


def check(spec: Readable) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a spec, in the order of its text; imports no TensorFlow.

    Args:
        spec: path of a file, or a spec as a dict or `lstmc.Spec`.

    >>> [d.code for d in check({"lstmc": 1, "input": {"shape": [11]}, "layers": [{"type": "LSTM", "units": 11}]})]
    ['LC301', 'LC401']
    """
    return compiled(spec).diagnostics


def build(spec: Readable, *, device: str | None = None) -> Model:
    """Compiles a spec into an untrained model.

    Args:
        spec: path of a file, or a spec as a dict or `lstmc.Spec`; relative paths of data count from the file's
            folder, or from the working directory.
        device: `auto`, `cpu`, `gpu` or `gpu:N`, in place of the spec's `runtime.device`.

    Raises:
        SpecError: the spec has errors; the exception carries the diagnostics.
    """
    from .runtime.model import Model

    plan = compiled(spec).result()
    base = Path(spec).parent if isinstance(spec, (str, os.PathLike)) else Path()
    return Model(plan, base, device=device)


def load(path: str | os.PathLike[str], *, device: str | None = None, overrides: Iterable[str] = ()) -> Model:
    """Reads an artifact; the model is rebuilt from its spec, no code of the file is run.

    Raises:
        ArtifactError: the file is missing, foreign, damaged, of another version or contradicts itself (LC7xx).
        SpecError: `overrides` make its spec invalid.
    """
    from .compiler.artifact import read as read_artifact
    from .runtime.model import Model

    file = Path(path)
    artifact = read_artifact(file)
    name, dims = _stated(file, artifact.metadata)
    overrides = tuple(overrides)
    tree = _moved(parse(artifact.spec, f"{file.name} (spec)"), artifact.metadata.get("source", ""))
    _keeps_what_was_learned(tree, artifact.metadata, overrides)
    plan = compile_tree(override(tree, overrides), lambda _: Look(dims[1:]), name).result()
    if not overrides and plan.digest != artifact.metadata["plan"]:
        raise _contradiction(file, "its plan is not the one that its spec gives")
    for node in plan.nodes:
        for i, weight in enumerate(node.weights):
            found = artifact.tensors.get(f"weights/{node.name}/{i}/{weight.name}")
            if found is None or found.shape != weight.shape:
                what = "is missing" if found is None else f"has shape {found.shape}, not {weight.shape}"
                if overrides:
                    raise SpecError([_fixed("the layers", "its weights are those of other layers")])
                raise _contradiction(file, f"the weight `{weight.name}` of `{node.name}` {what}")
    model = Model(plan, file.parent, device=device)
    model.restore(artifact)
    return model


def compiled(spec: Readable, overrides: Iterable[str] = (), data: Path | None = None) -> Compilation:
    """Compiles a spec; never raises.

    Args:
        spec: path of a file, or a spec as a dict or `lstmc.Spec`.
        overrides: values that replace those of the file, as `fit.epochs=5`.
        data: a file that is used in place of `data.source`.
    """
    if isinstance(spec, (dict, Spec)):
        return compile_tree(override(tree_of(spec), overrides), look_from(Path()))
    path = Path(spec)
    return compile_tree(override(read(path), overrides), look_from(path.parent, data), model_name(path))


def look_from(base: Path, instead: Path | None = None) -> Looker:
    """Looks at the head of the data's file, or of `instead`, where the spec does not fix the axes of a sample.

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
        fixed = known is not None and (spec.input or None not in known)
        if fixed and data.source.kind not in TEXT:
            return Look(known)
        found = header(data, base)
        missing = _missing(data, found.columns, weight) if found and found.columns else ()
        if fixed or missing:
            return Look(known, missing=missing)
        if found is None:
            there = any(os.path.isfile(base / name) for name in matching(data.source.path, base))
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


def _absent(path: Path) -> Look:
    from .spec.scalars import shown
    from .spec.suggestions import nearest

    there = [entry.name for entry in path.parent.iterdir() if entry.is_file()] if os.path.isdir(path.parent) else []
    return Look(absent=shown(path.name, _LONGEST_NAME), nearby=nearest(path.name, there))


def model_name(path: Path) -> str:
    """The name of a model whose file gives none."""
    stem = path.name.removesuffix(SUFFIX).removesuffix(".json")
    return (
        "".join(char if char.isascii() and (char.isalnum() or char in "_.-") else "-" for char in stem)[:64] or "model"
    )


def _moved(tree: Tree, source: str) -> Tree:
    """The spec of an artifact with the path of its data seen from the artifact's own folder."""
    if not source or tree.at(("data", "source")) is None:
        return tree
    return override(tree, [f"data.source.path={json.dumps(source)}"])


def _stated(path: Path, metadata: Mapping[str, str]) -> tuple[str, tuple[int | None, ...]]:
    """What an artifact says of its name and of the axes of its input, the batch axis first."""
    missing = sorted({"name", "plan", "input"} - metadata.keys())
    if missing:
        raise _contradiction(path, f"it does not state `{missing[0]}`")
    if not re.fullmatch(NAME_PATTERN, metadata["name"]):
        raise _contradiction(path, "its `name` is none that a spec can have")
    try:
        dims = json.loads(metadata["input"])
    except ValueError:
        dims = None
    if not isinstance(dims, list) or not all(dim is None or (isinstance(dim, int) and dim > 0) for dim in dims):
        raise _contradiction(path, "its `input` is not a shape")
    return metadata["name"], tuple(dims)


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


def _contradiction(path: Path, what: str) -> ArtifactError:
    return ArtifactError(
        [Diagnostic("LC705", f"the artifact contradicts itself: {what}", where=str(path), help="train the model again")]
    )
