"""Whether the first layer can read the samples."""

from __future__ import annotations

from dataclasses import replace

from ..plan import Plan
from ..report import Report
from ..shapes import RULES


def first_rank(plan: Plan, report: Report) -> Plan:
    """The mistake of every beginner: `[samples, columns]` for a layer that reads sequences. LC301."""
    first = plan.nodes[0].layer
    rule = RULES.get(first.type)
    if plan.input is None or rule is None:
        return plan
    if plan.input.dtype == "int32" and not rule.ids:
        return _ids_unread(plan, report)
    if rule.reads(plan.input.rank, first):
        return _vocabulary(plan, report) if rule.ids else plan
    if any(diagnostic.code == "LC301" for diagnostic in report.diagnostics):
        return replace(plan, input=None)
    path = ("input", "shape") if plan.spec.input and plan.spec.input.shape else ("input",)
    dims = list(plan.input.dims)
    shape = f"[samples, {', '.join('any' if d is None else str(d) for d in dims)}]"
    if rule.reads(3, first) and len(dims) == 1:
        columns = dims[0] or "n"
        report.add(
            "LC301",
            f"{first.type} reads [samples, timesteps, features], and the input is {shape}",
            path,
            label="two dimensions",
            related=report.related(("layers", 0), "needs three dimensions"),
            help=f"write [{columns}, 1] for {columns} timesteps of 1 feature"
            ' (`"arrange": "columns_as_timesteps"` in `data`),'
            f' or [1, {columns}] for 1 timestep of {columns} features (`"arrange": "columns_as_features"`)',
            fixes=(
                *report.replace(path, [dims[0], 1], safe=False),
                *report.replace(path, [1, dims[0]], safe=False),
            ),
        )
    else:
        needed = rule.wants(first).replace("batch", "samples")
        report.add(
            "LC309",
            f"{first.type} reads {needed}, and the input {shape} has {len(dims) + 1}",
            path,
            related=report.related(("layers", 0), f"reads {needed}"),
            help=_remedy(plan, len(dims) + 1),
        )
    return replace(plan, input=None)


def _remedy(plan: Plan, rank: int) -> str:
    """What to do about samples of a `rank` that the first layer does not read."""
    first = plan.nodes[0].layer
    rule = RULES[first.type]
    if first.type == "TimeDistributed":
        inner = getattr(first, "layer")  # noqa: B009 - every wrapper has a layer
        inner_rule = RULES.get(inner.type)
        if inner_rule and inner_rule.reads(rank, inner):
            return f"leave `TimeDistributed` out: {inner.type} reads these samples itself"
    if rule.ids and plan.spec.data:
        return "an id stands at each timestep: give the data one column of features"
    return f"give `input` `timesteps` and `{'vocabulary' if rule.ids else 'features'}`"


def _ids_unread(plan: Plan, report: Report) -> Plan:
    first, input_ = plan.nodes[0].layer, plan.spec.input
    key = "vocabulary" if input_ and input_.vocabulary else "dtype"
    size = input_.vocabulary if input_ and input_.vocabulary else 1000
    report.add(
        "LC321",
        f"the input is ids, and {first.type} reads numbers",
        ("input", key),
        related=report.related(("layers", 0), "ids have no size and no order"),
        help=("leave `dtype` out if the values are numbers; for ids " if key == "dtype" else "")
        + f'begin with `{{ "type": "Embedding", "input_dim": {size}, "output_dim": 32 }}`',
    )
    return replace(plan, input=None)


def _vocabulary(plan: Plan, report: Report) -> Plan:
    """Whether the first layer has a row for every id. LC322."""
    input_, rows = plan.spec.input, getattr(plan.nodes[0].layer, "input_dim", None)
    if input_ and input_.vocabulary and rows and rows < input_.vocabulary:
        report.add(
            "LC322",
            f"there are {input_.vocabulary} ids, and the table has {rows} rows",
            ("layers", 0, "input_dim"),
            related=report.related(("input", "vocabulary"), f"ids 0 to {input_.vocabulary - 1}"),
            help=f"write `{input_.vocabulary}`",
            fixes=report.replace(("layers", 0, "input_dim"), input_.vocabulary),
        )
    return plan
