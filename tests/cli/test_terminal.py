"""What a terminal shows: colours, the phases of a training, and none of TensorFlow's log."""

import io
import os
import re
import subprocess
import sys

import pytest

from lstmc.runtime import progress, terminal
from lstmc.runtime.devices import passed

pty = pytest.importorskip("pty", reason="needs a POSIX terminal")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
VARIABLES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM", "TF_CPP_MIN_LOG_LEVEL")
ESCAPE = "\x1b["


class Stream(io.StringIO):
    def __init__(self, is_terminal):
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self):
        return self._is_terminal


def environment(**given):
    return {**{name: value for name, value in os.environ.items() if name not in VARIABLES}, "COLUMNS": "80", **given}


@pytest.fixture
def on_terminal(folder):
    """`on_terminal("check", "a.lstm.json", TERM="xterm")`: what lstmc writes to a terminal of 80 columns."""

    def call(*arguments, **given):
        ours, theirs = pty.openpty()
        line = [sys.executable, "-m", "lstmc", *arguments]
        running = subprocess.Popen(line, stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**given))
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 1 << 16)
            except OSError:  # Linux: the other end is closed
                break
            if not part:
                break
            shown += part
        os.close(ours)
        running.wait(timeout=120)
        return shown.decode()

    return call


#: From https://no-color.org and https://force-color.org: a variable counts where it is not empty, whatever its value.
DECISIONS = [
    (True, {}, True),
    (False, {}, False),
    (True, {"TERM": "dumb"}, False),
    (True, {"NO_COLOR": "1"}, False),
    (True, {"NO_COLOR": "0"}, False),
    (True, {"NO_COLOR": ""}, True),
    (False, {"FORCE_COLOR": "1"}, True),
    (False, {"FORCE_COLOR": ""}, False),
    (False, {"CLICOLOR_FORCE": "1"}, True),
    (False, {"CLICOLOR_FORCE": "0"}, False),
    (True, {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
]


@pytest.mark.parametrize(("is_terminal", "variables", "expected"), DECISIONS)
def test_colours(monkeypatch, is_terminal, variables, expected):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)
    assert terminal.colored(Stream(is_terminal)) is expected


def test_a_stream_that_is_closed_has_no_colours(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert not terminal.colored(None)


@pytest.mark.parametrize(
    ("variables", "colored"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
)
def test_diagnostics_on_a_terminal(on_terminal, variables, colored):
    shown = on_terminal("check", "absent.lstm.json", **variables)
    assert "error[LC100]" in re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert (ESCAPE in shown) is colored


def test_diagnostics_in_a_file_are_coloured_where_that_is_forced(process, folder):
    _, err = process("check", "absent.lstm.json", FORCE_COLOR="1", NO_COLOR="").communicate(timeout=60)
    assert ESCAPE in err
    _, err = process("check", "absent.lstm.json", FORCE_COLOR="", NO_COLOR="").communicate(timeout=60)
    assert ESCAPE not in err


def test_a_training_on_a_terminal_names_its_phases(on_terminal, specs):
    line = ["fit", "series.lstm.json", "--verbose", "1", "--set", "fit.epochs=40"]
    shown = on_terminal(*line, TERM="xterm", NO_COLOR="1")
    phases = [shown.index(phase) for phase in ("loading TensorFlow", "reading the data", "compiling the training loop")]
    assert phases == sorted(phases)
    assert shown.index("trained 40 epochs") > phases[-1]
    assert not re.search(r"epoch 0/|^[IWE]\d{4} ", shown, flags=re.M)
    assert "\x1b[3" not in shown, "a colour"


def test_phases_in_lines(command, specs):
    lines = command("fit", "series.lstm.json", "--verbose", "2").err.splitlines()
    assert [line.split("  ")[0] for line in lines[:4]] == [
        "loading TensorFlow", "compiling the training loop", "epoch 1", "epoch 2",
    ]  # fmt: skip
    assert command("fit", "series.lstm.json", "--verbose", "0").err.startswith("wrote ")


@pytest.mark.parametrize("verbose", [0, 1, 2])
def test_nothing_is_drawn_anew_on_a_dumb_terminal(monkeypatch, verbose):
    stream = Stream(is_terminal=True)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "dumb")
    with progress.announced(progress.LOADING, verbose), progress.Progress(1, verbose) as shown:
        shown.on_batch(0, 1, 1)
        shown.on_epoch(0, {"loss": 0.5})
    assert not set(stream.getvalue()) & set("\x1b\r")
    said = [line.split(" in ")[0] for line in stream.getvalue().splitlines()]
    trained = ["trained 1 epoch"] if verbose else []
    assert said == ([progress.LOADING, progress.COMPILING, "epoch 1  loss 0.5"] if verbose == 2 else []) + trained


class Bar:
    def __init__(self):
        self.shown = []

    def show(self, completed, status):
        self.shown.append((progress._epoch(completed, 9), status))

    def close(self, last):
        pass


@pytest.mark.parametrize(("validates", "phase"), [(True, "compiling the validation"), (False, "")])
def test_what_a_bar_says_before_the_first_losses(monkeypatch, validates, phase):
    monkeypatch.setattr(progress, "REFRESH", -1.0)
    shown = progress.Progress(9, 0, validates=validates)
    shown._bar = bar = Bar()
    shown.on_batch(0, 1, 4)
    shown.on_batch(0, 4, 4)
    shown.on_epoch(0, {"loss": 0.5})
    shown.on_batch(1, 1, 4)
    assert bar.shown == [
        ("epoch 1/9", ""), ("epoch 1/9", phase), ("epoch 1/9", "loss 0.5"), ("epoch 2/9", "loss 0.5"),
    ]  # fmt: skip


LOG = b"""WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795828560.532260   17233 cudart_stub.cc:31] Could not find cuda drivers
2026-11-28 01:18:34.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] optimized
To enable the following instructions: AVX2 FMA, rebuild TensorFlow.
2026-11-28 01:18:34.123456: W external/local_xla/xla.cc:1] slow
E0000 00:00:1795828643.169077   17921 cuda_platform.cc:52] failed call to cuInit
  more of it
F0000 00:00:1795828643.169077   17921 a.cc:1] fatal
"""


@pytest.mark.parametrize(("level", "first"), [(1, b": W external"), (2, b"E0000"), (3, b"F0000"), (4, b"")])
def test_the_log_is_passed_on_from_the_level_that_is_set(level, first):
    found = passed(LOG, level)
    assert LOG.endswith(found)
    assert first in found.partition(b"\n")[0]
    assert found.count(b"\n") == {1: 4, 2: 3, 3: 1, 4: 0}[level]


def test_a_log_level_that_the_user_has_set_is_kept(process, specs):
    _, err = process("build", "series.lstm.json", TF_CPP_MIN_LOG_LEVEL="3").communicate(timeout=120)
    assert [line.split()[0] for line in err.splitlines()] == ["wrote"]


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&-"])
def test_a_standard_stream_may_be_closed(specs, closed):
    line = f'"{sys.executable}" -m lstmc show series.lstm.json --svg a.svg {closed}'
    assert subprocess.run(["sh", "-c", line], capture_output=True, check=False).returncode == 0
    assert (specs / "a.svg").read_text().rstrip().endswith("</svg>")
