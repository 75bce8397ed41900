"""The loops against `keras.Model.fit(shuffle=False)` from the same weights: losses, metrics and final weights."""

import json

import numpy as np
import pytest

import lstmc
from lstmc.api import compiled
from lstmc.compiler.artifact import read
from lstmc.compiler.schedule import schedule
from lstmc.runtime.engines import Pair
from lstmc.runtime.engines.joined import joinable
from lstmc.runtime.engines.resident import Resident

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

RNG = np.random.default_rng(5)
X = RNG.normal(size=(44, 6, 3)).astype("float32")
Y = X.sum(axis=(1, 2))[:, None].astype("float32")
STEPS = X.sum(axis=2, keepdims=True)
IDS = RNG.integers(0, 3, 44)
TOKENS = RNG.integers(0, 9, (44, 6)).astype("int32")
PADDED = np.where(np.arange(6) < RNG.integers(1, 7, (44, 1)), TOKENS, 0).astype("int32")
LEFT = PADDED[:, ::-1].copy()
LSTM, GRU, DENSE = ({"type": kind, "units": units} for kind, units in (("LSTM", 4), ("GRU", 4), ("Dense", 1)))


def spec(*layers, task="regression", features=3, **more):
    return {"lstmc": 1, "task": task, "input": {"timesteps": 6, "features": features}, "layers": list(layers), **more}


def layer(kind, **arguments):
    return {"type": kind, **arguments}


def optimizer(kind, **arguments):
    return {"optimizer": {"type": kind, **arguments}}


def trained_by(**arguments):
    return spec(LSTM, DENSE, compile=arguments), X, Y


def tokens(x, *layers):
    embedding = layer("Embedding", input_dim=9, output_dim=3, mask_zero=True)
    given = {"timesteps": 6, "vocabulary": 9}
    return {"lstmc": 1, "task": "regression", "input": given, "layers": [embedding, *layers, DENSE]}, x, Y


