"""Specs made to hurt: each is answered by diagnostics, in bounded work, from a file and from a dict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lstmc
from lstmc.spec import load
from lstmc.spec.load import MOST_EXPLAINED

HUGE = 10**300
LSTM: dict[str, Any] = {"type": "LSTM", "units": 3}
DENSE: dict[str, Any] = {"type": "Dense", "units": 1}
BASE: dict[str, Any] = {
    "lstmc": 1,
    "input": {"timesteps": 4, "features": 2},
    "layers": [LSTM, DENSE],
    "compile": {"loss": "mse"},
}


def nested(kind: type, depth: int) -> Any:
    value: Any = kind()
    for _ in range(depth):
        value = {"a": value} if kind is dict else [value]
    return value


def with_data(**keys: Any) -> dict[str, Any]:
    return {
        "lstmc": 1,
        "task": "regression",
        "layers": [LSTM, DENSE],
        "data": {"source": "a.csv", "target": "t", "window": {"timesteps": 4}, **keys},
    }


HOSTILE: dict[str, tuple[dict[str, Any], str]] = {
    "dicts without end": ({**BASE, "x": nested(dict, 5000)}, "LC104"),
    "lists without end": ({**BASE, "x": nested(list, 100_000)}, "LC104"),
    "a million layers": ({**BASE, "layers": [DENSE] * 1_000_000}, "LC103"),
    "units": ({**BASE, "layers": [{**LSTM, "units": HUGE}, DENSE]}, "LC204"),
    "an embedding": (
        {**BASE, "layers": [{"type": "Embedding", "input_dim": HUGE, "output_dim": HUGE}, LSTM, DENSE]},
        "LC204",
    ),
    "repetitions": ({**BASE, "layers": [LSTM, {"type": "RepeatVector", "n": 10**10}, LSTM, DENSE]}, "LC601"),
    "timesteps": ({**BASE, "input": {"timesteps": 10**14, "features": 10**14}}, "LC601"),
    "memory": ({**BASE, "runtime": {"limits": {"memory": "9" * 500 + " TiB"}}}, "LC203"),
    "a device": ({**BASE, "runtime": {"device": "gpu:" + "9" * 9999}}, "LC206"),
    "a path": (with_data(source="a" * 5000 + ".csv"), "LC501"),
    "a pattern": (with_data(source="a/" * 5000 + "*.csv"), "LC501"),
    "a key": ({**BASE, "k" * 500_000: 1}, "LC201"),
    "a name": ({**BASE, "compile": {"loss": "f(" * 200_000}}, "LC206"),
    "a set": ({**BASE, "x": {1, 2}}, "LC127"),
    "keys that are no texts": ({**BASE, ("a",): 1}, "LC127"),
}


@pytest.mark.triggers("LC127")
@pytest.mark.parametrize("case", HOSTILE)
def test_a_dict_is_answered_by_diagnostics(case: str) -> None:
    spec, code = HOSTILE[case]
    diagnostics = lstmc.check(spec)
    assert code in [diagnostic.code for diagnostic in diagnostics]
    assert all(len(diagnostic.message) < 500 for diagnostic in diagnostics)
    with pytest.raises((lstmc.SpecError, lstmc.DataError)):
        lstmc.build(spec)


def test_a_dict_that_holds_itself() -> None:
    spec = dict(BASE)
    spec["x"] = spec
    assert [diagnostic.code for diagnostic in lstmc.check(spec)] == ["LC104"]


def test_numbers_of_numpy_are_numbers() -> None:
    spec = {**BASE, "layers": [{"type": "LSTM", "units": np.int64(3)}, DENSE], "fit": {"epochs": np.int32(2)}}
    assert lstmc.check(spec) == ()


TEXTS = {
    "the same key": "{" + ",".join('"a":1' for _ in range(20_000)) + "}",
    "single quotes": "{" + "'a':1," * 120_000 + "}",
    "escapes": '{"lstmc":"' + r"\x" * 100_000 + '"}',
    "colons": ":" * 100_000,
    "brackets": "[" * 500_000,
    "digits": '{"lstmc":' + "9" * 500_000 + "}",
    "an exponent": '{"lstmc":1e999999999}',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_a_text_is_answered_by_diagnostics(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.lstm.json"
    path.write_text(text, encoding="utf-8")
    assert 0 < len(lstmc.check(path)) <= 1002


@pytest.mark.parametrize("name", ["a" * 5000, "a/" * 3000 + "b", "a\0b"])
def test_a_path_that_no_system_takes(name: str, tmp_path: Path) -> None:
    assert [diagnostic.code for diagnostic in lstmc.check(tmp_path / name)] == ["LC100"]
    with pytest.raises(lstmc.ArtifactError):
        lstmc.load(tmp_path / (name + ".lstmc"))


@pytest.mark.parametrize("layers", [[{}] * 3000, [{"type": "Lsmt"}] * 3000, [{"type": "LSTM", "unit": 1}] * 3000])
def test_of_thousands_of_wrong_layers_a_hundred_are_explained(layers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    read_again = 0

    def counted(entry: object) -> object:
        nonlocal read_again
        read_again += 1
        return entry

    monkeypatch.setattr(load, "_layer", counted)
    diagnostics = lstmc.check({**BASE, "layers": layers})
    assert len(diagnostics) == MOST_EXPLAINED + 1
    assert read_again == 0


def test_of_thousands_of_contradictions_a_hundred_are_explained() -> None:
    named = [{**LSTM, "name": "a"}] * 300
    diagnostics = lstmc.check({**BASE, "layers": [*named, DENSE]})
    assert len([d for d in diagnostics if d.code == "LC212"]) == MOST_EXPLAINED
    assert [d.message for d in diagnostics if d.code == "LC217"] == ["199 more mistakes of this kind"]


def test_a_thousand_warnings_are_no_error() -> None:
    warned = lstmc.check({**BASE, "layers": [*[{**LSTM, "activation": "relu"}] * 150, DENSE]})
    assert {diagnostic.severity for diagnostic in warned} == {"warning"}
    assert len(warned) == 150


def test_json_and_dict_are_answered_alike(tmp_path: Path) -> None:
    spec, _ = HOSTILE["repetitions"]
    (tmp_path / "a.lstm.json").write_text(json.dumps(spec), encoding="utf-8")
    by_file, by_dict = lstmc.check(tmp_path / "a.lstm.json"), lstmc.check(spec)
    assert [(d.code, d.message, d.path) for d in by_file] == [(d.code, d.message, d.path) for d in by_dict]
