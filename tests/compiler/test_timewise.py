"""TimeDistributed over any number of timesteps: one layer that gives what stock Keras gives at every length."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lstmc
from lstmc.api import compiled
from lstmc.compiler.seeds import derived
from lstmc.compiler.targets.python import script

keras = pytest.importorskip("keras")

FREE: dict[str, Any] = {"timesteps": None, "features": 3}
ROWS: dict[str, Any] = {"shape": [None, 2, 3]}
RNG = np.random.default_rng(3)
DENSE = {"type": "Dense", "units": 2, "activation": "softmax"}
CASES: dict[str, tuple[dict[str, Any], list[int], str]] = {
    "Dense": (DENSE, [3], "Dense"),
    "Dense on rows": (DENSE, [2, 3], "Dense"),
    "Dense with lora": ({**DENSE, "lora_rank": 1}, [3], "Dense"),
    "Activation": ({"type": "Activation", "activation": "softmax"}, [3], "Activation"),
    "Dropout": ({"type": "Dropout", "rate": 0.5, "noise_shape": [1, None]}, [3], "Dropout"),
    "LayerNormalization": ({"type": "LayerNormalization"}, [3], "LayerNormalization"),
    "LayerNormalization axis 1": ({"type": "LayerNormalization", "axis": 1}, [2, 3], "LayerNormalization"),
    "LayerNormalization axes": ({"type": "LayerNormalization", "axis": [1, -1]}, [2, 3], "LayerNormalization"),
    "Flatten": ({"type": "Flatten"}, [2, 3], "Reshape"),
    "Reshape": ({"type": "Reshape", "target_shape": [3, -1]}, [2, 3], "Reshape"),
    "Permute": ({"type": "Permute", "dims": [2, 1]}, [2, 3], "Permute"),
    "TimeDistributed": ({"type": "TimeDistributed", "layer": DENSE}, [2, 3], "Dense"),
}


def spec_of(inner: dict[str, Any], shape: list[int | None], **more: Any) -> dict[str, Any]:
    layer = {"type": "TimeDistributed", "layer": inner, "name": "each"}
    return {"lstmc": 1, "input": {"shape": shape}, "layers": [layer], "compile": {"loss": "mse"}, **more}


def by_hand(layer: dict[str, Any]) -> Any:
    options = {key: by_hand(v) if key == "layer" else v for key, v in layer.items() if key != "type"}
    return getattr(keras.layers, layer["type"])(**options)


@pytest.mark.parametrize("name", CASES)
def test_it_gives_at_every_length_what_keras_gives_at_that_length(name):
    inner, sample, kind = CASES[name]
    model = lstmc.build(spec_of(inner, [None, *sample])).to_keras()
    (layer,) = model.layers
    assert (type(layer).__name__, layer.name) == (kind, "each")
    for weight in layer.weights:
        if "seed" not in weight.path:
            weight.assign(RNG.normal(size=weight.shape))
    weights = [w for w in layer.weights if "seed" not in w.path]
    for samples, timesteps in ((3, 4), (1, 7)):
        stock = keras.Sequential([keras.Input((timesteps, *sample)), keras.layers.TimeDistributed(by_hand(inner))])
        own = [w for w in stock.weights if "seed" not in w.path]
        assert [w.name for w in own] == [w.name for w in weights]
        for weight, value in zip(own, weights, strict=True):
            weight.assign(value)
        x = RNG.normal(size=(samples, timesteps, *sample)).astype(np.float32)
        found = model.predict(x, verbose=0)
        np.testing.assert_allclose(found, np.asarray(stock(x)), rtol=1e-5, atol=1e-6)


def test_weights_begin_and_are_named_as_with_a_known_number_of_timesteps():
    free, known = (lstmc.build(spec_of(DENSE, [timesteps, 3])).weights() for timesteps in (None, 5))
    assert list(free) == list(known) == ["weights/each/0/kernel", "weights/each/1/bias"]
    for name, value in free.items():
        np.testing.assert_array_equal(value, known[name])
    seed = derived(0, "layers", 0, "layer", "kernel_initializer")
    np.testing.assert_array_equal(free["weights/each/0/kernel"], keras.initializers.GlorotUniform(seed)((3, 2)))


def test_a_frozen_wrapper_freezes_and_penalizes_as_in_keras():
    """Keras applies the activity regularizer of the wrapper, and not that of the layer in it."""
    spec = spec_of({**DENSE, "activity_regularizer": "l1"}, [None, 3])
    spec["layers"][0] |= {"trainable": False, "activity_regularizer": "l2"}
    (layer,) = lstmc.build(spec).to_keras().layers
    stock = by_hand({**spec["layers"][0]} | {"layer": {**DENSE, "activity_regularizer": "l1"}})
    assert layer.trainable_variables == []
    x = keras.ops.ones((2, 4, 3))
    stock(x)
    for weight, value in zip(stock.weights, layer.weights, strict=True):
        weight.assign(value)
    stock(x), layer(x)
    np.testing.assert_allclose(float(layer.losses[0]), float(stock.losses[0]), rtol=1e-6)


def test_every_timestep_has_dropout_of_its_own():
    """Noise that is shared between samples differs between timesteps, as where Keras loops over them."""
    spec = spec_of({"type": "Dropout", "rate": 0.5, "noise_shape": [1, None]}, [None, 40])
    y = np.asarray(lstmc.build(spec).to_keras()(np.ones((3, 6, 40), np.float32), training=True))
    np.testing.assert_array_equal(y[0], y[1])
    assert len(np.unique(y[0], axis=0)) == 6


def test_a_loop_within_known_timesteps_is_replaced_alone():
    model = lstmc.build(spec_of({"type": "TimeDistributed", "layer": DENSE}, [4, None, 3])).to_keras()
    (layer,) = model.layers
    assert (type(layer).__name__, type(layer.layer).__name__) == ("TimeDistributed", "Dense")


def test_a_known_number_of_timesteps_is_left_to_keras():
    (layer,) = lstmc.build(spec_of({"type": "BatchNormalization"}, [4, 3])).to_keras().layers
    assert type(layer).__name__ == "TimeDistributed"


def test_a_second_length_is_trained_on_as_the_first():
    """The loss of the one batch of an epoch is that of the weights before it, computed by hand."""
    spec = spec_of({"type": "Dense", "units": 1}, [None, 3], fit={"epochs": 1, "shuffle": False, "batch_size": 8})
    spec["runtime"] = {"schedule": {"loop": "batchwise"}}
    model = lstmc.build(spec)
    for timesteps in (5, 9):
        x = RNG.normal(size=(8, timesteps, 3)).astype(np.float32)
        y = x.sum(-1, keepdims=True)
        kernel, bias = model.weights().values()
        np.testing.assert_allclose(model.fit(x, y)["loss"], np.mean((x @ kernel + bias - y) ** 2), rtol=1e-5)


def test_the_script_writes_the_same_layer():
    plan = compiled(spec_of(DENSE, [None, 3])).result()
    assert 'layers.Dense(2, name="each", activation="softmax")' in script(plan)


@pytest.mark.triggers("LC608")
@pytest.mark.parametrize(
    ("inner", "given"),
    [
        ({"type": "BatchNormalization"}, FREE),
        ({"type": "Masking"}, FREE),
        ({"type": "RepeatVector", "n": 2}, FREE),
        ({"type": "LSTM", "units": 2}, ROWS),
        ({"type": "Conv1D", "filters": 2, "kernel_size": 1}, ROWS),
        ({"type": "MaxPooling1D"}, ROWS),
        ({"type": "GlobalMaxPooling1D"}, ROWS),
        ({"type": "Flatten", "data_format": "channels_first"}, ROWS),
        ({"type": "TimeDistributed", "layer": {"type": "BatchNormalization"}}, ROWS),
    ],
    ids=lambda value: value.get("type", ""),
)
def test_what_must_see_each_timestep_alone_is_refused(inner, given):
    layers = [{"type": "TimeDistributed", "layer": inner}]
    spec = {"lstmc": 1, "input": given, "layers": layers, "compile": {"loss": "mse"}}
    (found,) = [d for d in lstmc.check(spec) if d.severity == "error"]
    assert (found.code, found.path.startswith("layers.0.layer")) == ("LC608", True)
    assert "timesteps" in found.help
