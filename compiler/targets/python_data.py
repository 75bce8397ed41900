"""The lines of a stand-alone script that prepare its data: read, split, scale, and make samples, as lstmc does."""

from __future__ import annotations

from glob import has_magic

from ...spec.data import AnyScaling, Data, Minmax
from ...spec.diagnostics import Diagnostic
from ...spec.errors import SpecError
from ...spec.layers.core import Masking
from ...spec.split import PARTS
from ..plan import Plan
from .reading import arrays, is_packed, literal, number, ordering, reading, sorts

#: Labels of truth values, which are read in any case.
TRUTH = ("false", "true")


def check_expressible(plan: Plan) -> None:
    """Stops where the script would not have the samples that lstmc makes.

    Raises:
        SpecError: LC609 with the keys that a script cannot express.
    """
    data = plan.spec.data
    keys = _inexpressible(data) if data is not None and data.sourced else []
    if not keys:
        return
    names = " and ".join([", ".join(f"`{key}`" for key in keys[:-1]), f"`{keys[-1]}`"][len(keys) < 2 :])
    help_ = f"prepare the data beforehand and leave {names} out, or export the trained model with another `--to`"
    path = keys[0]
    raise SpecError([Diagnostic("LC609", f"the Python script cannot express {names}", help=help_, path=path)])


def _inexpressible(data: Data) -> list[str]:
    """The keys of which a script does not do what lstmc does."""
    source, split, window = data.source, data.split, data.window
    held_out = len(split.parts) > 1
    spans = 0 if window is None else window.timesteps + window.horizon + window.steps - 1
    by_sample = split.order in ("random", "stratified")
    keys = {
        "data.source": bool(source.path) and (source.kind in (None, "npy") or (is_packed(source) and not _text(data))),
        "data.missing": data.missing != "error",
        "data.categorical": bool(data.categorical),
        "data.difference": data.difference > 0,
        "data.split": split.form in ("sources", "mixed") or (split.form == "times" and not sorts(data)),
        "data.split.order": split.order == "blocks"
        or (window is not None and by_sample and held_out and window.stride < spans),
    }
    return [key for key, used in keys.items() if used]


def _text(data: Data) -> bool:
    return data.source.kind in ("csv", "tsv", "jsonl")


def preparation(plan: Plan, data: Data) -> str:
    """The statements that make `x_train`, `y_train` and those of the other parts of the data."""
    parts = [_read(data), _inputs(plan, data), _targets(plan, data), FINITE]
    parts += [_windows(plan, data), _split(plan, data), _scaling(plan, data), _samples(plan, data)]
    return "# Data\n" + "\n\n".join(part for part in parts if part)


FINITE = """if not (np.isfinite(x).all() and np.isfinite(y).all()):
    raise ValueError("values are missing or infinite")"""


def _read(data: Data) -> str:
    if not data.source.table:
        return arrays(data.source)
    text = reading(data.source, counted=_several(data))
    return f"{text}\n\n\n{ordering(data)}" if sorts(data) else text


def _several(data: Data) -> bool:
    """Whether files may be series of their own, from one of which no window reaches into the next."""
    return data.window is not None and data.time is None and has_magic(data.source.path)


def _inputs(plan: Plan, data: Data) -> str:
    if not data.source.table:
        if data.source.length is None:
            return ""
        return "within = np.arange(x.shape[1]) < lengths[:, None]\nx[~within] = 0"
    if data.features:
        features = literal(list(data.features))
    else:
        left_out = list(data.time.names) if data.time else []
        left_out += [] if data.window else list(data.targets)
        left_out += [plan.spec.fit.sample_weight] if plan.spec.fit.sample_weight else []
        features = f"[name for name in rows[0] if name not in {literal(left_out)}]"
    return f"features = {features}\nx = np.array([[{number(data.source)} for name in features] for row in rows])"


def _targets(plan: Plan, data: Data) -> str:
    """The statements that make `y`: numbers, or the ids of labels."""
    targets = list(data.targets)
    if plan.target not in ("binary", "labels") or (data.source.table and len(targets) > 1):
        if data.source.table:
            return f"y = np.array([[{number(data.source)} for name in {literal(targets)}] for row in rows])"
        return "y = y[:, None] if y.ndim == 1 else y" if plan.target == "values" else ""
    given = f"[row[{literal(targets[0])}] for row in rows]" if data.source.table else "y.ravel().tolist()"
    shape = "" if data.source.table else ".reshape(y.shape)"
    lines = [f"labels = {given}"]
    if plan.classes is not None:
        lines += _known(plan.classes, shape)
    else:
        lines += _learned(plan, shape)
    assert plan.output is not None
    axes = len(plan.output.dims)
    if plan.target == "labels" and not data.source.table:
        lines.append(f"y = y[..., 0] if y.ndim == {axes + 1} else y")
    if plan.target == "binary":
        lines.append("y = y[:, None] if y.ndim == 1 else y")
    return "\n".join(lines)


