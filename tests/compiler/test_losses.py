"""Every loss trains a stock model, and takes targets of one shape only where Keras would broadcast."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lstmc
from lstmc.api import compiled
from lstmc.runtime.data import Contract, prepare_arrays
from lstmc.spec.errors import DataError
from lstmc.spec.losses import LOSSES
from lstmc.spec.optimizers import OPTIMIZERS, SCHEDULES

keras = pytest.importorskip("keras")

COUNT, STEPS = 8, 10
RNG = np.random.default_rng(7)
X = RNG.normal(size=(COUNT, STEPS, 2)).astype(np.float32)
#: An activation of the output that a loss can read, and the number of units.
OUTPUTS = {
    "values": ("linear", 1),
    "positive": ("softplus", 1),
    "probabilities": ("sigmoid", 1),
    "distribution": ("softmax", 3),
    "margins": ("tanh", 1),
    "scores": ("linear", 3),
}


def spec(loss: Any, units: int, activation: str, optimizer: Any = "adam", **fit: Any) -> dict[str, Any]:
    return {
        "lstmc": 1,
        "input": {"timesteps": STEPS, "features": 2},
        "layers": [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": units, "activation": activation}],
        "compile": {"loss": loss, "optimizer": optimizer},
        "fit": {"epochs": 2, "batch_size": 4, "shuffle": False, **fit},
    }


def targets(kind: str, units: int) -> np.ndarray[Any, Any]:
    match kind:
        case "labels":
            return RNG.integers(0, units, size=COUNT)
        case "values" if units > 1:
            return RNG.dirichlet(np.ones(units), size=COUNT)
        case "one_hot":
            return np.eye(units)[RNG.integers(0, units, size=COUNT)]
    return RNG.integers(0, 2, size=(COUNT, units)).astype(float)


def fitted_by_keras(model: lstmc.Model, y: np.ndarray[Any, Any]) -> list[float]:
    """The losses of Keras's own `fit` of the same model, from the same weights."""
    stock = model.to_keras()
    weights = stock.get_weights()
    losses = stock.fit(X, y, batch_size=4, epochs=2, shuffle=False, verbose=0).history["loss"]
    stock.set_weights(weights)
    return list(losses)


@pytest.mark.parametrize("type_", [type_ for type_ in LOSSES.classes if type_ != "crossentropy"])
def test_every_loss_trains_what_keras_trains(type_: str) -> None:
    activation, units = OUTPUTS[LOSSES.classes[type_].reads]  # type: ignore[attr-defined]
    units = max(units, LOSSES.classes[type_].least_units)  # type: ignore[attr-defined]
    found = spec(type_, units, activation, optimizer="sgd")
    y = targets(compiled(found).result().target, units).astype(np.float32)
    expected = fitted_by_keras(lstmc.build(found), y)
    np.testing.assert_allclose(lstmc.build(found).fit(X, y)["loss"], expected, rtol=1e-5)
    assert np.isfinite(expected).all()


RATES: dict[str, dict[str, Any]] = {
    "ExponentialDecay": {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5, "staircase": True},
    "InverseTimeDecay": {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5},
    "PolynomialDecay": {"initial_learning_rate": 0.1, "decay_steps": 2, "power": 2.0, "cycle": True},
    "PiecewiseConstantDecay": {"boundaries": [1, 2], "values": [0.3, 0.2, 0.1]},
    "CosineDecay": {"initial_learning_rate": 0.0, "decay_steps": 3, "warmup_target": 0.1, "warmup_steps": 2},
    "CosineDecayRestarts": {"initial_learning_rate": 0.1, "first_decay_steps": 2, "t_mul": 1.0, "m_mul": 0.5},
}


@pytest.mark.parametrize("type_", SCHEDULES.classes)
def test_a_schedule_is_that_of_keras(type_: str) -> None:
    """After four steps the rate is the schedule's, by Keras's own formula."""
    rate = {"type": type_, **RATES[type_]}
    model = lstmc.build(spec("mse", 1, "linear", {"type": "SGD", "learning_rate": rate}))
    model.fit(X, targets("values", 1))
    stock = getattr(keras.optimizers.schedules, type_)(**RATES[type_])
    assert float(model.to_keras().optimizer.learning_rate) == pytest.approx(float(stock(4)), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("type_", OPTIMIZERS.classes)
def test_every_optimizer_takes_the_steps_of_keras(type_: str) -> None:
    """Built before the training: within `fit`, Keras loses the weights that ScheduleFreeAdamW begins from."""
    y = targets("values", 1).astype(np.float32)
    model = lstmc.build(spec("mse", 1, "linear", {"type": type_, "learning_rate": 0.05}))
    stock = keras.models.clone_model(model.to_keras())
    stock.set_weights(model.to_keras().get_weights())
    stock.compile(optimizer=getattr(keras.optimizers, type_)(learning_rate=0.05), loss="mse")
    stock.optimizer.build(stock.trainable_variables)
    expected = stock.fit(X, y, batch_size=4, epochs=2, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(model.fit(X, y)["loss"], expected, rtol=1e-5)


SHAPES = {"N": COUNT, "B": COUNT, "T": STEPS, "1": 1, "2": 2, "3": 3}


def shape(text: str) -> tuple[int, ...]:
    return tuple(SHAPES[part] for part in text.strip("()").split(",") if part)


def right(output: tuple[int, ...], target: tuple[int, ...], *, ids: bool) -> bool:
    """Whether the target is what the output is compared with, value by value; an axis of 1 at the end may miss."""
    if ids:
        return target in (output[:-1], (*output[:-1], 1))
    return target == output or (output[-1] == 1 and len(output) == 2 and target == output[:-1])


@pytest.mark.shared
def test_no_target_broadcasts(shared: Path) -> None:
    """What Keras refuses is refused; of what it takes, only what is compared value by value is accepted."""
    matrix = json.loads((shared / "reference" / "loss_shape_matrix.json").read_text(encoding="utf-8"))
    wrong = []
    for loss, outputs in matrix.items():
        name = LOSSES.names[loss]
        takes = LOSSES.classes[name].targets[0]  # type: ignore[attr-defined]
        least = LOSSES.classes[name].least_units  # type: ignore[attr-defined]
        for output, found in outputs.items():
            if shape(output)[-1] < least:  # refused on the spec alone, LC406
                continue
            for target, verdict in found.items():
                ours = accepted(loss, takes, shape(output), shape(target))
                theirs = verdict == "ok" and right(shape(output), shape(target), ids=takes == "labels")
                if ours != theirs:
                    wrong.append((loss, output, target, ours))
    assert wrong == []


def accepted(loss: str, takes: Any, output: tuple[int, ...], target: tuple[int, ...]) -> bool:
    kind = "multilabel" if takes == "binary" and output[-1] > 1 else takes
    contract = Contract((STEPS, 2), output[1:], kind, loss=LOSSES.classes[LOSSES.names[loss]].keras_name)  # type: ignore[attr-defined]
    y = np.zeros(target)
    if kind == "one_hot" or loss == "kl_divergence":
        y[..., 0] = 1
    try:
        prepare_arrays(X, y, contract, target=True)
    except DataError:
        return False
    return True
