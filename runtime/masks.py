"""Which timesteps of a model's output count, as far as its inputs alone tell."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..compiler.plan import Plan


def counted(plan: Plan, x: NDArray[Any], timesteps: int) -> NDArray[np.bool_] | None:
    """`[samples, timesteps]` the mask that the first layer makes of encoded inputs; None where all timesteps count.

    A mask that a later layer makes depends on the weights, and is not known here.
    """
    if plan.output is None or not plan.output.masked:
        return None
    layer: Any = plan.nodes[0].layer
    if layer.type == "Masking":
        mask = np.any(x != np.float32(layer.mask_value), axis=-1)
    elif layer.type == "Embedding" and layer.mask_zero:
        mask = x != 0
    else:
        return None
    return mask if mask.shape[1:] == (timesteps,) else None
