"""From an artifact back to a model: the spec in it is compiled again, and all else is checked against the plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..compiler import compile_tree
from ..compiler.artifact import Artifact, decode
from ..compiler.contents import Metadata, check_contents, check_weights, contradiction, metadata_of
from ..compiler.passes.samples import Look
from ..compiler.plan import Plan
from ..spec.diagnostics import Diagnostic
from ..spec.errors import ArtifactError, SpecError
from ..spec.overrides import override
from ..spec.syntax import Tree, parse
from .model import Model, Unsaved
from .training_state import sets_rate

if TYPE_CHECKING:
    from .data.boundary import Boundary

#: What messages call the artifact in a pickle.
PICKLE = Path("<pickle>")


def rebuilt(  # noqa: PLR0913 - what a file says, and what the caller does
    artifact: Artifact,
    stated: Metadata,
    tree: Tree,
    file: Path,
    boundary: Boundary,
    device: str | None,
    *,
    overrides: tuple[str, ...] = (),
) -> Model:
    """The model of an artifact.

    Args:
        artifact: the artifact.
        stated: its metadata, checked by themselves.
        tree: its spec.
        file: names the artifact in messages.
        boundary: where the paths of its data may lead.
        device: in place of the spec's `runtime.device`.
        overrides: values that replace those of the spec; they win over the saved training state.

    Raises:
        ArtifactError: it contradicts itself (LC705).
        SpecError: its spec is wrong, or an override asks for other weights (LC213).
    """
    own = _plan(tree, stated)
    if own.digest != stated.plan:
        raise contradiction(file, "its plan is not the one that its spec gives")
    plan = _plan(override(tree, overrides), stated) if overrides else own
    try:
        check_weights(artifact, plan, file, precision=not overrides)
    except ArtifactError as error:
        if not overrides:
            raise
        message = "`--set` cannot change the layers of a trained model: its weights are those of other layers"
        help_ = "change the spec, and train it anew"
        raise SpecError([Diagnostic("LC213", message, help=help_)]) from error
    check_contents(artifact, stated, plan, file)
    model = Model(plan, boundary.base, device=device, boundary=boundary)
    model.restore(artifact, own, rate_set=sets_rate(overrides))
    return model


def _plan(tree: Tree, stated: Metadata) -> Plan:
    return compile_tree(tree, lambda _: Look(stated.input[1:]), stated.name).result()


def unpickled(content: bytes, boundary: Boundary, device: str, unsaved: Unsaved) -> Model:
    """The model in a pickle: the bytes of its artifact, checked as `lstmc.load` checks a file, and what no file holds.

    Raises:
        ArtifactError: the artifact is damaged or contradicts itself (LC7xx).
    """
    artifact = decode(content, PICKLE)
    stated = metadata_of(artifact, PICKLE)
    tree = parse(artifact.spec, "<spec>")
    if unsaved.untouched:
        return Model(_plan(tree, stated), boundary.base, device=device, encoding=unsaved.encoding, boundary=boundary)
    model = rebuilt(artifact, stated, tree, PICKLE, boundary, device)
    model.keep(unsaved)
    return model
