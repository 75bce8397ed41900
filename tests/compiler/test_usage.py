"""Keys that mean nothing together, and forms of the language that come later, are told on the spec alone."""

import numpy as np
import polars as pl
import pytest

import lstmc

DATA = {"source": "a.csv", "target": "y", "features": ["y"], "window": {"timesteps": 3}}
LAYERS = [{"type": "LSTM", "units": 4}, {"type": "Dense", "units": 1}]
LABELS = [{"type": "LSTM", "units": 4}, {"type": "Dense", "units": 3}]


def codes(**sections):
    return [d.code for d in lstmc.check({"lstmc": 1, "task": "regression", "layers": LAYERS, "data": DATA, **sections})]


def test_the_spec_without_mistakes_has_none():
    assert codes() == []


@pytest.mark.parametrize(
    ("sections", "code"),
    [
        ({"data": {**DATA, "scale": {"minmax": [1, 1]}}}, "LC204"),
        ({"data": {**DATA, "scale": {"target": {"minmax": [1, -1]}}}}, "LC204"),
        ({"fit": {"validation_split": 0.2}}, "LC210"),
        ({"evaluate": {"baseline": "majority"}}, "LC210"),
        ({"task": "multiclass", "layers": LABELS, "evaluate": {"baseline": "mean"}}, "LC210"),
        (
            {
                "data": {**DATA, "window": None, "arrange": "columns_as_features"},
                "evaluate": {"baseline": "persistence"},
            },
            "LC210",
        ),
        ({"predict": {"output": "classes"}}, "LC210"),
        ({"task": "multiclass", "layers": LABELS, "predict": {"output": "values"}}, "LC210"),
        ({"data": {**DATA, "source": "a.xlsx"}}, "LC502"),
        ({"data": {**DATA, "source": {"path": "a.parquet", "encoding": "latin-1"}}}, "LC210"),
        ({"data": {**DATA, "source": {"path": "a.jsonl.gz", "decimal": ","}}}, "LC210"),
        ({"data": {**DATA, "source": {"path": "a.csv", "length": "n"}}}, "LC210"),
        (
            {"data": {"source": "a.npz", "categorical": {"a": "ordinal"}}, "input": {"timesteps": 4, "features": 2}},
            "LC210",
        ),
        ({"data": {**DATA, "categorical": {"z": "one_hot"}}}, "LC503"),
        ({"data": {**DATA, "source": "nowhere.csv", "features": None}}, "LC501"),
    ],
)
def test_what_means_nothing_is_told(sections, code):
    assert codes(**sections) == [code]


def test_a_head_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00")
    spec = {
        "lstmc": 1,
        "task": "regression",
        "layers": LAYERS,
        "data": {**DATA, "source": str(tmp_path / "a.csv"), "features": None},
    }
    assert [d.code for d in lstmc.check(spec)] == ["LC520"]


def test_the_columns_of_a_table_must_divide_by_the_timesteps(tmp_path):
    (tmp_path / "a.csv").write_text("a,b,c,y\n1,2,3,4\n")
    data = {"source": str(tmp_path / "a.csv"), "target": "y", "arrange": {"timesteps": 2}}
    assert codes(data=data) == ["LC304"]


@pytest.mark.triggers("LC204")
def test_a_target_in_the_row_of_the_last_input():
    """Moved down by a row, the target of a window over rows t-2 … t is that of row t."""
    keys = {"source": "a.csv", "features": ["rain"], "target": "flow"}
    spec = {"lstmc": 1, "task": "regression", "layers": LAYERS}
    (found,) = lstmc.check({**spec, "data": {**keys, "window": {"timesteps": 3, "horizon": 0}}})
    assert found.code == "LC204"
    frame = pl.DataFrame({"rain": np.arange(40.0), "flow": 100 + np.arange(40.0)})
    moved = eval(found.help.split("`")[1], {"frame": frame, "polars": pl})  # the help works
    model = lstmc.build({**spec, "data": {**keys, "window": {"timesteps": 3}, "split": {"train": 1.0}}})
    train = model.check_data(moved).parts["train"]
    np.testing.assert_array_equal(train.y_original.ravel(), 100 + train.x[:, -1, 0])
