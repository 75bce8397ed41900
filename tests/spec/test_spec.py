"""A spec as a model: it is written out and read again unchanged, and takes nothing it does not mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import lstmc
from lstmc.api import compiled
from lstmc.cli.show import resolved_spec
from lstmc.compiler import tree_of
from lstmc.spec.base import Registry, is_name
from lstmc.spec.load import load
from lstmc.spec.model import Spec
from lstmc.spec.overrides import override
from lstmc.spec.syntax import Tree, parse
from lstmc.spec.training import LOSSES, METRICS, OPTIMIZERS
from lstmc.spec.weights import CONSTRAINTS, INITIALIZERS, REGULARIZERS

LSTM: dict[str, Any] = {"type": "LSTM", "units": 3}
BASE: dict[str, Any] = {
    "lstmc": 1,
    "input": {"timesteps": 4, "features": 2},
    "layers": [LSTM, {"type": "Dense", "units": 1}],
    "compile": {"loss": "mean_squared_error"},
}
TEXT = json.dumps(BASE, indent=2)


def optional(required: dict[str, Any] | None = None, **keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with the keys of `required` and any of the others."""
    fixed = {
        key: value if isinstance(value, st.SearchStrategy) else st.just(value)
        for key, value in (required or {}).items()
    }
    return st.fixed_dictionaries(fixed, optional=keys)


some = st.sampled_from
counts = st.integers(1, 2**40)
shares = st.floats(0.0, 0.99)
positive = st.floats(1e-6, 10.0)
names = st.from_regex(r"\A[A-Za-z0-9_.-]{1,64}\Z").filter(is_name)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
seeds = st.none() | st.integers(0, 2**31 - 1)
initializers = some(["zeros", "GlorotUniform", "he_normal"]) | st.one_of(
    optional({"type": "Constant"}, value=st.floats(-1, 1)),
    optional({"type": "RandomNormal"}, mean=st.floats(-1, 1), stddev=positive, seed=seeds),
    optional(
        {"type": "VarianceScaling"},
        scale=positive,
        mode=some(["fan_in", "fan_avg"]),
        input_axes=st.none() | st.lists(st.integers(0, 3), max_size=2),
    ),
)
regularizers = st.none() | some(["l1", "l2"]) | optional({"type": "L1L2"}, l1=positive, l2=positive)
constraints = st.none() | some(["non_neg"]) | optional({"type": "MaxNorm"}, max_value=positive, axis=st.integers(0, 1))
activations = st.none() | some(["tanh", "relu", "linear", "softmax"])
layers = st.one_of(
    optional(
        {"type": "LSTM", "units": counts},
        name=names,
        trainable=st.booleans(),
        activation=activations,
        use_bias=st.booleans(),
        unroll=st.booleans(),
        kernel_initializer=initializers,
        bias_regularizer=regularizers,
        recurrent_constraint=constraints,
        dropout=shares,
        seed=seeds,
        return_sequences=st.none() | st.booleans(),
        use_cudnn=some(["auto", True, False]),
    ),
    optional(
        {"type": "Dense", "units": counts},
        activation=activations,
        kernel_regularizer=regularizers,
        lora_rank=st.none() | counts,
    ),
    optional({"type": "Dropout", "rate": shares}, noise_shape=st.none() | st.lists(st.none() | counts, max_size=3)),
    optional({"type": "Activation", "activation": some(["tanh", "relu"])}),
)
kinds = some(["regression", "binary", "multiclass", "multilabel"])
labels = st.integers(-5, 5) | texts
tasks = kinds | optional(
    {"kind": kinds},
    output=some(["last", "sequence"]),
    classes=st.none() | st.integers(2, 9) | st.lists(labels, min_size=2, max_size=4),
    target=some([None, "label", "one_hot"]),
)
learning = {"learning_rate": positive, "clipnorm": positive, "use_ema": st.booleans(), "name": names}
optimizers = some(["adam", "SGD", "RMSPROP"]) | st.one_of(
    optional({"type": "SGD"}, **learning, momentum=shares, nesterov=st.booleans()),
    optional({"type": "Adam"}, **learning, beta_1=shares, amsgrad=st.booleans()),
)
losses = some(["mse", "binary_crossentropy", "MeanAbsoluteError"]) | optional(
    {"type": "BinaryCrossentropy"}, from_logits=st.booleans(), label_smoothing=shares, reduction=some(["sum", "mean"])
)
metrics = some(["acc", "accuracy", "mae"]) | optional({"type": "BinaryAccuracy"}, threshold=shares, name=names)
ranges = st.fixed_dictionaries({"minmax": st.tuples(st.floats(-5, 0), st.floats(0, 5)).map(list)})
scalings = some(["none", "standard", "minmax"]) | ranges
parts = st.floats(0.01, 1.0) | counts | texts | optional({"path": texts}, x=texts, y=texts)
data = optional(
    {"source": texts | optional({"path": texts}, format=some([None, "csv"]), delimiter=some([",", ";", "\t"]))},
    time=st.none() | texts | st.fixed_dictionaries({"columns": texts}),
    features=st.none() | st.lists(texts, min_size=1, max_size=3),
    target=texts | st.lists(texts, min_size=1, max_size=3),
    arrange=some(["columns_as_timesteps", {"timesteps": 3}, None]),
    window=st.none() | optional({"timesteps": counts}, horizon=counts, stride=counts, steps=counts),
    scale=scalings | optional(features=scalings, target=scalings),
    split=optional(
        {"train": parts}, validation=st.none() | parts, test=parts, order=some([None, "time", "stratified"])
    ),
    missing=some(["error", "drop", "interpolate"]) | st.fixed_dictionaries({"fill": st.floats(-5, 5)}),
    categorical=st.none() | st.dictionaries(texts, some(["one_hot", "ordinal"]), max_size=2),
    difference=st.integers(0, 3),
)
specs = optional(
    {"lstmc": 1, "layers": st.lists(layers, min_size=1, max_size=3)},
    name=names,
    description=st.none() | texts,
    task=st.none() | tasks,
    input=optional(timesteps=st.none() | counts, features=counts, batch_size=counts),
    compile=optional(optimizer=optimizers, loss=st.none() | losses, metrics=st.lists(metrics, max_size=2)),
    data=st.none() | data,
    fit=optional(
        epochs=counts,
        batch_size=counts,
        shuffle=some([None, True, False]),
        seed=st.integers(0, 99),
        verbose=some([0, 1, 2]),
    ),
    evaluate=optional(on=some(["train", "all"]), baseline=some(["auto", "none"])),
    predict=optional(threshold=st.floats(0.1, 0.9)),
    runtime=optional(
        device=some(["cpu", "gpu:3"]), limits=optional(parameters=counts, memory=some(["8 GiB", "1.5 KB"]))
    ),
)
HEAVY = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@given(specs)
@HEAVY
def test_what_is_written_out_is_read_again(content: dict[str, Any]) -> None:
    spec = Spec.model_validate(content)
    again = load(parse(spec.canonical())).spec
    assert again == spec
    assert again.canonical() == spec.canonical()


