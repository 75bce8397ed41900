"""Files that are refused, whatever their format: the code, the place and the way out."""

from __future__ import annotations

import gzip
import io
import re
from typing import Any

import numpy as np
import polars as pl
import pytest

from lstmc.runtime.data import Contract
from lstmc.runtime.data.source import read_rows
from lstmc.runtime.data.tables import Demand
from lstmc.spec.data import Source, Time, Window
from lstmc.spec.errors import DataError


def case(code: str, *arguments: Any, id: str = "") -> Any:  # noqa: A002
    return pytest.param(code, *arguments, marks=pytest.mark.triggers(code), id=f"{code}-{id}" if id else code)


def parquet(**columns: Any) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(columns).write_parquet(file)
    return file.getvalue()


TABLE = parquet(a=[1.0, 2.0], y=[3.0, 4.0])


def first(bench: Any, demand: Demand, **keys: Any) -> Any:
    with pytest.raises(DataError) as caught:
        read_rows(bench.data(**keys), bench.base, demand)
    return caught.value.diagnostics[0]


@pytest.mark.parametrize(
    ("code", "name", "raw", "where", "says"),
    [
        case("LC520", "t.csv", gzip.compress(b"a,y\n1,2\n")[:-9], "t.csv", "gzip", id="cut gzip"),
        case("LC520", "t.csv", b"\x1f\x8b\x00 no gzip", "t.csv", "gzip", id="no gzip"),
        case("LC520", "t.tsv", b"a\ty\n1\t2\t3\n", "t.tsv, row 2", "3 cells, the header 2", id="ragged tsv"),
        case("LC520", "t.csv", b"a,b,y\n1,2,3\n1,2,3,4\n1,2,3\n", "t.csv, row 3", "4 cells", id="long row"),
        case("LC520", "t.csv", b"a,b,y\n1,2,3,4\n1,2\n", "t.csv, row 2", "4 cells", id="long and short row"),
        case("LC520", "t.parquet", TABLE[: len(TABLE) // 2], "t.parquet", "cut, or no Parquet", id="cut parquet"),
        case("LC520", "t.parquet", b"a,y\n1,2\n", "t.parquet", "not Parquet but text", id="csv as parquet"),
        case("LC520", "t.parquet", b"", "t.parquet", "cut, or no Parquet", id="empty parquet"),
        case("LC515", "t.parquet", parquet(a=[], y=[]), "t.parquet", "no rows", id="parquet without rows"),
        case("LC520", "t.jsonl", b"", "t.jsonl", "empty", id="empty jsonl"),
        case("LC520", "t.jsonl", b'{"a":1,"y":2}\n\n{"a":1,"y":\n', "t.jsonl, row 3", "not JSON", id="broken line"),
        case("LC520", "t.jsonl", b'{"a":1,"y":2}\n[1,2]\n', "t.jsonl, row 2", "no object", id="list"),
        case("LC520", "t.jsonl", b'{"a":1,"y":2}\n{"a":[1],"y":2}\n', "t.jsonl, row 2", "`a` is nested", id="nested"),
        case("LC520", "t.jsonl", b'{"a":1,"y":2}\n{"a":1,"z":2}\n', "t.jsonl, row 2", "key `z`", id="extra key"),
        case("LC505", "t.jsonl", b'{"a":1,"y":2}\n{"y":1}\n', "t.jsonl, row 2, column `a`", "missing", id="no key"),
        case("LC505", "t.jsonl", b'{"a":1,"y":2}\n{"a":null,"y":1}\n', "t.jsonl, row 2, column `a`", "", id="null"),
        case("LC504", "t.jsonl", b'{"a":1,"y":2}\n{"a":"x","y":1}\n', "t.jsonl, row 2, column `a`", "`x`", id="jsonl"),
        case("LC504", "t.parquet", parquet(a=[[1], [2]], y=[1, 2]), "t.parquet, row 1, column `a`", "List", id="lists"),
        case(
            "LC505", "t.parquet", parquet(a=[1, None], y=[1, 2]), "t.parquet, row 2, column `a`", "missing", id="null"
        ),
        case("LC505", "t.parquet", parquet(a=[1.0, np.nan], y=[1, 2]), "t.parquet, row 2, column `a`", "", id="nan"),
        case(
            "LC506",
            "t.parquet",
            parquet(a=[1e308, 1.0], y=[1, 2]),
            "t.parquet, row 1, column `a`",
            "1e+308",
            id="1e308",
        ),
        case("LC506", "t.csv", b"a,y\n1e308,1\n", "t.csv, row 2, column `a`", "`1e308` is not finite", id="1e308"),
        case("LC520", "t.csv", "a,y\n1,2\n".encode("utf-16"), "t.csv, row 1", "UTF-8", id="utf-16"),
    ],
)
def test_a_file_is_refused(bench, code, name, raw, where, says):
    found = first(bench.csv(raw, name), Demand(), path=name)
    assert (found.code, found.where) == (code, where)
    assert says in found.message


@pytest.mark.parametrize(
    ("raw", "source", "help_"),
    [
        ("ä,y\n1,2\n".encode("latin-1"), {}, '"encoding": "cp1252"'),
        ("a,y\n1,2\n".encode("utf-16"), {}, '"encoding": "utf-16"'),
        ("a,y\n1,2\n".encode("utf-16-le"), {}, '"encoding": "utf-16"'),
        ("ä,y\n1,2\n".encode(), {"encoding": "ascii"}, '"encoding": "utf-8"'),
    ],
)
@pytest.mark.triggers("LC520")
def test_the_encoding_is_suggested(bench, raw, source, help_):
    found = first(bench.csv(raw), Demand(), source=Source(path="t.csv", **source))
    assert found.code == "LC520"
    assert help_ in found.help


@pytest.mark.parametrize(
    ("cells", "source", "says"),
    [
        ("1,5;2,5", {"delimiter": ";"}, 'add `"decimal": ","`'),
        ("1.5;2.5", {"delimiter": ";", "decimal": ","}, 'leave `"decimal"` out'),
        ('"1,234";"5,678,901"', {"delimiter": ";"}, "write it without them, as 1234"),
        ("1.234;5.678,5", {"delimiter": ";", "decimal": ","}, "write it without them"),
        ("NW;SE;NW", {"delimiter": ";"}, '`"categorical": {"a": "one_hot"}`'),
        ("2026-01-01;2026-01-02", {"delimiter": ";"}, '`"time": "a"`'),
        ("1;x;3;4", {"delimiter": ";"}, "correct the cell"),
    ],
)
@pytest.mark.triggers("LC504")
def test_what_a_text_among_numbers_most_likely_means(bench, cells, source, says):
    bench.csv("a;y\n" + "".join(f"{cell};1\n" for cell in cells.split(";")))
    found = first(bench, Demand(), source=Source(path="t.csv", **source))
    assert found.code == "LC504"
    assert says in found.help


@pytest.mark.triggers("LC504")
def test_a_text_as_target_of_a_regression(bench):
    found = first(bench.csv("a,y\n1,cat\n2,dog\n"), Demand())
    assert "`binary` or `multiclass`" in found.help


@pytest.mark.triggers("LC504")
def test_a_text_as_target_is_an_input_of_a_window_too(bench):
    found = first(bench.csv("a,y\n1,cat\n2,dog\n"), Demand(labels=True), window=Window(timesteps=1))
    assert "list `features` without it" in found.help


@pytest.mark.triggers("LC504")
def test_a_column_that_turns_to_text_late(bench):
    bench.csv("a,b,y\n" + "1,2,3\n" * 40_000 + "1,stop,3\n" + "1,2,3\n" * 10)
    found = first(bench, Demand())
    assert found.where == "t.csv, row 40002, column `b`"


@pytest.mark.triggers("LC501")
def test_a_pattern_that_nothing_matches(bench):
    found = first(bench, Demand(), path="20*.csv")
    assert (found.code, found.message) == ("LC501", "no file matches `20*.csv`")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (["a,y", "a,z"], "`1.csv` has no column `y`, which `0.csv` has"),
        (["a,y", "a,y,z"], "`0.csv` has no column `z`, which `1.csv` has"),
    ],
)
@pytest.mark.triggers("LC503")
def test_files_with_other_columns(bench, files, says):
    for i, header in enumerate(files):
        bench.csv(f"{header}\n{header.replace('a', '1').replace('y', '2').replace('z', '3')}\n", f"{i}.csv")
    found = first(bench, Demand(), path="?.csv")
    assert (found.code, found.message) == ("LC503", says)


