"""The process of one subject: sets up, warms up, then measures one repetition for every line that it is told.

    worker.py SUBJECT WORKLOAD

Answers with one JSON document a line on what was its standard output; whatever a library prints goes to stderr.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from subjects import SUBJECTS, Repeat, enter
from workloads import Workload

PACKAGES = ("lstmc", "tensorflow", "keras", "jax", "torch", "onnxruntime", "numpy")
STATUS = Path("/proc/self/status")
MIB = 1 << 20


def main() -> None:
    """Serves one subject until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    name, workload = sys.argv[1], Workload.restore(json.loads(sys.argv[2]))
    repeat, note = enter(SUBJECTS[name])(workload)
    give_back()
    forget_peak()
    before = memory("VmRSS")
    print(json.dumps({"note": note, "versions": versions()}), file=answers, flush=True)
    rested = time.process_time()
    for _ in sys.stdin:
        print(json.dumps(measured(repeat, before, rested)), file=answers, flush=True)
        rested = time.process_time()


def measured(repeat: Repeat, before: float, rested: float) -> dict[str, float]:
    """One repetition: seconds of a unit of work, cores that were busy, memory gained and CPU seconds spent at rest."""
    idle = time.process_time() - rested
    began, worked = time.perf_counter(), time.process_time()
    seconds = repeat()
    wall, cpu = time.perf_counter() - began, time.process_time() - worked
    return {"seconds": seconds, "cores": cpu / wall, "gained_mib": memory("VmHWM") - before, "idle_cpu": idle}


def versions() -> dict[str, str]:
    """Of the packages that are installed beside this subject."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def memory(key: str) -> float:
    """MiB that this process has (`VmRSS`) or had at its peak (`VmHWM`); NaN where the system does not tell."""
    if STATUS.exists():
        for line in STATUS.read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024 / MIB
    return float("nan")


def give_back() -> None:
    """What setting up has freed is the system's again, so that the work has to ask for all that it takes."""
    gc.collect()
    if STATUS.exists() and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def forget_peak() -> None:
    """The peak of the memory counts from here, where the system lets one say so."""
    mark = STATUS.with_name("clear_refs")
    if mark.exists():
        mark.write_text("5")


if __name__ == "__main__":
    main()
