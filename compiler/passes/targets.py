"""Whether the output has one value for each target of a sample: of one row, of several steps, of every timestep."""

from __future__ import annotations

from ...spec.data import Data
from ...spec.diagnostics import Path
from ..plan import Dim, Plan
from ..report import Report

Dims = tuple[Dim, ...]


def steps_of(plan: Plan) -> int:
    """How many successive targets a sample has."""
    data = plan.spec.data
    return data.window.steps if data and data.window else 1


def units_of(plan: Plan) -> Path:
    """The path of the number of values that the output has."""
    path, layer = plan.head
    return (*path, "layer", "units") if layer.type == "Bidirectional" else (*path, "units")


def one_for_each(plan: Plan, report: Report) -> bool:
    """Whether the axes of the output are those of the targets, as far as the spec tells. LC409."""
    data, output = plan.spec.data, plan.output
    if data is None or output is None:
        return True
    rows = data.arrange is not None and data.targets and not _sequence(plan)
    if data.window is None and not rows:
        return True
    fitting = _fitting(plan, data)
    if any(_fits(output.dims, axes) for axes in fitting):
        return True
    steps, (head, layer) = steps_of(plan), plan.head
    what, related = "each sample has one target", report.related(("data", "target"), "one target a sample")
    if steps > 1:
        what = f"a window has {steps} targets"
        related = report.related(("data", "window", "steps"), f"{steps} targets a sample")
    elif _sequence(plan):
        what, related = "each timestep has a target", report.related(("task", "output"), "one output a timestep")
    place, fixes = head, report.replace((*head, "units"), steps, safe=False)
    if steps > 1 and len(output.dims) == 1 and (steps,) in fitting and layer.type == "Dense":
        help_, place = f"write `{steps}`: one unit for each step", (*head, "units")
    else:
        help_, fixes = f"the output has to be {_written(fitting)}", ()
    report.add("LC409", f"{what}, and the output is {output}", place, related=related, help=help_, fixes=fixes)
    return False


def _sequence(plan: Plan) -> bool:
    return plan.spec.task is not None and plan.spec.task.output == "sequence"


def _fitting(plan: Plan, data: Data) -> tuple[Dims, ...]:
    """The axes that the output may have, `None` for any length."""
    count = len(data.targets) or None
    columns: Dims = {"labels": (None,), "binary": (1,)}.get(plan.target, (count,))
    steps = steps_of(plan)
    if steps > 1:
        alone = plan.target == "binary" or (plan.target == "values" and count in (1, None))
        return ((steps, *columns), (steps,)) if alone else ((steps, *columns),)
    if _sequence(plan) and data.window:
        return ((data.window.timesteps, *columns),)
    return (columns,)


def _fits(dims: Dims, axes: Dims) -> bool:
    return len(dims) == len(axes) and all(a is None or b is None or a == b for a, b in zip(dims, axes, strict=True))


def _written(fitting: tuple[Dims, ...]) -> str:
    shapes = ("[" + ", ".join(["batch", *("classes" if d is None else str(d) for d in dims)]) + "]" for dims in fitting)
    return " or ".join(shapes)
