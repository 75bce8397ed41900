"""Inference with ONNX Runtime: the plan and its weights as a graph in memory, without TensorFlow."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.plan import Plan
from ...compiler.targets.onnx import model_bytes
from ...compiler.targets.onnx.graph import Weights
from ...spec.packages import needed
from . import Array

#: Samples in one call where nobody says: enough to fill the vector units, few enough to stay in the cache.
CHUNK = 64
#: Fewer samples than that are not worth a second thread.
LEAST = 16


class OnnxEngine:
    """Predicts from encoded inputs; safe to call from many threads.

    One call runs on one thread, so that a single sample waits for nobody; large inputs go in chunks over the cores.
    """

    engine = "onnx"
    notes: tuple[str, ...] = ()

    def __init__(self, plan: Plan, weights: Mapping[str, Weights], threads: int | None = None) -> None:
        """Lowers `plan` with `weights`, by node in Keras's order.

        Raises:
            UnsupportedError: ONNX cannot express the plan.
        """
        with needed("onnxruntime"):
            import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        content = model_bytes(plan, weights, mask=True)
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._run = session.run
        self._masked = len(session.get_outputs()) > 1
        self._threads = threads or os.cpu_count() or 1
        self._pool: ThreadPoolExecutor | None = None
        self._process = 0
        self._lock = threading.Lock()

    def predict(self, x: NDArray[Any], batch_size: int | None = None) -> Array:
        """`[samples, …]`: the model's outputs."""
        if len(x) < 2 * LEAST:
            output: Array = self._run(_OUTPUT, {"x": np.ascontiguousarray(x)})[0]
            return output
        return self._in_chunks(x, batch_size, _OUTPUT)[0]

    def masked(self, x: NDArray[Any], batch_size: int | None = None) -> tuple[Array, NDArray[np.bool_] | None]:
        """The model's outputs, and which of their timesteps count `[samples, timesteps]`; None where all do."""
        if not self._masked:
            return self.predict(x, batch_size), None
        output, mask = self._in_chunks(x, batch_size, _BOTH)
        return output, mask

    def _in_chunks(self, x: NDArray[Any], batch_size: int | None, names: list[str]) -> list[NDArray[Any]]:
        size = batch_size or _share(len(x), self._threads)
        chunks = _Chunks(x, size)
        workers = min(self._threads, -(-len(x) // size))
        if workers == 1:
            chunks.work(self._run, names)
        else:
            tasks = [self._workers().submit(chunks.work, self._run, names) for _ in range(workers)]
            wait(tasks)
            for task in tasks:
                task.result()
        return chunks.results

    def _workers(self) -> ThreadPoolExecutor:
        """Threads that stay, as starting them takes as long as a prediction; they end with the engine.

        A process that is forked off has none of them, so it starts its own.
        """
        with self._lock:
            if self._pool is None or self._process != os.getpid():
                self._pool = ThreadPoolExecutor(self._threads, "lstmc-predict")
                self._process = os.getpid()
            return self._pool


_OUTPUT, _BOTH = ["y"], ["y", "mask"]


class _Chunks:
    """Samples that several threads work through; each takes the next chunk, and writes what it gives into `results`."""

    def __init__(self, x: NDArray[Any], size: int) -> None:
        self.results: list[NDArray[Any]] = []
        self._x = x
        self._size = size
        self._starts = iter(range(0, len(x), size))  # a thread gets a number from it that no other gets
        self._lock = threading.Lock()

    def work(self, run: Any, names: list[str]) -> None:
        for start in self._starts:
            part = slice(start, start + self._size)
            found = run(names, {"x": np.ascontiguousarray(self._x[part])})
            with self._lock:
                if not self.results:
                    self.results = [np.empty((len(self._x), *array.shape[1:]), array.dtype) for array in found]
            for whole, array in zip(self.results, found, strict=True):
                whole[part] = array


def _share(samples: int, threads: int) -> int:
    """Samples of a chunk: at most `CHUNK`, as many for every thread, none of them with a few at its end.

    >>> _share(2048, 2), _share(129, 2), _share(40, 2)
    (64, 33, 20)
    """
    chunks = max(1, min(-(-samples // CHUNK), samples // LEAST))
    chunks = -(-chunks // threads) * threads if samples >= threads * LEAST else chunks
    return -(-samples // chunks)


def weights_of(tensors: Mapping[str, NDArray[Any]], plan: Plan) -> dict[str, list[NDArray[Any]]]:
    """The weights of each node, from the tensors of an artifact or an engine, in Keras's order."""
    return {node.name: list(_weights(tensors, node.name, [w.name for w in node.weights])) for node in plan.nodes}


def _weights(tensors: Mapping[str, NDArray[Any]], node: str, names: list[str]) -> Iterator[NDArray[Any]]:
    for i, name in enumerate(names):
        yield np.asarray(tensors[f"weights/{node}/{i}/{name}"])
