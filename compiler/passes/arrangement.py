"""How rows become samples: keys of `data` that mean nothing together. LC204, LC210, LC409."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...spec.data import Data
from ..plan import Plan
from ..report import Report


def arrangement(plan: Plan, report: Report) -> None:
    """Objects to what could have no effect, or no meaning."""
    data = plan.spec.data
    if data is None or not report.reliable("data"):
        return
    for check in _CHECKS:
        check(data, plan, report)


def _difference(data: Data, _plan: Plan, report: Report) -> None:
    if data.difference and data.window is None:
        report.add(
            "LC210",
            "`difference` takes rows from the rows before, and without `window` they are samples of their own",
            ("data", "difference"),
            help="leave it out, or take windows of successive rows",
        )


def _missing(data: Data, _plan: Plan, report: Report) -> None:
    if data.missing not in ("forward_fill", "interpolate") or data.arrange is None or data.window is not None:
        return
    if data.arrange.rows == "columns_as_features" or data.arrange.timesteps == 1:
        report.add(
            "LC210",
            f"`{data.missing}` takes values from other timesteps, and a sample has one only",
            ("data", "missing"),
            related=report.related(("data", "arrange"), "one timestep"),
            help='write `"drop"`, or a number: `{ "fill": 0 }`',
        )


def _categories(data: Data, _plan: Plan, report: Report) -> None:
    if not data.categorical or data.arrange is None or data.window is not None:
        return
    if data.arrange.rows == "columns_as_features":
        return
    for column, kind in data.categorical.items():
        if kind == "one_hot":
            report.add(
                "LC210",
                f"`{column}` becomes a column for each category, and columns are timesteps",
                ("data", "categorical", column),
                related=report.related(("data", "arrange"), "columns as timesteps"),
                help='write `"ordinal"`, or leave the column out of `features`',
            )


def _sequence(data: Data, plan: Plan, report: Report) -> None:
    task = plan.spec.task
    if task and task.output == "sequence" and data.arrange and data.window is None and data.targets:
        report.add(
            "LC409",
            "the task's output is a sequence, and each row of a table has one target",
            ("task", "output"),
            related=report.related(("data", "arrange"), "each row is a sample"),
            help="leave `output` out, or take windows: they have one target for each timestep",
        )


def _split(data: Data, plan: Plan, report: Report) -> None:
    regression = plan.kind == "regression" and report.reliable("task", "compile")
    for code, message, key, help_ in _split_mistakes(data, regression=regression):
        path = ("data", "split", *key)
        report.add(code, message, path, help=help_)


Mistake = tuple[str, str, tuple[str, ...], str]


def _split_mistakes(data: Data, *, regression: bool) -> Iterator[Mistake]:
    split, order = data.split, ("order",)
    if split.form == "mixed":
        help_ = "give all parts as fractions and counts, as time stamps, or as sources"
        yield "LC210", "the parts of the split are given in different ways", (), help_
        return
    if split.asked > 1 + 1e-9:
        message = f"the parts of the split add up to {split.asked:g}, more than all rows"
        yield "LC204", message, (), "make the fractions add up to at most 1"
    if split.form == "sources" and split.order:
        yield "LC210", "the parts have sources of their own: there is nothing to deal out", order, "remove it"
    if split.form == "times" and split.order not in (None, "time"):
        message = f"parts that begin at a time are dealt out in order of time, not `{split.order}`"
        yield "LC210", message, order, "remove it"
    if split.form == "times" and data.time is None:
        message = "the parts begin at time stamps, and `time` names no column that has them"
        yield "LC210", message, (), "add `time` to `data`, or give fractions"
    if split.block is not None and split.order != "blocks":
        message = "`block` is the length of blocks, and the rows are not split by blocks"
        yield "LC210", message, ("block",), 'set `"order": "blocks"`, or remove `block`'
    if split.order == "stratified" and regression:
        yield "LC210", "`stratified` keeps the shares of classes, and a regression has none", order, "remove it"


_CHECKS: tuple[Callable[[Data, Plan, Report], None], ...] = (_difference, _missing, _categories, _sequence, _split)
