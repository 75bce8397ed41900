"""Files that are no specs: one diagnostic each, that names what the file is."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lstmc.api import compiled
from lstmc.spec.syntax import read

SPEC = '{ "lstmc": 1, "layers": [{ "type": "LSTM", "units": 3 }] }'


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    return file.getvalue()


def saved(array: np.ndarray, *, compressed: bool = False) -> bytes:
    file = io.BytesIO()
    np.savez(file, x=array) if compressed else np.save(file, array)
    return file.getvalue()


HEADER = json.dumps({"__metadata__": {"format": "lstmc"}}).encode()
FILES: dict[str, tuple[str, bytes, str]] = {
    "keras": ("m.keras", zipped("metadata.json", "config.json", "model.weights.h5"), "a Keras model"),
    "zip": ("m.json", zipped("a.txt"), "a zip archive"),
    "npz": ("m.json", saved(np.ones(3), compressed=True), "a file of NumPy arrays"),
    "npy": ("m.json", saved(np.ones(3)), "a NumPy array"),
    "hdf5": ("m.h5", b"\x89HDF\r\n\x1a\n" + bytes(20), "an HDF5 file, such as Keras's weights"),
    "artifact": ("m.json", len(HEADER).to_bytes(8, "little") + HEADER + bytes(40), "a trained model (.lstmc)"),
    "parquet": ("m.json", b"PAR1" + bytes(20), "a Parquet table"),
    "gzip": ("m.json.gz", gzip.compress(SPEC.encode()), "a gzip archive"),
    "pickle": ("m.pkl", pickle.dumps({"lstmc": 1}), "a pickle of Python"),
    "png": ("m.png", b"\x89PNG\r\n\x1a\n" + bytes(20), "a PNG image"),
    "binary": ("m.json", b"\x01\x02\x00\x03" * 300, "a binary file"),
    "large binary": ("m.json", b"\x01\x02\x00\x03" * 500_000, "a binary file"),
    "yaml": ("c.yaml", b"lstmc: 1\nlayers:\n  - type: LSTM\n    units: 3\n", "a YAML file"),
    "yaml marked": ("c", b"---\nlstmc: 1\n", "a YAML file"),
    "toml": ("c.toml", b'[model]\nunits = 3\nkind = "LSTM"\n', "a TOML or INI file"),
    "python": ("c.py", b"# a model\nimport keras\nmodel = keras.Sequential()\n", "a Python program"),
    "html": ("c.html", b"<!DOCTYPE html>\n<html></html>", "an HTML page"),
    "xml": ("c.xml", b'<?xml version="1.0"?>\n<a/>', "an XML file"),
    "csv": ("c.json", b"t,v\n1,2\n3,4\n", "a table of data (CSV)"),
    "large csv": ("c.json", b"t,v\n" + b"1,2\n" * 400_000, "a table of data (CSV)"),
    "json lines": ("c.json", b'{"t": 1}\n{"t": 2}\n', "a table of data (JSON Lines)"),
    "markdown": ("README.md", b"Title\n=====\n\nText.\n", "a Markdown document"),
    "package.json": ("package.json", b'{"name": "a", "version": "1.0.0", "scripts": {}}', "a package.json"),
    "notebook": ("a.ipynb", b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "a Jupyter notebook"),
    "to_json": (
        "a.json",
        b'{"module": "keras", "class_name": "Sequential", "config": {}}',
        "a configuration that Keras",
    ),
    "other json": ("a.json", b'{"a": 1, "b": [2]}', "a JSON document, but not a spec"),
}


@pytest.mark.triggers("LC125")
@pytest.mark.parametrize("case", FILES)
def test_what_is_no_spec_is_named_in_one_diagnostic(case: str, tmp_path: Path) -> None:
    name, content, what = FILES[case]
    path = tmp_path / name
    path.write_bytes(content)
    (diagnostic,) = compiled(path).diagnostics
    assert diagnostic.code == "LC125"
    assert what in diagnostic.message
    assert diagnostic.help
    assert not diagnostic.fixable


def test_parquet_and_keras_write_what_is_recognised(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    polars.DataFrame({"a": [1]}).write_parquet(tmp_path / "a.json")
    assert "a Parquet table" in read(tmp_path / "a.json").diagnostics[0].message


@pytest.mark.parametrize(
    "text",
    [
        SPEC,
        "\ufeff" + SPEC,
        "// a comment\n" + SPEC,
        "# a comment\n\n" + SPEC,
        SPEC[1:],
        '"lstmc": 1,\n"layers": []',
        "lstmc: 1,\nlayers: [{ type: 'LSTM' }]\n",
        "[{ 'type': 'LSTM' }]",
        "```json\n" + SPEC + "\n```",
        "",
        "true",
        '{\n"lstmc": 1,\n"layers": [\n{"type": "LSTM", "units": 3}\n{"type": "Dense", "units": 3}\n]\n}',
        "{ 'lstmc': 1,\n 'layers': [] }",
        '{ "niput": {}, "layres": [] }',
        '{ "name": "a" }',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_what_may_be_a_broken_spec_is_read_as_one(text: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.lstm.json"
    path.write_text(text, encoding=encoding)
    assert "LC125" not in [diagnostic.code for diagnostic in read(path).diagnostics]
    if "layres" in text or "layers" in text:
        assert "LC125" not in [diagnostic.code for diagnostic in compiled(path).diagnostics]
