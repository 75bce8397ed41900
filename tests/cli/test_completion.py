"""Shell completion: the scripts, what they offer, and a real bash that uses them."""

import os
import shutil
import subprocess
import sys

import pytest

from lstmc.cli import COMMANDS
from lstmc.examples import TEMPLATES
from lstmc.spec.codes import CODES

HEAVY = ("tensorflow", "keras", "polars", "matplotlib", "pydantic", "numpy", "jsonschema")


@pytest.fixture
def offered(specs, monkeypatch):
    """`offered("show", "")`: what a shell is offered for the last word, in a folder with specs and a run."""
    (specs / "runs" / "series").mkdir(parents=True)
    (specs / "runs" / "series" / "series.lstmc").touch()
    (specs / "other.lstmc").touch()

    def call(*words):
        environment = {
            **os.environ,
            "_LSTMC_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(["lstmc", *words]),
            "COMP_CWORD": str(len(words)),
        }
        done = subprocess.run(
            [sys.executable, "-m", "lstmc"], env=environment, capture_output=True, text=True, timeout=60, check=True
        )
        assert done.stderr == ""
        return done.stdout.splitlines()

    return call


def plain(*names):
    return [f"plain,{name}" for name in names]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([""], COMMANDS),
        (["ex"], ["export", "explain"]),
        (["check", ""], ["kinds.lstm.json", "series.lstm.json"]),
        (["check", "kinds.lstm.json", "se"], ["series.lstm.json"]),
        (["show", "ki"], ["kinds.lstm.json"]),
        (["predict", ""], ["other.lstmc", "runs/series/series.lstmc"]),
        (["evaluate", "runs/"], ["runs/series/series.lstmc"]),
        (["fit", "o"], ["other.lstmc"]),
        (["init", "--template", ""], sorted(TEMPLATES)),
        (["export", "series.lstm.json", "--to", ""], ["keras", "litert", "onnx", "python", "saved_model"]),
        (["explain", "LC30"], [code for code in CODES if code.startswith("LC30")]),
        (["explain", "lc70"], [code for code in CODES if code.startswith("LC70")]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["show", "--s"], ["--schedule", "--svg", "--set"]),
    ],
)
def test_offers(offered, words, expected):
    assert offered(*words) == plain(*expected)


@pytest.mark.parametrize(("words", "typed"), [(["check", "../"], "../"), (["fit", "a.lstm.json", "--data", ""], "")])
def test_leaves_other_paths_to_the_shell(offered, words, typed):
    assert offered(*words) == [f"file,{typed}"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_name_the_program(command, shell):
    result = command("completion", shell)
    assert (result.code, result.err) == (0, "")
    assert "_LSTMC_COMPLETE" in result.out
    assert command("completion", shell, "--json").json == {"shell": shell, "script": result.out.removesuffix("\n")}


@pytest.mark.parametrize(("shell", "option"), [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")])
def test_scripts_are_understood_by_their_shells(command, folder, shell, option):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    (folder / "script").write_text(command("completion", shell).out)
    done = subprocess.run([shell, option, "script"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes(command, specs):
    """The function that bash has registered, called as bash calls it."""
    (specs / "lstmc").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lstmc "$@"\n')
    (specs / "lstmc").chmod(0o755)
    (specs / "script").write_text(command("completion", "bash").out)
    program = """
    source script
    registered=$(complete -p lstmc); registered=${registered##*-F }; registered=${registered%% *}
    COMP_WORDS=(lstmc show se); COMP_CWORD=2
    $registered lstmc se show
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    environment = {**os.environ, "PATH": f"{specs}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "--norc", "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("series.lstm.json\n", "")


def test_completion_loads_little(specs):
    code = (
        "import sys\n"
        "from lstmc.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    environment = {**os.environ, "_LSTMC_COMPLETE": "bash_complete", "COMP_WORDS": "lstmc ", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines()[0] == "plain,init"
    assert done.stderr.strip() == ""