@given(specs)
@HEAVY
def test_a_spec_survives_its_defaults_written_out(content: dict[str, Any]) -> None:
    spec = Spec.model_validate(content)
    again = Spec.model_validate(spec.dump(resolved=True))
    assert again.model_dump() == spec.model_dump()
    assert again == spec


@given(specs)
@HEAVY
def test_compiling_a_spec_of_the_language_only_tells(content: dict[str, Any]) -> None:
    """Whatever the models accept is compiled or refused with diagnostics; nothing is raised."""
    compilation = lstmc.check(content)
    assert [
        d
        for d in compilation
        if d.code.startswith(("LC1", "LC20", "LC211", "LC214")) and d.code not in ("LC202", "LC204", "LC209")
    ] == []


RESOLVABLE = {
    "least": BASE,
    "task": {**BASE, "task": "regression", "compile": {}},
    "multiclass": {
        **BASE,
        "task": {"kind": "multiclass", "classes": ["a", "b", "c"]},
        "layers": [LSTM, LSTM, {"type": "Dropout", "rate": 0.1}, {"type": "Dense", "units": 3}],
        "compile": {"optimizer": {"type": "SGD", "momentum": 0.3}},
    },
    "sequence": {**BASE, "task": {"kind": "regression", "output": "sequence"}, "compile": {}},
    "named": {**BASE, "name": "air", "layers": [{**LSTM, "name": "reader"}, {"type": "Dense", "units": 1}]},
    "initializers": {
        **BASE,
        "layers": [
            {**LSTM, "kernel_initializer": "he_normal", "bias_regularizer": "l2", "kernel_constraint": "max_norm"},
            {"type": "Dense", "units": 1, "activation": "tanh"},
        ],
    },
    "data": {
        "lstmc": 1,
        "task": "regression",
        "layers": [LSTM, {"type": "Dense", "units": 1}],
        "data": {
            "source": "a.csv",
            "features": ["a", "b"],
            "target": "t",
            "window": {"timesteps": 5},
            "scale": "standard",
        },
    },
    "stateful": {
        **BASE,
        "input": {"timesteps": 4, "features": 2, "batch_size": 2},
        "layers": [{**LSTM, "stateful": True}, {"type": "Dense", "units": 1}],
    },
}


