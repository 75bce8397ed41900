"""The training loop against stock Keras, and its promises: order, repetition, no global state."""

import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest

import lstmc

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

RNG = np.random.default_rng(5)
X = RNG.normal(size=(50, 7, 3)).astype("float32")
Y = X.sum(axis=(1, 2))[:, None].astype("float32")
IDS = RNG.integers(0, 3, 50)

REGRESSION = {
    "lstmc": 1,
    "task": "regression",
    "input": {"timesteps": 7, "features": 3},
    "layers": [{"type": "LSTM", "units": 6}, {"type": "LSTM", "units": 4}, {"type": "Dense", "units": 1}],
    "fit": {"epochs": 3, "batch_size": 16, "shuffle": False},
}


def variant(**changes):
    return {**REGRESSION, **changes}


CONFIGURATIONS = {
    "stacked": (REGRESSION, Y),
    "sgd momentum": (variant(compile={"optimizer": {"type": "SGD", "momentum": 0.9, "nesterov": True}}), Y),
    "rmsprop clipped": (variant(compile={"optimizer": {"type": "RMSprop", "clipnorm": 0.5}}), Y),
    "adam amsgrad decay": (variant(compile={"optimizer": {"type": "Adam", "amsgrad": True, "weight_decay": 0.01}}), Y),
    "regularized": (
        variant(
            layers=[
                {
                    "type": "LSTM",
                    "units": 6,
                    "kernel_regularizer": {"type": "L2", "l2": 0.1},
                    "activity_regularizer": "l1",
                },
                {"type": "Dense", "units": 1, "kernel_constraint": {"type": "MaxNorm", "max_value": 0.5}},
            ]
        ),
        Y,
    ),
    "backwards unrolled": (
        variant(
            layers=[{"type": "LSTM", "units": 4, "go_backwards": True, "unroll": True}, {"type": "Dense", "units": 1}]
        ),
        Y,
    ),
    "absolute error": (variant(compile={"loss": "mae", "metrics": ["mse", "root_mean_squared_error"]}), Y),
    "multiclass": (
        variant(task="multiclass", layers=[{"type": "LSTM", "units": 5}, {"type": "Dense", "units": 3}]),
        IDS,
    ),
    "binary": (
        variant(task="binary", layers=[{"type": "LSTM", "units": 5}, {"type": "Dense", "units": 1}]),
        (IDS > 0).astype(int),
    ),
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_training_is_that_of_keras_fit(name):
    spec, y = CONFIGURATIONS[name]
    ours, stock = lstmc.build(spec), lstmc.build(spec).to_keras()
    history = ours.fit(X, y)
    targets = y.reshape(len(y), -1) if spec["task"] == "binary" else y
    expected = stock.fit(X, targets, epochs=3, batch_size=16, shuffle=False, verbose=0).history
    for key, values in expected.items():
        np.testing.assert_allclose(history[key], values, rtol=1e-5)
    for mine, theirs in zip(ours.to_keras().get_weights(), stock.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-7)


def test_validation_and_evaluation_are_those_of_keras():
    model = lstmc.build(REGRESSION)
    history = model.fit(X[:30], Y[:30], validation_data=(X[30:], Y[30:]))
    loss, error = model.to_keras().evaluate(X[30:], Y[30:], batch_size=16, verbose=0)
    assert history["val_loss"][-1] == pytest.approx(loss, rel=1e-5)
    assert history["val_mean_absolute_error"][-1] == pytest.approx(error, rel=1e-5)
    assert model.evaluate(X[30:], Y[30:]).loss == pytest.approx(loss, rel=1e-5)


def test_predictions_are_those_of_keras():
    model = lstmc.build(REGRESSION)
    model.fit(X, Y)
    np.testing.assert_allclose(np.asarray(model.predict(X)), model.to_keras().predict(X, verbose=0), rtol=1e-5)


SCRIPT = """
import hashlib, sys, numpy as np, lstmc
x = np.random.default_rng(1).normal(size=(40, 5, 2)).astype("float32")
y = x[:, -1, :1]
spec = {"lstmc": 1, "task": "regression", "input": {"timesteps": 5, "features": 2},
        "layers": [{"type": "LSTM", "units": 8, "dropout": 0.2, "recurrent_dropout": 0.1},
                   {"type": "Dropout", "rate": 0.3}, {"type": "LSTM", "units": 4}, {"type": "Dense", "units": 1}],
        "fit": {"epochs": 4, "batch_size": 8, "seed": int(sys.argv[1])}}
model = lstmc.build(spec)
history = model.fit(x, y)
weights = b"".join(w.tobytes() for w in model.to_keras().get_weights())
print(hashlib.sha256(weights).hexdigest(), hashlib.sha256(repr(dict(history)).encode()).hexdigest())
"""


def weights_of(seed):
    run = subprocess.run([sys.executable, "-c", SCRIPT, str(seed)], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_equal_seeds_give_equal_bits_in_fresh_processes():
    assert weights_of(3) == weights_of(3) != weights_of(4)


def test_the_global_state_of_the_process_is_left_alone():
    import keras

    np.random.seed(0)
    keras.utils.set_random_seed(11)
    before = hashlib.sha256(repr(np.random.get_state()).encode()).hexdigest()
    model = lstmc.build(REGRESSION)
    model.fit(X, Y)
    after = hashlib.sha256(repr(np.random.get_state()).encode()).hexdigest()
    assert before == after


def test_every_epoch_has_the_order_that_its_seed_gives():
    from lstmc.runtime.engines import Pair, Training
    from lstmc.runtime.engines.tensorflow import _steps

    training, data = Training(epochs=2, batch_size=4, seed=9, shuffle=True), Pair(np.zeros((12, 1)), np.zeros(12))
    for epoch in (0, 1, 7):
        expected = np.random.default_rng([9, epoch]).permutation(12)
        order = np.concatenate([rows for _, rows in _steps(data, training, epoch)])
        np.testing.assert_array_equal(order, expected)


def test_training_in_two_halves_is_training_at_once():
    half = {**REGRESSION, "fit": {"epochs": 2, "batch_size": 16, "seed": 2}}
    whole = {**REGRESSION, "fit": {"epochs": 4, "batch_size": 16, "seed": 2}}
    twice, once = lstmc.build(half), lstmc.build(whole)
    twice.fit(X, Y)
    twice.fit(X, Y)
    once.fit(X, Y)
    assert twice.history.epochs == 4
    for a, b in zip(twice.to_keras().get_weights(), once.to_keras().get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_training_goes_on_from_an_artifact_bit_for_bit(tmp_path):
    spec = {**REGRESSION, "fit": {"epochs": 2, "batch_size": 16}}
    spec["layers"] = [{"type": "LSTM", "units": 4, "dropout": 0.3}, {"type": "Dense", "units": 1}]
    whole = lstmc.build({**spec, "fit": {"epochs": 4, "batch_size": 16}})
    whole.fit(X, Y)
    first = lstmc.build(spec)
    first.fit(X, Y)
    resumed = lstmc.load(first.save(tmp_path / "half.lstmc"))
    resumed.fit(X, Y)
    for a, b in zip(resumed.to_keras().get_weights(), whole.to_keras().get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert resumed.history["loss"] == whole.history["loss"]


def test_on_epoch_stops_the_training_and_leaves_a_usable_model():
    model = lstmc.build({**REGRESSION, "fit": {"epochs": 50}})
    seen = []
    history = model.fit(X, Y, on_epoch=lambda epoch, logs: seen.append((epoch, set(logs))) or epoch == 1)
    assert history.epochs == 2
    assert seen == [(0, {"loss", "mean_absolute_error"}), (1, {"loss", "mean_absolute_error"})]
    assert len(model.predict(X)) == len(X)


@pytest.mark.triggers("LC708")
def test_a_loss_that_is_not_finite_stops_and_keeps_the_weights_before():
    spec = {**REGRESSION, "compile": {"optimizer": {"type": "SGD", "learning_rate": 1e30}}}
    model = lstmc.build(spec)
    before = model.to_keras().get_weights()
    with pytest.raises(lstmc.ArtifactError) as caught:
        model.fit(X, Y)
    assert [d.code for d in caught.value.diagnostics] == ["LC708"]
    assert "epoch 1" in str(caught.value)
    for mine, theirs in zip(model.to_keras().get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_stateful_layers_forget_between_epochs_and_predictions():
    spec = {
        "lstmc": 1,
        "task": "regression",
        "input": {"timesteps": 7, "features": 3, "batch_size": 10},
        "layers": [{"type": "LSTM", "units": 4, "stateful": True}, {"type": "Dense", "units": 1}],
        "fit": {"epochs": 2},
    }
    ours, stock = lstmc.build(spec), lstmc.build(spec).to_keras()
    history = ours.fit(X, Y)
    expected = []
    for _ in range(2):
        for layer in stock.layers[:1]:
            layer.reset_state()
        expected += stock.fit(X, Y, epochs=1, batch_size=10, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(history["loss"], expected, rtol=1e-5)
    np.testing.assert_array_equal(np.asarray(ours.predict(X)), np.asarray(ours.predict(X)))


def test_an_absent_device_is_an_error_that_lists_those_there_are():
    model = lstmc.build(REGRESSION, device="gpu:7")
    with pytest.raises(lstmc.DeviceError, match="`cpu`") as caught:
        model.fit(X, Y)
    assert caught.value.diagnostics[0].code == "LC602"
    assert caught.value.exit_code == 2


def test_predictions_from_many_threads_agree():
    from concurrent.futures import ThreadPoolExecutor

    model = lstmc.build(REGRESSION)
    model.fit(X, Y)
    expected = np.asarray(model.predict(X))
    with ThreadPoolExecutor(4) as pool:
        for result in pool.map(lambda _: np.asarray(model.predict(X)), range(8)):
            np.testing.assert_array_equal(result, expected)


def test_history_is_a_mapping_with_a_frame_csv_and_picture(tmp_path):
    model = lstmc.build(REGRESSION)
    history = model.fit(X, Y)
    assert list(history) == ["loss", "mean_absolute_error"]
    assert history.epochs == 3
    assert history.frame().shape == (3, 3)
    assert history.csv().splitlines()[0] == "epoch,loss,mean_absolute_error"
    picture = history.plot(tmp_path / "curve.png")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert json.loads(history.to_json())["epochs"] == 3


BUILD = "import sys, lstmc; lstmc.build(sys.argv[1]).save(sys.argv[2])"


def test_equal_specs_give_equal_artifacts_in_fresh_processes(tmp_path):
    spec = {
        **REGRESSION,
        "layers": [{"type": "LSTM", "units": 4}, {"type": "Dropout", "rate": 0.2}, REGRESSION["layers"][-1]],
    }
    path = tmp_path / "m.lstm.json"
    path.write_text(json.dumps(spec))
    for i in (1, 2):
        arguments = [sys.executable, "-c", BUILD, str(path), str(tmp_path / f"{i}.lstmc")]
        subprocess.run(arguments, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": str(i)})
    assert (tmp_path / "1.lstmc").read_bytes() == (tmp_path / "2.lstmc").read_bytes()
