"""A spec may leave `data.source` out: its rows come from a data frame, or from the file of `--data`."""

import json

import numpy as np
import polars as pl
import pytest

import lstmc
from lstmc.api import compiled

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
FRAME = pl.DataFrame({"load": [float(i % 9) for i in range(60)], "kind": ["a", "b", "b"] * 20})
DATA = {"features": ["load", "kind"], "target": "load", "categorical": {"kind": "one_hot"}, "window": {"timesteps": 5}}
PLAIN = {"features": ["load"], "target": "load", "window": {"timesteps": 5}}
#: One column for `load`, and one for each of the categories a and b.
INPUT = {"timesteps": 5, "features": 3}
SPEC = {
    "lstmc": 1,
    "name": "m",
    "task": "regression",
    "layers": [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}],
    "fit": {"epochs": 1},
}


def told(spec):
    (diagnostic,) = compiled(spec).diagnostics
    return diagnostic


@pytest.mark.triggers("LC522")
def test_a_frame_trains_what_the_same_file_trains(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    FRAME.write_csv("same.csv")
    expected = lstmc.build({**SPEC, "data": {**DATA, "source": "same.csv"}})
    model = lstmc.build({**SPEC, "data": DATA, "input": INPUT})
    assert model.fit(FRAME)["loss"] == expected.fit()["loss"]
    assert model.evaluate(FRAME).metrics == expected.evaluate().metrics
    model.save("m.lstmc")
    again = lstmc.load("m.lstmc")
    np.testing.assert_array_equal(again.predict(FRAME).values, expected.predict().values)
    for call in (model.fit, model.evaluate, again.predict):
        with pytest.raises(lstmc.DataError) as found:
            call()
        assert [diagnostic.code for diagnostic in found.value.diagnostics] == ["LC522"]
        assert "`source`" in str(found.value)


def test_features_alone_give_the_shape():
    assert compiled({**SPEC, "data": PLAIN}).result().input.dims == (5, 1)


@pytest.mark.parametrize("source", [{}, {"source": "absent.csv"}])
@pytest.mark.parametrize(
    ("keys", "shape"),
    [
        ({}, '"timesteps": 5, "features": N'),
        ({"window": None, "arrange": "columns_as_features"}, '"timesteps": 1, "features": N'),
    ],
)
def test_categories_need_the_input_to_be_written(source, keys, shape):
    found = told({**SPEC, "data": {**DATA, "features": ["other", "kind"], **source, **keys}})
    assert found.code == ("LC501" if source else "LC303")
    assert f'write `"input": {{ {shape} }}`: N is 1 plus the number of categories of `kind`' in found.help


def test_columns_that_nothing_lists():
    found = told({**SPEC, "data": {"target": "load", "window": {"timesteps": 5}}})
    assert (found.code, found.help) == ("LC303", "list `features` in `data`")


def test_parts_with_files_of_their_own_need_no_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    FRAME.head(40).write_csv("train.csv")
    FRAME.tail(20).write_csv("test.csv")
    split = {"train": {"path": "train.csv"}, "test": {"path": "test.csv"}}
    dataset = lstmc.build({**SPEC, "data": {**PLAIN, "split": split}}).check_data()
    assert {name: len(part) for name, part in dataset.parts.items()} == {"train": 35, "test": 15}


def test_resolved_and_exported_without_a_source():
    from lstmc.cli.show import resolved_spec
    from lstmc.compiler.targets.python import script

    plan = compiled({**SPEC, "data": PLAIN}).result()
    resolved = resolved_spec(plan)
    assert "source" not in resolved["data"]
    assert compiled(resolved).result().digest == plan.digest
    text = script(plan)
    compile(text, "script", "exec")
    assert "x_train.npy" in text


def test_a_pattern_of_chunks_may_be_passed_later():
    assert compiled({**SPEC, "data": {**PLAIN, "stream": True}}).diagnostics == ()


@pytest.mark.triggers("LC567")
@pytest.mark.parametrize("passed", ["frame", "path"])
def test_data_that_would_not_be_used_is_refused(tmp_path, passed):
    frame = pl.DataFrame({"y": [float(i % 7) for i in range(40)]})
    for name in ("a", "b", "c"):
        frame.write_csv(tmp_path / f"{name}.csv")
    split = {"train": {"path": "a.csv"}, "test": {"path": "b.csv"}}
    data = {"source": "a.csv", "features": ["y"], "target": "y", "window": {"timesteps": 3}, "split": split}
    layers = [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}]
    path = tmp_path / "own.lstm.json"
    path.write_text(json.dumps({"lstmc": 1, "task": "regression", "layers": layers, "data": data}), encoding="utf-8")
    model = lstmc.build(path)
    with pytest.raises(lstmc.DataError) as caught:
        model.check_data(frame if passed == "frame" else tmp_path / "c.csv")
    assert [found.code for found in caught.value.diagnostics] == ["LC567"]
    assert "`train`, `test`" in str(caught.value)
    assert len(model.check_data().parts["test"]) == 37
