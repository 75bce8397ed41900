"""Where parts, strides, differences and gaps meet: every number is counted by hand."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest

from lstmc.runtime.data import Contract, prepare, prepare_new
from lstmc.runtime.data.streaming import text
from lstmc.runtime.data.streaming.preparation import prepare_stream
from lstmc.spec.data import Data, PartSource, Source, Split, Time, Window

TEN = np.arange(10.0)
THREE = Contract((3, 1), (1,), "values")


@pytest.mark.parametrize(
    ("stride", "difference", "targets", "forecasts"),
    [
        (1, 0, [3, 4, 5, 6, 7, 8, 9], [3, 4, 5, 6, 7, 8, 9, 10]),
        (1, 1, [4, 5, 6, 7, 8, 9], [4, 5, 6, 7, 8, 9, 10]),  # row 0 has no row before it
        (3, 0, [3, 6, 9], [3, 6, 9, 10]),  # the window that ends with the last row is always forecast
        (3, 1, [4, 7], [4, 7, 10]),
        (3, 2, [5, 8], [5, 8, 10]),
        (4, 1, [4, 8], [4, 8, 10]),
    ],
)
def test_a_stride_begins_at_the_first_row_that_has_its_difference(
    reader, table, stride, difference, targets, forecasts
):
    keys = {"window": Window(timesteps=3, stride=stride), "difference": difference}
    rows = table(TEN[:, None], TEN, features=("y",))
    dataset = reader.prepare(rows, THREE, **keys)
    assert dataset.parts["train"].rows.tolist() == targets
    assert reader.new(rows, THREE, dataset.encoding, target=False, **keys).rows.tolist() == forecasts


@pytest.mark.parametrize(("policy", "value"), [("forward_fill", 2.0), ("interpolate", 3.0)])
def test_a_gap_at_the_start_of_training_is_filled_from_the_rows_before(reader, table, policy, value):
    x = TEN.copy()
    x[3] = np.nan
    split = Split(train="3", test="8")
    rows = table(x[:, None], TEN, instants=TEN, times=TEN.astype(str))
    keys = {"missing": policy, "split": split, "window": Window(timesteps=1), "time": Time(columns="t")}
    dataset = reader.prepare(rows, Contract((1, 1), (1,), "values"), **keys)
    train = dataset.parts["train"]
    assert train.x.ravel().tolist() == [value, 4, 5, 6]
    assert train.rows.tolist() == [4, 5, 6, 7]
    assert "rows 0..2 unused by the split" in dataset.notes


def test_a_gap_at_the_start_of_the_test_part_is_filled_from_training_rows_alone(reader, table):
    x = TEN.copy()
    x[7] = np.nan  # the last training row: the row after it is of the test part
    x[8] = np.nan
    keys = {"missing": "interpolate", "split": Split(train=8, test=2), "window": Window(timesteps=1)}
    parts = reader.prepare(table(x[:, None], TEN), Contract((1, 1), (1,), "values"), **keys).parts
    # Row 7 repeats row 6; row 8 lies between 6 and 9: (9 - 6) * 2 / 3 + 6 = 8.
    assert parts["test"].x.ravel().tolist() == [6, 8]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("first", "told"),
    [
        (100, []),
        (0, ["`test` begins at `0`, before `train` ends at `59`: it does not measure forecasts"]),
        (50, ["`test` begins at `50`, before `train` ends at `59`: it does not measure forecasts"]),
    ],
)
def test_a_test_part_that_is_not_after_the_training_is_noted(tmp_path, first, told, streamed):
    for name, start in (("a.csv", 40), ("b.csv", first)):
        (tmp_path / name).write_text("t,y\n" + "".join(f"{start + i},{i}\n" for i in range(20)))
    split = Split(train=PartSource(path="a.csv"), test=PartSource(path="b.csv"))
    data = Data(
        source=Source(path="a.csv"), time=Time(columns="t"), target="y", window=Window(timesteps=3), split=split
    )
    with mock.patch.object(text, "BLOCK", 60):
        dataset = prepare_stream(data, THREE, tmp_path) if streamed else prepare(data, THREE, tmp_path, 0)
    assert [note for note in dataset.notes if "begins at" in note] == told
    assert len(dataset.parts["test"]) == 17


def test_ids_of_an_embedding_are_never_scaled(tmp_path):
    x = np.array([[1, 2, 0, 0], [3, 0, 0, 0], [2, 2, 2, 1]])
    np.savez(tmp_path / "t.npz", x=x, y=np.zeros(3))
    data = Data(source=Source(path="t.npz"), scale={"features": "standard"}, split=Split(train=1.0))
    contract = Contract((4,), (1,), "values", vocabulary=5)
    dataset = prepare(data, contract, tmp_path, 0)
    assert dataset.parts["train"].x.tolist() == x.tolist()
    np.savez(tmp_path / "new.npz", x=x[:1])
    new = data.model_copy(update={"source": Source(path="new.npz")})
    assert prepare_new(new, contract, tmp_path, dataset.encoding, target=False).x.tolist() == x[:1].tolist()
