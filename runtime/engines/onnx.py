"""Inference with ONNX Runtime: the plan and its weights as a graph in memory, without TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.plan import Plan
from ...compiler.targets.onnx import model_bytes
from ...compiler.targets.onnx.graph import Weights
from . import Array

#: Samples in one call where nobody says: enough to fill the vector units, few enough to stay in the cache.
CHUNK = 64


class OnnxEngine:
    """Predicts from encoded inputs; safe to call from many threads.

    One session runs on one thread, so that a single sample waits for nobody; large inputs go in chunks over the cores.
    """

    engine = "onnx"
    notes: tuple[str, ...] = ()

    def __init__(self, plan: Plan, weights: Mapping[str, Weights], threads: int | None = None) -> None:
        """Lowers `plan` with `weights`, by node in Keras's order.

        Raises:
            UnsupportedError: ONNX cannot express the plan.
        """
        import onnxruntime

        assert plan.input is not None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        content = model_bytes(plan, weights, mask=True)
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._run = session.run
        self._threads = threads or os.cpu_count() or 1
        self._fixed = plan.input.batch

    def predict(self, x: Array, batch_size: int | None = None) -> Array:
        """`[samples, …]`: the model's outputs."""
        size = self._fixed or batch_size or CHUNK
        if len(x) <= size and not self._fixed:
            output: Array = self._run(None, {"x": np.ascontiguousarray(x)})[0]
            return output
        chunks = [x[start : start + size] for start in range(0, len(x), size)]
        if len(chunks) == 1 or self._threads == 1:
            return np.concatenate([self._chunk(chunk) for chunk in chunks])
        with ThreadPoolExecutor(min(self._threads, len(chunks))) as pool:
            return np.concatenate(list(pool.map(self._chunk, chunks)))

    def _chunk(self, x: Array) -> Array:
        """One call of the model; a short last chunk is filled up where the batch size is fixed."""
        missing = (self._fixed or len(x)) - len(x)
        if missing:
            x = np.concatenate([x, np.zeros((missing, *x.shape[1:]), x.dtype)])
        output: Array = self._run(None, {"x": np.ascontiguousarray(x)})[0]
        return output[: len(output) - missing]


def weights_of(tensors: Mapping[str, NDArray[Any]], plan: Plan) -> dict[str, list[NDArray[Any]]]:
    """The weights of each node, from the tensors of an artifact or an engine, in Keras's order."""
    return {node.name: list(_weights(tensors, node.name, [w.name for w in node.weights])) for node in plan.nodes}


def _weights(tensors: Mapping[str, NDArray[Any]], node: str, names: list[str]) -> Iterator[NDArray[Any]]:
    for i, name in enumerate(names):
        yield np.asarray(tensors[f"weights/{node}/{i}/{name}"])
