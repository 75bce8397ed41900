"""The data of the workloads, the same for every subject."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from workloads import Workload

Array: TypeAlias = NDArray[np.float32]

#: Rows of the table on which a subject warms up: enough for a few whole batches.
FEW = 20_000


def arrays(workload: Workload) -> tuple[Array, Array]:
    """`[samples, timesteps, features]` and `[samples, 1]`."""
    draw = np.random.default_rng(0)
    x = draw.standard_normal((workload.samples, workload.timesteps, workload.features), dtype=np.float32)
    return x, x[:, -1, :1].copy()


def table(rows: int, columns: int) -> Array:
    """`[rows, columns]`; the last column is the target."""
    return np.random.default_rng(0).standard_normal((rows, columns), dtype=np.float32)


def spec(workload: Workload) -> dict[str, Any]:
    """The model as lstmc reads it."""
    layers: list[dict[str, Any]] = [{"type": workload.cell, "units": units} for units in workload.units]
    return {
        "lstmc": 1,
        "name": workload.name,
        "task": "regression",
        "input": {"timesteps": workload.timesteps, "features": workload.features},
        "layers": [*layers, {"type": "Dense", "units": 1}],
        "compile": {"optimizer": "adam", "loss": "mean_squared_error", "metrics": []},
        "fit": {"epochs": workload.epochs, "batch_size": workload.batch},
    }
