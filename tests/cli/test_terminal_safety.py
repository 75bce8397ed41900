"""Names and cells from files do not steer the terminal that they are printed to."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lstmc.compiler.artifact import read, write

from .conftest import SERIES, Command

STEERING = "\x1b[31m\x9b2J\u202eevil"
SHOWN = "␛[31m\ufffd2J\ufffdevil"


def assert_shown(text: str) -> None:
    assert SHOWN in text
    assert not {*"\x1b\x9b\u202e"} & {*text}


def test_a_column_in_a_guess_and_in_a_diagnostic(folder: Path, command: Command) -> None:
    rows = "".join(f"{i},{i % 5},{i % 3}\n" for i in range(40))
    (folder / "a.csv").write_text(f"t,v,{STEERING}\n{rows}", encoding="utf-8")
    assert_shown(command("init", "a.csv", "--target", "x", "--timesteps", "4").err)
    result = command("init", "a.csv", "--target", STEERING, "--timesteps", "4")
    assert result.code == 0, result.err
    assert not {*"\x1b\x9b\u202e"} & {*result.err}


def test_a_path_in_a_diagnostic(folder: Path, command: Command) -> None:
    spec = {**SERIES, "data": {**SERIES["data"], "source": f"../{STEERING}.csv"}}  # type: ignore[dict-item]
    (folder / "a.lstm.json").write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
    assert_shown(command("check", "a.lstm.json").err)
    assert_shown(command("check", "a.lstm.json", "--format", "github").out)


@pytest.mark.parametrize("terminal", [True, False])
def test_labels_of_predictions(
    terminal: bool,
    trained: Path,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = read(trained / "kinds.lstmc")
    labels = json.dumps([f"{STEERING}{i}" for i in range(3)])
    write(replace(whole, metadata={**whole.metadata, "classes": labels}), trained / "kinds.lstmc")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    result = command("predict", "kinds.lstmc")
    assert result.code == 0, result.err
    if terminal:
        assert_shown(result.out)
    else:
        assert "\x9b2J\u202eevil" in result.out  # click itself leaves out what begins with ESC
