"""What a newcomer calls first: help, init, schema, explain, doctor."""

import json

import pytest
from click.testing import CliRunner

import lstmc
from lstmc.cli import COMMANDS
from lstmc.cli import lstmc as group
from lstmc.examples import TEMPLATES
from lstmc.schemas import SPEC as SCHEMA
from lstmc.spec.codes import CODES

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_has_examples_and_fits_a_terminal(name, flag):
    result = CliRunner().invoke(group, [name, flag], terminal_width=80)
    assert result.exit_code == 0
    assert f"  lstmc {name}" in result.stdout.split("Examples:")[1]
    assert all(len(line) <= 80 for line in result.stdout.splitlines())


def test_every_command_writes_json():
    for name in COMMANDS:
        assert "--json" in CliRunner().invoke(group, [name, "--help"]).stdout, name


def test_help_names_all_commands_whole_and_the_exit_codes():
    result = CliRunner().invoke(group, ["--help"], terminal_width=80)
    assert all(f"\n  {name} " in result.stdout for name in COMMANDS)
    assert "..." not in result.stdout.split("Commands:")[1]
    assert all(f"  {code}  " in result.stdout for code in range(5))


def test_version():
    assert lstmc.__version__ in CliRunner().invoke(group, ["--version"]).stdout


@pytest.mark.parametrize(
    "line",
    [
        "frobnicate",
        "check",
        "check --frmat json a.lstm.json",
        "fit a.lstm.json --verbose 3",
        "fit a.lstm.json --device tpu",
        "fit a.lstm.json -o model.h5",
        "build a.lstm.json -o model.json",
        "build a.lstmc",
        "check a.lstmc",
        "show a.lstmc",
        "check a.lstm.json --fix --set fit.epochs=1",
        "evaluate a.lstmc --data a.csv --on test",
        "predict a.lstmc -o out.xlsx",
        "export a.lstmc --to tflite",
        "explain LC999",
        "init --template nope",
        "init -o a.txt",
    ],
)
def test_usage(command, line):
    result = command(*line.split())
    assert result.code == 2
    assert "Error:" in result.err
    assert result.out == ""


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("chek", "did you mean `check`?"),
        ("frobnicate", "`lstmc --help` lists them"),
        ("air.lstm.json", "as in `lstmc check air.lstm.json`"),
        ("air.lstmc", "as in `lstmc predict air.lstmc`"),
    ],
)
def test_a_word_that_is_no_command(command, word, advice):
    assert advice in " ".join(command(word).err.split())


@pytest.mark.parametrize("option", ["--shuffle", "--batch-size"])
def test_keys_are_not_options(command, option):
    key = option[2:].replace("-", "_")
    assert f"--set fit.{key}=VALUE" in " ".join(command("run", "a.lstm.json", option, "5").err.split())


@pytest.mark.parametrize("line", ["schema nope", "explain LC999", "export a.lstmc", "predict a.lstmc -o out.xlsx"])
def test_usage_fits_a_terminal(command, line):
    assert all(len(line) <= 80 for line in command(*line.split()).err.splitlines())


@pytest.mark.parametrize("line", ["check a.csv", "show a.parquet", "fit a.npz", "run a.csv"])
def test_data_is_no_spec(command, line):
    result = command(*line.split())
    assert result.code == 2
    assert "names its data at data.source" in " ".join(result.err.split())


@pytest.mark.parametrize("template", TEMPLATES)
def test_init_writes_a_spec_that_checks_with_its_data(command, folder, template):
    result = command("init", "--template", template)
    assert result.code == 0
    assert result.out == ""
    assert f"lstmc run {template}.lstm.json" in result.err
    assert {path.name for path in folder.iterdir()} == {f"{template}.lstm.json", f"{template}.csv", SCHEMA}
    spec = (folder / f"{template}.lstm.json").read_text(encoding="utf-8")
    assert next(iter(json.loads(spec).items())) == ("$schema", f"./{SCHEMA}")
    assert (folder / SCHEMA).read_text(encoding="utf-8") == command("schema").out
    assert command("check", f"{template}.lstm.json", "--with-data").code == 0


def test_init_overwrites_only_when_forced(command, folder):
    command("init")
    spec = folder / "counting.lstm.json"
    spec.write_text("mine")
    refused = command("init")
    assert refused.code == 2
    assert "counting.lstm.json exists; --force overwrites" in refused.err
    assert spec.read_text() == "mine"
    assert command("init", "--force").code == 0
    assert json.loads(spec.read_text())["name"] == "counting"


def test_init_does_not_touch_data_of_another_kind(command, folder):
    (folder / "counting.csv").write_text("mine")
    assert command("init", "-o", "other.lstm.json").code == 2
    assert [path.name for path in folder.iterdir()] == ["counting.csv"]


def test_init_keeps_another_schema(command, folder):
    (folder / SCHEMA).write_text("mine")
    refused = command("init")
    assert refused.code == 2
    assert f"{SCHEMA} exists; --force overwrites" in " ".join(refused.err.split())
    assert [path.name for path in folder.iterdir()] == [SCHEMA]
    assert command("init", "--force").code == 0
    again = command("init", "--template", "sunspots")
    assert again.code == 0
    assert SCHEMA not in again.err
    assert command("show", "counting.lstm.json").code == 0


def test_init_in_another_folder(command, folder):
    (folder / "new").mkdir()
    result = command("init", "-o", "new/first.lstm.json", "--json")
    assert result.json == {
        "spec": "new/first.lstm.json",
        "written": [f"new/{n}" for n in ("first.lstm.json", "counting.csv", SCHEMA)],
    }
    assert [path.name for path in folder.iterdir()] == ["new"]
    assert command("check", "new/first.lstm.json", "--with-data").code == 0


def test_explain_tells_cause_and_fix(command):
    result = command("explain", "302")
    assert result.code == 0
    assert result.out.startswith("LC302 (error): ")
    assert "Example:" in result.out
    assert "Fix: " in result.out


def test_explain_lists_all_codes(command):
    assert [line.split()[0] for line in command("explain").out.splitlines()] == list(CODES)
    assert [entry["id"] for entry in command("explain", "--json").json] == list(CODES)
    assert command("explain", "lc302", "--json").json["id"] == "LC302"


@pytest.mark.parametrize("code", CODES)
def test_explanations_fit_a_terminal(command, code):
    assert all(len(line) <= 80 for line in command("explain", code).out.splitlines())


def test_schema(command, folder):
    result = command("schema")
    assert "properties" in result.json
    assert command("schema", "-o", "s.json").out == ""
    assert (folder / "s.json").read_text(encoding="utf-8") == result.out


def test_doctor(command):
    facts = command("doctor", "--json").json
    assert facts["training"] == "works"
    assert "cpu" in facts["devices"]
    assert facts["versions"]["lstmc"] == lstmc.__version__
    text = command("doctor")
    assert text.code == 0
    assert "training     works" in text.out