@pytest.mark.parametrize("spec", RESOLVABLE.values(), ids=list(RESOLVABLE))
def test_the_resolved_spec_compiles_to_the_same_plan(spec: dict[str, Any]) -> None:
    plan = compiled(spec).result()
    resolved = json.loads(json.dumps(resolved_spec(plan)))
    again = compiled(resolved).result()
    assert again.digest == plan.digest
    assert again.name == plan.name
    assert {**resolved_spec(again), "input": None} == {**resolved, "input": None}


NAMES_IN_NO_DIGEST = {"name": "other", "description": "x", "fit": {"epochs": 3}, "runtime": {"device": "cpu"}}


@pytest.mark.parametrize("key", NAMES_IN_NO_DIGEST)
def test_the_digest_is_of_what_decides_the_numbers(key: str) -> None:
    assert compiled({**BASE, key: NAMES_IN_NO_DIGEST[key]}).result().digest == compiled(BASE).result().digest


@pytest.mark.parametrize(
    "changes",
    [
        {"input": {"timesteps": 5, "features": 2}},
        {"layers": [LSTM, {"type": "Dense", "units": 1, "use_bias": False}]},
        {"compile": {"loss": "mae"}},
        {"compile": {"loss": "mse", "optimizer": "sgd"}},
        {"compile": {"loss": "mse", "metrics": ["mae"]}},
    ],
    ids=str,
)
def test_the_digest_changes_with_the_numbers(changes: dict[str, Any]) -> None:
    assert compiled({**BASE, **changes}).result().digest != compiled(BASE).result().digest


STRICT = [
    ("layers.0.units", '"64"', "write `64`"),
    ("layers.0.units", "true", ""),
    ("layers.0.units", "64.0", "write `64`"),
    ("layers.0.units", "64.5", ""),
    ("layers.0.units", "null", ""),
    ("layers.0.units", "[64]", ""),
    ("layers.0.units", "{}", ""),
    ("layers.0.unroll", "1", ""),
    ("layers.0.unroll", '"true"', "write `true`"),
    ("layers.0.dropout", '"0.5"', "write `0.5`"),
    ("layers.0.dropout", "true", ""),
    ("lstmc", "true", "write `1`"),
    ("fit.verbose", "true", "one of: 0, 1, 2"),
    ("fit.epochs", "1e1", "write `10`"),
    ("name", "7", ""),
    ("input", "[]", ""),
    ("compile", "null", ""),
]


@pytest.mark.parametrize(("path", "value", "help_"), STRICT, ids=lambda value: str(value) or "none")
def test_strictness(path: str, value: str, help_: str) -> None:
    tree = override(parse(TEXT), [f"{path}={value}"])
    (found,) = load(tree).diagnostics
    assert found.code == ("LC208" if path == "lstmc" else "LC203")
    assert found.path == path
    assert found.help == help_


@pytest.mark.parametrize("value", ["1", "0", "-0.0", "1e-3"])
def test_an_integer_is_a_number(value: str) -> None:
    codes = [d.code for d in load(override(parse(TEXT), [f"layers.0.dropout={value}"])).diagnostics]
    assert codes == (["LC204"] if value == "1" else [])


def test_a_spec_is_frozen() -> None:
    spec = Spec.model_validate(BASE)
    with pytest.raises(ValidationError):
        spec.name = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        spec.layers[0].units = 5  # type: ignore[attr-defined]
    assert isinstance(spec.layers, tuple)


MISSPELT = [
    ("layers.0.unit", "units"),
    ("layers.0.Units", "units"),
    ("layers.0.returnSequences", "return_sequences"),
    ("layers.0.return_sequence", "return_sequences"),
    ("layers.0.kernel_initialiser", "kernel_initializer"),
    ("fit.batchsize", "batch_size"),
    ("fit.batch-size", "batch_size"),
    ("fit.epoch", "epochs"),
    ("compile.optimiser", "optimizer"),
    ("compile.metric", "metrics"),
    ("input.timestep", "timesteps"),
    ("runtime.devise", "device"),
    ("evaluate.base_line", "baseline"),
    ("desciption", "description"),
]


