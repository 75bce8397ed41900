"""What a program must know to use an exported model: how its inputs are scaled, and what its outputs mean."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Literal, TypeAlias

from ..compiler.plan import Plan, TensorType
from .data import Encoding
from .data.encoding import continuous
from .outputs import link_of

#: Version of the document; it changes when a key changes its meaning or goes away.
VERSION = 1
#: The formats that hold a model alone, without what is done before and after it.
Format: TypeAlias = Literal["keras", "litert", "onnx", "saved_model"]
Described: TypeAlias = dict[str, Any]

_OUTPUTS = {"mixed_bfloat16": "bfloat16", "mixed_float16": "float16"}


def interface(plan: Plan, encoding: Encoding | None, fingerprint: str, format_: Format) -> Described:
    """The document that goes with an exported model; its schema is `lstmc schema interface`.

    Args:
        plan: the plan.
        encoding: how the model's data were encoded; None for a model that is not trained.
        fingerprint: of the data that the model was trained on; empty for arrays.
        format_: of the exported file.
    """
    data = plan.spec.data
    window = data.window if data else None
    return {
        "interface": VERSION,
        "model": plan.name,
        "format": format_,
        "lstmc": version("lstmc"),
        "plan": plan.digest,
        "trained": encoding is not None,
        "fingerprint": fingerprint or None,
        "precision": "float32" if format_ == "onnx" else plan.spec.runtime.precision,
        "difference": encoding.difference if encoding else 0,
        "window": window.model_dump(mode="json") if window else None,
        "input": _input(plan, encoding, format_),
        "output": _output(plan, encoding, format_),
    }


def note(plan: Plan, described: Mapping[str, Any], where: str) -> str:
    """What a user should know of an exported model, in a sentence; `where` is the file with the document."""
    other, precision = described["precision"], plan.spec.runtime.precision
    computes = "" if other == precision else f"; the file computes in {other}, where lstmc predicts in {precision}"
    return _applied(described, where) + computes


def _applied(described: Mapping[str, Any], where: str) -> str:
    if not described["trained"]:
        return "the model is not trained: its weights are random, and it has no scalers"
    read, gives = described["input"], described["output"]
    todo = ["scale its inputs"] if read["units"] == "scaled" else []
    if gives["units"] == "scaled":
        todo.append("unscale its outputs")
    if gives["probabilities"] in ("sigmoid", "softmax"):
        todo.append(f"apply the {gives['probabilities']} to its outputs")
    if gives["labels"] is not None:
        todo.append("look up its labels")
    if not todo:
        return "the model reads and gives original values: nothing needs to be applied"
    return f"the model alone is in the file; to use it, {_listed(todo)} as {where} says"


def _listed(parts: list[str]) -> str:
    return " and ".join(parts) if len(parts) < 3 else ", ".join(parts[:-1]) + f" and {parts[-1]}"


def _input(plan: Plan, encoding: Encoding | None, format_: Format) -> Described:
    assert plan.input is not None
    ids = plan.input.dtype == "int32"
    columns = [] if encoding is None or ids else _columns(encoding)
    data = plan.spec.data
    rows = bool(columns) and data is not None and data.source.table and data.window is None
    plain = encoding is None or ids or (encoding.x.is_identity and not encoding.difference and not encoding.categories)
    return {
        "name": "x" if format_ == "onnx" else None,
        "dtype": _dtype(plan, plan.input, format_),
        "axes": _axes(plan.input, plan.shortest, ids=ids, one=format_ == "litert"),
        "units": None if encoding is None else "original" if plain else "scaled",
        "columns": columns,
        "columns_are": "sample" if rows else "features",
        "padding": None if encoding is None or encoding.masked is None else encoding.masked.value,
        "vocabulary": plan.vocabulary if ids else None,
    }


def _columns(encoding: Encoding) -> list[Described]:
    """The columns that the model reads, in their order."""
    offsets, factors = encoding.x.offset.tolist(), encoding.x.factor.tolist()
    described: list[Described] = []
    for name in encoding.features or [None] * len(offsets):
        categories = encoding.categories.get(name) if name else None
        kind = categories.kind if categories else "number"
        shared = {"column": name, "kind": kind}
        if categories is None:
            described.append(shared | {"categories": None})
        elif kind == "ordinal":
            described.append(shared | {"categories": list(categories.levels)})
        else:
            described += [shared | {"categories": [level]} for level in categories.levels]
    differenced = continuous(encoding.features, encoding.categories, len(offsets)) & (encoding.difference > 0)
    return [
        column | {"differenced": bool(changes), "offset": offset, "factor": factor}
        for column, changes, offset, factor in zip(described, differenced, offsets, factors, strict=True)
    ]


def _output(plan: Plan, encoding: Encoding | None, format_: Format) -> Described:
    assert plan.output is not None
    values = plan.target == "values"
    columns, labels = [], None
    if encoding is not None and values:
        names = encoding.targets if len(encoding.targets) == len(encoding.y.offset) else ()
        numbers = zip(encoding.y.offset.tolist(), encoding.y.factor.tolist(), strict=True)
        columns = [
            {"column": names[i] if names else None, "offset": offset, "factor": factor}
            for i, (offset, factor) in enumerate(numbers)
        ]
    if encoding is not None and not values:
        several = encoding.targets if len(encoding.targets) > 1 else None
        labels = encoding.classes or several
    scaled = encoding is not None and values and not (encoding.y.is_identity and not encoding.difference)
    return {
        "name": "y" if format_ == "onnx" else None,
        "dtype": _dtype(plan, plan.output, format_),
        "axes": _axes(plan.output, (), ids=False, one=format_ == "litert"),
        "units": None if encoding is None else "scaled" if scaled else "original",
        "kind": plan.target,
        "columns": columns,
        "labels": None if labels is None else list(labels),
        "probabilities": None if values else link_of(plan),
        "threshold": plan.spec.predict.threshold if plan.target in ("binary", "multilabel") else None,
    }


def _dtype(plan: Plan, tensor: TensorType, format_: Format) -> str:
    precision = plan.spec.runtime.precision
    if tensor.dtype == "int32" or format_ == "onnx":
        return tensor.dtype
    if precision == "float64":
        return "float64"
    return _OUTPUTS.get(precision, "float32") if tensor is plan.output else "float32"


def _axes(tensor: TensorType, shortest: tuple[int, ...], *, ids: bool, one: bool) -> list[Described]:
    """The axes by name; `one` for a format that reads one sample at a time."""
    names = {1: ("timesteps",) if ids else ("features",), 2: ("timesteps", "features")}.get(len(tensor.dims))
    names = names or tuple(f"axis_{i + 1}" for i in range(len(tensor.dims)))
    least = shortest or tuple(dim or 1 for dim in tensor.dims)
    axes = [{"name": "batch", "length": 1 if one else tensor.batch, "least": 1 if one else tensor.batch or 1}]
    lengths = zip(names, tensor.dims, least, strict=True)
    return [*axes, *({"name": name, "length": length, "least": low} for name, length, low in lengths)]
