"""One pass over samples that are evaluated, whether they are in memory or streamed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .data import Samples
from .engines import Array, Pair, Stream
from .fitting import pair

if TYPE_CHECKING:
    from .data.streaming.part import Streamed


def fed(samples: Samples | Streamed, batch_size: int) -> Pair | Stream:
    """Samples as an engine evaluates them, in their order."""
    if isinstance(samples, Samples):
        return pair(samples, samples.weight)
    from .data.streaming.chunks import Chunks

    return Chunks(samples, batch_size, 0, shuffle=False, weigh=lambda chunk: chunk.weight)


def outputs_of(
    samples: Samples | Streamed,
    batch_size: int,
    forward: Callable[[NDArray[Any]], tuple[Array, NDArray[np.bool_] | None]],
) -> tuple[Samples, Array, NDArray[np.bool_] | None]:
    """The samples, of streamed ones all but the inputs; what `forward` makes of these; and which outputs count."""
    if isinstance(samples, Samples):
        return samples, *forward(samples.x)
    passed, outputs, counts = [], [], []
    for chunk in samples.in_order(batch_size):
        found, count = forward(chunk.x)
        passed.append(replace(chunk, x=np.empty((len(chunk), 0), np.float32)))
        outputs.append(found)
        counts.append(count)
    counted = [count for count in counts if count is not None]
    return Samples.joined(passed), np.concatenate(outputs), np.concatenate(counted) if counted else None
