"""Data frames from Python: read as a file of the same columns is, whatever library they are from."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

import lstmc
from lstmc.runtime.data import Contract, is_frame, prepare, prepare_new
from lstmc.runtime.data.source import read_rows
from lstmc.runtime.data.tables import Demand
from lstmc.spec.data import Time, Window
from lstmc.spec.errors import DataError

COLUMNS: dict[str, list[Any]] = {
    "t": [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)],
    "a": [1.5, 2.5, None],
    "wind": ["NW", None, "SE"],
    "b": [1, 2, 3],
    "y": [True, False, True],
}
FRAMES = ("polars", "lazy", "pandas", "pandas index", "pyarrow", "batch", "capsule")


class Capsule:
    """What exports Arrow and is no known library's."""

    def __init__(self, frame: Any) -> None:
        self.columns = frame.columns
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def made(kind: str, columns: dict[str, list[Any]]) -> Any:
    frame = pl.DataFrame(columns)
    match kind:
        case "polars":
            return frame
        case "lazy":
            return frame.lazy()
        case "capsule":
            return Capsule(frame)
        case "pandas":
            return pytest.importorskip("pandas").DataFrame(columns)
        case "pandas index":
            return pytest.importorskip("pandas").DataFrame(columns).set_index(next(iter(columns)))
        case "pyarrow":
            return pytest.importorskip("pyarrow").table(columns)
        case "batch":
            return pytest.importorskip("pyarrow").RecordBatch.from_pydict(columns)
    raise AssertionError(kind)


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_is_read_as_a_file_is(bench, kind):
    data = bench.data(
        time=Time(columns="t"), missing="drop", categorical={"wind": "one_hot"}, features=("a", "wind", "b")
    )
    rows = read_rows(data, bench.base, Demand(), made(kind, COLUMNS))
    assert rows.times.tolist()[0].startswith("2026-01-01")
    assert np.diff(rows.instants).tolist() == [86_400_000_000] * 2
    np.testing.assert_array_equal(rows.x, [[1.5, 0, 1], [2.5, np.nan, 2], [np.nan, 1, 3]])
    np.testing.assert_array_equal(rows.y, [[1], [0], [1]])
    assert rows.levels == {"wind": ("NW", "SE")}


@pytest.mark.parametrize("kind", FRAMES)
def test_frames_are_known(kind):
    assert is_frame(made(kind, {"a": [1], "b": [2]}))


@pytest.mark.parametrize(
    "value",
    [np.zeros((2, 2)), [[1, 2]], None, "t.csv", 3, pl.Series([1, 2]), {"a": [1]}],
    ids=lambda v: type(v).__name__,
)
def test_arrays_and_single_columns_are_no_frames(value):
    assert not is_frame(value)


def test_a_column_of_pandas_is_no_frame():
    assert not is_frame(pytest.importorskip("pandas").Series([1, 2]))


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["1", "2"], [1, 2]),
        ([1, None], [1, np.nan]),
        ([1, "2"], [1, 2]),
        ([True, None], [1, np.nan]),
    ],
)
@pytest.mark.parametrize("dtype", ["object", None])
def test_columns_of_pandas(bench, column, expected, dtype):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": pandas.Series(column, dtype=dtype), "y": [1, 2]})
    rows = read_rows(bench.data(missing="drop"), bench.base, Demand(), frame)
    np.testing.assert_array_equal(rows.x[:, 0], expected)


@pytest.mark.parametrize("dtype", ["category", "Int64", "string", "float32"])
def test_types_of_pandas(bench, dtype):
    pandas = pytest.importorskip("pandas")
    values = ["1", "2"] if dtype in ("category", "string") else [1, 2]
    frame = pandas.DataFrame({"a": pandas.Series(values, dtype=dtype), "y": [1, 2]})
    np.testing.assert_array_equal(read_rows(bench.data(), bench.base, Demand(), frame).x[:, 0], [1, 2])


@pytest.mark.parametrize(
    ("code", "columns", "where"),
    [
        pytest.param("LC504", {"a": ["1", "x"], "y": [1, 2]}, "data frame, row 1, column `a`", id="text"),
        pytest.param("LC505", {"a": [1.0, None], "y": [1, 2]}, "data frame, row 1, column `a`", id="missing"),
        pytest.param("LC503", {"a": [1.0, 2.0], "z": [1, 2]}, "data frame", id="column"),
        pytest.param("LC515", {"a": [], "y": []}, "data frame", id="no rows"),
    ],
)
@pytest.mark.parametrize("kind", ["polars", "pandas"])
@pytest.mark.triggers("LC503", "LC504", "LC505", "LC515")
def test_a_frame_is_refused_at_its_row_and_column(bench, kind, code, columns, where):
    with pytest.raises(DataError) as caught:
        read_rows(bench.data(), bench.base, Demand(), made(kind, columns))
    found = caught.value.diagnostics[0]
    assert (found.code, found.where) == (code, where)


@pytest.mark.triggers("LC520")
def test_names_that_are_there_twice(bench):
    frame = pytest.importorskip("pandas").DataFrame([[1, 2, 3]], columns=["a", "a", "y"])
    with pytest.raises(DataError) as caught:
        read_rows(bench.data(), bench.base, Demand(), frame)
    assert caught.value.diagnostics[0].code == "LC520"


@pytest.mark.triggers("LC518")
def test_what_only_looks_like_a_frame(bench):
    class Odd:
        columns = ("a",)

        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise TypeError("not today")

    with pytest.raises(DataError) as caught:
        read_rows(bench.data(), bench.base, Demand(), Odd())
    assert caught.value.diagnostics[0].code == "LC518"


def test_frames_become_the_samples_that_a_file_gives(bench):
    frame = pl.DataFrame({"t": [3, 1, 2, 4], "y": [30.0, 10.0, 20.0, 40.0]})
    frame.write_csv(bench.base / "t.csv")
    contract = Contract((2, 1), (1,), "values")
    data = bench.data(time=Time(columns="t"), window=Window(timesteps=2), features=("y",))
    of_file, of_frame = (prepare(data, contract, bench.base, 0, frame=given) for given in (None, frame))
    assert of_file.fingerprint == of_frame.fingerprint
    np.testing.assert_array_equal(of_file.parts["train"].x, of_frame.parts["train"].x)
    new = prepare_new(data, contract, bench.base, of_file.encoding, target=False, frame=frame.select("t", "y"))
    np.testing.assert_array_equal(new.x[-1, :, 0], [30, 40])


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_a_model_takes_frames(bench, monkeypatch):
    monkeypatch.chdir(bench.base)
    spec = {
        "lstmc": 1,
        "task": "regression",
        "layers": [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}],
        "data": {"source": "t.csv", "time": "t", "target": "y", "window": {"timesteps": 2}},
        "fit": {"epochs": 1, "verbose": 0},
    }
    frame = pl.DataFrame({"t": range(20), "a": np.sin(range(20)), "y": np.cos(range(20))})
    frame.write_csv(bench.base / "t.csv")
    model = lstmc.build(spec)
    model.fit(frame)
    by_file, by_frame = model.predict("t.csv"), model.predict(frame)
    np.testing.assert_array_equal(by_file.values, by_frame.values)
    assert by_frame.times == by_file.times
    assert model.evaluate(frame).loss == model.evaluate().loss
    assert "train" in model.check_data(frame).parts


def test_no_library_is_imported_for_a_frame():
    code = """
import sys
import numpy as np
from lstmc.runtime.data import is_frame
assert not is_frame(np.zeros(3))
print({"pandas", "pyarrow", "polars"} & {*sys.modules})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
