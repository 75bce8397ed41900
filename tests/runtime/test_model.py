"""Fit, evaluate and predict in original units and labels, beside baselines computed by hand."""

import json
import logging

import numpy as np
import pytest

import lstmc

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

LAYERS = [{"type": "LSTM", "units": 4}, {"type": "Dense", "units": 1}]


@pytest.fixture
def series(tmp_path):
    """A spec over forty rows of a series around 1000, windows of five."""
    values = 1000 + 50 * np.sin(np.arange(40) / 3)
    rows = "".join(f"{i},{v:.6f},{v * 2:.6f}\n" for i, v in enumerate(values))
    (tmp_path / "series.csv").write_text("t,v,w\n" + rows)
    spec = {
        "lstmc": 1,
        "task": "regression",
        "layers": LAYERS,
        "compile": {"metrics": ["mean_absolute_error", "root_mean_squared_error"]},
        "data": {
            "source": "series.csv",
            "time": "t",
            "target": "v",
            "window": {"timesteps": 5},
            "scale": "standard",
            "split": {"train": 25, "validation": 5, "test": 10},
        },
        "fit": {"epochs": 3, "batch_size": 8},
    }
    path = tmp_path / "series.lstm.json"
    path.write_text(json.dumps(spec))
    return path, values


def test_metrics_are_in_original_units_and_persistence_is_the_value_before(series):
    path, values = series
    model = lstmc.build(path)
    model.fit()
    report = model.evaluate()
    truth, before = values[30:], values[29:39]
    predicted = np.asarray(model.predict())[25:35, 0]
    assert report.count == 10
    assert report.on == "test"
    assert report.baseline_name == "persistence"
    assert report.baseline["mean_absolute_error"] == pytest.approx(np.abs(truth - before).mean(), rel=1e-4)
    assert report.baseline["root_mean_squared_error"] == pytest.approx(
        np.sqrt(((truth - before) ** 2).mean()), rel=1e-4
    )
    assert report.metrics["mean_absolute_error"] == pytest.approx(np.abs(truth - predicted).mean(), rel=1e-4)


def test_prediction_reaches_one_row_beyond_the_data_and_needs_no_target(series, tmp_path):
    path, values = series
    model = lstmc.build(path)
    model.fit()
    prediction = model.predict()
    assert len(prediction) == len(values) - 5 + 1
    assert prediction.times[0] == "5"
    assert prediction.times[-1] == str(int(prediction.times[-2]) + 1)
    assert abs(np.asarray(prediction).mean() - 1000) < 200


def test_what_was_seen_decides_which_part_is_evaluated(series, tmp_path):
    path, values = series
    model = lstmc.build(path)
    model.fit()
    same = model.evaluate(tmp_path / "series.csv")
    assert (same.count, same.on) == (10, "test")
    assert "trained on" in same.notes[0]
    other = tmp_path / "other.csv"
    other.write_text("t,v,w\n" + "".join(f"{i},{v:.6f},{v:.6f}\n" for i, v in enumerate(values[:20] + 1)))
    assert (model.evaluate(other).count, model.evaluate(other).on) == (15, "all")


def test_an_artifact_predicts_the_same_from_another_folder(series, tmp_path):
    path, _ = series
    model = lstmc.build(path)
    model.fit()
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    loaded = lstmc.load(model.save(folder / "m.lstmc"), allow_outside=True)
    assert loaded.trained
    assert loaded.history["loss"] == model.history["loss"]
    np.testing.assert_array_equal(np.asarray(loaded.predict()), np.asarray(model.predict()))
    assert loaded.evaluate().metrics == model.evaluate().metrics
    assert str(tmp_path) not in (folder / "m.lstmc").read_bytes().decode("latin-1")


def test_saving_twice_gives_equal_bytes(series, tmp_path):
    path, _ = series
    model = lstmc.build(path)
    model.fit()
    one, two = model.save(tmp_path / "1.lstmc"), model.save(tmp_path / "2.lstmc")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.triggers("LC707")
def test_an_untrained_model_refuses_to_predict(series):
    path, _ = series
    with pytest.raises(lstmc.ArtifactError) as caught:
        lstmc.build(path).predict()
    assert caught.value.diagnostics[0].code == "LC707"


@pytest.mark.triggers("LC522")
def test_without_data_it_is_said_so():
    spec = {"lstmc": 1, "task": "regression", "input": {"timesteps": 2, "features": 1}, "layers": LAYERS}
    with pytest.raises(lstmc.DataError) as caught:
        lstmc.build(spec).fit()
    assert caught.value.diagnostics[0].code == "LC522"


def classifier(kind, units, **task):
    return {
        "lstmc": 1,
        "task": {"kind": kind, **task},
        "input": {"timesteps": 4, "features": 2},
        "layers": [{"type": "LSTM", "units": 6}, {"type": "Dense", "units": units}],
        "compile": {"optimizer": {"type": "Adam", "learning_rate": 0.05}},
        "fit": {"epochs": 20, "batch_size": 16},
    }


RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4, 2)).astype("float32")
IDS = (X[:, :, 0].sum(axis=1) > 0).astype(int) + (X[:, :, 1].sum(axis=1) > 0).astype(int)


