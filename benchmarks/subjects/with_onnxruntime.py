"""ONNX Runtime called as is, on the graph that lstmc writes; threads and chunks are tried, and the fastest is kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import onnxruntime
from workloads import Workload

import lstmc
from subjects import Repeat, fastest, per_call, timed
from subjects.samples import Array, arrays
from subjects.with_lstmc import artifact

CHUNKS = (32, 64, 128, 256, 512)


def session(content: bytes, threads: int) -> Any:
    """A session on so many threads; 0 leaves the choice to ONNX Runtime."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def single(workload: Workload) -> tuple[Repeat, str]:
    """Calls with one sample."""
    x, _ = arrays(workload)
    content = lstmc.load(artifact(workload)).to_onnx()

    def calls() -> Iterator[tuple[str, Repeat]]:
        for threads in (0, 1):
            run = session(content, threads).run
            yield f"intra_op_num_threads={threads}", per_call(lambda run=run: run(None, {"x": x[:1]}))

    return fastest(calls())


def bulk(workload: Workload) -> tuple[Repeat, str]:
    """Calls with all samples, in chunks: one after the other on all cores, or one on each core."""
    x, _ = arrays(workload)
    content = lstmc.load(artifact(workload)).to_onnx()
    cores = os.cpu_count() or 1
    pool = ThreadPoolExecutor(cores)
    wide, narrow = session(content, 0).run, session(content, 1).run

    def calls() -> Iterator[tuple[str, Repeat]]:
        for size in CHUNKS:
            chunks = [x[start : start + size] for start in range(0, len(x), size)]
            for name, mapped, run in (("all cores", map, wide), ("each core", pool.map, narrow)):
                work = joined(mapped, run, chunks)
                yield f"chunks of {size}, {name}", lambda work=work: timed(work)

    return fastest(calls(), tries=3)


def joined(mapped: Callable[..., Any], run: Callable[..., Any], chunks: list[Array]) -> Callable[[], object]:
    """Predicts all chunks and puts the outputs together."""
    return lambda: np.concatenate(list(mapped(lambda chunk: run(None, {"x": chunk})[0], chunks)))
