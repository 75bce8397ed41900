"""Commands that lstmc suggests can be copied into a shell, whatever the files are called."""

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from lstmc.cli.excerpt import text
from lstmc.cli.render import command as suggested
from lstmc.cli.training import _command
from lstmc.spec.diagnostics import Diagnostic

from .conftest import SERIES

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]
NAMES = ["my model (2)", "it's", "-x", "a;b&c", "$HOME", "ü"]


def words(line):
    """What a shell makes of a line."""
    script = f"set -- {line}; for word do printf '%s\\0' \"$word\"; done"
    return subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout.split("\0")[:-1]


@pytest.mark.parametrize("name", NAMES)
def test_a_path_reaches_the_program_as_it_is(name):
    assert [Path(word) for word in words(suggested("lstmc", "run", Path(name)))[2:]] == [Path(f"./{name}")]


@pytest.mark.parametrize("name", NAMES)
def test_what_follows_init_runs(command, folder, name):
    said = command("init", "--template", "counting", "-o", f"./{name}.lstm.json").err
    program, *line = words(re.search("^Next: (.*)$", said, flags=re.M)[1])
    assert program == "lstmc"
    assert line[0] == "run"
    assert command("check", *line[1:]).code == 0


def test_what_follows_fit_and_run_runs(command, specs):
    for verb, following in (("fit", "evaluate"), ("run", "predict")):
        said = command(verb, "series.lstm.json", "--run", "runs/first (1)").err
        _, *line = words(re.search("^Next: (.*)$", said, flags=re.M)[1].replace("NEW.csv", "series.csv"))
        assert line[0] == following
        assert command(*line).code == 0


def test_a_spec_where_a_model_is_needed(command, folder):
    (folder / "my spec.lstm.json").write_text(json.dumps(SERIES))
    told = command("predict", "my spec.lstm.json", "--json").json["diagnostics"][0]["help"]
    assert words(re.search("`(.*)`", told)[1]) == ["lstmc", "fit", "my spec.lstm.json"]


def test_a_file_without_a_command(command, folder):
    told = command("my spec.lstm.json", "--json").json["error"]["message"]
    assert words(re.search("as in `(.*)`", told)[1]) == ["lstmc", "check", "my spec.lstm.json"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["fit", "my spec.json"], ["fit", "my spec.json", "--resume"]),
        (["fit", "--resume", "a.json"], ["fit", "--resume", "a.json"]),
        (["fit", "--run", "x", "--", "-a.json"], ["fit", "--run", "x", "--resume", "--", "-a.json"]),
    ],
)
def test_an_interrupted_command_is_repeated_with_resume(monkeypatch, given, expected):
    monkeypatch.setattr(sys, "argv", ["lstmc", *given])
    assert _command() == ["lstmc", *expected]


def test_a_command_in_a_help_is_not_broken_into_lines():
    advice = "train it first, which takes a while on large data: `lstmc fit 'a name  with spaces.lstm.json'`"
    lines = click.unstyle(text(Diagnostic("LC707", "not trained", help=advice), None, 60)).splitlines()
    assert any("`lstmc fit 'a name  with spaces.lstm.json'`" in line for line in lines)
