"""The kernels against TensorFlow's own differentiation of the stock layers, in float64, on random weights."""

import numpy as np
import pytest

from lstmc.compiler.kernels import batch_innermost

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

BATCH, TIMESTEPS, FEATURES, UNITS = 5, 6, 3, 4

LAYERS = {
    "LSTM": {},
    "LSTM last": {"return_sequences": False},
    "LSTM without bias": {"use_bias": False},
    "LSTM backwards": {"go_backwards": True},
    "LSTM few units": {"units": 2},
    "LSTM few units, last": {"units": 2, "return_sequences": False},
    "LSTM few units without bias": {"units": 2, "use_bias": False},
    "LSTM few units backwards": {"units": 2, "go_backwards": True},
    "GRU": {},
    "GRU last": {"return_sequences": False},
    "GRU without bias": {"use_bias": False},
    "GRU backwards": {"go_backwards": True},
    "GRU reset before": {"reset_after": False},
    "GRU reset before without bias": {"reset_after": False, "use_bias": False},
}
MERGES = ("concat", "sum", "ave", "mul")
MASKS = {
    "none": None,
    "right": [6, 3, 1, 5, 6],
    "left": [-6, -3, -1, -5, -2],
    "holes": "holes",
    "all masked": [0, 6, 6, 0, 3],
}


def stock(name):
    import keras

    kind, sequences = name.split()[0], LAYERS[name].get("return_sequences", True)
    arguments = {"units": UNITS, **LAYERS[name], "return_sequences": sequences, "dtype": "float64"}
    return getattr(keras.layers, kind)(**arguments)


def both(kind, merge, sequences):
    import keras

    inner = getattr(keras.layers, kind)(UNITS, return_sequences=sequences, dtype="float64")
    return keras.layers.Bidirectional(inner, merge_mode=merge, dtype="float64")


def masked(kind):
    if kind is None:
        return None
    if kind == "holes":
        return np.random.default_rng(2).random((BATCH, TIMESTEPS)) < 0.6
    at = np.arange(TIMESTEPS)
    return np.array([at < count if count >= 0 else at >= TIMESTEPS + count for count in kind])


def gradients(layer, mask, timesteps=TIMESTEPS, *, ours):
    import tensorflow as tf

    from lstmc.runtime.engines import kernels

    rng = np.random.default_rng(1)
    x = tf.Variable(rng.normal(size=(BATCH, timesteps, FEATURES)))
    if not layer.built:
        layer.build(x.shape)
        for weight in layer.weights:
            weight.assign(rng.normal(size=weight.shape))
    with tf.GradientTape() as tape:
        read = tf.identity(x)
        if ours and mask is not None:
            read._keras_mask = tf.constant(mask)
        out = kernels.run(layer, read) if ours else layer(read, mask=None if mask is None else tf.constant(mask))
        weighed = tf.reduce_sum(out * np.random.default_rng(3).normal(size=out.shape))
    return [out, *tape.gradient(weighed, [x, *(w.value for w in layer.trainable_weights)])]


def assert_equal(layer, mask, timesteps=TIMESTEPS):
    expected = gradients(layer, mask, timesteps, ours=False)
    for mine, theirs in zip(gradients(layer, mask, timesteps, ours=True), expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("name", LAYERS)
def test_outputs_and_gradients_are_those_of_the_stock_layer(name, mask):
    assert_equal(stock(name), masked(MASKS[mask]))


@pytest.mark.parametrize("mask", ["none", "left", "holes"])
@pytest.mark.parametrize("timesteps", [1, 2])
@pytest.mark.parametrize("name", LAYERS)
def test_short_sequences_are_those_of_the_stock_layer(name, timesteps, mask):
    steps = masked(MASKS[mask])
    assert_equal(stock(name), None if steps is None else steps[:, -timesteps:], timesteps)


@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_both_directions_of_one_timestep_are_those_of_the_stock_layer(kind, sequences):
    assert_equal(both(kind, "concat", sequences), None, timesteps=1)


def test_the_longer_of_batch_and_units_lies_innermost():
    assert batch_innermost(24, 64, 8, 16)
    assert not batch_innermost(24, 64, 8, 64)
    assert not batch_innermost(24, 64, 500, 16)
    assert not batch_innermost(1, 64, 8, 16)


@pytest.mark.parametrize("mask", ["none", "right", "holes"])
@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("merge", MERGES)
@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_both_directions_are_those_of_the_stock_layer(kind, merge, sequences, mask):
    assert_equal(both(kind, merge, sequences), masked(MASKS[mask]))
