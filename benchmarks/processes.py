"""Whole processes, from start to end: every command, and the classic as a command and as a Keras script."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from driving import QUIET, REST, ROOT, Measured

CLASSIC = "examples/counting.lstm.json"
SPEC = "examples/sunspots.lstm.json"
SCRIPTS = Path(__file__).parent / "scripts"
LSTMC = Path(sys.executable).with_name("lstmc")
#: One epoch is enough to see what a training costs before it begins.
ONE = ("--set", "fit.epochs=1")


@dataclass(frozen=True, slots=True)
class Command:
    """A process.

    Attributes:
        title: what the page calls it.
        arguments: of `lstmc`, or of Python; `{model}`
            stands for a trained artifact, `{keras}` for the same as a Keras file, `{new}` for a folder of its own.
        tells: whether it prints the seconds of what is to be measured; else the whole process is.
        python: whether Python runs them.
    """

    title: str
    arguments: tuple[str, ...]
    tells: bool = False
    python: bool = False


def script(name: str, title: str, *arguments: str, tells: bool = False) -> Command:
    """A program of the folder `scripts`."""
    return Command(title, (str(SCRIPTS / f"{name}.py"), *arguments), tells, python=True)


CLASSICS = {
    "classic-fit": {
        "lstmc": script("classic_lstmc", "lstmc `model.fit()`", tells=True),
        "keras": script("classic_keras", "Keras `model.fit(…)`", tells=True),
    },
    "classic-process": {
        "lstmc": Command("`lstmc run`", ("run", CLASSIC, "--run", "{new}", "--verbose", "0")),
        "keras": script("classic_keras", "the same as a Keras script"),
    },
}

COLD = {
    "python": Command("`python -c pass`", ("-c", "pass"), python=True),
    "import": Command('`python -c "import lstmc"`', ("-c", "import lstmc"), python=True),
    "import-keras": Command('`python -c "import keras"`', ("-c", "import keras"), python=True),
    "help": Command("`lstmc --help`", ("--help",)),
    "check": Command("`lstmc check`", ("check", SPEC)),
    "show": Command("`lstmc show`", ("show", SPEC)),
    "explain": Command("`lstmc explain LC302`", ("explain", "LC302")),
    "schema": Command("`lstmc schema`", ("schema",)),
    "doctor": Command("`lstmc doctor`", ("doctor",)),
    "build": Command("`lstmc build`", ("build", SPEC, "-o", "{new}/model.lstmc")),
    "fit": Command("`lstmc fit`, 1 epoch", ("fit", SPEC, "--run", "{new}", "--verbose", "0", *ONE)),
    "evaluate": Command("`lstmc evaluate`", ("evaluate", "{model}")),
    "predict": Command("`lstmc predict`", ("predict", "{model}", "-o", "{new}/out.csv")),
    "predict-keras": script("predict_keras", "the same prediction as a Keras script", "{keras}", "{new}"),
    "run": Command("`lstmc run`, 1 epoch", ("run", SPEC, "--run", "{new}", "--verbose", "0", *ONE)),
    "export-onnx": Command("`lstmc export --to onnx`", ("export", "{model}", "--to", "onnx", "-o", "{new}/m.onnx")),
    "export-keras": Command("`lstmc export --to keras`", ("export", "{model}", "--to", "keras", "-o", "{new}/m.keras")),
    "export-python": Command("`lstmc export --to python`", ("export", SPEC, "--to", "python", "-o", "{new}/m.py")),
}


def measure(commands: dict[str, Command], repeats: int, *, warm: bool) -> dict[str, Measured]:
    """All commands, one after the other in every round; with `warm` a first round fills the disk cache."""
    with tempfile.TemporaryDirectory() as folder:
        given = dict(prepared(Path(folder), commands))
        found = {name: Measured(note=command.title) for name, command in commands.items()}
        for round_ in range(repeats + warm):
            for name, command in commands.items():
                seconds, cores = run(command, given | {"new": tempfile.mkdtemp(dir=folder)})
                if round_ or not warm:
                    found[name].seconds.append(seconds)
                    found[name].cores.append(cores)
    return found


def prepared(folder: Path, commands: dict[str, Command]) -> Iterator[tuple[str, str]]:
    """The files that commands read."""
    used = " ".join(argument for command in commands.values() for argument in command.arguments)
    if "{model}" in used:
        model, stock = str(folder / "model.lstmc"), str(folder / "model.keras")
        start([str(LSTMC), "fit", SPEC, "-o", model, "--run", str(folder / "run"), *ONE])
        yield "model", model
        if "{keras}" in used:
            start([str(LSTMC), "export", model, "--to", "keras", "-o", stock])
            yield "keras", stock


def run(command: Command, given: dict[str, str]) -> tuple[float, float]:
    """Seconds, and cores that were busy."""
    first = sys.executable if command.python else str(LSTMC)
    arguments = [argument.format(**given) for argument in command.arguments]
    time.sleep(REST)
    began, worked = time.perf_counter(), children()
    said = start([first, *arguments])
    wall = time.perf_counter() - began
    return (float(said.split()[-1]) if command.tells else wall), (children() - worked) / wall


def start(arguments: list[str]) -> str:
    """What a process prints.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    done = subprocess.run(arguments, cwd=ROOT, env={**os.environ, **QUIET}, capture_output=True, text=True, check=True)
    return done.stdout


def children() -> float:
    """CPU seconds of the processes that have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system
