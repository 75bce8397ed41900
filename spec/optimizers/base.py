"""What all optimizers share."""

from collections.abc import Mapping
from math import prod
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from ..base import Name, NonNegativeFloat, Positive, PositiveFloat, Tagged
from .schedules import LearningRate

Momentum: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]
Decay: TypeAlias = Annotated[float, Field(ge=0.0, lt=1.0)]


class Optimizer(Tagged):
    """What all optimizers share."""

    renamed: ClassVar[Mapping[str, str]] = {"lr": "learning_rate"}
    removed: ClassVar[Mapping[str, str]] = {
        "decay": 'it was removed in Keras 3; use a schedule: `"learning_rate": { "type": "InverseTimeDecay", … }`',
    }

    learning_rate: LearningRate = Field(default=0.001, description="Step size, or a schedule of step sizes.")
    weight_decay: NonNegativeFloat | None = Field(
        default=None, description="Share of each weight, times the learning rate, that every step takes away."
    )
    clipnorm: PositiveFloat | None = Field(default=None, description="Greatest norm of each weight's gradient.")
    clipvalue: PositiveFloat | None = Field(default=None, description="Greatest absolute value of a gradient.")
    global_clipnorm: PositiveFloat | None = Field(default=None, description="Greatest norm of all gradients together.")
    use_ema: bool = Field(default=False, description="Whether a moving average of the weights is kept.")
    ema_momentum: Momentum = Field(default=0.99, description="Momentum of that average.")
    ema_overwrite_frequency: Positive | None = Field(
        default=None, description="Steps after which the average replaces the weights; at the end of training if null."
    )
    loss_scale_factor: PositiveFloat | None = Field(default=None, description="Factor of the loss before gradients.")
    gradient_accumulation_steps: Annotated[int, Field(ge=2)] | None = Field(
        default=None, description="Batches whose gradients are averaged before a step."
    )
    name: Name | None = Field(default=None, description="Name of the optimizer.")

    @property
    def slots(self) -> int:
        """How many values the algorithm keeps for every value of a weight."""
        return 0

    def state(self, shape: tuple[int, ...], path: str) -> int:
        """How many values are kept for the weight at `path`, `lstm/kernel`, of this `shape`."""
        kept = self.slots + int(self.use_ema) + int(self.gradient_accumulation_steps is not None)
        return kept * prod(shape) + self._beside(shape, path)

    def _beside(self, _shape: tuple[int, ...], _path: str) -> int:
        return 0
