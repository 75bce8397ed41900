"""The stand-alone script is valid, tidy Python, and trains what lstmc trains."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lstmc
from lstmc.api import compiled
from lstmc.compiler.targets.python import script

LSTM: dict[str, Any] = {"type": "LSTM", "units": 3}
DENSE: dict[str, Any] = {"type": "Dense", "units": 1}
ARRAYS: dict[str, Any] = {
    "lstmc": 1,
    "task": "regression",
    "input": {"timesteps": 4, "features": 2},
    "layers": [LSTM, DENSE],
}
WINDOW: dict[str, Any] = {
    "lstmc": 1,
    "name": "window",
    "task": "regression",
    "layers": [{"type": "LSTM", "units": 4}, {"type": "LSTM", "units": 3}, DENSE],
    "compile": {"optimizer": {"type": "Adam", "learning_rate": 0.01}},
    "data": {
        "source": "series.csv",
        "time": "hour",
        "target": "a",
        "window": {"timesteps": 5, "horizon": 2},
        "scale": "standard",
    },
    "fit": {"epochs": 3, "batch_size": 16, "shuffle": False, "seed": 3},
}
ARRANGE: dict[str, Any] = {
    "lstmc": 1,
    "name": "arrange",
    "task": {"kind": "multiclass", "classes": ["low", "mid", "high"]},
    "layers": [{"type": "LSTM", "units": 4}, {"type": "Dense", "units": 3}],
    "compile": {"optimizer": {"type": "SGD", "learning_rate": 0.1, "momentum": 0.5}},
    "data": {
        "source": "rows.csv",
        "target": "label",
        "arrange": {"timesteps": 2},
        "scale": {"features": {"minmax": [-1, 1]}},
        "split": {"train": 0.6, "validation": 0.2, "test": 0.2, "order": "random"},
    },
    "fit": {"epochs": 3, "batch_size": 16, "shuffle": False, "seed": 3},
}
NPZ: dict[str, Any] = {
    "lstmc": 1,
    "name": "arrays",
    "task": "binary",
    "layers": [LSTM, DENSE],
    "data": {"source": {"path": "arrays.npz", "x": "inputs", "y": "outputs"}, "split": {"train": 40, "test": 20}},
    "fit": {"epochs": 3, "batch_size": 16, "shuffle": False},
}
SIZES = {"train": 0.6, "validation": 0.2, "test": 0.2}
STRATIFIED = {**ARRANGE, "data": {**ARRANGE["data"], "split": SIZES}}
SCHEDULE: dict[str, Any] = {
    **WINDOW,
    "name": "schedule",
    "compile": {
        "optimizer": {
            "type": "Nadam",
            "learning_rate": {
                "type": "ExponentialDecay", "initial_learning_rate": 0.02, "decay_steps": 5, "decay_rate": 0.7,
            },
        },
        "loss": {"type": "Huber", "delta": 0.5},
        "metrics": ["mae", "r2_score"],
    },
}  # fmt: skip
TRAINED = {"window": WINDOW, "arrange": ARRANGE, "stratified": STRATIFIED, "npz": NPZ, "schedule": SCHEDULE}
WRITTEN: dict[str, dict[str, Any]] = {
    **TRAINED,
    "arrays": ARRAYS,
    "described": {**ARRAYS, "name": "a.b", "description": 'says """no""" and \\n\nover two lines'},
    "everything a layer takes": {
        **ARRAYS,
        "layers": [
            {
                **LSTM,
                "kernel_initializer": {"type": "RandomNormal", "stddev": 0.1},
                "bias_regularizer": {"type": "L1L2", "l1": 0.1},
                "recurrent_constraint": {"type": "MaxNorm", "max_value": 3},
                "dropout": 0.1,
                "recurrent_dropout": 0.2,
            },
            {"type": "Dropout", "rate": 0.2, "noise_shape": [None, 1]},
            {"type": "Activation", "activation": "relu"},
            DENSE,
        ],
        "compile": {"optimizer": {"type": "RMSprop", "rho": 0.8}, "loss": "mae", "metrics": ["mse", "mape"]},
    },
    "boundaries": {
        **ARRAYS,
        "compile": {
            "optimizer": {
                "type": "Muon",
                "exclude_layers": ["dense"],
                "learning_rate": {"type": "PiecewiseConstantDecay", "boundaries": [5, 9], "values": [0.3, 0.2, 0.1]},
            }
        },
    },
    "thresholds": {**NPZ, "compile": {"metrics": [{"type": "AUC", "thresholds": [0.2, 0.7]}]}},
    "validation_split": {**ARRAYS, "fit": {"validation_split": 0.2}},
    "stateful": {
        **ARRAYS,
        "input": {"timesteps": 4, "features": 2, "batch_size": 8},
        "layers": [{**LSTM, "stateful": True}, DENSE],
    },
    "any length": {**ARRAYS, "input": {"timesteps": None, "features": 2}},
    "label ids": {
        **ARRANGE,
        "task": "multiclass",
        "data": {**ARRANGE["data"], "features": ["p", "q"], "arrange": "columns_as_features"},
    },
    "two targets": {
        **WINDOW,
        "layers": [LSTM, {"type": "Dense", "units": 2}],
        "data": {**WINDOW["data"], "target": ["a", "b"], "scale": {"target": "minmax"}},
    },
    "packed parts": {
        **WINDOW,
        "input": {"timesteps": 5, "features": 2},
        "data": {
            **WINDOW["data"],
            "source": {"path": "series-*.tsv.gz", "decimal": ",", "encoding": "latin-1"},
            "time": {"columns": ["day", "hour"], "format": "%d.%m.%Y %H:%M"},
            "features": ["a", "b"],
        },
    },
    "semicolons": {
        **WINDOW,
        "data": {
            **WINDOW["data"],
            "source": {"path": "semicolons.csv", "delimiter": ";"},
            "features": ["a", "b"],
        },
    },
}


def series(path: Path) -> None:
    rng = np.random.default_rng(1)
    a = np.sin(np.arange(120) / 5) * 10 + 50 + rng.normal(size=120)
    b = rng.normal(size=120).cumsum()
    rows = [f"{hour},{a[hour]!r},{b[hour]!r}" for hour in rng.permutation(120)]
    path.write_text("hour,a,b\n" + "\n".join(rows).replace("np.float64(", "").replace(")", "") + "\n", encoding="utf-8")


def rows(path: Path) -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(100, 4))
    labels = np.array(["low", "mid", "high"])[np.digitize(x.sum(axis=1), [-1, 1])]
    lines = [",".join(f"{value:.6f}" for value in row) + f",{label}" for row, label in zip(x, labels, strict=True)]
    path.write_text("p,q,r,s,label\n" + "\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the data that the specs name."""
    rng = np.random.default_rng(3)
    series(tmp_path / "series.csv")
    (tmp_path / "semicolons.csv").write_text((tmp_path / "series.csv").read_text().replace(",", ";"))
    rows(tmp_path / "rows.csv")
    inputs = rng.normal(size=(60, 4, 2))
    np.savez(tmp_path / "arrays.npz", inputs=inputs, outputs=(inputs.sum(axis=(1, 2)) > 0).astype(np.int64))
    return tmp_path


