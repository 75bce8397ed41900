"""The precision of the arithmetic against stock Keras models with the same policies; threads."""

import subprocess
import sys

import numpy as np
import pytest

import lstmc

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

RNG = np.random.default_rng(5)
X = RNG.normal(size=(48, 4, 2))
Y = X.sum(axis=(1, 2))[:, None]
SPEC = {
    "lstmc": 1,
    "task": "regression",
    "input": {"timesteps": 4, "features": 2},
    "layers": [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": 1}],
    "fit": {"epochs": 3, "batch_size": 16, "shuffle": False},
}


def spec(precision):
    return {**SPEC, "runtime": {"precision": precision}}


def stock_of(precision):
    """A model as a person would write it, with the initial weights of the spec's."""
    import keras

    wide = "float64" if precision == "float64" else "float32"
    layers = [keras.layers.LSTM(3, dtype=precision), keras.layers.Dense(1, dtype=precision)]
    model = keras.Sequential([keras.Input((4, 2), dtype=wide), *layers])
    optimizer = keras.optimizers.Adam()
    if precision == "mixed_float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    loss, metric = keras.losses.MeanSquaredError(dtype=wide), keras.metrics.MeanAbsoluteError(dtype=wide)
    model.compile(optimizer, loss, metrics=[metric])
    model.set_weights(lstmc.build(spec(precision)).to_keras().get_weights())
    return model


@pytest.mark.parametrize("precision", ["float64", "mixed_bfloat16", "mixed_float16"])
def test_training_and_prediction_are_those_of_keras(precision):
    wide = np.float64 if precision == "float64" else np.float32
    model, stock = lstmc.build(spec(precision)), stock_of(precision)
    x = X.astype(np.float32).astype(wide)
    history = model.fit(x, Y)
    expected = stock.fit(x, Y.astype(np.float32).astype(wide), epochs=3, batch_size=16, shuffle=False, verbose=0)
    np.testing.assert_allclose(history["loss"], expected.history["loss"], rtol=1e-6)
    for mine, theirs in zip(model.to_keras().get_weights(), stock.get_weights(), strict=True):
        assert mine.dtype == theirs.dtype == wide
        np.testing.assert_allclose(mine, theirs, rtol=1e-6)
    np.testing.assert_allclose(np.asarray(model.predict(x)), stock.predict(x, verbose=0), rtol=1e-6)


@pytest.mark.parametrize("precision", ["float64", "mixed_float16"])
def test_artifacts_keep_the_precision(tmp_path, precision):
    model = lstmc.build(spec(precision))
    model.fit(X, Y)
    loaded = lstmc.load(model.save(tmp_path / "a.lstmc"))
    for mine, theirs in zip(loaded.to_keras().get_weights(), model.to_keras().get_weights(), strict=True):
        assert mine.dtype == theirs.dtype
        np.testing.assert_array_equal(mine, theirs)
    model.fit(X, Y)
    loaded.fit(X, Y)
    assert loaded.history["loss"] == model.history["loss"]


@pytest.mark.triggers("LC605")
def test_threads_that_cannot_be_set_any_more_are_noted():
    lstmc.build(SPEC).fit(X, Y)
    history = lstmc.build({**SPEC, "runtime": {"threads": 3}}).fit(X, Y)
    assert "LC605" in history.notes[0]


THREADS = """
import json, sys, lstmc
model = lstmc.build(json.loads(sys.argv[1]))
device = model.device
import tensorflow as tf
print(tf.config.threading.get_intra_op_parallelism_threads(), tf.config.threading.get_inter_op_parallelism_threads())
"""


def test_threads_are_set_before_tensorflow_is_at_work():
    import json

    line = [sys.executable, "-c", THREADS, json.dumps({**SPEC, "runtime": {"threads": 1}})]
    assert subprocess.run(line, capture_output=True, text=True, check=True).stdout.split() == ["1", "1"]