def _known(classes: tuple[str | int, ...], shape: str) -> list[str]:
    """The place of each label in the list of classes."""
    text = any(isinstance(label, str) for label in classes)
    label = "str(label).strip()" + ".lower()" * (tuple(classes) == TRUTH)
    return [
        f"classes = {literal(list(classes))}",
        f"y = np.array([classes.index({label if text else 'float(label)'}) for label in labels]){shape}",
    ]


def _learned(plan: Plan, shape: str) -> list[str]:
    """Numbers are the ids; texts get theirs in order."""
    assert plan.output is not None
    count = 2 if plan.target == "binary" else plan.output.dims[-1]
    return [
        "try:",
        f"    y = np.array([float(label) for label in labels]){shape}",
        "except ValueError:",
        "    labels = [str(label).strip() for label in labels]",
        "    classes = sorted(set(labels))",
        f"    if len(classes) != {count}:",
        '        raise ValueError(f"the model is for another number of labels than {classes}") from None',
        f"    y = np.array([classes.index(label) for label in labels]){shape}",
    ]


def _each(plan: Plan, data: Data) -> bool:
    """Whether every timestep of a window has a target of its own."""
    assert plan.output is not None
    return data.window is not None and data.window.steps == 1 and len(plan.output.dims) == 2


def _windows(plan: Plan, data: Data) -> str:
    """Where windows lie: `inputs` and `targets`, the rows of each."""
    window = data.window
    if window is None:
        return ""
    needs = window.timesteps + window.horizon + window.steps - 1
    if _each(plan, data):
        first, last = window.horizon, window.horizon + window.timesteps
        what = f"a target for each of them, {_rows(window.horizon)} after it"
    else:
        first, last = window.timesteps + window.horizon - 1, needs
        what = f"the target {_rows(window.horizon)} after the last one"
        if window.steps > 1:
            what = f"{window.steps} targets from {_rows(window.horizon)} after the last one on"
    lines = [f"# Windows: {_rows(window.timesteps)} in, {what}"]
    lines += ["assert x.ndim == 2"] if not data.source.table else []
    if data.split.form == "times":
        lines += [*_moments(data), f"starts = np.arange(train_start, len(x) - {needs - 1}, {window.stride})"]
    elif has_magic(data.source.path) and data.time is None:
        lines += [
            "# None of them reaches from one file into the next",
            "ends = np.cumsum(counts)",
            f"runs = [np.arange(end - count, end - {needs - 1}, {window.stride}) for end, count in zip(ends, counts)]",
            "starts = np.concatenate(runs)",
        ]
    else:
        lines.append(f"starts = np.arange(0, len(x) - {needs - 1}, {window.stride})")
    lines += [
        f"inputs = starts[:, None] + np.arange({window.timesteps})",
        f"targets = starts[:, None] + np.arange({first}, {last})",
    ]
    return "\n".join(lines)


def _rows(count: int) -> str:
    return f"{count} row{'s' * (count != 1)}"


def _order(plan: Plan, data: Data) -> str:
    """How samples are assigned: one by one (`random`, `stratified`), or as they follow one another."""
    if data.split.order is not None:
        return data.split.order
    if data.time or data.window or data.split.form == "times":
        return "time"
    return "stratified" if data.source.table and plan.target != "values" else "file"


def _split(plan: Plan, data: Data) -> str:
    """The statements that make `train`, `validation` and `test`: the positions of their samples."""
    order = _order(plan, data)
    if data.split.form == "times":
        lines = _moments(data) if data.window is None else []
    else:
        lines = _sizes(data, "starts" if data.window and order in ("random", "stratified") else "x")
    if order in ("random", "stratified"):
        return "\n".join([*lines, *_one_by_one(plan, data, order)])
    first = "train_start" if data.split.form == "times" else "0"
    bounds = ((first, "train_end"), ("train_end", "validation_end"), ("validation_end", "test_end"))
    if data.window is None:
        lines += [f"{name} = np.arange({a}, {b})" for name, (a, b) in zip(PARTS, bounds, strict=True)]
        return "\n".join(lines)
    lines += ["", "", WITHIN, "", ""]
    lines += [f"{name} = within({a}, {b})" for name, (a, b) in zip(PARTS, bounds, strict=True)]
    return "\n".join(lines)


