"""`--set PATH=VALUE`: values that replace those of the file, written into its text so that mistakes have a place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .diagnostics import OVERRIDDEN, Diagnostic, Path
from .syntax import Tree, parse

if TYPE_CHECKING:
    from .optimizers import Optimizer


#: Where a name stands for an object, and where an override may name an argument of it.
_OPTIMIZER: Path = ("compile", "optimizer")


def override(tree: Tree, assignments: Iterable[str]) -> Tree:
    """The tree with every `PATH=VALUE` applied in turn; what cannot be applied is LC213 among its diagnostics.

    A value is JSON, or else a text as it stands: `fit.epochs=5`, `runtime.device=cpu`.
    """
    problems: list[Diagnostic] = []
    for assignment in assignments:
        outcome = _applied(tree, assignment)
        if isinstance(outcome, Tree):
            tree = outcome
        else:
            problems.append(outcome)
    return replace(tree, diagnostics=(*tree.diagnostics, *problems)) if problems else tree


def _applied(tree: Tree, assignment: str) -> Tree | Diagnostic:
    name, equals, text = assignment.partition("=")
    path: Path = tuple(int(part) if part.isdecimal() else part for part in name.split("."))
    if not equals or "" in path:
        return _problem(assignment, "it is not of the form PATH=VALUE")
    if tree.root is None or tree.root.kind != "object":
        return tree
    if path[: len(_OPTIMIZER)] == _OPTIMIZER and len(path) > len(_OPTIMIZER):
        tree = _with_optimizer(tree)
    try:
        value = json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        value = json.dumps(text, ensure_ascii=False)
    source = tree.source.text
    existing = tree.at(path)
    if existing is not None and existing.kind != "missing":
        return _parsed(tree, source[: existing.span.start] + value + source[existing.span.end :])
    depth = len(path) - 1
    while depth and tree.at(path[:depth]) is None:
        depth -= 1
    parent = tree.at(path[:depth])
    assert parent is not None
    rest = path[depth:]
    if parent.kind != "object" or any(isinstance(part, int) for part in rest):
        where = ".".join(str(part) for part in path[:depth])
        found = (
            f"a list of {len(parent.items)}"
            if parent.kind == "array"
            else f"`{source[parent.span.start : parent.span.end]}`"
        )
        return _problem(assignment, f"`{where}` is {found}")
    pair = f"{json.dumps(rest[0])}: {_nested(rest[1:], value)}"
    at = parent.span.start + 1
    return _parsed(tree, source[:at] + (f"{pair}, " if parent.members else pair) + source[at:])


def _with_optimizer(tree: Tree) -> Tree:
    """The tree with the optimizer as an object, where it is a name or the default one: an argument needs its type."""
    found = tree.at(_OPTIMIZER)
    if found is not None and found.kind == "string":
        name = tree.source.text[found.span.start : found.span.end]
    elif found is None or found.kind == "missing":
        name = json.dumps(_default_optimizer())
    else:
        return tree
    changed = _applied(tree, f'compile.optimizer={{"type": {name}}}')
    return changed if isinstance(changed, Tree) else tree


def _default_optimizer() -> str:
    from .training import Compile

    default: Optimizer = Compile.model_fields["optimizer"].default
    return default.type


def _nested(path: tuple[Any, ...], value: str) -> str:
    for part in reversed(path):
        value = f"{{{json.dumps(part)}: {value}}}"
    return value


def _parsed(tree: Tree, text: str) -> Tree:
    name = tree.source.name
    return parse(text, name if name.endswith(OVERRIDDEN) else name + OVERRIDDEN)


def _problem(assignment: str, why: str) -> Diagnostic:
    return Diagnostic(
        "LC213",
        f"`--set {assignment}` cannot be applied: {why}",
        help="use a path of the spec, as `fit.epochs=5` or `layers.0.units=20`",
    )
