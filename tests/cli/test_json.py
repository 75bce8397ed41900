"""`--json`: whatever a command does, stdout holds one document, and its schema says what is in it."""

import itertools
import json
import shutil
import signal

import click
import numpy as np
import pytest
from jsonschema import Draft202012Validator

import lstmc
from lstmc import schemas
from lstmc.cli import COMMANDS
from lstmc.cli import lstmc as group
from lstmc.runtime.results import Evaluation, History
from lstmc.schemas import generate

from .conftest import SERIES, write_all

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


SET = "--set fit.epochs=1"


def validator(name):
    return Draft202012Validator(json.loads(schemas.text(name)))


def strict(text):
    """The document, refusing what JSON does not know."""
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


GOOD = [
    "init --template digits",
    "check series.lstm.json",
    "check series.lstm.json --with-data",
    "show series.lstm.json",
    "show series.lstm.json --schedule",
    "show kinds.lstm.json --svg kinds.svg --png kinds.png",
    "build series.lstm.json",
    "fit series.lstm.json",
    "evaluate series.lstmc",
    "evaluate kinds.lstmc --on all",
    "predict series.lstmc",
    "predict kinds.lstmc",
    "predict kinds.lstmc --probabilities",
    "predict kinds.lstmc -o kinds.parquet",
    "run kinds.lstm.json",
    "export series.lstm.json --to python",
    "export series.lstmc --to onnx",
    "explain",
    "explain LC302",
    "schema",
    "schema check -o check.json",
    "doctor",
    "completion zsh",
]
BAD = [
    ("init --template nope", 2),
    ("init --template counting -o counting.txt", 2),
    ("check absent.lstm.json", 1),
    ("check series.lstm.json --set fit.epoch=3", 1),
    ("check series.lstm.json --data absent.csv", 3),
    ("check series.lstm.json --fix --set fit.epochs=3", 2),
    ("check", 2),
    ("show series.lstmc", 2),
    ("show series.lstm.json --svg nowhere/a.svg", 4),
    ("show series.lstm.json --theme dark", 2),
    ("build series.lstm.json --set layers=[]", 1),
    ("fit series.lstm.json --device gpu:9", 2),
    ("fit series.lstm.json --data absent.csv", 3),
    ("evaluate series.lstm.json", 4),
    ("evaluate series.lstmc --data kinds.csv", 3),
    ("predict absent.lstmc", 4),
    ("predict series.lstmc --classes", 2),
    ("run absent.lstm.json", 1),
    ("export series.lstm.json", 2),
    ("explain LC999", 2),
    ("schema nope", 2),
    ("doctor --nope", 2),
    ("completion tcsh", 2),
]


@pytest.mark.parametrize("line", GOOD)
def test_success_gives_one_document_as_its_schema_says(command, trained, line):
    result = command(*line.split(), "--json")
    assert result.code == 0
    document = strict(result.out)
    validator(line.split()[0]).validate(document)
    assert "diagnostics" not in document or line.startswith("check")


@pytest.mark.parametrize(("line", "code"), BAD)
def test_failure_gives_one_document_as_its_schema_says(command, trained, line, code):
    result = command(*line.split(), "--json")
    assert (result.code, result.err) == (code, "")
    document = strict(result.out)
    validator(line.split()[0]).validate(document)
    assert document["diagnostics"] or document["error"]["kind"] == "usage"


@pytest.mark.parametrize("name", ["series", "kinds"])
def test_a_resolved_spec_is_a_spec(command, specs, name):
    document = strict(command("show", f"{name}.lstm.json", "--resolved", "--json").out)
    validator("show").validate(document)
    validator("spec").validate(document["resolved"])
    assert document["resolved"] == command("show", f"{name}.lstm.json", "--resolved").json


