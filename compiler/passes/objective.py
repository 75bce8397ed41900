"""Loss, metrics and last activation: filled from the task where the file is silent, checked where it speaks."""

from __future__ import annotations

from dataclasses import replace

from ...spec.diagnostics import Fix
from ...spec.layers.core import Dense
from ...spec.training import (
    AccuracyMetric,
    BinaryAccuracyMetric,
    BinaryCrossentropy,
    CategoricalAccuracyMetric,
    CategoricalCrossentropy,
    Crossentropy,
    Loss,
    MeanAbsoluteErrorMetric,
    MeanSquaredError,
    Metric,
    SparseCategoricalAccuracyMetric,
    SparseCategoricalCrossentropy,
)
from ..plan import Inference, Plan, Target
from ..report import Report
from .outputs import one_for_each, steps_of

ACTIVATIONS = {"regression": "linear", "binary": "sigmoid", "multiclass": "softmax", "multilabel": "sigmoid"}
_ACCURACIES: dict[Target, type[Metric]] = {
    "binary": BinaryAccuracyMetric,
    "multilabel": BinaryAccuracyMetric,
    "one_hot": CategoricalAccuracyMetric,
    "labels": SparseCategoricalAccuracyMetric,
}


def fill(plan: Plan, report: Report) -> Plan:
    """Fills activation, loss and metrics from the task, and settles what the target looks like. LC401."""
    spec = plan.spec
    if not report.reliable("task", "compile"):
        return plan
    plan = _fill_activation(plan)
    classes = spec.task.classes if spec.task and isinstance(spec.task.classes, tuple) else None
    plan = replace(plan, optimizer=spec.compile.optimizer, loss=spec.compile.loss, classes=classes)
    if plan.loss is None and spec.task is None:
        report.add(
            "LC401",
            "nothing says what to train for: there is neither `task` nor `compile.loss`",
            ("compile",),
            help='add `"task": "regression"`, or a `loss` to `compile`',
        )
        return plan
    plan = _fill_loss(plan)
    target = _target(plan)
    return _fill_metrics(replace(plan, target=target))


def _fill_activation(plan: Plan) -> Plan:
    node = plan.nodes[-1]
    task = plan.spec.task
    if task is None or not isinstance(node.layer, Dense) or "activation" in node.layer.model_fields_set:
        return plan
    activation = ACTIVATIONS[task.kind]
    layer = node.layer.model_copy(update={"activation": activation})
    inference = Inference("activation", activation, f"the task is {task.kind}")
    return replace(plan, nodes=(*plan.nodes[:-1], replace(node, layer=layer, inferred=(*node.inferred, inference))))


def _wants_one_hot(plan: Plan) -> bool:
    task, data = plan.spec.task, plan.spec.data
    if task is not None and task.target is not None:
        return task.target == "one_hot"
    return data is not None and isinstance(data.target, tuple)


def _fill_loss(plan: Plan) -> Plan:
    task = plan.spec.task
    if plan.loss is not None or task is None:
        return plan
    losses: dict[str, Loss] = {
        "regression": MeanSquaredError(),
        "binary": BinaryCrossentropy(),
        "multilabel": BinaryCrossentropy(),
        "multiclass": CategoricalCrossentropy() if _wants_one_hot(plan) else SparseCategoricalCrossentropy(),
    }
    loss = losses[task.kind]
    inference = Inference("compile.loss", loss.keras_name, f"the task is {task.kind}")
    return replace(plan, loss=loss, inferred=(*plan.inferred, inference))


def _target(plan: Plan) -> Target:
    match plan.loss:
        case SparseCategoricalCrossentropy():
            return "labels"
        case CategoricalCrossentropy():
            return "one_hot"
    kind = plan.spec.task.kind if plan.spec.task else None
    if kind in ("binary", "multilabel"):
        return "binary" if kind == "binary" else "multilabel"
    if isinstance(plan.loss, BinaryCrossentropy):
        single = plan.output is None or plan.output.dims[-1] == 1
        return "binary" if single else "multilabel"
    return "values"


