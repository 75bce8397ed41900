"""What only a process of its own shows: signals, pipes, the environment."""

import re
import signal
import sys

import pytest

import lstmc

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]


@pytest.mark.parametrize(
    ("number", "code", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_a_signal_ends_a_training_and_leaves_what_was_there(process, trained, number, code, word):
    before = (trained / "series.lstmc").read_bytes()
    line = ["fit", "series.lstmc", "-o", "series.lstmc", "--set", "fit.epochs=1000000", "--verbose", "2"]
    running = process(*line)
    while "epoch 5 " not in (said := running.stderr.readline()):
        assert said, "the training ended by itself"
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (code, "")
    assert re.fullmatch(rf"{word} after epoch \d+; go on with: lstmc fit .* --resume", err.splitlines()[-1])
    assert "Traceback" not in err
    assert (trained / "series.lstmc").read_bytes() == before
    assert lstmc.load("series.lstmc").trained
    assert not list(trained.glob(".*"))


def test_a_reader_that_leaves_early(process, specs):
    running = process("schema")
    running.stdout.close()
    running.stdout = None
    _, err = running.communicate(timeout=60)
    assert err == ""


@pytest.mark.triggers("LC603")
def test_keras_set_up_for_something_else(process, specs):
    (specs / "keras.json").write_text('{"floatx": "float64"}')
    running = process("fit", "series.lstm.json", KERAS_HOME=str(specs))
    out, err = running.communicate(timeout=120)
    assert (running.returncode, out) == (2, "")
    assert "error[LC603]" in err
    assert "float64" in err


def test_another_backend(process, specs):
    running = process("fit", "series.lstm.json", KERAS_BACKEND="jax")
    _, err = running.communicate(timeout=120)
    assert running.returncode == 2
    assert "error[LC603]" in err


def test_a_mistake_of_ours_gives_no_traceback(process, specs):
    running = process("explain", "LC302", PYTHONIOENCODING="ascii:strict")
    _, err = running.communicate(timeout=60)
    assert "Traceback" not in err
