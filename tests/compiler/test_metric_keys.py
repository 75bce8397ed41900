"""A metric is reported under the key that stock Keras's history has for what the spec says."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import lstmc
from lstmc.api import check, compiled
from lstmc.compiler.targets.keras import metrics
from lstmc.spec.metrics import METRICS

compile_utils = pytest.importorskip("keras.src.trainers.compile_utils")
keras = pytest.importorskip("keras")
NEEDED = {
    "num_classes": 2, "target_class_ids": [0], "recall": 0.5, "precision": 0.5, "specificity": 0.5, "sensitivity": 0.5,
}  # fmt: skip
SPEC: dict[str, Any] = {
    "lstmc": 1,
    "input": {"timesteps": 3, "features": 2},
    "layers": [{"type": "SimpleRNN", "units": 2}, {"type": "Dense", "units": 1}],
}


def needed(type_: str) -> dict[str, Any]:
    fields = METRICS.classes[type_].model_fields
    return {key: value for key, value in NEEDED.items() if key in fields and fields[key].is_required()}


@pytest.mark.parametrize("name", [name for name, type_ in METRICS.names.items() if not needed(type_)])
def test_a_name_alone_is_the_key(name):
    """`get_metric` is what `keras.Model.compile` makes of a name."""
    y = np.zeros((2, 1))
    assert METRICS.validate(name).key == compile_utils.get_metric(name, y, y).name  # type: ignore[attr-defined]


@pytest.mark.parametrize("type_", [type_ for type_ in METRICS.classes if type_ not in ("accuracy", "Accuracy")])
def test_an_object_has_the_key_of_the_keras_object(type_):
    given = needed(type_)
    metric = METRICS.validate({"type": type_, **given})
    name = getattr(keras.metrics, type_)(**given).name  # Keras numbers those after the first of a process: `auc_1`
    assert metric.key == re.sub(r"_\d+$", "", name)  # type: ignore[attr-defined]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_keys_of_a_history_and_an_evaluation_are_those_of_stock_keras(tmp_path):
    written = ["mae", "MSE", "mape", {"type": "MeanSquaredLogarithmicError"}, {"type": "LogCoshError", "name": "lc"}]
    x, y = np.ones((8, 3, 2), np.float32), np.linspace(0, 1, 8, dtype=np.float32)[:, None]
    early = {"monitor": "val_mae", "patience": 1}
    spec = {**SPEC, "task": "regression", "compile": {"metrics": written}}
    spec["fit"] = {"epochs": 1, "early_stopping": early, "checkpoint": {"monitor": "val_MSE"}}
    model = lstmc.build(spec)
    history = model.fit(x, y, validation_data=(x, y))
    stock = keras.Sequential([keras.Input((3, 2)), keras.layers.SimpleRNN(2), keras.layers.Dense(1)])
    objects = [keras.metrics.MeanSquaredLogarithmicError(), keras.metrics.LogCoshError(name="lc")]
    stock.compile(loss="mean_squared_error", metrics=["mae", "MSE", "mape", *objects])
    expected = list(stock.fit(x, y, validation_data=(x, y), verbose=0).history)
    assert sorted(history) == sorted(expected)
    assert history.csv().splitlines()[0].split(",") == ["epoch", *history]
    report = model.evaluate(x, y)
    assert (
        list(report.metrics) == list(report.baseline) == ["mae", "MSE", "mape", "mean_squared_logarithmic_error", "lc"]
    )
    loaded = lstmc.load(model.save(tmp_path / "m.lstmc"))
    assert list(loaded.evaluate(x, y).metrics) == list(report.metrics)


@pytest.mark.parametrize(("written", "kind"), [("acc", "binary"), ("Accuracy", "binary"), ("acc", "multiclass")])
def test_accuracy_keeps_its_name(written, kind):
    plan = compiled(
        {**SPEC, "task": kind, "compile": {"metrics": [written]}}
        | ({"layers": [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 3}]} if kind == "multiclass" else {})
    ).result()
    assert [metric.name for metric in metrics(plan)] == [written]


def test_an_artifact_from_before_names_were_kept_has_its_old_keys():
    """Its spec has objects, where the name was written as `mae`."""
    plan = compiled({**SPEC, "task": "regression", "compile": {"metrics": [{"type": "MeanAbsoluteError"}]}}).result()
    assert plan.metrics[0].key == "mean_absolute_error"
    dumped = compiled({**SPEC, "task": "regression", "compile": {"metrics": ["mae"]}}).result().spec.dump()
    assert compiled(dumped).result().metrics[0].key == "mae"


@pytest.mark.triggers("LC420")
@pytest.mark.parametrize(
    ("metric", "monitor", "better"),
    [
        ("mae", "val_mean_absolute_error", "val_mae"),
        ({"type": "MeanAbsoluteError"}, "val_mae", "val_mean_absolute_error"),
        ("R2Score", "r2_score", "R2Score"),
        ("mse", "val_MSE", "val_mse"),
        ({"type": "MeanAbsoluteError", "name": "error"}, "val_mae", "val_error"),
    ],
)
def test_a_monitor_with_another_name_of_the_metric_is_corrected(metric, monitor, better):
    fit = {"early_stopping": {"monitor": monitor, "mode": "min"}}
    (found,) = check({**SPEC, "task": "regression", "compile": {"metrics": [metric]}, "fit": fit})
    assert found.code == "LC420"
    assert f"`{better}`" in found.help
    assert found.fixes
