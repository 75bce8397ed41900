"""Whether activation, loss, task and target columns fit each other. LC402 to LC415."""

from __future__ import annotations

from dataclasses import dataclass

from ...spec.diagnostics import Fix, Path
from ...spec.losses import Loss
from ..plan import Plan, unwrapped
from ..report import Report
from .activations import BOUNDED, NEGATIVE, POSITIVE, PROBABILITIES, SIGMOIDS, SOFTMAXES
from .metrics import check_metrics
from .objective import default_loss, target_of, wants_one_hot
from .sequences import recurrent_in
from .targets import one_for_each, steps_of, units_of


def check(plan: Plan, report: Report) -> Plan:
    """Objects to activation, loss and units that do not fit; to metrics where these do."""
    _unbounded(plan, report)
    if _softmax_of_one(plan, report) or plan.loss is None or not report.reliable("task", "compile"):
        return plan
    if _task_and_loss(plan, report, plan.loss) and plan.output is not None:
        fits = _activation(plan, report, plan.loss)
        if fits and _units(plan, report, plan.loss):
            _exclusive(plan, report)
            check_metrics(plan, report)
    return plan


def _softmax_of_one(plan: Plan, report: Report) -> bool:
    found = False
    for i, node in enumerate(plan.nodes):
        path, layer = unwrapped(("layers", i), node.layer)
        if getattr(layer, "activation", None) == "softmax" and node.output and node.output.dims[-1] == 1:
            found = True
            place = (*path, "activation")
            report.add(
                "LC402",
                "the softmax of one number is always 1",
                place if report.draft.tree.at(place) else path,
                label="over 1 unit",
                help="use `sigmoid` with `binary_crossentropy`, or one unit for each class",
                fixes=report.replace(place, "sigmoid", safe=False),
            )
    return found


def _unbounded(plan: Plan, report: Report) -> None:
    optimizer = plan.spec.compile.optimizer
    if optimizer.clipnorm or optimizer.clipvalue or optimizer.global_clipnorm:
        return
    recurrent = [(i, part) for i, node in enumerate(plan.nodes) for part in recurrent_in(node.layer)]
    for i, part in recurrent:
        activation = getattr(part.layer, "activation", "tanh") or "linear"
        place: Path = ("layers", i, *part.keys, "activation")
        if activation not in BOUNDED and not report.objected(place):
            report.add(
                "LC410",
                f"`{activation}` grows without bound, and the state is fed back at every step",
                place,
                help="use `tanh`, or set `clipnorm` on the optimizer",
            )


def _task_and_loss(plan: Plan, report: Report, loss: Loss) -> bool:
    task = plan.spec.task
    if task is None or plan.spec.compile.loss is None or target_of(plan, loss):
        return True
    better = default_loss(plan)
    one_hot = " with one-hot targets" if wants_one_hot(plan) else ""
    rows = (
        ', or write `"target": "one_hot"` in `task`' if task.kind == "multiclass" and "one_hot" in loss.targets else ""
    )
    report.add(
        "LC412",
        f"`{loss.keras_name}` is no loss for a {task.kind} task{one_hot}",
        ("compile", "loss"),
        related=report.related(("task",), f"the task is {task.kind}"),
        help=f"use `{better.keras_name}`, or leave `loss` out{rows if not one_hot else ''}",
        fixes=report.replace(("compile", "loss"), better.keras_name, safe=False),
    )
    return False


def _activation(plan: Plan, report: Report, loss: Loss) -> bool:
    """Whether the last activation gives what the loss reads."""
    if loss.logits:
        return _logits(plan, report)
    match loss.reads:
        case "probabilities" | "distribution":
            return _probabilities(plan, report, loss)
        case "margins" if plan.activation in POSITIVE | NEGATIVE:
            what, better = "an output below 0 for the one label and above 0 for the other", "tanh"
        case "positive" if plan.activation not in POSITIVE:
            what, better = "outputs above 0, whose logarithm it takes", "softplus"
        case _:
            _counts_as_zero(plan, report, loss)
            return True
    _object(plan, report, _Objection("LC413", f"`{loss.keras_name}` needs {what}, and the last activation is", better))
    return False


