"""Texts among numbers: what a whole column has in common is named, with the number that is meant."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lstmc.runtime.data.profile import profile
from lstmc.runtime.draft import draft
from lstmc.spec.data import Source, Window
from lstmc.spec.errors import DataError

NUMBERS = [f"{20 + i / 7:.2f}" for i in range(40)]


@pytest.mark.triggers("LC504")
@pytest.mark.parametrize(
    ("cells", "why", "fix"),
    [
        ([f"{n}%" for n in NUMBERS], "it is a percentage", "all 40 such cells of the column: 20.00 for `20.00%`"),
        ([f"${n}" for n in NUMBERS], "it has a currency sign", "20.00 for `$20.00`"),
        ([f"{n} €" for n in NUMBERS], "it has a currency sign", "20.00 for `20.00 €`"),
        ([f"-${n}" for n in NUMBERS], "it has a currency sign", "-20.00 for `-$20.00`"),
        ([f'"$1,2{n}"' for n in NUMBERS], "it has a currency sign", "1220.00 for `$1,220.00`"),
        ([f"{n}K" for n in NUMBERS], "its last letter stands for a power of ten", "20000 for `20.00K`"),
        ([f"{n}M" for n in NUMBERS], "its last letter stands for a power of ten", "20000000 for `20.00M`"),
        ([f"({n})" for n in NUMBERS], "the parentheses stand for a minus sign", "-20.00 for `(20.00)`"),
        ([f"\u2212{n}" for n in NUMBERS], "its minus sign is not the one of ASCII", "-20.00 for"),
        ([f"{n} km/h" for n in NUMBERS], "a unit follows the number", "20.00 for `20.00 km/h`"),
        ([f'"1,2{n}"' for n in NUMBERS], "it has thousands separators", "without them, as 1220.00"),
        (["?" if i % 9 == 4 else n for i, n in enumerate(NUMBERS)], "it seems to mark missing values", "cells empty"),
        (["-" if i % 9 == 4 else n for i, n in enumerate(NUMBERS)], "it seems to mark missing values", "cells empty"),
        (["14n", *NUMBERS[1:]], "the first row under the header holds texts: units, or a second header", "remove"),
        (["ACME", "", *NUMBERS[2:]], "the first 2 rows under the header hold texts", "remove the first 2 rows"),
    ],
)
def test_the_common_cause_is_named(bench, cells, why, fix):
    bench.csv("a,y\n" + "".join(f"{cell},{i}.5\n" for i, cell in enumerate(cells)))
    found = next(d for d in bench.refused(features=("a",)).diagnostics if d.code == "LC504")
    assert why in found.message
    assert fix in found.help
    assert "one_hot" not in found.help
    with pytest.raises(DataError) as caught:
        draft(profile("t.csv", bench.base), "a", None)
    assert why in caught.value.diagnostics[0].message
    made = draft(profile("t.csv", bench.base), "y", 3)
    assert any("`a` is left out" in guess and why in guess for guess in made.guesses)


@pytest.mark.triggers("LC504")
def test_many_texts_are_not_categories(bench):
    bench.csv("a,y\n" + "".join(f"note {i},{i}.5\n" for i in range(40)))
    assert "one_hot" not in bench.refused(features=("a",)).diagnostics[0].help


@pytest.mark.triggers("LC504")
def test_dates_among_the_features_are_time(bench):
    bench.csv("a,y\n" + "".join(f"{i + 1:02}.01.2026,{i}.5\n" for i in range(30)))
    help_ = bench.refused(features=("a",)).diagnostics[0].help
    assert '"time": {"columns": "a", "format": "%d.%m.%Y"}' in help_


@pytest.mark.triggers("LC520")
@pytest.mark.parametrize(
    ("text", "where", "message", "help_"),
    [
        ("# a\n# b, c\na,y\n1,2\n", "t.csv, row 1", "rows 1 to 2 begin with `#`", "grep -v '^#' t.csv >"),
        ("# a\na,y\n1,2\n", "t.csv, row 1", "row 1 begins with `#`", "grep -v '^#' t.csv >"),
        ("Station 1\nSome River\na,y\n1,2\n3,4\n5,6\n", "t.csv, row 3", "2 cells", "begin at row 3"),
        ("a,y\n1,2,3\n2,3,4\n3,4,5\n", "t.csv, row 2", "3 cells", "give their first column a name"),
        ("a,y\n1,2\n2,3,4\n3,4\n", "t.csv, row 3", "3 cells", "quote cells"),
    ],
)
def test_rows_that_are_no_rows_of_the_table(bench, text, where, message, help_):
    bench.csv(text)
    with pytest.raises(DataError) as caught:
        profile("t.csv", bench.base)
    found = caught.value.diagnostics[0]
    assert found.code == "LC520"
    assert found.where == where
    assert message in found.message
    assert help_ in found.help


def test_a_header_that_begins_with_a_hash(bench):
    data = bench.csv("#a,y\n" + "1,2\n3,4\n" * 9).prepare(features=("#a", "#a"))
    np.testing.assert_array_equal(data.parts["train"].x[:2, 0, 0], [1, 3])


def test_comments_are_reported_by_check(bench, monkeypatch):
    from lstmc.cli import main

    bench.csv("# made up, data\n# of one day\na,y\n1,2\n")
    spec = {"lstmc": 1, "task": "regression", "layers": [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}]}
    data = {"source": "t.csv", "features": ["a"], "target": "y", "window": {"timesteps": 3}}
    (bench.base / "t.lstm.json").write_text(json.dumps({**spec, "data": data}), encoding="utf-8")
    monkeypatch.chdir(bench.base)
    monkeypatch.setattr("sys.argv", ["lstmc", "check", "t.lstm.json", "--with-data"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 3


def test_the_policy_in_the_help_fits_the_spec(bench):
    bench.csv("y\n" + "".join("?\n" if i % 9 == 4 else f"{n}\n" for i, n in enumerate(NUMBERS)))
    help_ = bench.refused(source=Source(path="t.csv"), window=Window(timesteps=3)).diagnostics[0].help
    assert help_ == 'leave these cells empty, and set `"missing": "forward_fill"` in `data`'
