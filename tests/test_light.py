"""What is light stays light: commands that only read a spec load no framework, and dependencies point one way."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = (
    "tensorflow",
    "keras",
    "onnxruntime",
    "onnx",
    "scipy",
    "matplotlib",
    "polars",
    "pandas",
    "jax",
    "torch",
    "sklearn",
)
SPEC = """{
  "lstmc": 1,
  "input": { "timesteps": 4, "features": 2 },
  "layers": [{ "type": "LSTM", "units": 3 }, { "type": "Dense", "units": 1 }],
  "compile": { "loss": "mse" }
}
"""
WITH_DATA = """{
  "lstmc": 1,
  "task": "regression",
  "layers": [{ "type": "LSTM", "units": 3 }, { "type": "Dense", "units": 1 }],
  "data": { "source": "series.csv", "target": "value", "window": { "timesteps": 2 } }
}
"""
NEEDLESS = (
    "numpy",
    "rich",
    "difflib",
    "email",
    "importlib.metadata",
    "zipfile",
    "lstmc.cli.excerpt",
    "lstmc.cli.formats",
    "lstmc.cli.training",
    "lstmc.spec.codes",
    "lstmc.spec.complaints",
    "lstmc.spec.keras_names",
    "lstmc.spec.suggestions",
    "lstmc.spec.oddities",
    "lstmc.spec.words",
    "lstmc.spec.weights.initializers",
)
REPORT = f"\nimport sys\nprint('loaded:', *[name for name in {HEAVY!r} if name in sys.modules])\n"
RUN = """
import sys
sys.argv = ["lstmc", *{arguments!r}]
try:
    from lstmc.cli import main
    from lstmc.cli.start import quicken
    quicken()
    main()
except SystemExit as end:
    assert not end.code, end.code
"""


def loaded(code: str, folder: Path) -> str:
    """Which heavy modules `code` has loaded at its end, in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code + REPORT], capture_output=True, text=True, cwd=folder, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "model.lstm.json"],
        ["check", "--format", "sarif", "model.lstm.json"],
        ["check", "data.lstm.json"],
        ["show", "model.lstm.json"],
        ["show", "model.lstm.json", "--resolved"],
        ["show", "data.lstm.json"],
        ["show", "model.lstm.json", "--svg", "model.svg"],
        ["completion", "bash"],
        ["explain"],
        ["explain", "LC302"],
        ["schema"],
        ["--help"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_command_loads_no_framework(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "model.lstm.json").write_text(SPEC, encoding="utf-8")
    (tmp_path / "data.lstm.json").write_text(WITH_DATA, encoding="utf-8")
    (tmp_path / "series.csv").write_text("value\n" + "\n".join("1.5" for _ in range(20)) + "\n", encoding="utf-8")
    assert loaded(RUN.format(arguments=arguments), tmp_path) == "loaded:"


@pytest.mark.parametrize("name", ["model.lstm.json", "data.lstm.json"])
def test_check_without_mistakes_loads_only_what_it_needs(name: str, tmp_path: Path) -> None:
    (tmp_path / "model.lstm.json").write_text(SPEC, encoding="utf-8")
    (tmp_path / "data.lstm.json").write_text(WITH_DATA, encoding="utf-8")
    (tmp_path / "series.csv").write_text("value\n" + "\n".join("1.5" for _ in range(20)) + "\n", encoding="utf-8")
    checked = RUN.format(arguments=["check", name])
    checked += f"\nneedless = {{*{NEEDLESS!r}}} & sys.modules.keys()\nassert not needless, needless"
    assert loaded(checked, tmp_path) == "loaded:"


def test_show_loads_numpy_only_for_a_picture(tmp_path: Path) -> None:
    (tmp_path / "model.lstm.json").write_text(SPEC, encoding="utf-8")
    shown = RUN.format(arguments=["show", "model.lstm.json"])
    assert loaded(shown + "\nassert 'numpy' not in sys.modules", tmp_path) == "loaded:"


@pytest.mark.parametrize(
    "code",
    [
        "import lstmc",
        "import lstmc; lstmc.check({'lstmc': 1, 'layers': [{'type': 'LSTM', 'units': 3}]})",
        "import lstmc; lstmc.Spec; lstmc.Diagnostic; lstmc.SpecError",
        "import lstmc.compiler, lstmc.compiler.artifact, lstmc.compiler.targets.python, lstmc.compiler.targets.keras",
        "import lstmc; lstmc.Model",
    ],
)
def test_import_loads_no_framework(code: str, tmp_path: Path) -> None:
    assert loaded(code, tmp_path) == "loaded:"


def test_prediction_loads_no_tensorflow(tmp_path: Path) -> None:
    import numpy as np

    import lstmc

    spec = {
        "lstmc": 1,
        "task": "regression",
        "input": {"timesteps": 4, "features": 2},
        "layers": [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": 1}],
        "fit": {"epochs": 1},
    }
    model = lstmc.build(spec)
    model.fit(np.ones((3, 4, 2)), np.ones(3))
    model.save(tmp_path / "model.lstmc")
    code = "import lstmc; assert len(lstmc.load('model.lstmc').predict([[[1.0, 2.0]] * 4])) == 1"
    assert loaded(code, tmp_path) == "loaded: onnxruntime"


def test_training_changes_no_environment_variable(tmp_path: Path) -> None:
    code = """
import os, tensorflow, keras
before = dict(os.environ)
import lstmc
layers = [{'type': 'LSTM', 'units': 1}, {'type': 'Dense', 'units': 1}]
spec = {'lstmc': 1, 'task': 'regression', 'input': {'timesteps': 2, 'features': 1}, 'layers': layers}
model = lstmc.build(spec)
model.fit([[[1.0], [2.0]]] * 4, [1.0] * 4)
model.evaluate([[[1.0], [2.0]]] * 4, [1.0] * 4)
model.predict([[[1.0], [2.0]]])
assert dict(os.environ) == before, dict(os.environ).items() ^ before.items()
"""
    loaded(code, tmp_path)


@pytest.mark.parametrize("module", ["numpy", "pydantic", "click"])
def test_import_alone_loads_next_to_nothing(module: str, tmp_path: Path) -> None:
    found = loaded(f"import lstmc, sys; assert {module!r} not in sys.modules", tmp_path)
    assert found == "loaded:"


def imported(path: Path) -> Iterator[str]:
    """The packages of lstmc that a file imports, anywhere in it: `spec`, `compiler`, `cli` …"""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(level=level, module=module, names=names) if level:
                base = package[: len(package) - level + 1]
                parts = (*base, *(module or "").split("."))
                parts = tuple(part for part in parts if part)
                yield from [parts[0]] if parts else [alias.name for alias in names]
            case ast.ImportFrom(module=module) if module and module.split(".")[0] == "lstmc":
                yield module.partition(".")[2].split(".")[0]
            case ast.Import(names=names):
                yield from [alias.name.split(".")[1] for alias in names if alias.name.startswith("lstmc.")]


FORBIDDEN = {
    "spec": {"compiler", "runtime", "cli", "schemas", "api", "editor", "estimators"},
    "compiler": {"runtime", "cli", "schemas", "api", "editor", "estimators"},
    "runtime": {"cli", "api", "editor", "schemas", "estimators"},
    "schemas": {"compiler", "runtime", "cli", "api", "editor", "estimators"},
    "estimators": {"cli", "editor", "schemas"},
}
FILES = [path for package in FORBIDDEN for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_dependencies_point_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    assert FORBIDDEN[package].isdisjoint(imported(path))


def test_api_does_not_need_the_command_line() -> None:
    assert "cli" not in set(imported(ROOT / "api.py"))
