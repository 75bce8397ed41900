"""Training that continues with a changed spec: what the spec says wins over the saved state."""

import json
import re

import numpy as np
import pytest

import lstmc
from lstmc.spec.optimizers import OPTIMIZERS

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

X = np.random.default_rng(3).normal(size=(32, 4, 2)).astype("float32")
Y = X.sum(axis=(1, 2))[:, None]
SCHEDULE = {"type": "ExponentialDecay", "initial_learning_rate": 0.5, "decay_steps": 1, "decay_rate": 0.5}


def spec(optimizer=None, *, precision="float32", dropout=0.0, **fit):
    return {
        "lstmc": 1,
        "name": "m",
        "task": "regression",
        "input": {"timesteps": 4, "features": 2},
        "layers": [{"type": "LSTM", "units": 2, "dropout": dropout}, {"type": "Dense", "units": 1}],
        "compile": {"optimizer": optimizer or {"type": "SGD", "learning_rate": 0.01}},
        "fit": {"epochs": 1, "batch_size": 32, "shuffle": False, **fit},
        "runtime": {"precision": precision, "schedule": "batchwise"},
    }


def with_state(path, described):
    """An artifact whose optimizer's state are numbers that no optimizer begins with."""
    model = lstmc.build(described)
    keras_model = model.to_keras()
    keras_model.optimizer.build(keras_model.trainable_variables)
    for i, variable in enumerate(keras_model.optimizer.variables):
        if variable.name != "learning_rate":
            variable.assign(np.full(variable.shape, 7 + i))
    return model.save(path)


def state(model):
    """The variables of the optimizer by name and number, without the learning rate."""
    found = {}
    for variable in model.to_keras().optimizer.variables:
        name = re.sub(r"_\d+$", "", variable.name)  # Nadam has a variable whose name Keras numbers
        found.setdefault(name, []).append(np.asarray(variable))
    found.pop("learning_rate", None)
    return found


def assert_same_state(first, second):
    assert first.keys() == second.keys()
    for name, arrays in first.items():
        for mine, theirs in zip(arrays, second[name], strict=True):
            np.testing.assert_array_equal(mine, theirs, err_msg=name)


