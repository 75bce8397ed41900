"""The document beside an exported model: with it and NumPy alone, the file gives what `predict` gives for raw rows."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import lstmc
from lstmc import schemas

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
VALIDATOR = Draft202012Validator(json.loads(schemas.text("interface")))


def document(path: str) -> Any:
    """The document in a file, as its schema says."""
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    VALIDATOR.validate(found)
    return found


def columns(described: Any, rows: list[dict[str, str]]) -> np.ndarray:
    """`[rows, columns]`: the cells as numbers."""
    made = []
    for column in described["input"]["columns"]:
        cells, known = [row[column["column"]] for row in rows], column["categories"]
        if column["kind"] == "number":
            made.append(np.array(cells, float))
        elif column["kind"] == "one_hot":
            made.append(np.array([cell == known[0] for cell in cells], float))
        else:
            made.append(np.array([known.index(cell) for cell in cells], float))
    return np.stack(made, axis=-1)


def samples(described: Any, rows: list[dict[str, str]]) -> np.ndarray:
    """What the model reads, of a table's rows: encoded, differenced, scaled, cut into windows or reshaped."""
    read, window, order = described["input"], described["window"], described["difference"]
    x = columns(described, rows)
    for i, column in enumerate(read["columns"]):
        if column["differenced"] and order:
            x[order:, i] = np.diff(x[:, i], order)
    offset, factor = (np.array([column[key] for column in read["columns"]]) for key in ("offset", "factor"))
    x = (x - offset) / factor
    assert read["padding"] is None
    if window:
        x = np.stack([x[i : i + window["timesteps"]] for i in range(order, len(x) - window["timesteps"] + 1)])
    elif read["columns_are"] == "sample":
        x = x.reshape(len(x), *(axis["length"] for axis in read["axes"][1:]))
    return x.astype(read["dtype"])


def values(described: Any, outputs: np.ndarray) -> np.ndarray:
    """Outputs in original units."""
    offset, factor = (
        np.array([column[key] for column in described["output"]["columns"]]) for key in ("offset", "factor")
    )
    return outputs * factor + offset


