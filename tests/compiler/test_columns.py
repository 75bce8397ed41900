"""Columns that a file does not have are told while the spec is written, at the place that names them."""

import json

import pytest

import lstmc

DATA = {"source": "t.csv", "target": "b", "window": {"timesteps": 3}}


def found(folder, fit=None, **data):
    path = folder / "m.lstm.json"
    content = {
        "lstmc": 1,
        "task": "regression",
        "layers": [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}],
        "data": {**DATA, **data},
        "fit": fit or {},
    }
    path.write_text(json.dumps(content))
    return [(d.code, path.read_text()[d.span.start : d.span.end].strip('"'), d.help) for d in lstmc.check(path)]


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"target": "c"}, "c"),
        ({"features": ["a", "c"]}, "c"),
        ({"time": "c"}, "c"),
        ({"categorical": {"c": "ordinal"}}, "c"),
        ({"fit": {"sample_weight": "c"}}, "c"),
        ({"target": "B"}, "B"),
    ],
)
def test_a_column_that_is_not_there(tmp_path, keys, named):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    ((code, at, help_),) = found(tmp_path, **keys)
    assert (code, at) == ("LC503", named)
    assert "`a`, `b`" in help_


def test_columns_that_are_there_are_not_told(tmp_path):
    (tmp_path / "t.csv").write_text("a,b,when\n1,2,3\n")
    assert found(tmp_path, time="when", features=["a", "b"]) == []


def test_cells_that_are_separated_otherwise(tmp_path):
    (tmp_path / "t.csv").write_text("a;b\n1;2\n")
    assert all('"delimiter": ";"' in help_ for *_, help_ in found(tmp_path, features=["a", "b"]))


def test_a_file_that_is_not_there_yet_is_no_mistake(tmp_path):
    assert found(tmp_path, features=["a", "b"]) == []
