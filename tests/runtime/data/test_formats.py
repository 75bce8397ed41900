"""One table in every format, packed, in parts and in other encodings: the rows are the same."""

from __future__ import annotations

import gzip
import io

import numpy as np
import polars as pl
import pytest

from lstmc.runtime.data import Contract, prepare
from lstmc.runtime.data.source import read_rows
from lstmc.runtime.data.tables import Demand
from lstmc.spec.data import Scale, Source, Window

FRAME = pl.DataFrame({"a": [1.5, -2.0, 3e5], "b": [4, 5, 6], "y": [7.25, 8.0, 9.0]})
X = [[1.5, 4.0], [-2.0, 5.0], [3e5, 6.0]]
Y = [[7.25], [8.0], [9.0]]


def written(frame: pl.DataFrame, ending: str) -> bytes:
    file = io.BytesIO()
    match ending:
        case "csv":
            frame.write_csv(file)
        case "tsv":
            frame.write_csv(file, separator="\t")
        case "parquet":
            frame.write_parquet(file)
        case "jsonl":
            frame.write_ndjson(file)
    return file.getvalue()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet", "jsonl"])
def test_every_format_says_the_same(bench, ending, packed):
    raw = written(FRAME, ending)
    name = f"t.{ending}{'.gz' * packed}"
    bench.csv(gzip.compress(raw) if packed else raw, name)
    rows = read_rows(bench.data(name), bench.base, Demand())
    np.testing.assert_array_equal(rows.x, X)
    np.testing.assert_array_equal(rows.y, Y)
    assert rows.features == ("a", "b")


def test_gzip_is_known_by_its_bytes(bench):
    bench.csv(gzip.compress(written(FRAME, "csv")))
    np.testing.assert_array_equal(read_rows(bench.data(), bench.base, Demand()).x, X)


@pytest.mark.parametrize("ending", ["tab", "ndjson", "pq"])
def test_other_endings(bench, ending):
    bench.csv(written(FRAME, {"tab": "tsv", "ndjson": "jsonl", "pq": "parquet"}[ending]), f"t.{ending}")
    np.testing.assert_array_equal(read_rows(bench.data(f"t.{ending}"), bench.base, Demand()).x, X)


def test_the_format_goes_before_the_ending(bench):
    bench.csv(written(FRAME, "jsonl"), "t.log")
    rows = read_rows(bench.data(source=Source(path="t.log", format="jsonl")), bench.base, Demand())
    np.testing.assert_array_equal(rows.x, X)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "cp1252", "utf-8"])
def test_encodings(bench, encoding):
    bench.csv("ä;b;y\n1,5;4;7,25\n-2;5;8\n300000;6;9\n".encode(encoding))
    source = Source(path="t.csv", delimiter=";", decimal=",", encoding=encoding)
    rows = read_rows(bench.data(source=source), bench.base, Demand())
    np.testing.assert_array_equal(rows.x, X)
    assert rows.features == ("ä", "b")


def test_a_byte_order_mark_is_no_part_of_the_first_name(bench):
    bench.csv("\ufeffa,y\n1,2\n")
    assert read_rows(bench.data(), bench.base, Demand()).features == ("a",)


def test_quoted_line_breaks_are_parts_of_cells(bench):
    bench.csv('a,note,y\n1,"two\nlines",3\n4,five,6\n')
    rows = read_rows(bench.data(features=("a",)), bench.base, Demand())
    np.testing.assert_array_equal(rows.x, [[1], [4]])
    assert rows.places.x((1, 0)) == "t.csv, row 4, column `a`"


@pytest.mark.parametrize("note", ['5" pipe', '"not closed', '"quoted" word', 'a "quoted" word', '"whole"'])
def test_quotes_in_tab_separated_text_are_characters(bench, note):
    bench.csv(f"a\tnote\ty\n1\t{note}\t3\n4\tx\t6\n", "t.tsv")
    rows = read_rows(bench.data("t.tsv", target="note", features=("a", "y")), bench.base, Demand(labels=True))
    np.testing.assert_array_equal(rows.x, [[1, 3], [4, 6]])
    assert rows.y.tolist() == [note.strip('"') if note == '"whole"' else note, "x"]


def test_a_pattern_stands_for_all_files_in_order(bench):
    for part, year in ((FRAME[2:], "2027"), (FRAME[:2], "2026")):
        bench.csv(written(part.select("y", "b", "a"), "csv"), f"{year}.csv")
    rows = read_rows(bench.data("20*.csv", features=("a", "b")), bench.base, Demand())
    np.testing.assert_array_equal(rows.x, X)
    assert rows.places.x((2, 1)) == "2027.csv, row 2, column `b`"


