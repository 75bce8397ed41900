"""What a training is watched by: the keys there will be, and their direction, as Keras has it."""

from __future__ import annotations

from typing import Any

import pytest

import lstmc
from lstmc.api import compiled
from lstmc.compiler.monitors import direction, keys
from lstmc.compiler.plan import Plan
from lstmc.spec.metrics import METRICS

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

SPEC: dict[str, Any] = {
    "lstmc": 1,
    "task": "regression",
    "input": {"timesteps": 4, "features": 2},
    "layers": [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": 1}],
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "BinaryIoU": {},
    "IoU": {"num_classes": 2, "target_class_ids": [0]},
    "MeanIoU": {"num_classes": 2},
    "OneHotIoU": {"num_classes": 2, "target_class_ids": [0]},
    "OneHotMeanIoU": {"num_classes": 2},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}


def plan(**sections: Any) -> Plan:
    return compiled({**SPEC, **sections}).result()


@pytest.mark.parametrize("name", sorted(set(METRICS.classes) - {"accuracy", "crossentropy"}))
def test_directions_are_those_of_keras(name: str) -> None:
    import keras

    metric = getattr(keras.metrics, name)(**ARGUMENTS.get(name, {}))
    ours = METRICS.classes[name].model_construct().direction
    assert {"up": "max", "down": "min"}.get(getattr(metric, "_direction", "")) == ours


@pytest.mark.parametrize(
    ("monitor", "mode", "expected"),
    [
        ("loss", "auto", "min"),
        ("val_loss", "auto", "min"),
        ("val_mae", "auto", "min"),
        ("loss", "max", "max"),
        ("val_share", "auto", "max"),
    ],
)
def test_direction(monitor: str, mode: Any, expected: str) -> None:
    compile_ = {"loss": "mse", "metrics": ["mae", {"type": "R2Score", "name": "share"}]}
    assert direction(plan(compile=compile_), monitor, mode) == expected


def test_keys_with_and_without_validation() -> None:
    own = ("loss", "mean_absolute_error")
    assert keys(plan(), validated=False) == own
    assert keys(plan(), validated=True) == (*own, "val_loss", "val_mean_absolute_error")


@pytest.mark.triggers("LC421")
def test_a_metric_that_does_not_say_what_is_better_needs_a_mode() -> None:
    watched = {"monitor": "true_positives"}
    binary = {**SPEC, "task": "binary", "compile": {"metrics": ["true_positives"]}}
    (found,) = lstmc.check({**binary, "fit": {"early_stopping": watched}})
    assert (found.code, found.path) == ("LC421", "fit.early_stopping.monitor")
    assert lstmc.check({**binary, "fit": {"early_stopping": {**watched, "mode": "max"}}}) == ()