@pytest.mark.triggers("LC518")
def test_arrays_that_do_not_continue_each_other(bench):
    bench.npz("0.npz", x=np.zeros((2, 3, 1)), y=np.zeros(2)).npz("1.npz", x=np.zeros((2, 4, 1)), y=np.zeros(2))
    found = first(bench, Demand(), path="?.npz")
    assert (found.code, found.where) == ("LC518", "1.npz, x")


@pytest.mark.triggers("LC503")
def test_categories_of_what_is_no_feature(bench):
    found = first(bench.csv("a,b,y\n1,2,3\n"), Demand(), features=("a",), categorical={"b": "one_hot"})
    assert (found.code, found.path) == ("LC503", "data.categorical.b")


@pytest.mark.parametrize(
    ("code", "weight", "says"),
    [
        case("LC540", "-1", "the weight `-1` is negative"),
        case("LC505", "", "the weight is missing"),
        case("LC504", "x", "`x` is not a number"),
    ],
)
def test_weights_that_are_none(bench, code, weight, says):
    found = first(bench.csv(f"a,w,y\n1,1,1\n1,{weight},1\n"), Demand(weight="w"), missing="drop")
    assert (found.code, found.where, found.message) == (code, "t.csv, row 3, column `w`", says)


@pytest.mark.triggers("LC503")
def test_a_weight_that_is_not_there(bench):
    found = first(bench.csv("a,y\n1,1\n"), Demand(weight="w"))
    assert (found.code, found.path) == ("LC503", "fit.sample_weight")