L2, L1L2 = layer("L2", l2=0.05), layer("L1L2", l1=0.01, l2=0.02)
BOTH = layer("Bidirectional", layer=LSTM)
SINGLE = {"precision": "float32"}
CONFIGURATIONS = {
    "lstm": (spec(LSTM, DENSE), X, Y),
    "stacked": (spec(LSTM, LSTM, DENSE), X, Y),
    "many units": (spec({**LSTM, "units": 12}, {**LSTM, "units": 9}, DENSE), X, Y),
    "gru": (spec(GRU, DENSE), X, Y),
    "gru before": (spec({**GRU, "reset_after": False}, DENSE), X, Y),
    "gru stacked": (spec(GRU, LSTM, GRU, DENSE), X, Y),
    "simple": (spec(layer("SimpleRNN", units=4), DENSE), X, Y),
    "no bias": (spec({**LSTM, "use_bias": False}, DENSE), X, Y),
    "relu cell": (spec({**LSTM, "activation": "relu"}, DENSE), X, Y),
    "hard gates": (spec({**GRU, "recurrent_activation": "hard_sigmoid"}, DENSE), X, Y),
    "backwards": (spec({**LSTM, "go_backwards": True}, DENSE), X, Y),
    "unrolled": (spec({**LSTM, "unroll": True}, DENSE), X, Y),
    "bidirectional": (spec(BOTH, DENSE), X, Y),
    "bidirectional sum of gru": (spec(layer("Bidirectional", layer=GRU, merge_mode="sum"), LSTM, DENSE), X, Y),
    "sequence": (
        spec(LSTM, layer("TimeDistributed", layer=DENSE), task={"kind": "regression", "output": "sequence"}), X, STEPS,
    ),
    "encoder and decoder": (
        spec(LSTM, layer("RepeatVector", n=6), LSTM, DENSE, task={"kind": "regression", "output": "sequence"}),
        X,
        STEPS,
    ),
    "convolution": (spec(layer("Conv1D", filters=4, kernel_size=2), layer("MaxPooling1D"), LSTM, DENSE), X, Y),
    "layer normalization": (spec(LSTM, layer("LayerNormalization"), LSTM, DENSE), X, Y),
    "batch normalization": (spec(LSTM, layer("BatchNormalization"), LSTM, DENSE), X, Y),
    "pooled": (spec(LSTM, layer("GlobalAveragePooling1D"), DENSE), X, Y),
    "masking": (spec(layer("Masking"), LSTM, DENSE), np.where(RNG.random((44, 6, 1)) < 0.7, X, 0).astype("f4"), Y),
    "right padding": tokens(PADDED, LSTM, GRU),
    "left padding": tokens(LEFT, LSTM, GRU),
    "padding read both ways": tokens(PADDED, layer("Bidirectional", layer=LSTM), GRU),
    "float32 weights penalized": (
        spec({**LSTM, "kernel_regularizer": L2, "recurrent_regularizer": L1L2}, DENSE, runtime=SINGLE), X, Y,
    ),
    "float32 activity penalized": (spec({**LSTM, "activity_regularizer": "l2"}, DENSE, runtime=SINGLE), X, Y),
    "constrained": (spec(LSTM, {**DENSE, "kernel_constraint": layer("MaxNorm", max_value=0.3)}), X, Y),
    "momentum": trained_by(**optimizer("SGD", momentum=0.9, nesterov=True)),
    "rmsprop centered": trained_by(**optimizer("RMSprop", centered=True, clipnorm=0.5)),
    "adam clipped by value": trained_by(**optimizer("Adam", clipvalue=0.01)),
    "adam clipped as one": trained_by(**optimizer("Adam", global_clipnorm=0.1)),
    "amsgrad": trained_by(**optimizer("Adam", amsgrad=True)),
    "adamw": trained_by(**optimizer("AdamW", weight_decay=0.01)),
    "nadam": trained_by(**optimizer("Nadam")),
    "averaged weights": trained_by(**optimizer("Adam", use_ema=True, ema_overwrite_frequency=3)),
    "decaying rate": trained_by(
        **optimizer(
            "Adam",
            learning_rate=layer("ExponentialDecay", initial_learning_rate=0.05, decay_steps=2, decay_rate=0.9),
        )
    ),
    "huber": trained_by(loss=layer("Huber", delta=0.5), metrics=["mse", "root_mean_squared_error", "mape"]),
    "summed loss": trained_by(loss=layer("MeanSquaredError", reduction="sum")),
    "frozen": (spec({**LSTM, "trainable": False}, LSTM, DENSE), X, Y),
    "multiclass": (spec(LSTM, layer("Dense", units=3), task="multiclass"), X, IDS),
    "one-hot": (
        spec(LSTM, layer("Dense", units=3), task={"kind": "multiclass", "target": "one_hot"}), X, np.eye(3)[IDS],
    ),
    "binary with areas": (
        spec(LSTM, DENSE, task="binary", compile={"metrics": ["accuracy", "auc", "precision"]}),
        X,
        (IDS > 0).astype(int),
    ),
    "float32": (spec(LSTM, GRU, DENSE, runtime=SINGLE), X, Y),
    "float32 clipped": (
        spec(BOTH, LSTM, DENSE, runtime=SINGLE, compile=optimizer("SGD", clipnorm=0.5)), X, Y,
    ),
}  # fmt: skip
LOOPS = ({"loop": "resident", "shards": 2}, {"loop": "fused"}, {"loop": "resident"})


def with_loop(content, loop, **fit):
    runtime = {**content.get("runtime", {}), "schedule": loop}
    return {**content, "runtime": runtime, "fit": {"epochs": 3, "batch_size": 16, "shuffle": False, **fit}}


def assert_equal(history, model, expected, stock, atol=1e-6):
    for key, values in expected.items():
        np.testing.assert_allclose(history[key], values, rtol=1e-5, atol=1e-7)
    for mine, theirs in zip(model.to_keras().get_weights(), stock.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=atol)


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_training_is_that_of_keras_fit(name):
    content, x, y = CONFIGURATIONS[name]
    # In single precision, Adam makes whole steps of gradients that are nothing but rounding.
    content = {"runtime": {"precision": "float64"}, **content}
    loop = LOOPS[list(CONFIGURATIONS).index(name) % len(LOOPS)]
    model, stock = lstmc.build(with_loop(content, loop)), lstmc.build(content).to_keras()
    history = model.fit(x, y)
    targets = y.reshape(len(y), -1) if content["task"] == "binary" else y
    expected = stock.fit(x, targets, epochs=3, batch_size=16, shuffle=False, verbose=0).history
    assert_equal(history, model, expected, stock, 1e-6 if name.startswith("float32") else 1e-9)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("SGD", {"momentum": 0.9, "nesterov": True}),
        ("Adam", {"amsgrad": True, "clipvalue": 0.1}),
        ("AdamW", {"weight_decay": 0.1}),
        ("Adamax", {}),
        ("RMSprop", {"centered": True, "momentum": 0.5}),
        ("Adagrad", {}),
        ("Adadelta", {}),
        ("Lion", {}),
        (
            "Adam",
            {"learning_rate": layer("ExponentialDecay", initial_learning_rate=0.05, decay_steps=2, decay_rate=0.9)},
        ),
    ],
)
def test_one_variable_is_trained_as_many_are(kind, arguments):
    content = spec(LSTM, DENSE, compile=optimizer(kind, **arguments), runtime={"precision": "float64"})
    one, many = (lstmc.build(with_loop(content, {"loop": loop})) for loop in ("fused", "resident"))
    np.testing.assert_allclose(one.fit(X, Y)["loss"], many.fit(X, Y)["loss"], rtol=1e-7)
    engine, other = one._running(), many._running()
    assert next(iter(engine._loops.values()))._steps._joined
    for name, mine in engine.tensors().items():
        np.testing.assert_allclose(mine, other.tensors()[name], rtol=1e-6, atol=1e-9, err_msg=name)


