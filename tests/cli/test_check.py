"""`lstmc check`: formats, fixes, files and data."""

import json
import re

import pytest

from lstmc.api import compiled

WRONG = """{
  "lstmc": 1,
  "task": "regression",
  "input": { "timesteps": 4, "features": "1" },
  "layers": [
    { "type": "LSTM", "unit": 3, },
    { "type": "Dense", "units": 1 }
  ]
}
"""


@pytest.fixture
def wrong(specs):
    """A spec with three mistakes, all fixable, among the good ones."""
    (specs / "wrong.lstm.json").write_text(WRONG, encoding="utf-8")
    return specs / "wrong.lstm.json"


def test_fine(command, specs):
    result = command("check", "series.lstm.json", "kinds.lstm.json")
    assert (result.code, result.out) == (0, "")
    assert result.err == "series.lstm.json: no mistakes\nkinds.lstm.json: no mistakes\n"


def test_text(command, wrong):
    result = command("check", "series.lstm.json", wrong.name)
    assert (result.code, result.out) == (1, "")
    assert "error[LC203]: expected an integer" in result.err
    assert "--> wrong.lstm.json:4:42" in result.err
    assert "3 errors; 3 fixable with `lstmc check --fix`" in " ".join(result.err.split())
    assert all(len(line) <= 80 for line in result.err.splitlines())


@pytest.mark.parametrize("option", [["--format", "json"], ["--json"]])
def test_json(command, wrong, option):
    result = command("check", "series.lstm.json", wrong.name, *option)
    assert result.code == 1
    assert result.err == ""
    assert result.codes == ["LC203", "LC201", "LC108"]
    first = result.json["diagnostics"][0]
    assert (first["file"], first["range"]["start"]["line"], first["range"]["start"]["column"]) == (wrong.name, 4, 42)


def test_json_of_a_good_spec_is_a_document_too(command, specs):
    assert command("check", "series.lstm.json", "--json").json == {"diagnostics": []}


def test_sarif(command, wrong):
    result = command("check", wrong.name, "--format", "sarif")
    assert result.code == 1
    (run,) = result.json["runs"]
    assert result.json["version"] == "2.1.0"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[found["ruleIndex"]] == found["ruleId"] for found in run["results"])
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 4


def test_github(command, wrong):
    lines = command("check", wrong.name, "--format", "github").out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("::error file=wrong.lstm.json,line=4,col=42,endLine=4,endColumn=45,title=LC203::")


def test_fix_writes_the_whole_file_and_is_idempotent(command, wrong):
    result = command("check", wrong.name, "--fix")
    assert result.code == 0
    assert "3 fixes applied" in result.err
    fixed = WRONG.replace('"1" }', "1 }").replace("unit", "units", 1).replace("3, }", "3 }")
    assert wrong.read_text(encoding="utf-8") == fixed
    again = command("check", wrong.name, "--fix")
    assert (again.code, "applied" in again.err) == (0, False)
    assert wrong.read_text(encoding="utf-8") == fixed


def test_fix_leaves_what_has_no_one_meaning(command, specs):
    path = specs / "series.lstm.json"
    path.write_text(path.read_text().replace('"LSTM"', '"Gizmo"'))
    before = path.read_bytes()
    assert command("check", path.name, "--fix").code == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b'{"name": "gr\xf6\xdfe"}', b"[" * 100_000, b'{"a": "' + b"x" * 2_000_000 + b'"}'])
def test_fix_leaves_files_that_could_not_be_read_whole(command, folder, content):
    path = folder / "a.lstm.json"
    path.write_bytes(content)
    assert command("check", path.name, "--fix").code == 1
    assert path.read_bytes() == content


@pytest.mark.triggers("LC213")
@pytest.mark.parametrize(
    ("assignment", "code"),
    [
        ("fit.epochs=3", None),
        ("fit.epochs=many", "LC203"),
        ("fit.epochs", "LC213"),
        ("layers.9.units=3", "LC213"),
        ("fit.epoch=3", "LC201"),
        ("=3", "LC213"),
    ],
)
def test_set(command, specs, assignment, code):
    before = (specs / "series.lstm.json").read_bytes()
    result = command("check", "series.lstm.json", "--set", assignment, "--json")
    assert result.codes == ([code] if code else [])
    assert result.code == (1 if code else 0)
    assert (specs / "series.lstm.json").read_bytes() == before


