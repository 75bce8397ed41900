"""`lstmc export`: the exported file is run, and gives what the model gives."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import lstmc

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
STATEFUL = {
    "lstmc": 1,
    "task": "regression",
    "input": {"timesteps": 4, "features": 1, "batch_size": 2},
    "layers": [{"type": "LSTM", "units": 2, "stateful": True}, {"type": "Dense", "units": 1}],
}


@pytest.fixture
def kinds(trained):
    """Inputs, which are not scaled, and the probabilities that the model gives for them."""
    x = np.loadtxt("kinds.csv", delimiter=",", skiprows=1, usecols=range(4), dtype=np.float32)[..., None]
    return x, lstmc.load("kinds.lstmc").predict("kinds.csv").probabilities


def agree(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_onnx(command, kinds):
    onnx, runtime = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    from onnx import checker

    x, expected = kinds
    assert command("export", "kinds.lstmc", "--to", "onnx").err.startswith("wrote kinds.onnx\n")
    checker.check_model("kinds.onnx", full_check=True)
    model = onnx.load("kinds.onnx")
    told = {entry.key: entry.value for entry in model.metadata_props}
    assert (model.producer_name, model.opset_import[0].version) == ("lstmc", 21)
    assert json.loads(told["classes"]) == ["hen", "owl", "Ürk"]
    assert told["plan"] == lstmc.load("kinds.lstmc").plan.digest
    agree(runtime.InferenceSession("kinds.onnx").run(None, {"x": x})[0], expected)


def test_onnx_loads_no_tensorflow(trained):
    code = "import runpy, sys; sys.argv = ['lstmc', 'export', 'kinds.lstmc', '--to', 'onnx']\n"
    code += "try: runpy.run_module('lstmc', run_name='__main__')\n"
    code += "except SystemExit as end: print(end.code, 'tensorflow' in sys.modules, 'keras' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0 False False\n"


def test_saved_model(command, kinds):
    import tensorflow

    x, expected = kinds
    result = command("export", "kinds.lstmc", "--to", "saved_model", "--json")
    assert (result.json["target"], result.json["output"]) == ("saved_model", "kinds_saved_model")
    model = tensorflow.saved_model.load("kinds_saved_model")
    agree(model.serve(x), expected)


def test_litert(command, kinds):
    x, expected = kinds
    assert command("export", "kinds.lstmc", "--to", "litert", "-o", "k.tflite").code == 0
    agree(np.concatenate([interpreted("k.tflite", sample[None]) for sample in x[:8]]), expected[:8])


def interpreted(path: str, x: np.ndarray) -> np.ndarray:
    import tensorflow

    interpreter = tensorflow.lite.Interpreter(path)
    interpreter.allocate_tensors()
    (given,), (wanted,) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.set_tensor(given["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(wanted["index"])


def test_a_saved_model_replaces_another_and_nothing_else(command, trained):
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("kept")
    refused = command("export", "kinds.lstmc", "--to", "saved_model", "-o", "mine", "--json")
    assert (refused.code, refused.codes) == (4, ["LC706"])
    assert [path.name for path in Path("mine").iterdir()] == ["notes.txt"]
    Path("mine/notes.txt").unlink()
    before = sorted([*Path().iterdir(), Path("mine.json")])
    for _ in range(2):
        assert command("export", "kinds.lstmc", "--to", "saved_model", "-o", "mine").code == 0
        assert {"saved_model.pb", "variables"} <= {path.name for path in Path("mine").iterdir()}
    assert sorted(Path().iterdir()) == before


@pytest.mark.triggers("LC607")
def test_state_has_no_place_in_litert(command, folder):
    Path("s.lstm.json").write_text(json.dumps(STATEFUL))
    result = command("export", "s.lstm.json", "--to", "litert", "--json")
    assert (result.code, result.codes) == (1, ["LC607"])
    assert not Path("s.tflite").exists()


def test_what_onnx_cannot_express_leaves_no_file(command, folder):
    Path("s.lstm.json").write_text(json.dumps(STATEFUL))
    result = command("export", "s.lstm.json", "--to", "onnx")
    assert (result.code, sorted(path.name for path in Path().iterdir())) == (1, ["s.lstm.json"])
    assert "a stateful layer carries its state from call to call" in " ".join(result.err.split())


@pytest.mark.parametrize(("target", "name"), [("keras", "k.h5"), ("litert", "k.lite")])
def test_endings_that_readers_ask_for(command, trained, target, name):
    assert command("export", "kinds.lstmc", "--to", target, "-o", name).code == 2
