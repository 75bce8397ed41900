"""Adam with decoupled weight decay."""

from typing import Literal

from pydantic import Field

from ..base import NonNegativeFloat
from .adam import Adam


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2017)."""

    type: Literal["AdamW"] = "AdamW"  # type: ignore[assignment]
    weight_decay: NonNegativeFloat = Field(
        default=0.004, description="Share of each weight, times the learning rate, that every step takes away."
    )
