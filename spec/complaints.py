"""Pydantic's errors as diagnostics: one for each mistake, with its place and its fix."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import ascii_letters, digits
from typing import Any

from pydantic import ValidationError

from .base import Registry, Section, Shorthand, Tagged, marker_in, name_like
from .diagnostics import Diagnostic, Edit, Fix, Path, Span, dotted
from .model import Spec
from .phrases import RANGE_ERRORS, RATES, closest, converted, expected, is_percent, meant, show
from .syntax import Tree


@dataclass
class Complaints:
    """Turns the errors of one validation into diagnostics, one for each mistake."""

    tree: Tree
    data: dict[str, Any]
    holes: list[Path]

    def __post_init__(self) -> None:
        self.paths: list[Path] = []

    def diagnostics(self, failure: ValidationError) -> list[Diagnostic]:
        """The diagnostics of one failed validation; fills `paths` with all places it objects to."""
        grouped: dict[Path, list[Any]] = {}
        for error in failure.errors(include_url=False):
            path = self._known(error["loc"])
            if error["type"] == "missing":
                path = (*path, error["loc"][-1])
            grouped.setdefault(path, []).append(error)
        found = []
        misspelt = {self._meant(path) for path, group in grouped.items() if group[0]["type"] == "extra_forbidden"}
        for path, group in grouped.items():
            self.paths.append(path)
            if not self._silent(path, group) and not (group[0]["type"] == "missing" and path in misspelt):
                found.append(self._diagnostic(path, group))
        return found

    def _meant(self, path: Path) -> Path:
        """The path of the key that an unknown key most likely means."""
        return (*path[:-1], closest(str(path[-1]), self._owner(path).model_fields))

    def _known(self, loc: Iterable[str | int]) -> Path:
        """The part of Pydantic's location that exists in the document; tags of unions are dropped."""
        value: Any = self.data
        path: list[str | int] = []
        for part in loc:
            if _has(value, part):
                value = value[part]
                path.append(part)
        return tuple(path)

    def _silent(self, path: Path, group: list[Any]) -> bool:
        """Whether the mistake follows from one that is told already: by the parser, or of the items of a list."""
        if group[0]["type"] == "too_short" and _long_enough(self._at(path), group[0]["ctx"]["min_length"]):
            return True
        node = self.tree.at(path[:-1])
        missing = all(error["type"] in ("missing", "no_type", "too_short") for error in group)
        return missing and (path in self.holes or (*path, "type") in self.holes or _unfinished(self.tree, path, node))

    def _diagnostic(self, path: Path, group: list[Any]) -> Diagnostic:
        error = group[0]
        match error["type"]:
            case "extra_forbidden":
                return self._unknown_key(path)
            case "missing" | "no_type":
                return self._missing(path, error)
            case "unknown_type":
                return self._unknown_name(path, error, "LC205" if error["ctx"]["kind"] == "layer" else "LC206")
            case "unknown_name":
                return self._unknown_name(path, error, "LC206")
            case "later" | "later_type":
                return self._later(path)
            case "literal_error" if len(group) == 1 or self._is_other_text(path, group[1:]):
                return self._literal(path, error)
            case "string_pattern_mismatch":
                return self._pattern(path, error)
            case "reserved_name":
                return self._name(path, error, "Windows reserves it for a device")
        return self._value(path, group)

    def _unknown_key(self, path: Path) -> Diagnostic:
        key = str(path[-1])
        owner = self._owner(path)
        place: dict[str, Any] = {"span": self._key_span(path), "path": dotted(path)}
        what = f"`{key}` is not a key of {_title(owner, path)}"
        if key in owner.removed:
            return Diagnostic("LC207", f"`{key}` is not an argument here: {owner.removed[key]}", **place)
        if key in owner.planned:
            purpose, until_then = owner.planned[key]
            return Diagnostic("LC209", f"{purpose}: this version cannot do it yet", help=until_then, **place)
        known = [field.alias or name for name, field in owner.model_fields.items() if name not in owner.later()]
        best = closest(key, known)
        if not best:
            elsewhere = [name for name, section in _sections() if key in section.model_fields]
            help_ = f"known keys: {', '.join(known)}"
            if elsewhere:
                help_ = "it is a key of " + " and ".join(f"`{name}`" for name in elsewhere)
            return Diagnostic("LC201", what, help=help_, **place)
        fixes: tuple[Fix, ...] = ()
        span = self._key_span(path)
        if span and best not in (self._at(path[:-1]) or {}):
            fixes = (Fix(f"rename it to `{best}`", (Edit(span, json.dumps(best)),)),)
        return Diagnostic("LC201", what, help=f"did you mean `{best}`?", fixes=fixes, **place)

    def _missing(self, path: Path, error: Any) -> Diagnostic:
        if error["type"] == "no_type":
            kind = error["ctx"]["kind"]
            parent, key, example = path, "type", {"layer": '"LSTM"', "optimizer": '"Adam"'}.get(kind, "…")
            what = f"this {kind} does not say what it is"
        else:
            parent, key, example = path[:-1], str(path[-1]), "1" if path[-1] in ("lstmc", "units") else "…"
            what = f"{_title(self._owner(path), path)} needs the key `{key}`"
        node = self.tree.at(parent)
        span = Span(node.span.start, node.span.start + 1) if node else None
        help_ = f'add `"{key}": {example}`'
        if node and node.kind == "string":
            span, help_ = (
                node.span,
                f'write an object: `{{ "type": {json.dumps(self._at(parent))}, "{key}": {example} }}`',
            )
        fixes: tuple[Fix, ...] = ()
        if key == "lstmc" and span and node and node.members:
            fixes = (Fix("add the version", (Edit(Span(span.end, span.end), ' "lstmc": 1,'),)),)
        return Diagnostic("LC202", what, span, help=help_, fixes=fixes, path=dotted((*parent, key)))

    def _unknown_name(self, path: Path, error: Any, code: str) -> Diagnostic:
        kind, known = error["ctx"]["kind"], error["ctx"]["known"]
        found = self._at(path)
        if isinstance(found, dict):
            path, found = (*path, "type"), found.get("type")
        what = f"unknown {kind} {json.dumps(found, ensure_ascii=False)}"
        best = closest(str(found), known)
        help_ = f'did you mean "{best}"?' if best else f"known: {', '.join(known)}"
        return Diagnostic(
            code, what, self.tree.span_of(path), help=help_, fixes=self._replace(path, best), path=dotted(path)
        )

    def _literal(self, path: Path, error: Any) -> Diagnostic:
        allowed = error["ctx"]["expected"]
        found = self._at(path)
        if path and path[-1] == "lstmc":
            return Diagnostic(
                "LC208",
                f"this file is of version {json.dumps(found)}, and this lstmc reads version 1",
                self.tree.span_of(path),
                help="write `1`",
                fixes=self._replace(path, 1),
                path="lstmc",
            )
        known = [name.strip().strip("'") for name in allowed.replace(" or ", ", ").split(",")]
        names = meant(found, known) if isinstance(found, str) else ()
        likely = " or ".join(f'"{name}"' for name in names)
        help_ = f"did you mean {likely}?" if names else f"one of: {', '.join(known)}"
        what = (
            f"{show(found)} is not known here" if isinstance(found, str) else f"expected {allowed}, found {show(found)}"
        )
        code = "LC206" if isinstance(found, str) else "LC203"
        return Diagnostic(
            code,
            what,
            self.tree.span_of(path),
            help=help_,
            fixes=self._replace(path, names[0]) if len(names) == 1 else (),
            path=dotted(path),
        )

    def _is_other_text(self, path: Path, group: list[Any]) -> bool:
        """Whether the value is a text, and the rest of a union takes none at all."""
        kinds = ("model_type", "model_attributes_type", "dict_type", "float_type", "int_type")
        return isinstance(self._at(path), str) and all(error["type"] in kinds for error in group)

    def _later(self, path: Path) -> Diagnostic:
        found, key = self._at(path), path[-1]
        value = json.dumps(found, ensure_ascii=False) if isinstance(found, (str, int)) else ""
        if isinstance(found, dict) and "type" in found:
            what, span = f"`{found['type']}`", self.tree.span_of((*path, "type"))
        elif isinstance(key, str):
            what, span = f"`{key}` {value}".rstrip(), self._key_span(path)
        else:
            what, span = value, self.tree.span_of(path)
        return Diagnostic(
            "LC209",
            f"{what} belongs to the language, and this version cannot do it yet",
            span,
            help="leave it out",
            path=dotted(path),
        )

    def _pattern(self, path: Path, error: Any) -> Diagnostic:
        found = str(error["input"])
        place: dict[str, Any] = {"span": self.tree.span_of(path), "path": dotted(path)}
        if path[-1] == "device":
            return Diagnostic(
                "LC206",
                f"unknown device {json.dumps(found, ensure_ascii=False)}",
                help="`auto`, `cpu`, `gpu` or `gpu:N`",
                **place,
            )
        if path[-1] == "memory":
            return Diagnostic("LC203", f"{show(found)} is no amount of memory", help="write it as `8 GiB`", **place)
        if path[-1] == "delimiter":
            help_ = 'write `","`, `";"`, `"\\t"` or another character of ASCII'
            return Diagnostic("LC204", f"{show(found)} is no delimiter: it is one character", help=help_, **place)
        if set(found) <= {*ascii_letters, *digits, *"_.-"} and len(found) <= 64 and found:
            return self._name(path, error, "it begins or ends with a dot")
        return self._name(path, error, "letters, digits, `_`, `.` and `-`, at most 64")

    def _name(self, path: Path, error: Any, why: str) -> Diagnostic:
        found = str(error["input"])
        better = name_like(found)
        return Diagnostic(
            "LC211",
            f"{show(found)} cannot be a name: {why}",
            self.tree.span_of(path),
            help=f'write "{better}"',
            fixes=self._replace(path, better),
            path=dotted(path),
        )

    def _value(self, path: Path, group: list[Any]) -> Diagnostic:
        found = self._at(path)
        wanted = " or ".join(dict.fromkeys(expected(error) for error in group))
        code = "LC204" if any(error["type"] in RANGE_ERRORS for error in group) else "LC203"
        what = f"expected {wanted}, found {show(found)}"
        fixes = self._replace(path, converted(found, group[0]["type"]))
        help_ = f"did you mean {found / 100:g}?" if path and path[-1] in RATES and is_percent(found) else ""
        if fixes:
            help_ = f"write `{fixes[0].edits[0].text}`"
        if path[-2:] == ("window", "horizon") and found == 0:
            help_ = self._target_moved_down()
        return Diagnostic(code, what, self.tree.span_of(path), help=help_, fixes=fixes, path=dotted(path))

    def _target_moved_down(self) -> str:
        """How to predict a value of the row of the last input, which lies in the row after it once it is moved down."""
        data = self.data.get("data")
        target = data.get("target") if isinstance(data, dict) else None
        column = json.dumps(target if isinstance(target, str) else "target", ensure_ascii=False)
        line = f"frame.with_columns(polars.col({column}).shift(1)).slice(1)"
        return (
            "write 1: the first target lies in the row after the last input; where the target belongs to the row of the"
            f" last input, move its column down by a row first: `{line}`"
        )

    def _replace(self, path: Path, value: object) -> tuple[Fix, ...]:
        span = self.tree.span_of(path)
        if span is None or value in ("", None) or not self._exact(path):
            return ()
        text = json.dumps(value, ensure_ascii=False)
        return (Fix(f"write {text}", (Edit(span, text),)),)

    def _exact(self, path: Path) -> bool:
        node = self.tree.at(path)
        return node is not None and node.kind not in ("object", "array", "missing")

    def _key_span(self, path: Path) -> Span | None:
        member = self.tree.member(path)
        return member.key_span if member else self.tree.span_of(path)

    def _at(self, path: Path) -> Any:
        value: Any = self.data
        for part in path:
            value = value[part]
        return value

    def _owner(self, path: Path) -> type[Section]:
        """The section that the last key of `path` belongs to."""
        owner: type[Section] = Spec
        registry: Registry | None = None
        value: Any = self.data
        for part in path[:-1]:
            value = value[part] if _has(value, part) else value
            if isinstance(part, str):
                field = owner.model_fields.get(part)
                metadata = (*field.metadata, field.annotation) if field else ()
                registry = marker_in(metadata, Registry)
                owner = _section(metadata, value) or owner
            if registry and isinstance(value, (dict, str)):
                named = value.get("type") if isinstance(value, dict) else registry.names.get(value)
                owner = registry.classes.get(str(named), Tagged)
        return owner


