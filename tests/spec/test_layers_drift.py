"""The language's arguments and defaults are Keras's: those of the reference, and those of the Keras installed."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticUndefined

from lstmc.compiler.targets.calls import Call, loss_call, metric_call, optimizer_call
from lstmc.compiler.targets.keras import construct
from lstmc.spec.base import Tagged
from lstmc.spec.layers import LAYERS, Layer
from lstmc.spec.training import LOSSES, METRICS, OPTIMIZERS, AccuracyMetric
from lstmc.spec.weights import CONSTRAINTS, INITIALIZERS, REGULARIZERS

keras = pytest.importorskip("keras")

#: Arguments of Keras that the language leaves out, and why.
LEFT_OUT: Mapping[str, str] = {
    "dtype": "the precision of the whole model is `runtime.precision`",
    "autocast": "belongs to dtype",
}
#: Arguments that are settled otherwise, with the reason; (class, argument).
OTHERWISE: Mapping[tuple[str, str], str] = {
    ("LSTM", "return_sequences"): "Keras's default is False; here it is inferred",
    ("GRU", "return_sequences"): "as of LSTM",
    ("SimpleRNN", "return_sequences"): "as of LSTM",
    ("Embedding", "weights"): "removed: an initializer, or an artifact that is trained further",
    ("Bidirectional", "weights"): "removed: an artifact that is trained further",
}
REQUIRED = object()
MODULES = {
    "layers": LAYERS,
    "optimizers": OPTIMIZERS.classes,
    "losses": LOSSES.classes,
    "metrics": {name: cls for name, cls in METRICS.classes.items() if cls is not AccuracyMetric},
    "initializers": INITIALIZERS.classes,
    "regularizers": REGULARIZERS.classes,
    "constraints": CONSTRAINTS.classes,
}
CLASSES = [(module, name, cls) for module, classes in MODULES.items() for name, cls in classes.items()]
IDS = [f"{module}.{name}" for module, name, _ in CLASSES]
#: What layers take by `**kwargs`.
BASE_LAYER = {"name": None, "trainable": True, "activity_regularizer": None}


def ours(cls: type[Tagged]) -> dict[str, Any]:
    """Our arguments and their defaults, as Keras would spell them."""
    found = {}
    for name, field in cls.model_fields.items():
        if name != "type":
            default = field.default
            found[name] = REQUIRED if default is PydanticUndefined else spelt(default)
    return found


def spelt(value: Any) -> Any:
    if not isinstance(value, Tagged):
        return value
    return "uniform" if value.type == "RandomUniform" else snake(value.type)


def snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


def installed(module: str, name: str) -> dict[str, Any]:
    """Keras's arguments and their defaults, by its signatures."""
    cls = getattr(getattr(keras, module), name)
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__) if module == "optimizers" else (cls,):
        signature = inspect.signature(base.__init__)
        for parameter in list(signature.parameters.values())[1:]:
            if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
                continue
            found[parameter.name] = REQUIRED if parameter.default is parameter.empty else parameter.default
    if module == "layers":
        found = {**BASE_LAYER, **found}
    return found


def referenced(shared: Path, module: str, name: str) -> dict[str, Any]:
    """Keras's arguments and their defaults, by the reference."""
    if module == "layers":
        content = json.loads((shared / "reference" / "layers.json").read_text(encoding="utf-8"))
        (entry,) = [layer for layer in content["layers"] if layer["name"] == name]
    else:
        content = json.loads((shared / "reference" / "registry.json").read_text(encoding="utf-8"))
        entry = content[module]["objects"][name]
    found = {arg["name"]: REQUIRED if arg["required"] else arg["default"] for arg in entry["args"]}
    return {**BASE_LAYER, **found} if module == "layers" else found


def compared(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What has to be equal: everything that is not among the exceptions."""
    kept = {key: value for key, value in arguments.items() if key not in LEFT_OUT}
    return {key: value for key, value in kept.items() if (name, key) not in OTHERWISE}


def assert_equal(name: str, module: str, mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    mine, theirs = compared(name, mine), compared(name, theirs)
    assert mine.keys() == theirs.keys()
    free_names = module in ("optimizers", "losses", "metrics")
    for key in mine.keys() - ({"name"} if free_names else set()):
        assert mine[key] == theirs[key], key


@pytest.mark.parametrize(("module", "name", "cls"), CLASSES, ids=IDS)
def test_installed_keras(module: str, name: str, cls: type[Tagged]) -> None:
    assert_equal(name, module, ours(cls), installed(module, name))


@pytest.mark.shared
@pytest.mark.parametrize(("module", "name", "cls"), CLASSES, ids=IDS)
def test_reference(module: str, name: str, cls: type[Tagged], shared: Path) -> None:
    assert_equal(name, module, ours(cls), referenced(shared, module, name))


@pytest.mark.parametrize(
    ("registry", "module"),
    [
        (INITIALIZERS, "initializers"),
        (REGULARIZERS, "regularizers"),
        (CONSTRAINTS, "constraints"),
        (OPTIMIZERS, "optimizers"),
    ],
)
def test_every_name_is_one_of_keras(registry: Any, module: str) -> None:
    """`constant` alone is not: Keras does not give its `value` the default that the class has."""
    known = getattr(keras, module)
    meant = {name: getattr(known, type_) for name, type_ in registry.names.items() if type_ != "Constant"}
    assert {name: type(known.get(name)) for name in meant} == meant


@pytest.mark.parametrize("name", LOSSES.names)
def test_every_loss_name_is_one_of_keras(name: str) -> None:
    function = keras.losses.get(name)
    cls = LOSSES.classes[LOSSES.names[name]]
    found = function.__name__ if inspect.isfunction(function) else snake(type(function).__name__)
    assert found == cls.keras_name  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [name for name, type_ in METRICS.names.items() if type_ != "accuracy"])
def test_every_metric_name_is_one_of_keras(name: str) -> None:
    assert keras.metrics.get(name) is not None


@pytest.mark.parametrize("registry", [INITIALIZERS, REGULARIZERS, CONSTRAINTS, OPTIMIZERS, LOSSES, METRICS])
def test_what_is_refused_for_now_exists(registry: Any) -> None:
    modules = [keras.initializers, keras.optimizers, keras.losses, keras.metrics]
    known = {name.lower().replace("_", "") for module in modules for name in dir(module)}
    extra = {"msle", "f1score", "r2score", "logcosh"}
    assert {name for name in registry.later if name.lower().replace("_", "") not in known | extra} == set()


@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_an_argument_that_was_removed_is_none_of_keras(cls: type[Layer]) -> None:
    assert set(cls.removed).isdisjoint(cls.model_fields)


KINDS = {"optimizers": optimizer_call, "losses": loss_call, "metrics": metric_call}


@pytest.mark.parametrize(
    ("module", "name", "cls"), [entry for entry in CLASSES if entry[0] != "layers"],
    ids=[id_ for id_, entry in zip(IDS, CLASSES, strict=True) if entry[0] != "layers"],
)  # fmt: skip
def test_defaults_configure_the_same_object(module: str, name: str, cls: type[Tagged]) -> None:
    """The object that the target makes of an empty one is what Keras makes without arguments."""
    part = cls.model_validate({})
    call = KINDS[module](part) if module in KINDS else Call(module, name, {})  # type: ignore[operator]
    made, theirs = construct(call).get_config(), getattr(getattr(keras, module), name)().get_config()
    assert without(made, "seed", "name") == without(theirs, "seed", "name")


def without(config: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key not in keys}
