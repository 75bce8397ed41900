"""Every metric that is accepted runs, and gives Keras's own number through the engine."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

import numpy as np
import pytest

from lstmc.api import check, compiled
from lstmc.runtime.engines import Pair
from lstmc.runtime.engines.tensorflow import TensorFlowEngine
from lstmc.spec.metrics import METRICS

keras = pytest.importorskip("keras")

COUNT, STEPS, FEATURES = 12, 4, 2
RNG = np.random.default_rng(5)
X = RNG.normal(size=(COUNT, STEPS, FEATURES)).astype(np.float32)


class Setting(NamedTuple):
    """A loss with the outputs and targets that it goes with."""

    loss: Any
    target: str
    units: int = 1
    activation: str = "linear"
    task: Any = None
    sequence: bool = False

    def spec(self, *metrics: Any) -> dict[str, Any]:
        lstm = {"type": "LSTM", "units": 3, "return_sequences": self.sequence}
        dense = {"type": "Dense", "units": self.units, "activation": self.activation}
        task = {"task": self.task} if self.task else {}
        compile_ = {"loss": self.loss, "metrics": list(metrics)}
        return {
            "lstmc": 1,
            **task,
            "input": {"timesteps": STEPS, "features": FEATURES},
            "layers": [lstm, dense],
            "compile": compile_,
        }

    def targets(self) -> np.ndarray[Any, Any]:
        shape = (COUNT, STEPS) if self.sequence else (COUNT,)
        match self.target:
            case "values":
                return RNG.uniform(0.1, 2.0, size=(*shape, self.units)).astype(np.float32)
            case "signs":
                return RNG.choice([-1.0, 1.0], size=(*shape, self.units)).astype(np.float32)
            case "rows":
                return RNG.dirichlet(np.ones(self.units), size=shape).astype(np.float32)
            case "binary" | "multilabel":
                return RNG.integers(0, 2, size=(*shape, self.units)).astype(np.float32)
            case "one_hot":
                return np.eye(self.units, dtype=np.float32)[RNG.integers(0, self.units, size=shape)]
        return RNG.integers(0, self.units, size=shape).astype(np.int32)


ONE_HOT = {"kind": "multiclass", "target": "one_hot"}
RAW = {"from_logits": True}
SETTINGS = {
    "regression": Setting("mse", "values", 1, task="regression"),
    "sequence of values": Setting("poisson", "values", 2, "softplus", sequence=True),
    "signs": Setting("hinge", "signs", 1, "tanh"),
    "distribution": Setting("kl_divergence", "rows", 3, "softmax"),
    "binary": Setting("bce", "binary", 1, "sigmoid", "binary"),
    "binary logits": Setting({"type": "BinaryCrossentropy", **RAW}, "binary", 1, "linear", "binary"),
    "binary margins": Setting("squared_hinge", "binary", 1, "tanh", "binary"),
    "binary sequence": Setting("dice", "binary", 1, "sigmoid", {"kind": "binary", "output": "sequence"}, True),
    "multilabel": Setting("binary_focal_crossentropy", "multilabel", 3, "sigmoid", "multilabel"),
    "one-hot scores": Setting("categorical_hinge", "one_hot", 3, "linear", ONE_HOT),
    "one-hot": Setting("ce", "one_hot", 3, "softmax", ONE_HOT),
    "one-hot sequence": Setting("tversky", "one_hot", 3, "softmax", {**ONE_HOT, "output": "sequence"}, True),
    "labels": Setting("ce", "labels", 3, "softmax", "multiclass"),
    "label sequence": Setting(
        "sparse_categorical_crossentropy", "labels", 3, "softmax", {"kind": "multiclass", "output": "sequence"}, True
    ),
}
#: Arguments that a metric needs, or that may make it fit; each is tried with each.
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "from_logits": (True,),
    "threshold": (0.5, 0.0),
    "thresholds": (0.0, [0.3], [0.2, 0.6]),
    "average": ("macro",),
    "k": (2,),
    "class_id": (2,),
    "top_k": (2,),
    "axis": (1,),
    "class_aggregation": ("variance_weighted_average", None),
    "multi_label": (True,),
    "sparse_y_true": (False,),
    "sparse_y_pred": (False,),
    "label_smoothing": (0.1,),
}
TOGETHER = (
    {"type": "Precision", "top_k": 2, "thresholds": 0.5},
    {"type": "Recall", "class_id": 0, "thresholds": [0.3]},
    {"type": "AUC", "curve": "PR", "summation_method": "majoring"},
    {"type": "AUC", "multi_label": True, "from_logits": True},
    {"type": "AUC", "thresholds": [0.2, 0.6], "from_logits": True},
)
NEEDED = {"recall": 0.5, "precision": 0.5, "specificity": 0.5, "sensitivity": 0.5, "target_class_ids": [0, 1]}


def variants(units: int) -> list[dict[str, Any]]:
    """Every metric with its defaults, and with an argument given."""
    found: list[dict[str, Any]] = []
    for type_, cls in METRICS.classes.items():
        if type_ == "accuracy":
            continue
        given = {key: NEEDED[key] for key, field in cls.model_fields.items() if field.is_required() and key in NEEDED}
        if "num_classes" in cls.model_fields:
            given |= {"num_classes": units, "sparse_y_pred": False}
        singles = [{key: v} for key in cls.model_fields if key in ARGUMENTS for v in ARGUMENTS[key]]
        singles += [{**both, "threshold": 0.5} for both in singles if "average" in both]
        found += [{"type": type_, **given, **more} for more in [{}, *singles]]
    return [
        *found,
        *TOGETHER,
        {"type": "AUC", "multi_label": True, "num_labels": units, "label_weights": [0.5] * units},
    ]


def accepted(setting: Setting) -> list[dict[str, Any]]:
    """The variants that the compiler lets pass, each under a name of its own."""
    fitting = [metric for metric in variants(setting.units) if not check(setting.spec(metric))]
    return [{**metric, "name": f"m{i}"} for i, metric in enumerate(fitting)]


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_accepted_gives_the_number_of_keras(name: str) -> None:
    setting = SETTINGS[name]
    metrics = accepted(setting)
    assert metrics
    y = setting.targets()
    engine = TensorFlowEngine(compiled(setting.spec(*metrics)).result(), "cpu")
    found = engine.evaluate(Pair(X, y), COUNT)
    outputs = engine.predict(X, COUNT)
    for metric in metrics:
        given = {key: value for key, value in metric.items() if key not in ("type", "name")}
        stock = getattr(keras.metrics, metric["type"])(**given)
        stock.update_state(y, outputs)
        expected = np.asarray(stock.result()).item()
        np.testing.assert_allclose(found[metric["name"]], expected, rtol=1e-4, atol=1e-5, err_msg=str(metric))
        assert np.isfinite(expected), metric


@pytest.mark.parametrize("type_", [type_ for type_ in METRICS.classes if type_ not in ("accuracy", "Accuracy")])
def test_every_metric_is_accepted_somewhere(type_: str) -> None:
    def tried(setting: Setting) -> bool:
        return any(m["type"] == type_ and not check(setting.spec(m)) for m in variants(setting.units))

    assert any(tried(setting) for setting in SETTINGS.values())


@pytest.mark.parametrize("type_", METRICS.classes)
def test_whether_more_is_better(type_: str) -> None:
    """Keras says so of most metrics."""
    cls = METRICS.classes[type_]
    stock = getattr(keras.metrics, "BinaryAccuracy" if type_ == "accuracy" else type_)
    needed = inspect.signature(stock.__init__).parameters
    given = {key: value for key, value in {**NEEDED, "num_classes": 3}.items() if key in needed}
    said = getattr(stock(**given), "_direction", None)
    assert cls.greater_is_better == {"up": True, "down": False, None: None}[said]  # type: ignore[attr-defined]
