"""Pydantic's errors as diagnostics: one for each mistake, with its place and its fix."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from string import ascii_letters, digits
from typing import Any

from pydantic import ValidationError

from .base import Registry, Section, Shorthand, Tagged, marker_in, name_like
from .diagnostics import Diagnostic, Edit, Fix, Path, Span, dotted
from .load import MOST_EXPLAINED, more
from .model import Spec
from .phrases import RANGE_ERRORS, RATES, converted, expected, is_percent, show
from .scalars import quoted, shown
from .suggestions import folded, one_edit_apart
from .syntax import Tree
from .unknown_names import (
    REGISTRIES,
    Answer,
    about_key,
    about_name,
    about_option,
    about_task,
    known_keys,
    places_of,
)

_LONGEST_NAME = 64
_ACTIVATIONS = ("activation", "recurrent_activation")


@dataclass
class Complaints:
    """Turns the errors of one validation into diagnostics, one for each mistake."""

    tree: Tree
    data: dict[str, Any]
    holes: list[Path]

    def __post_init__(self) -> None:
        self.paths: list[Path] = []
        self.meant: set[Path] = set()
        """The keys that unknown keys most likely mean: what is said of their absence would follow from that."""

    def diagnostics(self, failure: ValidationError) -> list[Diagnostic]:
        """The diagnostics of one failed validation; fills `paths` with all places it objects to."""
        grouped: dict[Path, list[Any]] = {}
        for error in failure.errors(include_url=False):
            path = self._known(error["loc"])
            if error["type"] == "missing":
                path = (*path, error["loc"][-1])
            grouped.setdefault(path, []).append(error)
        self.paths += grouped
        unknown = [path for path, group in grouped.items() if group[0]["type"] == "extra_forbidden"]
        for path in unknown[:MOST_EXPLAINED]:
            self.meant |= self._meant(path)
        left = iter(grouped.items())
        wrong = ((path, group) for path, group in left if not self._follows(path, group))
        found = [self._diagnostic(path, group) for path, group in islice(wrong, MOST_EXPLAINED)]
        if rest := [path for path, _ in left]:
            found.append(more(len(rest), self._key_span(rest[0]), rest[0]))
        return found

    @property
    def absent(self) -> list[Path]:
        """The keys that are not there because other keys were written in their place."""
        return [path for path in self.meant if len(self._known(path)) < len(path)]

    def _meant(self, path: Path) -> set[Path]:
        """The paths of the keys that an unknown key may mean: those spelt almost so, or so in another section."""
        key = str(path[-1])
        answer = about_key(key, self._owner(path))
        meant = {(*path[:-1], answer.replacement)} if isinstance(answer.replacement, str) else set()
        return meant | {(*place.split("."), key) for place in places_of(key)}

    def _follows(self, path: Path, group: list[Any]) -> bool:
        """Whether the mistake follows from another one that is reported."""
        return self._silent(path, group) or (group[0]["type"] == "missing" and path in self.meant)

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
        what = f"`{shown(key, _LONGEST_NAME)}` is not a key of {_title(owner, path)}"
        renamed = owner.renamed.get(key)
        if renamed in owner.model_fields:
            message = f"`{key}` is not an argument here: Keras 3 calls it `{renamed}`"
            return Diagnostic("LC207", message, fixes=self._rename(path, renamed, certain=True), **place)
        if key in owner.removed:
            return Diagnostic("LC207", f"`{key}` is not an argument here: {owner.removed[key]}", **place)
        if key in owner.planned:
            purpose, until_then = owner.planned[key]
            return Diagnostic("LC209", f"{purpose}: this version cannot do it yet", help=until_then, **place)
        answer = about_key(key, owner)
        if answer.unsupported:
            return Diagnostic("LC209", answer.message, help=answer.help, **place)
        help_ = answer.help or f"known keys: {', '.join(known_keys(owner))}"
        fixes = self._rename(path, answer.replacement, certain=answer.certain)
        return Diagnostic("LC201", what, help=help_, fixes=fixes, **place)

    def _rename(self, path: Path, name: object, *, certain: bool) -> tuple[Fix, ...]:
        """The fix that gives the key at `path` the name `name`, unless the object has a key of that name."""
        span = self._key_span(path)
        if span is None or not isinstance(name, str) or name in (self._at(path[:-1]) or {}):
            return ()
        return (Fix(f"rename it to `{name}`", (Edit(span, json.dumps(name)),), safe=certain),)

    def _missing(self, path: Path, error: Any) -> Diagnostic:
        if error["type"] == "no_type":
            if misspelt := self._misspelt_type(path):
                return misspelt
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

    def _misspelt_type(self, path: Path) -> Diagnostic | None:
        """What is said of an object whose key `type` is misspelt."""
        near = [key for key in self._at(path) if one_edit_apart(folded(key), "type") or folded(key) == "type"]
        if len(near) != 1:
            return None
        at = (*path, near[0])
        what = f"`{near[0]}` is not a key here"
        fixes = self._rename(at, "type", certain=True)
        return Diagnostic("LC201", what, self._key_span(at), help="did you mean `type`?", fixes=fixes, path=dotted(at))

    def _unknown_name(self, path: Path, error: Any, code: str) -> Diagnostic:
        kind, found = error["ctx"]["kind"], self._at(path)
        registry = REGISTRIES[kind]
        types = isinstance(found, dict)
        if types:
            path, found = (*path, "type"), found.get("type")
        names = {**registry.aliases, **{type_: type_ for type_ in registry.classes}} if types else registry.names
        answer = about_name(kind, str(found), names, types=types)
        if not isinstance(found, str):
            answer = Answer()
        named = json.dumps(shown(found, _LONGEST_NAME) if isinstance(found, str) else found, ensure_ascii=False)
        what = answer.message or f"unknown {kind} {named}"
        known = f"known: {', '.join(error['ctx']['known'])}"
        return self._named(path, "LC209" if answer.unsupported else code, what, answer, known)

    def _named(self, path: Path, code: str, what: str, answer: Answer, known: str) -> Diagnostic:
        """The diagnostic on a name for which there is an `answer`; where that has no advice, what is `known` helps."""
        return Diagnostic(
            code,
            what,
            self.tree.span_of(path),
            help=answer.help or known,
            fixes=self._replace(path, answer.replacement, certain=answer.certain),
            path=dotted(path),
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
        listing = f"one of: {', '.join(known)}"
        if not isinstance(found, str):
            what = f"expected {allowed}, found {show(found)}"
            return Diagnostic("LC203", what, self.tree.span_of(path), help=listing, path=dotted(path))
        answer = _about_literal(path, found, tuple(known))
        what = answer.message or f"{show(found)} is not known here"
        code = "LC209" if answer.unsupported else "LC206"
        return self._named(path, code, what, answer, listing)

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
                f"unknown device {quoted(shown(found))}",
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

    def _replace(self, path: Path, value: object, *, certain: bool = True) -> tuple[Fix, ...]:
        span = self.tree.span_of(path)
        if span is None or value in ("", None) or not self._exact(path):
            return ()
        text = json.dumps(value, ensure_ascii=False)
        return (Fix(f"write {text}", (Edit(span, text),), safe=certain),)

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


def _about_literal(path: Path, found: str, known: tuple[str, ...]) -> Answer:
    """What to say about a word that is none of the few that are known."""
    if path and path[-1] in _ACTIVATIONS:
        return about_name("activation", found, {name: name for name in known})
    return about_task(found, known) if path in (("task",), ("task", "kind")) else about_option(found, known)


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
