"""A package that is missing or broken gives one diagnostic with the command that installs it."""

import json
import os
import subprocess
import sys

import pytest

BLOCKED = """
import importlib.abc, sys
class Blocker(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {package!r}:
            raise {error}
sys.meta_path.insert(0, Blocker())
from lstmc.__main__ import run
run()
"""
MISSING = "ModuleNotFoundError('No module named ' + repr(name), name=name)"
BROKEN = (
    "ImportError('Traceback (most recent call last):\\n  x\\nImportError: libx.so.1: cannot open\\n\\nSee the page')"
)


def without(package, *arguments, error=MISSING):
    """A command in a process that cannot import `package`."""
    code = BLOCKED.format(package=package, error=error)
    line = [sys.executable, "-c", code, *arguments]
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=300, env=environment)


@pytest.mark.triggers("LC604")
@pytest.mark.parametrize(
    ("package", "line"),
    [
        ("tensorflow", ["fit", "series.lstm.json"]),
        ("tensorflow", ["export", "series.lstmc", "--to", "keras"]),
        ("onnxruntime", ["predict", "series.lstmc"]),
        ("polars", ["predict", "series.lstmc"]),
        ("matplotlib", ["show", "series.lstm.json", "--png", "a.png"]),
    ],
)
def test_a_package_that_is_not_installed(trained, package, line):
    done = without(package, *line)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert f"error[LC604]: `{package}` is not installed" in done.stderr
    assert f"pip install {package}" in done.stderr
    assert "Traceback" not in done.stderr
    (found,) = json.loads(without(package, *line, "--json").stdout)["diagnostics"]
    assert found["code"] == "LC604"


def test_a_package_that_is_broken(trained):
    done = without("tensorflow", "fit", "series.lstm.json", error=BROKEN)
    assert done.returncode == 2
    assert "`tensorflow` is installed and cannot be imported: libx.so.1: cannot open" in done.stderr
    assert "pip install --force-reinstall tensorflow" in done.stderr


def test_the_doctor_says_what_is_missing(trained):
    done = without("tensorflow", "doctor", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 4
    assert "LC604: `tensorflow` is not installed" in found["training"]
    assert {"scikit-learn", "tensorboard", "pandas"} <= found["versions"].keys()
