"""What a file says before it is read, and what it implies."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from functools import partial

import numpy as np
import polars
import pytest

from lstmc.runtime.data import Header, header, implied_input
from lstmc.spec.data import Arrange, Data, Source, Split, Time, Window

COLUMNS = ("t", "a", "b", "y")
TIMESTEPS = Arrange(rows="columns_as_timesteps")
FEATURES = Arrange(rows="columns_as_features")


def data(path="t.csv", **keys):
    return Data(source=Source(path=path, **keys.pop("source", {})), **keys)


@pytest.mark.parametrize(
    ("keys", "columns", "shape", "expected"),
    [
        ({"window": Window(timesteps=24), "target": "y"}, COLUMNS, None, (24, 4)),
        ({"window": Window(timesteps=24), "target": "y", "time": Time(columns="t")}, COLUMNS, None, (24, 3)),
        ({"window": Window(timesteps=24), "features": ("a",)}, None, None, (24, 1)),
        ({"window": Window(timesteps=24)}, None, None, None),
        ({"arrange": TIMESTEPS, "target": "y"}, COLUMNS, None, (3, 1)),
        ({"arrange": FEATURES, "target": ("y", "b")}, COLUMNS, None, (1, 2)),
        ({"arrange": Arrange(timesteps=2), "features": ("a", "b", "c", "d")}, None, None, (2, 2)),
        ({"arrange": Arrange(timesteps=3), "features": ("a", "b", "c", "d")}, None, None, None),
        ({"features": ("a", "b")}, COLUMNS, None, None),
        ({}, None, (100, 24, 8), (24, 8)),
        ({}, None, (100, 8), None),
        ({"arrange": TIMESTEPS}, None, (100, 8), (8, 1)),
        ({"window": Window(timesteps=5)}, None, (100, 8), (5, 8)),
    ],
)
def test_the_sample_that_data_imply(keys, columns, shape, expected):
    assert implied_input(data(**keys), columns, shape) == expected


@pytest.mark.parametrize(
    ("text", "columns"),
    [("a,b\n1,2\n", ("a", "b")), ('\ufeff"a, x",b', ("a, x", "b")), ("", None), ('"a', None)],
)
def test_columns_of_a_table(tmp_path, text, columns):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    assert header(data(), tmp_path) == (Header(columns=columns) if columns else None)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("ending", ["tsv", "jsonl", "parquet"])
def test_columns_of_other_formats(tmp_path, ending, packed):
    frame, file = polars.DataFrame({"a": [1], "b, x": [2]}), io.BytesIO()
    write = {
        "tsv": partial(frame.write_csv, separator="\t"),
        "jsonl": frame.write_ndjson,
        "parquet": frame.write_parquet,
    }
    write[ending](file)
    raw = file.getvalue()
    (tmp_path / f"t.{ending}").write_bytes(gzip.compress(raw) if packed else raw)
    assert header(data(f"t.{ending}"), tmp_path) == Header(columns=("a", "b, x"))


def test_a_pattern_shows_its_first_file(tmp_path):
    (tmp_path / "2.csv").write_text("b\n")
    (tmp_path / "1.csv").write_text("\n\na\n")
    assert header(data("?.csv"), tmp_path) == Header(columns=("a",))
    assert header(data("?.tsv"), tmp_path) is None


def test_encoding_of_the_header(tmp_path):
    (tmp_path / "t.csv").write_bytes("ä;b\n".encode("utf-16"))
    found = header(data(source={"encoding": "utf-16", "delimiter": ";"}), tmp_path)
    assert found == Header(columns=("ä", "b"))


def test_time_and_weight_are_no_features():
    spec = data(target="y", arrange=FEATURES, time=Time(columns=("t", "a")))
    assert implied_input(spec, (*COLUMNS, "w"), None, weight="w") == (1, 1)


def test_shape_of_arrays(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros((3, 4, 5)), z=np.zeros(7))
    np.save(tmp_path / "b.npy", np.zeros((2, 6)))
    assert header(data("a.npz"), tmp_path) == Header(shape=(3, 4, 5))
    assert header(data("a.npz", source={"x": "z"}), tmp_path) == Header(shape=(7,))
    assert header(data("a.npz", source={"x": "q"}), tmp_path) is None
    assert header(data("b.npy"), tmp_path) == Header(shape=(2, 6))


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.jsonl", "t.parquet", "t.npz", "t.npy", "t.xlsx"])
@pytest.mark.parametrize(
    "raw", [None, b"", b"\xff\xfe\x00", b"PK\x03\x04", b"\x93NUMPY\x01\x00\x05\x00{", b"\x1f\x8b\0"]
)
def test_a_file_that_cannot_be_read_says_nothing(tmp_path, name, raw):
    if raw is not None:
        (tmp_path / name).write_bytes(raw)
    found = header(data(name), tmp_path)
    assert found is None or found.columns


def test_the_header_needs_neither_numpy_nor_polars():
    heavy = "{'numpy', 'polars', 'tensorflow'}"
    code = f"import sys; from lstmc.runtime.data.header import header; print({heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_split_is_not_needed_for_the_sample():
    assert implied_input(data(window=Window(timesteps=2), features=("a",), split=Split(train=1.0)), None, None) == (
        2,
        1,
    )
