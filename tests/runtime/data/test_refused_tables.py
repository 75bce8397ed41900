"""Tables that are refused: the code, the place and the words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lstmc.runtime.data import Contract, files, prepare
from lstmc.spec.data import Arrange, Data, Scale, Source, Split, Time, Window

ONE_STEP = Contract((1, 2), (1,), "values")
SERIES = Contract((2, 1), (1,), "values")
LABELS = Contract((1, 2), (3,), "labels", loss="sparse_categorical_crossentropy")
BINARY = Contract((1, 2), (1,), "binary")
ROWS = "a,b,y\n1,2,3\n4,5,6\n"
STAMPS = {"time": Time(columns="t"), "features": ("y",), "window": Window(timesteps=2)}


def case(code: str, *arguments: Any, id: str = "") -> Any:  # noqa: A002
    return pytest.param(code, *arguments, marks=pytest.mark.triggers(code), id=f"{code}-{id}" if id else code)


@pytest.mark.parametrize(
    ("code", "text", "where", "says"),
    [
        case("LC504", "a,b,y\n1,2,3\n4,x,6\n", "t.csv, row 3, column `b`", "`x` is not a number"),
        case("LC504", "a,b,y\n\n1,2,3\n\n4,x,6\n", "t.csv, row 5, column `b`", "`x`", id="after empty lines"),
        case("LC504", '\n\na,b,y\n"1\n",2,3\n4,x,6\n', "t.csv, row 6, column `b`", "`x`", id="after a quoted break"),
        case("LC504", "a,b,y\n1,2,3\n4,true,z\n", "t.csv, row 3, column `b`", "true", id="booleans"),
        case("LC505", "a,b,y\n1,,3\n4,NA,6\n", "t.csv, row 2, column `b`", "and 1 more"),
        case("LC505", "a,b,y\n1,2,3\n4,NaN,6\n", "t.csv, row 3, column `b`", "missing", id="NaN"),
        case("LC505", "a,b,y\n1,2,3\n4,5,null\n", "t.csv, row 3, column `y`", "missing", id="target"),
        case("LC505", "a,b,y\n1,2,3\n,,\n", "t.csv, row 3, column `a`", "empty", id="all cells"),
        case("LC506", "a,b,y\n1,2,3\n4,-inf,6\n", "t.csv, row 3, column `b`", "`-inf`"),
        case("LC506", "a,b,y\n1,2,3\n4,1e39,6\n", "t.csv, row 3, column `b`", "32 bits", id="float32"),
        case("LC506", "a,b,y\n1,2,3\n4,1e999,6\n", "t.csv, row 3, column `b`", "32 bits", id="float64"),
        case("LC515", "a,b,y\n", "t.csv", "no rows", id="header only"),
        case("LC520", "", "t.csv", "empty", id="empty"),
        case("LC520", b"\xef\xbb\xbf\n", "t.csv", "empty", id="only a byte-order mark"),
        case("LC520", "a,b,y\n1,2,3\n4,5\n", "t.csv, row 3", "2 cells, the header 3", id="short row"),
        case("LC520", "a,b,y\n1,2,3\n4,5,6,7\n", "t.csv, row 3", "4 cells, the header 3", id="long row"),
        case("LC520", "a,a,y\n1,2,3\n", "t.csv, row 1", "`a` more than once", id="names twice"),
        case("LC520", "a,b,y\n1,2,3\n4,\0,6\n", "t.csv, row 3", "NUL", id="NUL"),
        case("LC520", b"a,b,y\n1,2,\xff\n", "t.csv, row 2", "UTF-8", id="not UTF-8"),
        case("LC520", b"\x89PNG\r\n\x1a\n\x93\xfe", "t.csv, row 1", "UTF-8", id="a picture"),
        case("LC520", 'a,b,y\n1,2,3\n4,"5,6\n', "t.csv, row 3", "not closed", id="open quote"),
        case("LC520", 'a,b,y\n1,"2\n0",3\n4,"5,6\n', "t.csv, row 4", "not closed", id="open quote after a break"),
        case("LC520", b"PK\x03\x04 sheet", "t.csv", "a zip archive", id="a zip archive"),
        case("LC504", "a,b,y\r1,2,3\r4,x,6\r", "t.csv, row 3, column `b`", "`x`", id="line ends of old Macs"),
        case("LC520", 'a,b,y\n1,2,3\n4,5"6,6\n7,8,9\n', "t.csv, row 3", "quote", id="stray quote"),
    ],
)
def test_a_file_is_refused_at_its_first_bad_cell(bench, code, text, where, says):
    error = bench.csv(text).refused()
    diagnostic = error.diagnostics[0]
    assert (diagnostic.code, diagnostic.where) == (code, where)
    assert says in diagnostic.message
    assert error.exit_code == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0,5,1\n1,2,3\n", "write one as row 1"),
        (b"a,b,y\n1,2,3\n4,\0,6\n", "copy the file again"),
    ],
    ids=["no header", "one NUL"],
)
@pytest.mark.triggers("LC503", "LC520")
def test_the_way_out_of_a_file(bench, text, says):
    assert says in bench.csv(text).refused(features=("a", "b")).diagnostics[0].help


@pytest.mark.parametrize(
    ("code", "keys", "says"),
    [
        case("LC501", {"path": "T.csv"}, "did you mean `t.csv`?", id="misspelt"),
        case("LC501", {"path": "nowhere/t.csv"}, "no folder", id="no folder"),
        case("LC501", {"path": "folder.csv"}, "a file in it", id="folder"),
        case("LC502", {"path": "t.xlsx"}, "pandas.read_excel", id="xlsx"),
        case("LC502", {"path": "t.dat"}, ".jsonl, .npz and .npy", id="dat"),
        case("LC503", {"target": "Y"}, "did you mean `y`? there is: `a`, `b`, `y`", id="target"),
        case("LC503", {"features": ("a", "bb")}, "`a`, `b`, `y`", id="feature"),
        case("LC503", {"time": Time(columns="date")}, "there is", id="time"),
        case("LC503", {"split": Split(train=1.0, order="time")}, '`"order": "file"`', id="order"),
        case("LC508", {"arrange": Arrange(timesteps=3)}, "", id="division"),
        case("LC526", {"target": None}, "there is: `a`, `b`, `y`"),
    ],
)
def test_a_key_that_does_not_fit_the_file(bench, code, keys, says):
    (bench.base / "folder.csv").mkdir()
    (bench.base / "t.xlsx").write_text("")
    (diagnostic,) = bench.csv(ROWS).refused(**keys).diagnostics
    assert diagnostic.code == code
    assert says in diagnostic.help


@pytest.mark.triggers("LC501")
def test_a_file_that_may_not_be_read(bench, monkeypatch):
    bench.csv(ROWS)

    def refuse(_path: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(files, "open_regular", refuse)
    assert [d.code for d in bench.refused().diagnostics] == ["LC501"]


@pytest.mark.parametrize(
    ("code", "contract", "labels", "where", "says"),
    [
        case("LC512", LABELS, "0 3 2", "t.csv, row 3, column `y`", "0 … 2", id="too great"),
        case("LC512", LABELS, "0 -1 2", "t.csv, row 3, column `y`", "-1", id="negative"),
        case("LC512", LABELS, "0 1 1.5", "t.csv, row 4, column `y`", "no class id", id="fraction"),
        case("LC512", LABELS, "cat dog cat", "", "2 classes in the training rows (`cat`, `dog`)", id="learned"),
        case("LC513", BINARY, "0 1 2", "t.csv, row 4, column `y`", "this is 2"),
        case("LC513", BINARY, "a b c", "", "3: `a`, `b`, `c`", id="three labels"),
        case("LC513", BINARY, "a a a", "", "the training rows have 1", id="one label"),
        case("LC514", Contract((1, 2), (3,), "one_hot", loss="categorical_crossentropy"), "0 1 2", "", "class ids"),
        case(
            "LC521",
            Contract((1, 2), (3,), "labels", classes=("a", "b", "c")),
            "a b x",
            "t.csv, row 4, column `y`",
            "`x` is none of the model's: `a`, `b`, `c`",
        ),
        case("LC510", Contract((1, 2), (2,), "values"), "1 2 3", "", "(3, 1) do not match the output (samples, 2)"),
        case("LC505", LABELS, "0 NA 1", "t.csv, row 3, column `y`", "missing", id="label"),
    ],
)
def test_labels_that_the_model_cannot_take(bench, code, contract, labels, where, says):
    bench.csv("a,b,y\n" + "".join(f"{i},{i * i},{label}\n" for i, label in enumerate(labels.split())))
    (diagnostic,) = bench.refused(contract).diagnostics
    assert (diagnostic.code, diagnostic.where) == (code, where)
    assert says in diagnostic.message


@pytest.mark.triggers("LC521")
def test_a_label_that_training_did_not_see(bench):
    bench.csv("a,b,y\n1,2,x\n1,2,y\n1,2,z\n1,2,q\n")
    (diagnostic,) = bench.refused(LABELS, split=Split(train=3, test=1, order="file")).diagnostics
    assert (diagnostic.code, diagnostic.where) == ("LC521", "t.csv, row 5, column `y`")


@pytest.mark.triggers("LC513")
def test_two_labels_in_a_row_of_a_multilabel_target(bench):
    contract = Contract((1, 1), (2,), "multilabel")
    (diagnostic,) = bench.csv("a,u,v\n1,0,1\n1,1,2\n").refused(contract, target=("u", "v")).diagnostics
    assert (diagnostic.code, diagnostic.where) == ("LC513", "t.csv, row 3, column `v`")


@pytest.mark.triggers("LC514")
@pytest.mark.parametrize("row", ["0,0", "1,1", "0.5,0.5"])
def test_rows_that_are_not_one_hot(bench, row):
    contract = Contract((1, 1), (2,), "one_hot")
    (diagnostic,) = bench.csv(f"a,u,v\n1,0,1\n1,{row}\n").refused(contract, target=("u", "v")).diagnostics
    assert (diagnostic.code, diagnostic.where) == ("LC514", "t.csv, row 3, column `u`")


@pytest.mark.parametrize(
    ("code", "stamps", "where", "says"),
    [
        case("LC516", "2026-01-01 yesterday 2026-01-03", "t.csv, row 3, column `t`", "`yesterday`"),
        case("LC516", "2026-01-01 2026-02-29 2026-03-01", "t.csv, row 3, column `t`", "2026-02-29", id="no such day"),
        case("LC516", "1 2 x", "t.csv, row 4, column `t`", "`x`", id="numbers"),
        case("LC517", "3 1 3", "t.csv, row 4, column `t`", "rows 2 and 4 have the same time stamp, `3`"),
        case("LC517", "2026-01-01T00:00Z 2026-01-02 2026-01-01T01:00+01:00", "t.csv, row 4, column `t`", "2 and 4"),
    ],
)
def test_time_stamps_that_do_not_order_the_rows(bench, code, stamps, where, says):
    bench.csv("t,y\n" + "".join(f"{stamp},{i}\n" for i, stamp in enumerate(stamps.split())))
    (diagnostic,) = bench.refused(SERIES, **STAMPS).diagnostics
    assert (diagnostic.code, diagnostic.where) == (code, where)
    assert says in diagnostic.message


@pytest.mark.triggers("LC515")
@pytest.mark.parametrize(
    ("split", "rows", "says"),
    [
        (Split(train=1.0), 2, "needs 3 rows up to its target, there are 2"),
        (Split(train=8, test=3), 10, "asks for 11 rows (train 8, test 3), there are 10"),
        (Split(train=0.9, test=0.2), 10, "asks for 11 rows"),
        (Split(train=0.1, test=0.9), 10, "`train` (0.1) has 1 row and no sample: a window needs 3 rows"),
        (Split(train=0.9, validation=0.01, test=0.09), 10, "`validation` (0.01) has 0 rows and no sample"),
    ],
)
def test_too_few_rows(bench, split, rows, says):
    bench.csv("y\n" + "".join(f"{i}\n" for i in range(rows)))
    (diagnostic,) = bench.refused(SERIES, split=split, window=Window(timesteps=2)).diagnostics
    assert diagnostic.code == "LC515"
    assert says in diagnostic.message


@pytest.mark.triggers("LC527")
def test_parts_that_do_not_fill_stateful_batches(bench):
    bench.csv("a,b,y\n" + "1,2,3\n" * 10)
    contract = Contract((1, 2), (1,), "values", batch_size=4)
    found = bench.refused(contract, split=Split(train=7, test=3)).diagnostics
    assert [(d.code, "`train` has 7" in d.message, "`test` has 3" in d.message) for d in found] == [
        ("LC527", True, False),
        ("LC527", False, True),
    ]


@pytest.mark.triggers("LC507")
def test_a_table_that_is_not_arranged_offers_both_ways(bench):
    bench.csv("a,b,y\n" + "1,2,3\n" * 4)
    (diagnostic,) = bench.refused(arrange=None).diagnostics
    assert diagnostic.code == "LC507"
    assert "needs [samples, timesteps, features], the data has two dimensions: (4, 2)" in diagnostic.message
    assert '`"arrange": "columns_as_timesteps"` (2 timesteps of 1 feature)' in diagnostic.help
    assert '`"arrange": "columns_as_features"` (1 timestep of 2 features)' in diagnostic.help
    assert "x[" not in diagnostic.help


@pytest.mark.parametrize(
    ("code", "contract", "path"),
    [
        case("LC508", Contract((3, 2), (1,), "values"), "data.window.timesteps"),
        case("LC509", Contract((2, 5), (1,), "values"), "data.features"),
    ],
)
def test_windows_of_another_shape(bench, code, contract, path):
    bench.csv("a,y\n" + "1,2\n" * 6)
    (diagnostic,) = bench.refused(contract, window=Window(timesteps=2)).diagnostics
    assert (diagnostic.code, diagnostic.path) == (code, path)


def test_all_bad_columns_are_told_at_once(bench):
    found = bench.csv("t,a,b,y\n1,x,2,3\n?,2,,z\n").refused(time=Time(columns="t"), features=("a", "b")).diagnostics
    assert [(d.code, d.where) for d in found] == [
        ("LC504", "t.csv, row 2, column `a`"),
        ("LC505", "t.csv, row 3, column `b`"),
        ("LC504", "t.csv, row 3, column `y`"),
        ("LC516", "t.csv, row 3, column `t`"),
    ]


@pytest.mark.parametrize(
    ("code", "text", "contract", "features", "says"),
    [
        case("LC523", "0,5,1\n1,2,3", Contract((1, 2), (1,), "values", activation="sigmoid"), "none", "targets 1 … 3"),
        case("LC524", "1,5,1\n1,2,3", ONE_STEP, "standard", "the feature `a` is the same in every training row"),
        case("LC525", "0,5,1\n1,994,3", ONE_STEP, "none", "`b` reaches 994"),
    ],
)
def test_warnings_do_not_stop(bench, code, text, contract, features, says):
    dataset = bench.csv(f"a,b,y\n{text}\n").prepare(contract, scale=Scale(features=features))
    (warning,) = dataset.warnings
    assert (warning.code, warning.severity) == (code, "warning")
    assert says in warning.message


@pytest.mark.parametrize(
    ("text", "scale", "says"),
    [
        ("1,5,1\n2,2,1", {"target": "standard"}, "nothing to learn"),
        ("0,0,1\n" * 200 + "0,1e30,3", {"features": "standard"}, "though scaled"),
    ],
    ids=["constant target", "outlier"],
)
@pytest.mark.triggers("LC524", "LC525")
def test_the_way_out_of_a_warning(bench, text, scale, says):
    dataset = bench.csv(f"a,b,y\n{text}\n").prepare(ONE_STEP, scale=Scale(**scale), split=Split(train=1.0))
    assert says in dataset.warnings[-1].help


@pytest.mark.triggers("LC506")
def test_a_value_that_scaling_makes_infinite(bench):
    bench.csv("a,b,y\n0,1,1\n1e-30,2,2\n1e30,3,3\n")
    (diagnostic,) = bench.refused(scale=Scale(features="minmax"), split=Split(train=2, test=1)).diagnostics
    assert (diagnostic.code, diagnostic.where) == ("LC506", "t.csv, row 4, column `a`")


def test_a_relative_path_counts_from_the_base(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "t.csv").write_text(ROWS)
    data = Data(
        source=Source(path="sub/t.csv"),
        target="y",
        arrange=Arrange(rows="columns_as_features"),
        split=Split(train=1.0),
    )
    assert len(prepare(data, ONE_STEP, tmp_path, 0).parts["train"]) == 2