def _logits(plan: Plan, report: Report) -> bool:
    activation = plan.activation
    if activation not in PROBABILITIES:
        return True
    report.add(
        "LC404",
        f"`from_logits` asks for raw outputs, and `{activation}` has made them probabilities",
        ("compile", "loss", "from_logits"),
        related=report.related((*plan.head[0], "activation"), "already probabilities"),
        help='write `"activation": "linear"` on the last layer, or remove `from_logits`',
    )
    return False


def _probabilities(plan: Plan, report: Report, loss: Loss) -> bool:
    if plan.activation in PROBABILITIES:
        return True
    wanted = "softmax" if loss.reads == "distribution" or plan.target == "one_hot" else "sigmoid"
    logits = ", or set `from_logits` to true on the loss" if hasattr(loss, "from_logits") else ""
    message = f"`{loss.keras_name}` needs probabilities, and the last activation is"
    _object(plan, report, _Objection("LC403", message, wanted, logits))
    return False


@dataclass(frozen=True, slots=True)
class _Objection:
    """What is wrong with the last activation, and the one that is wanted."""

    code: str
    message: str
    wanted: str
    otherwise: str = ""


def _object(plan: Plan, report: Report, objection: _Objection) -> None:
    wanted = objection.wanted
    place = (*plan.head[0], "activation")
    written = report.draft.tree.at(place) is not None
    report.add(
        objection.code,
        f"{objection.message} `{plan.activation}`",
        place if written else place[:-1],
        help=f'write `"activation": "{wanted}"` on the last layer{objection.otherwise}',
        fixes=report.replace(place, wanted, safe=False) if written else report.insert(place, wanted),
    )


def _counts_as_zero(plan: Plan, report: Report, loss: Loss) -> None:
    if loss.type == "MeanSquaredLogarithmicError" and plan.activation not in POSITIVE:
        message = f"`{loss.keras_name}` takes every output below 0 for 0, and the last activation is"
        _object(plan, report, _Objection("LC414", message, "softplus"))


def _exclusive(plan: Plan, report: Report) -> None:
    """Sigmoids over classes of which exactly one is right, a softmax over labels of which several can be."""
    exclusive = plan.target in ("labels", "one_hot")
    if exclusive and plan.activation in SIGMOIDS:
        _object(plan, report, _Objection("LC415", "exactly one class is right, and the last activation is", "softmax"))
    elif plan.target == "multilabel" and plan.activation in SOFTMAXES:
        message = "several labels can be right, and their probabilities add up to 1 after"
        _object(plan, report, _Objection("LC415", message, "sigmoid"))


def _units(plan: Plan, report: Report, loss: Loss) -> bool:
    assert plan.output is not None
    units, place = plan.output.dims[-1], units_of(plan)
    if units is not None and units < loss.least_units:
        binary = "`binary_crossentropy` with `sigmoid` for two classes, or one unit for each class"
        report.add(
            "LC406",
            f"`{loss.keras_name}` over one unit: there is nothing to choose from"
            if plan.target in ("labels", "one_hot")
            else f"`{loss.keras_name}` over one unit means nothing: it compares vectors",
            place,
            help=f"use {binary}" if plan.target in ("labels", "one_hot") else "use another loss, or more units",
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
    place = units_of(plan)
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
    place = units_of(plan)
    if count == 1 and plan.target == "one_hot":
        _labels_for_one_hot(plan, report)
        return False
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


#: The losses of one-hot rows that have a counterpart for labels.
_OF_LABELS = {"CategoricalCrossentropy": "SparseCategoricalCrossentropy"}


def _labels_for_one_hot(plan: Plan, report: Report) -> None:
    """One column holds labels, and the loss reads a column for each class."""
    assert plan.loss is not None
    place, written = ("compile", "loss"), plan.spec.compile.loss
    sparse = _OF_LABELS.get(plan.loss.type)
    stated = wants_one_hot(plan)
    help_ = "list one column for each class at `target`"
    fixes: tuple[Fix, ...] = ()
    if written is not None and sparse and not stated:
        help_ = "use `sparse_categorical_crossentropy`, which reads labels"
        plain = written.model_fields_set <= {"type", "from_logits"}
        fixes = report.replace((*place, "type"), sparse, safe=plain) or report.replace(
            place, "sparse_categorical_crossentropy"
        )
    report.add(
        "LC408",
        f"`{plan.loss.keras_name}` reads a column for each class, and `target` has 1 column",
        place if written is not None else ("task",),
        related=report.related(("data", "target"), "1 column here"),
        help=help_,
        fixes=fixes,
    )
