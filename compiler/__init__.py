"""Spec -> Plan -> targets. Imports neither TensorFlow nor Keras."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from ..spec.diagnostics import Diagnostic, Source, errors, in_order
from ..spec.errors import DataError, SpecError
from ..spec.load import Draft, load
from ..spec.model import Spec
from ..spec.syntax import MAX_BYTES, Tree, parse
from .passes import run
from .passes.samples import Look, samples
from .plan import Node, Plan
from .report import Report

_NAME = "<spec>"
_JSON_TYPES = "use dicts with keys that are text, lists, texts, numbers, booleans and None"
#: What a look at the data's file tells of a sample's axes.
Looker: TypeAlias = Callable[[Spec], Look]
#: What is wrong with the places that a spec's paths lead to, before any of them is opened.
PathCheck: TypeAlias = Callable[[Spec], Iterable[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Compilation:
    """The result of compiling one file.

    Attributes:
        draft: the text and the spec, as far as they could be read.
        plan: the plan, as far as it could be made; None when there are no layers.
        diagnostics: everything that is wrong, in the order of the text.
    """

    draft: Draft
    plan: Plan | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def source(self) -> Source:
        """The text that spans refer to."""
        return self.draft.tree.source

    def result(self) -> Plan:
        """The plan.

        Raises:
            SpecError: the spec has errors; the exception carries them.
            DataError: the spec has none, but the file that it derives its input from cannot be read.
        """
        failed = errors(self.diagnostics)
        if failed and all(diagnostic.code.startswith("LC5") for diagnostic in failed):
            raise DataError(self.diagnostics, self.source)
        if self.plan is None or failed:
            raise SpecError(self.diagnostics, self.source)
        return self.plan


def compile_tree(tree: Tree, look: Looker, name: str = "model", check_paths: PathCheck = lambda _: ()) -> Compilation:
    """Compiles the document of `tree`; never raises.

    Args:
        tree: the document.
        look: looks at the data's file.
        name: the model's name where the file gives none.
        check_paths: says which paths are not to be opened.
    """
    draft = load(tree)
    if draft.spec is None:
        return Compilation(draft, None, in_order(draft.diagnostics))
    report = Report(draft)
    spec = draft.spec
    plan = Plan(spec, spec.name or name, tuple(Node(layer, layer.type) for layer in spec.layers))
    for problem in check_paths(spec) if spec.data or spec.fit.tensorboard else ():
        report.diagnostics.append(replace(problem, span=report.value(tuple(problem.path.split(".")))))
    unsafe = tuple(problem for problem in report.diagnostics if problem.path.startswith("data."))
    seen = Look(found=unsafe) if unsafe else look(spec) if spec.data and report.reliable("data") else Look()
    plan = run(samples(plan, report, seen), report)
    return Compilation(draft, plan, in_order((*draft.diagnostics, *report.found())))


def tree_of(spec: Spec | dict[str, object]) -> Tree:
    """The text of a spec that was made in Python, parsed, so that its mistakes have places."""
    data = spec.dump() if isinstance(spec, Spec) else spec
    try:
        text = json.dumps(data, ensure_ascii=False, default=_plain)
        if len(text) <= MAX_BYTES:
            text = json.dumps(data, indent=2, ensure_ascii=False, default=_plain)
    except (TypeError, ValueError, RecursionError) as error:
        return Tree(Source(_NAME, ""), None, (_not_json(error),))
    return parse(text, _NAME)


def _plain(value: object) -> object:
    """The number or list that a scalar or an array of NumPy is.

    Raises:
        TypeError: it is something else.
    """
    as_list = getattr(value, "tolist", None)
    if as_list is None:
        raise TypeError(f"a value of type `{type(value).__name__}` is not JSON")
    plain: object = as_list()
    return plain


def _not_json(error: Exception) -> Diagnostic:
    """What is said of a dict that is not JSON: nested without end, or with values or keys of other types."""
    if isinstance(error, RecursionError) or "Circular" in str(error):
        message = "the spec is nested too deeply, or holds itself"
        return Diagnostic("LC104", message, help="remove the surplus levels", where=_NAME)
    return Diagnostic("LC127", f"the spec is not JSON: {error}", help=_JSON_TYPES, where=_NAME)
