"""The command line in this process, and small specs with data to call it on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lstmc
from lstmc.cli import main

SERIES = {
    "lstmc": 1,
    "name": "series",
    "task": "regression",
    "layers": [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": 1}],
    "data": {"source": "series.csv", "time": "t", "target": "v", "window": {"timesteps": 4}, "scale": "standard"},
    "fit": {"epochs": 2, "batch_size": 8, "verbose": 0},
}
KINDS = {
    "lstmc": 1,
    "name": "kinds",
    "task": "multiclass",
    "layers": [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": 3}],
    "data": {"source": "kinds.csv", "target": "kind", "arrange": "columns_as_timesteps"},
    "fit": {"epochs": 2, "verbose": 0},
}
LABELS = ("hen", "owl", "Ürk")


@dataclass(frozen=True)
class Result:
    """What a command leaves behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """The codes of the diagnostics in the JSON document on stdout."""
        return [diagnostic["code"] for diagnostic in self.json["diagnostics"]]


Command = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory; messages are as wide as a terminal of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@pytest.fixture
def command(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """`command("check", "a.lstm.json")`: lstmc as from a shell, in this process, in an empty folder."""
    before = signal.getsignal(signal.SIGTERM)

    def call(*arguments: str | Path) -> Result:
        monkeypatch.setattr(sys, "argv", ["lstmc", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        captured = capfd.readouterr()
        assert isinstance(left.value.code, int)
        return Result(left.value.code, captured.out, captured.err)

    yield call
    signal.signal(signal.SIGTERM, before)


def series_csv(rows: int = 40) -> str:
    """A table of a time and two columns around 1000."""
    values = 1000 + 50 * np.sin(np.arange(rows) / 3)
    return "t,v,w\n" + "".join(f"{i},{value:.6f},{2 * value:.6f}\n" for i, value in enumerate(values))


def kinds_csv(rows: int = 45) -> str:
    """A table of four numbers and a label."""
    draws = np.random.default_rng(0).normal(size=(rows, 4))
    lines = [",".join(f"{x:.4f}" for x in row + i % 3) + f",{LABELS[i % 3]}" for i, row in enumerate(draws)]
    return "a,b,c,d,kind\n" + "\n".join(lines) + "\n"


def write_all(folder: Path) -> None:
    """Both specs and their data."""
    (folder / "series.csv").write_text(series_csv(), encoding="utf-8")
    (folder / "kinds.csv").write_text(kinds_csv(), encoding="utf-8")
    (folder / "series.lstm.json").write_text(json.dumps(SERIES, indent=2), encoding="utf-8")
    (folder / "kinds.lstm.json").write_text(json.dumps(KINDS, indent=2), encoding="utf-8")


@pytest.fixture
def specs(folder: Path) -> Path:
    """A working directory with two specs and their data."""
    write_all(folder)
    return folder


@pytest.fixture(scope="session")
def _trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    write_all(folder)
    for name in ("series", "kinds"):
        model = lstmc.build(folder / f"{name}.lstm.json")
        model.fit()
        model.save(folder / f"{name}.lstmc")
    return folder


@pytest.fixture
def trained(_trained: Path, folder: Path) -> Path:
    """A working directory with two specs, their data and their trained artifacts."""
    shutil.copytree(_trained, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture
def process(folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`process("run", "a.lstm.json", KERAS_BACKEND="jax")`: lstmc as a process of its own, in the same folder."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        line = [sys.executable, "-m", "lstmc", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
        started.append(subprocess.Popen(line, env={**os.environ, **environment}, **pipes))  # type: ignore[call-overload]
        return started[-1]

    yield start
    for running in started:
        if running.poll() is None:
            running.kill()
        with running:
            running.wait()