WITHIN = '''def within(start, end):
    """The windows whose targets all lie in these rows."""
    return np.flatnonzero((targets[:, 0] >= start) & (targets[:, -1] < end))'''


def _sizes(data: Data, of: str) -> list[str]:
    """Where each part ends, by shares and counts of the rows or samples."""
    lines, before = [], "0"
    ends = data.split.cumulated
    for name in PARTS:
        if name in ends:
            fraction, rows = ends[name]
            terms = [f"int({fraction!r} * len({of}) + 1e-9)"] if fraction not in (0.0, 1.0) else []
            terms += [f"len({of})"] if fraction == 1.0 else []
            terms += [str(rows)] if rows else []
            before = " + ".join(terms)
        lines.append(f"{name}_end = {before}")
        before = f"{name}_end"
    if any(rows for _, rows in ends.values()):
        lines += [f"if test_end > len({of}):", '    raise ValueError("the split asks for more than there is")']
    return lines


def _moments(data: Data) -> list[str]:
    """Where each part begins and ends, by the first time stamp of each."""
    stamps = data.split.stamps
    lines = ["", *FIRST.split("\n"), "", "", f"train_start = first({literal(stamps['train'])})"]
    later = [stamps[name] for name in PARTS[1:] if name in stamps]
    ends = [f"first({literal(stamp)})" for stamp in later] + ["len(x)"]
    for name in PARTS:
        previous = f"{PARTS[PARTS.index(name) - 1]}_end"
        lines.append(f"{name}_end = {ends.pop(0) if name in stamps else previous}")
    return lines


FIRST = '''
def first(text):
    """The first row that is not before a time stamp; a year alone stands for its first moment."""
    moment = instant(text)
    if isinstance(moment, float) and not isinstance(stamps[0], float):
        moment = instant(f"{text}-01")
    return sum(stamp < moment for stamp in stamps)'''


def _one_by_one(plan: Plan, data: Data, order: str) -> list[str]:
    count = "len(x)" if data.window is None else "len(starts)"
    lines = [f"order = np.random.default_rng([{plan.spec.fit.seed}, 0x5EED]).permutation({count})"]
    if order == "stratified":
        lines += STRATIFIED.format(labels="y" if data.window is None else "y[targets[:, -1]]").split("\n")
    lines.append("train, validation, test = np.split(order, [train_end, validation_end, test_end])[:3]")
    if order == "stratified":
        lines.append("train, validation, test = np.sort(train), np.sort(validation), np.sort(test)")
    return lines


STRATIFIED = """# Every part gets the classes in their shares: the i-th of n of a class stands at (i + 1/2) / n
_, ids, counts = np.unique({labels}[order], axis=0, return_inverse=True, return_counts=True)
ids = ids.reshape(-1)
rank = np.empty(len(ids), dtype=int)
rank[np.argsort(ids, kind="stable")] = np.concatenate([np.arange(count) for count in counts])
order = order[np.argsort((rank + 0.5) / counts[ids], kind="stable")]"""


def _mask(plan: Plan, data: Data) -> float | None:
    """The value of timesteps that are padding, and not scaled; None where none are."""
    first = plan.nodes[0].layer
    value = first.mask_value if isinstance(first, Masking) else None
    if data.source.length is not None and not data.source.table:
        return value or 0.0
    scaled = plan.vocabulary is None and data.scale.features != "none"
    return value if scaled and plan.input is not None and len(plan.input.dims) == 2 else None


def _scaling(plan: Plan, data: Data) -> str:
    """The statements that find offset and factor of each column, and scale the rows."""
    features: AnyScaling = "none" if _vocabulary(plan) else data.scale.features
    target = data.scale.target if plan.target == "values" else "none"
    masked = _mask(plan, data) is not None
    lines = _padding(plan, data) if masked else []
    fitted = _fitted(plan, data)
    if features != "none":
        values = f"{'measured' if masked else 'x'}[{fitted}]"
        lines += [f"x_offset, x_factor = {_call(features)}({values}{_range(features)})"]
        lines += ["x = (x - x_offset) / x_factor"]
    if target != "none":
        lines += [f"y_offset, y_factor = {_call(target)}(y[{fitted}]{_range(target)})"]
        lines += ["y = (y - y_offset) / y_factor"]
    kinds = {_call(kind) for kind in (features, target) if kind != "none"}
    if not kinds:
        return "\n".join(lines)
    by_name = {"standard": STANDARD, "minmax": MINMAX}
    functions = [by_name[name] for name in by_name if name in kinds]
    head = ["# Scaling is fitted on the training part alone"]
    if fitted == "fitted":
        lines.insert(0, "fitted = np.unique(np.concatenate([inputs[train].ravel(), targets[train].ravel()]))")
    return "\n".join(head) + "\n" + "\n\n\n".join([*functions, "\n".join(lines)])


