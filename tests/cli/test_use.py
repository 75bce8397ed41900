"""`lstmc evaluate` and `predict`: an artifact in use, and files that are none."""

import csv
import io
import json

import numpy as np
import polars
import pytest

import lstmc

from .conftest import LABELS

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_evaluate(command, trained):
    result = command("evaluate", "series.lstmc")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("8 samples (test part)\n")
    assert "naive baseline (persistence)" in result.out


def test_evaluate_json_is_what_the_model_says(command, trained):
    report = command("evaluate", "series.lstmc", "--json").json
    assert report == json.loads(lstmc.load("series.lstmc").evaluate().to_json())
    assert report["baseline"]["name"] == "persistence"


@pytest.mark.parametrize(("part", "count"), [("train", 24), ("validation", 4), ("test", 8), ("all", 36)])
def test_evaluate_on(command, trained, part, count):
    report = command("evaluate", "series.lstmc", "--on", part, "--json").json
    assert (report["on"], report["count"]) == (part, count)


def test_the_data_of_the_training_counts_as_its_test_part(command, trained):
    result = command("evaluate", "series.lstmc", "--data", "series.csv")
    assert "8 samples (test part)" in result.out
    assert "note: this is the data that the model was trained on" in result.out
    assert all(len(line) <= 80 for line in result.out.splitlines())


def test_other_data_is_used_whole(command, trained):
    text = (trained / "series.csv").read_text().splitlines()
    (trained / "other.csv").write_text("\n".join(text[:20]) + "\n")
    report = command("evaluate", "series.lstmc", "--data", "other.csv", "--json").json
    assert (report["on"], report["count"]) == ("all", 19 - 4)


def test_a_source_that_is_set_is_read(command, trained):
    assert command("evaluate", "series.lstmc", "--set", "data.source.path=absent.csv").code == 3


def test_predict_csv(command, trained):
    result = command("predict", "series.lstmc")
    assert (result.code, result.err) == (0, "")
    found = rows(result.out)
    assert list(found[0]) == ["time", "v", "actual"]
    expected = np.asarray(lstmc.load("series.lstmc").predict())[:, 0]
    assert np.allclose([float(row["v"]) for row in found], expected)


def test_predict_json(command, trained):
    document = command("predict", "kinds.lstmc", "--json").json
    assert document["output"] == "classes"
    assert set(document["predictions"]) <= set(LABELS)


def test_predict_probabilities_name_their_classes(command, trained):
    found = rows(command("predict", "kinds.lstmc", "--probabilities").out)
    columns = [f"probability of {label}" for label in LABELS]
    assert list(found[0]) == ["row", *columns, "actual"]
    assert sum(float(found[0][column]) for column in columns) == pytest.approx(1, abs=1e-5)
    document = command("predict", "kinds.lstmc", "--probabilities", "--json").json
    assert document["labels"] == list(LABELS)


def test_predict_classes(command, trained):
    found = command("predict", "kinds.lstmc", "--set", "predict.output=probabilities", "--classes").out
    assert found == command("predict", "kinds.lstmc").out


@pytest.mark.parametrize("form", ["--classes", "--probabilities"])
def test_a_regression_has_no_classes(command, trained, form):
    result = command("predict", "series.lstmc", form)
    assert (result.code, result.out) == (2, "")
    assert "predicts values" in result.err


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_predict_into_a_file(command, trained, ending):
    result = command("predict", "kinds.lstmc", "-o", f"p.{ending}", "--json")
    assert result.json == {"predictions": 45, "output": f"p.{ending}"}
    read = {"csv": polars.read_csv, "jsonl": polars.read_ndjson, "parquet": polars.read_parquet}[ending]
    assert read(f"p.{ending}")["kind"].to_list() == [row["kind"] for row in rows(command("predict", "kinds.lstmc").out)]


