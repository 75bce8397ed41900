"""The seasonal-naive baseline: its season, the values it repeats, and the choice between it and persistence."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

import lstmc
from lstmc.api import check, compiled
from lstmc.runtime.baselines import Reference, choose, explained, predict
from lstmc.runtime.data import Samples, prepare, prepare_new
from lstmc.runtime.data.frequency import Frequency
from lstmc.runtime.data.seasons import Past
from lstmc.runtime.data.windows import Grid
from lstmc.runtime.feeding import Feeding

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")
START = datetime.datetime(2024, 1, 1)
RNG = np.random.default_rng(2)


def stamps(every: str, count: int) -> pl.Series:
    return pl.datetime_range(START, START + datetime.timedelta(days=40_000), every, eager=True)[:count]


def instants(every: str, count: int = 40) -> np.ndarray:
    return stamps(every, count).dt.epoch("us").to_numpy()


@pytest.mark.parametrize(
    ("every", "season"),
    [
        ("1h", 24), ("15m", 96), ("1d", 7), ("1mo", 12), ("3mo", 4), ("1m", 1440), ("2h", 12), ("6mo", 2),
        ("1y", None), ("1w", None), ("13m", None), ("36h", None),
    ],
)  # fmt: skip
def test_the_season_that_a_step_suggests(every, season):
    frequency = Frequency.of(instants(every))
    assert frequency is not None
    assert frequency.season == season


def test_ends_of_months_are_regular_and_go_on():
    ends = pl.Series([datetime.datetime(2024, 1, 31), datetime.datetime(2024, 2, 29), datetime.datetime(2024, 3, 31)])
    given = ends.dt.epoch("us").to_numpy()
    frequency = Frequency.of(given)
    assert frequency is not None
    assert frequency.season == 12
    following = frequency.after(given[-1], 2).astype("datetime64[us]").astype("datetime64[D]").tolist()
    assert following == [datetime.date(2024, 4, 30), datetime.date(2024, 5, 31)]


def past(values: list[float], *, horizon: int = 1, steps: int = 1, each: bool = False, at: Any = None) -> Past:
    windows = Grid(np.arange(len(values) - 1 - horizon - steps + 1), 2, horizon, steps, each)
    output = (2, 1) if each else (steps,)
    return Past(np.array(values)[:, None], at, windows, output)


def test_the_last_row_of_the_season_that_is_known_at_the_origin():
    """Rows 0 to 9 hold their own number; the last input row of window `i` is `i + 1`."""
    rows = [float(i) for i in range(10)]
    one = past(rows).seasonal(3).ravel()  # target i + 2, three rows before it
    np.testing.assert_array_equal(one, [np.nan, *range(7)])
    far = past(rows, horizon=4).seasonal(3).ravel()  # target i + 5: i + 2 is later than i + 1, so i - 1
    np.testing.assert_array_equal(far, [np.nan, 0, 1, 2, 3])
    several = past(rows, steps=4).seasonal(3)  # targets i + 2 to i + 5
    np.testing.assert_array_equal(several[1], [0, 1, 2, 0])
    each = past(rows, each=True).seasonal(3)[..., 0]  # targets i + 1 and i + 2
    np.testing.assert_array_equal(each[:3], [[np.nan, np.nan], [np.nan, 0], [0, 1]])


def test_missing_rows_are_looked_up_by_time():
    """Hours 0 to 11 without 3 and 4; a season of 3 hours."""
    hours = np.array([0, 1, 2, 5, 6, 7, 8, 9, 10, 11])
    at = hours * 3_600_000_000
    found = past([float(hour) for hour in hours], at=at).seasonal(3).ravel()
    # Targets 2, 5, 6, 7, 8, …: 5 - 3 = 2; 6 - 3 and 7 - 3 are missing, so 0 and 1.
    np.testing.assert_array_equal(found, [np.nan, 2, 0, 1, 5, 6, 7, 8])
    irregular = past([0.0, 1, 2, 3], at=np.array([0, 10, 14, 31]))
    assert np.isnan(irregular.seasonal(2)).all()


def spec(every: str = "1h", rows: int = 240, **changes: Any) -> tuple[dict[str, Any], pl.DataFrame]:
    """A daily cycle in hourly rows, and what the season leaves."""
    values = 100 + 30 * np.sin(2 * np.pi * np.arange(rows) / 24) + RNG.normal(size=rows)
    content = {
        "lstmc": 1,
        "task": "regression",
        "layers": [{"type": "SimpleRNN", "units": 2}, {"type": "Dense", "units": 1}],
        "data": {
            "source": "t.csv",
            "time": "t",
            "features": ["v"],
            "target": "v",
            "window": {"timesteps": 4, "horizon": 6},
            "split": {"train": 0.5, "test": 0.5},
        },
        "fit": {"epochs": 1},
    }
    return content | changes, pl.DataFrame({"t": stamps(every, rows), "v": values})


def parts(content: dict[str, Any], frame: pl.DataFrame) -> tuple[Any, Any, dict[str, Any]]:
    plan = compiled(content).result()
    dataset = prepare(plan.spec.data, Feeding(plan, None, None).contract(), None, 0, None, frame)  # type: ignore[arg-type]
    return plan, dataset, dict(dataset.parts)


def test_auto_is_the_nearer_one_of_the_training_targets_whatever_the_test_part_holds():
    content, frame = spec()
    values = frame["v"].to_numpy().copy()
    values[120:] = 5.0  # persistence would be perfect there
    plan, _, found = parts(content, frame.with_columns(v=pl.Series(values)))
    reference = Reference.of([found["train"]], plan)
    assert (reference.season, reference.seasonal) == (24, True)
    assert choose(plan, found["test"], reference) == "seasonal"
    restored = Reference.restore(reference.tensors())
    assert (restored.season, restored.seasonal) == (24, True)
    note = explained("seasonal", plan, found["test"], reference)
    assert note == (
        "the baseline repeats the value one season (24 rows) before, which is nearer to the training targets than"
        " persistence",
    )


@pytest.mark.parametrize(("every", "rows"), [("1h", 48), ("13m", 240), ("1w", 240)])
def test_auto_is_persistence_without_a_season_or_with_too_few_rows(every, rows):
    plan, _, found = parts(*spec(every, rows))
    assert choose(plan, found["test"], Reference.of([found["train"]], plan)) == "persistence"


def test_a_walk_is_nearer_to_its_last_value():
    content, frame = spec()
    plan, _, found = parts(content, frame.with_columns(v=pl.Series(RNG.normal(size=240).cumsum())))
    reference = Reference.of([found["train"]], plan)
    assert reference.season == 24
    assert choose(plan, found["test"], reference) == "persistence"


def test_the_first_rows_of_new_data_repeat_the_last_value():
    content, frame = spec()
    plan, dataset, found = parts(content, frame)
    reference = Reference.of([found["train"]], plan)
    new: Samples = prepare_new(
        plan.spec.data,
        Feeding(plan, None, None).contract(),
        None,
        dataset.encoding,
        target=True,
        frame=frame[:40],  # type: ignore[arg-type]
    )
    given = predict("seasonal", plan, new, reference, new.y.shape)[:, 0]
    values = frame["v"].to_numpy()
    np.testing.assert_array_equal(given, [values[i - 24] if i >= 24 else values[i - 6] for i in range(9, 40)])
    assert "15 samples have no value one season before" in explained("seasonal", plan, new, reference)[1]


def test_an_evaluation_says_which_baseline_it_is(tmp_path):
    """Twelve rows of a season that the spec names, in a table without time; the artifact keeps it."""
    values = np.tile(np.arange(12.0), 20) + RNG.normal(size=240) / 100
    content, _ = spec(evaluate={"baseline": "auto", "season": 12})
    del content["data"]["time"]
    frame = pl.DataFrame({"v": values})
    model = lstmc.build(content)
    model.fit(frame)
    report = lstmc.load(model.save(tmp_path / "m.lstmc")).evaluate(frame)
    assert report.baseline_name == "seasonal"
    assert report.baseline["mean_absolute_error"] == pytest.approx(np.abs(values[120:] - values[108:-12]).mean())
    assert "one season (12 rows) before" in report.notes[-1]


@pytest.mark.triggers("LC544")
@pytest.mark.parametrize(
    ("baseline", "every", "words"),
    [("seasonal", "13m", "suggest no season"), ("seasonal", None, "not windows"), ("persistence", None, "not windows")],
)
def test_a_baseline_that_cannot_be_computed_is_refused_before_training(baseline, every, words):
    content, frame = spec(every or "1h", evaluate={"baseline": baseline})
    if every is None:
        del content["data"]
        content["input"] = {"timesteps": 3, "features": 2}
    x = np.zeros((8, 3, 2))
    with pytest.raises(lstmc.DataError, match=words) as caught:
        lstmc.build(content).fit(*((frame,) if every else (x, x[:, 0, :1])))
    assert [found.code for found in caught.value.diagnostics] == ["LC544"]


def test_streamed_rows_have_no_season():
    content, frame = spec(evaluate={"baseline": "seasonal"})
    plan, _, found = parts(content, frame)
    import dataclasses

    with pytest.raises(lstmc.DataError, match="streamed"):
        Reference.of([dataclasses.replace(found["train"], past=None)], plan)


def test_a_season_without_effect():
    content, _ = spec(evaluate={"baseline": "persistence", "season": 7})
    assert [found.message for found in check(content) if found.code == "LC210"] == [
        "`season` has no effect on the baseline `persistence`"
    ]