OUTSIDE = "--allow-outside"
TRAINING = [
    "--resume", "--restart", "--epochs 2", "--learning-rate 0.01", "--verbose 2", "--device cpu", OUTSIDE, SET,
]  # fmt: skip
#: For each command: what it is called on, and each of its options with the values to try.
OPTIONS = {
    "init": (["", "series.csv"], ["--template counting", "--target v", "--timesteps 3", "-o new.lstm.json", "--force"]),
    "check": (
        ["series.lstm.json", "kinds.lstm.json series.lstm.json", "wrong.lstm.json", "steps.lstm.json"],
        [
            "--fix", "--format text", "--format sarif", "--format github", "--data kinds.csv", "--with-data", OUTSIDE,
            SET,
        ],
    ),
    "show": (
        ["series.lstm.json", "steps.lstm.json", "wrong.lstm.json"],
        ["--resolved", "--schedule", "--svg a.svg", "--png a.png", "--theme dark", OUTSIDE, SET],
    ),
    "build": (["series.lstm.json"], ["-o a.lstmc", "-o a.txt", OUTSIDE, SET]),
    "fit": (
        ["series.lstm.json"],
        ["-o a.lstmc", "--data series.csv", "--run a", *TRAINING],
    ),
    "evaluate": (
        ["series.lstmc", "kinds.lstmc", "steps.lstmc"],
        ["--data series.csv", "--on train", "--device cpu", OUTSIDE, "--set evaluate.baseline=none"],
    ),
    "predict": (
        ["series.lstmc", "kinds.lstmc", "steps.lstmc"],
        [
            "--data series.csv", "-o a.jsonl", "-o -", "--classes", "--probabilities", "--device cpu",
            OUTSIDE, "--set predict.batch_size=3",
        ],
    ),
    "run": (["kinds.lstm.json"], ["--data kinds.csv", "--run a", *TRAINING]),
    "export": (["series.lstm.json"], ["--to python", "--to onnx", "-o a.onnx", "-o -", OUTSIDE, SET]),
    "explain": (["", "LC302"], []),
    "schema": (["", "fit"], ["-o a.json", "-o -"]),
    "doctor": ([], []),
    "completion": (["bash", "fish"], []),
}  # fmt: skip
#: Commands that train, which takes seconds: their options are tried together, those of the others in pairs.
SLOW = ("fit", "run")


def lines():
    for name, (operands, options) in OPTIONS.items():
        alone = [(), *((option,) for option in options)]
        together = [tuple(option for option in options if option != "--resume"), ("--resume",)]
        for operand in operands:
            for chosen in together if name in SLOW else [*alone, *itertools.combinations(options, 2)]:
                yield pytest.param(name, " ".join([operand, *chosen]), id=" ".join([name, operand, *chosen]))


@pytest.fixture
def many(trained):
    """Specs and models of every kind of document: one with mistakes, one whose predictions have several times."""
    (trained / "wrong.lstm.json").write_text('{"lstmc": 1, "layers": [{"type": "LSTM", "unit": 2}]}')
    window = {**SERIES["data"], "window": {"timesteps": 4, "steps": 2}}
    layers = [SERIES["layers"][0], {"type": "Dense", "units": 2}]
    spec = {**SERIES, "name": "steps", "data": window, "layers": layers}
    (trained / "steps.lstm.json").write_text(json.dumps(spec))
    return trained


@pytest.fixture(scope="session")
def several_steps(tmp_path_factory):
    folder = tmp_path_factory.mktemp("steps")
    write_all(folder)
    spec = {**SERIES, "name": "steps", "layers": [SERIES["layers"][0], {"type": "Dense", "units": 2}]}
    spec["data"] = {**SERIES["data"], "source": str(folder / "series.csv"), "window": {"timesteps": 4, "steps": 2}}
    model = lstmc.build(spec)
    model.fit()
    return model.save(folder / "steps.lstmc")