def test_a_name_that_looks_like_a_pattern_is_a_name_where_it_exists(bench):
    bench.csv(written(FRAME, "csv"), "t[1].csv").csv("a,b,y\n0,0,0\n", "t1.csv")
    np.testing.assert_array_equal(read_rows(bench.data("t[1].csv"), bench.base, Demand()).x, X)


def test_arrays_of_several_files(bench):
    x, y = np.arange(24.0).reshape(4, 3, 2), np.arange(4.0)
    bench.npz("b.npz", x=x[3:], y=y[3:]).npz("a.npz", x=x[:3], y=y[:3])
    rows = read_rows(bench.data("?.npz", arrange=None), bench.base, Demand())
    np.testing.assert_array_equal(rows.x, x)
    np.testing.assert_array_equal(rows.y, y)
    assert rows.places.x((3, 0, 1)) == "b.npz, x[0, 0, 1]"


def test_types_of_a_column_may_differ_between_files(bench):
    bench.csv(written(FRAME[:2], "parquet"), "1.parquet")
    bench.csv(written(FRAME[2:].with_columns(pl.col("b").cast(pl.String)), "parquet"), "2.parquet")
    np.testing.assert_array_equal(read_rows(bench.data("*.parquet"), bench.base, Demand()).x, X)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pl.Series([True, False, True]), [1, 0, 1]),
        (pl.Series([1, 2, 3], dtype=pl.Int8), [1, 2, 3]),
        (pl.Series(["1.5", " 2", "3"]), [1.5, 2, 3]),
        (pl.Series(["1", "2", "1"], dtype=pl.Categorical), [1, 2, 1]),
        (pl.Series([1, 2, 3], dtype=pl.Decimal(10, 2)), [1, 2, 3]),
    ],
)
def test_columns_of_other_types_are_numbers(bench, column, expected):
    bench.csv(written(FRAME.with_columns(column.alias("b")), "parquet"), "t.parquet")
    np.testing.assert_array_equal(read_rows(bench.data("t.parquet"), bench.base, Demand()).x[:, 1], expected)


def test_keys_that_a_json_line_leaves_out_are_missing(bench):
    bench.csv('{"a": 1, "b": 2, "y": 3}\n\n{"y": 6, "a": 4}\n', "t.jsonl")
    rows = read_rows(bench.data("t.jsonl", missing="drop"), bench.base, Demand())
    np.testing.assert_array_equal(rows.x, [[1, 2], [4, np.nan]])


@pytest.mark.parametrize("missing", ["drop", "forward_fill", "interpolate"])
@pytest.mark.parametrize("cell", ["", "NA", "NaN", "null", "None", "N/A", " "])
def test_missing_values_are_nan_where_something_is_done_about_them(bench, cell, missing):
    bench.csv(f"a,b,y\n1,{cell},3\n4,5,{cell}\n")
    rows = read_rows(bench.data(missing=missing), bench.base, Demand())
    np.testing.assert_array_equal(rows.x, [[1, np.nan], [4, 5]])
    np.testing.assert_array_equal(rows.y, [[3], [np.nan]])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [("cat,,None,NA", ["cat", "", "None", ""]), ("1,,2,NaN", [1, np.nan, 2, np.nan]), ("true,false,,true", None)],
)
def test_missing_labels_are_empty_and_none_is_a_name(bench, cells, expected):
    bench.csv("a,y\n" + "".join(f"1,{cell}\n" for cell in cells.split(",")))
    rows = read_rows(bench.data(missing="drop"), bench.base, Demand(labels=True))
    np.testing.assert_array_equal(rows.y, expected or ["true", "false", "", "true"])


def test_only_the_columns_that_are_needed_can_be_wrong(bench):
    bench.csv("a,b,note,y\n1,2,x,3\n4,5,,6\n")
    assert bench.prepare(features=("a", "b")).parts["train"].x.shape == (2, 1, 2)


def test_weights_are_read_and_are_no_feature(bench):
    bench.csv("a,w,y\n1,0.5,3\n4,0,6\n")
    rows = read_rows(bench.data(), bench.base, Demand(weight="w"))
    np.testing.assert_array_equal(rows.weight, [0.5, 0])
    assert rows.features == ("a",)


def test_padding_is_zero_after_scaling_and_does_not_count(bench):
    x = np.array([[[1.0], [3.0], [99.0]], [[5.0], [7.0], [9.0]]])
    bench.npz(x=x, y=np.zeros((2, 1)), n=np.array([2, 3]))
    source = Source(path="t.npz", length="n")
    rows = read_rows(bench.data(source=source), bench.base, Demand())
    np.testing.assert_array_equal(rows.x[..., 0], [[1, 3, 0], [5, 7, 9]])

    contract = Contract((3, 1), (1,), "values")
    train = bench.prepare(contract, source=source, arrange=None, scale=Scale(features="standard")).parts["train"]
    scaled = (np.array([1, 3, 5, 7, 9]) - 5) / np.sqrt(8)
    np.testing.assert_allclose(train.x[..., 0], [[scaled[0], scaled[1], 0], scaled[2:]], rtol=1e-6)


