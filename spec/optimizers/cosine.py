"""Learning rates that fall as a cosine, once or again and again."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from ..base import Fault, Natural, NonNegativeFloat, Positive, PositiveFloat
from .schedules import Schedule, Share


class CosineDecay(Schedule):
    """`initial · ((1 - alpha) · (1 + cos(π · step / decay_steps)) / 2 + alpha)` (Loshchilov and Hutter, 2016).

    With `warmup_target` the rate first rises to it in a straight line, and falls from there.
    """

    type: Literal["CosineDecay"] = "CosineDecay"
    initial_learning_rate: NonNegativeFloat = Field(description="Learning rate of the first step.")
    decay_steps: Positive = Field(description="Steps (batches) over which the rate falls.")
    alpha: Share = Field(default=0.0, description="Share of the rate that is left at the end.")
    warmup_target: PositiveFloat | None = Field(
        default=None, description="Rate at the end of the warm-up; none if null."
    )
    warmup_steps: Natural = Field(default=0, description="Steps (batches) of the warm-up.")

    def faults(self) -> Iterator[Fault]:
        """A warm-up of which half is missing; a rate that is 0 throughout."""
        if self.warmup_target is None and self.warmup_steps:
            message = "without `warmup_target` there is no warm-up, and `warmup_steps` has no effect"
            yield Fault("warmup_steps", message, "add `warmup_target`, or leave `warmup_steps` out", "LC210")
        if self.warmup_target is not None and not self.warmup_steps:
            message = "a warm-up to `warmup_target` in 0 steps is none"
            yield Fault("warmup_target", message, "add `warmup_steps`, or leave `warmup_target` out", "LC210")
        if self.initial_learning_rate == 0.0 and self.warmup_target is None:
            message = "the learning rate is 0 throughout"
            yield Fault("initial_learning_rate", message, "write a rate above 0, or add a warm-up")


class CosineDecayRestarts(Schedule):
    """A cosine decay that begins again after `first_decay_steps` steps (Loshchilov and Hutter, 2016)."""

    type: Literal["CosineDecayRestarts"] = "CosineDecayRestarts"
    initial_learning_rate: PositiveFloat = Field(description="Learning rate of the first step.")
    first_decay_steps: Positive = Field(description="Steps (batches) of the first period.")
    t_mul: Annotated[float, Field(ge=1.0)] = Field(default=2.0, description="Factor of each period's length.")
    m_mul: PositiveFloat = Field(default=1.0, description="Factor of each period's first rate.")
    alpha: Share = Field(default=0.0, description="Share of the rate that is left at the end of a period.")
