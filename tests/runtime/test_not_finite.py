"""Weights that are not finite are never written, read or kept."""

import struct

import numpy as np
import pytest

import lstmc
from lstmc.compiler.artifact import encode, read

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning", "ignore::RuntimeWarning"
)

X = np.random.default_rng(3).normal(size=(16, 3, 1)).astype("float32")
Y = X.sum(axis=(1, 2))[:, None]


def spec(rate, *, loop="batchwise", **fit):
    return {
        "lstmc": 1,
        "name": "m",
        "task": "regression",
        "input": {"timesteps": 3, "features": 1},
        "layers": [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}],
        "compile": {"optimizer": {"type": "SGD", "learning_rate": rate}},
        "fit": {"epochs": 1, "batch_size": 16, "checkpoint": {"monitor": "loss"}, **fit},
        "runtime": {"schedule": loop},
    }


@pytest.mark.triggers("LC708")
@pytest.mark.parametrize("loop", ["batchwise", "resident", "fused"])
@pytest.mark.parametrize("watched", [True, False])
def test_the_only_step_makes_the_weights_infinite(loop, watched):
    """The loss of one epoch of one batch is that before its step: it is finite, and the weights are not."""
    model = lstmc.build(spec(1e39, loop=loop))
    before = model.to_keras().get_weights()
    epochs = []
    with pytest.raises(lstmc.ArtifactError, match=r"LC708.*a weight after the last step of epoch 1") as refusal:
        model.fit(X, Y, on_epoch=(lambda epoch, logs: epochs.append(epoch)) if watched else None)
    assert (refusal.value.exit_code, model.trained, epochs) == (4, False, [])
    for weight, unchanged in zip(model.to_keras().get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, unchanged)


def test_the_epochs_before_are_kept():
    """A rate that overflows in the third of three epochs, all of which are one call."""
    steps = {"type": "PiecewiseConstantDecay", "boundaries": [1], "values": [0.01, 3e38]}
    model = lstmc.build(spec(steps, loop="fused", epochs=3))
    with pytest.raises(lstmc.ArtifactError, match="a weight after the last step of epoch 3"):
        model.fit(X, 100 * Y)
    once = lstmc.build(spec(0.01, epochs=2))
    assert model.history.epochs == 2
    np.testing.assert_allclose(model.history["loss"], once.fit(X, 100 * Y)["loss"], rtol=1e-5)


@pytest.mark.triggers("LC714")
def test_a_model_with_such_weights_is_not_written(tmp_path):
    model = lstmc.build(spec(0.01))
    model.fit(X, Y)
    good = model.save(tmp_path / "m.lstmc").read_bytes()
    weights = model.to_keras().get_weights()
    weights[0][0, 0] = np.nan
    model.to_keras().set_weights(weights)
    with pytest.raises(lstmc.ArtifactError, match=r"LC714.*`lstm/0/kernel` is not finite"):
        model.save(tmp_path / "m.lstmc")
    assert (tmp_path / "m.lstmc").read_bytes() == good
    assert [path.name for path in tmp_path.iterdir()] == ["m.lstmc"]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_file_with_such_weights_is_not_read(tmp_path, value):
    path = lstmc.build(spec(0.01)).save(tmp_path / "m.lstmc")
    artifact = read(path)
    kernel = next(name for name in artifact.tensors if name.endswith("recurrent_kernel"))
    artifact.tensors[kernel][1, 1] = value
    path.write_bytes(encode(artifact))
    assert struct.pack("<f", value) in path.read_bytes()
    with pytest.raises(lstmc.ArtifactError, match="LC714") as refusal:
        lstmc.load(path)
    assert refusal.value.exit_code == 4


def test_a_validation_loss_that_is_not_finite_is_noted():
    model = lstmc.build(spec(0.01, epochs=2))
    far = np.full_like(Y, 1e30)  # its square overflows float32
    history = model.fit(X, Y, validation_data=(X, far))
    assert history["val_loss"] == [np.inf, np.inf]
    assert history.notes[-1] == "the validation loss of 2 epochs is not finite, in epoch 1 first"