def test_values_that_are_set_are_not_said_to_be_mended_by_fix(command, specs):
    result = command("check", "series.lstm.json", "--set", "layers.0.return_sequences=true")
    assert "error[LC3" in result.err or "error[LC4" in result.err
    assert "fix" not in result.err


@pytest.mark.parametrize("format_", ["json", "sarif", "github"])
def test_programs_are_told_the_file_also_with_set(command, specs, format_):
    out = command("check", "series.lstm.json", "--set", "fit.epoch=3", "--format", format_).out
    assert "series.lstm.json" in out
    assert "(with --set)" not in out


def test_of_several_specs_each_is_summed_up_by_name(command, wrong):
    result = command("check", "series.lstm.json", wrong.name)
    assert result.err.splitlines()[0] == "series.lstm.json: no mistakes"
    assert "\nwrong.lstm.json: 3 errors;" in result.err


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("seres.lstm.json", "did you mean `series.lstm.json`?"),
        ("series", "did you mean `series.lstm.json`?"),
        ("zzz.lstm.json", "check the path"),
    ],
)
def test_a_file_that_is_called_nearly_the_same_is_named(command, specs, name, advice):
    assert advice in command("check", name).err


@pytest.mark.triggers("LC100")
@pytest.mark.parametrize("name", ["absent.lstm.json", "."])
def test_files_that_cannot_be_read(command, specs, name):
    result = command("check", name)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"error[LC100]: `{name}` cannot be read")
    assert command("check", name, "--json").codes == ["LC100"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "LC105"),
        (b"   \n", "LC105"),
        (b"[1, 2]", "LC214"),
        (b"42", "LC214"),
        (b"null", "LC214"),
        ('{"lstmc": 1}'.encode("utf-16"), "LC101"),
        (b'{"lstmc": 1, "layers": "' + b"x" * 3_000_000, "LC103"),
        (b"[" * 200_000, "LC104"),
    ],
)
def test_files_that_are_no_spec(command, folder, content, code):
    (folder / "a.lstm.json").write_bytes(content)
    result = command("check", "a.lstm.json", "--json")
    assert result.code == 1
    assert code in result.codes


def test_a_binary_file_does_not_flood_or_steer_the_terminal(command, folder):
    (folder / "a.lstm.json").write_bytes(bytes(range(256)) * 40)
    result = command("check", "a.lstm.json")
    assert result.code == 1
    assert len(result.err) < 20_000
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", result.err)


def test_data(command, specs):
    result = command("check", "series.lstm.json", "--with-data")
    assert (result.code, result.out) == (0, "")
    assert "data: train" in result.err


def test_data_of_several_specs_is_named(command, specs):
    result = command("check", "series.lstm.json", "kinds.lstm.json", "--with-data")
    named = [line.split(":")[0] for line in result.err.splitlines() if ": data: " in line]
    assert named == ["series.lstm.json", "kinds.lstm.json"]


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ("t,v,w\n1,2,x\n2,3,4\n", "LC504", "row 2, column `w`"),
        ("t,v,w\n1,2\n", "LC520", "row 2"),
        ("t,v,w\n1,,3\n2,3,4\n", "LC505", "row 2, column `v`"),
        ("t,V,w\n1,2,3\n", "LC503", "bad.csv"),
        ("t,v,w\n1,2,3\n", "LC515", "data.window"),
        ("", "LC520", "bad.csv"),
    ],
)
def test_bad_data(command, specs, content, code, place):
    (specs / "bad.csv").write_text(content)
    result = command("check", "series.lstm.json", "--data", "bad.csv")
    assert (result.code, result.out) == (3, "")
    assert f"error[{code}]" in result.err
    assert place in result.err
    assert code in command("check", "series.lstm.json", "--data", "bad.csv", "--json").codes


def test_absent_data(command, specs):
    result = command("check", "series.lstm.json", "--data", "seris.csv", "--json")
    assert (result.code, result.codes) == (3, ["LC501"])
    assert "`series.csv`" in result.json["diagnostics"][0]["help"]


