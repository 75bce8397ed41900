"""Values that stand for missing ones are reported, and nothing else is."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

import lstmc
from lstmc.runtime.data.markers import Ends, marked
from lstmc.runtime.data.profile import profile
from lstmc.spec.data import Missing, Window

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

ROWS = 3000
DRAWS = np.random.default_rng(0)


def some(values, marker, share=0.02):
    """Values with a marker in place of some of them."""
    return np.where(np.random.default_rng(1).random(len(values)) < share, marker, values)


POSITIVE = DRAWS.lognormal(3, 2, ROWS).round(1)
TEMPERATURE = DRAWS.normal(10, 10, ROWS).round(1)
DIRECTION = DRAWS.integers(0, 361, ROWS).astype(float)


@pytest.mark.parametrize(
    ("values", "marker"),
    [
        pytest.param(POSITIVE, marker, id=f"positive {marker}")
        for marker in (-999.0, -9999.0, -99.9, -99.0, -32768.0, -9.96921e36, 9.96921e36)
    ]
    + [
        pytest.param(TEMPERATURE, marker, id=f"temperature {marker}")
        for marker in (-999.0, -99.9, -9999.0, 9999.0, 999.9, 1e20, -1e30, -32768.0)
    ]
    + [pytest.param(DIRECTION, marker, id=f"direction {marker}") for marker in (999.0, 9999.0, -999.0, 65535.0)]
    + [pytest.param(100 + DIRECTION / 100, -1.0, id="-1, far"), pytest.param(DIRECTION + 5, -7777.0, id="negative")],
)
@pytest.mark.parametrize("share", [0.005, 0.2, 0.8])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_markers(values, marker, share, dtype):
    column = some(values, marker, share).astype(dtype)
    found = Ends.of(column[:, None]).markers()[0]
    rest = column[column != dtype(marker)]
    assert found.value == dtype(marker)
    assert (found.count, found.row) == ((column == dtype(marker)).sum(), np.flatnonzero(column == dtype(marker))[0])
    assert (found.least, found.greatest) == (rest.min(), rest.max())
    pieces = [Ends.of(column[at : at + 700, None], at) for at in range(0, ROWS, 700)]
    assert Ends.joined(pieces).markers()[0] == found


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(np.where(DRAWS.random(ROWS) < 0.8, 0, DRAWS.gamma(0.5, 10, ROWS)).round(1), id="rain"),
        pytest.param(DRAWS.poisson(3, ROWS), id="counts"),
        pytest.param(DRAWS.integers(0, 2, ROWS), id="binary"),
        pytest.param(DRAWS.choice([-1, 1], ROWS), id="signs"),
        pytest.param(DRAWS.choice([-1, 0, 1], ROWS), id="directions"),
        pytest.param(DRAWS.integers(1, 6, ROWS), id="marks"),
        pytest.param(DRAWS.pareto(1, ROWS).round(2), id="heavy tail"),
        pytest.param(DRAWS.zipf(1.5, ROWS), id="heavy counts"),
        pytest.param(DRAWS.standard_cauchy(ROWS).round(1), id="two heavy tails"),
        pytest.param(DRAWS.standard_t(2, ROWS).round(3), id="returns"),
        pytest.param(np.where(DRAWS.random(ROWS) < 0.01, 100, 5.0), id="constant with spikes"),
        pytest.param(np.where(DRAWS.random(ROWS) < 0.01, 100, DRAWS.normal(5, 0.1, ROWS)), id="noise with spikes"),
        pytest.param(np.where(DRAWS.random(ROWS) < 0.3, 0, DRAWS.normal(500, 1, ROWS)), id="on and off"),
        pytest.param(np.clip(DRAWS.normal(50, 30, ROWS), 0, 100), id="clipped"),
        pytest.param(np.clip(DRAWS.normal(0, 20_000, ROWS).round(), -32768, 32767), id="clipped audio"),
        pytest.param(DRAWS.choice([9.99, 19.99, 49.99, 99.99, 199.99, 999.99], ROWS), id="prices"),
        pytest.param(np.minimum(DRAWS.exponential(8000, ROWS).round(-2), 9999), id="visibility"),
        pytest.param(np.append(TEMPERATURE, -999.0), id="once"),
        pytest.param(np.append(DRAWS.integers(990, 1030, ROWS), [999, 999]), id="pressure"),
        pytest.param(np.full(ROWS, -999.0), id="constant"),
        pytest.param(np.full(ROWS, np.nan), id="empty"),
        pytest.param(np.array([-999.0, -999.0, 1, 2]), id="few"),
        pytest.param(np.zeros(0), id="none"),
    ],
)
def test_what_is_no_marker(values):
    assert Ends.of(np.asarray(values, np.float64)[:, None]).markers() == {}


def test_missing_values_are_passed_over():
    column = some(TEMPERATURE, -999.0)
    column[::3] = np.nan
    found = Ends.of(column[:, None]).markers()[0]
    assert (found.count, found.total) == (int((column == -999).sum()), int((~np.isnan(column)).sum()))


@pytest.mark.triggers("LC553")
@pytest.mark.parametrize("stream", [False, True])
def test_tables(bench, stream):
    flow, rain = some(POSITIVE[:400], -999.0, 0.05), some(POSITIVE[400:800], -99.9, 0.01)
    bench.csv("rain,y\n" + "".join(f"{r},{q}\n" for r, q in zip(rain, flow, strict=True)))
    layers = [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}]
    data = {"source": "t.csv", "features": ["rain", "y"], "target": "y", "window": {"timesteps": 3}, "stream": stream}
    spec = {"lstmc": 1, "task": "regression", "layers": layers, "data": {**data, "scale": "standard"}}
    (bench.base / "t.lstm.json").write_text(json.dumps(spec), encoding="utf-8")
    found = [d for d in lstmc.build(bench.base / "t.lstm.json").check_data().warnings if d.code == "LC553"]
    rest = flow[flow != -999]
    count, line = int((flow == -999).sum()), int((flow == -999).argmax()) + 2
    assert [d.where for d in found] == [
        f"t.csv, row {int((rain == -99.9).argmax()) + 2}, column `rain`",
        f"t.csv, row {line}, column `y`",
    ]
    assert found[1].message == (
        f"`y` is -999 in {count} of 400 rows: its other values lie between {rest.min():.6g} and {rest.max():.6g}"
    )
    assert '"missing": "forward_fill"' in found[1].help


def test_the_help_works(bench):
    flow = some(POSITIVE[:400], -999.0, 0.05)
    bench.csv("y\n" + "".join("NA\n" if q == -999 else f"{q}\n" for q in flow))
    missing: Missing = "forward_fill"
    data = bench.prepare(
        lstmc.runtime.data.Contract((3, 1), (1,), "values"), window=Window(timesteps=3), missing=missing
    )
    assert not [d for d in data.warnings if d.code == "LC553"]


@pytest.mark.triggers("LC553")
def test_arrays():
    x, y = DRAWS.normal(5, 1, (50, 4, 2)), DRAWS.normal(5, 1, 50)
    x[3, 2, 1] = x[7, 0, 1] = x[7, 1, 1] = y[4] = y[9] = -999.0
    layers = [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}]
    spec = {"lstmc": 1, "task": "regression", "input": {"timesteps": 4, "features": 2}, "layers": layers}
    inputs, targets = lstmc.build(spec).check_data(x, y).warnings
    assert (inputs.code, inputs.where, targets.where) == ("LC553", "x[3, 2, 1]", "y[4]")
    assert inputs.message.startswith("the feature 1 is -999 in 3 of 200 values: its other values lie between ")
    keep = eval(inputs.help.split("`")[1].removeprefix("keep = "), {"x": x})  # the help works
    assert keep.sum() == 48
    assert not [d for d in lstmc.build(spec).check_data(x[keep], y[keep]).warnings if d.where.startswith("x")]
    masking = {**spec, "layers": [{"type": "Masking", "mask_value": -999.0}, *layers]}
    assert [d.where for d in lstmc.build(masking).check_data(x, y).warnings] == ["y[4]"]


@pytest.mark.triggers("LC553")
def test_init(bench):
    bench.csv("a,y\n" + "".join(f"{i % 7},{-999 if i % 10 == 3 else i % 9 + 0.5}\n" for i in range(60)))
    marker, place = profile("t.csv", bench.base).columns["y"].marker
    assert (marker.value, marker.count, place) == (-999, 6, "row 5")


def test_ids_and_categories_are_passed_over(table):
    rows = table(np.where(np.arange(60) % 10 == 3, -999, np.arange(60) % 9)[:, None], np.arange(60))
    assert [d.code for d in marked(rows, None, lstmc.runtime.data.Contract((1, 1), (1,), "values"))] == ["LC553"]
    assert not marked(rows, None, lstmc.runtime.data.Contract((1, 1), (1,), "values", vocabulary=10))


def numbers(path):
    """The columns of numbers of a file of tables, arrays, or numbers between spaces."""
    if path.suffix == ".csv":
        frame = pl.read_csv(path, infer_schema_length=None)
        return [frame.select(pl.selectors.numeric()).cast(pl.Float64).to_numpy()]
    if path.suffix == ".npz":
        arrays = [array for array in np.load(path).values() if array.dtype.kind in "fiu"]
        return [array.reshape(-1, array.shape[-1] if array.ndim > 1 else 1) for array in arrays]
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            rows.append([float(cell) for cell in line.split()])
        except ValueError:
            continue
    width = max(map(len, rows))
    return [np.array([row for row in rows if len(row) == width])]


@pytest.mark.shared
def test_real_data(shared):
    files = [path for path in (shared / "data").rglob("*") if path.suffix in (".csv", ".npz", ".txt")]
    assert len(files) > 15
    columns = [array[:, [i]] for path in files for array in numbers(path) for i in range(array.shape[1])]
    assert len(columns) > 60
    assert [Ends.of(column).markers() for column in columns] == [{}] * len(columns)
    varied = [column[:, 0] for column in columns if len(np.unique(column)) > 20 and not np.isnan(column).any()]
    for column in varied:
        marker = -9999.0 if np.abs(column).max() < 5000 else -9999999.0
        with_marker = column.astype(np.float64)
        with_marker[[1, 3]] = marker
        assert Ends.of(with_marker[:, None]).markers()[0].value == marker
