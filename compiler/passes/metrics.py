"""Whether the metrics fit the target and the outputs, and each has a key of its own. LC407, LC416, LC417."""

from __future__ import annotations

import json
from typing import Any

from ...spec.diagnostics import Path
from ...spec.losses import Target
from ...spec.metrics import Metric
from ..plan import Plan
from ..report import Report
from .activations import POSITIVE
from .objective import ACCURACIES


def check_metrics(plan: Plan, report: Report) -> None:
    """Objects to every metric that would fail, or give a number that means something else."""
    seen: dict[str, int] = {}
    for i, metric in enumerate(plan.metrics):
        place = ("compile", "metrics", i)
        if metric.key in seen:
            report.add(
                "LC416",
                f"two metrics are called `{metric.key}`",
                place,
                related=report.related(("compile", "metrics", seen[metric.key]), "the first is here"),
                help='remove one of them, or give it a `"name"`',
            )
            continue
        seen[metric.key] = i
        if why := _misfit(plan, metric):
            report.add("LC407", f"`{metric.key}` {why}", place, **_remedy(plan, metric, place, report))
        elif several := metric.several(_units(plan)):
            _several(metric, several, place, report)


_WORDS: dict[Target, str] = {
    "binary": "targets of 0 and 1",
    "multilabel": "rows of 0 and 1",
    "one_hot": "one-hot rows",
    "labels": "class ids",
}


def _units(plan: Plan) -> int:
    assert plan.output is not None
    return plan.output.dims[-1] or 1


def _misfit(plan: Plan, metric: Metric) -> str:
    """Why a metric does not fit, as the rest of a sentence; empty where it does."""
    assert plan.output is not None
    if not metric.targets:
        return "counts outputs that are exactly equal to the target, and no real number is"
    if plan.target not in metric.targets:
        return "means nothing for a regression" if plan.target == "values" else f"does not fit {_WORDS[plan.target]}"
    if _of_another_loss(plan, metric):
        return "does not fit the targets of this loss"
    if metric.rank not in (None, plan.output.rank):
        return f"needs outputs [batch, units], and the output is {plan.output}"
    axis = getattr(metric, "axis", -1)
    if not -plan.output.rank <= axis < plan.output.rank:
        return f"has no axis {axis}: the output is {plan.output}"
    length = (plan.output.batch, *plan.output.dims)[axis]
    if length is not None and length < metric.least_units:
        return "compares vectors, and over one value it means nothing"
    return _raw(plan, metric) or _arguments(plan, metric)


def _of_another_loss(plan: Plan, metric: Metric) -> bool:
    """Whether a metric of margins or of distributions is asked for of plain values."""
    assert plan.loss is not None
    special = {"Hinge": "margins", "SquaredHinge": "margins", "KLDivergence": "distribution"}
    return plan.target == "values" and metric.type in special and plan.loss.reads != special[metric.type]


def _raw(plan: Plan, metric: Metric) -> str:
    """Outputs that are not what the metric reads: raw ones for probabilities, or the other way round."""
    if metric.reads == "positive" and plan.activation not in POSITIVE:
        return f"takes the logarithm of the outputs, and `{plan.activation}` gives negative ones"
    if plan.target == "values" or metric.reads == "scores":
        return ""
    if not plan.raw:
        confused = hasattr(metric, "from_logits") and metric.logits
        return "takes the outputs for logits, and they are probabilities" if confused else ""
    if metric.logits:
        return ""
    remedy = ": set its `from_logits`" if hasattr(metric, "from_logits") else ""
    remedy = remedy or next(
        (f": set its `{key}` to 0" for key in ("threshold", "thresholds") if _takes(metric, key)), ""
    )
    return f"reads probabilities, and the outputs are raw{remedy}"


def _takes(metric: Metric, key: str) -> bool:
    """Whether raw outputs can be compared with `key`: the thresholds of F-scores lie above 0."""
    return hasattr(metric, key) and metric.type not in ("F1Score", "FBetaScore")


def _arguments(plan: Plan, metric: Metric) -> str:
    why = metric.misfit(plan.target, _units(plan))
    return f"does not fit: {why}" if why else ""


#: Metrics of class ids, and what they are called for one-hot rows.
_TWINS = {
    "SparseCategoricalCrossentropy": "CategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy": "TopKCategoricalAccuracy",
}
_ACCURACIES = {"accuracy", "Accuracy", *ACCURACIES.values()}


def _remedy(plan: Plan, metric: Metric, place: Path, report: Report) -> dict[str, Any]:
    """Help and fixes: the metric that was most likely meant, where it is another one."""
    if metric.type in _ACCURACIES and metric.type != ACCURACIES.get(plan.target):
        better = "mean_absolute_error" if plan.target == "values" else "accuracy"
        task = plan.target == "values" and plan.spec.task is None
        otherwise = ', or say what is predicted: `"task": "binary"`' if task else ""
        return {"help": f"use `{better}`{otherwise}", "fixes": report.replace(place, better, safe=False)}
    twins = _TWINS if plan.target == "one_hot" else {value: key for key, value in _TWINS.items()}
    if metric.type in twins and plan.target in ("labels", "one_hot"):
        twin = twins[metric.type]
        fixes = report.replace((*place, "type"), twin, safe=False) or report.replace(place, twin, safe=False)
        return {"help": f"use `{twin}`", "fixes": fixes}
    return {"help": "leave it out, or correct its arguments" if plan.target in metric.targets else "leave it out"}


def _several(metric: Metric, argument: str, place: Path, report: Report) -> None:
    one = {"average": "macro", "class_aggregation": "uniform_average", "thresholds": 0.5}[argument]
    key = (*place, argument)
    inserted = report.replace(key, one, safe=False) or report.insert(key, one)
    report.add(
        "LC417",
        f"`{metric.key}` gives several numbers, and a history holds one for each epoch",
        key if report.draft.tree.at(key) else place,
        help=f'write `"{argument}": {json.dumps(one)}`',
        fixes=inserted or report.replace(place, {"type": metric.type, argument: one}, safe=False),
    )
