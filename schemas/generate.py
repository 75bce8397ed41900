"""Generates the JSON Schemas from Pydantic models: `python -m lstmc.schemas.generate`.

Objects chosen by their `type` become `enum` and `if`/`then` rather than a union, so that a validator and an
editor say what is wrong with the one object that was meant.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from ..spec.base import Registry, Tagged
from ..spec.layers import REGISTRY as LAYERS
from ..spec.model import Spec
from ..spec.training import LOSSES, METRICS, OPTIMIZERS, SCHEDULES
from ..spec.weights import CONSTRAINTS, INITIALIZERS, REGULARIZERS
from . import SPEC
from .outputs import DOCUMENTS, Diagnosed, History, Interface

#: Names the schema of a spec wherever it lies: a URN, since no server has to answer for it, and editors look for none.
SPEC_ID = "urn:lstmc:schema:spec:1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
REGISTRIES = (LAYERS, OPTIMIZERS, SCHEDULES, LOSSES, METRICS, INITIALIZERS, REGULARIZERS, CONSTRAINTS)

#: What the schema cannot say, and Pydantic or the compiler checks.
BEYOND = (
    "numbers written as 1.0 where an integer is needed: JSON Schema takes them for integers",
    "text beyond strict JSON: duplicate keys, NaN, comments",
    "everything between keys: shapes, exclusive keys, objective, limits (LC3xx, LC4xx, LC6xx)",
)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a spec."""
    tagged: list[type[Tagged]] = [cls for registry in REGISTRIES for cls in registry.classes.values()]
    models: list[type[BaseModel]] = [Spec, *tagged]
    keys, definitions = models_json_schema([(cls, "validation") for cls in models])
    defs = definitions["$defs"]
    renamed = {
        keys[cls, "validation"]["$ref"].rsplit("/", 1)[-1]: definition_name(registry, cls)
        for registry in REGISTRIES
        for cls in registry.classes.values()
    }
    defs = {renamed.get(name, name): definition for name, definition in defs.items()}
    name = keys[Spec, "validation"]["$ref"].rsplit("/", 1)[-1]
    root = defs.pop(name)
    for registry in REGISTRIES:
        names = {type_: definition_name(registry, cls) for type_, cls in registry.classes.items()}
        defs[registry.kind] = _choice(registry, {type_: {"$ref": f"#/$defs/{name}"} for type_, name in names.items()})
        for name in names.values():
            _open_type(defs[name])
    root = {
        "$schema": DIALECT,
        "$id": SPEC_ID,
        "title": "lstmc spec, version 1",
        **{key: value for key, value in root.items() if key != "title"},
        "$defs": dict(sorted(defs.items())),
    }
    return _tidy(root)  # type: ignore[no-any-return]


def definition_name(registry: Registry, cls: type[Tagged]) -> str:
    """The class's own name, and the registry's kind after it where two registries have a class of that name."""
    shared = sum(cls.__name__ in other.classes for other in REGISTRIES) > 1
    return f"{cls.__name__}{registry.kind.capitalize()}" if shared else cls.__name__


def _choice(registry: Registry, refs: dict[str, dict[str, str]]) -> dict[str, Any]:
    by_type: dict[str, Any] = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(registry.classes)}},
        "allOf": [
            {"if": {"properties": {"type": {"const": type_}}, "required": ["type"]}, "then": ref}
            for type_, ref in refs.items()
        ],
    }
    if not registry.named:
        return by_type
    if registry.case_sensitive:
        alone = [name for name, type_ in registry.names.items() if not _needs_arguments(registry.classes[type_])]
        names: dict[str, Any] = {"type": "string", "enum": alone}
    else:
        alone = lower = sorted({name.lower() for name in registry.names})
        anycase = "|".join("".join(f"[{c}{c.upper()}]" if c.isalpha() else c for c in name) for name in lower)
        names = {"type": "string", "pattern": f"^({anycase})$"}
    # An editor that completes a value which is not there yet takes the branch `else`: the names stand beside both.
    return {"examples": alone, "if": {"type": "string"}, "then": names, "else": by_type}


def _needs_arguments(cls: type[Tagged]) -> bool:
    return any(field.is_required() for field in cls.model_fields.values())


def _open_type(definition: dict[str, Any]) -> None:
    """The type is checked by the choice; a second complaint about it would say nothing new."""
    definition["properties"]["type"] = True


def _tidy(part: Any) -> Any:
    """Refers to the choices, and leaves out the titles that Pydantic makes of field names."""
    match part:
        case {"x-choice": kind, **rest}:
            return {"$ref": f"#/$defs/{kind}", **_tidy(rest)}
        case dict():
            return {
                k: _tidy(v) for k, v in part.items() if not (k == "title" and isinstance(v, str) and "lstmc" not in v)
            }
        case list():
            return [_tidy(item) for item in part]
    return part


#: Documents that no command writes to stdout.
_TITLES = {"history": "History.to_json()", "interface": "The file that lstmc export writes beside a model"}


def document(name: str) -> dict[str, Any]:
    """The JSON Schema of what `lstmc NAME --json` writes, when it succeeds and when it fails."""
    written = DOCUMENTS[name]
    alone = written in (Diagnosed, History, Interface)
    schema: dict[str, Any] = TypeAdapter(written if alone else written | Diagnosed).json_schema()
    title = _TITLES.get(name, f"lstmc {name} --json")
    return {"$schema": DIALECT, "title": title, **_tidy({key: schema[key] for key in schema if key != "title"})}


def text() -> str:
    """The schema of a spec as the file has it."""
    return _text(schema())


def texts() -> dict[str, str]:
    """The content of every file."""
    return {SPEC: text(), **{f"{name}.json": _text(document(name)) for name in DOCUMENTS}}


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for file, content in texts().items():
        (Path(__file__).parent / file).write_text(content, encoding="utf-8")
