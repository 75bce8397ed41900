"""Several steps, sequences, differences and parts apart: from the spec to figures in original units."""

import csv
import io
import json

import numpy as np
import pytest

import lstmc

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

VALUES = 1000 + 50 * np.sin(np.arange(40) / 3) + np.arange(40)


def spec_of(layers, **data):
    return {
        "lstmc": 1,
        "task": data.pop("task", "regression"),
        "layers": layers,
        "data": {
            "source": "series.csv",
            "time": "t",
            "features": ["v"],
            "target": "v",
            "scale": "standard",
            "split": {"train": 25, "validation": 5, "test": 10},
            **data,
        },
        "fit": {"epochs": 2, "batch_size": 8},
    }


@pytest.fixture
def build(tmp_path):
    rows = "".join(f"{i},{v:.6f},{'ud'[int(v < VALUES[i - 1])]}\n" for i, v in enumerate(VALUES))
    (tmp_path / "series.csv").write_text("t,v,way\n" + rows)

    def model(spec):
        path = tmp_path / "series.lstm.json"
        path.write_text(json.dumps(spec))
        return lstmc.build(path)

    return model


LAST = [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": 3}]
EACH = [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": 1}]


def parsed(prediction):
    names, rows = prediction.table()
    text = io.StringIO()
    csv.writer(text).writerows([names, *rows])
    return list(csv.DictReader(io.StringIO(text.getvalue())))


@pytest.mark.parametrize("difference", [0, 1, 2])
def test_three_steps_beside_the_value_before(build, difference):
    model = build(spec_of(LAST, window={"timesteps": 5, "steps": 3}, difference=difference))
    model.fit()
    report = model.evaluate()
    truth = np.stack([VALUES[30 + i : 33 + i] for i in range(8)])
    before = VALUES[29:37, None]
    assert report.count == 8
    assert report.baseline_name == "persistence"
    assert report.baseline["mean_absolute_error"] == pytest.approx(np.abs(truth - before).mean(), rel=1e-4)
    prediction = model.predict()
    assert prediction.values.shape == (40 - 5 - difference + 1, 3)
    predicted = prediction.values[30 - 5 - difference :][:8]
    assert report.metrics["mean_absolute_error"] == pytest.approx(np.abs(truth - predicted).mean(), rel=1e-4)
    assert prediction.times[-2] == ("39", "40", "41")
    assert list(parsed(prediction)[0]) == ["time", "v_1", "v_2", "v_3"]


def test_a_value_for_every_timestep(build):
    task = {"kind": "regression", "output": "sequence"}
    model = build(spec_of(EACH, window={"timesteps": 5}, difference=1, task=task))
    model.fit()
    report = model.evaluate()
    truth = np.stack([VALUES[30 + i : 35 + i] for i in range(6)])
    before = np.stack([VALUES[29 + i : 34 + i] for i in range(6)])
    assert report.baseline["mean_absolute_error"] == pytest.approx(np.abs(truth - before).mean(), rel=1e-4)
    assert model.predict().values.shape == (35, 5, 1)


@pytest.mark.parametrize(
    ("task", "units", "window", "shape"),
    [
        ({"kind": "multiclass", "output": "sequence"}, 2, {"timesteps": 5}, (36, 5)),
        ({"kind": "binary", "output": "sequence"}, 1, {"timesteps": 5}, (36, 5)),
        ({"kind": "binary"}, 3, {"timesteps": 5, "steps": 3}, (36, 3)),
    ],
)
def test_labels_of_several_rows(build, task, units, window, shape):
    layers = [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": units}]
    model = build(spec_of(layers, window=window, task=task, target="way"))
    model.fit()
    prediction = model.predict()
    assert prediction.classes.shape == shape
    assert set(np.unique(prediction.classes)) <= {"u", "d"}
    report = model.evaluate()
    assert report.count == 10 - shape[1] + 1
    assert report.baseline_name == "majority"


def test_a_model_of_differences_is_stored_with_them(build, tmp_path):
    model = build(spec_of(LAST, window={"timesteps": 5, "steps": 3}, difference=1))
    model.fit()
    loaded = lstmc.load(model.save(tmp_path / "m.lstmc"))
    np.testing.assert_array_equal(np.asarray(loaded.predict()), np.asarray(model.predict()))


def test_arrays_are_predicted_as_the_table_is(build):
    model = build(spec_of(LAST, window={"timesteps": 5, "steps": 3}, difference=1))
    model.fit()
    x = np.stack([VALUES[i : i + 6, None] for i in range(35)])
    np.testing.assert_allclose(model.predict(x).values, model.predict().values, rtol=1e-6)


def test_which_samples_were_seen_is_told(build):
    model = build(spec_of(EACH, window={"timesteps": 5}))
    model.fit()
    assert [model.evaluate(on=on).seen for on in ("train", "test", "all")] == [True, False, True]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "units", "counts"),
    [("ItalyPowerDemand", 2, (67, 1029)), ("GunPoint", 2, (50, 150)), ("BasicMotions", 4, (40, 40))],
)
def test_parts_that_are_arrays_of_their_own(shared, tmp_path, name, units, counts):
    spec = {
        "lstmc": 1,
        "task": "multiclass",
        "layers": [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": units}],
        "data": {
            "source": str(shared / "data" / f"{name}.npz"),
            "scale": "standard",
            "split": {part: {"x": f"X_{part}", "y": f"y_{part}"} for part in ("train", "test")},
        },
        "fit": {"epochs": 1},
    }
    model = lstmc.build(spec)
    dataset = model.check_data()
    assert tuple(len(dataset.parts[part]) for part in ("train", "test")) == counts
    with np.load(shared / "data" / f"{name}.npz") as archive:
        x = archive["X_train"].astype(float)
        np.testing.assert_allclose(dataset.encoding.x.offset, x.mean(axis=(0, 1)), rtol=1e-6, atol=1e-6)
        np.testing.assert_array_equal(dataset.parts["test"].y, archive["y_test"])
    model.fit()
    report = model.evaluate()
    assert (report.on, report.count, report.seen) == ("test", counts[1], False)
    assert len(model.predict()) == sum(counts)
