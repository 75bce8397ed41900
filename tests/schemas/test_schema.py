"""The JSON Schema of a spec says what the models say, apart from what it states it cannot."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from pydantic import ValidationError

from lstmc import schemas
from lstmc.schemas import generate
from lstmc.spec.model import Spec

SCHEMA = json.loads(schemas.text())
VALIDATOR = Draft202012Validator(SCHEMA)

LSTM = {"type": "LSTM", "units": 3}
BASE: dict[str, Any] = {"lstmc": 1, "layers": [LSTM]}
DATA: dict[str, Any] = {"source": "a.csv", "target": "t", "window": {"timesteps": 4}}


def with_(**sections: Any) -> dict[str, Any]:
    return {**BASE, **sections}


def layer(**arguments: Any) -> dict[str, Any]:
    return with_(layers=[{**LSTM, **arguments}])


def data(**keys: Any) -> dict[str, Any]:
    return with_(data={**DATA, **keys})


VALID: dict[str, dict[str, Any]] = {
    "least": BASE,
    "schema": with_(**{"$schema": "./lstmc-spec-1.schema.json"}),
    "name": with_(name="air-1.0_b"),
    "description": with_(description="tüft"),
    "task by name": with_(task="regression"),
    "task": with_(task={"kind": "multiclass", "output": "sequence", "classes": ["a", 2], "target": "label"}),
    "task null": with_(task=None),
    "classes counted": with_(task={"kind": "multiclass", "classes": 3}),
    "input": with_(input={"timesteps": 4, "features": 2, "batch_size": 8}),
    "input of any length": with_(input={"timesteps": None, "features": 2}),
    "input shape": with_(input={"shape": [4, None, 2], "dtype": "float32"}),
    "vocabulary null": with_(input={"timesteps": 4, "features": 2, "vocabulary": None}),
    "Dense": with_(layers=[{"type": "Dense", "units": 1, "activation": None}]),
    "Dropout": with_(layers=[{"type": "Dropout", "rate": 0, "noise_shape": [None, 1]}]),
    "Activation": with_(layers=[{"type": "Activation", "activation": "relu"}]),
    "initializer by name": layer(kernel_initializer="glorot_uniform"),
    "initializer": layer(kernel_initializer={"type": "VarianceScaling", "scale": 2, "mode": "fan_out"}),
    "regularizer": layer(kernel_regularizer={"type": "L1L2", "l1": 0.1}),
    "regularizer null": layer(kernel_regularizer=None),
    "constraint": layer(kernel_constraint={"type": "MaxNorm", "max_value": 2}),
    "use_cudnn auto": layer(use_cudnn="auto"),
    "use_cudnn false": layer(use_cudnn=False),
    "optimizer in capitals": with_(compile={"optimizer": "ADAM"}),
    "optimizer": with_(compile={"optimizer": {"type": "SGD", "learning_rate": 1, "momentum": 0.3}}),
    "loss by name": with_(compile={"loss": "mse"}),
    "loss": with_(compile={"loss": {"type": "BinaryCrossentropy", "label_smoothing": 0.1}}),
    "loss null": with_(compile={"loss": None}),
    "metrics": with_(compile={"metrics": ["accuracy", {"type": "BinaryAccuracy", "threshold": 0.3}]}),
    "no metrics": with_(compile={"metrics": []}),
    "data": data(),
    "source": data(source={"path": "a.csv", "delimiter": ";"}),
    "time": data(time="year"),
    "source of text": data(source={"path": "*.txt", "format": "tsv", "decimal": ",", "encoding": "latin-1"}),
    "source of arrays": data(source={"path": "a.npz", "x": "X", "y": "Y", "length": "n"}),
    "time columns": data(time=["year", "month"]),
    "time format": data(time={"columns": ["day", "hour"], "format": "%d.%m.%Y %H"}),
    "missing": data(missing="forward_fill"),
    "fill": data(missing={"fill": 0.5}),
    "categorical": data(categorical={"a": "one_hot", "b": "ordinal"}),
    "time object": data(time={"columns": "year"}),
    "features": data(features=["a", "b"]),
    "targets": data(target=["a", "b"]),
    "arrange": data(arrange="columns_as_features", window=None),
    "arrange object": data(arrange={"timesteps": 2}),
    "scale": data(scale="standard"),
    "scale to a range": data(scale={"minmax": [-1, 1]}),
    "scale of each": data(scale={"features": "minmax", "target": {"minmax": [0, 1]}}),
    "split": data(split={"train": 100, "test": 0.5, "order": "random"}),
    "missing error": data(missing="error"),
    "fit": with_(fit={"epochs": 1, "batch_size": 2, "shuffle": None, "seed": 0, "verbose": 2}),
    "validation_split": with_(fit={"validation_split": 0.5}),
    "early_stopping null": with_(fit={"early_stopping": None}),
    "early_stopping": with_(fit={"early_stopping": {"monitor": "loss", "patience": 3, "baseline": 0.1}}),
    "reduce_lr_on_plateau": with_(fit={"reduce_lr_on_plateau": {"factor": 0.5, "mode": "max"}}),
    "checkpoint": with_(fit={"checkpoint": {"every": 5, "keep_best": False}}),
    "class_weight": with_(fit={"class_weight": {"a": 2, "b": 0.5}}),
    "class_weight balanced": with_(fit={"class_weight": "balanced", "sample_weight": "w"}),
    "reset_states": with_(fit={"reset_states": "never", "tensorboard": "logs"}),
    "data without source": with_(data={"target": "t"}),
    "precision": with_(runtime={"precision": "mixed_bfloat16", "threads": 2}),
    "evaluate": with_(evaluate={"on": "all", "baseline": "none", "batch_size": None}),
    "predict": with_(predict={"output": "probabilities", "threshold": 0.2}),
    "runtime": with_(runtime={"device": "gpu:1", "limits": {"memory": "8 GiB", "parameters": 10}}),
}
INVALID: dict[str, Any] = {
    "list": [],
    "text": "LSTM",
    "null": None,
    "empty": {},
    "no layers": {"lstmc": 1},
    "empty layers": with_(layers=[]),
    "layers as an object": with_(layers={}),
    "no version": {"layers": [LSTM]},
    "version 2": with_(lstmc=2),
    "version as text": with_(lstmc="1"),
    "unknown key": with_(optimiser="adam"),
    "name with a space": with_(name="a b"),
    "name too long": with_(name="a" * 65),
    "task unknown": with_(task="classification"),
    "task without kind": with_(task={"output": "last"}),
    "one class": with_(task={"kind": "multiclass", "classes": 1}),
    "input with an unknown key": with_(input={"timesteps": 4, "feature": 2}),
    "input shape empty": with_(input={"shape": []}),
    "input shape with zero": with_(input={"shape": [0]}),
    "vocabulary of nothing": with_(input={"timesteps": 4, "vocabulary": 0}),
    "layer as text": with_(layers=["LSTM"]),
    "layer null": with_(layers=[None]),
    "layer without type": with_(layers=[{"units": 3}]),
    "layer unknown": with_(layers=[{"type": "Lstm", "units": 3}]),
    "wrapper of nothing": with_(layers=[{"type": "TimeDistributed"}]),
    "wrapper of an unknown layer": with_(layers=[{"type": "TimeDistributed", "layer": {"type": "Lstm"}}]),
    "two strides": with_(layers=[{"type": "Conv1D", "filters": 2, "kernel_size": 2, "strides": [1, 1]}]),
    "units missing": with_(layers=[{"type": "LSTM"}]),
    "units as text": layer(units="64"),
    "units as boolean": layer(units=True),
    "units as fraction": layer(units=2.5),
    "units zero": layer(units=0),
    "units null": layer(units=None),
    "unknown argument": layer(unit=3),
    "boolean as number": layer(unroll=0),
    "rate 1": layer(dropout=1),
    "rate as text": layer(dropout="0.1"),
    "activation unknown": layer(activation="tanhh"),
    "initializer unknown": layer(kernel_initializer="glorot"),
    "initializer as a number": layer(kernel_initializer=0.1),
    "initializer argument": layer(kernel_initializer={"type": "Zeros", "value": 1}),
    "regularizer below zero": layer(kernel_regularizer={"type": "L2", "l2": -1}),
    "initializer null": layer(kernel_initializer=None),
    "seed too large": layer(seed=2**31),
    "optimizer unknown": with_(compile={"optimizer": "adm"}),
    "loss of later": with_(compile={"loss": "ctc"}),
    "learning rate zero": with_(compile={"optimizer": {"type": "Adam", "learning_rate": 0}}),
    "loss in capitals": with_(compile={"loss": "Mean_Squared_Error"}),
    "metrics by one name": with_(compile={"metrics": "accuracy"}),
    "source empty": data(source=""),
    "delimiter of two": data(source={"path": "a", "delimiter": "::"}),
    "target empty": data(target=[]),
    "scale unknown": data(scale="robust"),
    "scale to three": data(scale={"minmax": [0, 1, 2]}),
    "split without train": data(split={"test": 0.1}),
    "split of nothing": data(split={"train": 0}),
    "missing unknown": data(missing="mean"),
    "fill as text": data(missing={"fill": "0"}),
    "category unknown": data(categorical={"a": "dummy"}),
    "encoding unknown": data(source={"path": "a", "encoding": "utf8"}),
    "seven time columns": data(time=list("abcdefg")),
    "epochs zero": with_(fit={"epochs": 0}),
    "early_stopping as a switch": with_(fit={"early_stopping": True}),
    "patience negative": with_(fit={"early_stopping": {"patience": -1}}),
    "factor 1": with_(fit={"reduce_lr_on_plateau": {"factor": 1}}),
    "checkpoint every batch": with_(fit={"checkpoint": {"every": "batch"}}),
    "class_weight negative": with_(fit={"class_weight": {"a": -1}}),
    "class_weight unknown": with_(fit={"class_weight": "balance"}),
    "reset_states unknown": with_(fit={"reset_states": "step"}),
    "precision unknown": with_(runtime={"precision": "float16"}),
    "threads zero": with_(runtime={"threads": 0}),
    "verbose 3": with_(fit={"verbose": 3}),
    "verbose as boolean": with_(fit={"verbose": True}),
    "threshold 1": with_(predict={"threshold": 1}),
    "device unknown": with_(runtime={"device": "tpu"}),
    "version as boolean": with_(lstmc=True),
    "use_cudnn as number": layer(use_cudnn=0),
    "memory": with_(runtime={"limits": {"memory": "lots"}}),
}


def accepted(spec: Any) -> bool:
    """What the models say."""
    try:
        Spec.model_validate(spec)
    except ValidationError:
        return False
    return True


def test_the_file_is_current() -> None:
    assert schemas.text() == generate.text()


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def references(part: Any) -> Iterator[str]:
    match part:
        case dict():
            if isinstance(part.get("$ref"), str):
                yield part["$ref"]
            for item in part.values():
                yield from references(item)
        case list():
            for item in part:
                yield from references(item)


def test_every_reference_leads_to_a_definition_and_every_definition_is_used() -> None:
    assert set(references(SCHEMA)) == {f"#/$defs/{name}" for name in SCHEMA["$defs"]}


def test_every_key_is_described() -> None:
    """At the key itself, or at the object it refers to."""
    definitions = {"spec": SCHEMA, **SCHEMA["$defs"]}
    described = {f"#/$defs/{name}" for name, definition in SCHEMA["$defs"].items() if "description" in definition}
    silent = [
        f"{name}.{key}"
        for name, definition in definitions.items()
        for key, value in definition.get("properties", {}).items()
        if isinstance(value, dict)
        and key != "type"
        and "description" not in value
        and value.get("$ref") not in described
    ]
    assert silent == []


@pytest.mark.parametrize("spec", VALID.values(), ids=list(VALID))
def test_valid(spec: dict[str, Any]) -> None:
    assert accepted(spec)
    assert [error.message for error in VALIDATOR.iter_errors(spec)] == []


@pytest.mark.parametrize("spec", INVALID.values(), ids=list(INVALID))
def test_invalid(spec: Any) -> None:
    assert not accepted(spec)
    assert not VALIDATOR.is_valid(spec)


def test_numbers_written_as_floats_are_what_it_cannot_tell() -> None:
    assert any("1.0" in line for line in generate.BEYOND)
    assert VALIDATOR.is_valid(layer(units=3.0))
    assert not accepted(layer(units=3.0))


Path = tuple[str | int, ...]


def places(part: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value inside."""
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


