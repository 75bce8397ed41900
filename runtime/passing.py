"""One pass of an engine over samples that are evaluated, whether they are in memory or streamed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..compiler.plan import Plan
from .data import Samples
from .engines import Array, Engine, Logs
from .fitting import pair

if TYPE_CHECKING:
    from .data.streaming.part import Streamed


def scored(samples: Samples | Streamed, engine: Engine, batch_size: int) -> Logs:
    """Loss and metrics as the model was trained."""
    if isinstance(samples, Samples):
        return engine.evaluate(pair(samples, samples.weight), batch_size)
    from .data.streaming.chunks import Chunks

    chunks = Chunks(samples, batch_size, 0, shuffle=False, weigh=lambda chunk: chunk.weight)
    return engine.evaluate(chunks, batch_size)


def outputs_of(
    samples: Samples | Streamed, plan: Plan, engine: Engine, batch_size: int
) -> tuple[Samples, Array, NDArray[Any] | None]:
    """The samples, of streamed ones all but the inputs; the outputs where they are values; and which outputs count."""
    passed, outputs, counts = [], [], []
    for chunk in _parts(samples, batch_size):
        passed.append(
            chunk if isinstance(samples, Samples) else replace(chunk, x=np.empty((len(chunk), 0), np.float32))
        )
        outputs.append(engine.predict(chunk.x, batch_size) if plan.target == "values" else np.zeros(0, np.float32))
        counts.append(engine.counted(chunk.x, batch_size))
    counted = [count for count in counts if count is not None]
    return Samples.joined(passed), np.concatenate(outputs), np.concatenate(counted) if counted else None


def _parts(samples: Samples | Streamed, batch_size: int) -> Iterator[Samples]:
    return iter([samples]) if isinstance(samples, Samples) else samples.in_order(batch_size)
