"""`lstmc show`: the plan, and why it is what it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ..api import compiled
from ..compiler.plan import Plan
from ..spec.errors import SpecError
from ..spec.model import Input
from . import render
from .opening import refuse_artifact
from .options import JSON, SET, SPEC


@click.command(
    short_help="Print layers, shapes and what was inferred.",
    epilog="""\b
Examples:
  lstmc show air.lstm.json
  lstmc show air.lstm.json --resolved > resolved.lstm.json""",
)
@SPEC
@click.option("--resolved", is_flag=True, help="Print the spec with every default and inferred value written out.")
@SET
@JSON
def show(spec: Path, *, resolved: bool, overrides: tuple[str, ...], as_json: bool) -> None:
    """Print the layers of SPEC with shapes, parameters and what was inferred. TensorFlow is not loaded."""
    from ..compiler.targets.text import table

    refuse_artifact(spec)
    compilation = compiled(spec, overrides)
    plan = compilation.plan
    if plan is None:
        compilation.result()
        return
    if resolved:
        click.echo(json.dumps(resolved_spec(compilation.result()), indent=2, ensure_ascii=False))
        return
    failed = any(d.severity == "error" for d in compilation.diagnostics)
    if as_json:
        if failed:
            raise SpecError(compilation.diagnostics, compilation.source)
        click.echo(json.dumps(described(plan), indent=2, ensure_ascii=False))
        return
    click.echo(table(plan))
    if compilation.diagnostics:
        click.echo("", err=True)
    render.show(compilation.diagnostics, compilation.source)
    raise SystemExit(1 if failed else 0)


def resolved_spec(plan: Plan) -> dict[str, Any]:
    """The spec with every default and every inferred value written out; it compiles to the same plan."""
    spec = plan.spec.dump(resolved=True)
    spec["name"] = plan.name
    spec["layers"] = [node.layer.model_dump(mode="json") | {"name": node.name} for node in plan.nodes]
    assert plan.loss is not None
    assert plan.input is not None
    spec["compile"]["loss"] = plan.loss.model_dump(mode="json")  # type: ignore[index]
    spec["compile"]["metrics"] = [metric.model_dump(mode="json") for metric in plan.metrics]  # type: ignore[index]
    spec["input"] = _written(plan.spec.input or Input(shape=plan.input.dims))
    return {key: value for key, value in spec.items() if value is not None}


def _written(given: Input) -> dict[str, Any]:
    """An input in the form it was given: `features` or `shape`, where a null of `timesteps` means any number."""
    values = given.model_dump(mode="json")
    return {key: value for key, value in values.items() if value is not None or (key == "timesteps" and given.features)}


def described(plan: Plan) -> dict[str, Any]:
    """The plan as plain data."""
    assert plan.input is not None
    return {
        "name": plan.name,
        "kind": plan.kind,
        "input": [None, *plan.input.dims],
        "layers": [
            {
                "type": node.layer.type,
                "name": node.name,
                "output": [None, *node.output.dims] if node.output else None,
                "parameters": node.parameters,
                "inferred": [{"key": i.key, "value": i.value, "rule": i.rule} for i in node.inferred],
            }
            for node in plan.nodes
        ],
        "parameters": plan.parameters,
        "loss": plan.loss.keras_name if plan.loss else None,
        "metrics": [metric.key for metric in plan.metrics],
        "inferred": [{"key": i.key, "value": i.value, "rule": i.rule} for i in plan.inferred],
    }
