"""What one sample looks like: from `input`, from `data`, and that the two agree."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...spec.data import ARRAYS, TEXT, Data
from ...spec.diagnostics import Diagnostic, Fix
from ...spec.model import Input
from ..plan import Dim, DType, Inference, Plan, TensorType
from ..report import Report
from ..shapes import RULES

Dims = tuple[Dim, ...]

WAYS = (
    '`"arrange": "columns_as_timesteps"` ({c} timesteps of 1 feature) or '
    '`"arrange": "columns_as_features"` (1 timestep of {c} features)'
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the head of the data's file tells.

    Attributes:
        implied: the axes of a sample that `data` fixes, where they are known.
        columns: the number of feature columns of a table.
        shape: the shape of the array of inputs.
        absent: the file that should tell and is not there.
        nearby: a file beside it with a similar name.
        found: what is wrong with the data, where they had to be read.
        missing: columns that the spec names, and that the file does not have.
    """

    implied: Dims | None = None
    columns: int | None = None
    shape: tuple[int, ...] | None = None
    absent: str = ""
    nearby: str = ""
    found: tuple[Diagnostic, ...] = ()
    missing: tuple[Diagnostic, ...] = ()


def samples(plan: Plan, report: Report, look: Look) -> Plan:
    """Sets the plan's input type, from `input` and from what `data` implies."""
    spec = plan.spec
    told = True
    if spec.data and report.reliable("data"):
        told = _check_axes(spec.data, plan, report, look)
        _check_rows(spec.data, report)
        _check_categories(spec.data, report)
        report.diagnostics.extend(look.found)
        for lack in look.missing:
            place = tuple(int(part) if part.isdigit() else part for part in lack.path.split("."))
            span = report.key(place) if place[:2] == ("data", "categorical") else report.value(place)
            report.add(lack.code, lack.message, place, span=span, help=lack.help)
        told = told and not look.found and (look.implied is not None or not look.missing)
    implied = (_implied(plan, look) or _ids_in_rows(plan, look)) if told else None
    if not report.reliable("input"):
        return plan
    written = _written(spec.input, report) if spec.input else None
    if spec.input and written is None:
        return plan
    batch = spec.input.batch_size if spec.input else None
    if written is None and (implied is None or None in implied):
        if told and report.reliable("data"):
            _unknown(spec.data, report, look)
        return plan
    if written is not None and implied is not None and not _agree(written, implied):
        _disagreement(plan, report, written, implied)
    dims = written if written is not None else implied
    assert dims is not None
    plan = replace(plan, input=TensorType(dims, batch, _dtype(plan)))
    if written is None:
        rule = f"`data` gives {TensorType(dims)}"
        plan = replace(plan, inferred=(*plan.inferred, Inference("input", list(dims), rule)))
    return plan


def _implied(plan: Plan, look: Look) -> Dims | None:
    """The axes that `data` gives; one id at each timestep has no axis of its own."""
    first, axes = RULES.get(plan.nodes[0].layer.type), look.implied
    if axes and len(axes) == 2 and axes[1] == 1 and first is not None and first.ids:
        return axes[:1]
    return axes


def _ids_in_rows(plan: Plan, look: Look) -> Dims | None:
    """One id in each column, where rows are not arranged and the first layer reads ids."""
    data, first = plan.spec.data, RULES.get(plan.nodes[0].layer.type)
    if data is None or first is None or not first.ids or not _rows_unarranged(data, look):
        return None
    count = _count(data, look)
    return (count,) if count else None


def _count(data: Data, look: Look) -> int | None:
    """How many columns of features there are, where it is known."""
    return len(data.features) if data.features else look.shape[1] if look.shape else look.columns


def _dtype(plan: Plan) -> DType:
    """Ids where `input` says so, or where the first layer reads nothing else."""
    input_, first = plan.spec.input, RULES.get(plan.nodes[0].layer.type)
    if input_ and (input_.vocabulary or input_.dtype):
        return "int32" if input_.vocabulary else input_.dtype or "float32"
    return "int32" if first and first.ids and not (input_ and input_.features) else "float32"


