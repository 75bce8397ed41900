"""What is compared: each subject in an interpreter and a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from time import perf_counter
from typing import TypeAlias

from workloads import Kind, Workload

Repeat: TypeAlias = Callable[[], float]
"""Does the work once and gives the seconds of a unit of it: an epoch, a call."""

Setup: TypeAlias = Callable[[Workload], tuple[Repeat, str]]
"""Builds and warms up; gives what is repeated, and which of its settings was the fastest."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One that is measured.

    Attributes:
        title: what the page calls it.
        module: the file in this folder, imported in the subject's process.
        kinds: the kinds of work that it does, and the function of the module that sets each up.
        peer: whether it runs in the environment of the benchmarks, beside that of lstmc.
        environment: variables that select what runs; but for that of `torch-kept`, none slows or hastens it.
        fresh: whether each round has a process of its own, as one is not as fast as another.
    """

    title: str
    module: str
    kinds: dict[Kind, str]
    peer: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    fresh: bool = False


SUBJECTS: dict[str, Subject] = {
    "lstmc": Subject(
        "lstmc",
        "with_lstmc",
        {"train": "training", "table": "table", "single": "single", "bulk": "bulk", "parse": "parsing"},
    ),
    "keras": Subject(
        "Keras (TensorFlow)",
        "with_keras",
        {"train": "training", "table": "table", "single": "single", "bulk": "bulk"},
        environment={"KERAS_BACKEND": "tensorflow"},
    ),
    "keras-plain": Subject(
        "Keras, no settings", "with_keras", {"bulk": "plain"}, environment={"KERAS_BACKEND": "tensorflow"}
    ),
    "jax": Subject("Keras (JAX)", "with_keras", {"train": "training"}, True, {"KERAS_BACKEND": "jax"}),
    "torch": Subject(
        "PyTorch", "with_torch", {"train": "training", "matmul": "matmul", "memory": "memory"}, True, fresh=True
    ),
    "torch-kept": Subject(
        "PyTorch, freed memory kept",
        "with_torch",
        {"train": "training"},
        True,
        {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 32)},
    ),
    "onnxruntime": Subject("ONNX Runtime", "with_onnxruntime", {"single": "single", "bulk": "bulk"}),
    "numpy": Subject("NumPy", "with_numpy", {"matmul": "matmul", "memory": "memory"}),
    "tensorflow": Subject("TensorFlow", "with_tensorflow", {"matmul": "matmul"}),
    "check": Subject("lstmc.check", "with_lstmc", {"parse": "checking"}),
    "json": Subject("json.loads", "with_json", {"parse": "parsing"}),
}


def of(kind: Kind) -> list[str]:
    """The subjects that do this kind of work."""
    return [name for name, subject in SUBJECTS.items() if kind in subject.kinds]


def enter(subject: Subject) -> Setup:
    """What sets a subject up for any workload; imports its module."""
    module = import_module(f"subjects.{subject.module}")

    def setup(workload: Workload) -> tuple[Repeat, str]:
        made: tuple[Repeat, str] = getattr(module, subject.kinds[workload.kind])(workload)
        return made

    return setup


def fastest(candidates: Iterable[tuple[str, Repeat]], tries: int = 1) -> tuple[Repeat, str]:
    """Of several settings of a subject the one that is fastest once warm."""
    timed = []
    for name, repeat in candidates:
        repeat()
        timed.append((min(repeat() for _ in range(tries)), len(timed), name, repeat))
    _, _, name, repeat = min(timed)
    return repeat, name


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    began = perf_counter()
    work()
    return perf_counter() - began


def per_call(work: Callable[[], object], span: float = 0.3) -> Repeat:
    """Repeats short work for about `span` seconds; the seconds of a call are their mean."""
    work()
    calls = max(1, int(span / max(min(timed(work) for _ in range(3)), 1e-7)))

    def repeat() -> float:
        def loop() -> None:
            for _ in range(calls):
                work()

        return timed(loop) / calls

    return repeat
