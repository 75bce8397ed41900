"""What a stand-alone script reads is what lstmc reads."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from lstmc.compiler.targets.reading import modules_for, number, ordering, reading
from lstmc.runtime.data.source import read_rows
from lstmc.runtime.data.tables import Demand
from lstmc.spec.data import Data, Source, Time, Window

FRAME = pl.DataFrame({"a": [1.5, 2.5, 3.5], "b": [4, 5, 6]})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one table in every format, which scripts run in."""
    FRAME.write_csv(tmp_path / "t.csv")
    FRAME.write_csv(tmp_path / "t.tsv", separator="\t")
    FRAME.write_ndjson(tmp_path / "t.jsonl")
    FRAME.write_parquet(tmp_path / "t.parquet")
    for name in ("t.csv", "t.jsonl"):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress((tmp_path / name).read_bytes()))
    (tmp_path / "comma.csv").write_bytes("a;b;ä\n1,5;4;0\n2,5;5;0\n3,5;6;0\n".encode("latin-1"))
    FRAME[:1].write_csv(tmp_path / "part1.csv")
    FRAME[1:].write_csv(tmp_path / "part2.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(data: Data, code: str, **given: Any) -> dict[str, Any]:
    standard, others = modules_for(data)
    names: dict[str, Any] = {"HERE": ".", "os": os, **given}
    exec("\n".join([*(f"import {module}" for module in standard), *others, code]), names)
    return names


@pytest.mark.parametrize(
    "source",
    [
        *(Source(path=f"t.{ending}") for ending in ("csv", "tsv", "jsonl", "parquet", "csv.gz", "jsonl.gz")),
        Source(path="comma.csv", delimiter=";", decimal=",", encoding="latin-1"),
        Source(path="part*.csv"),
        Source(path="part[12].csv"),
    ],
    ids=lambda source: source.path,
)
def test_every_format(folder: Path, source: Source) -> None:
    data = Data(source=source, features=("a", "b"), target="b")
    rows = run(data, reading(source, counted=False))["rows"]
    found = [[eval(number(source), {"row": row, "name": name}) for name in ("a", "b")] for row in rows]
    np.testing.assert_array_equal(found, read_rows(data, folder, Demand()).x)


@pytest.mark.parametrize(
    ("time", "rows"),
    [
        (Time(columns="t"), [{"t": "2026-01-09"}, {"t": "2026-01-10"}, {"t": "2027-01-01"}]),
        (Time(columns="t"), [{"t": "9"}, {"t": "10"}]),
        (Time(columns=("month", "year")), [{"year": "2025", "month": "12"}, {"year": "2026", "month": "1"}]),
        (Time(columns=("d", "h")), [{"d": "2026-01-01", "h": "09:00"}, {"d": "2026-01-01", "h": "10:00"}]),
        (Time(columns="t", format="%d.%m.%Y"), [{"t": "31.01.2026"}, {"t": "01.02.2026"}]),
    ],
)
def test_rows_sort_by_time(time: Time, rows: list[dict[str, str]]) -> None:
    data = Data(source=Source(path="t.csv"), time=time, target="y", window=Window(timesteps=1))
    assert run(data, ordering(data), rows=rows[::-1])["rows"] == rows