def _written(input_: Input, report: Report) -> Dims | None:
    given = input_.model_fields_set - {"batch_size", "dtype"}
    if input_.shape is not None:
        for key in sorted(given - {"shape", "vocabulary"}):
            report.add("LC210", f"`shape` and `{key}` say the same thing twice", ("input", key), help="remove one")
        return input_.shape
    if input_.vocabulary is not None:
        if input_.features is not None:
            what = "a timestep is an id of the `vocabulary` or a vector of `features`, not both"
            report.add("LC210", what, ("input", "features"), help="remove one of them")
            return None
        return (input_.timesteps,)
    if input_.features is None:
        report.add(
            "LC202",
            "`input` needs `timesteps` and `features`, or `vocabulary`, or `shape`",
            ("input",),
            help='add `"features"`: the number of values at each timestep',
        )
        return None
    return (input_.timesteps, input_.features)


def _agree(written: Dims, implied: Dims) -> bool:
    pairs = zip(written, implied, strict=False)
    return len(written) == len(implied) and all(a == b or a is None or b is None for a, b in pairs)


def _disagreement(plan: Plan, report: Report, written: Dims, implied: Dims) -> None:
    data, key = plan.spec.data, "input"
    assert data is not None
    columns = f" from the columns {', '.join(data.features)}" if data.features else ""
    fixes: tuple[Fix, ...] = ()
    if len(written) == len(implied) == 2:
        key = "timesteps" if written[0] not in (None, implied[0]) else "features"
        index = ("timesteps", "features").index(key)
        path = ("input", key) if report.draft.tree.member(("input", key)) else ("input", "shape", index)
        fixes = report.replace(path, implied[index])
    report.add(
        "LC304",
        f"`input` says {TensorType(written)}, and `data` gives {TensorType(implied)}{columns}",
        ("input", key) if key != "input" else ("input",),
        related=report.related(("data", "window" if data.window else "arrange"), "given here"),
        help="correct one of them, or leave `input` out: it is derived",
        fixes=fixes,
    )


#: Keys of a source, and the formats that they mean something for.
_MEANT_FOR = {
    "delimiter": ("csv", "tsv"),
    "decimal": ("csv", "tsv"),
    "encoding": TEXT,
    "x": ("npz",),
    "y": ("npz",),
    "length": ("npz",),
}


def _check_format(data: Data, report: Report) -> None:
    """The ending or `format` tells a known format, and no key is written that means nothing for it. LC210, LC502."""
    source, kind = data.source, data.source.kind
    if not source.path:
        return
    if kind is None:
        from ...spec.conversions import unknown

        message, help_ = unknown(source.path)
        report.add(
            "LC502",
            message,
            ("data", "source", "path") if report.draft.tree.at(("data", "source", "path")) else ("data", "source"),
            help=help_,
        )
        return
    for key in sorted(source.model_fields_set & _MEANT_FOR.keys()):
        if kind not in _MEANT_FOR[key] and getattr(source, key) != type(source).model_fields[key].default:
            report.add(
                "LC210",
                f"`{key}` is for {' and '.join(_MEANT_FOR[key])}, and the format is {kind}",
                ("data", "source", key),
                help="remove it",
            )


def _check_categories(data: Data, report: Report) -> None:
    """`categorical` names features of a table. LC210, LC503."""
    if data.categorical and data.source.kind in ARRAYS:
        report.add(
            "LC210",
            f"`categorical` names columns of a table, and the format is {data.source.kind}",
            ("data", "categorical"),
            help="remove it",
        )
        return
    for name in data.categorical or {}:
        if data.features is not None and name not in data.features:
            from ...spec.suggestions import nearest

            meant = nearest(name, data.features)
            report.add(
                "LC503",
                f"`{name}` is no feature, and only features are encoded as categories",
                ("data", "categorical", name),
                related=report.related(("data", "features"), "the features"),
                help=f"did you mean `{meant}`?" if meant else "add it to `features`, or remove it here",
            )


def _rows_unarranged(data: Data, look: Look) -> bool:
    """Whether the data has two dimensions, and nothing says how to make three of them."""
    flat = data.source.table or (look.shape is not None and len(look.shape) == 2)
    return flat and data.arrange is None and data.window is None


