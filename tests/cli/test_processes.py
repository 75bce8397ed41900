"""What only a process of its own shows: signals, pipes, the environment."""

import os
import re
import signal
import subprocess
import sys
import time

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


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("line", ["--help", "fit --help", "--version", "explain", "schema", "explain LC999 --json"])
@pytest.mark.parametrize(("redirection", "reason"), [(">/dev/full", "No space left"), (">&-", "Bad file descriptor")])
def test_a_stdout_that_cannot_be_written(specs, line, redirection, reason):
    shell = f"'{sys.executable}' -m lstmc {line} {redirection}"
    done = subprocess.run(shell, shell=True, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 74
    assert re.fullmatch(rf"cannot write to stdout: {reason}.*\n", done.stderr)


FAKED = """
import os, signal, sys
import lstmc.compiler
def compile_tree(*_):
    try:
        os.kill(os.getpid(), signal.{number})
    except BaseException as error:
        {after}
lstmc.compiler.compile_tree = compile_tree
from lstmc.__main__ import run
sys.argv = ["lstmc", "check", "series.lstm.json"]
run()
"""


@pytest.mark.parametrize(("number", "code", "word"), [("SIGINT", 130, "interrupted"), ("SIGTERM", 143, "terminated")])
@pytest.mark.parametrize(
    "after",
    [
        "raise ImportError('initialization failed') from error",
        "raise RuntimeError('in user code') from None",
        "raise SystemError('returned NULL without setting an exception')",
        "sys.exit(0)",
        "raise OSError(4, 'Interrupted system call')",
        "raise",
        "os.kill(os.getpid(), signal.SIGINT)",
        "from lstmc.spec.errors import DeviceError; raise DeviceError([])",
    ],
)
def test_a_signal_that_a_library_wraps_is_an_interruption(specs, number, code, word, after):
    done = subprocess.run(
        [sys.executable, "-c", FAKED.format(number=number, after=after)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.split() == [word]


@pytest.mark.parametrize(("delay", "again"), [(1.5, False), (3.0, True)])
def test_ctrl_c_at_any_moment(process, specs, delay, again):
    """While lstmc, NumPy, Keras and TensorFlow are imported, in tracing and in training."""
    running = process("fit", "series.lstm.json", "--epochs", "1000000", "--verbose", "0")
    time.sleep(delay)
    running.send_signal(signal.SIGINT)
    if again:
        time.sleep(0.05)
        running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=120)
    assert running.returncode == 130
    assert "Traceback" not in err
    assert not list(specs.rglob("*.lstmc-part"))


def test_a_job_that_ignores_ctrl_c_goes_on_ignoring_it(specs):
    code = "import signal, os, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); from lstmc.__main__ import run\n"
    code += "print('ready', flush=True); sys.stdin.readline(); sys.argv[1:] = ['schema']; run()"
    shell = f'trap "" INT; "{sys.executable}" -c "{code}"'
    running = subprocess.Popen(shell, shell=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "ready\n"
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate("\n", timeout=60)
    assert running.returncode == 0
    assert out.startswith("{")
