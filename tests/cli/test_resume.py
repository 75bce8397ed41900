"""A training that was interrupted or killed goes on, and ends as if nothing had been."""

import json
import re
import signal
import sys

import pytest

import lstmc
from lstmc.runtime.checkpoints import Checkpoints
from lstmc.runtime.locks import locked
from lstmc.runtime.run import Run

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]
EPOCHS = 40
CHECKPOINT = "series.checkpoint.lstmc"


@pytest.fixture
def steered(specs):
    """A working directory whose spec has dropout, and callbacks that act before the end."""
    path = specs / "series.lstm.json"
    spec = json.loads(path.read_text())
    spec["layers"][0]["dropout"] = 0.2
    spec["fit"] = {
        "epochs": EPOCHS,
        "batch_size": 8,
        "checkpoint": {"every": 1},
        "early_stopping": {"patience": EPOCHS, "restore_best_weights": True},
        "reduce_lr_on_plateau": {"patience": 2, "min_delta": 1},
    }
    path.write_text(json.dumps(spec))
    return specs


def names(folder):
    return {path.name for path in folder.iterdir()}


def stopped(process, number, *line):
    """The last line on stderr and the exit code of a command that is sent a signal in its fifth epoch."""
    running = process(*line, "--verbose", "2")
    while not re.match(r"epoch \d*5 ", said := running.stderr.readline()):
        assert said, "the training ended by itself"
    running.send_signal(number)
    _, err = running.communicate(timeout=120)
    return (err.splitlines() or [""])[-1], running.returncode


def test_a_training_that_is_killed_goes_on_bit_for_bit(command, process, steered):
    assert command("fit", "series.lstm.json", "--run", "whole").code == 0
    assert stopped(process, signal.SIGKILL, "fit", "series.lstm.json", "--run", "cut")[1] == -signal.SIGKILL
    assert stopped(process, signal.SIGKILL, "fit", "series.lstm.json", "--run", "cut", "--resume")[1] < 0
    assert (steered / "cut" / CHECKPOINT).exists()
    assert command("fit", "series.lstm.json", "--run", "cut", "--resume").code == 0
    for name in ("series.lstmc", "series.best.lstmc", "history.csv"):
        assert (steered / "cut" / name).read_bytes() == (steered / "whole" / name).read_bytes()
    assert not (steered / "cut" / CHECKPOINT).exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_says_how_to_go_on(command, process, steered, number, code):
    line = ("run", "series.lstm.json", "--set", 'fit.checkpoint.every="epoch"', "--set", "fit.epochs=100000")
    said, found = stopped(process, number, *line)
    assert found == code
    word, epoch, rest = re.fullmatch(r"(\w+) after epoch (\d+); go on with: lstmc (.*)", said).groups()
    assert rest.startswith("run series.lstm.json --set")
    assert rest.endswith("--resume")
    assert word in ("interrupted", "terminated")
    checkpoint = lstmc.load(f"runs/series/{CHECKPOINT}")
    assert checkpoint.history.epochs == int(epoch)
    assert len(checkpoint.predict()) > 0


def test_more_epochs_may_be_asked_for(command, process, steered):
    stopped(process, signal.SIGINT, "fit", "series.lstm.json")
    result = command("fit", "series.lstm.json", "--resume", "--set", f"fit.epochs={EPOCHS + 1}", "--json")
    assert lstmc.load("runs/series/series.lstmc").history.epochs == EPOCHS + 1
    assert result.json["epochs"] < EPOCHS


@pytest.fixture
def interrupted(specs):
    """A working directory with a run that was interrupted after its first epoch of two."""
    model = lstmc.build("series.lstm.json")
    run = Run.of(model, None, None)
    checkpoints = Checkpoints(model, run.folder)
    model.fit(on_epoch=lambda *_: True, checkpoints=checkpoints)
    assert checkpoints.save()
    return specs


@pytest.mark.triggers("LC713")
@pytest.mark.parametrize("name", ["fit", "run"])
def test_an_interrupted_run_is_not_overwritten_unasked(command, interrupted, name):
    checkpoint = interrupted / "runs" / "series" / CHECKPOINT
    before = checkpoint.read_bytes()
    result = command(name, "series.lstm.json")
    assert (result.code, result.out.partition("error")[0].count("wrote")) == (4, 0)
    assert "error[LC713]" in result.err
    assert "--resume" in result.err
    assert "--restart" in result.err
    assert checkpoint.read_bytes() == before
    assert names(checkpoint.parent) == {CHECKPOINT}


def test_another_folder_is_free(command, interrupted):
    assert command("fit", "series.lstm.json", "--run", "other").code == 0
    assert (interrupted / "runs" / "series" / CHECKPOINT).exists()