def _check_axes(data: Data, plan: Plan, report: Report, look: Look) -> bool:
    """Whether `arrange` and `window` say one thing of a sample's axes; what they imply otherwise is not told again."""
    before = len(report.diagnostics)
    _check_format(data, report)
    if data.arrange and data.window:
        report.add(
            "LC210",
            "`arrange` makes each row a sample, `window` makes each run of rows a sample",
            ("data", "window"),
            related=report.related(("data", "arrange"), "the other is here"),
            help="remove one of them",
        )
    if data.arrange and (data.arrange.rows is None) == (data.arrange.timesteps is None):
        report.add(
            "LC210", "`arrange` takes a name or `timesteps`, one of them", ("data", "arrange"), help="remove one"
        )
    steps = data.arrange.timesteps if data.arrange and not data.one_hot else None
    if steps and data.features and len(data.features) % steps:
        report.add(
            "LC304",
            f"{len(data.features)} columns cannot be dealt out to {steps} timesteps",
            ("data", "arrange", "timesteps"),
            related=report.related(("data", "features"), f"{len(data.features)} columns"),
            help="give every timestep the same number of columns",
        )
    first = plan.nodes[0].layer
    if _rows_unarranged(data, look) and (rule := RULES.get(first.type)) and not rule.reads(2, first):
        _unarranged(plan, report, look)
    return len(report.diagnostics) == before


def _check_rows(data: Data, report: Report) -> None:
    if not data.target and data.source.kind not in ARRAYS:
        report.add("LC202", "`data` needs the key `target`", ("data",), help='add `"target": …`: what is predicted')


def _unarranged(plan: Plan, report: Report, look: Look) -> None:
    """Two dimensions where three are read: both ways out, `input` corrected with them where it is written."""
    data, first = plan.spec.data, plan.nodes[0].layer.type
    assert data is not None
    count = _count(data, look)
    found = str(look.shape) if look.shape else f"[samples, {count or 'columns'}]"
    report.add(
        "LC301",
        f"{first} reads [samples, timesteps, features], and the data has two dimensions {found}",
        ("data",),
        label="nothing says which they are",
        related=report.related(("layers", 0), "needs three dimensions"),
        help=f"if each row is a sample, add {WAYS.format(c=count or 'all')} to `data`;"
        ' if runs of rows are samples, add `"window": {"timesteps": n}`',
        fixes=tuple(
            Fix(
                f"{arrange.title}: input {shape}",
                (*arrange.edits, *(edit for fix in report.replace(("input", "shape"), shape) for edit in fix.edits)),
                safe=False,
            )
            for name, shape in (("columns_as_timesteps", [count, 1]), ("columns_as_features", [1, count]))
            for arrange in report.insert(("data", "arrange"), name)
        ),
    )


def _unknown(data: Data | None, report: Report, look: Look) -> None:
    if data and look.absent:
        report.add(
            "LC501",
            f"there is no file `{look.absent}`, and its columns decide the shape of a sample",
            ("data", "source"),
            help=f"did you mean `{look.nearby}`?" if look.nearby else f"correct the path, or {_without_file(data)}",
        )
        return
    if data and look.columns and data.arrange and data.arrange.timesteps:
        report.add(
            "LC304",
            f"{look.columns} columns cannot be dealt out to {data.arrange.timesteps} timesteps",
            ("data", "arrange", "timesteps"),
            help="give every timestep the same number of columns",
        )
        return
    if data and look.implied and look.implied[-1] is None:
        report.add(
            "LC303",
            "the number of features is not known: one-hot columns have one for each category of the training rows",
            ("input",),
            help=_without_file(data),
        )
        return
    why, help_ = "there is neither `input` nor `data`", 'add `"input": { "timesteps": 24, "features": 8 }`'
    if data and data.sourced:
        why = "`data` does not list its `features`, and the file does not tell"
    elif data:
        why, help_ = "`data` names no `source` whose columns decide it", _without_file(data)
    report.add("LC303", f"the shape of a sample is not known: {why}", ("input",), help=help_)


def _without_file(data: Data) -> str:
    """What to write so that the shape of a sample is known before there are data."""
    if not data.one_hot:
        return "list `features` in `data`"
    steps = data.window.timesteps if data.window else 1
    names = " and ".join(f"`{name}`" for name in data.one_hot)
    others = len({*data.features} - {*data.one_hot}) if data.features else "the number of other features"
    known = f'write `"input": {{ "timesteps": {steps}, "features": N }}`'
    return f"{known}: N is {others} plus the number of categories of {names}"
