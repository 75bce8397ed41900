"""Names of models and layers become files, folders and variables: those that a file system cannot hold are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import lstmc
from lstmc.api import compiled, model_name
from lstmc.spec.base import is_name, name_like

WRONG = {
    ".": "model",
    "..": "model",
    ".hidden": "hidden",
    "...": "model",
    "ends.": "ends",
    "con": "model-con",
    "CON": "model-CON",
    "Prn": "model-Prn",
    "aux.txt": "model-aux.txt",
    "nul.tar.gz": "model-nul.tar.gz",
    "COM1": "model-COM1",
    "lpt9.x": "model-lpt9.x",
    "ends ": "ends-",
    "a/b": "a-b",
    "a\\b": "a-b",
    "é": "-",
}
RIGHT = ("a", "air-2.5", "_", "-", "console", "com", "com10", "my.con", "a..b", "v1.0", "x" * 64)


def spec(**changes: Any) -> dict[str, Any]:
    layers = [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}]
    return {"lstmc": 1, "task": "regression", "input": {"timesteps": 3, "features": 1}, "layers": layers, **changes}


@pytest.mark.parametrize(("name", "better"), WRONG.items())
def test_a_model_is_not_called_that(name: str, better: str) -> None:
    (found,) = lstmc.check(spec(name=name))
    assert (found.code, found.path) == ("LC211", "name")
    assert json.dumps(name, ensure_ascii=False) in found.message
    assert found.help == f'write "{better}"'


@pytest.mark.parametrize("name", WRONG)
def test_a_layer_is_not_called_that(name: str) -> None:
    changed = spec()
    changed["layers"][0]["name"] = name
    (found,) = lstmc.check(changed)
    assert (found.code, found.path) == ("LC211", "layers.0.name")


@pytest.mark.parametrize("name", RIGHT)
def test_names_that_are_right(name: str) -> None:
    assert is_name(name)
    assert lstmc.check(spec(name=name)) == ()
    assert name_like(name) == name


@pytest.mark.parametrize("name", [*WRONG, "", " ", "con" * 40, "." * 80, "x" * 63 + ".y", "a\nb"])
def test_what_is_suggested_is_a_name(name: str) -> None:
    assert is_name(name_like(name))
    assert not is_name(name)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("..lstm.json", "model"),
        ("...lstm.json", "model"),
        (".lstm.json", "model"),
        ("con.lstm.json", "model-con"),
        ("LPT1.json", "model-LPT1"),
        (".air.lstm.json", "air"),
        ("air quality.lstm.json", "air-quality"),
        ("air.lstm.json", "air"),
    ],
)
def test_a_name_from_a_file(file: str, name: str, tmp_path: Path) -> None:
    assert model_name(Path(file)) == name
    (tmp_path / file).write_text(json.dumps(spec()), encoding="utf-8")
    assert compiled(tmp_path / file).result().name == name
