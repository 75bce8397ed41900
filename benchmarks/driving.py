"""Runs subjects as processes that take turns, and keeps what they measured."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from subjects import SUBJECTS
from workloads import Workload

HERE = Path(__file__).parent
ROOT = HERE.parent
RESULTS = ROOT / "build" / "benchmarks"
#: In which PyTorch and JAX live, beside the environment of lstmc.
PEERS = Path(os.environ.get("BENCH_PYTHON", ROOT / ".venv-bench" / "bin" / "python"))
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
#: Seconds between two subjects, in which the threads of the one before fall asleep.
REST = 0.2


@dataclass(frozen=True, slots=True)
class Measured:
    """What one subject did in all repetitions of one workload.

    Attributes:
        seconds: of a unit of work, one number a repetition.
        cores: that were busy, one number a repetition.
        gained_mib: the peak of the process above what it had when warm, at the first repetition.
        idle_cpu: CPU seconds that the process spent between its turns, one number a repetition.
        note: the setting that was the fastest, or why there is no number.
        versions: of the packages beside the subject.
    """

    seconds: list[float] = field(default_factory=list)
    cores: list[float] = field(default_factory=list)
    gained_mib: float = float("nan")
    idle_cpu: list[float] = field(default_factory=list)
    note: str = ""
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """NaN where nothing was measured."""
        return statistics.median(self.seconds) if self.seconds else float("nan")

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the greatest."""
        return min(self.seconds), max(self.seconds)


class Worker:
    """The process of a subject, ready to repeat its work."""

    def __init__(self, name: str, workload: Workload, log: Path) -> None:
        subject = SUBJECTS[name]
        python = PEERS if subject.peer else Path(sys.executable)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                [str(python), str(HERE / "worker.py"), name, json.dumps(workload.json())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, **QUIET, **subject.environment},
            )
        self.log = log
        self.ready = self._answer()

    def repeat(self) -> dict[str, float]:
        """One repetition."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.close()
            last = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            raise ChildProcessError(f"{self.log.name}: {''.join(last)}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def measure(workload: Workload, names: Iterable[str], repeats: int, folder: Path = RESULTS) -> dict[str, Measured]:
    """All subjects, one after the other in every round; one whose process fails is told of and left out."""
    found: dict[str, Measured] = {}
    workers: dict[str, Worker] = {}
    for name in names:
        if SUBJECTS[name].peer and not PEERS.exists():
            found[name] = Measured(note="not measured: `make bench` makes the environment that it needs")
            continue
        try:
            workers[name] = Worker(name, workload, folder / "logs" / f"{workload.name}-{name}.txt")
        except ChildProcessError as error:
            found[name] = Measured(note=f"failed: {error}")
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in workers}
    for number in range(repeats):
        for name, worker in workers.items():
            if number and SUBJECTS[name].fresh:
                worker.close()
                workers[name] = Worker(name, workload, worker.log)
            time.sleep(REST)
            runs[name].append(workers[name].repeat())
    for name, worker in workers.items():
        worker.close()
        found[name] = Measured(
            [run["seconds"] for run in runs[name]],
            [run["cores"] for run in runs[name]],
            runs[name][0]["gained_mib"],
            [run["idle_cpu"] for run in runs[name]],
            **worker.ready,
        )
    return found


def write(folder: Path, name: str, measured: dict[str, Measured], **more: Any) -> None:
    """Keeps the results of one workload."""
    folder.mkdir(parents=True, exist_ok=True)
    subjects = {key: asdict(value) for key, value in measured.items()}
    document = {"name": name, "load": load(), **more, "subjects": subjects}
    (folder / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """The results that are kept, by workload."""
    found = {}
    for file in sorted(folder.glob("*.json")):
        document = json.loads(file.read_text(encoding="utf-8"))
        document["subjects"] = {key: Measured(**value) for key, value in document["subjects"].items()}
        found[document["name"]] = document
    return found


def load() -> float:
    """The load average of the last minute, where the system tells."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
