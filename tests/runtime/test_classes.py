"""The confusion matrix and the scores of each class against scikit-learn, and how they are printed."""

from __future__ import annotations

import json

import numpy as np
import pytest

import lstmc
from lstmc.cli.evaluate import by_class, matrix, table
from lstmc.runtime.classes import ClassReport
from lstmc.runtime.results import Evaluation

sk = pytest.importorskip("sklearn.metrics")
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")
RNG = np.random.default_rng(4)


def assert_scores(report, actual, predicted, **labels):
    expected = sk.precision_recall_fscore_support(actual, predicted, zero_division=np.nan, **labels)
    found = report.precision, report.recall, report.f1, report.support
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, theirs)


def test_classes_of_which_some_are_never_predicted_or_never_there():
    actual, predicted = RNG.choice([0, 1, 2], 300), RNG.choice([0, 1, 3], 300)
    report = ClassReport.of(actual, predicted, ("a", "b", "c", "d", "e"))
    np.testing.assert_array_equal(report.confusion, sk.confusion_matrix(actual, predicted, labels=range(5)))
    assert_scores(report, actual, predicted, labels=range(5))
    assert report.plain()["precision"][2] is None
    assert json.loads(json.dumps(report.plain()))["support"][3:] == [0, 0]


def test_labels_of_a_multilabel_target():
    actual, predicted = RNG.integers(0, 2, (2, 200, 3))
    report = ClassReport.of_labels(actual, predicted, ("x", "y", "z"))
    np.testing.assert_array_equal(report.confusion, sk.multilabel_confusion_matrix(actual, predicted))
    assert_scores(report, actual, predicted)


KINDS = {
    "binary": ({"kind": "binary"}, 1),
    "threshold": ({"kind": "binary"}, 1),
    "labels": ({"kind": "multiclass", "classes": ["hen", "owl", "jay"]}, 3),
    "one-hot": ({"kind": "multiclass", "target": "one_hot"}, 3),
    "multilabel": ({"kind": "multilabel"}, 3),
    "sequence": ({"kind": "multiclass", "output": "sequence"}, 3),
}


@pytest.mark.parametrize("name", KINDS)
def test_an_evaluation_has_the_classes_that_are_predicted(name):
    task, units = KINDS[name]
    layers = [{"type": "SimpleRNN", "units": 2}, {"type": "Dense", "units": units}]
    lengths = RNG.integers(1, 5, 40)
    there = np.arange(4) < lengths[:, None]
    x = RNG.normal(size=(40, 4, 2))
    if name == "sequence":
        layers = [{"type": "Masking"}, *layers]
        x[~there] = 0
    spec = {"lstmc": 1, "task": task, "input": {"timesteps": 4, "features": 2}, "layers": layers, "fit": {"epochs": 1}}
    model = lstmc.build(spec | ({"predict": {"threshold": 0.3}} if name == "threshold" else {}))
    ids = RNG.integers(0, 3, 40)
    y = {
        "labels": np.array(["hen", "owl", "jay"])[ids],
        "one-hot": np.eye(3)[ids],
        "multilabel": RNG.integers(0, 2, (40, 3)),
        "sequence": RNG.integers(0, 3, (40, 4)),
    }.get(name, ids % 2)
    model.fit(x, y)
    report, predicted = model.evaluate(x, y).classes, model.predict(x).classes
    assert report is not None
    if name == "multilabel":
        return assert_scores(report, y, predicted)
    actual = ids if name == "one-hot" else y[there] if name == "sequence" else y
    predicted = predicted[there] if name == "sequence" else predicted.reshape(-1)
    order = {"labels": ["hen", "owl", "jay"]}.get(name, list(range(max(units, 2))))
    assert list(report.labels) == order
    np.testing.assert_array_equal(report.confusion, sk.confusion_matrix(actual, predicted, labels=order))
    return assert_scores(report, actual, predicted, labels=order)


def printed(classes: int, label: str = "c{}") -> tuple[ClassReport, list[str]]:
    report = ClassReport.of(*RNG.integers(0, classes, (2, 5000)), tuple(label.format(i) for i in range(classes)))
    text = table(Evaluation(0.5, {"accuracy": 0.5}, {}, "none", None, 5000, classes=report))
    return report, text.splitlines()


def test_few_classes_are_printed_with_their_matrix():
    report = ClassReport.of(np.array([0, 0, 1, 1, 1]), np.array([0, 1, 1, 1, 1]), ("no", "yes"))
    assert by_class(report) == [
        "     precision  recall     f1  support",
        "no       1.000   0.500  0.667        2",
        "yes      0.750   1.000  0.857        3",
    ]
    assert matrix(report) == [
        "actual \\ predicted  no  yes",
        "no                   1    1",
        "yes                  0    3",
    ]


@pytest.mark.parametrize(
    ("classes", "label"), [(2, "a label that is longer than a column {}"), (12, "c{}"), (57, "c{}")]
)
def test_a_report_keeps_to_80_columns(classes, label):
    report, lines = printed(classes, label)
    assert max(map(len, lines)) <= 80
    if classes == 57:
        assert "the 10 of 57 classes with the lowest F1; --json has all of them" in lines
        assert "the confusion matrix of 57 classes is too wide for here; --json has it" in lines
        lowest = [line.split()[0] for line in lines if line.startswith("c")]
        assert lowest == [report.labels[i] for i in np.argsort(report.f1, kind="stable")[:10]]


def test_values_have_no_classes():
    assert "classes" not in json.loads(Evaluation(0.5, {}, {}, "none", None, 3).to_json())