def written(spec: dict[str, Any], folder: Path) -> str:
    path = folder / "model.lstm.json"
    path.write_text(json.dumps(spec), encoding="utf-8")
    return script(compiled(path).result())


@pytest.mark.parametrize("spec", WRITTEN.values(), ids=list(WRITTEN))
def test_it_is_python(spec: dict[str, Any], folder: Path) -> None:
    code = written(spec, folder)
    compile(code, "script.py", "exec", dont_inherit=True)
    assert "lstmc" not in code.split('"""')[2]


@pytest.mark.skipif(importlib.util.find_spec("ruff") is None, reason="ruff is not installed")
@pytest.mark.parametrize("spec", WRITTEN.values(), ids=list(WRITTEN))
def test_it_is_tidy(spec: dict[str, Any], folder: Path) -> None:
    (folder / "script.py").write_text(written(spec, folder), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E4,E7,E9,F", "script.py"],
        capture_output=True, text=True, cwd=folder, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("spec", TRAINED.values(), ids=list(TRAINED))
def test_it_trains_what_lstmc_trains(spec: dict[str, Any], folder: Path) -> None:
    """With the same initial weights and order, loss and metrics of every epoch agree."""
    code = written(spec, folder)
    model = lstmc.build(folder / "model.lstm.json")
    np.savez(folder / "weights.npz", *model.to_keras().get_weights())
    taken_over = 'with np.load("weights.npz") as weights:\n    model.set_weights([weights[k] for k in weights.files])\n'
    kept = '\nimport json\nwith open("history.json", "w") as file:\n    json.dump(history.history, file)\n'
    kept += 'np.save("prediction.npy", prediction)\n'
    assert code.count("# 3. Fit\n") == 1
    (folder / "script.py").write_text(code.replace("# 3. Fit\n", taken_over + "# 3. Fit\n") + kept, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error::SyntaxWarning", "script.py"],
        capture_output=True, text=True, cwd=folder, check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    theirs = json.loads((folder / "history.json").read_text(encoding="utf-8"))
    ours = dict(model.fit())
    assert ours.keys() == theirs.keys()
    for key, values in ours.items():
        np.testing.assert_allclose(values, theirs[key], rtol=1e-5, err_msg=key)


def test_callbacks_and_precision_are_written_out() -> None:
    fit = {"early_stopping": {"monitor": "loss"}, "reduce_lr_on_plateau": {"monitor": "loss", "factor": 0.5}}
    text = script(compiled({**ARRAYS, "fit": fit, "runtime": {"precision": "float64"}}).result())
    compile(text, "script.py", "exec")
    assert "callbacks.EarlyStopping(" in text
    assert "restore_best_weights=True" in text
    assert 'mode="min"' in text
    assert text.count('dtype="float64"') == 5


def test_what_is_left_out_is_said() -> None:
    spec = {**ARRAYS, "task": "binary", "fit": {"class_weight": "balanced"}}
    assert "# `class_weight` of the spec: lstmc applies" in script(compiled(spec).result())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_it_finds_its_data_from_its_own_folder_and_evaluates_as_lstmc_does(folder: Path) -> None:
    """Exported from the artifact of a run to another folder, run in a third; weights are those of the artifact."""
    (folder / "model.lstm.json").write_text(json.dumps(WINDOW), encoding="utf-8")
    model = lstmc.build(folder / "model.lstm.json")
    model.fit()
    for name in ("runs", "scripts", "elsewhere"):
        (folder / name).mkdir()
    model.save(folder / "runs" / "window.lstmc")
    line = [sys.executable, "-m", "lstmc", "export", "runs/window.lstmc", "--to", "python", "-o", "scripts/window.py"]
    subprocess.run(line, cwd=folder, check=True, capture_output=True)
    path = folder / "scripts" / "window.py"
    code = path.read_text(encoding="utf-8")
    assert 'os.path.join(HERE, "../series.csv")' in code
    np.savez(folder / "weights.npz", *model.to_keras().get_weights())
    taken_over = f"with np.load({str(folder / 'weights.npz')!r}) as weights:\n"
    taken_over += "    model.set_weights([weights[k] for k in weights.files])\n"
    fit, evaluate = code.index("# 3. Fit"), code.index("# 4. Evaluate")
    path.write_text(code[:fit] + taken_over + code[evaluate:], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, cwd=folder / "elsewhere", check=False
    )
    assert done.returncode == 0, done.stderr
    printed = next(line for line in done.stdout.splitlines() if line.startswith("{"))
    theirs, ours = (
        ast.literal_eval(printed),
        lstmc.load(folder / "runs" / "window.lstmc", allow_outside=True).evaluate(),
    )
    np.testing.assert_allclose(theirs["loss"], ours.loss, rtol=1e-5)
    factor = model.check_data().encoding.y.factor[0]
    np.testing.assert_allclose(theirs["mean_absolute_error"] * factor, ours.metrics["mean_absolute_error"], rtol=1e-5)
    assert "the targets are scaled" in code


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        ("", "series.csv", "series.csv"),
        ("../..", "data/series.csv", "../../data/series.csv"),
        ("runs/a", "../../series.csv", "series.csv"),
        ("../..", "/srv/series.csv", "/srv/series.csv"),
    ],
)
def test_paths_count_from_the_folder_of_the_script(base: str, path: str, expected: str) -> None:
    spec = {**WINDOW, "input": {"timesteps": 5, "features": 2}, "data": {**WINDOW["data"], "source": path}}
    spec["data"]["features"] = ["a", "b"]
    assert f'open(os.path.join(HERE, "{expected}")' in script(compiled(spec).result(), base)
