"""`lstmc fit` and `run`: a training, its folder, and how it fails."""

import json
import re

import pytest

import lstmc

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
FILES = {
    "series.lstmc", "series.best.lstmc", "history.csv", "learning_curve.png", "spec.lstm.json", "report.json",
}  # fmt: skip
DIVERGES = 'compile.optimizer={"type": "SGD", "learning_rate": 1e30}'


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_fit_writes_into_runs_only(command, specs):
    before = names(specs)
    result = command("fit", "series.lstm.json")
    assert (result.code, result.out) == (0, "")
    assert names(specs) == before | {"runs"}
    assert names(specs / "runs" / "series") == FILES
    assert lstmc.load("runs/series/series.lstmc").trained


def test_spec_in_another_folder_writes_nothing_beside_the_data(command, specs, monkeypatch):
    (specs / "work").mkdir()
    monkeypatch.chdir(specs / "work")
    before = names(specs)
    assert command("fit", "../series.lstm.json").code == 0
    assert names(specs) == before
    assert names(specs / "work") == {"runs"}
    assert command("evaluate", "runs/series/series.lstmc", "--json").codes == ["LC560"]
    assert command("evaluate", "runs/series/series.lstmc", "--allow-outside", "--json").json["count"] > 0


def test_output_and_run(command, specs):
    result = command("fit", "series.lstm.json", "-o", "a.lstmc", "--run", "deep/er", "--set", "fit.epochs=3", "--json")
    assert result.json["artifact"] == "a.lstmc"
    assert result.json["run"] == "deep/er"
    assert result.json["epochs"] == 3
    assert len(result.json["history"]["val_loss"]) == 3
    assert names(specs / "deep" / "er") == FILES - {"series.lstmc"}
    assert not (specs / "runs").exists()


@pytest.mark.parametrize(("verbose", "lines"), [(0, 0), (1, 1), (2, 3)])
def test_verbose(command, specs, verbose, lines):
    result = command("fit", "series.lstm.json", "--verbose", str(verbose), "--json")
    assert list(result.json) == ["artifact", "run", "epochs", "history"]
    shown = [line for line in result.err.splitlines() if re.match("epoch|trained", line)]
    assert len(shown) == lines
    if verbose:
        assert shown[-1].startswith("trained 2 epochs in ")
        assert re.search("loss [0-9.e+-]+  val_loss [0-9.e+-]+", shown[-1])
    else:
        assert result.err == ""


def test_one_epoch_is_called_one(command, specs):
    assert "trained 1 epoch in" in command("fit", "series.lstm.json", "--verbose", "1", "--set", "fit.epochs=1").err


def test_fit_goes_on_from_an_artifact(command, trained):
    result = command("fit", "series.lstmc", "-o", "more.lstmc", "--verbose", "2")
    assert result.code == 0
    assert "epoch 3  loss" in result.err
    assert lstmc.load("more.lstmc").history.epochs == 4


def test_run_does_all_five_steps(command, specs):
    result = command("run", "series.lstm.json", "--run", "r")
    assert result.code == 0
    assert "0  LSTM   lstm   [batch, 3]" in result.out
    assert "naive baseline (persistence)" in result.out
    assert names(specs / "r") == FILES | {"evaluation.json", "predictions.csv"}
    assert json.loads((specs / "r" / "evaluation.json").read_text())["on"] == "test"
    assert len((specs / "r" / "predictions.csv").read_text().splitlines()) == 1 + 40 - 4 + 1


def test_run_as_json(command, specs):
    result = command("run", "kinds.lstm.json", "--json")
    assert result.json["evaluation"]["baseline"]["name"] == "majority"
    assert result.json["predictions"] == 45
    assert result.err == ""


def test_runs_with_equal_seeds_are_equal(command, specs):
    histories = [command("fit", "series.lstm.json", "--json").json["history"] for _ in range(2)]
    assert histories[0] == histories[1]


@pytest.mark.triggers("LC706")
@pytest.mark.parametrize(
    ("option", "place"),
    [("-o", "absent/a.lstmc"), ("-o", "folder.lstmc"), ("--run", "series.csv"), ("--run", "series.csv/r")],
)
def test_a_place_that_cannot_be_written_is_found_before_training(command, specs, monkeypatch, option, place):
    (specs / "folder.lstmc").mkdir()
    monkeypatch.setattr(lstmc.Model, "fit", lambda *_, **__: pytest.fail("trained in vain"))
    result = command("fit", "series.lstm.json", option, place, "--json")
    assert (result.code, result.codes) == (4, ["LC706"])


@pytest.mark.parametrize("option", [["-o", "/proc/a.lstmc"], ["--run", "/proc/self"]])
def test_a_folder_that_cannot_be_written_is_found_before_training(command, specs, monkeypatch, option):
    monkeypatch.setattr(lstmc.Model, "fit", lambda *_, **__: pytest.fail("trained in vain"))
    result = command("fit", "series.lstm.json", *option, "--json")
    assert (result.code, result.codes) == (4, ["LC706"])


@pytest.mark.triggers("LC708")
def test_a_training_that_diverges_leaves_what_was_there(command, trained):
    before = (trained / "series.lstmc").read_bytes()
    result = command(
        "fit", "series.lstm.json", "-o", "series.lstmc", "--set", DIVERGES, "--set", "data.scale=none", "--json"
    )
    assert (result.code, result.codes) == (4, ["LC708"])
    assert (trained / "series.lstmc").read_bytes() == before


@pytest.mark.triggers("LC708")
def test_a_training_that_diverges_keeps_the_weights_before_that_epoch(specs):
    import numpy as np

    spec = json.loads((specs / "series.lstm.json").read_text())
    spec |= {"compile": {"optimizer": {"type": "SGD", "learning_rate": 1e30}}, "data": spec["data"] | {"scale": "none"}}
    model = lstmc.build({**spec, "fit": {"epochs": 5, "verbose": 0}})
    weights = []
    with pytest.raises(lstmc.ArtifactError, match="LC708"):
        model.fit(on_epoch=lambda *_: weights.append([w.copy() for w in model.to_keras().get_weights()]))
    found = model.to_keras().get_weights()
    assert all(np.isfinite(weight).all() for weight in found)
    for weight, before in zip(found, weights[-1] if weights else found, strict=True):
        assert np.array_equal(weight, before)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--data", "absent.csv"], "LC501"),
        (["--data", "kinds.csv"], "LC503"),
        (["--set", "data.window.timesteps=100"], "LC515"),
    ],
)
def test_data_that_does_not_fit(command, specs, options, code):
    result = command("fit", "series.lstm.json", *options, "--json")
    assert result.code == 3
    assert code in result.codes


@pytest.mark.triggers("LC602")
@pytest.mark.parametrize("options", [["--device", "gpu:7"], ["--set", "runtime.device=gpu:7"]])
def test_a_device_that_is_not_there(command, specs, options):
    result = command("fit", "series.lstm.json", *options, "--json")
    assert (result.code, result.codes) == (2, ["LC602"])
    assert "there is `cpu`" in result.json["diagnostics"][0]["message"]


def test_a_device_of_no_known_kind(command, specs):
    result = command("fit", "series.lstm.json", "--device", "tpu")
    assert (result.code, result.out) == (2, "")
    assert "`tpu` is none of auto, cpu, gpu and gpu:N" in result.err
