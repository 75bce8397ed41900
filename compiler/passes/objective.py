"""Loss, metrics and last activation, filled from the task where the file is silent."""

from __future__ import annotations

from dataclasses import replace

from ...spec.layers.dense import Dense
from ...spec.losses import LOSSES, Loss, Target
from ...spec.metrics import METRICS, Metric
from ..plan import Inference, Plan, with_value
from ..report import Report

ACTIVATIONS = {"regression": "linear", "binary": "sigmoid", "multiclass": "softmax", "multilabel": "sigmoid"}
_LOSSES = {"regression": "mean_squared_error", "binary": "binary_crossentropy", "multilabel": "binary_crossentropy"}
#: The accuracy that `accuracy` means, by the kind of target.
ACCURACIES: dict[Target, str] = {
    "binary": "BinaryAccuracy",
    "multilabel": "BinaryAccuracy",
    "one_hot": "CategoricalAccuracy",
    "labels": "SparseCategoricalAccuracy",
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
    assert plan.loss is not None
    return _fill_metrics(replace(plan, target=target_of(plan, plan.loss) or plan.loss.targets[0]))


def _fill_activation(plan: Plan) -> Plan:
    task, (path, layer) = plan.spec.task, plan.head
    if task is None or not isinstance(layer, Dense) or "activation" in layer.model_fields_set:
        return plan
    activation = ACTIVATIONS[task.kind]
    _, i, *keys = (*path, "activation")
    assert isinstance(i, int)
    node = plan.nodes[i]
    inference = Inference(".".join(map(str, keys)), activation, f"the task is {task.kind}")
    filled = with_value(node.layer, tuple(map(str, keys)), activation)
    node = replace(node, layer=filled, inferred=(*node.inferred, inference))
    return replace(plan, nodes=(*plan.nodes[:i], node, *plan.nodes[i + 1 :]))


def wants_one_hot(plan: Plan) -> bool:
    """Whether the targets of a multiclass task are one-hot rows rather than labels."""
    task, data = plan.spec.task, plan.spec.data
    if task is not None and task.target is not None:
        return task.target == "one_hot"
    return data is not None and isinstance(data.target, tuple)


def default_loss(plan: Plan) -> Loss:
    """The loss of the task."""
    assert plan.spec.task is not None
    name = _LOSSES.get(plan.spec.task.kind) or _multiclass(plan)
    return LOSSES.validate(name)  # type: ignore[return-value]


def _multiclass(plan: Plan) -> str:
    return "categorical_crossentropy" if wants_one_hot(plan) else "sparse_categorical_crossentropy"


def _fill_loss(plan: Plan) -> Plan:
    task, loss = plan.spec.task, plan.loss
    if loss is None:
        assert task is not None
        loss, rule = default_loss(plan), f"the task is {task.kind}"
    elif loss.type == "crossentropy" and not (task and task.kind == "regression"):
        loss, rule = _resolved_crossentropy(plan, loss)
    else:
        return plan
    inference = Inference("compile.loss", loss.keras_name, rule)
    return replace(plan, loss=loss, inferred=(*plan.inferred, inference))


def _resolved_crossentropy(plan: Plan, loss: Loss) -> tuple[Loss, str]:
    """The crossentropy that `crossentropy` means, and why."""
    task = plan.spec.task
    single = plan.output is not None and plan.output.dims[-1] == 1
    if task is not None:
        name, rule = _LOSSES.get(task.kind) or _multiclass(plan), f"the task is {task.kind}"
    else:
        name, rule = "binary_crossentropy", "the output has one unit"
        if not single:
            name, rule = _multiclass(plan), "the output has several units"
    given = loss.model_dump(exclude={"type"}, exclude_unset=True)
    return LOSSES.validate({"type": LOSSES.names[name], **given}), rule  # type: ignore[return-value]


def target_of(plan: Plan, loss: Loss) -> Target | None:
    """What the targets look like that task and loss agree on; None where they do not."""
    task, takes = plan.spec.task, loss.targets
    if task is None:
        return _natural(plan, loss)
    match task.kind:
        case "multiclass" if wants_one_hot(plan):
            fitting: tuple[Target, ...] = ("one_hot",)
        case "multiclass":
            only_one_hot = takes == ("one_hot",) and task.target is None
            fitting = ("one_hot",) if only_one_hot else ("labels",)
        case "regression":
            fitting = ("values",)
        case kind:
            fitting = (kind,)
    return next((target for target in fitting if target in takes), None)


def _natural(plan: Plan, loss: Loss) -> Target:
    """What the targets of a loss look like where no task says it."""
    if loss.targets[0] != "binary":
        return loss.targets[0]
    if plan.output is None or plan.output.dims[-1] == 1:
        return "binary"
    return "one_hot" if "one_hot" in loss.targets and plan.activation == "softmax" else "multilabel"


def _fill_metrics(plan: Plan) -> Plan:
    written = plan.spec.compile.metrics
    task = plan.spec.task
    if written is None and task is not None:
        default: Metric = METRICS.validate("mean_absolute_error" if task.kind == "regression" else "accuracy")  # type: ignore[assignment]
        inference = Inference("compile.metrics", [default.key], f"the task is {task.kind}")
        plan = replace(plan, inferred=(*plan.inferred, inference))
        written = (default,)
    return replace(plan, metrics=tuple(_resolved_accuracy(metric, plan) for metric in written or ()))


def _resolved_accuracy(metric: Metric, plan: Plan) -> Metric:
    """The accuracy that `accuracy` means; raw outputs are compared with 0, which is a probability of 0.5."""
    if metric.type != "accuracy" or plan.target not in ACCURACIES:
        return metric
    type_ = ACCURACIES[plan.target]
    threshold = {"threshold": 0.0} if type_ == "BinaryAccuracy" and plan.raw else {}
    return METRICS.validate({"type": type_, "name": metric.key, **threshold})  # type: ignore[return-value]
