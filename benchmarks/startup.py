"""Measures how long lstmc takes to start, to parse and to train, beside Keras; writes `docs/performance.md`.

Runs of all subjects are interleaved, so that a busy moment of the machine falls on all of them alike.
`--no-fit` leaves the training out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
SPEC = "examples/sunspots.lstm.json"
Times: TypeAlias = tuple[float, float]  # wall and CPU seconds
PACKAGES = ("lstmc", "tensorflow", "keras", "numpy", "pydantic")
LAYERS = 200
TRAININGS = 3

COLD = {
    "`python -c pass`": ["-c", "pass"],
    '`python -c "import lstmc"`': ["-c", "import lstmc"],
    "`lstmc --help`": ["-m", "lstmc", "--help"],
    "`lstmc check` of the sunspots example": ["-m", "lstmc", "check", SPEC],
    "`lstmc show` of the sunspots example": ["-m", "lstmc", "show", SPEC],
    '`python -c "import keras"`': ["-c", "import keras"],
}

EPOCHS = 1000

#: Each trains the counting example in a process of its own; prints the seconds and CPU seconds of `fit`, and epochs.
FIT = {
    "lstmc `model.fit()`": """
import time, lstmc
model = lstmc.build("examples/counting.lstm.json")
model.device
began, worked = time.perf_counter(), time.process_time()
history = model.fit()
print(time.perf_counter() - began, time.process_time() - worked, history.epochs)
""",
    "`keras.Model.fit(verbose=0)`": """
import time, keras, numpy as np
keras.utils.set_random_seed(0)
series = np.arange(10, dtype="float32") / 10
x, y = series[:-1].reshape(9, 1, 1), series[1:].reshape(9, 1)
model = keras.Sequential([keras.layers.Input((1, 1)), keras.layers.LSTM(10), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mean_squared_error", metrics=["mean_absolute_error"], jit_compile=False)
began, worked = time.perf_counter(), time.process_time()
history = model.fit(x, y, epochs=1000, batch_size=9, verbose=0)
print(time.perf_counter() - began, time.process_time() - worked, len(history.history["loss"]))
""",
}


def main() -> None:
    """Measures, and writes the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeats", type=int, default=10, help="runs of each cold start")
    options.add_argument("--no-fit", action="store_true", help="leave the training out")
    chosen = options.parse_args()
    cold = interleaved({name: lambda args=args: cold_start(args) for name, args in COLD.items()}, chosen.repeats)
    warm = interleaved(parsing(), chosen.repeats)
    fit = {} if chosen.no_fit else interleaved({name: lambda code=code: inside(code) for name, code in FIT.items()}, 3)
    text = page(cold, warm, fit, chosen.repeats)
    PAGE.write_text(text, encoding="utf-8")
    print(text)


def interleaved(subjects: Mapping[str, Callable[[], Times]], repeats: int) -> dict[str, list[Times]]:
    """Times of every run, one subject after the other in every round; a first round does not count."""
    seconds: dict[str, list[Times]] = {name: [] for name in subjects}
    for round_ in range(repeats + (repeats > TRAININGS)):
        for name, subject in subjects.items():
            taken = subject()
            if round_ or repeats <= TRAININGS:
                seconds[name].append(taken)
    return seconds


def cold_start(arguments: list[str]) -> Times:
    """A Python process from start to end."""
    began, worked = time.perf_counter(), _children()
    _run(arguments)
    return time.perf_counter() - began, _children() - worked


def inside(code: str) -> Times:
    """What a program says of its own training."""
    wall, cpu, epochs = _run(["-c", code]).split()
    assert int(epochs) == EPOCHS
    return float(wall), float(cpu)


def parsing() -> dict[str, Callable[[], Times]]:
    """The parser, and the whole of `check`, on a spec of many layers in this process."""
    from lstmc.api import check
    from lstmc.spec.syntax import parse

    layers = [{"type": "LSTM", "units": 8, "dropout": 0.1, "name": f"l{i}"} for i in range(LAYERS - 1)]
    spec = {
        "lstmc": 1,
        "task": "regression",
        "input": {"timesteps": 8, "features": 4},
        "layers": [*layers, {"type": "Dense", "units": 1}],
    }
    text = json.dumps(spec, indent=2)
    file = Path(tempfile.mkdtemp()) / "many.lstm.json"
    file.write_text(text, encoding="utf-8")

    def timed(work: Callable[[], object]) -> Times:
        began, worked = time.perf_counter(), time.process_time()
        work()
        return time.perf_counter() - began, time.process_time() - worked

    return {
        f"parse, {LAYERS} layers, {len(text):,} characters": lambda: timed(lambda: parse(text, "many.lstm.json")),
        f"`lstmc.check`, the same {LAYERS} layers": lambda: timed(lambda: check(file)),
        "`json.loads`, the same text": lambda: timed(lambda: json.loads(text)),
    }


def page(
    cold: Mapping[str, list[Times]], warm: Mapping[str, list[Times]], fit: Mapping[str, list[Times]], repeats: int
) -> str:
    """The page, in Markdown."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    parts = [
        "# Performance",
        "This page gives the times that `make bench` measured, and nothing else; the command writes it anew.",
        f"Machine: {os.cpu_count()} cores, {platform.machine()}, no GPU used. Python {platform.python_version()},"
        f" {versions}.",
        f"Load average at the end: {_load()}, of which about one is the measurement itself. Above the number of cores,"
        " other work has slowed the wall clock. CPU seconds are those of all threads together; they suffer less from"
        " other work, and with several threads they can exceed the wall clock of an idle machine. Medians, with the"
        " least and the greatest in brackets. The subjects of a table take turns.",
        "## Cold start",
        f"A new process from start to end, {repeats} times each, files in the disk cache.",
        table(cold, unit="s", factor=1),
        "`lstmc check` and `lstmc show` load neither TensorFlow nor Keras.",
        "## Parser",
        f"In one process, {repeats} times each. The parser keeps the place of every key and value, which `json.loads`"
        " does not.",
        table(warm, unit="ms", factor=1000),
    ]
    if fit:
        parts += [
            "## Training",
            f"The counting example: one LSTM of 10 units and a Dense, nine samples in one batch, 1,000 epochs,"
            f" {TRAININGS} processes each. Only `fit` is timed, with the first trace; imports are not. The data and the"
            " arithmetic are the same, the first weights are not. lstmc also reads its CSV file in that time.",
            table(fit, unit="s", factor=1),
            "lstmc drives Keras's own training step batch by batch. Both columns say that its loop costs less than that"
            " of `fit`; by what factor on an idle machine, a busy one does not tell. The fast loop of the design, which"
            " runs many steps in one call, is future work.",
        ]
    return "\n\n".join(parts) + "\n"


def table(times: Mapping[str, list[Times]], *, unit: str, factor: float) -> str:
    """The medians with their spread."""
    rows = [f"| what | wall, {unit} | CPU, {unit} |", "|---|---|---|"]
    for name, runs in times.items():
        columns = " | ".join(_spread([factor * run[i] for run in runs]) for i in range(2))
        rows.append(f"| {name} | {columns} |")
    return "\n".join(rows)


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.3g} ({min(values):.3g} to {max(values):.3g})"


def _children() -> float:
    """CPU seconds of the processes that have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


def _load() -> str:
    """The load average of the last minute, where the system tells."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _run(arguments: list[str]) -> str:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    main()
