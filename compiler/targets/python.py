"""Plan -> a readable stand-alone Keras script that needs neither lstmc nor its files."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from ...spec.data import Data
from ..plan import Plan
from .calls import Call, callback_calls, layer_call, loss_call, metric_call, optimizer_call, precise
from .python_data import check_expressible, preparation
from .reading import literal, modules_for

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

    Raises:
        SpecError: the script cannot express what `data` says (LC609).
    """
    check_expressible(plan)
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
    data = _read(plan)
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


def _read(plan: Plan) -> Data | None:
    """The section `data` where it names a file; None where arrays are passed."""
    data = plan.spec.data
    return None if data is None or not data.source.path else data


def _data(plan: Plan, base: str) -> str:
    data = _read(plan)
    if data is None:
        assert plan.input is not None
        why = "\n# What `data` of the spec says is left to you: prepare the arrays so." if plan.spec.data else ""
        return f"""# Data: arrays of your own{why}
# x: {plan.input.dtype} [samples, {", ".join(map(str, plan.input.dims))}], y: one target for each sample
x_train, y_train = (np.load(os.path.join(HERE, name)) for name in ("x_train.npy", "y_train.npy"))
x_test, y_test = (np.load(os.path.join(HERE, name)) for name in ("x_test.npy", "y_test.npy"))
x_validation, y_validation = None, None"""
    source = data.source.model_copy(update={"path": posixpath.normpath(posixpath.join(base, data.source.path))})
    return preparation(plan, data.model_copy(update={"source": source}))


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
    data = _read(plan)
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
    if scaled:
        lines.append("prediction = prediction * y_factor + y_offset  # original units")
    elif plan.target in ("labels", "one_hot"):
        lines.append("prediction = prediction.argmax(axis=-1)  # class ids")
    lines.append("print(prediction[:10])")
    return "\n".join(lines)
