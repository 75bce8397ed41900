"""Missing values: filled as the policy says, never across the parts of a split, and told."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from lstmc.runtime.data import Contract
from lstmc.spec.data import Arrange, Fill, Split, Window
from lstmc.spec.errors import DataError

SERIES = Contract((2, 1), (1,), "values")
NAN = np.nan


@pytest.fixture
def filled(reader, table):
    """The first input of every window over a column, by policy."""

    def fill(values, policy, **keys):
        rows = table(np.array(values)[:, None], np.arange(len(values), dtype=float))
        dataset = reader.prepare(
            rows, Contract((1, 1), (1,), "values"), window=Window(timesteps=1), missing=policy, **keys
        )
        samples = [s for part in dataset.parts.values() for s in part.x[:, 0, 0].tolist()]
        return samples, dataset.notes

    return fill


@pytest.mark.parametrize(
    ("policy", "expected", "told"),
    [
        ("drop", [4, 7], "3 rows dropped for missing values"),
        ("forward_fill", [1, 1, 1, 4, 7], "2 values of `a` filled forward"),
        ("interpolate", [1, 2, 3, 4, 7], "2 values of `a` interpolated"),
        (Fill(fill=9.0), [9, 1, 9, 9, 4, 7], "3 values of `a` filled with 9"),
    ],
)
def test_what_a_policy_makes_of_gaps(filled, policy, expected, told):
    samples, notes = filled([NAN, 1, NAN, NAN, 4, 7, 9], policy)
    assert samples == expected
    assert told in notes


@pytest.mark.parametrize("policy", ["forward_fill", "interpolate"])
def test_a_leading_gap_is_dropped_and_a_trailing_one_filled_forward(filled, policy):
    samples, notes = filled([NAN, NAN, 3, 4, NAN, NAN], policy)
    assert samples == [3, 4, 4]
    assert "2 rows dropped whose missing values cannot be filled" in notes
    assert "2 windows lost to dropped rows" in notes


def test_no_line_is_drawn_into_a_later_part(filled):
    samples, notes = filled([0, NAN, NAN, NAN, 8, 9], "interpolate", split=Split(train=3, test=3))
    assert samples == [0, 0, 0, 6, 8]
    assert "1 value of `a` interpolated" in notes
    assert "2 values of `a` filled forward" in notes


@pytest.mark.parametrize("horizon", [1, 3])
def test_no_window_spans_a_hole(reader, table, horizon):
    values = np.arange(12.0)
    x = values.copy()
    x[5] = NAN
    rows = table(x[:, None], values, times=values.astype(int).astype(str))
    window = Window(timesteps=2, horizon=horizon)
    dataset = reader.prepare(rows, SERIES, window=window, missing="drop")
    train = dataset.parts["train"]
    starts = [s for s in range(12 - 1 - horizon) if 5 not in (s, s + 1, s + 1 + horizon)]
    assert train.x[:, 0, 0].tolist() == starts
    assert train.times == tuple(str(s + 1 + horizon) for s in starts)
    assert f"{12 - 1 - horizon - len(starts)} windows lost to dropped rows" in dataset.notes


def test_a_forecast_needs_no_target_and_keeps_its_times(reader, table):
    values = np.array([1.0, 2.0, NAN, 4.0, 5.0])
    rows = table(values[:, None], values, times=np.array(list("abcde")))
    keys = {"window": Window(timesteps=2), "missing": "drop"}
    encoding = reader.prepare(table(np.arange(9.0)[:, None], np.arange(9.0)), SERIES, **keys).encoding
    samples = reader.new(rows, SERIES, encoding, target=False, **keys)
    assert samples.x[:, :, 0].tolist() == [[1, 2], [4, 5]]
    assert samples.times == ("c", "")
    assert "1 row dropped for missing values" in samples.notes


@pytest.mark.parametrize(
    ("arrange", "axes", "expected"),
    [
        ({"rows": "columns_as_timesteps"}, (4, 1), [[1, 2, 3, 4], [5, 5, 5, 8]]),
        ({"timesteps": 2}, (2, 2), [[1, 2, 1, 4], [5, 6, 5, 8]]),
    ],
)
def test_samples_are_filled_along_their_timesteps(reader, table, arrange, axes, expected):
    x = [[1, 2, NAN, 4], [5, NAN, NAN, 8], [NAN, 2, 3, 4]]
    if "timesteps" in arrange:
        x[1][1] = 6
    keys = {"arrange": Arrange(**arrange), "missing": "forward_fill"}
    if "timesteps" not in arrange:
        x[0][2] = 3
    dataset = reader.prepare(table(x, [1.0, 2.0, 3.0]), Contract(axes, (1,), "values"), **keys)
    assert dataset.parts["train"].x.reshape(-1, 4).tolist() == expected
    assert dataset.parts["train"].y[:, 0].tolist() == [1, 2]
    assert "1 row dropped whose missing values cannot be filled" in dataset.notes


def test_targets_of_samples_are_never_filled(reader, table):
    keys = {"arrange": Arrange(rows="columns_as_features"), "missing": Fill(fill=0.0)}
    values = reader.prepare(table([[1], [2], [3]], [1.0, NAN, 3.0]), Contract((1, 1), (1,), "values"), **keys)
    assert values.parts["train"].y[:, 0].tolist() == [1, 3]
    labels = Contract((1, 1), (2,), "labels")
    dataset = reader.prepare(table([[1], [2], [NAN]], ["u", "", "v"]), labels, **keys)
    assert dataset.parts["train"].y.tolist() == [0, 1]
    assert dataset.parts["train"].x.ravel().tolist() == [1, 0]


@pytest.mark.triggers("LC515")
def test_nothing_is_left(reader, table):
    rows = table([[NAN], [NAN], [NAN]], [1.0, 2.0, 3.0])
    (found,) = reader.refused(rows, SERIES, window=Window(timesteps=2), missing="drop").diagnostics
    assert (found.code, found.path) == ("LC515", "data.window")
    assert "0 are whole" in found.message


def test_arrays_are_filled_along_their_timesteps(bench):
    x = np.array([[[1.0], [NAN], [3.0]], [[NAN], [2.0], [NAN]]])
    bench.npz(x=x, y=np.array([1.0, 2.0]))
    dataset = bench.prepare(
        Contract((3, 1), (1,), "values"), path="t.npz", arrange=None, missing="interpolate", source={"path": "t.npz"}
    )
    assert dataset.parts["train"].x.ravel().tolist() == [1, 2, 3]
    assert dataset.notes == (
        "1 value interpolated",
        "1 value filled forward",
        "1 row dropped whose missing values cannot be filled",
    )


SHAPES = [(), (4,), (4, 2), (4, 3, 2), (4, 3, 2, 1), (0, 3, 2)]


@pytest.mark.parametrize("y", [(), (3,), (4,), (4, 1), (4, 3, 1)])
@pytest.mark.parametrize("x", SHAPES)
@pytest.mark.parametrize("way", [{}, {"window": Window(timesteps=3)}, {"window": Window(timesteps=3), "difference": 1}])
def test_arrays_of_any_shape_are_prepared_or_refused(bench, x, y, way):
    rng = np.random.default_rng(0)
    arrays = [np.where(rng.random(shape) < 0.2, NAN, rng.normal(size=shape)) for shape in (x, y)]
    bench.npz(x=arrays[0], y=arrays[1])
    for policy in ("drop", "forward_fill", "interpolate", Fill(fill=0.0)):
        keys = {"source": {"path": "t.npz"}, "arrange": None, "missing": policy, **way}
        with suppress(DataError):
            train = bench.prepare(Contract((3, 2), (1,), "values"), **keys).parts["train"]
            assert len(train)
            assert np.isfinite(train.x).all()