@pytest.mark.parametrize(("path", "meant"), MISSPELT)
def test_did_you_mean(path: str, meant: str) -> None:
    (found,) = load(override(parse(TEXT), [f"{path}=1"])).diagnostics
    assert (found.code, found.help) == ("LC201", f"did you mean `{meant}`?")


TASKS = [
    ("regresion", 'did you mean "regression"?', 1),
    ("forecasting", 'did you mean "regression"?', 1),
    ("Classification", 'did you mean "binary" or "multiclass"?', 0),
    ("translation", "one of: regression, binary, multiclass, multilabel", 0),
]


@pytest.mark.parametrize(("task", "help_", "fixes"), TASKS)
def test_tasks_are_known_by_what_others_call_them(task: str, help_: str, fixes: int) -> None:
    (found,) = load(override(parse(TEXT), [f'task="{task}"'])).diagnostics
    assert (found.code, found.help, len(found.fixes)) == ("LC206", help_, fixes)


@pytest.mark.parametrize(
    ("path", "section"), [("epochs", "fit"), ("loss", "compile"), ("fit.window", "data"), ("compile.shuffle", "fit")]
)
@pytest.mark.triggers("LC201")
def test_a_key_of_another_section(path: str, section: str) -> None:
    (found,) = load(override(parse(TEXT), [f"{path}=1"])).diagnostics
    assert (found.code, found.help, found.fixes) == ("LC201", f"it is a key of `{section}`", ())


NOT_YET = [
    ("compile.loss", '"ctc"'),
    ("compile.loss", '{"type": "Circle"}'),
    ("layers.1.quantization_config", "{}"),
    ("layers.1.kernel_initializer", '"stft"'),
    ("data.groups", '"station"'),
    ("data.calendar", '["hour", "weekday"]'),
    ("data.text", '"message"'),
    ("predict.intervals", "[0.1, 0.9]"),
    ("tune", '{"fit.batch_size": [16, 32]}'),
]
WITH_DATA = json.dumps(
    {
        **BASE,
        "data": {
            "source": {"path": "a.csv"},
            "time": {"columns": "t"},
            "target": "y",
            "window": {"timesteps": 4},
            "split": {"train": 0.5},
        },
    }
)


@pytest.mark.parametrize(("path", "value"), NOT_YET)
def test_keys_of_a_later_version_are_refused(path: str, value: str) -> None:
    found = load(override(parse(WITH_DATA), [f"{path}={value}"])).diagnostics
    assert [d.code for d in found] == ["LC209"]
    assert found[0].path.startswith(path)
    assert found[0].fixes == ()


@pytest.mark.parametrize("path", ["layers.1.quantization_config", "data.categorical"])
def test_null_for_a_key_of_a_later_version_says_nothing(path: str) -> None:
    assert load(override(parse(WITH_DATA), [f"{path}=null"])).diagnostics == ()


def value_of(tree: Tree, *path: str | int) -> object:
    data: Any = tree.data()
    for part in path:
        data = data[part]
    return data


@pytest.mark.parametrize(
    ("assignment", "path", "value"),
    [
        ("fit.epochs=5", ("fit", "epochs"), 5),
        ("layers.0.units=20", ("layers", 0, "units"), 20),
        ("layers.1.activation=tanh", ("layers", 1, "activation"), "tanh"),
        ('layers.1.activation="tanh"', ("layers", 1, "activation"), "tanh"),
        ("runtime.device=gpu:1", ("runtime", "device"), "gpu:1"),
        ("runtime.limits.memory=8 GiB", ("runtime", "limits", "memory"), "8 GiB"),
        ("description=a=b", ("description",), "a=b"),
        ("description=", ("description",), ""),
        ("compile.loss=null", ("compile", "loss"), None),
        ("layers.0.unroll=true", ("layers", 0, "unroll"), True),
        ('input={"shape": [1, 2]}', ("input",), {"shape": [1, 2]}),
        ('data.features=["a", "é"]', ("data", "features"), ["a", "é"]),
        ("fit.learning=1e-3", ("fit", "learning"), 0.001),
    ],
)
def test_override(assignment: str, path: tuple[str | int, ...], value: object) -> None:
    tree = override(parse(TEXT), [assignment])
    assert tree.diagnostics == ()
    assert value_of(tree, *path) == value


