"""Damaged files of every format are read or refused, and nothing else."""

from __future__ import annotations

import gzip
import io
from contextlib import suppress

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmc.runtime.data import header
from lstmc.runtime.data.source import read_rows
from lstmc.runtime.data.tables import Demand
from lstmc.spec.data import Time
from lstmc.spec.errors import DataError

FRAME = pl.DataFrame({"t": ["2026-01-01", "2026-01-02", "2026-01-03"], "a": [1.5, 2, 3], "b": ["x", "y", "x"]})


def whole(ending: str) -> bytes:
    file = io.BytesIO()
    match ending:
        case "csv":
            FRAME.write_csv(file, quote_style="always")
        case "tsv":
            FRAME.write_csv(file, separator="\t")
        case "parquet":
            FRAME.write_parquet(file)
        case "jsonl":
            FRAME.write_ndjson(file)
        case "csv.gz":
            return gzip.compress(FRAME.write_csv().encode())
        case "npz":
            np.savez(file, x=np.ones((3, 2, 1)), y=np.ones(3), n=np.array([1, 2, 2]))
    return file.getvalue()


ENDINGS = ("csv", "tsv", "parquet", "jsonl", "csv.gz", "npz")
EDITS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 3), st.binary(max_size=6)), min_size=1, max_size=4
)


def damaged(raw: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for share, length, piece in edits:
        at = int(share * len(raw))
        raw = raw[:at] + piece + raw[at + length :]
    return raw


@pytest.mark.parametrize("ending", ENDINGS)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(edits=EDITS, cut=st.none() | st.floats(0, 1))
def test_a_damaged_file_is_read_or_refused(new_bench, ending, edits, cut):
    raw = damaged(whole(ending), edits)
    raw = raw if cut is None else raw[: int(cut * len(raw))]
    path = f"t.{ending}"
    bench = new_bench().csv(raw, path)
    keys = {"features": ("a", "b"), "target": "a", "time": Time(columns="t"), "categorical": {"b": "ordinal"}}
    data = bench.data(path, missing="drop", **(keys if ending != "npz" else {}))
    header(data, bench.base)
    with suppress(DataError):
        rows = read_rows(data, bench.base, Demand())
        assert len(rows.x) == len(rows.y)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_whole_file_is_read(bench, ending):
    bench.csv(whole(ending), f"t.{ending}")
    keys = {} if ending == "npz" else {"features": ("a", "b"), "target": "a", "categorical": {"b": "ordinal"}}
    assert len(read_rows(bench.data(f"t.{ending}", **keys), bench.base, Demand())) == 3
