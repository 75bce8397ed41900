"""When stateful layers forget, against a stock Keras model whose states are reset by hand."""

import numpy as np
import pytest

import lstmc

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

RNG = np.random.default_rng(5)
X = RNG.normal(size=(40, 3, 2)).astype("float32")
Y = X.sum(axis=(1, 2))[:, None]


def spec(reset_states):
    return {
        "lstmc": 1,
        "task": "regression",
        "input": {"timesteps": 3, "features": 2, "batch_size": 10},
        "layers": [{"type": "LSTM", "units": 3, "stateful": True}, {"type": "Dense", "units": 1}],
        "fit": {"epochs": 2, "reset_states": reset_states},
    }


def losses_of_keras(stock, reset_states):
    import keras

    recurrent, losses = stock.layers[0], []
    before_batch = keras.callbacks.LambdaCallback(on_train_batch_begin=lambda batch, logs=None: recurrent.reset_state())
    callbacks = [before_batch] if reset_states == "batch" else []
    for _ in range(2):
        if reset_states == "epoch":
            recurrent.reset_state()
        losses += stock.fit(X, Y, batch_size=10, shuffle=False, verbose=0, callbacks=callbacks).history["loss"]
    return losses


@pytest.mark.parametrize("reset_states", ["epoch", "batch", "never"])
def test_training_forgets_when_it_is_told_to(reset_states):
    stock = lstmc.build(spec(reset_states)).to_keras()
    history = lstmc.build(spec(reset_states)).fit(X, Y)
    np.testing.assert_allclose(history["loss"], losses_of_keras(stock, reset_states), rtol=1e-6)


@pytest.mark.parametrize("reset_states", ["epoch", "batch"])
def test_predictions_begin_without_a_past(reset_states):
    model = lstmc.build(spec(reset_states))
    model.fit(X, Y)
    np.testing.assert_array_equal(np.asarray(model.predict(X)), np.asarray(model.predict(X)))


def test_batches_that_forget_are_predicted_alone():
    model = lstmc.build(spec("batch"))
    model.fit(X, Y)
    whole = np.asarray(model.predict(X))
    np.testing.assert_allclose(np.asarray(model.predict(X[20:30])), whole[20:30], rtol=1e-6)


def test_states_that_are_never_reset_are_kept_by_predictions_and_artifacts(tmp_path):
    model, stock = lstmc.build(spec("never")), lstmc.build(spec("never")).to_keras()
    model.fit(X, Y)
    losses_of_keras(stock, "never")
    for _ in range(2):
        expected = stock.predict(X, batch_size=10, verbose=0)
        np.testing.assert_allclose(np.asarray(model.predict(X)), expected, rtol=1e-5, atol=1e-7)
    loaded = lstmc.load(model.save(tmp_path / "a.lstmc"))
    np.testing.assert_array_equal(np.asarray(loaded.predict(X)), np.asarray(model.predict(X)))


def test_states_are_reset_on_demand():
    model = lstmc.build(spec("never"))
    model.fit(X, Y)
    model.reset_states()
    first = np.asarray(model.predict(X))
    assert not np.array_equal(first, np.asarray(model.predict(X)))
    model.reset_states()
    np.testing.assert_array_equal(first, np.asarray(model.predict(X)))