def changed(spec: dict[str, Any], path: Path, change: Any) -> dict[str, Any]:
    """A copy of `spec` with the container of the last key handed to `change`."""
    spec = copy.deepcopy(spec)
    owner: Any = spec
    for part in path[:-1]:
        owner = owner[part]
    change(owner, path[-1])
    return spec


def agrees(spec: Any) -> bool:
    return VALIDATOR.is_valid(spec) == accepted(spec)


def at(spec: Any, path: Path) -> Any:
    for part in path:
        spec = spec[part]
    return spec


#: Every place of the valid specs, once: most begin with the same layer.
PLACES = list(
    {(path, repr(at(spec, path))): (name, path) for name, spec in VALID.items() for path in places(spec)}.values()
)
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 7, 2**31, 0.5, 1.5, -0.5, "", "64", "a b", "true", "adam", "Adam", "linear", "zeros",
    "none", "auto", [], [1], [None], ["a"], {}, {"type": "LSTM"}, {"type": "Adam"}, {"type": "Zeros"}, {"type": 1},
    {"type": None}, {"kind": "binary"}, {"minmax": [0, 1]}, {"path": "a.csv"}, {"unknown": 1},
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_they_agree_on_any_value_anywhere(value: Any) -> None:
    def put(owner: Any, key: str | int) -> None:
        owner[key] = copy.deepcopy(value)

    specs = [(name, path, changed(VALID[name], path, put)) for name, path in PLACES]
    assert [(name, path) for name, path, spec in specs if not agrees(spec)] == []