def test_data_without_a_target(command, trained):
    lines = (trained / "kinds.csv").read_text(encoding="utf-8").splitlines()
    (trained / "new.csv").write_text("\n".join(line.rsplit(",", 1)[0] for line in lines[:4]) + "\n")
    found = command("predict", "kinds.lstmc", "--data", "new.csv")
    assert (found.code, len(rows(found.out))) == (0, 3)
    same = [line.rsplit(",", 1)[0] for line in command("predict", "kinds.lstmc").out.splitlines()[:4]]
    assert found.out.splitlines() == same
    assert command("evaluate", "kinds.lstmc", "--data", "new.csv", "--json").codes == ["LC526"]


@pytest.mark.parametrize("name", ["evaluate", "predict"])
@pytest.mark.parametrize(("data", "codes"), [("absent.csv", {"LC501"}), ("series.csv", {"LC503", "LC526"})])
def test_data_that_does_not_fit(command, trained, name, data, codes):
    result = command(name, "kinds.lstmc", "--data", data, "--json")
    assert result.code == 3
    assert set(result.codes) <= codes


@pytest.mark.triggers("LC707")
@pytest.mark.parametrize("name", ["evaluate", "predict"])
def test_an_untrained_model_is_not_used(command, trained, name):
    command("build", "series.lstm.json", "-o", "raw.lstmc")
    assert command(name, "raw.lstmc", "--json").codes == ["LC707"]
    assert command(name, "raw.lstmc").code == 4


@pytest.mark.triggers("LC707")
@pytest.mark.parametrize("name", ["evaluate", "predict"])
def test_a_spec_is_no_trained_model(command, trained, name):
    result = command(name, "series.lstm.json")
    assert (result.code, result.out) == (4, "")
    assert "train it first: `lstmc fit series.lstm.json`" in result.err


@pytest.mark.parametrize("name", ["evaluate", "predict", "fit"])
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda content: content[:1000], "LC702"),
        (lambda content: content[:-5], "LC702"),
        (lambda content: b"", "LC702"),
        (lambda content: content + b"x", "LC702"),
        (lambda content: content[:-9] + b"X" + content[-8:], "LC703"),
        (lambda content: b"PK\3\4" + content, "LC701"),
        (lambda content: b"t,v,w\n1,2,3\n", "LC701"),
    ],
)
def test_files_that_are_no_artifact(command, trained, name, change, code):
    (trained / "bad.lstmc").write_bytes(change((trained / "series.lstmc").read_bytes()))
    result = command(name, "bad.lstmc", "--json")
    assert (result.code, result.codes) == (4, [code])
    assert result.err == ""


@pytest.mark.parametrize("name", ["absent.lstmc", "."])
def test_artifacts_that_cannot_be_read(command, trained, name):
    result = command("predict", name, "--json")
    assert (result.code, result.codes) == (4, ["LC711"])


def test_predictions_that_cannot_be_written(command, trained):
    result = command("predict", "kinds.lstmc", "-o", "absent/p.csv", "--json")
    assert (result.code, result.codes) == (4, ["LC706"])


def test_an_artifact_that_is_called_nearly_the_same_is_named(command, trained):
    assert "did you mean `series.lstmc`?" in command("predict", "serie.lstmc").err


def test_predict_says_that_tensorflow_predicts_and_why(command, folder):
    """ONNX's LSTM does not know `gelu`."""
    layers = [{"type": "LSTM", "units": 2, "activation": "gelu"}, {"type": "Dense", "units": 1}]
    spec = {"lstmc": 1, "task": "regression", "input": {"timesteps": 3, "features": 1}, "layers": layers}
    model = lstmc.build({**spec, "data": {"source": "d.npz"}, "fit": {"epochs": 1}})
    np.savez("d.npz", x=np.ones((4, 3, 1)), y=np.ones(4))
    model.fit()
    model.save("m.lstmc")
    result = command("predict", "m.lstmc")
    assert (result.code, len(rows(result.out))) == (0, 4)
    why = "lstm: ONNX's LSTM does not know the activation `gelu`"
    assert result.err == f"note: predicted with TensorFlow, not with ONNX Runtime: {why}\n"
