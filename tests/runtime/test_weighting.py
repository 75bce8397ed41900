"""Weights of classes and samples against `keras.Model.fit`, and what is wrong with them."""

import numpy as np
import pytest

import lstmc

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

RNG = np.random.default_rng(5)
X = RNG.normal(size=(50, 4, 2)).astype("float32")
IDS = RNG.choice(3, 50, p=[0.6, 0.3, 0.1])
LABELS = np.array(["hen", "owl", "jay"])
WEIGHTS = RNG.random(50)
FIT = {"epochs": 2, "batch_size": 16, "shuffle": False}


def spec(kind, units, *, fit=None, **task):
    return {
        "lstmc": 1,
        "task": {"kind": kind, **task},
        "input": {"timesteps": 4, "features": 2},
        "layers": [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": units}],
        "fit": {**FIT, **(fit or {})},
    }


MULTICLASS = spec("multiclass", 3, classes=["hen", "owl", "jay"])
REGRESSION = spec("regression", 1)


def assert_as_keras(plain, model, history, y, **weights):
    stock = lstmc.build(plain).to_keras()
    expected = stock.fit(X, y, **FIT, **weights, verbose=0).history
    for key, values in expected.items():
        np.testing.assert_allclose(history[key], values, rtol=1e-6)
    for mine, theirs in zip(model.to_keras().get_weights(), stock.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("where", ["spec", "python"])
def test_class_weights_by_label(where):
    weights = {"hen": 0.5, "jay": 4}
    in_spec = {**MULTICLASS, "fit": {**FIT, "class_weight": weights}}
    model = lstmc.build(in_spec if where == "spec" else MULTICLASS)
    history = model.fit(X, LABELS[IDS], class_weight=None if where == "spec" else weights)
    assert_as_keras(MULTICLASS, model, history, IDS, class_weight={0: 0.5, 2: 4})


def test_balanced_is_that_of_scikit_learn():
    model = lstmc.build({**MULTICLASS, "fit": {**FIT, "class_weight": "balanced"}})
    history = model.fit(X, LABELS[IDS])
    counts = np.bincount(IDS)
    assert_as_keras(MULTICLASS, model, history, IDS, class_weight={i: 50 / (3 * counts[i]) for i in range(3)})


@pytest.mark.parametrize("labels", [{0: 2, 1: 0.5}, {False: 2, "true": 0.5}, {0.0: 2, np.int64(1): 0.5}])
def test_class_weights_of_a_binary_target(labels):
    plain, y = spec("binary", 1), (IDS > 0).astype("float32")
    model = lstmc.build(plain)
    as_text = False in labels and "true" in labels
    history = model.fit(X, np.where(y, "true", "false") if as_text else y, class_weight=labels)
    assert_as_keras(plain, model, history, y[:, None], class_weight={0: 2, 1: 0.5})


def test_class_weights_of_one_hot_rows():
    plain = spec("multiclass", 3, target="one_hot")
    model = lstmc.build(plain)
    history = model.fit(X, np.eye(3)[IDS], class_weight={0: 2, 2: 0.5})
    assert_as_keras(plain, model, history, np.eye(3)[IDS], class_weight={0: 2, 2: 0.5})


def test_class_weights_of_every_timestep():
    plain = spec("multiclass", 3, output="sequence")
    ids = RNG.integers(0, 3, (50, 4))
    model = lstmc.build(plain)
    history = model.fit(X, ids, class_weight={0: 2, 2: 0.5})
    assert_as_keras(plain, model, history, ids, sample_weight=np.array([2, 1, 0.5])[ids])


def test_sample_weights_also_of_the_validation():
    model = lstmc.build(REGRESSION)
    y = X.sum(axis=(1, 2))[:, None]
    history = model.fit(X, y, sample_weight=WEIGHTS, validation_data=(X, y, WEIGHTS))
    assert_as_keras(REGRESSION, model, history, y, sample_weight=WEIGHTS, validation_data=(X, y, WEIGHTS))


def test_sample_weights_are_split_off_with_their_samples():
    model = lstmc.build(spec("regression", 1, fit={"validation_split": 0.3}))
    y = X.sum(axis=(1, 2))[:, None]
    history = model.fit(X, y, sample_weight=WEIGHTS)
    assert_as_keras(REGRESSION, model, history, y, sample_weight=WEIGHTS, validation_split=0.3)


def test_weights_of_classes_and_samples_are_multiplied():
    model = lstmc.build(MULTICLASS)
    history = model.fit(X, LABELS[IDS], sample_weight=WEIGHTS, class_weight={"owl": 3})
    assert_as_keras(MULTICLASS, model, history, IDS, sample_weight=WEIGHTS * np.array([1, 3, 1])[IDS])


@pytest.mark.triggers("LC540", "LC422", "LC423")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ({"sample_weight": [1, 2]}, "LC540", "the shape"),
        ({"sample_weight": -WEIGHTS}, "LC540", "from 0 on"),
        ({"sample_weight": WEIGHTS * np.nan}, "LC540", "nan"),
        ({"sample_weight": WEIGHTS * 0}, "LC540", "all weights are 0"),
        ({"sample_weight": ["a"] * 50}, "LC540", "no numbers"),
        ({"class_weight": {"olw": 2}}, "LC423", "did you mean `owl`"),
        ({"class_weight": {"hen": -1}}, "LC540", "class `hen`"),
        ({"class_weight": {"hen": "2"}}, "LC540", "class `hen`"),
    ],
)
def test_weights_that_do_not_fit(arguments, code, words):
    with pytest.raises(lstmc.DataError, match=words) as caught:
        lstmc.build(MULTICLASS).fit(X, LABELS[IDS], **arguments)
    assert [found.code for found in caught.value.diagnostics] == [code]


@pytest.mark.triggers("LC422")
def test_a_regression_has_no_classes_to_weigh():
    with pytest.raises(lstmc.DataError, match="LC422"):
        lstmc.build(REGRESSION).fit(X, X[:, 0, :1], class_weight="balanced")


@pytest.mark.triggers("LC543")
@pytest.mark.parametrize("validation", [X, (X,), (X, X, X, X)])
def test_validation_data_are_inputs_and_targets(validation):
    with pytest.raises(lstmc.DataError, match="LC543"):
        lstmc.build(REGRESSION).fit(X, X[:, 0, :1], validation_data=validation)


@pytest.mark.triggers("LC543")
def test_a_table_says_itself_what_validates(tmp_path):
    (tmp_path / "t.csv").write_text("v\n1\n2\n3\n4\n", encoding="utf-8")
    data = {"source": str(tmp_path / "t.csv"), "target": "v", "window": {"timesteps": 1}, "split": {"train": 1.0}}
    layers = [{"type": "LSTM", "units": 1}, {"type": "Dense", "units": 1}]
    model = lstmc.build({"lstmc": 1, "task": "regression", "layers": layers, "data": data})
    with pytest.raises(lstmc.DataError, match="LC543"):
        model.fit(validation_data=(X, X[:, 0, :1]))
