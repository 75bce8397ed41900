"""Plan -> a readable stand-alone Keras script that needs neither lstmc nor its files."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from ...spec.data import Data, Minmax
from ..plan import Plan
from .calls import Call, callback_calls, layer_call, loss_call, metric_call, optimizer_call, precise
from .reading import literal, modules_for, moment, number, place, reading

WIDTH = 100
ABOUT = """It prepares the data, trains, evaluates and predicts as the spec says, where no comment says otherwise.
It holds no weights: it trains from new random ones and in Keras's own order of samples, so its
numbers are near those of lstmc and not the same. It finds its data from its own folder."""
MODULES = ("callbacks", "constraints", "initializers", "layers", "losses", "metrics", "optimizers", "regularizers")


def script(plan: Plan, base: str = "") -> str:
    """The five steps of `plan` as a script: data, define, compile, fit, evaluate, predict.

    Args:
        plan: the plan.
        base: the folder that the paths of the spec's data count from, seen from the folder of the script.
    """
    assert plan.input is not None
    body = [_data(plan, base), _model(plan), _compile(plan), _fit(plan), _evaluate(plan)]
    parts = [_head(plan), _imports(plan, _used("\n".join(body))), *body]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _used(code: str) -> list[str]:
    """The modules of Keras that the code names."""
    return [module for module in MODULES if re.search(rf"(?<![\w.]){module}\.", code)]


def _head(plan: Plan) -> str:
    about = f"\n\n{plan.spec.description}" if plan.spec.description else ""
    title = f"{plan.name}: {plan.kind}, written by lstmc as a stand-alone Keras script.{about}"
    return f'"""{_quoted(title)}\n\n{ABOUT}\n"""'


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _imports(plan: Plan, modules: list[str]) -> str:
    data = _repeatable(plan)
    standard, others = modules_for(data) if data else ((), ())
    first = "\n".join(f"import {module}" for module in sorted({*standard, "os"}))
    then = "\n".join(["import numpy as np", *others])
    return f"""{first}

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
{then}
from keras import {", ".join(modules)}

HERE = os.path.dirname(os.path.abspath(__file__))
keras.utils.set_random_seed({plan.spec.fit.seed})"""


def _model(plan: Plan) -> str:
    assert plan.input is not None
    batch = f", batch_size={plan.input.batch}" if plan.input.batch else ""
    batch += f', dtype="{plan.input.dtype}"' if plan.input.dtype != "float32" else ""
    lines = ["model = keras.Sequential(", "    ["]
    dtype = ', dtype="float64"' if plan.spec.runtime.precision == "float64" else ""
    lines.append(f"        keras.Input(shape={plan.input.dims!r}{batch}{dtype}),")
    for i in range(len(plan.nodes)):
        lines += _indented(written(layer_call(plan, i, seeds=False), 8), 8)
    lines += ["    ]", ")"]
    return "# 1. Define\n" + "\n".join(lines)


def _indented(code: str, by: int) -> list[str]:
    return [" " * by + line for line in f"{code},".split("\n")]


def _compile(plan: Plan) -> str:
    assert plan.optimizer is not None
    assert plan.loss is not None
    precision = plan.spec.runtime.precision
    shown = ", ".join(written(precise(metric_call(metric), precision), 12) for metric in plan.metrics)
    return f"""# 2. Compile
model.compile(
    optimizer={written(optimizer_call(plan.optimizer, precision), 4)},
    loss={written(precise(loss_call(plan.loss), precision), 4)},
    metrics=[{shown}],
)
model.summary()"""


def written(value: Any, indent: int = 0) -> str:
    """The Python text of a value or call; broken over lines where it would be too long.

    >>> written(Call("layers", "LSTM", {"units": 50}))
    'layers.LSTM(50)'
    """
    if not isinstance(value, Call):
        return literal(value)
    arguments = dict(value.arguments)
    first = [written(arguments.pop(key)) for key in ("units", "rate") if key in arguments]
    if value.module == "layers" and value.name == "Activation":
        first = [written(arguments.pop("activation"))]
    items = [*first, *(f"{key}={written(item)}" for key, item in arguments.items())]
    line = f"{value.module}.{value.name}({', '.join(items)})"
    if len(line) + indent <= WIDTH:
        return line
    return "\n".join([f"{value.module}.{value.name}(", *(f"    {item}," for item in items), ")"])


def _not_repeated(plan: Plan, data: Data) -> list[str]:
    """The keys of `data` that a script of this kind does not repeat."""
    sequence = data.window is not None and plan.output is not None and len(plan.output.dims) > 1
    keys = {
        "missing": data.missing != "error",
        "categorical": bool(data.categorical),
        "difference": data.difference > 0,
        "window": sequence or (data.window is not None and data.window.steps > 1),
        "split": data.split.form != "sizes",
    }
    return [key for key, used in keys.items() if used]


def _repeatable(plan: Plan) -> Data | None:
    """The section `data` where the script does what it says; None where arrays are handed in."""
    data = plan.spec.data
    return None if data is None or not data.source.path or _not_repeated(plan, data) else data


def _data(plan: Plan, base: str) -> str:
    data = _repeatable(plan)
    if data is None:
        assert plan.input is not None
        assert plan.output is not None
        keys = ", ".join(f"`{key}`" for key in _not_repeated(plan, plan.spec.data)) if plan.spec.data else ""
        why = f"\n# The spec's {keys} is left to you: prepare the arrays so." if keys else ""
        return f"""# Data: arrays of your own{why}
