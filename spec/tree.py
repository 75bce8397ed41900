"""The Tree: JSON values with the place of every key and value in the text, also when the text is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias

from .diagnostics import Diagnostic, Path, Source, Span


class Missing(Enum):
    """The type of `MISSING`, which stands for a value that is not there: a key without value."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING

SECTIONS = frozenset(("lstmc", "task", "input", "layers", "compile", "data", "fit", "evaluate", "predict", "runtime"))
"""Keys of the outermost object of a spec that tell it from other JSON documents."""

Kind: TypeAlias = Literal["object", "array", "string", "number", "literal", "missing"]


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value.

    Attributes:
        span: the whole value; of a value that is not there, the place where it belongs.
        value: of a string, a number or a literal.
        members: of an object, in order of the text, repeated keys included.
        items: of an array.
        closed: `False` when the closing bracket or quote is missing.
    """

    kind: Kind
    span: Span
    value: str | int | float | bool | None = None
    members: tuple[Member, ...] = ()
    items: tuple[Node, ...] = ()
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Member:
    """A key of an object with its value; `key_span` includes the quotes."""

    key: str
    key_span: Span
    value: Node

    @property
    def span(self) -> Span:
        """From the start of the key to the end of the value."""
        return Span(self.key_span.start, max(self.key_span.end, self.value.span.end))


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed text."""

    source: Source
    root: Node | None
    diagnostics: tuple[Diagnostic, ...]

    def at(self, path: Path) -> Node | None:
        """The value at `path`, as `("layers", 0, "units")`; the first one of repeated keys."""
        node, _, steps = self._follow(path)
        return node if steps == len(path) else None

    def member(self, path: Path) -> Member | None:
        """The member that the last key of `path` names."""
        _, member, steps = self._follow(path)
        return member if steps == len(path) else None

    def span_of(self, path: Path) -> Span | None:
        """Where to point when `path` is meant: at its value, else at the nearest thing around it that exists.

        That is the key of a member without value, or of the object that lacks the rest of the path; the whole
        value for an item of a list; the opening bracket for the document.
        """
        node, member, steps = self._follow(path)
        if node is None:
            return None
        if steps == len(path) and node.kind != "missing":
            return node.span
        if member is not None:
            return member.key_span
        return node.span if steps else Span(node.span.start, min(node.span.start + 1, node.span.end))

    def path_at(self, offset: int) -> Path:
        """The innermost path whose key or value holds `offset`; what is still open reaches to whatever follows."""
        path: list[str | int] = []
        node, limit = self.root, len(self.source.text)
        while node is not None:
            for step, start, child, end in _children(node, limit, self.source.text):
                if start <= offset and (offset < end or (offset == end and not _is_closed_container(child))):
                    path.append(step)
                    node, limit = child, end
                    break
            else:
                return tuple(path)
        return tuple(path)

    def data(self) -> object:
        """Plain dicts, lists and scalars, without spans; `MISSING` where a value is not there.

        The first one of repeated keys counts.
        """
        if self.root is None:
            return MISSING
        result: list[object] = []
        work: list[tuple[Node, list[object] | dict[str, object], str]] = [(self.root, result, "")]
        while work:
            node, parent, key = work.pop()
            value: object
            match node.kind:
                case "object":
                    value = members = dict[str, object].fromkeys(member.key for member in node.members)
                    work += [(member.value, members, member.key) for member in node.members]
                case "array":
                    value = items = list[object]()
                    work += [(item, items, "") for item in reversed(node.items)]
                case "missing":
                    value = MISSING
                case _:
                    value = node.value
            if isinstance(parent, list):
                parent.append(value)
            else:
                parent[key] = value
        return result[0]

    def _follow(self, path: Path) -> tuple[Node | None, Member | None, int]:
        """The last value on the way along `path`, the member it belongs to, and how many steps were possible."""
        node, member = self.root, None
        for steps, part in enumerate(path):
            following, owner = _child(node, part)
            if following is None:
                return node, member, steps
            node, member = following, owner
        return node, member, len(path)


def _child(node: Node | None, part: str | int) -> tuple[Node | None, Member | None]:
    if node is None:
        return None, None
    if isinstance(part, str):
        member = next((member for member in node.members if member.key == part), None)
        return (member.value, member) if member else (None, None)
    return (node.items[part], None) if 0 <= part < len(node.items) else (None, None)


def _is_closed_container(node: Node) -> bool:
    return node.kind in ("object", "array") and node.closed


def _children(node: Node, limit: int, text: str) -> Iterator[tuple[str | int, int, Node, int]]:
    """Each key or index with its start, its value, and the end: of open ones, where the next one begins."""
    steps: list[tuple[str | int, int, Node]] = [(m.key, m.key_span.start, m.value) for m in node.members]
    steps += [(index, item.span.start, item) for index, item in enumerate(node.items)]
    if _is_closed_container(node):
        limit = node.span.end - 1
    starts = [start for _, start, _ in steps[1:]]
    for (step, start, child), following in zip(steps, [*starts, limit + 1], strict=False):
        end = child.span.end
        if child.kind == "missing":
            end += len(text[end : following - 1]) - len(text[end : following - 1].lstrip(" \t"))
        elif not child.closed:
            end = max(end, following - 1)
        yield step, start, child, end
