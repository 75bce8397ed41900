"""Tree -> Spec: what can be read, and what is wrong with the rest; complaints are loaded when there are any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from .diagnostics import Diagnostic, Path, Span, dotted
from .model import Spec
from .syntax import MISSING, Tree
from .tree import SECTIONS

MOST_EXPLAINED = 100
"""Mistakes that are explained one by one; more of them are counted."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as far as it could be understood.

    Attributes:
        tree: the text with its spans.
        spec: the spec; parts that could not be read have their defaults, or are `Broken` layers.
            None when the document is no object or has no layers at all.
        broken: the top-level keys whose value could not be read.
        diagnostics: what the text and the language object to.
    """

    tree: Tree
    spec: Spec | None
    broken: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]


def load(tree: Tree) -> Draft:
    """Validates the document of `tree`; never raises."""
    if tree.root is None:
        return Draft(tree, None, frozenset(), tree.diagnostics)
    data = tree.data()
    if not isinstance(data, dict):
        from .phrases import kind_of

        wrong = Diagnostic(
            "LC214",
            f"a spec is an object, and this is {kind_of(data)}",
            tree.root.span,
            help='write `{ "lstmc": 1, "layers": […] }`',
        )
        return Draft(tree, None, frozenset(), (*tree.diagnostics, wrong))
    if (foreign := _foreign(data, tree)) is not None:
        return Draft(tree, None, frozenset(), (*tree.diagnostics, foreign))
    data, holes = _without_holes(data)
    try:
        return Draft(tree, Spec.model_validate(data), frozenset(str(hole[0]) for hole in holes), tree.diagnostics)
    except ValidationError as failure:
        from .complaints import Complaints

        complaints = Complaints(tree, data, holes)
        diagnostics = [d for d in complaints.diagnostics(failure) if not _undecoded(tree, d)]
        broken = frozenset(str(path[0]) for path in (*complaints.paths, *complaints.absent, *holes) if path)
        partial = _partial(data, broken) if len(diagnostics) <= MOST_EXPLAINED else None
        return Draft(tree, partial, broken, (*tree.diagnostics, *diagnostics))


def more(count: int, span: Span | None = None, path: Path = ()) -> Diagnostic:
    """What is said of the mistakes that are too many to explain each; the first of them is at `path`."""
    message = f"{count:,} more mistake{'s' if count > 1 else ''} of this kind"
    label = "the first of them" if span else ""
    return Diagnostic("LC217", message, span, label, help="fix the others first, and check again", path=dotted(path))


def _foreign(data: dict[str, Any], tree: Tree) -> Diagnostic | None:
    """What is said of a JSON object that is something else than a spec."""
    if not data or not SECTIONS.isdisjoint(data):
        return None
    from .file_types import foreign_document

    found = foreign_document(data, SECTIONS)
    if found is None or tree.root is None:
        return None
    span = Span(tree.root.span.start, tree.root.span.start + 1)
    return Diagnostic("LC125", f"this is {found[0]}", span, help=found[1])


def _undecoded(tree: Tree, diagnostic: Diagnostic) -> bool:
    """Whether the mistake lies in bytes that are not UTF-8, which the parser has told."""
    span = diagnostic.span
    return span is not None and "\ufffd" in tree.source.text[span.start : span.end]


def _without_holes(data: dict[str, Any]) -> tuple[dict[str, Any], list[Path]]:
    """Leaves out keys without a value, which the parser has reported; returns where they were."""
    holes: list[Path] = []

    def clean(value: Any, path: Path) -> Any:
        match value:
            case dict():
                holes.extend((*path, key) for key, item in value.items() if item is MISSING)
                return {key: clean(item, (*path, key)) for key, item in value.items() if item is not MISSING}
            case list():
                return [clean(item, (*path, i)) for i, item in enumerate(value) if item is not MISSING]
        return value

    return clean(data, ()), holes


def _partial(data: dict[str, Any], broken: frozenset[str]) -> Spec | None:
    """The spec made of what can be read, so that one mistake does not hide the others."""
    entries = data.get("layers")
    if not isinstance(entries, list) or not entries:
        return None
    kept = {key: value for key, value in data.items() if key in Spec.model_fields and key not in broken}
    kept |= {"lstmc": 1, "layers": [_layer(entry) for entry in entries]}
    return Spec.model_validate(kept)


def _layer(entry: object) -> object:
    try:
        return Spec.model_validate({"lstmc": 1, "layers": [entry]}).layers[0]
    except ValidationError:
        from .layers.broken import Broken

        return Broken()
