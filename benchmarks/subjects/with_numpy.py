"""NumPy, with the BLAS that it brings."""

from __future__ import annotations

import numpy as np
from workloads import Workload

from subjects import Repeat, timed


def matmul(workload: Workload) -> tuple[Repeat, str]:
    """A product of square matrices."""
    a, b = np.random.default_rng(0).standard_normal((2, workload.size, workload.size), dtype=np.float32)
    out = np.empty_like(a)
    np.matmul(a, b, out=out)
    return lambda: timed(lambda: np.matmul(a, b, out=out)), ""


def memory(workload: Workload) -> tuple[Repeat, str]:
    """`a = b + c`, on one core: as many bytes as the triad of STREAM."""
    length = workload.size * (1 << 20) // 4
    b, c = np.random.default_rng(0).random((2, length), dtype=np.float32)
    out = np.empty_like(b)
    np.add(b, c, out=out)
    return lambda: timed(lambda: np.add(b, c, out=out)), ""
