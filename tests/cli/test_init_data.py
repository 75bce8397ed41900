"""`lstmc init DATA`: a table nobody has described becomes a spec that checks and runs."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lstmc.runtime.data.profile import profile
from lstmc.runtime.draft import written

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

SERIES = "date,sales,wind,id,note,flat\n" + "".join(
    f"2026-{1 + i // 28:02}-{1 + i % 28:02},{100 + 10 * np.sin(i):.3f},{['NW', 'SE', 'cv'][i % 3]},{i},note {i},7\n"
    for i in range(60)
)
KINDS = "a,b,kind\n" + "".join(f"{i * i % 7},{i % 5}.5,{['hen', 'owl', 'emu'][i % 3]}\n" for i in range(60))


@pytest.fixture
def table(folder):
    def write(text: str | bytes, name: str = "t.csv") -> None:
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    return write


@pytest.fixture
def begun(command, folder):
    """The spec that `lstmc init` writes; it checks."""

    def begin(*arguments: str, name: str = "t.lstm.json"):
        result = command("init", *arguments)
        assert result.code == 0, result.err
        assert command("check", name).code == 0
        return json.loads((folder / name).read_text(encoding="utf-8"))

    return begin


def test_a_series(table, begun):
    table(SERIES)
    spec = begun("t.csv", "--target", "sales", "--timesteps", "5")
    assert spec["task"] == "regression"
    assert spec["data"] == {
        "source": "t.csv",
        "time": "date",
        "features": ["sales", "wind"],
        "target": "sales",
        "categorical": {"wind": "one_hot"},
        "window": {"timesteps": 5},
        "scale": "standard",
    }
    for column, why in (("id", "counts the rows"), ("note", "too many different texts"), ("flat", "the same in every")):
        assert f"`{column}` is left out: it " in spec["description"]
        assert why in spec["description"]


def test_rows_as_samples(table, begun):
    table(KINDS)
    spec = begun("t.csv", "--target", "kind")
    assert spec["task"] == {"kind": "multiclass", "classes": ["emu", "hen", "owl"]}
    assert spec["layers"][-1] == {"type": "Dense", "units": 3}
    assert spec["data"]["features"] == ["a", "b"]
    assert spec["data"]["arrange"] == "columns_as_features"


def test_numbered_columns_are_timesteps(table, begun):
    table("x1,x2,x3,x4,y\n" + "".join(f"{i}.5,{i * i},{i * 2}.5,{i % 3},{i * 1.5}\n" for i in range(30)))
    assert begun("t.csv", "--target", "y")["data"]["arrange"] == "columns_as_timesteps"


@pytest.mark.parametrize(
    ("labels", "task", "units"),
    [
        ("0 1", "binary", 1),
        ("yes no", {"kind": "binary", "classes": ["no", "yes"]}, 1),
        ("1 2", {"kind": "binary", "classes": [1, 2]}, 1),
        ("0 1 2", "multiclass", 3),
        ("3 1 10", {"kind": "multiclass", "classes": [1, 3, 10]}, 3),
        ("0.5 1.5", "regression", 1),
        (" ".join(str(i * i) for i in range(11)), "regression", 1),
    ],
)
def test_the_task_is_guessed_from_the_target(table, begun, labels, task, units):
    values = labels.split()
    table("a,y\n" + "".join(f"{i * i % 11}.25,{values[i % len(values)]}\n" for i in range(44)))
    spec = begun("t.csv", "--target", "y")
    assert (spec["task"], spec["layers"][-1]["units"]) == (task, units)


@pytest.mark.parametrize(
    ("arguments", "policy"), [((), "drop"), (("--timesteps", "2"), "forward_fill")], ids=["rows", "window"]
)
def test_missing_values_get_a_policy(table, begun, arguments, policy):
    table("a,y\n" + "".join(f"{'NA' if i == 3 else i * i},{i % 7}.5\n" for i in range(30)))
    spec = begun("t.csv", "--target", "y", *arguments)
    assert spec["data"]["missing"] == policy
    assert "1 value missing" in spec["description"]


def test_how_the_file_is_written_is_found_out(table, begun):
    rows = "".join(f"{i};{i},5;{i * i % 17},25\n" for i in range(30))
    table(f"größe;b;y\n{rows}".encode("cp1252"))
    source = begun("t.csv", "--target", "y")["data"]["source"]
    assert source == {"path": "t.csv", "delimiter": ";", "decimal": ",", "encoding": "cp1252"}


@pytest.mark.parametrize(
    ("header", "first", "time"),
    [
        ("year,month,day", "2026,1,{day}", ["year", "month", "day"]),
        ("when,x", "2026-01-{day:02},1.5", "when"),
        ("t,x", "{day},1.5", "t"),
        ("x,z", "{day},1.5", None),
        ("t,x", "1,1.5", None),
    ],
)
def test_what_orders_the_rows(table, begun, header, first, time):
    table(f"{header},y\n" + "".join(f"{first.format(day=i + 1)},{i * i % 13}.5\n" for i in range(28)))
    assert begun("t.csv", "--target", "y", "--timesteps", "3")["data"].get("time") == time


def test_a_time_stamp_that_is_there_twice_orders_nothing(table, begun):
    table("date,y\n" + "".join(f"2026-01-{1 + i // 2:02},{i * i % 13}.5\n" for i in range(40)))
    spec = begun("t.csv", "--target", "y", "--timesteps", "3")
    assert "time" not in spec["data"]
    assert "`date` is left out: a time stamp is there twice." in spec["description"]


def test_few_rows_leave_none_to_validate(table, begun):
    table("a,y\n" + "".join(f"{i}.5,{i * i}.5\n" for i in range(12)))
    spec = begun("t.csv", "--target", "y")
    assert spec["data"]["split"] == {"train": 0.8, "test": 0.2}
    assert "early_stopping" not in spec["fit"]


def test_the_source_is_seen_from_the_spec(table, command, folder):
    table(KINDS)
    (folder / "specs").mkdir()
    result = command("init", "t.csv", "--target", "kind", "-o", "specs/a.lstm.json")
    assert "Next: lstmc run specs/a.lstm.json --allow-outside" in result.err
    assert json.loads((folder / "specs" / "a.lstm.json").read_text())["data"]["source"] == "../t.csv"
    assert command("check", "specs/a.lstm.json", "--json").codes == ["LC560"]
    assert command("check", "specs/a.lstm.json", "--allow-outside").code == 0


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("t,v\n" + "".join(f"{i},{np.sin(i / 3):.4f}\n" for i in range(50)), ("--target", "v", "--timesteps", "4")),
        (KINDS, ("--target", "kind")),
    ],
    ids=["series", "kinds"],
)
def test_it_runs(table, begun, command, text, arguments):
    table(text)
    begun("t.csv", *arguments)
    result = command("fit", "t.lstm.json", "--set", "fit.epochs=1", "--verbose", "0")
    assert result.code == 0, result.err


@pytest.mark.triggers("LC503")
def test_a_series_of_one_column_names_the_option_that_reads_it(table, command, begun):
    table("day,y\n" + "".join(f"2026-01-{day:02},{day * day % 11}.5\n" for day in range(1, 31)))
    result = command("init", "t.csv", "--target", "y", "--json")
    assert (result.code, result.codes) == (3, ["LC503"])
    assert "`--timesteps N`" in result.json["diagnostics"][0]["help"]
    assert begun("t.csv", "--target", "y", "--timesteps", "7")["data"]["features"] == ["y"]


@pytest.mark.triggers("LC503")
def test_an_unknown_target(table, command):
    table(KINDS)
    result = command("init", "t.csv", "--target", "kinds", "--json")
    assert (result.code, result.codes) == (3, ["LC503"])
    assert "did you mean `kind`?" in result.json["diagnostics"][0]["help"]


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        pytest.param("a,y\n", ("--target", "y"), "LC515", id="no rows"),
        pytest.param("a,y\n1,2\n3,4\n", ("--target", "y", "--timesteps", "5"), "LC515", id="few rows"),
        pytest.param("", ("--target", "y"), "LC520", id="empty"),
        pytest.param("a,y\n1,7\n2,7\n", ("--target", "y"), "LC504", id="constant target"),
        pytest.param("y\n1.5\n2\n", ("--target", "y"), "LC503", id="no features"),
    ],
)
@pytest.mark.triggers("LC503", "LC504", "LC515", "LC520")
def test_a_table_that_cannot_be_begun_with(table, command, folder, text, arguments, code):
    table(text)
    result = command("init", "t.csv", *arguments, "--json")
    assert (result.code, result.codes) == (3, [code])
    assert not (folder / "t.lstm.json").exists()


@pytest.mark.triggers("LC501", "LC502")
@pytest.mark.parametrize(("name", "code"), [("t.cvs", "LC502"), ("u.csv", "LC501"), ("a.npz", "LC502")])
def test_a_file_that_is_no_table(table, command, name, code):
    table(KINDS)
    assert command("init", name, "--target", "kind", "--json").codes == [code]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("t.csv",), "a, b, kind"),
        (("--target", "kind"), "none is named"),
        (("--timesteps", "3"), "none is named"),
        (("t.csv", "--target", "kind", "--template", "digits"), "leave it out"),
        (("t.csv", "--target", "kind", "--timesteps", "0"), "0"),
        (("t.csv", "--target", "kind", "-o", "a.txt"), ".lstm.json"),
    ],
)
def test_usage(table, command, arguments, says):
    table(KINDS)
    result = command("init", *arguments)
    assert result.code == 2
    assert says in result.err


def test_an_existing_spec_is_kept(table, command, folder):
    table(KINDS)
    (folder / "t.lstm.json").write_text("mine", encoding="utf-8")
    assert command("init", "t.csv", "--target", "kind").code == 2
    assert (folder / "t.lstm.json").read_text(encoding="utf-8") == "mine"
    assert command("init", "t.csv", "--target", "kind", "--force").code == 0


@pytest.mark.shared
def test_real_tables(shared):
    air = profile("pollution.csv", shared / "data")
    assert air.time == ("year", "month", "day", "hour")
    kinds = {name: column.kind for name, column in air.columns.items()}
    assert (kinds["No"], kinds["cbwd"], kinds["pm2.5"]) == ("counter", "categories", "numbers")
    assert air.columns["pm2.5"].missing == 2067
    assert profile("shampoo.csv", shared / "data").time == ("Month",)


def test_long_values_stand_on_lines_of_their_own():
    names = [f"column {i}" for i in range(20)]
    text = written({"features": names, "source": "a.csv"})
    assert json.loads(text) == {"features": names, "source": "a.csv"}
    assert max(map(len, text.splitlines())) <= 100