def test_an_epoch_of_one_step_is_that_of_keras():
    content = spec(LSTM, DENSE, runtime={"precision": "float64"}, compile={"metrics": ["mae"]})
    model = lstmc.build(with_loop(content, {"loop": "fused"}, batch_size=44))
    stock = lstmc.build(content).to_keras()
    expected = stock.fit(X, Y, epochs=3, batch_size=44, shuffle=False, verbose=0).history
    assert_equal(model.fit(X, Y), model, expected, stock, 1e-9)


def test_samples_that_fill_no_batch_share_a_graph():
    model = lstmc.build(with_loop(spec(LSTM, DENSE), {"loop": "fused"}))
    for count in (44, 43, 32):
        model.fit(X[:count], Y[:count])
    (loop,) = model._running()._loops.values()
    assert len(loop._calls) == 2


@pytest.mark.parametrize(
    ("last", "arguments"),
    [
        (DENSE, {"clipnorm": 0.5}),
        (DENSE, {"global_clipnorm": 0.5}),
        (DENSE, {"use_ema": True}),
        ({**DENSE, "kernel_constraint": layer("MaxNorm", max_value=0.3)}, {}),
    ],
)
def test_what_looks_at_each_variable_keeps_them_apart(last, arguments):
    model = lstmc.build(with_loop(spec(LSTM, last, compile=optimizer("Adam", **arguments)), {"loop": "fused"}))
    engine = model._running()
    engine._build_optimizer()
    assert not joinable(engine.model.optimizer, engine.model.trainable_variables)


@pytest.mark.parametrize("loop", [*LOOPS, {"loop": "batchwise"}], ids=["shards", "fused", "resident", "batchwise"])
def test_penalties_are_added_up_in_double_precision(loop):
    begin = layer("Constant", value=0.1)
    first = {**LSTM, "kernel_regularizer": L2, "kernel_initializer": begin, "recurrent_initializer": begin}
    content = spec(first, {**DENSE, "kernel_initializer": begin}, runtime={"precision": "float64"})
    single = {**content, "runtime": SINGLE}
    found, expected = (lstmc.build(with_loop(each, loop)).fit(X, Y)["loss"] for each in (content, single))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("loop", LOOPS, ids=["shards", "fused", "resident"])
def test_validation_and_weights_are_those_of_keras_fit(loop):
    weight = np.random.default_rng(1).random(len(X)).astype("float32")
    content = spec(LSTM, DENSE, compile={"metrics": ["mse"]})
    model, stock = lstmc.build(with_loop(content, loop)), lstmc.build(content).to_keras()
    held_out = (X[:9], Y[:9])
    history = model.fit(X, Y, sample_weight=weight, validation_data=held_out)
    expected = stock.fit(
        X, Y, sample_weight=weight, validation_data=held_out, epochs=3, batch_size=16, shuffle=False, verbose=0
    )
    assert_equal(history, model, expected.history, stock)


@pytest.mark.parametrize("loop", LOOPS, ids=["shards", "fused", "resident"])
def test_windows_of_a_series_are_gathered_on_the_device(loop):
    series = np.random.default_rng(0).normal(size=(60, 2)).astype("float32")
    windows = np.lib.stride_tricks.sliding_window_view(series, 6, axis=0).transpose(0, 2, 1)[::2]
    y = windows[:, -1, :1].copy()
    content = with_loop(spec(LSTM, DENSE, features=2), loop, shuffle=True)
    gathered, copied = lstmc.build(content), lstmc.build(content)
    assert gathered.fit(windows, y)["loss"] == copied.fit(windows.copy(), y)["loss"]