@pytest.mark.shared
def test_real_tables(shared):
    from pathlib import Path

    from lstmc.spec.data import Data, Time, Window

    def read(path: str, time: str, target: str):
        data = Data(source=Source(path=path), time=Time(columns=time), target=target, window=Window(timesteps=12))
        return read_rows(data, Path(shared) / "data", Demand())

    assert read("airline-passengers.csv", "Month", "Passengers").x.shape == (144, 1)
    assert read("monthly-sunspots.csv", "Month", "Sunspots").notes == ()
    (note,) = read("daily-min-temperatures.csv", "Date", "Temp").notes
    assert note.startswith("2 gaps in time: rows are usually 1 day apart, and 2 days from `1984-12-30` to `1985-01-01`")


SINGLE = pl.DataFrame({"a": [0.1, -0.7, 3e5, 2.0], "b": [4, -5, 6, 7], "c": [1, 0, 1, 1], "y": [7.1, 8.0, 9.0, 1.0]})
NARROW = {"a": pl.Float32, "b": pl.Int16, "c": pl.Boolean, "y": pl.Float32}


@pytest.mark.parametrize("keys", [{}, {"missing": "drop"}, {"missing": {"fill": 0.1}}], ids=["whole", "drop", "fill"])
def test_half_the_memory_holds_what_is_written_in_half_the_bytes(bench, keys):
    narrow = SINGLE.cast(NARROW)
    bench.csv(written(narrow, "parquet"), "narrow.parquet")
    bench.csv(written(narrow.cast(pl.Float64), "parquet"), "wide.parquet")
    one, other = (read_rows(bench.data(f"{name}.parquet", **keys), bench.base, Demand()) for name in ("narrow", "wide"))
    assert (one.x.dtype == np.float32) == ("fill" not in str(keys))
    assert other.x.dtype == np.float64
    np.testing.assert_array_equal(one.x, other.x)
    assert one.fingerprint() == other.fingerprint()


@pytest.mark.parametrize("kind", [pl.Int32, pl.Int64, pl.Float64])
def test_numbers_beyond_single_precision_are_held_in_double(bench, kind):
    bench.csv(written(SINGLE.cast(NARROW | {"b": kind}), "parquet"), "t.parquet")
    assert read_rows(bench.data("t.parquet"), bench.base, Demand()).x.dtype == np.float64


@pytest.mark.parametrize(
    ("first", "second"), [(pl.Float32, pl.Float64), (pl.Int16, pl.Float32), (pl.Boolean, pl.Int64)]
)
def test_numbers_of_different_types_stay_numbers(bench, first, second):
    values = [0.1 if first == pl.Float32 else 0.0, 1.0]
    parts = [pl.DataFrame({"a": values, "y": [1.0, 2.0]}).cast({"a": kind}) for kind in (first, second)]
    for i, part in enumerate(parts):
        bench.csv(written(part, "parquet"), f"{i}.parquet")
    rows = read_rows(bench.data("?.parquet"), bench.base, Demand())
    np.testing.assert_array_equal(rows.x[:, 0], np.concatenate([part["a"].cast(pl.Float64) for part in parts]))


@pytest.mark.parametrize("difference", [0, 1])
@pytest.mark.parametrize("scale", ["none", "standard", "minmax"])
def test_scaling_is_the_same_in_whichever_precision_numbers_are_held(bench, scale, difference):
    draw = np.random.default_rng(0)
    table = pl.DataFrame({name: draw.normal(1e4, 1.0, 70_000) for name in ("a", "b", "y")}).cast(pl.Float32)
    contract = Contract((4, 3), (1,), "values")
    bench.csv(written(table, "parquet"), "narrow.parquet")
    bench.csv(written(table.cast(pl.Float64), "parquet"), "wide.parquet")
    keys = {"window": Window(timesteps=4), "scale": Scale(features=scale, target=scale), "difference": difference}
    one, other = (
        prepare(bench.data(f"{name}.parquet", **keys), contract, bench.base, 0) for name in ("narrow", "wide")
    )
    np.testing.assert_array_equal(one.encoding.x.offset, other.encoding.x.offset)
    np.testing.assert_array_equal(one.encoding.x.factor, other.encoding.x.factor)
    for name in ("x", "y", "y_original", "persistence"):
        np.testing.assert_array_equal(*(getattr(data.parts["train"], name) for data in (one, other)))