def test_they_agree_when_a_key_is_left_out() -> None:
    def drop(owner: Any, key: str | int) -> None:
        del owner[key]

    specs = [(name, path, changed(VALID[name], path, drop)) for name, path in PLACES]
    assert [(name, path) for name, path, spec in specs if not agrees(spec)] == []


def test_neither_takes_an_unknown_key_anywhere() -> None:
    """Apart from `class_weight`, whose keys are labels."""

    def add(owner: Any, key: str | int) -> None:
        owner["unknown"] = 1

    named = [(name, path) for name, path in PLACES if isinstance(path[-1], str) and "class_weight" not in path[:-1]]
    specs = [(name, path, changed(VALID[name], path, add)) for name, path in named]
    assert [(name, path) for name, path, spec in specs if accepted(spec) or VALIDATOR.is_valid(spec)] == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


def has_whole_float(value: Any) -> bool:
    """Whether a number is written as 1.0, which the schema cannot tell from 1."""
    match value:
        case float():
            return value.is_integer()
        case dict():
            return any(map(has_whole_float, value.values()))
        case list():
            return any(map(has_whole_float, value))
    return False


@given(st.sampled_from(PLACES), JSON.filter(lambda value: not has_whole_float(value)))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_they_agree_on_random_values(place: tuple[str, Path], value: Any) -> None:
    def put(owner: Any, key: str | int) -> None:
        owner[key] = value

    assert agrees(changed(VALID[place[0]], place[1], put))


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        (with_(layers=[LSTM, {"type": "Dense", "units": "1"}]), "$.layers[1].units"),
        (layer(kernel_initializer={"type": "Constant", "value": "a"}), "$.layers[0].kernel_initializer.value"),
        (layer(activation="tanhh"), "$.layers[0].activation"),
        (with_(layers=[LSTM, {"type": "Lstm"}]), "$.layers[1].type"),
        (with_(compile={"optimizer": {"type": "SGD", "momentum": 2}}), "$.compile.optimizer.momentum"),
        (with_(compile={"loss": "msee"}), "$.compile.loss"),
        (data(split={"train": 0.5, "order": "tme"}), "$.data.split.order"),
        (with_(fit={"epochs": 0}), "$.fit.epochs"),
        (with_(fit={"epoch": 1}), "$.fit"),
        (with_(runtime={"limits": {"parameters": 0}}), "$.runtime.limits.parameters"),
    ],
)
def test_what_an_editor_says_points_to_the_mistake(spec: dict[str, Any], path: str) -> None:
    error = best_match(VALIDATOR.iter_errors(spec))
    assert error is not None
    assert error.json_path == path