def _fill_metrics(plan: Plan) -> Plan:
    written = plan.spec.compile.metrics
    task = plan.spec.task
    if written is None and task is not None:
        default: Metric = MeanAbsoluteErrorMetric() if task.kind == "regression" else AccuracyMetric()
        inference = Inference("compile.metrics", [default.key], f"the task is {task.kind}")
        plan = replace(plan, inferred=(*plan.inferred, inference))
        written = (default,)
    return replace(plan, metrics=tuple(_resolved(metric, plan.target) for metric in written or ()))


def _resolved(metric: Metric, target: Target) -> Metric:
    if isinstance(metric, AccuracyMetric) and target in _ACCURACIES:
        return _ACCURACIES[target].model_validate({"name": metric.key})
    return metric


def check(plan: Plan, report: Report) -> Plan:
    """Whether activation, loss, metrics, task and target columns fit each other. LC402 to LC412."""
    _unbounded(plan, report)
    if _softmax_of_one(plan, report) or plan.loss is None or not report.reliable("task", "compile"):
        return plan
    if _task_and_loss(plan, report) and plan.output is not None:
        fits = _probabilities(plan, report)
        if fits and _units(plan, report):
            _metrics(plan, report)
    return plan


def _softmax_of_one(plan: Plan, report: Report) -> bool:
    found = False
    for i, node in enumerate(plan.nodes):
        if getattr(node.layer, "activation", None) == "softmax" and node.output and node.output.dims[-1] == 1:
            found = True
            place = ("layers", i, "activation")
            report.add(
                "LC402",
                "the softmax of one number is always 1",
                place if report.draft.tree.at(place) else place[:2],
                label="over 1 unit",
                help="use `sigmoid` with `binary_crossentropy`, or one unit for each class",
                fixes=report.replace(place, "sigmoid", safe=False),
            )
    return found


_BOUNDED = {"tanh", "sigmoid", "hard_sigmoid", "hard_tanh", "softsign", "softmax", "sparse_sigmoid", "sparsemax"}


def _unbounded(plan: Plan, report: Report) -> None:
    optimizer = plan.spec.compile.optimizer
    if optimizer.clipnorm or optimizer.clipvalue or optimizer.global_clipnorm:
        return
    for i, node in enumerate(plan.nodes):
        activation = getattr(node.layer, "activation", "tanh") or "linear"
        if hasattr(node.layer, "recurrent_activation") and activation not in _BOUNDED:
            report.add(
                "LC410",
                f"`{activation}` grows without bound, and the state is fed back at every step",
                ("layers", i, "activation"),
                help="use `tanh`, or set `clipnorm` on the optimizer",
            )


_FITTING = {
    "regression": ("values",),
    "binary": ("binary",),
    "multiclass": ("labels", "one_hot"),
    "multilabel": ("multilabel",),
}


def _task_and_loss(plan: Plan, report: Report) -> bool:
    task = plan.spec.task
    if task is None or plan.spec.compile.loss is None or plan.loss is None:
        return True
    crossentropy = isinstance(plan.loss, Crossentropy)
    binary = isinstance(plan.loss, BinaryCrossentropy)
    fits = {
        "regression": not crossentropy,
        "binary": binary or not crossentropy,
        "multilabel": binary or not crossentropy,
        "multiclass": crossentropy and not binary,
    }[task.kind]
    if fits and plan.target == "labels" and _wants_one_hot(plan):
        fits = False
    if fits and plan.target == "one_hot" and task.target == "label":
        fits = False
    if not fits:
        better = _fill_loss(replace(plan, loss=None)).loss
        assert better is not None
        one_hot = " with one-hot targets" if _wants_one_hot(plan) else ""
        report.add(
            "LC412",
            f"`{plan.loss.keras_name}` is no loss for a {task.kind} task{one_hot}",
            ("compile", "loss"),
            related=report.related(("task",), f"the task is {task.kind}"),
            help=f"use `{better.keras_name}`, or leave `loss` out",
            fixes=report.replace(("compile", "loss"), better.keras_name, safe=False),
        )
    return fits


