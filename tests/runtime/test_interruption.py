"""However a training ends, the model is what its last whole epoch has made of it; threads and processes."""

import hashlib
import multiprocessing
import os
import random
import signal
import threading
import warnings

import numpy as np
import pytest

import lstmc

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

RNG = np.random.default_rng(5)
X = RNG.normal(size=(48, 4, 2)).astype("float32")
Y = X.sum(axis=(1, 2))[:, None]


def spec(epochs):
    return {
        "lstmc": 1,
        "task": "regression",
        "input": {"timesteps": 4, "features": 2},
        "layers": [{"type": "LSTM", "units": 3, "dropout": 0.2}, {"type": "Dense", "units": 1}],
        "fit": {"epochs": epochs, "batch_size": 16},
    }


def assert_trained_for(model, epochs):
    assert model.history.epochs == epochs
    uninterrupted = lstmc.build({**spec(epochs), "runtime": {"schedule": dict(model.schedule)}})
    uninterrupted.fit(X, Y)
    assert model.history["loss"] == uninterrupted.history["loss"]
    for mine, theirs in zip(model.to_keras().get_weights(), uninterrupted.to_keras().get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_exception_within_an_epoch_leaves_the_last_whole_one(error):
    def interrupt(epoch, done, total):
        if (epoch, done) == (2, 32):
            raise error

    model = lstmc.build(spec(10))
    with pytest.raises(error):
        model.fit(X, Y, on_batch=interrupt)
    assert_trained_for(model, 2)
    model.fit(X, Y, on_epoch=lambda epoch, logs: epoch == 3)
    assert_trained_for(model, 4)


def test_an_exception_within_the_first_epoch_leaves_an_untrained_model():
    model = lstmc.build(spec(10))
    before = [weight.copy() for weight in model.to_keras().get_weights()]
    with pytest.raises(ZeroDivisionError):
        model.fit(X, Y, on_batch=lambda *_: 1 / 0)
    assert not model.trained
    for weight, unchanged in zip(model.to_keras().get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, unchanged)


def test_a_training_in_a_thread_is_cancelled_from_another():
    cancel, begun, results = threading.Event(), threading.Event(), []
    model = lstmc.build(spec(1_000_000))

    def run():
        results.append(model.fit(X, Y, cancel=cancel, on_epoch=lambda epoch, logs: begun.set()))

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(60)
    cancel.set()
    thread.join(60)
    assert not thread.is_alive()
    assert results[0].epochs == model.history.epochs
    assert_trained_for(model, model.history.epochs)


def test_a_cancelled_training_ends_within_its_epoch():
    cancel, steps = threading.Event(), []
    model = lstmc.build(spec(3))
    history = model.fit(X, Y, cancel=cancel, on_batch=lambda *step: steps.append(step) or cancel.set())
    assert (history.epochs, len(steps), model.trained) == (0, 1, False)


def test_a_model_predicts_while_its_epochs_end():
    model = lstmc.build(spec(2))
    counts = []
    model.fit(X, Y, on_epoch=lambda epoch, logs: counts.append(len(model.predict(X))))
    assert counts == [48, 48]


def losses(queue):
    queue.put(lstmc.build(spec(2)).fit(X, Y)["loss"])


def test_a_spawned_process_trains_the_same():
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=losses, args=(queue,))
    process.start()
    found = queue.get(timeout=120)
    process.join(60)
    assert found == lstmc.build(spec(2)).fit(X, Y)["loss"]


def process_state():
    import keras
    import tensorflow as tf

    return {
        "environment": dict(os.environ),
        "signals": {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)},
        "warnings": list(warnings.filters),
        "random": random.getstate(),
        "numpy": hashlib.sha256(repr(np.random.get_state()).encode()).hexdigest(),
        "keras": (keras.config.floatx(), keras.config.dtype_policy().name),
        "threads": tf.config.threading.get_intra_op_parallelism_threads(),
        "eager": tf.config.functions_run_eagerly(),
    }


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_nothing_of_the_process_is_changed(precision):
    before = process_state()
    model = lstmc.build({**spec(2), "runtime": {"precision": precision}})
    model.fit(X, Y, verbose=0)
    model.predict(X)
    assert process_state() == before


def test_a_quantity_of_one_training_alone_is_missing_in_the_other():
    model = lstmc.build(spec(1))
    model.fit(X, Y)
    model.fit(X, Y, validation_data=(X, Y))
    history = model.history
    assert np.isnan(history["val_loss"][0])
    assert np.isfinite(history["val_loss"][1])
    assert history.csv().splitlines()[1].endswith(",,")
    assert '"val_loss": [null, ' in history.to_json()
    assert history.frame().height == 2


def test_a_quantity_that_is_missing_stays_so_in_an_artifact(tmp_path):
    model = lstmc.build(spec(1))
    model.fit(X, Y)
    model.fit(X, Y, validation_data=(X, Y))
    loaded = lstmc.load(model.save(tmp_path / "a.lstmc")).history
    np.testing.assert_array_equal(loaded["val_loss"], model.history["val_loss"])
