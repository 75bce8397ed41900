"""Where passes put what they object to: a path of the spec becomes a place in its text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ..spec.diagnostics import Diagnostic, Edit, Fix, Path, Related, Span, dotted
from ..spec.load import MOST_EXPLAINED, Draft, more


@dataclass(slots=True)
class Report:
    """The diagnostics of one compilation, and the places they speak of."""

    draft: Draft
    diagnostics: list[Diagnostic] = field(default_factory=list)
    untold: int = 0

    def add(self, code: str, message: str, path: Path, **rest: Any) -> None:
        """Adds a diagnostic on the value at `path`; `rest` are fields of `Diagnostic`. Very many errors are counted."""
        rest.setdefault("span", self.value(path))
        diagnostic = Diagnostic(code, message, path=dotted(path), **rest)
        if len(self.diagnostics) >= MOST_EXPLAINED and diagnostic.severity == "error":
            self.untold += 1
        else:
            self.diagnostics.append(diagnostic)

    def value(self, path: Path) -> Span | None:
        """The place of the value at `path`, or of what is nearest to it; for a layer, of its type."""
        tree = self.draft.tree
        if path[:1] == ("layers",) and tree.member((*path, "type")):
            return tree.span_of((*path, "type"))
        node = tree.at(path)
        if node is None or node.kind == "object" or (node.kind == "array" and self._long(node.span)):
            return self.key(path)
        return node.span

    def _long(self, span: Span) -> bool:
        return "\n" in self.draft.tree.source.text[span.start : span.end]

    def key(self, path: Path) -> Span | None:
        """The place of the key at `path`, or of the nearest key above it; none for what the file does not say."""
        while path:
            member = self.draft.tree.member(path) if isinstance(path[-1], str) else None
            if member:
                return member.key_span
            node = self.draft.tree.at(path)
            if node:
                return Span(node.span.start, node.span.start + 1)
            path = path[:-1]
        root = self.draft.tree.root
        return Span(root.span.start, root.span.start + 1) if root else None

    def related(self, path: Path, message: str) -> tuple[Related, ...]:
        """Another place that takes part, where the file says something there."""
        span = self.value(path)
        return (Related(span, message),) if span else ()

    def replace(self, path: Path, value: object, *, safe: bool = True) -> tuple[Fix, ...]:
        """The fix that writes `value` over the value at `path`."""
        node = self.draft.tree.at(path)
        if node is None or node.kind == "missing":
            return ()
        text = json.dumps(value, ensure_ascii=False)
        return (Fix(f"write `{text}`", (Edit(node.span, text),), safe),)

    def insert(self, path: Path, value: object, *, safe: bool = False) -> tuple[Fix, ...]:
        """The fix that adds the key at `path`, in front of the object's others."""
        node = self.draft.tree.at(path[:-1])
        if node is None or node.kind != "object" or not node.closed or self.draft.tree.member(path):
            return ()
        at = node.members[0].key_span.start if node.members else node.span.end - 1
        pair = f"{json.dumps(path[-1])}: {json.dumps(value, ensure_ascii=False)}"
        text = f"{pair}, " if node.members else f" {pair} "
        return (Fix(f"add `{pair}`", (Edit(Span(at, at), text),), safe),)

    def found(self) -> tuple[Diagnostic, ...]:
        """The diagnostics, and how many more there are."""
        return (*self.diagnostics, *([more(self.untold)] if self.untold else ()))

    def objected(self, path: Path) -> bool:
        """Whether something is wrong already with the value at `path`."""
        return any(diagnostic.path == dotted(path) for diagnostic in self.diagnostics)

    def reliable(self, *keys: str) -> bool:
        """Whether none of the top-level `keys` has mistakes that others would follow from."""
        return not self.draft.broken.intersection(keys)