def _has(value: Any, part: str | int) -> bool:
    match value:
        case dict():
            return part in value
        case list():
            return isinstance(part, int) and part < len(value)
    return False


def _long_enough(found: object, least: int) -> bool:
    """Whether a list is too short only for Pydantic, which does not count the items that are wrong themselves."""
    return isinstance(found, list) and len(found) >= least


def _section(metadata: Iterable[object], value: object) -> type[Section] | None:
    """The section among the types of a field, the one for `value` where there are several."""
    shorthand = marker_in(metadata, Shorthand)
    sections = [part for part in _types(metadata) if isinstance(part, type) and issubclass(part, Section)]
    if len(sections) > 1 and shorthand and isinstance(value, dict) and shorthand.value_key in value:
        return sections[-1]
    return sections[0] if sections else None


def _sections() -> Iterator[tuple[str, type[Section]]]:
    """The sections of a spec by their keys."""
    for name, field in Spec.model_fields.items():
        section = _section((field.annotation,), None)
        if section:
            yield name, section


def _types(parts: Iterable[object]) -> list[object]:
    found: list[object] = []
    for part in parts:
        found += [part, *_types(getattr(part, "__args__", ()))]
    return found


def _unfinished(tree: Tree, path: Path, parent: Any) -> bool:
    """Whether the object that lacks something is one that the text breaks off or damages."""
    node = tree.at(path) or parent
    damaged = any(
        d.span and d.code != "LC120" and node and node.span.start <= d.span.start <= node.span.end
        for d in tree.diagnostics
    )
    return node is None or not node.closed or damaged


def _title(owner: type[Section], path: Path) -> str:
    if owner is Spec:
        return "a spec"
    if "type" in owner.model_fields:
        return owner.__name__.removesuffix("Metric")
    return f"`{dotted(path[:-1])}`"