def test_restart_begins_with_the_first_epoch(command, interrupted):
    result = command("fit", "series.lstm.json", "--restart", "--json")
    assert (result.code, result.json["epochs"]) == (0, 2)
    assert not (interrupted / "runs" / "series" / CHECKPOINT).exists()
    assert command("fit", "series.lstm.json", "--restart", "--resume").code == 2


def test_resume_of_a_fresh_and_of_a_finished_run(command, specs):
    folder = specs / "runs" / "series"
    fresh = command("run", "series.lstm.json", "--resume")
    assert fresh.code == 0
    assert "no interrupted run to resume" in fresh.err
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {"series.lstmc", "series.best.lstmc", "predictions.csv", "evaluation.json"} <= written.keys()
    (folder / "predictions.csv").unlink()
    finished = command("run", "series.lstm.json", "--resume")
    assert finished.code == 0
    assert "already finished, after epoch 2; nothing is trained" in " ".join(finished.err.split())
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == written
    assert command("fit", "series.lstm.json", "--resume", "--json").json["epochs"] == 2
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == written


@pytest.mark.triggers("LC710", "LC712")
def test_a_finished_run_of_another_training(command, specs):
    assert command("fit", "series.lstm.json").code == 0
    before = (specs / "runs" / "series" / "series.lstmc").read_bytes()
    more = command("fit", "series.lstm.json", "--resume", "--epochs", "5", "--json")
    assert (more.code, more.codes) == (4, ["LC710"])
    assert "--epochs 3" in more.json["diagnostics"][0]["help"]
    other = command("fit", "series.lstm.json", "--resume", "--learning-rate", "0.5", "--json")
    assert (other.code, other.codes) == (4, ["LC712"])
    assert (specs / "runs" / "series" / "series.lstmc").read_bytes() == before
    assert command("fit", "series.lstm.json", "--learning-rate", "0.5").code == 0
    assert (specs / "runs" / "series" / "series.lstmc").read_bytes() != before


@pytest.mark.triggers("LC712")
@pytest.mark.parametrize("change", ["layers.0.units=4", "fit.seed=3", "data.scale=none", "fit.batch_size=4"])
def test_another_spec_is_refused(command, process, steered, change):
    stopped(process, signal.SIGINT, "fit", "series.lstm.json")
    result = command("fit", "series.lstm.json", "--resume", "--set", change, "--json")
    assert (result.code, result.codes) == (4, ["LC712"])
    (steered / "series.csv").write_text((steered / "series.csv").read_text() + "40,1000,2000\n")
    result = command("fit", "series.lstm.json", "--resume", "--json")
    assert (result.code, result.codes) == (4, ["LC712"])


@pytest.mark.triggers("LC709")
def test_a_folder_where_another_training_is_at_work(command, specs):
    (specs / "busy").mkdir()
    with locked(specs / "busy"):
        result = command("fit", "series.lstm.json", "--run", "busy", "--json")
    assert (result.code, result.codes) == (4, ["LC709"])


def test_the_best_model_is_kept_beside_the_last(command, steered):
    change = ("--set", 'fit.checkpoint.monitor="loss"', "--set", "fit.early_stopping=null")
    history = command("fit", "series.lstm.json", *change, "--json").json["history"]["loss"]
    best = lstmc.load("runs/series/series.best.lstmc")
    assert best.history["loss"] == history[: history.index(min(history)) + 1]
    assert command("evaluate", "runs/series/series.best.lstmc").code == 0


def test_the_best_model_need_not_be_kept(command, specs):
    command("fit", "series.lstm.json", "--set", "fit.checkpoint.keep_best=false")
    assert not (specs / "runs" / "series" / "series.best.lstmc").exists()


@pytest.mark.parametrize("loop", ["fused", "resident"])
def test_the_best_model_may_lie_within_a_call_of_many_epochs(command, steered, loop):
    """With `every: 1` each epoch is a call of its own; what is kept is the same, bit for bit."""
    settings = ("fit.early_stopping=null", "fit.reduce_lr_on_plateau=null", 'data.split={"train": 1.0}')
    change = [part for setting in (*settings, f"runtime.schedule.loop={loop}") for part in ("--set", setting)]
    for name, every in (("steps", "1"), ("calls", '"epoch"')):
        wanted = ("--run", name, "--set", f"fit.checkpoint.every={every}")
        assert command("fit", "series.lstm.json", *change, *wanted).code == 0
    for name in ("series.lstmc", "series.best.lstmc"):
        steps, calls = lstmc.load(f"steps/{name}"), lstmc.load(f"calls/{name}")
        assert dict(steps.history) == dict(calls.history)
        weights = steps.weights()
        assert all((weights[key] == value).all() for key, value in calls.weights().items())
