"""The examples, trained as they ship: real input, end to end."""

import numpy as np
import pytest

import lstmc
from lstmc.examples import TEMPLATES, files
from lstmc.examples.generate import GENERATED

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture
def example(tmp_path):
    def copy(name):
        for file, content in files(name).items():
            (tmp_path / file).write_bytes(content)
        return tmp_path / f"{name}.lstm.json"

    return copy


def test_every_template_is_an_example(example):
    assert {lstmc.build(example(name)).name for name in TEMPLATES} == set(TEMPLATES)


def test_counting_is_learned(example):
    """Published loss 4.5e-5; stock Keras 3 gave 7.8e-5 to 2.3e-4 over three seeds."""
    model = lstmc.build(example("counting"))
    history = model.fit()
    assert history.epochs == 1000
    assert history["loss"][-1] < 5e-4
    predicted = np.asarray(model.predict())[:9, 0]
    np.testing.assert_array_equal(predicted.round(1), np.arange(1, 10) / 10)


def test_sunspots_beat_persistence(example):
    model = lstmc.build(example("sunspots"))
    model.fit()
    report = model.evaluate()
    assert report.baseline_name == "persistence"
    assert report.beats_baseline
    assert report.metrics["root_mean_squared_error"] < 0.85 * report.baseline["root_mean_squared_error"]


def test_digits_are_read(example):
    model = lstmc.build(example("digits"))
    model.fit()
    report = model.evaluate()
    assert report.metrics["accuracy"] > 0.9
    assert report.baseline["accuracy"] < 0.2
    assert set(np.unique(model.predict().classes)) <= set(range(10))


@pytest.mark.parametrize("name", GENERATED)
def test_generated_data_are_as_generated(name):
    assert files(name)[f"{name}.csv"].decode() == GENERATED[name]()


def test_unemployment_beats_persistence(example):
    model = lstmc.build(example("macrodata"))
    model.fit()
    report = model.evaluate()
    assert report.baseline_name == "persistence"
    assert report.metrics["root_mean_squared_error"] < 0.95 * report.baseline["root_mean_squared_error"]
    assert model.predict().times[0] == "1961-04"  # after one difference and eight quarters


def test_the_rarer_pulse_is_found(example):
    model = lstmc.build(example("pulses"))
    model.fit()
    report = model.evaluate()
    assert report.metrics["accuracy"] > 0.9 > report.baseline["accuracy"]
    assert report.metrics["recall"] > 0.8
    assert report.baseline["recall"] == 0.0


def test_every_hour_has_its_alarm(example):
    model = lstmc.build(example("alarm"))
    model.fit()
    report = model.evaluate()
    assert report.metrics["accuracy"] > 0.9 > report.baseline["accuracy"]
    assert model.predict().classes.shape[1:] == (48,)


def test_a_year_of_sea_temperatures_is_decoded(example):
    model = lstmc.build(example("elnino"))
    model.fit()
    report = model.evaluate()
    assert report.baseline_name == "seasonal"
    assert report.metrics["root_mean_squared_error"] < 0.8 * report.baseline["root_mean_squared_error"]
    assert model.predict().values.shape[1:] == (12, 1)
