"""`lstmc show`, `build` and `export`: what a spec becomes."""

import ast
import json
import re

import numpy as np
import pytest

import lstmc

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


def test_show(command, specs):
    result = command("show", "series.lstm.json")
    assert (result.code, result.err) == (0, "")
    assert "0  LSTM   lstm   [batch, 3]" in result.out
    assert "layers.0.return_sequences = false" in result.out
    assert max(map(len, result.out.splitlines())) <= 80


def test_a_deep_plan_fits_a_terminal(command, specs):
    direction = {"type": "LSTM", "units": 64}
    stack = [
        {"type": "Bidirectional", "layer": direction},
        {"type": "LayerNormalization"},
        {"type": "Dropout", "rate": 0.2},
    ]
    rate = {"type": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 100, "decay_rate": 0.9}
    spec = {
        "lstmc": 1,
        "task": {"kind": "binary", "output": "sequence"},
        "input": {"timesteps": None, "features": 8},
        "layers": [*stack * 12, {"type": "Dense", "units": 1, "name": "the_probability_of_each_timestep"}],
        "compile": {"optimizer": {"type": "SGD", "learning_rate": rate}},
    }
    (specs / "deep.lstm.json").write_text(json.dumps(spec), encoding="utf-8")
    out = command("show", "deep.lstm.json").out
    assert max(map(len, out.splitlines())) <= 80
    assert re.search(r"\[batch, timesteps, 128\] +98,816\n", out)
    assert len({line.split()[2] for line in out.splitlines() if "LayerNormalization" in line}) == 12


def test_show_set(command, specs):
    assert "[batch, 7]" in command("show", "series.lstm.json", "--set", "layers.0.units=7").out


def test_show_json(command, specs):
    plan = command("show", "kinds.lstm.json", "--json").json
    assert plan["input"] == [None, 4, 1]
    assert [layer["output"] for layer in plan["layers"]] == [[None, 3], [None, 3]]
    assert plan["parameters"] == 4 * (3 + 9 + 3) + 3 * 3 + 3
    assert plan["loss"] == "sparse_categorical_crossentropy"


@pytest.mark.parametrize("name", ["series", "kinds"])
def test_resolved_compiles_to_the_same(command, specs, name):
    resolved = command("show", f"{name}.lstm.json", "--resolved")
    assert resolved.code == 0
    (specs / "resolved.lstm.json").write_text(resolved.out, encoding="utf-8")
    assert command("check", "resolved.lstm.json").code == 0
    assert command("show", "resolved.lstm.json", "--resolved").out == resolved.out
    plans = [command("show", f"{file}.lstm.json", "--json").json for file in (name, "resolved")]
    shapes = [[(layer["type"], layer["name"], layer["output"]) for layer in plan["layers"]] for plan in plans]
    assert shapes[0] == shapes[1]
    assert plans[0]["loss"] == plans[1]["loss"]


def test_show_of_a_broken_spec_shows_the_layers_before_the_mistake(command, specs):
    units = "layers.0.return_sequences=false"
    result = command("show", "series.lstm.json", "--set", units, "--set", 'layers.1={"type": "LSTM", "units": 2}')
    assert result.code == 1
    assert "0  LSTM   lstm    [batch, 4, 3]" in result.out
    assert "error[LC302]" in result.err


@pytest.mark.parametrize("name", ["show", "build", "fit", "run"])
def test_broken_specs_as_json(command, folder, name):
    (folder / "a.lstm.json").write_text("{")
    result = command(name, "a.lstm.json", "--json")
    assert result.code == 1
    assert "LC111" in result.codes
    assert result.err == ""


@pytest.mark.parametrize(
    "given", [{"timesteps": None, "features": 2}, {"timesteps": 5, "features": 2}, {"shape": [5, 2]}]
)
def test_resolved_keeps_the_form_of_the_input(command, folder, given):
    layers = [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}]
    (folder / "a.lstm.json").write_text(
        json.dumps({"lstmc": 1, "task": "regression", "input": given, "layers": layers})
    )
    assert command("show", "a.lstm.json", "--resolved").json["input"] == given


def test_build_twice_gives_equal_bytes(command, specs):
    first = command("build", "series.lstm.json")
    assert (first.code, first.out) == (0, "")
    assert "wrote series.lstmc" in first.err
    again = command("build", "series.lstm.json", "-o", "again.lstmc", "--json")
    assert again.json["artifact"] == "again.lstmc"
    assert (specs / "series.lstmc").read_bytes() == (specs / "again.lstmc").read_bytes()


@pytest.mark.triggers("LC706")
@pytest.mark.parametrize(
    "line",
    [
        "build series.lstm.json -o nowhere/a.lstmc",
        "export series.lstm.json --to python -o nowhere/a.py",
        "export series.lstm.json --to keras -o nowhere/a.keras",
        "schema -o nowhere/a.json",
        "init -o nowhere/a.lstm.json",
    ],
)
def test_output_in_a_folder_that_is_not_there(command, specs, line):
    before = sorted(specs.iterdir())
    result = command(*line.split())
    assert (result.code, result.out) == (4, "")
    assert "error[LC706]" in result.err
    assert sorted(specs.iterdir()) == before


@pytest.mark.parametrize("file", ["series.lstm.json", "series.lstmc"])
def test_export_to_python(command, trained, file):
    result = command("export", file, "--to", "python", "--json")
    assert result.json == {"target": "python", "output": "series.py"}
    tree = ast.parse((trained / "series.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "lstmc"]


def test_exported_python_makes_the_same_model(command, trained):
    command("export", "series.lstm.json", "--to", "python")
    names = {"__name__": "exported", "__file__": str(trained / "series.py")}
    exec(compile((trained / "series.py").read_text(encoding="utf-8"), "series.py", "exec"), names)
    model = next(value for key, value in names.items() if key in ("model", "build", "build_model"))
    model = model() if callable(model) and not hasattr(model, "layers") else model
    assert model.count_params() == lstmc.build("series.lstm.json").plan.parameters


def test_export_to_keras_predicts_the_same(command, trained):
    from keras import saving

    assert command("export", "kinds.lstmc", "--to", "keras", "-o", "k.keras").code == 0
    x = np.loadtxt("kinds.csv", delimiter=",", skiprows=1, usecols=range(4))[..., None]
    expected = lstmc.load("kinds.lstmc").predict("kinds.csv").probabilities
    assert np.allclose(saving.load_model("k.keras").predict(x, verbose=0), expected, atol=1e-6)


def test_export_to_keras_needs_the_ending_that_keras_reads(command, trained):
    assert command("export", "kinds.lstmc", "--to", "keras", "-o", "k.h5").code == 2
    assert (
        json.loads(command("export", "absent.lstmc", "--to", "keras", "--json").out)["diagnostics"][0]["code"]
        == "LC711"
    )