@pytest.mark.parametrize(
    ("lengths", "says"),
    [
        ([1, 4], "the length 4 is not between 1 and the 3 timesteps"),
        ([0, 3], "the length 0"),
        ([1.5, 2], "whole numbers"),
        ([1, 2, 3], "shape (3,) for 2 samples"),
    ],
)
@pytest.mark.triggers("LC541")
def test_lengths_that_do_not_fit(bench, lengths, says):
    bench.npz(x=np.ones((2, 3, 1)), y=np.ones(2), n=np.array(lengths))
    found = first(bench, Demand(), source=Source(path="t.npz", length="n"))
    assert found.code == "LC541"
    assert says in found.message


@pytest.mark.triggers("LC519")
def test_lengths_that_are_not_there(bench):
    bench.npz(x=np.ones((2, 3, 1)), y=np.ones(2))
    found = first(bench, Demand(), source=Source(path="t.npz", length="n"))
    assert (found.code, found.path) == ("LC519", "data.source.length")


@pytest.mark.parametrize(
    ("text", "time", "where", "says"),
    [
        (
            "year,month,y\n2026,1,1\n2026,13,2\n",
            Time(columns=("year", "month")),
            "row 3, columns `year`, `month`",
            "13",
        ),
        (
            "d,h,y\n2026-01-01,12:00,1\nsoon,12:00,2\n",
            Time(columns=("d", "h")),
            "row 3, columns `d`, `h`",
            "`soon 12:00`",
        ),
        ("t,y\n31.01.2026,1\n2026-01-31,2\n", Time(columns="t", format="%d.%m.%Y"), "row 3, column `t`", "`%d.%m.%Y`"),
        ("t,y\n1,1\n,2\n", Time(columns="t"), "row 3, column `t`", "the time stamp is missing"),
    ],
)
@pytest.mark.triggers("LC516")
def test_time_stamps_that_cannot_be_read(bench, text, time, where, says):
    found = first(bench.csv(text), Demand(), features=("y",), time=time, window=Window(timesteps=1))
    assert (found.code, found.where) == ("LC516", f"t.csv, {where}")
    assert says in found.message


@pytest.mark.parametrize(
    ("stamps", "formats"),
    [
        (("31.01.2026", "1.2.2026"), ["%d.%m.%Y"]),
        (("01/02/2026 10:00", "13/02/2026 11:30"), ["%d/%m/%Y %H:%M"]),
        (("1/31/2026 5:07 PM", "2/1/2026 6:00 AM"), ["%m/%d/%Y %I:%M %p"]),
        (("01/02/2026", "02/02/2026"), ["%d/%m/%Y", "%m/%d/%Y"]),
        (("2026-01-31", "soon"), []),
    ],
)
@pytest.mark.triggers("LC516")
def test_the_format_of_time_stamps_is_suggested(bench, stamps, formats):
    bench.csv("t,y\n" + "".join(f"{stamp},1\n" for stamp in stamps))
    found = first(bench, Demand(), features=("y",), time=Time(columns="t"), window=Window(timesteps=1))
    assert re.findall(r'"format": "([^"]*)"', found.help) == formats


@pytest.mark.triggers("LC517")
def test_the_same_moment_in_two_files(bench):
    bench.csv("year,month,y\n2026,1,1\n2026,2,1\n", "1.csv").csv("year,month,y\n2026,2,1\n2026,3,1\n", "2.csv")
    time = Time(columns=("year", "month"))
    keys = {"features": ("y",), "time": time, "window": Window(timesteps=1)}
    (found,) = bench.refused(Contract((1, 1), (1,), "values"), path="?.csv", **keys).diagnostics
    assert (found.code, found.where) == ("LC517", "2.csv, row 2, columns `year`, `month`")
