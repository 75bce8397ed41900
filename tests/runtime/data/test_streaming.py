"""Streamed tables against the same tables held in memory: the same samples, encoding and fingerprint, in chunks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from unittest import mock

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lstmc.runtime.data import Contract, prepare
from lstmc.runtime.data.source import read_rows
from lstmc.runtime.data.streaming import blocks, part, text
from lstmc.runtime.data.streaming import held as large
from lstmc.runtime.data.streaming.chunks import Chunks
from lstmc.runtime.data.streaming.decision import streams
from lstmc.runtime.data.streaming.preparation import prepare_new_stream, prepare_stream
from lstmc.runtime.data.tables import Demand
from lstmc.spec.data import Arrange, Data, Fill, Minmax, Scale, Source, Split, Time, Window
from lstmc.spec.errors import DataError

FEW = Contract((3, 2), (1,), "values")
PLENTY = 2**40


@pytest.fixture(autouse=True, scope="module")
def tiny():
    """Blocks of a few rows, chunks of a few blocks, and no part small enough to be held."""
    with (
        mock.patch.object(text, "BLOCK", 200),
        mock.patch.object(blocks, "BLOCK", 300),
        mock.patch.object(part, "CHUNK", 1000),
        mock.patch.object(part, "HELD", 0),
    ):
        yield


def walk(count, seed=0):
    rng = np.random.default_rng(seed)
    return pl.DataFrame({name: rng.normal(size=count).cumsum() for name in ("a", "b")})


def written(table, base: Path, name="t.csv"):
    (table.write_csv if name.endswith(".csv") else table.write_parquet)(base / name)
    return base


def section(path="t.csv", **keys):
    defaults = {"source": Source(path=path), "target": "a", "window": Window(timesteps=3), "stream": True}
    if "arrange" in keys:
        defaults["window"] = None
    return Data(**(defaults | keys))


def streamed(base, contract=FEW, **keys):
    data = section(**keys)
    assert streams(data, contract, base, PLENTY)
    return prepare_stream(data, contract, base)


def held(base, contract=FEW, **keys):
    return prepare(section(**keys), contract, base, 0)


def refused(base, contract=FEW, **keys):
    with pytest.raises(DataError) as caught:
        streamed(base, contract, **keys)
    return caught.value.diagnostics[0]


def same(chunks, samples):
    """Whether chunks, one after the other, are the samples."""
    chunks = list(chunks)
    for name in ("x", "y", "y_original", "persistence", "rows", "weight"):
        expected = getattr(samples, name)
        if expected is None:
            assert all(getattr(chunk, name) is None for chunk in chunks)
        else:
            np.testing.assert_allclose(np.concatenate([getattr(c, name) for c in chunks]), expected, rtol=1e-6)


CASES = {
    "windows of csv": {},
    "windows of parquet": {"path": "t.parquet"},
    "files that follow each other": {"path": "t-*.parquet"},
    "strides and steps": {"window": Window(timesteps=3, horizon=2, steps=2, stride=4), "contract": (2,)},
    "a target at every timestep": {"contract": (3, 1)},
    "minmax": {"scale": Scale(features=Minmax(minmax=(-1, 1)), target="minmax")},
    "counts": {"split": Split(train=100, validation=31, test=50)},
    "rows": {"arrange": Arrange(rows="columns_as_features"), "features": ("a", "b"), "input": (1, 2)},
    "moments": {
        "time": Time(columns="t"),
        "features": ("a", "b"),
        "split": Split(train="40", validation="150", test="180"),
    },
}


@pytest.mark.parametrize("name", CASES)
def test_a_stream_has_the_samples_of_the_table_in_memory(tmp_path, name):
    keys = {"scale": Scale(features="standard", target="standard"), **CASES[name]}
    contract = Contract(keys.pop("input", (3, 2)), keys.pop("contract", (1,)), "values")
    table = walk(217)
    if "time" in keys:
        table = table.with_columns(t=pl.int_range(217))
    for file, rows in (
        ("t.csv", table),
        ("t.parquet", table),
        ("t-1.parquet", table[:90]),
        ("t-2.parquet", table[90:]),
    ):
        written(rows, tmp_path, file)
    stream, memory = streamed(tmp_path, contract, **keys), held(tmp_path, contract, **keys)
    assert stream.fingerprint == memory.fingerprint
    for tensor, value in memory.encoding.tensors().items():
        np.testing.assert_allclose(stream.encoding.tensors()[tensor], value, rtol=1e-12)
    for part_name, samples in memory.parts.items():
        assert len(stream.parts[part_name]) == len(samples)
        same(stream.parts[part_name].in_order(8), samples)


def test_chunks_are_whole_batches_and_copy_no_window(tmp_path):
    train = streamed(written(walk(400), tmp_path)).parts["train"]
    chunks = list(Chunks(train, 16, 0, shuffle=True, weigh=lambda _: None).chunks(0))
    assert len(chunks) > 5
    assert all(len(chunk.x) % 16 == 0 for chunk in chunks[:-1])
    assert all(chunk.x.strides[0] == chunk.x.strides[1] for chunk in chunks)
    assert max(8 * 3 * len(chunk.x) for chunk in chunks) <= part.CHUNK


def test_the_order_of_chunks_is_that_of_seed_and_epoch(tmp_path):
    train = streamed(written(walk(400), tmp_path)).parts["train"]

    def order(seed, epoch, *, shuffle=True):
        chunks = Chunks(train, 8, seed, shuffle=shuffle, weigh=lambda _: None).chunks(epoch)
        return [float(chunk.y[0, 0]) for chunk in chunks]

    assert order(1, 0) == order(1, 0)
    assert order(1, 0) != order(1, 1)
    assert order(1, 0) != order(2, 0)
    assert sorted(order(1, 0)) == sorted(order(1, 1, shuffle=False))


def test_new_data_are_one_part_with_the_fingerprint_of_the_whole(tmp_path):
    base = written(walk(100), tmp_path)
    stream = streamed(base)
    new = prepare_new_stream(section(), FEW, base, stream.encoding)
    assert len(new) == 97
    assert new.fingerprint == stream.fingerprint


@st.composite
def configurations(draw):
    """Keys of `data`, the output of the model, the number of rows, and how many of ten rows lack a value."""
    each = draw(st.booleans())
    steps = 1 if each else draw(st.integers(1, 3))
    timesteps = draw(st.integers(1, 6))
    window = Window(timesteps=timesteps, steps=steps, horizon=draw(st.integers(1, 3)), stride=draw(st.integers(1, 7)))
    output = (timesteps, 1) if each else (steps,)
    gaps = draw(st.sampled_from([0, 0, 1, 3]))
    keys = {
        "window": window,
        "missing": draw(st.sampled_from(["drop", Fill(fill=0.5)])) if gaps else "error",
        "split": Split(train=draw(st.floats(0.3, 0.9)), validation=0.1),
        "path": draw(st.sampled_from(["t.csv", "t.parquet"])),
        "scale": Scale(features=draw(st.sampled_from(["none", "minmax", "standard"])), target="none"),
    }
    return keys, output, draw(st.integers(30, 160)), gaps, draw(st.integers(0, 2**32 - 1))


@given(configurations(), st.integers(1, 20))
@settings(deadline=None, max_examples=150)
def test_every_sample_is_in_one_chunk_of_an_epoch(tmp_path_factory, drawn, batch_size):
    keys, output, count, gaps, seed = drawn
    rng = np.random.default_rng(seed)
    table = walk(count, seed)
    if gaps:
        holes = rng.random(count) < gaps / 10
        table = table.with_columns(b=pl.when(pl.Series(holes)).then(None).otherwise(pl.col("b")))
    base = written(table, tmp_path_factory.mktemp("stream"), keys["path"])
    contract = Contract((keys["window"].timesteps, 2), output, "values")
    try:
        memory = held(base, contract, **keys)
    except DataError as error:
        assume({d.code for d in error.diagnostics} != {"LC515"})
        raise
    stream = streamed(base, contract, **keys)
    told = [note for note in stream.notes if not note.startswith("streamed")]
    assert told == list(memory.notes)
    for name, samples in memory.parts.items():
        chunks = Chunks(stream.parts[name], batch_size, seed, shuffle=True, weigh=lambda _: None).chunks(3)
        got = Counter(
            (np.float32(x).round(4).tobytes(), y.tobytes())
            for chunk in chunks
            for x, y in zip(chunk.x, chunk.y, strict=True)
        )
        assert got == Counter((x.round(4).tobytes(), y.tobytes()) for x, y in zip(samples.x, samples.y, strict=True))


def lines(count, *, change=None, value="", header="t,a,b"):
    rows = [[str(i), f"{i}.5", f"{i % 7}.25"] for i in range(count)]
    if change is not None:
        rows[change[0]][change[1]] = value
    return "\n".join([header, *(",".join(row) for row in rows)]) + "\n"


@pytest.mark.parametrize(
    ("change", "value", "code", "where"),
    [
        ((80, 1), "x", "LC504", "t.csv, row 82, column `a`"),
        ((61, 2), "", "LC505", "t.csv, row 63, column `b`"),
        ((99, 2), "1e60", "LC506", "t.csv, row 101, column `b`"),
        ((70, 0), "noon", "LC516", "t.csv, row 72, column `t`"),
        ((50, 0), "49", "LC517", "t.csv, row 52, column `t`"),
        pytest.param((50, 0), "7", "LC551", "t.csv, row 52, column `t`", marks=pytest.mark.triggers("LC551")),
    ],
)
def test_a_cell_that_is_refused_is_named_by_its_row(tmp_path, change, value, code, where):
    (tmp_path / "t.csv").write_text(lines(120, change=change, value=value))
    found = refused(tmp_path, time=Time(columns="t"), features=("a", "b"))
    assert (found.code, found.where) == (code, where)


def test_a_row_that_is_too_long_is_named(tmp_path):
    (tmp_path / "t.csv").write_text(lines(90) + "90,1,2,3\n")
    found = refused(tmp_path, time=Time(columns="t"), features=("a", "b"))
    assert (found.code, found.where) == ("LC520", "t.csv, row 92")


def test_quoted_line_feeds_and_empty_lines_divide_no_record(tmp_path):
    rows = "".join(f'{i},"{i}.5","a\n\n{i}"\n\n' for i in range(60))
    (tmp_path / "t.csv").write_text("\n\na,b,note\n" + rows)
    keys = {"features": ("a", "b")}
    same(streamed(tmp_path, **keys).parts["train"].in_order(8), held(tmp_path, **keys).parts["train"])


@pytest.mark.triggers("LC550")
@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({"split": Split(train=0.8, test=0.2, order="random")}, "data.split.order"),
        ({"categorical": {"b": "one_hot"}}, "data.categorical"),
        ({"difference": 1}, "data.difference"),
        ({"missing": "interpolate"}, "data.missing"),
        ({"missing": "forward_fill"}, "data.missing"),
        ({"path": "t.jsonl"}, "data.source"),
        ({"source": Source(path="t.csv", encoding="utf-16")}, "data.source"),
    ],
)
def test_what_cannot_be_streamed_is_named_by_its_key(tmp_path, keys, path):
    found = refused(written(walk(50), tmp_path), **keys)
    assert (found.code, found.path) == ("LC550", path)


def test_labels_are_not_streamed_in_random_order(tmp_path):
    contract = Contract((1, 1), (1,), "binary")
    found = refused(tmp_path, contract, arrange=Arrange(rows="columns_as_features"))
    assert (found.code, found.path) == ("LC550", "data.split.order")


@pytest.mark.parametrize("content", [b"\x1f\x8b", b"a,b\r1,2\r3,4\r5,6\r"], ids=["packed", "line ends of old Macs"])
def test_files_without_blocks_are_not_streamed(tmp_path, content):
    (tmp_path / "t.csv").write_bytes(content)
    assert refused(tmp_path).path == "data.source"


def test_text_labels_are_learned_on_training_rows(tmp_path):
    table = pl.DataFrame({"a": ["1", "2", "no"] * 50, "b": np.arange(150.0)})
    keys = {"features": ("b",), "split": Split(train=0.8, test=0.2)}
    contract = Contract((3, 1), (3,), "labels")
    stream, memory = (way(written(table, tmp_path), contract, **keys) for way in (streamed, held))
    assert stream.encoding.classes == memory.encoding.classes == ("1", "2", "no")
    np.testing.assert_array_equal(
        np.concatenate([chunk.y for chunk in stream.parts["train"].in_order(8)]), memory.parts["train"].y
    )


@pytest.mark.parametrize(("stream", "budget", "expected"), [(None, 0, True), (None, PLENTY, False), (False, 0, False)])
@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_a_table_that_does_not_fit_is_streamed(tmp_path, name, stream, budget, expected):
    base = written(walk(50), tmp_path, name)
    assert streams(section(name, stream=stream), FEW, base, budget) is expected


def test_a_file_that_changes_in_the_midst_of_a_training_is_told(tmp_path):
    train = streamed(written(walk(400), tmp_path)).parts["train"]
    chunks = Chunks(train, 8, 0, shuffle=False, weigh=lambda _: None).chunks(0)
    next(chunks)
    (tmp_path / "t.csv").unlink()
    with pytest.raises(DataError) as caught:
        list(chunks)
    assert caught.value.diagnostics[0].code == "LC501"


STAMPED = {
    "numbers": pl.int_range(150),
    "texts": pl.date_range(pl.date(2020, 1, 1), pl.date(2020, 5, 29)).dt.strftime("%Y-%m-%d"),
    "moments": pl.date_range(pl.date(2020, 1, 1), pl.date(2020, 5, 29)),
}


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
@pytest.mark.parametrize("stamps", STAMPED)
def test_a_large_table_is_read_in_blocks_as_it_is_read_whole(tmp_path, name, stamps):
    table = walk(150).with_columns(t=STAMPED[stamps]).filter(pl.int_range(150) != 70)
    data = section(name, time=Time(columns="t"), stream=False)
    base = written(table, tmp_path, name)
    whole = read_rows(data, base, Demand())
    with mock.patch.object(large, "LARGE", 0):
        parts = read_rows(data, base, Demand())
    assert len(parts.places.locate.args[0]) > 5
    assert (parts.fingerprint(), parts.times.tolist()) == (whole.fingerprint(), whole.times.tolist())
    assert (parts.notes, parts.places.row(90)) == (whole.notes, whole.places.row(90))


def test_a_large_table_of_two_files_is_held_in_the_precision_of_the_wider(tmp_path):
    table = walk(150)
    written(table.head(80).cast(pl.Float32), tmp_path, "1.parquet")
    written(table.tail(70), tmp_path, "2.parquet")
    data = section("?.parquet", stream=False)
    whole = read_rows(data, tmp_path, Demand())
    with mock.patch.object(large, "LARGE", 0):
        rows = read_rows(data, tmp_path, Demand())
    expected = table.to_numpy().copy()
    expected[:80] = expected[:80].astype(np.float32)
    assert rows.x.dtype == whole.x.dtype == np.float64
    np.testing.assert_array_equal(rows.x, expected)
    assert rows.fingerprint() == whole.fingerprint()


def test_what_is_wrong_with_a_large_table_is_told_of_all_of_it(tmp_path):
    text_ = lines(120, change=(80, 1), value="x").replace("100.5", "?")
    (tmp_path / "t.csv").write_text(text_)
    with mock.patch.object(large, "LARGE", 0), pytest.raises(DataError) as caught:
        read_rows(section(features=("a", "b"), stream=False), tmp_path, Demand())
    assert caught.value.diagnostics[0].message.endswith(", and 1 more in this column")