# x: float32 [samples, {", ".join(map(str, plan.input.dims))}], y: one target for each sample
x_train, y_train = (np.load(os.path.join(HERE, name)) for name in ("x_train.npy", "y_train.npy"))
x_test, y_test = (np.load(os.path.join(HERE, name)) for name in ("x_test.npy", "y_test.npy"))
x_validation, y_validation = None, None"""
    source = data.source.model_copy(update={"path": posixpath.normpath(posixpath.join(base, data.source.path))})
    data = data.model_copy(update={"source": source})
    parts = [_table(data) if data.source.table else _arrays(data)]
    parts += [_rows(plan, data) + "\n", _split(plan, data), _scaling(data, plan), _samples(plan, data)]
    return "\n\n".join(part for part in parts if part.strip())


def _table(data: Data) -> str:
    text = "# Data\n" + reading(data.source)
    if data.time and (data.split.order in (None, "time") or data.window):
        text += f"\n\n\n{moment(data.time)}\n\n\nrows.sort(key=moment)"
    return text


def _arrays(data: Data) -> str:
    path = place(data.source)
    if data.source.kind == "npy":
        return f"# Data\nx = np.load({path})"
    x, y = data.source.x or "x", data.source.y or "y"
    arrays = f'x, y = archive[{literal(x)}].astype("float64"), archive[{literal(y)}]'
    return f"# Data\narchive = np.load({path})\n{arrays}"


def _rows(plan: Plan, data: Data) -> str:
    if not data.source.table:
        return ""
    if data.features:
        features = literal(list(data.features))
    else:
        left_out = list(data.time.names) if data.time else []
        left_out += [] if data.window else list(data.targets)
        features = f"[name for name in rows[0] if name not in {literal(left_out)}]"
    cell = number(data.source)
    lines = [f"features = {features}", f"x = np.array([[{cell} for name in features] for row in rows])"]
    targets = list(data.targets)
    if plan.target == "labels" and plan.classes is not None:
        lines.append(f"classes = {literal([str(label) for label in plan.classes])}")
        lines.append(f"y = np.array([classes.index(row[{literal(targets[0])}]) for row in rows])")
    elif plan.target == "labels":
        lines.append(f"y = np.array([int(row[{literal(targets[0])}]) for row in rows])")
    else:
        lines.append(f"y = np.array([[{cell} for name in {literal(targets)}] for row in rows])")
    return "\n".join(lines)


def _split(plan: Plan, data: Data) -> str:
    split = data.split
    parts = (split.train, split.validation, split.test)
    shares = ", ".join("0.0" if part is None else repr(part) for part in parts)
    text = f'''def rows_of(parts, total):
    """Where each part ends: fractions are of all rows, integers are counts."""
    ends, fraction, count = [], 0.0, 0
    for part in parts:
        fraction += part if isinstance(part, float) else 0.0
        count += part if isinstance(part, int) else 0
        ends.append(min(total, int(fraction * total + 1e-9) + count))
    return ends


train_end, validation_end, test_end = rows_of([{shares}], len(x))'''
    drawn = f"\norder = np.random.default_rng([{plan.spec.fit.seed}, 0x5EED]).permutation(len(x))"
    if split.order == "random":
        text += f"{drawn}\nx, y = x[order], y[order]"
    elif _stratified(plan, data):
        text += drawn + STRATIFIED
    return text


def _stratified(plan: Plan, data: Data) -> bool:
    if data.split.order is not None or data.time or data.window:
        return data.split.order == "stratified"
    return data.source.table and plan.target != "values"


STRATIFIED = """
# Every part gets the classes in their shares: the i-th of the n of a class stands at (i + 1/2) / n of the whole
_, ids, counts = np.unique(y[order], axis=0, return_inverse=True, return_counts=True)
ids = ids.reshape(-1)
rank = np.empty(len(ids), dtype=int)
rank[np.argsort(ids, kind="stable")] = np.concatenate([np.arange(count) for count in counts])
order = order[np.argsort((rank + 0.5) / counts[ids], kind="stable")]
order = np.concatenate([np.sort(run) for run in np.split(order, [train_end, validation_end])])
x, y = x[order], y[order]"""


def _scaling(data: Data, plan: Plan) -> str:
    lines = []
    kinds = [("x", data.scale.features)]
    if plan.target == "values":
        kinds.append(("y", data.scale.target))
    for name, kind in kinds:
        train = f"{name}[:train_end]"
        match kind:
            case "standard":
                lines.append(f"{name}_offset, {name}_factor = {train}.mean(axis=0), {train}.std(axis=0)")
            case "minmax" | Minmax():
                low, high = kind.minmax if isinstance(kind, Minmax) else (0.0, 1.0)
                lines.append(f"low, high = {train}.min(axis=0), {train}.max(axis=0)")
                lines.append(f"{name}_factor = (high - low) / {high - low!r}")
                lines.append(f"{name}_offset = low - {low!r} * {name}_factor")
            case _:
                lines.append(f"{name}_offset, {name}_factor = 0.0, 1.0")
                continue
        lines.append(f"{name}_factor = np.where({name}_factor == 0, 1.0, {name}_factor)")
    lines += [f"{name} = ({name} - {name}_offset) / {name}_factor" for name, _ in kinds]
    return "# Scaling is fitted on the training part alone\n" + "\n".join(lines)


def _samples(plan: Plan, data: Data) -> str:
    lines = []
    if data.window:
        window = data.window
        lines += [
            f"# Windows: {window.timesteps} rows in, the target {window.horizon} row(s) after the last one",
            f"starts = np.arange(0, len(x) - {window.timesteps + window.horizon - 1}, {window.stride})",
            f"target_rows = starts + {window.timesteps + window.horizon - 1}",
            f"x = x[starts[:, None] + np.arange({window.timesteps})]",
            "y = y[target_rows]",
        ]
    else:
        lines.append("target_rows = np.arange(len(x))")
        if data.arrange and plan.input:
            lines.append(f"x = x.reshape(len(x), {plan.input.dims[0]}, {plan.input.dims[1]})")
    lines += [
        'x = x.astype("float32")',
        "train = target_rows < train_end",
        "validation = (target_rows >= train_end) & (target_rows < validation_end)",
        "test = (target_rows >= validation_end) & (target_rows < test_end)",
        "x_train, y_train = x[train], y[train]",
        "x_validation, y_validation = x[validation], y[validation]",
        "x_test, y_test = x[test], y[test]",
    ]
    return "\n".join(lines)


def _fit(plan: Plan) -> str:
    fit = plan.spec.fit
    shuffle = (not plan.stateful) if fit.shuffle is None else fit.shuffle
    held = "(x_validation, y_validation) if x_validation is not None and len(x_validation) else None"
    split = (
        f"\n    validation_split={fit.validation_split!r},"
        if fit.validation_split
        else f"\n    validation_data={held},"
    )
    batch = plan.input.batch if plan.input and plan.input.batch else fit.batch_size
    calls = callback_calls(plan, fit.tensorboard).values()
    shown = "".join(f"\n{line}" for call in calls for line in _indented(written(call, 8), 8))
    callbacks = f"\n    callbacks=[{shown}\n    ]," if shown else ""
    left_out = [key for key in ("class_weight", "sample_weight", "reset_states") if getattr(fit, key) is not None]
    note = f"\n# `{'`, `'.join(left_out)}` of the spec: lstmc applies what this script leaves out." if left_out else ""
    return f"""# 3. Fit{note}
history = model.fit(
    x_train,
    y_train,
    epochs={fit.epochs},
    batch_size={batch},
    shuffle={shuffle},{split}{callbacks}
    verbose=2,
)"""


def _evaluate(plan: Plan) -> str:
    batch = plan.input.batch if plan.input and plan.input.batch else 32
    data = _repeatable(plan)
    scaled = data is not None and plan.target == "values" and data.scale.target != "none"
    lines = [
        "# 4. Evaluate" + (": the targets are scaled, where lstmc gives metrics in original units" if scaled else ""),
        "if len(x_test):",
        f"    print(model.evaluate(x_test, y_test, batch_size={batch}, verbose=0, return_dict=True))",
        "",
        "# 5. Predict",
        "x_new = x_test if len(x_test) else x_train",
        f"prediction = model.predict(x_new, batch_size={batch}, verbose=0)",
    ]
    if _repeatable(plan) and plan.target == "values":
        lines.append("prediction = prediction * y_factor + y_offset  # original units")
    elif plan.target in ("labels", "one_hot"):
        lines.append("prediction = prediction.argmax(axis=-1)  # class ids")
    lines.append("print(prediction[:10])")
    return "\n".join(lines)
