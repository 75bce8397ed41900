"""The estimators in scikit-learn's own machinery, and what their data, labels and specs become."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the extra `sklearn` is not installed")

from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

import lstmc
from lstmc.sklearn import SequenceClassifier, SequenceRegressor

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 6))
Y = 1000.0 + 50.0 * X[:, 2]
IDS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
QUICK = {
    "lstmc": 1,
    "layers": [{"type": "SimpleRNN", "units": 6}, {"type": "Dense", "units": 1}],
    "compile": {"optimizer": {"type": "SGD", "learning_rate": 0.1}},
    "fit": {"epochs": 3},
}


def quick(units):
    return {**QUICK, "layers": [QUICK["layers"][0], {"type": "Dense", "units": units}]}


def regressor(**parameters):
    return SequenceRegressor(QUICK, **{"random_state": 0, **parameters})


def classifier(units=3, **parameters):
    return SequenceClassifier(quick(units), **{"random_state": 0, **parameters})


def test_the_default_learns():
    assert SequenceRegressor(random_state=0).fit(X, Y).score(X, Y) > 0.9


def test_pipeline_and_cross_validation():
    scores = cross_val_score(make_pipeline(MinMaxScaler(), regressor()), X, Y, cv=2)
    assert np.isfinite(scores).all()


def test_grid_search_sets_the_epochs():
    search = GridSearchCV(regressor(), {"epochs": [1, 8]}, cv=2).fit(X, Y)
    assert search.best_params_ == {"epochs": 8}
    assert search.best_estimator_.n_iter_ == 8


def test_transformed_target():
    wrapped = TransformedTargetRegressor(regressor(), func=np.log, inverse_func=np.exp).fit(X, Y)
    assert wrapped.predict(X).mean() == pytest.approx(1000, rel=0.1)


def test_the_model_inside_reads_and_predicts_original_units(tmp_path):
    model = regressor(timesteps=3).fit(X * 7 + 5, Y)
    loaded = lstmc.load(model.model_.save(tmp_path / "inside.lstmc"))
    samples = (X * 7 + 5).reshape(60, 3, 2)
    np.testing.assert_allclose(loaded.predict(samples).values[:, 0], model.predict(X * 7 + 5), rtol=1e-6)


def test_inputs_and_targets_are_standardised():
    scaled = (Y - Y.mean()) / Y.std()
    plain = regressor().fit((X - X.mean(axis=0)) / X.std(axis=0), scaled).predict((X - X.mean(axis=0)) / X.std(axis=0))
    np.testing.assert_allclose(regressor().fit(X, Y).predict(X), plain * Y.std() + Y.mean(), rtol=1e-5)


def test_three_axes_are_samples_already():
    table = regressor(timesteps=3).fit(X, Y)
    samples = regressor().fit(X.reshape(60, 3, 2), Y)
    assert table.model_.plan.input.dims == samples.model_.plan.input.dims == (3, 2)
    assert samples.n_features_in_ == 3
    with pytest.raises(ValueError, match="samples of shape"):
        samples.predict(np.zeros((4, 3, 1)))


def test_features_of_three_axes_are_scaled_over_all_timesteps():
    artifact = regressor().fit(X.reshape(60, 3, 2), Y).model_.artifact(Path())
    np.testing.assert_allclose(artifact.tensors["scaler/x/offset"], X.reshape(-1, 2).mean(axis=0))


@pytest.mark.parametrize(
    ("shape", "timesteps", "message"),
    [((60, 6), 4, "cannot be divided"), ((60, 3, 2), 2, "has 3 timesteps"), ((60, 3, 2, 1), None, "expected")],
)
def test_samples_that_cannot_be_made(shape, timesteps, message):
    with pytest.raises(ValueError, match=message):
        regressor(timesteps=timesteps).fit(np.zeros(shape), Y)


def test_several_targets():
    model = SequenceRegressor(quick(2), random_state=0).fit(X, np.stack([Y, -Y], axis=1))
    assert model.predict(X[:5]).shape == (5, 2)


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["low", "middle", "high"]),
        np.array(["b", "a", "c"], object),
        np.array([3, 7, -1]),
        np.array([1.0, 2, 3]),
    ],
    ids=["text", "objects", "integers", "floats"],
)
def test_labels_of_any_type_come_back(labels):
    y = labels[IDS]
    model = classifier().fit(X, y)
    assert model.classes_.tolist() == sorted(set(y.tolist()))
    probabilities = model.predict_proba(X)
    np.testing.assert_array_equal(model.predict(X), model.classes_[probabilities.argmax(axis=1)])
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)


@pytest.mark.parametrize("labels", [[False, True], ["no", "yes"], [5, 2], ["false", "true"]])
@pytest.mark.parametrize(("units", "target"), [(1, "binary"), (2, "labels")])
def test_two_classes(labels, units, target):
    y = np.array(labels)[(X[:, 5] > 0).astype(int)]
    model = classifier(units, epochs=20).fit(X, y)
    assert model.model_.plan.target == target
    assert model.predict(X).dtype == y.dtype
    assert model.score(X, y) > 0.8


def test_the_second_class_begins_at_the_threshold():
    spec = {**QUICK, "predict": {"threshold": 0.8}}
    model = SequenceClassifier(spec, random_state=0).fit(X, X[:, 0] > 0)
    np.testing.assert_array_equal(model.predict(X), model.predict_proba(X)[:, 1] >= 0.8)


def test_a_one_hot_loss_takes_labels():
    spec = quick(3) | {"compile": {"loss": "categorical_crossentropy"}}
    assert SequenceClassifier(spec, random_state=0).fit(X, IDS).predict_proba(X).shape == (60, 3)


def test_the_same_random_state_gives_the_same_numbers():
    one, two = (regressor().fit(X, Y).predict(X) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, regressor(random_state=1).fit(X, Y).predict(X))


def test_the_spec_has_the_seed_where_there_is_no_random_state():
    models = [SequenceRegressor(QUICK).fit(X, Y) for _ in range(2)]
    np.testing.assert_array_equal(models[0].predict(X), models[1].predict(X))


def test_a_prediction_does_not_depend_on_its_neighbours():
    model = regressor().fit(X, Y)
    alone = np.concatenate([model.predict(row[None]) for row in X[:5]])
    np.testing.assert_array_equal(alone, model.predict(X)[:5])


def test_a_fitted_estimator_is_pickled_as_an_artifact():
    model = regressor().fit(X, Y)
    content = pickle.dumps(model)
    assert b"keras.src" not in content
    again = pickle.loads(content)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.history_ == model.history_


def test_a_damaged_pickle_is_refused():
    rebuild, (artifact, *rest) = regressor().fit(X, Y).model_.__reduce__()
    damaged = artifact[:-1] + bytes([artifact[-1] ^ 1])
    with pytest.raises(lstmc.ArtifactError, match="LC703"):
        rebuild(damaged, *rest)


def test_column_names_are_kept():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(X, columns=list("abcdef"))
    model = regressor().fit(frame, Y)
    assert model.feature_names_in_.tolist() == list("abcdef")
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame.rename(columns={"a": "z"}))


def test_a_spec_from_a_file_is_completed_and_its_data_is_not_read(tmp_path):
    spec = QUICK | {"input": {"timesteps": 3, "features": 2}, "data": {"source": "gone.csv", "target": "v"}}
    path = tmp_path / "quick.lstm.json"
    path.write_text(json.dumps(spec))
    model = SequenceRegressor(path, random_state=0).fit(X, Y)
    assert model.model_.plan.input.dims == (3, 2)
    assert model.n_iter_ == len(model.history_["loss"]) == 3


def test_mistakes_of_a_spec_are_diagnostics():
    with pytest.raises(lstmc.SpecError, match="LC"):
        SequenceRegressor({**QUICK, "layers": [{"type": "LSTN", "units": 2}]}).fit(X, Y)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"epochs": 0}, ValueError, "epochs"),
        ({"batch_size": 2.5}, TypeError, "batch_size"),
        ({"timesteps": -1}, ValueError, "timesteps"),
        ({"units": 4}, ValueError, "without a spec"),
    ],
)
def test_parameters_are_checked_by_fit(parameters, error, message):
    with pytest.raises(error, match=message):
        regressor(**parameters).fit(X, Y)


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="1 class that counts"):
        classifier().fit(X, np.ones(60))


def test_lstmc_does_not_import_scikit_learn():
    code = "import sys, lstmc; lstmc.Model; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_weight_counts_as_repetition_does():
    weights = np.arange(60) % 3
    weighted = regressor(batch_size=200).fit(X, Y, sample_weight=weights).predict(X)
    repeated = regressor(batch_size=200).fit(X.repeat(weights, axis=0), Y.repeat(weights)).predict(X)
    np.testing.assert_allclose(weighted, repeated, rtol=1e-5)


def test_no_class_may_be_weighed_away():
    y = X[:, 0] > 0
    with pytest.raises(ValueError, match="1 class that counts"):
        classifier().fit(X, y, sample_weight=y)