def test_mistakes_of_the_spec_outweigh_those_of_data(command, wrong):
    assert command("check", "series.lstm.json", wrong.name, "--data", "absent.csv").code == 1


def test_tensorflow_is_not_loaded(process, specs):
    running = process("check", "series.lstm.json", PYTHONPROFILEIMPORTTIME="1")
    _, err = running.communicate(timeout=120)
    assert running.returncode == 0
    assert "lstmc.compiler" in err
    assert not re.search(r"\| +(tensorflow|keras|polars|matplotlib|scipy)\n", err)


@pytest.mark.parametrize(
    ("name", "content", "code", "says"),
    [
        pytest.param("d.csv", b"", "LC520", "the file is empty", marks=pytest.mark.triggers("LC520"), id="empty"),
        pytest.param("d.csv", "t,v\n1,2\n".encode("utf-16"), "LC520", "not text in UTF-8", id="UTF-16"),
        pytest.param("d.parquet", b"PAR1" + bytes(40), "LC520", "cut, or no Parquet", id="cut"),
    ],
)
def test_a_file_whose_head_tells_nothing_is_read_to_say_why(tmp_path, name, content, code, says):
    (tmp_path / name).write_bytes(content)
    spec = tmp_path / "s.lstm.json"
    data = {"source": name, "target": "v", "window": {"timesteps": 2}}
    layers = [{"type": "LSTM", "units": 1}, {"type": "Dense", "units": 1}]
    spec.write_text(json.dumps({"lstmc": 1, "task": "regression", "layers": layers, "data": data}), encoding="utf-8")
    (found,) = [d for d in compiled(spec).diagnostics if d.code == code]
    assert says in found.message


@pytest.mark.triggers("LC565")
def test_a_data_file_that_is_not_there_is_told(command, specs):
    features = ["--set", 'data.features=["v"]']
    (specs / "series.csv").rename(specs / "serie.csv")
    result = command("check", "series.lstm.json", *features)
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith("warning[LC565]: there is no file `series.csv`")
    assert "did you mean `serie.csv`?" in result.err
    assert "1 warning;" in result.err
    assert "no mistakes" not in result.err
    document = command("check", "series.lstm.json", *features, "--json").json
    assert [(d["code"], d["severity"], d["path"]) for d in document["diagnostics"]] == [
        ("LC565", "warning", "data.source")
    ]
    (run,) = command("check", "series.lstm.json", *features, "--format", "sarif").json["runs"]
    assert [(found["ruleId"], found["level"]) for found in run["results"]] == [("LC565", "warning")]
    assert command("check", "series.lstm.json", *features, "--format", "github").out.startswith("::warning file=")
    assert command("check", "series.lstm.json", *features, "--with-data").code == 3
    assert command("check", "series.lstm.json", *features, "--data", "serie.csv").err.endswith("no mistakes\n")


@pytest.mark.triggers("LC565")
def test_files_of_parts_that_are_not_there(command, specs):
    split = '{"train": {"path": "series.csv"}, "test": {"path": "absent-*.csv"}}'
    result = command("check", "series.lstm.json", "--set", f"data.split={split}", "--json")
    assert (result.code, result.codes) == (0, ["LC565"])
    assert result.json["diagnostics"][0]["path"] == "data.split.test"


@pytest.mark.triggers("LC566")
def test_a_spec_without_a_data_file(command, specs):
    text = (specs / "series.lstm.json").read_text().replace('"source": "series.csv",', '"features": ["v"],')
    (specs / "bare.lstm.json").write_text(text)
    result = command("check", "bare.lstm.json")
    assert result.code == 0
    assert result.err.startswith("info[LC566]: `data` names no `source`")
    assert "1 note;" in result.err
    assert command("check", "bare.lstm.json", "--data", "series.csv").err.endswith("no mistakes\n")
    assert (command("check", "bare.lstm.json", "--with-data").code) == 3
    assert command("show", "bare.lstm.json", "--schedule").code == 0
    assert command("fit", "bare.lstm.json", "--json").codes == ["LC522"]


