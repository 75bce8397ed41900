"""`lstmc show`: the plan, and why it is what it is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..spec.diagnostics import errors
from ..spec.document import dumps
from . import render
from .opening import compiled, refuse_artifact
from .options import ALLOW_OUTSIDE, JSON, SET, SPEC
from .output import STDOUT, OutputPath, check_stdout, write

if TYPE_CHECKING:
    from ..compiler.plan import Plan
    from ..compiler.targets.colors import Theme
    from ..runtime.data.boundary import Boundary
    from ..spec.model import Input

PICTURE = OutputPath(can_stream=True, dir_okay=False)


@click.command(
    short_help="Print or draw layers, shapes and what was inferred.",
    epilog="""\b
Examples:
  lstmc show air.lstm.json
  lstmc show air.lstm.json --svg air.svg
  lstmc show - --svg - < air.lstm.json > air.svg
  lstmc show air.lstm.json --schedule
  lstmc show air.lstm.json --resolved > resolved.lstm.json""",
)
@SPEC
@click.option("--resolved", is_flag=True, help="Print the spec with every default and inferred value written out.")
@click.option("--schedule", is_flag=True, help="Print how a training would run, and why.")
@click.option("--svg", metavar="FILE", type=PICTURE, help="Draw an SVG instead, light or dark as its reader is.")
@click.option("--png", metavar="FILE", type=PICTURE, help="Draw a PNG instead.")
@click.option("--theme", type=click.Choice(["light", "dark"]), help="Colours of the PNG; light by default.")
@ALLOW_OUTSIDE
@SET
@JSON
def show(  # noqa: PLR0913 - one parameter for each option
    spec: Path,
    *,
    resolved: bool,
    schedule: bool,
    svg: Path | None,
    png: Path | None,
    theme: Theme | None,
    allow_outside: bool,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Print or draw the layers of SPEC with shapes, parameters and what was inferred. TensorFlow is not loaded."""
    from ..api import boundary_of
    from ..compiler.targets.text import table

    if resolved + schedule + bool(svg or png) > 1:
        raise click.UsageError("--resolved prints a spec, --schedule how it trains, --svg and --png draw it: use one")
    if theme and not png:
        raise click.UsageError("--theme is for --png; an SVG follows the page that it is on")
    if svg == png == STDOUT:
        raise click.UsageError("--svg and --png cannot both write to stdout: name a file for one of them")
    check_stdout(svg, as_json=as_json)
    check_stdout(png, as_json=as_json, binary=True)
    refuse_artifact(spec)
    compilation = compiled(spec, overrides, allow_outside=allow_outside)
    plan = compilation.plan
    if plan is None or resolved or schedule or as_json:
        plan = compilation.result()
    if resolved:
        content = resolved_spec(plan)
        click.echo(dumps({**document(plan), "resolved": content} if as_json else content, indent=2))
    elif schedule:
        boundary = boundary_of(spec, overrides, allow_outside=allow_outside)
        _show_schedule(plan, boundary, as_json=as_json)
    else:
        written = _draw(plan, svg, png, theme or "light") if svg or png else []
        if as_json:
            click.echo(dumps(document(plan, written), indent=2))
        elif not written:
            click.echo(render.safe(table(plan)))
        for path in written:
            if path != STDOUT:
                click.echo(f"wrote {path}", err=True)
    if compilation.diagnostics:
        click.echo("", err=True)
    render.show(compilation.diagnostics, compilation.source)
    raise SystemExit(1 if errors(compilation.diagnostics) else 0)


def _show_schedule(plan: Plan, boundary: Boundary, *, as_json: bool) -> None:
    """Prints how a training on the spec's own data would run; without data, on a few numbers of samples."""
    from ..compiler.targets.timetable import timetable, written

    samples = None
    if plan.spec.data is not None and plan.spec.data.sourced:
        from ..runtime.model import Model

        samples = len(Model(plan, boundary.base, boundary=boundary).check_data().parts["train"])
    table = timetable(plan, samples, plan.spec.runtime.threads or os.cpu_count() or 1)
    click.echo(dumps({**document(plan), "schedule": table}, indent=2) if as_json else written(plan, table))


def _draw(plan: Plan, svg: Path | None, png: Path | None, theme: Theme) -> list[Path]:
    """Writes the pictures that were asked for; returns their paths."""
    if svg:
        from ..compiler.targets.svg import svg as drawn

        write(drawn(plan).encode(), svg)
    if png:
        from ..compiler.targets.png import png as painted

        write(painted(plan, theme), png)
    return [path for path in (svg, png) if path]


def resolved_spec(plan: Plan) -> dict[str, Any]:
    """The spec with every default and every inferred value written out; it compiles to the same plan."""
    from ..spec.model import Input

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


def document(plan: Plan, written: Sequence[Path] = ()) -> dict[str, Any]:
    """What `--json` prints: the plan as plain data, and the pictures that were `written`."""
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
        "written": [str(path) for path in written],
    }
