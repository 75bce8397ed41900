"""The metrics of an evaluation against scikit-learn and NumPy in double precision, however far from 0 targets lie."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lstmc.api import compiled
from lstmc.runtime.baselines import better
from lstmc.runtime.engines.scoring import score

sk = pytest.importorskip("sklearn.metrics")
RNG = np.random.default_rng(1)
COUNT = 70_001  # more than a metric takes at once
ONE_HOT = {"kind": "multiclass", "target": "one_hot"}


def plan(
    task: Any, units: int, *metrics: Any, sequence: bool = False, activation: str | None = None, **compile_: Any
) -> Any:
    task = {"kind": task} if isinstance(task, str) else task
    last = {} if activation is None else {"activation": activation}
    layers: list[Any] = [{"type": "Masking"}] if sequence else []
    return compiled(
        {
            "lstmc": 1,
            "task": {**task, "output": "sequence" if sequence else "last"},
            "input": {"timesteps": 4, "features": 2},
            "layers": [*layers, {"type": "LSTM", "units": 2}, {"type": "Dense", "units": units, **last}],
            "compile": {**compile_, "metrics": list(metrics)},
        }
    ).result()


def concordance(y: np.ndarray, p: np.ndarray) -> float:
    a, b = y - y.mean(-1, keepdims=True), p - p.mean(-1, keepdims=True)
    apart = (y.mean(-1) - p.mean(-1)) ** 2
    return float((2 * (a * b).mean(-1) / ((a**2).mean(-1) + (b**2).mean(-1) + apart)).mean())


def log_cosh(y: np.ndarray, p: np.ndarray) -> float:
    d = np.abs(p - y)
    return float((d + np.log1p(np.exp(-2 * d)) - np.log(2)).mean())


REGRESSION = {
    "MeanSquaredError": sk.mean_squared_error,
    "RootMeanSquaredError": lambda y, p: sk.root_mean_squared_error(y.ravel(), p.ravel()),
    "MeanAbsoluteError": sk.mean_absolute_error,
    "MeanAbsolutePercentageError": lambda y, p: 100 * sk.mean_absolute_percentage_error(y, p),
    "MeanSquaredLogarithmicError": sk.mean_squared_log_error,
    "R2Score": sk.r2_score,
    "LogCoshError": log_cosh,
    "CosineSimilarity": lambda y, p: float(((y * p).sum(-1) / np.sqrt((y**2).sum(-1) * (p**2).sum(-1))).mean()),
    "PearsonCorrelation": lambda y, p: float(np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(y, p, strict=True)])),
    "ConcordanceCorrelation": concordance,
}


@pytest.mark.parametrize("offset", [0.0, 101_325.0, 1e9])
def test_values_far_from_zero(offset):
    names = [name for name in REGRESSION if offset or name != "MeanSquaredLogarithmicError"]
    y = offset + 10 * RNG.normal(size=(400, 8))
    p = y + 2 * RNG.normal(size=y.shape)
    found = score(plan("regression", 8, *({"type": name, "name": name} for name in names)), y, p)
    for name in names:
        assert found[name] == pytest.approx(REGRESSION[name](y, p), rel=1e-6), name


def test_more_samples_than_a_metric_takes_at_once():
    y = 101_325 + RNG.normal(size=(COUNT, 1))
    p = y + 0.3 * RNG.normal(size=y.shape)
    of = plan("regression", 1, "R2Score", "mae")
    found = score(of, y, p)
    assert list(found.values()) == pytest.approx([sk.r2_score(y, p), sk.mean_absolute_error(y, p)], rel=1e-6)
    naive = score(of, y, np.full_like(y, y.mean()))
    assert better(of, next(iter(found.values())), next(iter(naive.values())))


def test_variances_are_weighted_as_in_scikit_learn():
    y = np.array([1e9, 5.0]) + RNG.normal(size=(300, 2)) * [1, 50]
    p = y + RNG.normal(size=y.shape) * [0.5, 10]
    kind = "variance_weighted_average"
    found = score(plan("regression", 2, {"type": "R2Score", "class_aggregation": kind}), y, p)
    assert next(iter(found.values())) == pytest.approx(sk.r2_score(y, p, multioutput="variance_weighted"), rel=1e-6)


BINARY = {
    "AUC": sk.roc_auc_score,
    "BinaryAccuracy": lambda y, p: sk.accuracy_score(y, p > 0.5),
    "Precision": lambda y, p: sk.precision_score(y, p > 0.5),
    "Recall": lambda y, p: sk.recall_score(y, p > 0.5),
    "BinaryCrossentropy": sk.log_loss,
    "TruePositives": lambda y, p: sk.confusion_matrix(y, p > 0.5)[1, 1],
    "FalseNegatives": lambda y, p: sk.confusion_matrix(y, p > 0.5)[1, 0],
    "BinaryIoU": lambda y, p: sk.jaccard_score(y, p >= 0.5, average="macro"),
}


def test_binary_classes():
    y = RNG.integers(0, 2, (COUNT, 1)).astype(np.float32)
    p = np.clip(RNG.beta(2, 3, size=y.shape) + 0.1 * y, 0.001, 0.999).astype(np.float32)
    of = plan("binary", 1, *({"type": name, "name": name} for name in BINARY))
    found = score(of, y, p)
    for name, expected in BINARY.items():
        assert found[name] == pytest.approx(expected(y[:, 0], p[:, 0].astype(np.float64)), rel=1e-6), name


def test_multiclass_and_multilabel():
    ids = RNG.integers(0, 3, 900)
    rows = np.eye(3)[ids].astype(np.float32)
    p = RNG.dirichlet([1, 1, 1], 900).astype(np.float32)
    several = (
        "CategoricalAccuracy", "CategoricalCrossentropy", {"type": "F1Score", "average": "macro"},
        {"type": "FBetaScore", "beta": 2.0, "average": "weighted"}, {"type": "TopKCategoricalAccuracy", "k": 2},
        {"type": "AUC", "multi_label": True},
    )  # fmt: skip
    found = list(score(plan(ONE_HOT, 3, *several), rows, p).values())
    best = p.argmax(-1)
    wide = p.astype(np.float64) / p.astype(np.float64).sum(-1, keepdims=True)
    expected = [
        sk.accuracy_score(ids, best), sk.log_loss(ids, wide), sk.f1_score(ids, best, average="macro"),
        sk.fbeta_score(ids, best, beta=2, average="weighted"), sk.top_k_accuracy_score(ids, p, k=2),
        sk.roc_auc_score(rows, p, average="macro"),
    ]  # fmt: skip
    assert found == pytest.approx(expected, rel=1e-6)
    labels = RNG.integers(0, 2, (900, 3)).astype(np.float32)
    weights = [1.0, 2.0, 0.5]
    curves = {"type": "AUC", "multi_label": True, "label_weights": weights}, {"type": "AUC", "name": "all"}
    found = list(score(plan("multilabel", 3, *curves), labels, p).values())
    apart = [sk.roc_auc_score(labels[:, i], p[:, i]) for i in range(3)]
    assert found == pytest.approx([np.average(apart, weights=weights), sk.roc_auc_score(labels.ravel(), p.ravel())])


def test_an_area_at_a_number_of_thresholds_is_that_of_keras():
    """`num_thresholds` in the spec, though it is Keras's default."""
    keras = pytest.importorskip("keras")
    y, p = RNG.integers(0, 2, (500, 1)), RNG.uniform(size=(500, 1)).astype(np.float32)
    for curve in ("ROC", "PR"):
        fixed = {"type": "AUC", "num_thresholds": 200, "curve": curve}
        whole = {"type": "AUC", "curve": curve, "name": "whole"}
        found = list(score(plan("binary", 1, fixed, whole), y, p).values())
        assert found[0] == pytest.approx(float(keras.metrics.AUC(200, curve=curve)(y, p)), rel=1e-6)
        assert found[1] == pytest.approx(float(keras.metrics.AUC(200_000, curve=curve)(y, p)), rel=1e-5)
        assert found[0] != pytest.approx(found[1], rel=1e-6)


def test_areas_of_logits_are_those_of_their_order():
    y, z = RNG.integers(0, 2, (500, 1)), RNG.normal(size=(500, 1)).astype(np.float32) * 50
    loss = {"type": "BinaryCrossentropy", "from_logits": True}
    of = plan("binary", 1, {"type": "AUC", "from_logits": True}, loss=loss, activation="linear")
    assert list(score(of, y, z).values()) == pytest.approx([sk.roc_auc_score(y, z)])


def test_masked_timesteps_count_in_no_metric():
    """Keras's own `evaluate` counts them in precision and the areas."""
    y = RNG.integers(0, 2, (60, 4, 1)).astype(np.float32)
    p = RNG.uniform(size=y.shape).astype(np.float32)
    there = np.arange(4) < RNG.integers(1, 5, 60)[:, None]
    of = plan("binary", 1, "BinaryAccuracy", "Precision", "AUC", sequence=True)
    truth, given = y[there][:, 0], p[there][:, 0]
    expected = [
        sk.accuracy_score(truth, given > 0.5),
        sk.precision_score(truth, given > 0.5),
        BINARY["AUC"](truth, given),
    ]
    assert list(score(of, y, p, there).values()) == pytest.approx(expected, rel=1e-6)
