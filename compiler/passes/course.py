"""What is to steer a training must be there, and mean something: monitors, weights, states. LC210, LC420 to LC423."""

from __future__ import annotations

from ...spec.callbacks import Monitor
from ...spec.metrics import METRICS
from ..monitors import VALIDATION, direction, keys, validates
from ..plan import Plan
from ..report import Report


def course(plan: Plan, report: Report) -> Plan:
    """Objects to what `fit` could not watch, weigh or reset; changes nothing."""
    if report.reliable("task", "compile", "fit", "data") and plan.loss is not None:
        _monitors(plan, report)
        _schedule(plan, report)
        _class_weight(plan, report)
        _sample_weight(plan, report)
        if plan.spec.fit.reset_states is not None and report.reliable("layers"):
            _states(plan, report)
    return plan


def _monitors(plan: Plan, report: Report) -> None:
    fit = plan.spec.fit
    watched: dict[str, Monitor | None] = {
        "early_stopping": fit.early_stopping,
        "reduce_lr_on_plateau": fit.reduce_lr_on_plateau,
    }
    for name, section in watched.items():
        if section is not None:
            _monitor(plan, report, ("fit", name), section.monitor, auto=section.mode == "auto")
    if fit.checkpoint.monitor is not None:
        auto = fit.checkpoint.mode == "auto"
        _monitor(plan, report, ("fit", "checkpoint"), fit.checkpoint.monitor, auto=auto)


def _monitor(plan: Plan, report: Report, place: tuple[str, ...], monitor: str, *, auto: bool) -> None:
    validated = validates(plan)
    known = keys(plan, validated=validated is not False)
    at = (*place, "monitor")
    if monitor in known:
        if auto and direction(plan, monitor) is None:
            message = f"nothing says whether less or more of `{monitor}` is better"
            report.add("LC421", message, at, help='write `"mode": "min"` or `"mode": "max"`')
        return
    if monitor in keys(plan, validated=True):
        own = monitor.removeprefix(VALIDATION)
        message = f"`{monitor}` will not be there: `data.split` has no validation part"
        help_ = f'add `"validation": 0.1` to `data.split`, or watch `{own}`'
        report.add("LC420", message, at, help=help_, fixes=report.replace(at, own, safe=False))
        return
    from ...spec.suggestions import nearest

    better = _same_metric(plan, monitor, known) or nearest(monitor, known)
    fixes = report.replace(at, better, safe=False) if better else ()
    help_ = f"did you mean `{better}`?" if better else f"one of: {', '.join(known)}"
    report.add("LC420", f"`{monitor}` is neither the loss nor a metric", at, help=help_, fixes=fixes)


def _same_metric(plan: Plan, monitor: str, known: tuple[str, ...]) -> str | None:
    """The key of the metric that `monitor` is another name of: `val_mae` for `val_mean_absolute_error`."""
    own = monitor.removeprefix(VALIDATION)
    metrics = (*(plan.spec.compile.metrics or ()), *plan.metrics)
    same = (metric.key for metric in metrics if metric.type == METRICS.names.get(own) or metric.keras_name == own)
    found = monitor.removesuffix(own) + next(same, "")
    return found if found in known else None


def _schedule(plan: Plan, report: Report) -> None:
    """A plateau lowers a number; a schedule computes its own at every step."""
    rate = plan.spec.compile.optimizer.learning_rate
    if plan.spec.fit.reduce_lr_on_plateau is not None and not isinstance(rate, (int, float)):
        report.add(
            "LC210",
            "`reduce_lr_on_plateau` sets the learning rate, and a schedule does already",
            ("fit", "reduce_lr_on_plateau"),
            related=report.related(("compile", "optimizer", "learning_rate"), "the schedule is here"),
            help="remove one of them",
        )


def _class_weight(plan: Plan, report: Report) -> None:
    weights = plan.spec.fit.class_weight
    place = ("fit", "class_weight")
    if weights is None:
        return
    if plan.target in ("values", "multilabel"):
        what = "a regression has no classes" if plan.target == "values" else "a multilabel sample has several classes"
        report.add("LC422", f"{what}, so they cannot be weighed", place, help="leave `class_weight` out")
        return
    if isinstance(weights, str):
        return
    from ...spec.suggestions import nearest

    classes = tuple(str(label) for label in plan.classes or ())
    for label in weights:
        if classes and label not in classes:
            better = nearest(label, classes)
            help_ = f"did you mean `{better}`?" if better else f"the classes are {', '.join(classes[:8])}"
            at = (*place, label)
            report.add("LC423", f"there is no class `{label}`", at, span=report.key(at), help=help_)


def _sample_weight(plan: Plan, report: Report) -> None:
    fit, data = plan.spec.fit, plan.spec.data
    place = ("fit", "sample_weight")
    if fit.sample_weight is None:
        return
    if data is None:
        help_ = "add `data`, or hand weights in: `model.fit(x, y, sample_weight=…)`"
        report.add("LC210", "`sample_weight` names a column, and there is no `data`", place, help=help_)
    elif fit.sample_weight in data.targets:
        related = report.related(("data", "target"), "the target")
        report.add("LC210", "the weights cannot be the target", place, related=related, help="name another column")
    elif data.features is not None and fit.sample_weight in data.features:
        related = report.related(("data", "features"), "the features")
        help_ = "take the column out of `data.features`, or name another one"
        report.add("LC210", "the weights cannot be a feature too", place, related=related, help=help_)


def _states(plan: Plan, report: Report) -> None:
    if not plan.stateful:
        message = "`reset_states` is for stateful layers, and there is none"
        help_ = 'write `"stateful": true` on a recurrent layer, or leave `reset_states` out'
        report.add("LC210", message, ("fit", "reset_states"), help=help_)