def _fitted(plan: Plan, data: Data) -> str:
    """The rows that scaling is fitted on: with windows all rows of the training part."""
    if data.window is None:
        return "train"
    if _order(plan, data) in ("random", "stratified"):
        return "fitted"
    return "train_start:train_end" if data.split.form == "times" else ":train_end"


def _call(scaling: AnyScaling) -> str:
    return "minmax" if isinstance(scaling, Minmax) else scaling


def _range(scaling: AnyScaling) -> str:
    low, high = scaling.minmax if isinstance(scaling, Minmax) else (0.0, 1.0)
    return f", {low!r}, {high!r}" if _call(scaling) == "minmax" else ""


STANDARD = '''def standard(values):
    """Mean and deviation of each column; one that is constant becomes 0. NaN is left out."""
    values = values.reshape(-1, values.shape[-1]).astype("float64")
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    offset, factor = np.where(low == high, low, np.nanmean(values, axis=0)), np.nanstd(values, axis=0)
    return np.nan_to_num(offset), np.where((low < high) & (factor > 0), factor, 1.0)'''
MINMAX = '''def minmax(values, start, end):
    """What brings the least value of each column to the start and the greatest to the end. NaN is left out."""
    values = values.reshape(-1, values.shape[-1]).astype("float64")
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    factor = (high - low) / (end - start)
    offset = np.where(low == high, low, low - start * factor)
    return np.nan_to_num(offset), np.where(factor > 0, factor, 1.0)'''


def _padding(plan: Plan, data: Data) -> list[str]:
    """Which rows of windows, or timesteps of samples, are padding; `measured` has NaN in their place."""
    if data.source.length is not None:
        lines = ["padding = ~within"]
    else:
        steps = "x" if data.window is not None else _arranged(plan, data)
        lines = [f"padding = ({steps} == {_mask(plan, data)!r}).all(axis=-1)"]
    if data.scale.features != "none" and not _vocabulary(plan):
        repeated = "padding[..., None]"
        if data.window is None:
            repeated = "np.repeat(padding, x.size // padding.size, axis=-1).reshape(x.shape)"
        lines.append(f"measured = np.where({repeated}, np.nan, x)")
    return lines


def _vocabulary(plan: Plan) -> bool:
    """Whether the inputs are token ids."""
    return plan.input is not None and plan.input.dtype == "int32" and plan.vocabulary is not None


def _arranged(plan: Plan, data: Data) -> str:
    """The expression of the inputs as samples of their own."""
    arrange = data.arrange
    if arrange is None:
        return "x"
    if arrange.timesteps is not None:
        shaped = f"x.reshape(len(x), {arrange.timesteps}, -1)"
    else:
        shaped = "x[:, :, None]" if arrange.rows == "columns_as_timesteps" else "x[:, None, :]"
    assert plan.input is not None
    if _vocabulary(plan) and len(plan.input.dims) == 1:
        shaped = "x.reshape(len(x), -1)"
    return shaped if data.source.table else f"({shaped} if x.ndim == 2 else x)"


def _samples(plan: Plan, data: Data) -> str:
    lines = []
    mask = _mask(plan, data)
    assert plan.input is not None
    assert plan.output is not None
    if data.window is None and data.arrange is not None:
        lines.append(f"x = {_arranged(plan, data)}")
    if mask is not None:
        lines.append(f"x[padding] = {mask!r}  # padding is not scaled")
    lines.append(f'x = x.astype("{"int32" if _vocabulary(plan) else "float32"}")')
    lines.append(f'y = y.astype("{"int32" if plan.target == "labels" else "float32"}")')
    if data.window is None:
        lines += [f"x_{name}, y_{name} = x[{name}], y[{name}]" for name in PARTS]
        return "\n".join(lines)
    ids = "[..., 0]" if len(plan.input.dims) == 1 else ""
    dims = tuple(dim or data.window.timesteps for dim in plan.output.dims)
    shape = dims[:-1] if plan.target == "labels" else dims
    lines.append(f"x, y = x[inputs]{ids}, y[targets].reshape({', '.join(map(str, (-1, *shape)))})")
    lines += [f"x_{name}, y_{name} = x[{name}], y[{name}]" for name in PARTS]
    return "\n".join(lines)
