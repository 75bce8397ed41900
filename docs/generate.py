"""Generates `language.md` and `diagnostics.md` from the models of the language and the table of codes.

`python docs/generate.py` writes both; a test asserts that the files are current.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from lstmc.schemas.generate import REGISTRIES, definition_name, schema
from lstmc.spec.base import Registry, Section, Tagged
from lstmc.spec.callbacks import Checkpoint, EarlyStopping, ReduceLROnPlateau
from lstmc.spec.codes import CODES, Code
from lstmc.spec.data import Arrange, Data, Fill, Minmax, PartSource, Scale, Source, Split, Time, Window
from lstmc.spec.layers import REGISTRY as LAYERS
from lstmc.spec.layers.base import Activation_
from lstmc.spec.layers.normalization import RenormClipping
from lstmc.spec.model import Input, Spec, Task
from lstmc.spec.run import Evaluate, Fit, Limits, Predict, Runtime, Scheduling
from lstmc.spec.training import Compile

FOLDER = Path(__file__).parent
ACTIVATIONS = get_args(Activation_)

#: Section of a spec by its key, in the order of the page.
SECTIONS: dict[str, type[Section]] = {
    "Top level": Spec,
    "task": Task,
    "input": Input,
    "compile": Compile,
    "data": Data,
    "data.source": Source,
    "data.time": Time,
    "data.arrange": Arrange,
    "data.window": Window,
    "data.scale": Scale,
    "minmax": Minmax,
    "fill": Fill,
    "data.split": Split,
    "source of a part": PartSource,
    "fit": Fit,
    "fit.early_stopping": EarlyStopping,
    "fit.reduce_lr_on_plateau": ReduceLROnPlateau,
    "fit.checkpoint": Checkpoint,
    "evaluate": Evaluate,
    "predict": Predict,
    "runtime": Runtime,
    "runtime.schedule": Scheduling,
    "runtime.limits": Limits,
    "renorm_clipping": RenormClipping,
}
CHAPTERS = {
    "layer": "Layers",
    "optimizer": "Optimizers",
    "schedule": "Schedules",
    "loss": "Losses",
    "metric": "Metrics",
    "initializer": "Initializers",
    "regularizer": "Regularizers",
    "constraint": "Constraints",
}
RANGES = {
    "1xx": "The text is not JSON",
    "2xx": "The language",
    "3xx": "Shapes",
    "4xx": "The objective",
    "5xx": "Data",
    "6xx": "Resources and devices",
    "7xx": "Artifacts and runs",
}


def language() -> str:
    """The page of every section, key, type and default."""
    definitions = schema()
    sections = [_section(title, cls, definitions) for title, cls in SECTIONS.items()]
    chapters = [_chapter(registry, definitions) for registry in REGISTRIES]
    parts = [
        "# The language",
        "This page lists every key of a spec, with its type, its default and its meaning. It is generated from the"
        " models that check a spec; `make docs` writes it.",
        "A spec is one JSON file whose name ends in `.lstm.json`. Keys are written as paths, `fit.epochs` or"
        " `layers.0.units`, in messages and in `--set`. Unknown keys are errors. A default of `null` means that the"
        " key may be left out; the meaning says what then happens.",
        *sections,
        *chapters,
        "## Activations\n\nWritten as a name: " + ", ".join(f"`{name}`" for name in ACTIVATIONS) + ".",
        _later(),
    ]
    return "\n\n".join(parts) + "\n"


def diagnostics() -> str:
    """The page of every code."""
    parts = [
        "# Diagnostics",
        "This page lists every code that lstmc gives, with its cause, an example and the fix; `lstmc explain CODE`"
        " prints the same. It is generated from the table of codes; `make docs` writes it.",
        "Codes are permanent. An error stops the command; a warning does not.",
    ]
    for range_, title in RANGES.items():
        codes = [code for code in CODES.values() if code.id[2] == range_[0]]
        index = "\n".join(f"- [{code.id}](#{code.id.lower()}): {code.title}" for code in codes)
        parts += [f"## LC{range_}: {title}", index, *map(_code, codes)]
    return "\n\n".join(parts) + "\n"


PAGES = {"language.md": language, "diagnostics.md": diagnostics}


def _section(title: str, cls: type[Section], definitions: Mapping[str, Any]) -> str:
    name = "Spec" if cls is Spec else cls.__name__
    properties = definitions["properties"] if cls is Spec else definitions["$defs"][name]["properties"]
    shown = title if " " in title else f"`{title}`"
    return f"## {shown}\n\n{_doc(cls)}\n\n{_table(cls, properties, skip=())}"


def _chapter(registry: Registry, definitions: Mapping[str, Any]) -> str:
    entries = {
        type_: definitions["$defs"][definition_name(registry, cls)]["properties"]
        for type_, cls in registry.classes.items()
    }
    common = _common(registry)
    parts = [f"## {CHAPTERS[registry.kind]}", _forms(registry)]
    if common:
        first = next(iter(registry.classes.values()))
        parts.append(f"Every {registry.kind} takes:")
        parts.append(_table(first, entries[first.model_fields["type"].default], only=common))
    for type_, cls in registry.classes.items():
        anchor = f'<a id="{registry.kind}-{type_.lower()}"></a>'
        own = [name for name in cls.model_fields if name not in (*common, "type")]
        parts.append(f"{anchor}\n### {type_}\n\n{_doc(cls)}")
        names = [f'`"{name}"`' for name, meant in registry.names.items() if meant == type_]
        needed = any(field.is_required() for field in cls.model_fields.values())
        if registry.named and names and not needed:
            parts.append(f"Names that may stand alone: {', '.join(names)}.")
        if own:
            parts.append(_table(cls, entries[type_], only=own))
    return "\n\n".join(parts)


def _forms(registry: Registry) -> str:
    if registry.kind == "schedule":
        return (
            'Written as an object in place of a learning rate: `{ "type": "ExponentialDecay", … }`. A step is a batch.'
        )
    if not registry.named:
        return 'An entry of `layers` is an object with a `type`: `{ "type": "Dense", "units": 1 }`.'
    first = next(iter(registry.classes))
    case = "" if registry.case_sensitive else " Names are compared without regard to upper and lower case."
    return f'Written as a name that may stand alone, or as an object: `{{ "type": "{first}" }}`.{case}'


def _common(registry: Registry) -> tuple[str, ...]:
    """The arguments that every class of the registry has, with the same default and meaning."""
    first, *others = registry.classes.values()
    return tuple(
        name
        for name, field in first.model_fields.items()
        if name != "type" and len(others) > 0
        and all(
            name in other.model_fields
            and other.model_fields[name].default == field.default
            and other.model_fields[name].description == field.description
            for other in others
        )
    )  # fmt: skip


def _table(
    cls: type[Section], properties: Mapping[str, Any], *, only: Iterable[str] | None = None, skip: Iterable[str] = ()
) -> str:
    wanted = list(only) if only is not None else [name for name in cls.model_fields if name not in skip]
    rows = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for name in wanted:
        if name == "type" or name in cls.later():
            continue
        field = cls.model_fields[name]
        key = field.alias or name
        type_ = _type(properties[key], optional=field.default is None)
        rows.append(f"| `{key}` | {type_} | {_default(field.default)} | {_cell(field.description or '')} |")
    return "\n".join(rows)


def _default(value: object) -> str:
    match value:
        case _ if value is PydanticUndefined:
            return "required"
        case Tagged():
            return f'`"{value.type}"`'
        case Source(path=""):
            return "none"
        case BaseModel():
            return f"`{json.dumps(value.model_dump(mode='json', exclude_unset=True))}`"
    return f"`{json.dumps(value)}`"


def _type(part: Any, *, optional: bool = False) -> str:
    """The type that a JSON Schema describes, in words."""
    names = list(dict.fromkeys(_alternatives(part)))
    if optional and "`null`" in names and len(names) > 1:
        names.remove("`null`")
    return _cell(" or ".join(names))


def _alternatives(part: Any) -> list[str]:
    match part:
        case {"const": value}:
            return [f"`{json.dumps(value)}`"]
        case {"enum": values} if tuple(values) == ACTIVATIONS:
            return ["[activation](#activations)"]
        case {"enum": values}:
            return [f"`{json.dumps(value)}`" for value in values]
        case {"$ref": ref}:
            return [_reference(ref.rsplit("/", 1)[-1])]
        case {"anyOf": options} | {"oneOf": options}:
            return [name for option in options for name in _alternatives(option)]
        case {"else": short, "then": full}:
            return [*_alternatives(short), *_alternatives(full)]
        case {"type": "array", "prefixItems": items}:
            return [f"list of {len(items)}: {_type(items[0])}"]
        case {"type": "array", **rest}:
            least = f", at least {rest['minItems']}" if rest.get("minItems") else ""
            items = rest.get("items", {})
            return [f"list of ({_type(items)}){least}" if "anyOf" in items else f"list of {_type(items)}{least}"]
        case {"type": "string", "pattern": pattern}:
            return [f"string `{pattern}`"]
        case {"type": ("integer" | "number") as kind, **bounds}:
            return [kind + _bounds(bounds)]
        case {"type": kind}:
            return ["`null`" if kind == "null" else kind]
    raise AssertionError(part)


def _reference(name: str) -> str:
    if name in CHAPTERS:
        return f"[{name}](#{CHAPTERS[name].lower()})"
    title = next(title for title, cls in SECTIONS.items() if cls.__name__ == name)
    return f"[object](#{title.replace('.', '').replace(' ', '-')})"


def _bounds(bounds: Mapping[str, Any]) -> str:
    signs = {"exclusiveMinimum": ">", "minimum": "≥", "exclusiveMaximum": "<", "maximum": "≤"}
    found = [f"{sign} {bounds[key]}" for key, sign in signs.items() if key in bounds]
    return " " + ", ".join(found) if found else ""


def _doc(cls: type[Section]) -> str:
    return " ".join((cls.__doc__ or "").split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _later() -> str:
    rows = [
        f"| `{_path(title, key)}` | {cls.model_fields[key].description} |"
        for title, cls in SECTIONS.items()
        for key in cls.model_fields
        if key in cls.later()
    ]
    rows += [
        f"| `layers` · {type_} · `{key}` | {cls.model_fields[key].description} |"
        for type_, cls in LAYERS.classes.items()
        for key in cls.model_fields
        if key in cls.later()
    ]
    planned: dict[tuple[str, str], list[str]] = {}
    for title, cls in SECTIONS.items():
        for key, what in cls.planned.items():
            planned.setdefault(what, []).append(f"`{_path(title, key)}`")
    rows += [
        f"| {', '.join(keys)} | {purpose}; until then, {until_then} |"
        for (purpose, until_then), keys in planned.items()
    ]
    kinds: dict[frozenset[str], list[str]] = {}
    for registry in REGISTRIES:
        if registry.later:
            kinds.setdefault(registry.later, []).append(registry.kind)
    types = [f"| {' or '.join(words)} | {_names(later)} |" for later, words in kinds.items()]
    return "\n\n".join(
        [
            "## Not yet available",
            "These belong to the language or are planned for it. This version refuses them with"
            " [LC209](diagnostics.md#lc209); it never ignores them.",
            "| key | meaning |\n|---|---|\n" + "\n".join(rows),
            "| kind | names |\n|---|---|\n" + "\n".join(types),
        ]
    )


def _names(later: Iterable[str]) -> str:
    """The names in order, each once: `Adagrad` stands for `adagrad` too."""
    unique = {name.replace("_", "").lower(): name for name in sorted(later, reverse=True)}
    return ", ".join(f"`{name}`" for _, name in sorted(unique.items()))


def _path(title: str, key: str) -> str:
    return key if " " in title else f"{title}.{key}"


def _code(code: Code) -> str:
    parts = [f"### {code.id}", f"**{code.title}** ({code.severity}). {code.cause}"]
    if code.example:
        parts.append(f"```text\n{code.example}\n```")
    parts.append(f"Fix: {code.fix}")
    return "\n\n".join(parts)


def main() -> None:
    """Writes the generated pages."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
