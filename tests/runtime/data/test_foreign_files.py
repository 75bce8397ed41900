"""Files that are not read: what they are is recognised, and the line that converts them works."""

from __future__ import annotations

import io
import pickle
import re
import sqlite3
import subprocess
import sys
import tarfile
import zipfile

import numpy as np
import polars as pl
import pytest

from lstmc.runtime.data.signatures import foreign
from lstmc.runtime.data.source import read_tables
from lstmc.spec.conversions import BY_ENDING, unknown
from lstmc.spec.data import Source
from lstmc.spec.errors import DataError

FRAME = pl.DataFrame({"a": [1, 2], "y": [0.5, 1.5]})


def line_of(path):
    """The line that the help gives."""
    return unknown(path)[1].split("`")[1]


def sqlite(path):
    with sqlite3.connect(path) as connection:
        FRAME.to_pandas().to_sql("name", connection, index=False)
    connection.close()


def archive(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("t.csv", FRAME.write_csv())


def tar(path):
    (path.parent / "inside.csv").write_text(FRAME.write_csv(), encoding="utf-8")
    with tarfile.open(path, "w") as file:
        file.add(path.parent / "inside.csv", "t.csv")


def hdf5(path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "w") as file:
        file["x"], file["y"] = np.zeros((2, 3, 1)), np.zeros(2)


def matlab(path):
    pytest.importorskip("scipy.io").savemat(path, {"x": np.zeros((2, 3, 1)), "y": np.zeros(2)})


WRITERS = {
    "feather": FRAME.write_ipc,
    "avro": FRAME.write_avro,
    "pkl": lambda path: FRAME.to_pandas().to_pickle(path),
    "json": FRAME.write_json,
    "dta": lambda path: FRAME.to_pandas().to_stata(path, write_index=False),
    "db": sqlite,
    "h5": hdf5,
    "mat": matlab,
    "zip": archive,
    "tar": tar,
}


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.filterwarnings("ignore")
def test_the_conversion_works(tmp_path, monkeypatch, ending):
    monkeypatch.chdir(tmp_path)
    WRITERS[ending](tmp_path / f"t.{ending}")
    line = line_of(f"t.{ending}")
    if line.startswith("python -m "):
        subprocess.run([sys.executable, *line.split()[1:]], check=True)
    else:
        names = {"scipy": "scipy.io"}
        modules = set(re.findall(r"\b(numpy|scipy|pandas|polars|sqlite3|h5py)\.", line))
        imports = "\n".join(f"import {names.get(module, module)}" for module in sorted(modules))
        exec(f"{imports}\n{line}", {})
    (written,) = [path for path in tmp_path.glob("t.*") if path.suffix != f".{ending}"]
    if written.suffix == ".npz":
        assert np.load(written)["x"].shape == (2, 3, 1)
    else:
        (table,) = read_tables(Source(path=written.name), tmp_path)
        assert table.columns == ("a", "y")
        assert table.load(["y"])["y"].cast(pl.Float64).to_list() == [0.5, 1.5]


@pytest.mark.triggers("LC520")
@pytest.mark.parametrize("ending", [ending for ending in WRITERS if ending not in ("json", "dta", "tar")])
@pytest.mark.parametrize("named", ["t.csv", "t.parquet"])
def test_content_under_another_name(tmp_path, ending, named):
    WRITERS[ending](tmp_path / f"t.{ending}")
    (tmp_path / f"t.{ending}").rename(tmp_path / named)
    with pytest.raises(DataError) as caught:
        read_tables(Source(path=named), tmp_path)
    (found,) = caught.value.diagnostics
    assert found.code == "LC520"
    assert BY_ENDING[ending].what in found.message
    assert found.help == BY_ENDING[ending].help(named)


def npz():
    file = io.BytesIO()
    np.savez(file, x=np.zeros(3))
    return file.getvalue()


def npy():
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    return file.getvalue()


def parquet():
    file = io.BytesIO()
    FRAME.write_parquet(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("raw", "help_"),
    [
        (npz(), '"format": "npz"'),
        (npy(), '"format": "npy"'),
        (parquet(), '"format": "parquet"'),
        (b"<!DOCTYPE html>\n<html>", "download the file itself"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "git lfs pull"),
        (b"%PDF-1.7", "CSV"),
        (pickle.dumps({"a": 1}), "pandas.read_pickle"),
        (b"PK\x03\x04" + b"\0" * 40 + b"xl/workbook.xml", "pandas.read_excel"),
        (b"BZh91AY", "bzip2 -dk t.csv"),
    ],
)
def test_first_bytes(raw, help_):
    found = foreign(raw, "t.csv")
    assert found is not None
    assert help_ in found[1]


@pytest.mark.parametrize("text", ["a,y\n1,2\n", "ORCHID,y\n", "Object,y\n1,2\n", "{}\n"])
def test_text_is_not_mistaken(text):
    assert foreign(text.encode(), "t.csv") is None


@pytest.mark.triggers("LC502")
@pytest.mark.parametrize(
    ("path", "message", "help_"),
    [
        ("a/b.xlsx", "`b.xlsx` is an Excel workbook, which is not read", 'pandas.read_excel("a/b.xlsx")'),
        ("b.XLS", "an old Excel workbook", "xlrd"),
        ("b.zip", "a zip archive", "python -m zipfile -e b.zip ."),
        ("b.cvs", "no ending that tells a known format", "did you mean `.csv`?"),
        ("b.txt", "no ending that tells a known format", '"format": "csv"'),
        ("b", "no ending that tells a known format", '"format": "csv"'),
        ("b.nc.gz", "a netCDF file", "xarray"),
    ],
)
def test_endings(path, message, help_):
    found = unknown(path)
    assert message in found[0]
    assert help_ in found[1]


@pytest.mark.triggers("LC520")
@pytest.mark.parametrize(("name", "help_"), [("t.parquet", '"format": "csv"'), ("t.npz", '"format": "csv"')])
def test_text_under_another_name(bench, name, help_):
    bench.csv("a,y\n1,2\n", name)
    (found,) = bench.refused(source=Source(path=name)).diagnostics
    assert found.code == "LC520"
    assert help_ in found.help
