"""Callbacks, the spec's and the user's, against `keras.Model.fit` with the same ones."""

import numpy as np
import pytest

import lstmc

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

RNG = np.random.default_rng(5)
X = RNG.normal(size=(50, 7, 3)).astype("float32")
Y = X.sum(axis=(1, 2))[:, None].astype("float32")
SPEC = {
    "lstmc": 1,
    "task": "regression",
    "input": {"timesteps": 7, "features": 3},
    "layers": [{"type": "LSTM", "units": 4}, {"type": "Dense", "units": 1}],
    "compile": {"optimizer": {"type": "Adam", "learning_rate": 0.3}},
}
FIT = {"epochs": 12, "batch_size": 16, "shuffle": False, "validation_split": 0.3}


def spec(**fit):
    return {**SPEC, "fit": {**FIT, **fit}}


def assert_equal(model, history, stock, expected):
    assert set(history) == set(expected)
    for key, values in expected.items():
        np.testing.assert_allclose(history[key], values, rtol=1e-6)
    for mine, theirs in zip(model.to_keras().get_weights(), stock.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6)


@pytest.mark.parametrize(
    ("stopping", "plateau"),
    [
        ({"patience": 2}, None),
        ({"patience": 1, "restore_best_weights": False, "monitor": "val_mean_absolute_error"}, None),
        ({"patience": 1, "baseline": 0.1, "start_from_epoch": 2, "min_delta": 0.01}, None),
        ({"patience": 1, "monitor": "mean_absolute_error", "mode": "max"}, None),
        (None, {"patience": 1, "factor": 0.5, "min_delta": 0.5}),
        ({"patience": 3}, {"monitor": "loss", "patience": 1, "cooldown": 1, "min_lr": 0.01, "min_delta": 1}),
    ],
)
def test_the_callbacks_of_the_spec_are_those_of_keras(stopping, plateau):
    import keras

    model, stock = lstmc.build(spec(early_stopping=stopping, reduce_lr_on_plateau=plateau)), lstmc.build(SPEC)
    callbacks = []
    if plateau:
        callbacks.append(keras.callbacks.ReduceLROnPlateau(**plateau))
    if stopping:
        callbacks.append(keras.callbacks.EarlyStopping(**{"restore_best_weights": True, **stopping}))
    history = model.fit(X, Y)
    expected = stock.to_keras().fit(X, Y, **FIT, verbose=0, callbacks=callbacks).history
    assert_equal(model, history, stock.to_keras(), expected)


def test_what_the_callbacks_did_is_noted():
    fit = {"early_stopping": {"patience": 1}, "reduce_lr_on_plateau": {"patience": 0, "min_delta": 100}}
    notes = lstmc.build(spec(**fit)).fit(X, Y).notes
    assert any(note.startswith("stopped early after epoch") for note in notes)
    assert any(note.startswith("the learning rate was lowered") for note in notes)
    silent = {key: {**arguments, "verbose": 0} for key, arguments in fit.items()}
    assert lstmc.build(spec(**silent)).fit(X, Y).notes == ()


def recorder(log):
    import keras

    def hook(name):
        def called(self, *arguments, logs=None):
            number = arguments[0] if arguments and isinstance(arguments[0], int) else None
            log.append((name, number, self.model.optimizer is not None, self.params["epochs"], self.params["steps"]))

        return called

    names = [name for name in dir(keras.callbacks.Callback) if name.startswith("on_")]
    return type("Recorder", (keras.callbacks.Callback,), {name: hook(name) for name in names})()


def test_callbacks_of_the_user_are_called_as_by_keras():
    mine, theirs = [], []
    fit = {**FIT, "epochs": 2}
    lstmc.build(spec(epochs=2)).fit(X, Y, callbacks=recorder(mine))
    lstmc.build(SPEC).to_keras().fit(X, Y, **fit, verbose=0, callbacks=[recorder(theirs)])
    assert mine == theirs


def test_callbacks_of_keras_work(tmp_path):
    import keras

    seen = []
    rates = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    saver = keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.weights.h5", save_weights_only=True)
    watcher = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(logs["loss"]))
    model = lstmc.build(spec(epochs=2, validation_split=None))
    history = model.fit(X, Y, callbacks=[rates, saver, watcher])
    np.testing.assert_allclose(history["learning_rate"], [0.15, 0.075])
    assert {path.name for path in tmp_path.iterdir()} == {"1.weights.h5", "2.weights.h5"}
    assert len(seen) == 8


def test_a_callback_that_stops_is_obeyed_at_once():
    import keras

    class Stops(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = True

    assert lstmc.build(SPEC).fit(X, Y, callbacks=Stops()).epochs == 1


@pytest.mark.triggers("LC708")
def test_a_loss_that_is_not_finite_is_told_beside_callbacks():
    import keras

    diverging = {**spec(early_stopping={}), "compile": {"optimizer": {"type": "SGD", "learning_rate": 1e30}}}
    with pytest.raises(lstmc.ArtifactError, match="LC708"):
        lstmc.build(diverging).fit(X, Y, callbacks=[keras.callbacks.TerminateOnNaN()])


@pytest.mark.triggers("LC420")
def test_what_is_watched_must_be_there():
    model = lstmc.build({**SPEC, "fit": {"early_stopping": {}}})
    with pytest.raises(lstmc.SpecError, match="nothing to validate on") as caught:
        model.fit(X, Y)
    assert caught.value.diagnostics[0].code == "LC420"
    assert not model.trained
    assert model.fit(X, Y, validation_data=(X, Y)).epochs


@pytest.mark.triggers("LC604")
def test_event_files_need_tensorboard(tmp_path, monkeypatch):
    from lstmc.runtime.engines import watch

    monkeypatch.setattr(watch, "find_spec", lambda name: None)
    with pytest.raises(lstmc.DeviceError, match="pip install tensorboard") as caught:
        lstmc.build(spec(tensorboard=str(tmp_path / "logs"))).fit(X, Y)
    assert caught.value.diagnostics[0].code == "LC604"


def test_event_files_are_written_also_when_the_training_is_cut_off(tmp_path):
    pytest.importorskip("tensorboard", reason="TensorBoard is not installed")
    model = lstmc.build(spec(epochs=3, tensorboard=str(tmp_path / "logs")))
    model.fit(X, Y)
    with pytest.raises(ZeroDivisionError):
        model.fit(X, Y, on_epoch=lambda *_: 1 / 0)
    for part in ("train", "validation"):
        assert len(list((tmp_path / "logs" / part).glob("events.*"))) == 2