def examples(*keys: str) -> list[Any]:
    """What an editor offers at a key, where nothing is written yet: the examples beside `if`, not those in a branch."""
    part: Any = SCHEMA
    for key in keys:
        part = part["properties"][key]
        while "$ref" in part or "anyOf" in part:
            part = part["anyOf"][0] if "anyOf" in part else SCHEMA["$defs"][part["$ref"].rsplit("/", 1)[-1]]
        part = part if "properties" in part or key == keys[-1] else part["then"]
    found: list[Any] = part.get("examples", part.get("enum", []))
    return found


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        (("task",), "multiclass"),
        (("compile", "loss"), "mse"),
        (("compile", "optimizer"), "adam"),
        (("data", "arrange"), "columns_as_timesteps"),
        (("data", "scale"), "standard"),
        (("runtime", "schedule"), "fused"),
        (("runtime", "device"), "gpu"),
        (("evaluate", "on"), "test"),
    ],
)
def test_editors_complete_the_short_forms(keys: tuple[str, ...], word: str) -> None:
    assert word in examples(*keys)


def test_every_example_is_a_valid_value() -> None:
    for kind in ("loss", "metric", "optimizer", "initializer", "regularizer", "constraint"):
        choice = Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": SCHEMA["$defs"]})
        assert all(choice.is_valid(word) for word in SCHEMA["$defs"][kind]["examples"]), kind


def test_the_schema_has_a_name_that_is_no_address() -> None:
    assert SCHEMA["$id"] == "urn:lstmc:schema:spec:1"
