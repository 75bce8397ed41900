"""Measures lstmc beside its peers and writes `docs/performance.md`.

    python benchmarks/run.py                    everything: about a quarter of an hour
    python benchmarks/run.py small large        some workloads
    python benchmarks/run.py --page             the page alone, from the results of before

Names are those of `workloads.py`, and classic-fit, classic-process and cold. Results are kept in build/benchmarks.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path

import driving
import processes
import subjects
from page import page
from picture import picture
from workloads import Kind, workloads

PAGE = driving.ROOT / "docs" / "performance.md"
#: Rounds, where the command line does not say.
REPEATS: dict[Kind | str, int] = {"train": 5, "table": 5, "classic-fit": 3, "classic-process": 3, "cold": 5}
USUAL = 9


def main() -> None:
    """Measures what is asked for, and writes the page from all results that there are."""
    options = arguments()
    for name in () if options.page_only else options.names or everything():
        began = time.perf_counter()
        found = measure(name, options)
        print(f"{name} ({time.perf_counter() - began:.0f} s)")
        for subject, measured in found.items():
            print(f"  {subject:14} {measured.median:12.6g} s  {measured.note}", flush=True)
    results = driving.read(options.results)
    options.output.write_text(page(results), encoding="utf-8")
    picture(results, options.output.parent / "images" / "performance.svg")
    print(f"{options.output} is written.")


def everything() -> tuple[str, ...]:
    """The names of all workloads."""
    return (*workloads(quick=False), *processes.CLASSICS, "cold")


def measure(name: str, options: argparse.Namespace) -> Mapping[str, driving.Measured]:
    """One workload by all its subjects; keeps the results."""
    known = workloads(quick=options.quick)
    if name in known:
        workload = known[name]
        chosen = [one for one in subjects.of(workload.kind) if not options.subjects or one in options.subjects]
        repeats = options.repeats or REPEATS.get(workload.kind, USUAL)
        found = driving.measure(workload, chosen, repeats, options.results)
        about = {"title": workload.title, "workload": workload.json()}
    else:
        commands, about = processes.CLASSICS.get(name, processes.COLD), {}
        repeats = options.repeats or REPEATS[name]
        found = processes.measure(commands, repeats, warm=name == "cold" and not options.quick)
    driving.write(options.results, name, found, machine=machine(), **about)
    return found


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="workloads; all by default")
    parser.add_argument("--subjects", nargs="+", choices=subjects.SUBJECTS, help="who is measured; all by default")
    parser.add_argument("--repeats", type=int, help="rounds of each workload")
    parser.add_argument("--quick", action="store_true", help="tiny shapes: the figures mean nothing")
    parser.add_argument("--page", action="store_true", dest="page_only", help="measure nothing, write the page")
    parser.add_argument("--results", type=Path, help="folder of the results")
    parser.add_argument("--output", type=Path, help="page to write")
    options = parser.parse_args()
    # Figures that mean nothing never reach the page, nor the results that it is made from.
    folder = driving.RESULTS.with_name("benchmarks-quick") if options.quick else driving.RESULTS
    options.results = options.results or folder
    options.output = options.output or (folder / "performance.md" if options.quick else PAGE)
    unknown = [name for name in options.names if name not in everything()]
    if unknown:
        parser.error(f"no workload `{unknown[0]}`; there are {', '.join(everything())}")
    return options


def machine() -> dict[str, str | int]:
    """What the figures hold for."""
    return {
        "cores": os.cpu_count() or 1,
        "processor": processor(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def processor() -> str:
    """Its name, where the system tells."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