def test_overrides_are_applied_in_turn() -> None:
    tree = override(
        parse(TEXT),
        [
            "fit.epochs=5",
            "fit.seed=2",
            "fit.epochs=6",
            'compile.optimizer={"type": "SGD"}',
            "compile.optimizer.momentum=0.5",
        ],
    )
    assert value_of(tree, "fit") == {"seed": 2, "epochs": 6}
    assert value_of(tree, "compile", "optimizer") == {"momentum": 0.5, "type": "SGD"}
    assert value_of(tree, "layers") == BASE["layers"]


def test_no_override_leaves_the_tree_alone() -> None:
    tree = parse(TEXT)
    assert override(tree, []) is tree


def test_a_mistake_in_an_override_has_a_place_in_the_text_it_gives() -> None:
    (found,) = compiled(BASE, ["layers.0.units=0"]).diagnostics
    source = compiled(BASE, ["layers.0.units=0"]).source
    assert found.span is not None
    assert source.text[found.span.start : found.span.end] == "0"
    assert source.name.endswith("(with --set)")


@pytest.mark.triggers("LC213")
@pytest.mark.parametrize(
    "assignment",
    [
        "fit.epochs",
        "=5",
        ".=5",
        "fit.=5",
        ".epochs=5",
        "fit..epochs=5",
        "layers.2.units=20",
        "layers.9.units=20",
        "layers.units=20",
        "layers.2=20",
        "layers.0.0=1",
        "lstmc.x=1",
        "layers.0.units.x=1",
        "fit.0=1",
    ],
)
def test_what_cannot_be_overridden(assignment: str) -> None:
    tree = override(parse(TEXT), [assignment])
    assert [d.code for d in tree.diagnostics] == ["LC213"]
    assert assignment in tree.diagnostics[0].message
    assert tree.source.text == TEXT


@given(st.text(max_size=20), st.text(max_size=10))
@settings(deadline=None, derandomize=True)
def test_no_override_raises(path: str, value: str) -> None:
    lstmc.check(BASE)
    load(override(parse(TEXT), [f"{path}={value}"]))


def is_finite(text: str) -> bool:
    """Whether a text is none of the numbers that Python's `json` reads and JSON does not have."""
    return text.strip() not in ("NaN", "Infinity", "-Infinity")


@given(
    some(["fit.epochs", "layers.0.units", "description", "compile.optimizer.x"]), st.text(max_size=10).filter(is_finite)
)
@settings(deadline=None, derandomize=True)
def test_any_value_of_an_override_is_a_value_or_a_text(path: str, value: str) -> None:
    tree = override(parse(TEXT), [f"{path}={value}"])
    try:
        expected = json.loads(value)
    except ValueError:
        expected = value
    parts = [int(part) if part.isdecimal() else part for part in path.split(".")]
    assert value_of(tree, *parts) == expected


def test_an_override_of_a_text_that_is_no_spec() -> None:
    tree = override(parse("[]"), ["fit.epochs=5"])
    assert [d.code for d in load(tree).diagnostics] == ["LC214"]


def test_a_spec_made_in_python_has_places() -> None:
    spec = Spec.model_validate(BASE)
    tree = tree_of(spec)
    assert tree.source.text.count("\n") > 10
    assert Spec.model_validate(json.loads(tree.source.text)) == spec


NAMED = [
    (registry, name)
    for registry in (OPTIMIZERS, LOSSES, METRICS, INITIALIZERS, REGULARIZERS, CONSTRAINTS)
    for name, type_ in registry.names.items()
    if not any(field.is_required() for field in registry.classes[type_].model_fields.values())
]


@pytest.mark.parametrize(("registry", "name"), NAMED, ids=lambda value: value if isinstance(value, str) else value.kind)
def test_a_name_alone_is_the_object_with_no_arguments(registry: Registry, name: str) -> None:
    """A metric keeps the name, unless it is the name that the object has."""
    own = getattr(registry.classes[registry.names[name]], "keras_name", name)
    kept = {"name": name} if registry.kind == "metric" and name != own else {}
    named, written = registry.validate(name), registry.validate({"type": registry.names[name], **kept})
    assert type(named) is type(written)
    assert named.arguments() == written.arguments()
    assert named.model_dump() == written.model_dump()
    assert named.model_fields_set == set(kept)
