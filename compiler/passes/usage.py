"""Keys of `data`, `fit` and `evaluate` that exclude each other or mean nothing together. LC204, LC210."""

from __future__ import annotations

from ...spec.data import Data, Minmax
from ..plan import Plan
from ..report import Report
from .arrangement import arrangement


def usage(plan: Plan, report: Report) -> Plan:
    """Objects to what could have no effect, or no meaning; changes nothing."""
    spec = plan.spec
    if spec.data and report.reliable("data"):
        _ranges(spec.data, report)
    if spec.data and spec.fit.validation_split is not None:
        report.add(
            "LC210",
            "`validation_split` is for arrays handed in, and `data` has a split of its own",
            ("fit", "validation_split"),
            related=report.related(("data",), "the split is part of `data`"),
            help='name the part in `data.split`: `"validation": 0.1`',
        )
    arrangement(plan, report)
    _baseline(plan, report)
    _output(plan, report)
    return plan


def _ranges(data: Data, report: Report) -> None:
    ranges = {scaling for scaling in (data.scale.features, data.scale.target) if isinstance(scaling, Minmax)}
    for low, high in (scaling.minmax for scaling in ranges):
        if low >= high:
            report.add(
                "LC204",
                f"the range [{low:g}, {high:g}] is empty: the first number must be less than the second",
                ("data", "scale"),
                help="write `[0, 1]` or `[-1, 1]`",
            )


def _baseline(plan: Plan, report: Report) -> None:
    spec, baseline = plan.spec, plan.spec.evaluate.baseline
    kind = spec.task.kind if spec.task else None
    wrong = {"regression": ("majority",), None: ()}.get(kind, ("mean", "persistence", "seasonal"))
    if baseline in wrong and report.reliable("task", "evaluate"):
        report.add(
            "LC210",
            f"the baseline `{baseline}` is none for a {kind} task",
            ("evaluate", "baseline"),
            related=report.related(("task",), f"the task is {kind}"),
            help="write `auto`, or leave it out",
        )
    elif baseline in ("persistence", "seasonal") and spec.data and not spec.data.window and report.reliable("data"):
        report.add(
            "LC210",
            f"the baseline `{baseline}` repeats the value of an earlier row, and without `window` there is none",
            ("evaluate", "baseline"),
            help="write `auto`, or leave it out",
        )
    elif spec.evaluate.season is not None and baseline not in ("auto", "seasonal") and report.reliable("evaluate"):
        report.add(
            "LC210",
            f"`season` has no effect on the baseline `{baseline}`",
            ("evaluate", "season"),
            related=report.related(("evaluate", "baseline"), "the baseline"),
            help="leave it out, or use the baseline `seasonal`",
        )


def _output(plan: Plan, report: Report) -> None:
    spec, output = plan.spec, plan.spec.predict.output
    if output is None or not report.reliable("task", "compile", "predict"):
        return
    loss = spec.compile.loss
    regression = spec.task.kind == "regression" if spec.task else loss is None or loss.targets[0] == "values"
    if regression == (output == "values"):
        return
    what = "a regression gives values" if regression else "class labels have no values in original units"
    report.add(
        "LC210",
        f"there are no `{output}` to predict: {what}",
        ("predict", "output"),
        related=report.related(("task",), "the task is given here"),
        help="leave it out" if regression else "write `classes` or `probabilities`, or leave it out",
    )