def _probabilities(plan: Plan, report: Report) -> bool:
    loss, activation, last = plan.loss, plan.activation, len(plan.nodes) - 1
    if not isinstance(loss, Crossentropy):
        return True
    place = ("layers", last, "activation")
    if loss.from_logits and activation in ("sigmoid", "softmax"):
        report.add(
            "LC404",
            f"`from_logits` asks for raw outputs, and `{activation}` has made them probabilities",
            ("compile", "loss", "from_logits"),
            related=report.related(place, "already probabilities"),
            help='write `"activation": "linear"` on the last layer, or remove `from_logits`',
        )
        return False
    wanted = "sigmoid" if isinstance(loss, BinaryCrossentropy) else "softmax"
    if loss.from_logits or activation in ("sigmoid", "softmax"):
        return True
    written = report.draft.tree.at(place) is not None
    fixes = report.replace(place, wanted, safe=False) if written else report.insert(place, wanted)
    report.add(
        "LC403",
        f"`{loss.keras_name}` needs probabilities, and the last activation is `{activation}`",
        place if written else place[:2],
        help=f'write `"activation": "{wanted}"` on the last layer, or set `from_logits` to true on the loss',
        fixes=fixes,
    )
    return False


def _units(plan: Plan, report: Report) -> bool:
    assert plan.output is not None
    assert plan.loss is not None
    units, last = plan.output.dims[-1], len(plan.nodes) - 1
    place = ("layers", last, "units")
    if plan.target in ("labels", "one_hot") and units == 1:
        report.add(
            "LC406",
            f"`{plan.loss.keras_name}` over one unit: there is nothing to choose from",
            place,
            help="use `binary_crossentropy` with `sigmoid` for two classes, or one unit for each class",
        )
        return False
    if plan.target == "binary" and units not in (1, steps_of(plan)):
        report.add(
            "LC406",
            f"a binary target needs one unit, and the output has {units}",
            place,
            help="write `1`, or use the task `multiclass` or `multilabel`",
            fixes=report.replace(place, 1, safe=False),
        )
        return False
    return _classes(plan, report, units) and _columns(plan, report, units)


def _classes(plan: Plan, report: Report, units: int | None) -> bool:
    task = plan.spec.task
    if task is None or task.classes is None or plan.target not in ("labels", "one_hot", "multilabel"):
        return True
    count = task.classes if isinstance(task.classes, int) else len(task.classes)
    if count == units:
        return True
    place = ("layers", len(plan.nodes) - 1, "units")
    report.add(
        "LC405",
        f"the task has {count} classes, and the output has {units} {'unit' if units == 1 else 'units'}",
        place,
        related=report.related(("task", "classes"), f"{count} classes"),
        help=f"write `{count}`",
        fixes=report.replace(place, count, safe=False),
    )
    return False


def _columns(plan: Plan, report: Report, units: int | None) -> bool:
    data = plan.spec.data
    if data is None or not report.reliable("data"):
        return True
    if steps_of(plan) > 1 or not data.targets:
        return one_for_each(plan, report)
    count = len(data.targets)
    needed = 1 if plan.target in ("labels", "binary") else count
    if (plan.target in ("labels", "binary") and count == 1) or (
        plan.target not in ("labels", "binary") and units == needed
    ):
        return one_for_each(plan, report)
    place = ("layers", len(plan.nodes) - 1, "units")
    if plan.target in ("labels", "binary"):
        what, help_ = f"a {plan.kind} target of labels is one column, and `target` has {count}", "name one column"
        fixes: tuple[Fix, ...] = ()
    else:
        columns = "column" if count == 1 else "columns"
        what = f"`target` has {count} {columns}, and the output has {units} {'unit' if units == 1 else 'units'}"
        help_, fixes = f"write `{count}`", report.replace(place, count, safe=False)
    report.add(
        "LC408", what, place, related=report.related(("data", "target"), f"{count} here"), help=help_, fixes=fixes
    )
    return False


_CLASS_METRICS = (AccuracyMetric, BinaryAccuracyMetric, CategoricalAccuracyMetric, SparseCategoricalAccuracyMetric)


def _metrics(plan: Plan, report: Report) -> None:
    right = _ACCURACIES.get(plan.target)
    for i, metric in enumerate(plan.metrics):
        if isinstance(metric, _CLASS_METRICS) and (right is None or not isinstance(metric, right)):
            better = "mean_absolute_error" if right is None else "accuracy"
            what = "means nothing for a regression" if right is None else f"does not fit {plan.target} targets"
            report.add(
                "LC407",
                f"`{metric.key}` {what}",
                ("compile", "metrics", i),
                help=f"use `{better}`",
                fixes=report.replace(("compile", "metrics", i), better, safe=False),
            )