@pytest.mark.parametrize("offset", [0, 16, 32])
def test_samples_on_the_device_are_apart_from_those_handed_in(offset):
    room = np.empty(64 + 64 + 4 * 24, np.uint8)
    at = -room.ctypes.data % 64 + offset
    x = room[at : at + 4 * 24].view(np.float32).reshape(4, 3, 2)
    x[:] = 1.0
    resident = Resident.of(Pair(x, np.zeros((4, 1), np.float32)), np.float32)
    x[:] = 2.0
    np.testing.assert_array_equal(resident.x, np.ones((4, 3, 2)))


DROPPING = spec({**LSTM, "dropout": 0.3, "recurrent_dropout": 0.2}, layer("Dropout", rate=0.4), GRU, DENSE)


@pytest.mark.parametrize("loop", LOOPS, ids=["shards", "fused", "resident"])
def test_equal_seeds_and_schedules_give_equal_bits(loop):
    content = with_loop(DROPPING, loop, shuffle=True, epochs=4)
    once, again = lstmc.build(content), lstmc.build(content)
    assert once.fit(X, Y)["loss"] == again.fit(X, Y)["loss"]
    for mine, theirs in zip(once.to_keras().get_weights(), again.to_keras().get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("watched_first", [True, False])
def test_trainings_that_are_watched_give_the_bits_of_those_that_are_not(watched_first):
    content = with_loop(spec(LSTM, DENSE), "fused", shuffle=True, epochs=20)
    alone, turns = lstmc.build(content), lstmc.build(content)
    for watched in (watched_first, not watched_first, watched_first):
        alone.fit(X, Y)
        turns.fit(X, Y, on_epoch=(lambda *_: None) if watched else None)
    assert turns.history["loss"] == alone.history["loss"]
    for mine, theirs in zip(turns.to_keras().get_weights(), alone.to_keras().get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert len(turns._running()._loops) == (1 if watched_first else 2)


def test_watched_trainings_share_the_loop_where_no_weights_are_joined():
    content = {**spec(LSTM, DENSE), "compile": optimizer("Adam", clipnorm=1.0)}
    model = lstmc.build(with_loop(content, "fused", epochs=2))
    model.fit(X, Y)
    model.fit(X, Y, on_epoch=lambda *_: None)
    assert len(model._running()._loops) == 1


@pytest.mark.parametrize("loop", LOOPS, ids=["shards", "fused", "resident"])
def test_training_in_two_halves_is_training_at_once(loop, tmp_path):
    half, whole = (with_loop(DROPPING, loop, shuffle=True, epochs=epochs) for epochs in (2, 4))
    once, first = lstmc.build(whole), lstmc.build(half)
    once.fit(X, Y)
    first.fit(X, Y)
    second = lstmc.load(first.save(tmp_path / "half.lstmc"))
    assert json.loads(read(tmp_path / "half.lstmc").metadata["schedule"])["loop"] == loop["loop"]
    second.fit(X, Y)
    assert second.history["loss"] == once.history["loss"]
    for mine, theirs in zip(second.to_keras().get_weights(), once.to_keras().get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("loop", LOOPS, ids=["shards", "fused", "resident"])
def test_units_are_dropped_at_their_rate(loop):
    """The first loss of a model that only drops, over many seeds, against the expectation: Var = r / (1 - r)."""
    rate, count = 0.5, 400
    content = {
        **spec(layer("Dropout", rate=rate), layer("Flatten"), {**DENSE, "use_bias": False, "trainable": False}),
        "compile": {"optimizer": layer("SGD", learning_rate=1e-30), "loss": "mse"},
    }
    content["layers"][-1]["kernel_initializer"] = layer("Constant", value=1.0)
    x = np.ones((count, 6, 3), "float32")
    model = lstmc.build(with_loop(content, loop, batch_size=200, epochs=1))
    loss = model.fit(x, np.full((count, 1), 18.0))["loss"][0]
    expected = 18 * rate / (1 - rate)
    assert abs(loss - expected) < 3 * expected * np.sqrt(2 / count)


RUNS = 200


def losses_of_runs(variables, fit, first_seed):
    """The last loss of each of many trainings that begin alike but for the seeds of what is dropped."""
    begin = [variable.numpy() for variable in variables]
    found = []
    for run in range(RUNS):
        for variable, value in zip(variables, begin, strict=True):
            is_seed = variable.name == "seed_generator_state"
            variable.assign(np.array([first_seed + run, 0], value.dtype) if is_seed else value)
        found.append(fit())
    return np.array(found)


def test_dropout_trains_to_the_losses_of_keras():
    """Means of 200 runs, within three standard errors of their difference."""
    by_loop = {}
    for i, loop in enumerate(LOOPS):
        model = lstmc.build(with_loop(DROPPING, loop, epochs=1))
        engine = model._running()
        engine._build_optimizer()
        by_loop[i] = losses_of_runs(
            engine._variables(), lambda model=model: model.fit(X, Y)["loss"][-1], 1000 * (i + 1)
        )
    stock = lstmc.build(DROPPING).to_keras()
    stock.optimizer.build(stock.trainable_variables)
    variables = [*stock.variables, *stock.optimizer.variables]
    options = {"epochs": 1, "batch_size": 16, "shuffle": False, "verbose": 0}
    expected = losses_of_runs(variables, lambda: stock.fit(X, Y, **options).history["loss"][-1], 9000)
    assert expected.std() > 0
    for found in by_loop.values():
        error = np.sqrt(found.var(ddof=1) / RUNS + expected.var(ddof=1) / RUNS)
        assert abs(found.mean() - expected.mean()) < 3 * error
        assert 0.7 < found.std() / expected.std() < 1.4


def test_a_call_of_many_epochs_that_diverges_keeps_the_last_finite_one():
    content = spec(LSTM, DENSE, compile=optimizer("SGD", learning_rate=1e6, momentum=0.99))
    one_by_one, at_once = (lstmc.build(with_loop(content, loop, epochs=60)) for loop in ("batchwise", "fused"))
    for model in (one_by_one, at_once):
        with pytest.raises(lstmc.ArtifactError, match="diverged"):
            model.fit(X, Y * 1e20)
    assert at_once.trained == one_by_one.trained
    if at_once.trained:
        assert at_once.history.epochs == one_by_one.history.epochs


def chosen(content, samples=1000, cores=2, **more):
    plan = compiled(content).result()
    return schedule(plan, samples, content.get("fit", {}).get("batch_size", 32), cores, **more)


LARGE = {
    **spec({**LSTM, "units": 256}, {**LSTM, "units": 256}, DENSE, fit={"epochs": 50, "batch_size": 64}),
    "input": {"timesteps": 48, "features": 3},
}
SMALL = spec(LSTM, DENSE, fit={"epochs": 1000, "batch_size": 44})


@pytest.mark.parametrize(
    ("content", "samples", "expected"),
    [
        (spec(LSTM, DENSE), 44, ("batchwise", 1)),
        (SMALL, 44, ("fused", 1)),
        (LARGE, 4096, ("resident", 2)),
        ({**LARGE, "fit": {**LARGE["fit"], "batch_size": 63}}, 4096, ("resident", 1)),
        ({**LARGE, "runtime": {"precision": "mixed_bfloat16"}}, 4096, ("batchwise", 1)),
        ({**LARGE, "runtime": {"schedule": "batchwise"}}, 4096, ("batchwise", 1)),
        ({**LARGE, "runtime": {"schedule": {"shards": 4}}}, 4096, ("resident", 4)),
    ],
)
def test_the_schedule_is_what_costs_least(content, samples, expected):
    found = chosen(content, samples)
    assert (found.loop, found.shards) == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"layers": [LSTM, layer("BatchNormalization"), LSTM, DENSE]}, "BatchNormalization"),
        ({"layers": [{**LSTM, "activity_regularizer": "l1"}, DENSE]}, "activity regularizer"),
        ({"compile": {"loss": layer("MeanSquaredError", reduction="sum")}}, "no mean over samples"),
        ({"runtime": {"precision": "mixed_float16"}}, "precision"),
    ],
)
def test_what_keeps_the_loops_away_is_told(changes, reason):
    found = chosen({**SMALL, **changes})
    assert found.loop == "batchwise"
    assert reason in found.why[0]


def test_a_gpu_runs_the_stock_layers():
    assert "cuDNN" in chosen(SMALL, gpu=True).why[0]
