"""How rows become samples, and whether the output has one value for each target: told on the spec alone."""

from __future__ import annotations

import pytest

import lstmc

DATA = {"source": "a.csv", "target": "y", "features": ["y", "a"], "window": {"timesteps": 3}}
ROWS = {**DATA, "features": ["a", "b"], "window": None, "arrange": "columns_as_features"}
STEPS = {**DATA, "window": {"timesteps": 3, "steps": 4}}
TWO = {**STEPS, "target": ["y", "a"]}
SEQUENCE = {"kind": "regression", "output": "sequence"}
INPUT = {"timesteps": 3, "features": 1}


def found(units=1, each=False, **sections):
    lstm = {"type": "LSTM", "units": 4, **({"return_sequences": True} if each else {})}
    layers = [lstm, {"type": "Dense", "units": units}]
    return lstmc.check({"lstmc": 1, "task": "regression", "layers": layers, "data": DATA, **sections})


@pytest.mark.parametrize(
    ("units", "sections"),
    [
        (4, {"data": STEPS}),
        (
            4,
            {
                "data": {**STEPS, "source": "a.npz", "target": None, "features": None},
                "input": INPUT,
            },
        ),
        (1, {"task": SEQUENCE}),
        (2, {"task": SEQUENCE, "data": {**DATA, "target": ["y", "a"]}}),
        (1, {"task": SEQUENCE, "data": {**DATA, "window": {"timesteps": 3, "steps": 3}}}),
        (3, {"task": {"kind": "multiclass", "output": "sequence"}}),
        (1, {"task": {"kind": "binary", "output": "sequence"}}),
        (4, {"task": "binary", "data": STEPS}),
        (1, {"data": {**DATA, "difference": 2, "missing": "interpolate"}}),
        (1, {"data": {**ROWS, "missing": {"fill": 0}}}),
        (1, {"data": {**ROWS, "arrange": "columns_as_timesteps", "missing": "interpolate"}}),
        (1, {"data": {**DATA, "time": "t", "split": {"train": "2010", "test": "2012"}}}),
        (1, {"data": {**DATA, "split": {"train": 0.5, "test": 0.5, "order": "blocks", "block": 9}}}),
        (1, {"data": {**ROWS, "split": {"train": {"path": "a.csv"}, "test": {"path": "b.csv"}}}}),
        (1, {"task": SEQUENCE, "data": {"source": "a.npz", "arrange": "columns_as_timesteps"}, "input": INPUT}),
        (3, {"task": "multiclass", "data": {**ROWS, "split": {"train": 0.5, "order": "stratified"}}}),
    ],
)
def test_what_fits_is_silent(units, sections):
    assert [d.message for d in found(units, **sections)] == []


@pytest.mark.parametrize(
    ("units", "sections", "code", "says"),
    [
        (1, {"data": STEPS}, "LC409", "a window has 4 targets, and the output is [batch, 1]"),
        (2, {"data": TWO}, "LC409", "a window has 4 targets, and the output is [batch, 2]"),
        (3, {"task": "multiclass", "data": STEPS}, "LC409", "a window has 4 targets"),
        (1, {"task": SEQUENCE, "data": STEPS}, "LC409", "the output is [batch, 3, 1]"),
        (3, {"task": "binary", "data": STEPS}, "LC406", "a binary target needs one unit"),
        (2, {"task": SEQUENCE}, "LC408", "`target` has 1 column"),
        (1, {"task": SEQUENCE, "data": ROWS}, "LC409", "each row of a table has one target"),
        (1, {"data": {**ROWS, "difference": 1}}, "LC210", "`difference`"),
        (1, {"data": {**ROWS, "missing": "forward_fill"}}, "LC210", "`forward_fill`"),
        (1, {"data": {**ROWS, "arrange": {"timesteps": 1}, "missing": "interpolate"}}, "LC210", "`interpolate`"),
        (1, {"data": {**DATA, "split": {"train": 0.5, "test": "2012"}}}, "LC210", "in different ways"),
        (1, {"data": {**DATA, "split": {"train": "2012"}}}, "LC210", "`time` names no column"),
        (1, {"data": {**DATA, "time": "t", "split": {"train": "2012", "order": "file"}}}, "LC210", "not `file`"),
        (1, {"data": {**DATA, "split": {"train": {"path": "b.csv"}, "order": "file"}}}, "LC210", "nothing to deal out"),
        (1, {"data": {**DATA, "split": {"train": 0.5, "order": "stratified"}}}, "LC210", "a regression has none"),
        (1, {"data": {**DATA, "split": {"train": 0.5, "block": 9}}}, "LC210", "`block` is the length of blocks"),
        (1, {"data": {**DATA, "split": {"train": 0.8, "test": 0.4}}}, "LC204", "add up to 1.2"),
        (1, {"data": {**DATA, "categorical": {"a": "one_hot"}}}, "LC501", "there is no file"),
    ],
)
def test_what_does_not_fit_is_told(units, sections, code, says):
    diagnostics = found(units, **sections)
    assert [d.code for d in diagnostics] == [code]
    assert says in diagnostics[0].message


def test_units_are_given_for_each_step():
    (diagnostic,) = found(1, data=STEPS)
    assert [edit.text for fix in diagnostic.fixes for edit in fix.edits] == ["4"]


def test_one_hot_columns_take_the_features_that_are_written():
    data = {**DATA, "categorical": {"a": "one_hot"}}
    assert found(data=data, input={"timesteps": 3, "features": 6}) == ()
    assert [d.code for d in found(data=data, input={"timesteps": 4, "features": 6})] == ["LC304"]


def test_the_shape_of_samples_is_that_of_the_training_part(tmp_path):
    import numpy as np

    np.savez(tmp_path / "a.npz", X_train=np.zeros((4, 5, 2)), y_train=np.zeros(4), X_test=np.zeros((2, 5, 2)))
    data = {"source": str(tmp_path / "a.npz"), "split": {"train": {"x": "X_train", "y": "y_train"}}}
    assert found(data=data) == ()
    assert [d.code for d in found(data=data, input={"timesteps": 4, "features": 2})] == ["LC304"]