@pytest.mark.parametrize(("name", "line"), [*lines()])
def test_every_document_is_as_its_schema_says(command, many, several_steps, name, line):
    shutil.copy(several_steps, "steps.lstmc")
    result = command(name, *line.split(), "--json")
    validator(name).validate(strict(result.out))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_tried(name):
    _, options = OPTIONS[name]
    called = group.get_command(click.Context(group), name)
    tried = {option.split()[0] for option in options} | {"--json"}
    known = [parameter for parameter in called.params if isinstance(parameter, click.Option)]
    assert [
        parameter.opts for parameter in known if tried.isdisjoint({*parameter.opts, *parameter.secondary_opts})
    ] == []


def test_every_command_is_tried_both_ways():
    assert {line.split()[0] for line in GOOD} == set(COMMANDS)
    assert {line.split()[0] for line, _ in BAD} == set(COMMANDS)


@pytest.mark.parametrize("option", [["--format", "json"], ["--format=json"]])
def test_check_has_json_as_a_format(command, specs, option):
    result = command("check", "series.lstm.json", "--fix", "--set", "fit.epochs=3", *option)
    assert (result.code, result.err) == (2, "")
    assert result.json["error"]["kind"] == "usage"


def test_a_file_may_be_called_like_the_option(command, folder):
    assert command("check", "--", "--json").err.startswith("error[LC100]")


@pytest.mark.parametrize(
    ("raised", "kind", "code"),
    [
        (KeyboardInterrupt(), "interrupted", 130),
        (ZeroDivisionError("division by zero"), "internal", 70),
    ],
)
def test_what_ends_a_command_is_in_the_document(command, specs, monkeypatch, raised, kind, code):
    def fail(*_):
        raise raised

    monkeypatch.setattr(lstmc.api, "compile_tree", fail)
    result = command("show", "series.lstm.json", "--json")
    assert (result.code, result.err.strip(), result.json["error"]["kind"]) == (code, "", kind)
    validator("show").validate(result.json)


def test_a_terminated_process_leaves_a_document(process, specs):
    running = process("fit", "series.lstm.json", "--json", "--verbose", "2", "--set", "fit.epochs=100000")
    for line in running.stderr:
        if line.startswith("epoch 1 "):
            break
    running.send_signal(signal.SIGTERM)
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 143
    assert json.loads(out)["error"]["kind"] == "terminated"
    validator("fit").validate(json.loads(out))


def test_sarif_of_a_wrong_spec_is_one_document(command, specs):
    result = command("check", "series.lstm.json", "--set", "fit.epoch=1", "--format", "sarif")
    assert (result.code, result.json["version"]) == (1, "2.1.0")


@pytest.mark.parametrize("name", schemas.names())
def test_schemas_are_current(name):
    file = schemas.SPEC if name == "spec" else f"{name}.json"
    assert schemas.text(name) == generate.texts()[file], "run `make schema`"


@pytest.mark.parametrize("name", schemas.names())
def test_schemas_are_schemas(command, name):
    schema = command("schema", name).json
    Draft202012Validator.check_schema(schema)
    assert schema == json.loads(schemas.text(name))


def test_every_command_has_a_schema():
    assert set(schemas.names()) == {"spec", "history", "interface", *COMMANDS}


def test_results_in_python_are_what_the_schemas_say(trained):
    model = lstmc.load("kinds.lstmc")
    validator("evaluate").validate(strict(model.evaluate().to_json()))
    validator("predict").validate(strict(model.predict().to_json()))
    validator("history").validate(strict(model.history.to_json()))


def test_numbers_that_are_not_finite_become_null():
    assert strict(History({"loss": [1.0, np.inf]}).to_json()) == {"epochs": 2, "history": {"loss": [1.0, None]}}
    document = strict(Evaluation(np.nan, {"r2_score": -np.inf}, {}, "none", None, 1).to_json())
    assert (document["loss"], document["metrics"]) == (None, {"r2_score": None})
    validator("evaluate").validate(document)


@pytest.mark.parametrize("document", [{}, {"predictions": 3}, {"diagnostics": [{}]}, {"diagnostics": [], "more": 1}])
def test_other_documents_are_refused(document):
    assert not validator("predict").is_valid(document)
