"""The process of the command line starts and ends fast, and as any other does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SPEC = """{"lstmc": 1, "input": {"timesteps": 4, "features": 2}, "layers": [{"type": "LSTM", "units": 3}],
 "compile": {"loss": "mse"}}"""
MISTAKEN = SPEC.replace("units", "unit")


def python(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """An interpreter of its own."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "right.lstm.json"], 0),
        (["check", "mistaken.lstm.json"], 1),
        (["check", "absent.lstm.json"], 1),
        (["chekc"], 2),
        (["--help"], 0),
        (["predict", "absent.lstmc"], 4),
    ],
    ids=lambda value: value if isinstance(value, int) else " ".join(value),
)
def test_the_process_ends_with_the_exit_code(arguments: list[str], code: int, tmp_path: Path) -> None:
    (tmp_path / "right.lstm.json").write_text(SPEC, encoding="utf-8")
    (tmp_path / "mistaken.lstm.json").write_text(MISTAKEN, encoding="utf-8")
    assert python("-m", "lstmc", *arguments, folder=tmp_path).returncode == code


def test_what_was_written_is_written_out_before_the_process_ends(tmp_path: Path) -> None:
    (tmp_path / "mistaken.lstm.json").write_text(MISTAKEN, encoding="utf-8")
    done = python("-m", "lstmc", "check", "--format", "github", "mistaken.lstm.json", folder=tmp_path)
    assert done.stdout.startswith("::error file=mistaken.lstm.json")


QUICK = """
import sys
from lstmc.cli.start import quicken
quicken()
import pydantic
class A(pydantic.BaseModel):
    n: int
print(A(n=1).n, "importlib.metadata" in sys.modules)
"""


@pytest.mark.parametrize(("disabled", "searches"), [("__all__", False), ("one-of-them", True)])
def test_plugins_of_pydantic_are_searched_where_the_environment_says_so(
    disabled: str, searches: bool, tmp_path: Path
) -> None:
    done = python("-c", QUICK, folder=tmp_path, PYDANTIC_DISABLE_PLUGINS=disabled)
    assert done.stdout.split() == ["1", str(searches)], done.stderr


def test_another_pydantic_finds_what_else_it_looks_for(tmp_path: Path) -> None:
    code = QUICK + "from pydantic.plugin._loader import PYDANTIC_ENTRY_POINT_GROUP as group; print(group)"
    assert python("-c", code, folder=tmp_path).stdout.split()[-1] == "pydantic"


def test_importing_lstmc_changes_nothing_of_that(tmp_path: Path) -> None:
    code = "import os, gc; before = gc.get_threshold(); import lstmc; lstmc.check({}); import lstmc.cli\n"
    code += "print(gc.get_threshold() == before, 'PYDANTIC_DISABLE_PLUGINS' in os.environ)"
    assert python("-c", code, folder=tmp_path).stdout.split() == ["True", "False"]
