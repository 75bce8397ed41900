"""Columns of categories: read as places in a sorted list, and counted where they decide the shape of a sample."""

from __future__ import annotations

import json

import numpy as np
import pytest

import lstmc
from lstmc.runtime.data import implied_input
from lstmc.runtime.data.contract import Contract
from lstmc.runtime.data.levels import levels_of
from lstmc.runtime.data.source import read_rows
from lstmc.runtime.data.tables import Demand
from lstmc.spec.data import Split, Window

SPEC = {
    "lstmc": 1,
    "task": "regression",
    "layers": [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": 1}],
    "data": {
        "source": "t.csv",
        "target": "y",
        "window": {"timesteps": 2},
        "categorical": {"wind": "one_hot"},
        "split": {"train": 0.5, "test": 0.5},
    },
}
WINDS = ["NW", "SE", "NW", "SE", "NW", "cv", "NE", "cv"]


@pytest.mark.parametrize(
    ("cells", "levels", "codes"),
    [
        ("b a b c", ("a", "b", "c"), [1, 0, 1, 2]),
        ("10 9 100 9", ("9", "10", "100"), [1, 0, 2, 0]),
        ("b NA b a", ("a", "b"), [1, np.nan, 1, 0]),
        ("None x None x", ("None", "x"), [0, 1, 0, 1]),
        ("NA NA NA NA", (), [np.nan] * 4),
    ],
)
def test_places_in_the_sorted_categories(bench, cells, levels, codes):
    bench.csv("a,y\n" + "".join(f"{cell},1\n" for cell in cells.split()))
    rows = read_rows(bench.data(categorical={"a": "ordinal"}, missing="drop"), bench.base, Demand())
    assert rows.levels == {"a": levels}
    np.testing.assert_array_equal(rows.x[:, 0], codes)


@pytest.mark.parametrize(("cells", "levels"), [([True, False], ("false", "true")), ([2, 10], ("2", "10"))])
def test_categories_that_are_no_text(bench, cells, levels):
    bench.csv("".join(json.dumps({"a": cell, "y": 1}) + "\n" for cell in cells), "t.jsonl")
    rows = read_rows(bench.data("t.jsonl", categorical={"a": "one_hot"}), bench.base, Demand())
    assert rows.levels == {"a": levels}


@pytest.mark.triggers("LC505")
def test_a_missing_category_is_an_error_where_nothing_is_done_about_it(bench):
    (found,) = bench.csv("a,y\nx,1\n,2\n").refused(categorical={"a": "one_hot"}).diagnostics
    assert (found.code, found.where) == ("LC505", "t.csv, row 3, column `a`")


def test_the_fingerprint_knows_the_names(bench):
    data = bench.data(categorical={"a": "one_hot"})
    prints = {
        read_rows(data, bench.csv(f"a,y\n{one},1\n{two},2\n").base, Demand()).fingerprint()
        for one, two in (("p", "q"), ("p", "r"), ("p", "q"))
    }
    assert len(prints) == 2


@pytest.mark.parametrize(
    ("levels", "expected"),
    [({"wind": "abc"}, (4, 5)), (None, (4, None)), ({}, (4, None))],
)
def test_a_one_hot_column_is_as_wide_as_its_categories(bench, levels, expected):
    data = bench.data(window=Window(timesteps=4), categorical={"wind": "one_hot", "code": "ordinal"})
    assert implied_input(data, ("wind", "code", "y"), None, levels=levels) == expected


def test_only_training_rows_decide(bench):
    bench.csv("wind,y\n" + "".join(f"{wind},{i}\n" for i, wind in enumerate(WINDS)))
    data = bench.data(window=Window(timesteps=2), categorical={"wind": "one_hot"}, split=Split(train=0.5, test=0.5))
    assert levels_of(data, bench.base, Contract((), (1,), "values")) == {"wind": ("NW", "SE")}


def test_the_input_is_derived_from_the_training_rows(bench, monkeypatch):
    monkeypatch.chdir(bench.base)
    bench.csv("wind,y\n" + "".join(f"{wind},{i}\n" for i, wind in enumerate(WINDS)))
    assert lstmc.build(SPEC).plan.input.dims == (2, 3)


def test_check_reads_only_the_head_where_the_input_is_written(bench, monkeypatch):
    monkeypatch.chdir(bench.base)
    bench.csv("wind,y\n\0broken\n")
    assert lstmc.check({**SPEC, "input": {"timesteps": 2, "features": 3}}) == ()
    assert [d.code for d in lstmc.check(SPEC)] == ["LC520"]


@pytest.mark.triggers("LC304")
def test_the_timesteps_are_known_without_the_categories(bench, monkeypatch):
    monkeypatch.chdir(bench.base)
    bench.csv("wind,y\nNW,1\n")
    assert [d.code for d in lstmc.check({**SPEC, "input": {"timesteps": 3, "features": 3}})] == ["LC304"]