@pytest.mark.parametrize("features", [[], ["--set", 'data.features=["v"]']])
def test_other_data_that_is_not_there_is_told_of_itself(command, specs, features):
    (diagnostic,) = command("check", "series.lstm.json", "--data", "serie.csv", *features, "--json").json["diagnostics"]
    assert (diagnostic["code"], diagnostic["range"]) == ("LC501", None)
    assert "serie.csv" in diagnostic["where"]
    assert diagnostic["help"] == "did you mean `series.csv`?"


def test_fix_leaves_what_is_no_json(command, folder):
    content = b"lstmc: 1\nlayers:\n  - type: LSTM\n    units: 3\n"
    (folder / "c.yaml").write_bytes(content)
    result = command("check", "c.yaml", "--fix", "--json")
    assert (result.code, result.codes) == (1, ["LC125"])
    assert (folder / "c.yaml").read_bytes() == content


@pytest.mark.triggers("LC126")
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.spec", WRONG, "does not end in `.json`"),
        ("a.json", "['LSTM', 'GRU']", "does not look like a spec"),
        ("a.json", '{ "lstmc": 1, ' + "§ " * 200 + '"name": True }', "in its syntax would be left"),
    ],
)
def test_fix_refuses_what_does_not_look_like_a_spec(command, folder, name, content, reason):
    (folder / name).write_text(content, encoding="utf-8")
    result = command("check", name, "--fix", "--json")
    assert result.code == 1
    assert reason in next(d["message"] for d in result.json["diagnostics"] if d["code"] == "LC126")
    assert (folder / name).read_text(encoding="utf-8") == content


def test_fix_refuses_a_read_only_file(command, wrong):
    wrong.chmod(0o444)
    result = command("check", wrong.name, "--fix", "--json")
    assert "LC126" in result.codes
    assert wrong.read_text(encoding="utf-8") == WRONG


def test_fix_keeps_permissions_links_and_line_breaks(command, wrong):
    wrong.write_bytes(("\ufeff" + WRONG).replace("\n", "\r\n").encode())
    wrong.chmod(0o640)
    link = wrong.with_name("link.lstm.json")
    link.symlink_to(wrong.name)
    assert command("check", link.name, "--fix").code == 0
    assert link.is_symlink()
    assert wrong.stat().st_mode & 0o777 == 0o640
    fixed = WRONG.replace('"1" }', "1 }").replace("unit", "units", 1).replace("3, }", "3 }")
    assert wrong.read_bytes() == fixed.replace("\n", "\r\n").encode()


def test_labels_that_do_not_begin_at_0_are_to_be_listed(command, specs):
    rows = "\n".join(f"{i}.5,{i % 3 + 1}" for i in range(30))
    (specs / "ids.csv").write_text(f"a,kind\n{rows}\n", encoding="utf-8")
    spec = json.loads((specs / "kinds.lstm.json").read_text(encoding="utf-8"))
    spec["data"]["source"] = "ids.csv"
    (specs / "ids.lstm.json").write_text(json.dumps(spec), encoding="utf-8")
    (found,) = command("check", "ids.lstm.json", "--with-data", "--json").json["diagnostics"]
    assert (found["code"], found["help"]) == ("LC512", 'list the labels: `"classes": [1, 2, 3]` in `task`')
    spec["task"] = {"kind": "multiclass", "classes": [1, 2, 3]}
    (specs / "ids.lstm.json").write_text(json.dumps(spec), encoding="utf-8")
    assert command("check", "ids.lstm.json", "--with-data").code == 0


@pytest.mark.parametrize("loss", ['"categorical_crossentropy"', '{"type": "CategoricalCrossentropy"}'])
def test_a_loss_of_one_hot_rows_over_a_column_of_labels_is_fixed(command, specs, loss):
    path = specs / "kinds.lstm.json"
    spec = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**spec, "compile": {"loss": json.loads(loss)}}), encoding="utf-8")
    assert command("check", path.name, "--json").codes == ["LC408"]
    assert command("check", path.name, "--fix", "--with-data").code == 0
    fixed = json.loads(path.read_text(encoding="utf-8"))["compile"]["loss"]
    assert fixed in ("sparse_categorical_crossentropy", {"type": "SparseCategoricalCrossentropy"})
