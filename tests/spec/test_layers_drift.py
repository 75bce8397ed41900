"""The language's arguments and defaults are Keras's: those of the reference, and those of the Keras installed."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticUndefined

from lstmc.compiler.targets.calls import Call, loss_call, metric_call, optimizer_call
from lstmc.compiler.targets.keras import construct
from lstmc.spec.base import Tagged
from lstmc.spec.layers import LAYERS, Layer
from lstmc.spec.training import LOSSES, METRICS, OPTIMIZERS, SCHEDULES
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
    ("FBetaScore", "name"): "only the name differs",
    ("BinaryIoU", "target_class_ids"): "a tuple here, a list in the reference",
}
#: Names that stand for whichever class fits the output, as in Keras's `compile`.
RESOLVED = {"accuracy", "crossentropy"}
#: Names of the language for what Keras has under its own class only.
NAMED_HERE = {"lamb", "Lamb", "CategoricalGeneralizedCrossEntropy", "categorical_generalized_cross_entropy"}
#: What Keras exports, and finds by no name; the reference leaves it out.
MISSING = {"Lamb", "CategoricalGeneralizedCrossEntropy"}
#: Arguments that have no default, for the classes that need them.
NEEDED: Mapping[str, Mapping[str, Any]] = {
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "IoU": {"num_classes": 3, "target_class_ids": [0, 1]},
    "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0, 1]},
    "OneHotMeanIoU": {"num_classes": 3},
    "ExponentialDecay": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5},
    "InverseTimeDecay": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5},
    "PolynomialDecay": {"initial_learning_rate": 0.1, "decay_steps": 10},
    "PiecewiseConstantDecay": {"boundaries": [10, 20], "values": [0.3, 0.2, 0.1]},
    "CosineDecay": {"initial_learning_rate": 0.1, "decay_steps": 10},
    "CosineDecayRestarts": {"initial_learning_rate": 0.1, "first_decay_steps": 10},
}
REQUIRED = object()
MODULES = {
    "layers": LAYERS,
    "optimizers": OPTIMIZERS.classes,
    "optimizers.schedules": SCHEDULES.classes,
    "losses": {name: cls for name, cls in LOSSES.classes.items() if name not in RESOLVED},
    "metrics": {name: cls for name, cls in METRICS.classes.items() if name not in RESOLVED},
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
    cls = attrgetter(f"{module}.{name}")(keras)
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
        if name in MISSING:
            pytest.skip("the reference has only what Keras finds by a name")
        entry = content["schedules"][name] if module.endswith("schedules") else content[module]["objects"][name]
    found = {arg["name"]: REQUIRED if arg["required"] else arg["default"] for arg in entry["args"]}
    return {**BASE_LAYER, **found} if module == "layers" else found


def compared(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What has to be equal: everything that is not among the exceptions."""
    kept = {key: value for key, value in arguments.items() if key not in LEFT_OUT}
    return {key: value for key, value in kept.items() if (name, key) not in OTHERWISE}


def assert_equal(name: str, module: str, mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    mine, theirs = compared(name, mine), compared(name, theirs)
    assert mine.keys() == theirs.keys()
    free_names = module in ("optimizers", "optimizers.schedules", "losses", "metrics")
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
    left_out = NAMED_HERE | {"Constant", "constant"}
    meant = {name: getattr(known, type_) for name, type_ in registry.names.items() if name not in left_out}
    assert {name: type(known.get(name)) for name in meant} == meant


@pytest.mark.parametrize("name", sorted(LOSSES.names.keys() - NAMED_HERE - {"crossentropy", "ce"}))
def test_every_loss_name_is_one_of_keras(name: str) -> None:
    function = keras.losses.get(name)
    cls = LOSSES.classes[LOSSES.names[name]]
    found = function.__name__ if inspect.isfunction(function) else snake(type(function).__name__)
    assert found.replace("_", "") == cls.keras_name.replace("_", "")  # type: ignore[attr-defined]


@pytest.mark.parametrize("module", ["losses", "metrics", "optimizers"])
def test_every_class_and_name_of_keras_is_known(module: str) -> None:
    known = import_module(f"keras.src.{module}").ALL_OBJECTS_DICT
    registry = {"losses": LOSSES, "metrics": METRICS, "optimizers": OPTIMIZERS}[module]
    names = {name for name in known if name not in registry.names and name not in registry.later}
    assert {name for name in names if meaning(known[name]) not in NOT_OURS} == set()


#: What Keras keeps among them, and why the language leaves it out.
NOT_OURS: Mapping[str, str] = {
    "Loss": "a base class",
    "LossFunctionWrapper": "wraps a function",
    "Metric": "a base class",
    "MeanMetricWrapper": "wraps a function",
    "Mean": "the mean of one argument; a model's metric gets targets and outputs",
    "Sum": "the sum of one argument",
    "Optimizer": "a base class",
    "LossScaleOptimizer": "wraps an optimizer; Keras does so itself under a policy of mixed precision",
    "MultiOptimizer": "several optimizers, by patterns of Python objects",
    "OptimizerMap": "belongs to MultiOptimizer",
    **dict.fromkeys(("IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"), "as a name alone they lack arguments"),
    **dict.fromkeys(
        ("SensitivityAtSpecificity", "SpecificityAtSensitivity", "PrecisionAtRecall", "RecallAtPrecision"),
        "as a name alone they lack an argument",
    ),
}


def meaning(value: Any) -> str:
    return str(value.__name__)


@pytest.mark.parametrize("name", [name for name, type_ in METRICS.names.items() if type_ not in {"accuracy", *NEEDED}])
def test_every_metric_name_is_one_of_keras(name: str) -> None:
    assert type(keras.metrics.get(name)).__name__ == METRICS.names[name]


@pytest.mark.parametrize("registry", [INITIALIZERS, REGULARIZERS, CONSTRAINTS, OPTIMIZERS, LOSSES, METRICS])
def test_what_is_refused_for_now_exists(registry: Any) -> None:
    modules = [keras.initializers, keras.optimizers, keras.losses, keras.metrics]
    known = {name.lower().replace("_", "") for module in modules for name in dir(module)}
    assert {name for name in registry.later if name.lower().replace("_", "") not in known} == set()


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
    needed = NEEDED.get(name, {})
    part = cls.model_validate(needed)
    call = KINDS[module](part) if module in KINDS else Call(module, name, needed)  # type: ignore[operator]
    made, theirs = construct(call).get_config(), attrgetter(f"{module}.{name}")(keras)(**needed).get_config()
    assert without(made, "seed", "name") == without(theirs, "seed", "name")


def without(config: dict[str, Any], *keys: str) -> dict[str, Any]:
    kept = {key: value for key, value in config.items() if key not in keys}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in kept.items()}