def gradient_step(model, rate):
    """The weights after one step of gradient descent, by stock Keras and TensorFlow alone."""
    import tensorflow as tf

    keras_model = model.to_keras()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((keras_model(X, training=True) - Y) ** 2)
    gradients = tape.gradient(loss, keras_model.trainable_variables)
    return [w.numpy() - rate * g.numpy() for w, g in zip(keras_model.trainable_variables, gradients, strict=True)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    model = lstmc.build(spec())
    model.fit(X, Y)
    return model.save(tmp_path_factory.mktemp("trained") / "m.lstmc")


@pytest.mark.parametrize("name", sorted(OPTIMIZERS.classes))
def test_a_changed_learning_rate_takes_effect_and_the_rest_of_the_state_stays(name, tmp_path):
    path = with_state(tmp_path / "m.lstmc", spec({"type": name, "learning_rate": 0.01}))
    same, changed = lstmc.load(path), lstmc.load(path, overrides=["compile.optimizer.learning_rate=0.125"])
    assert float(same.to_keras().optimizer.learning_rate) == np.float32(0.01)
    assert float(changed.to_keras().optimizer.learning_rate) == 0.125
    assert_same_state(state(changed), state(same))


def test_one_step_with_a_changed_rate_is_that_of_stock_keras(trained):
    model = lstmc.load(trained, overrides=["compile.optimizer.learning_rate=0.25"])
    expected = gradient_step(model, 0.25)
    model.fit(X, Y)
    for weight, wanted in zip(model.to_keras().trainable_variables, expected, strict=True):
        np.testing.assert_allclose(weight.numpy(), wanted, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("loop", ["batchwise", "resident", "fused"])
def test_fit_takes_a_learning_rate_and_epochs(loop):
    model = lstmc.build({**spec(), "runtime": {"schedule": loop}})
    model.fit(X, Y)
    expected = gradient_step(model, 0.25)
    history = model.fit(X, Y, epochs=1, learning_rate=0.25)
    for weight, wanted in zip(model.to_keras().trainable_variables, expected, strict=True):
        np.testing.assert_allclose(weight.numpy(), wanted, rtol=1e-5, atol=1e-7)
    assert history.notes == ()
    assert model.fit(X, Y, epochs=3).epochs == 3
    assert (model.plan.spec.fit.epochs, model.plan.spec.compile.optimizer.learning_rate) == (3, 0.25)


def test_adam_with_a_tiny_rate_hardly_moves_the_weights(tmp_path):
    """Adam's steps are at most the learning rate, as its second moment is as warm as its first."""
    model = lstmc.build(spec({"type": "Adam", "learning_rate": 0.01}, batch_size=8, epochs=4))
    model.fit(X, Y)
    path = model.save(tmp_path / "m.lstmc")
    before = model.to_keras().get_weights()
    tuned = lstmc.load(path, overrides=["compile.optimizer.learning_rate=1e-7"])
    tuned.fit(X, Y)
    moved = max(np.abs(a - b).max() for a, b in zip(before, tuned.to_keras().get_weights(), strict=True))
    assert 0 < moved < 2e-6
    said = lstmc.load(tuned.save(tmp_path / "t.lstmc")).plan.spec.compile.optimizer
    assert said.learning_rate == 1e-7


@pytest.mark.parametrize("other", ['"RMSprop"', '{"type": "SGD", "momentum": 0.9, "learning_rate": 0.5}'])
def test_another_optimizer_starts_fresh_with_a_note(other, tmp_path):
    model = lstmc.build(spec({"type": "Adam", "learning_rate": 0.01}))
    model.fit(X, Y)
    loaded = lstmc.load(model.save(tmp_path / "m.lstmc"), overrides=[f"compile.optimizer={other}"])
    optimizer = loaded.to_keras().optimizer
    optimizer.build(loaded.to_keras().trainable_variables)
    assert float(optimizer.learning_rate) == np.float32(0.5 if "SGD" in other else 0.001)
    assert all(not array.any() for arrays in state(loaded).values() for array in arrays)
    notes = loaded.fit(X, Y).notes
    assert [note for note in notes if "Adam" in note and json.loads(f"[{other}]") and "without its saved state" in note]
    assert loaded.fit(X, Y).notes == ()


def test_another_schedule_starts_at_its_first_step(trained):
    change = f"compile.optimizer.learning_rate={json.dumps(SCHEDULE)}"
    model = lstmc.load(trained, overrides=[change])
    expected = gradient_step(model, 0.5)
    notes = model.fit(X, Y).notes
    assert any("schedule" in note for note in notes)
    for weight, wanted in zip(model.to_keras().trainable_variables, expected, strict=True):
        np.testing.assert_allclose(weight.numpy(), wanted, rtol=1e-5, atol=1e-7)


def test_an_unchanged_schedule_continues_at_its_step(tmp_path):
    model = lstmc.build(spec({"type": "SGD", "learning_rate": SCHEDULE}))
    model.fit(X, Y)
    loaded = lstmc.load(model.save(tmp_path / "m.lstmc"))
    expected = gradient_step(loaded, 0.25)
    assert loaded.fit(X, Y).notes == ("the learning-rate schedule continues at step 1, with 0.25",)
    for weight, wanted in zip(loaded.to_keras().trainable_variables, expected, strict=True):
        np.testing.assert_allclose(weight.numpy(), wanted, rtol=1e-5, atol=1e-7)


def test_a_constant_rate_replaces_a_schedule(tmp_path):
    model = lstmc.build(spec({"type": "SGD", "learning_rate": SCHEDULE}))
    model.fit(X, Y)
    expected = gradient_step(model, 0.125)
    notes = model.fit(X, Y, learning_rate=0.125).notes
    assert notes == ("the learning rate 0.125 replaces the schedule ExponentialDecay",)
    for weight, wanted in zip(model.to_keras().trainable_variables, expected, strict=True):
        np.testing.assert_allclose(weight.numpy(), wanted, rtol=1e-5, atol=1e-7)
    assert lstmc.load(model.save(tmp_path / "m.lstmc")).plan.spec.compile.optimizer.learning_rate == 0.125


def test_a_reduced_rate_is_kept_until_the_spec_or_the_caller_sets_one(tmp_path):
    reduced = spec(reduce_lr_on_plateau={"monitor": "loss", "patience": 0, "min_delta": 10, "factor": 0.5}, epochs=2)
    model = lstmc.build(reduced)
    model.fit(X, Y)
    path = model.save(tmp_path / "m.lstmc")
    left = float(model.to_keras().optimizer.learning_rate)
    assert left < 0.01
    again = lstmc.load(path)
    assert float(again.to_keras().optimizer.learning_rate) == left
    assert any("as the last training left it" in note for note in again.fit(X, Y, epochs=1).notes)
    for named in ("compile.optimizer.learning_rate=0.01", 'compile.optimizer={"type":"SGD","learning_rate":0.01}'):
        assert float(lstmc.load(path, overrides=[named]).to_keras().optimizer.learning_rate) == np.float32(0.01)
    expected = gradient_step(model, 0.01)
    model.fit(X, Y, epochs=1, learning_rate=0.01)
    for weight, wanted in zip(model.to_keras().trainable_variables, expected, strict=True):
        np.testing.assert_allclose(weight.numpy(), wanted, rtol=1e-5, atol=1e-7)


def test_averages_that_are_new_start_at_the_weights(trained):
    model = lstmc.load(trained, overrides=["compile.optimizer.use_ema=true", "compile.optimizer.ema_momentum=0.5"])
    before = [variable.numpy() for variable in model.to_keras().trainable_variables]
    stepped = gradient_step(model, 0.01)
    model.fit(X, Y)
    for weight, old, new in zip(model.to_keras().trainable_variables, before, stepped, strict=True):
        np.testing.assert_allclose(weight.numpy(), (old + new) / 2, rtol=1e-4, atol=1e-6)


def test_another_accumulation_starts_with_a_whole_update(tmp_path):
    path = with_state(tmp_path / "m.lstmc", spec({"type": "Adam", "gradient_accumulation_steps": 2}))
    found = state(lstmc.load(path, overrides=["compile.optimizer.gradient_accumulation_steps=3"]))
    assert found["iteration"] == [6]  # 7 batches before; 6 is the next multiple of 3 below
    assert not any(array.any() for name, (array,) in found.items() if name.endswith("gradient_accumulator"))
    assert all(array.all() for name, (array,) in found.items() if name.endswith("velocity"))


def test_momentum_that_is_new_does_not_shift_the_state(tmp_path):
    path = with_state(tmp_path / "m.lstmc", spec({"type": "RMSprop"}))
    found = state(lstmc.load(path, overrides=["compile.optimizer.momentum=0.9", "compile.optimizer.centered=true"]))
    for name, (array,) in found.items():
        assert bool(array.any()) == name.endswith(("velocity", "iteration")), name


def test_the_state_of_a_scaled_loss_goes_with_its_precision(tmp_path):
    path = with_state(tmp_path / "m.lstmc", spec({"type": "Adam", "learning_rate": 0.01}))
    scaled = lstmc.load(path, overrides=["runtime.precision=mixed_float16"])
    assert int(scaled.to_keras().optimizer.iterations) == 7
    assert float(scaled.to_keras().optimizer.dynamic_scale) == 2.0**15  # Keras's initial scale
    scaled.to_keras().optimizer.dynamic_scale.assign(8.0)
    again = scaled.save(tmp_path / "s.lstmc")
    changed = lstmc.load(again, overrides=["compile.optimizer.learning_rate=0.5"]).to_keras().optimizer
    assert (float(changed.learning_rate), float(changed.dynamic_scale)) == (0.5, 8.0)


def test_a_changed_seed_reaches_the_dropout(tmp_path):
    model = lstmc.build(spec(dropout=0.5))
    model.fit(X, Y)
    path = model.save(tmp_path / "m.lstmc")

    def seeds(loaded):
        return [np.asarray(v) for v in loaded.to_keras().layers[0].non_trainable_variables]

    def fresh(**fit):
        return seeds(lstmc.build(spec(dropout=0.5, **fit)))

    assert not np.array_equal(seeds(lstmc.load(path)), fresh())
    np.testing.assert_array_equal(seeds(lstmc.load(path, overrides=["fit.seed=5"])), fresh(seed=5))
    own = lstmc.load(path, overrides=["layers.0.seed=9"])
    assert np.asarray(seeds(own)[0])[0] == 9  # Keras's generator: [seed, calls]


def test_a_renamed_model_keeps_the_state(tmp_path):
    path = with_state(tmp_path / "m.lstmc", spec({"type": "Adam"}))
    renamed = state(lstmc.load(path, overrides=["name=other"]))
    assert all(array.all() for arrays in renamed.values() for array in arrays)
    assert any(name.startswith("other_") for name in renamed)


@pytest.mark.triggers("LC215")
@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ({"batch_size": 8}, "set `fit.batch_size`"),
        ({"shuffle": False}, "set `fit.shuffle`"),
        ({"validation_split": 0.2}, "set `fit.validation_split`"),
        ({"seed": 1}, "set `fit.seed`"),
        ({"optimizer": "Adam"}, "set `compile.optimizer`"),
        ({"initial_epoch": 3}, "continues after its last epoch"),
        ({"steps_per_epoch": 3}, "set `fit.epochs`"),
        ({"validation_steps": 3}, "all validation samples"),
        ({"validation_freq": 2}, "every epoch"),
        ({"validation_batch_size": 2}, "`fit.batch_size`"),
        ({"learning_rate": "fast"}, "`compile.optimizer.learning_rate`"),
        ({"epochs": True}, "`fit.epochs`"),
    ],
)
def test_arguments_that_the_spec_owns(argument, said):
    with pytest.raises(lstmc.SpecError) as refusal:
        lstmc.build(spec()).fit(X, Y, **argument)
    (diagnostic,) = refusal.value.diagnostics
    assert diagnostic.code == "LC215"
    assert said in diagnostic.help


@pytest.mark.parametrize("argument", [{"learning_rate": -1.0}, {"learning_rate": float("nan")}, {"epochs": 0}])
def test_values_that_the_spec_refuses(argument):
    model = lstmc.build(spec())
    before = model.plan
    with pytest.raises(lstmc.SpecError):
        model.fit(X, Y, **argument)
    assert model.plan is before


def test_an_argument_that_nobody_knows():
    with pytest.raises(TypeError, match="bach_size"):
        lstmc.build(spec()).fit(X, Y, bach_size=8)


def test_data_that_do_not_fit_change_nothing():
    model = lstmc.build(spec())
    with pytest.raises(lstmc.DataError):
        model.fit(X[:, :2], Y, epochs=7)
    assert model.plan.spec.fit.epochs == 1
