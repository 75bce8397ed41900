"""Adam, the default."""

from typing import Literal

from pydantic import Field

from ..base import PositiveFloat
from .base import Decay, Optimizer


class Adam(Optimizer):
    """Adaptive moments (Kingma and Ba, 2014)."""

    type: Literal["Adam"] = "Adam"
    beta_1: Decay = Field(default=0.9, description="Decay of the first moment.")
    beta_2: Decay = Field(default=0.999, description="Decay of the second moment.")
    epsilon: PositiveFloat = Field(default=1e-7, description="Added to the denominator.")
    amsgrad: bool = Field(default=False, description="Whether the AMSGrad variant is used.")

    @property
    def slots(self) -> int:
        """Two moments, and the greatest second moment with AMSGrad."""
        return 2 + int(self.amsgrad)
