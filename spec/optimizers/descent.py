"""Gradient descent, plain and with the gradient's magnitude."""

from typing import Literal

from pydantic import Field

from ..base import PositiveFloat
from .base import Decay, Momentum, Optimizer
from .schedules import LearningRate


class SGD(Optimizer):
    """Gradient descent, with momentum."""

    type: Literal["SGD"] = "SGD"
    learning_rate: LearningRate = Field(default=0.01, description="Step size, or a schedule of step sizes.")
    momentum: Momentum = Field(default=0.0, description="Share of the last step that is repeated.")
    nesterov: bool = Field(default=False, description="Whether Nesterov's momentum is used.")

    @property
    def slots(self) -> int:
        """The last step, where it is repeated."""
        return int(self.momentum > 0)


class RMSprop(Optimizer):
    """Steps divided by a moving average of the gradient's magnitude (Hinton, 2012)."""

    type: Literal["RMSprop"] = "RMSprop"
    rho: Decay = Field(default=0.9, description="Decay of the moving average.")
    momentum: Momentum = Field(default=0.0, description="Share of the last step that is repeated.")
    epsilon: PositiveFloat = Field(default=1e-7, description="Added to the denominator.")
    centered: bool = Field(default=False, description="Whether gradients are normalised by their variance.")

    @property
    def slots(self) -> int:
        """The mean of squares; the last step and the mean where they are used."""
        return 1 + int(self.momentum > 0) + int(self.centered)