def rows_of(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def onnx(path: str, x: np.ndarray) -> np.ndarray:
    runtime = pytest.importorskip("onnxruntime")
    return runtime.InferenceSession(path).run(None, {"x": x})[0]


def keras(path: str, x: np.ndarray) -> np.ndarray:
    from keras import saving

    return saving.load_model(path).predict(x, verbose=0)


def saved_model(path: str, x: np.ndarray) -> np.ndarray:
    import tensorflow

    model = tensorflow.saved_model.load(path)
    return np.asarray(model.serve(x))


def litert(path: str, x: np.ndarray) -> np.ndarray:
    import tensorflow

    interpreter = tensorflow.lite.Interpreter(path)
    interpreter.allocate_tensors()
    (given,), (wanted,) = interpreter.get_input_details(), interpreter.get_output_details()
    outputs = []
    for sample in x:
        interpreter.set_tensor(given["index"], sample[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(wanted["index"]))
    return np.concatenate(outputs)


def in_onnx(path: str) -> str:
    proto = pytest.importorskip("onnx").load(path)
    return next(entry.value for entry in proto.metadata_props if entry.key == "interface")


def in_keras(path: str) -> str:
    return zipfile.ZipFile(path).read("lstmc.json").decode()


def in_saved_model(path: str) -> str:
    return Path(path, "assets.extra", "lstmc.json").read_text(encoding="utf-8")


def in_litert(path: str) -> str:
    from tensorflow.lite.python import schema_py_generated as schema

    model = schema.Model.GetRootAsModel(Path(path).read_bytes(), 0)
    entries = [model.Metadata(i) for i in range(model.MetadataLength())]
    (entry,) = [entry for entry in entries if entry.Name() == b"lstmc.json"]
    return model.Buffers(entry.Buffer()).DataAsNumpy().tobytes().decode()


FORMATS = {
    "onnx": ("series.onnx", onnx, in_onnx),
    "keras": ("series.keras", keras, in_keras),
    "saved_model": ("series_saved_model", saved_model, in_saved_model),
    "litert": ("series.tflite", litert, in_litert),
}


@pytest.mark.parametrize("target", FORMATS)
def test_a_regression_in_every_format(command, trained, target):
    name, run, held = FORMATS[target]
    result = command("export", "series.lstmc", "--to", target)
    assert result.code == 0
    told = "note: the model alone is in the file; to use it, scale its inputs and unscale its outputs as"
    assert f"wrote {name}\nwrote {name}.json\n" in result.err
    assert f"{told} {name}.json says" in " ".join(result.err.split())
    described = document(f"{name}.json")
    assert (described["format"], described["plan"]) == (target, lstmc.load("series.lstmc").plan.digest)
    assert json.loads(held(name)) == described
    assert described["input"]["axes"][0]["length"] == (1 if target == "litert" else None)
    x = samples(described, rows_of("series.csv"))
    expected = lstmc.load("series.lstmc").predict().values
    assert np.ptp(expected) > 1
    np.testing.assert_allclose(values(described, run(name, x)), expected, rtol=1e-5)


def test_classes_with_labels(command, trained):
    result = command("export", "kinds.lstmc", "--to", "onnx", "--json")
    assert result.json["interface"] == "kinds.onnx.json"
    assert "look up its labels" in result.json["note"]
    described = document("kinds.onnx.json")
    read, gives = described["input"], described["output"]
    assert (read["columns_are"], [column["column"] for column in read["columns"]]) == ("sample", list("abcd"))
    assert (gives["labels"], gives["probabilities"], gives["threshold"]) == (["hen", "owl", "Ürk"], "identity", None)
    outputs = onnx("kinds.onnx", samples(described, rows_of("kinds.csv")))
    expected = lstmc.load("kinds.lstmc").predict("kinds.csv")
    np.testing.assert_allclose(outputs, expected.probabilities, rtol=1e-5, atol=1e-6)
    assert [gives["labels"][i] for i in outputs.argmax(-1)] == expected.classes.tolist()


def test_padding_stays_as_it_is(folder):
    rng = np.random.default_rng(0)
    x, lengths = rng.normal(5, 2, size=(40, 6, 2)), rng.integers(2, 7, 40)
    for sample, length in zip(x, lengths, strict=True):
        sample[length:] = 0.0
    np.savez("padded.npz", x=x, y=rng.normal(size=40))
    layers = [{"type": "Masking"}, {"type": "LSTM", "units": 3}, {"type": "Dense", "units": 1}]
    data = {"source": "padded.npz", "scale": "standard"}
    model = fitted(folder, "padded", task="regression", layers=layers, data=data)
    Path("padded.onnx").write_bytes(model.to_onnx())
    read = model.interface("onnx")["input"]
    assert read["padding"] == 0.0
    offset, factor = (np.array([column[key] for column in read["columns"]]) for key in ("offset", "factor"))
    inputs = (x - offset) / factor
    inputs[(x == read["padding"]).all(axis=-1)] = read["padding"]
    found = values(model.interface("onnx"), onnx("padded.onnx", inputs.astype(read["dtype"])))
    np.testing.assert_allclose(found, model.predict(x).values, rtol=1e-5)


def fitted(folder: Path, name: str, **keys: Any) -> Any:
    spec = {"lstmc": 1, "name": name, "layers": [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}], **keys}
    path = folder / f"{name}.lstm.json"
    path.write_text(json.dumps({"fit": {"epochs": 1}, **spec}), encoding="utf-8")
    model = lstmc.build(path)
    model.fit()
    model.save(folder / f"{name}.lstmc")
    return model


def test_minmax_categories_and_differences(command, folder):
    pytest.importorskip("onnxruntime")
    lines = (f"{1000 + 9 * i + i * i % 7},{'NSW'[i % 3]},{'ab'[i % 2]}" for i in range(40))
    Path("wind.csv").write_text("v,wind,kind\n" + "\n".join(lines) + "\n", encoding="utf-8")
    data = {
        "source": "wind.csv",
        "features": ["wind", "v", "kind"],
        "target": "v",
        "window": {"timesteps": 4},
        "categorical": {"wind": "one_hot", "kind": "ordinal"},
        "difference": 1,
        "scale": {"features": "standard", "target": {"minmax": [-1, 1]}},
    }
    model = fitted(folder, "wind", task="regression", data=data)
    assert command("export", "wind.lstmc", "--to", "onnx").code == 0
    described = document("wind.onnx.json")
    kinds = [(column["kind"], column["differenced"]) for column in described["input"]["columns"]]
    assert kinds == [("one_hot", False)] * 3 + [("number", True), ("ordinal", False)]
    rows = rows_of("wind.csv")
    changes = values(described, onnx("wind.onnx", samples(described, rows)))
    last = np.array([float(row["v"]) for row in rows[4:]])[:, None]
    np.testing.assert_allclose(last + changes, model.predict().values, rtol=1e-6)


def test_scores_become_probabilities(command, folder):
    pytest.importorskip("onnxruntime")
    lines = (f"{np.sin(i):.3f},{np.cos(i):.3f},{('no', 'yes')[i % 2]}" for i in range(40))
    Path("yes.csv").write_text("a,b,y\n" + "\n".join(lines) + "\n", encoding="utf-8")
    loss = {"type": "BinaryCrossentropy", "from_logits": True}
    dense = {"type": "Dense", "units": 1, "activation": "linear"}
    model = fitted(
        folder,
        "yes",
        task="binary",
        layers=[{"type": "LSTM", "units": 2}, dense],
        compile={"loss": loss},
        data={"source": "yes.csv", "target": "y", "arrange": "columns_as_features", "scale": "minmax"},
        predict={"threshold": 0.4},
    )
    command("export", "yes.lstmc", "--to", "onnx")
    described = document("yes.onnx.json")
    gives = described["output"]
    assert (gives["kind"], gives["probabilities"], gives["threshold"]) == ("binary", "sigmoid", 0.4)
    scores = onnx("yes.onnx", samples(described, rows_of("yes.csv")))[:, 0]
    probabilities = 1 / (1 + np.exp(-scores))
    expected = model.predict()
    np.testing.assert_allclose(probabilities, expected.probabilities, rtol=1e-5)
    labels = [gives["labels"][int(p >= gives["threshold"])] for p in probabilities]
    assert labels == expected.classes.tolist()


def test_nothing_needs_to_be_applied_to_plain_numbers(command, folder):
    spec = {
        "lstmc": 1,
        "name": "plain",
        "task": "regression",
        "input": {"timesteps": None, "features": 1},
        "layers": [{"type": "Conv1D", "filters": 1, "kernel_size": 3}, {"type": "LSTM", "units": 1}],
        "fit": {"epochs": 1},
    }
    model = lstmc.build(spec)
    model.fit(np.ones((4, 5, 1)), np.ones((4, 1)))
    model.save("plain.lstmc")
    result = command("export", "plain.lstmc", "--to", "onnx")
    assert "nothing needs to be applied" in " ".join(result.err.split())
    described = document("plain.onnx.json")
    assert described["input"]["units"] == described["output"]["units"] == "original"
    timesteps = described["input"]["axes"][1]
    assert timesteps == {"name": "timesteps", "length": None, "least": 3}


def test_a_model_that_is_not_trained_says_so(command, specs):
    result = command("export", "series.lstm.json", "--to", "onnx")
    assert "note: the model is not trained" in result.err
    described = document("series.onnx.json")
    assert (described["trained"], described["input"]["units"], described["input"]["columns"]) == (False, None, [])


def test_another_precision_in_onnx_is_told(command, specs):
    pytest.importorskip("onnxruntime")
    result = command("export", "series.lstm.json", "--to", "onnx", "--json", "--set", "runtime.precision=float64")
    assert result.json["note"].endswith("the file computes in float32, where lstmc predicts in float64")
    assert document("series.onnx.json")["precision"] == "float32"


def test_nothing_is_half_written(command, trained):
    """The model's place is taken by a folder; what lay beside it is as it was."""
    Path("taken.onnx").mkdir()
    before = sorted(Path().iterdir())
    assert command("export", "kinds.lstmc", "--to", "onnx", "-o", "taken.onnx", "--json").codes == ["LC706"]
    assert sorted(Path().iterdir()) == before
    Path("taken.onnx.json").write_text("kept", encoding="utf-8")
    assert command("export", "kinds.lstmc", "--to", "onnx", "-o", "taken.onnx").code == 4
    assert Path("taken.onnx.json").read_text(encoding="utf-8") == "kept"