def test_labels_come_back_as_they_were_given():
    names = np.array(["low", "middle", "high"])[IDS]
    model = lstmc.build(classifier("multiclass", 3, classes=["low", "middle", "high"]))
    model.fit(X, names)
    prediction = model.predict(X)
    assert prediction.labels == ("low", "middle", "high")
    assert prediction.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    best = np.array(prediction.labels)[prediction.probabilities.argmax(axis=1)]
    np.testing.assert_array_equal(prediction.classes, best)
    report = model.evaluate(X, names)
    assert report.metrics["accuracy"] == pytest.approx((prediction.classes == names).mean())
    majority = np.unique(names, return_counts=True)[1].max() / len(names)
    assert report.baseline == {"accuracy": pytest.approx(majority)}
    assert report.beats_baseline


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.9])
def test_a_binary_class_begins_at_the_threshold(threshold):
    model = lstmc.build({**classifier("binary", 1), "predict": {"threshold": threshold}})
    model.fit(X, IDS > 0)
    prediction = model.predict(X)
    assert prediction.probabilities.shape == (60,)
    np.testing.assert_array_equal(
        np.asarray(prediction) == prediction.classes.max(), prediction.probabilities >= threshold
    )


def test_logits_become_probabilities():
    spec = classifier("multiclass", 3)
    spec["layers"][-1]["activation"] = "linear"
    spec["compile"]["loss"] = {"type": "SparseCategoricalCrossentropy", "from_logits": True}
    model = lstmc.build(spec)
    model.fit(X, IDS)
    logits = model.to_keras().predict(X, verbose=0)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict(X).probabilities, expected, rtol=1e-4, atol=1e-6)


def test_multilabel_and_one_hot_rows():
    rows = np.stack([X[:, 0, 0] > 0, X[:, 0, 1] > 0], axis=1).astype(int)
    model = lstmc.build(classifier("multilabel", 2))
    model.fit(X, rows)
    assert model.predict(X).classes.shape == (60, 2)
    one_hot = lstmc.build(classifier("multiclass", 3, target="one_hot"))
    one_hot.fit(X, np.eye(3)[IDS])
    assert one_hot.predict(X).classes.shape == (60,)


def test_validation_split_holds_back_the_last_samples_as_keras_does():
    spec = classifier("multiclass", 3)
    spec["fit"] |= {"validation_split": 0.3, "shuffle": False, "epochs": 2}
    model, stock = lstmc.build(spec), lstmc.build(spec).to_keras()
    history = model.fit(X, IDS)
    kwargs = {"epochs": 2, "batch_size": 16, "shuffle": False, "validation_split": 0.3, "verbose": 0}
    expected = stock.fit(X, IDS, **kwargs).history
    np.testing.assert_allclose(history["val_loss"], expected["val_loss"], rtol=1e-5)


def test_a_sequence_of_outputs():
    spec = {
        "lstmc": 1,
        "task": {"kind": "regression", "output": "sequence"},
        "input": {"timesteps": 4, "features": 2},
        "layers": LAYERS,
        "fit": {"epochs": 2},
    }
    model = lstmc.build(spec)
    model.fit(X, X[:, :, :1])
    assert np.asarray(model.predict(X)).shape == (60, 4, 1)
    assert model.evaluate(X, X[:, :, :1]).count == 60


def test_nothing_is_printed_and_nothing_written(series, tmp_path, monkeypatch, capfd):
    path, _ = series
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    model = lstmc.build(path)
    model.fit()
    model.evaluate()
    model.predict()
    assert sorted(tmp_path.iterdir()) == before
    assert capfd.readouterr().out == ""


def test_tensorflow_does_not_take_many_models_for_one_traced_again(caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("tensorflow"), "propagate", True)
    spec = {"lstmc": 1, "task": "regression", "layers": [{"type": "LSTM", "units": 1}, {"type": "Dense", "units": 1}]}
    spec |= {"input": {"timesteps": 4, "features": 2}, "fit": {"epochs": 1}}
    for _ in range(6):
        lstmc.build(spec).fit(X, X[:, 0, :1])
    assert "retracing" not in caplog.text


def test_results_as_json(series):
    path, _ = series
    model = lstmc.build(path)
    model.fit()
    assert set(json.loads(model.evaluate().to_json())) >= {"loss", "metrics", "baseline"}
    prediction = json.loads(model.predict().to_json())
    assert len(prediction["predictions"]) == len(prediction["times"])


def test_masked_timesteps_count_neither_for_the_model_nor_for_its_baseline() -> None:
    """Right answers alone count: the majority is right at every timestep that is not padding."""
    x = np.array([[1, 2, 3, 0], [4, 1, 0, 0], [2, 2, 2, 2]])
    y = np.where(x > 0, 1, 0)
    y[0, 0] = 0
    spec = {
        "lstmc": 1,
        "task": {"kind": "multiclass", "output": "sequence", "classes": 2},
        "input": {"timesteps": 4, "vocabulary": 5},
        "layers": [
            {"type": "Embedding", "input_dim": 5, "output_dim": 2, "mask_zero": True},
            {"type": "LSTM", "units": 2},
            {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 2}},
        ],
        "fit": {"epochs": 1},
    }
    model = lstmc.build(spec)
    model.fit(x, y)
    report = model.evaluate(x, y)
    assert report.baseline["accuracy"] == pytest.approx(8 / 9)
    right = (model.predict(x).classes == y)[x > 0].mean()
    assert report.metrics["accuracy"] == pytest.approx(right)
