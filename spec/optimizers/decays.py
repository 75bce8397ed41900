"""Learning rates that decay exponentially, inversely, in steps or as a polynomial."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from ..base import Fault, NonNegativeFloat, Positive, PositiveFloat
from .schedules import Schedule


class Decay(Schedule):
    """What the decays share that begin at one rate."""

    initial_learning_rate: PositiveFloat = Field(description="Learning rate of the first step.")
    decay_steps: Positive = Field(description="Steps (batches) over which the rate decays once.")


class ExponentialDecay(Decay):
    """`initial · decay_rate ^ (step / decay_steps)`."""

    type: Literal["ExponentialDecay"] = "ExponentialDecay"
    decay_rate: PositiveFloat = Field(description="Factor of the rate after `decay_steps` steps.")
    staircase: bool = Field(default=False, description="Whether the rate changes only every `decay_steps` steps.")


class InverseTimeDecay(Decay):
    """`initial / (1 + decay_rate · step / decay_steps)`."""

    type: Literal["InverseTimeDecay"] = "InverseTimeDecay"
    decay_rate: NonNegativeFloat = Field(description="How fast the denominator grows.")
    staircase: bool = Field(default=False, description="Whether the rate changes only every `decay_steps` steps.")


class PolynomialDecay(Decay):
    """`(initial - end) · (1 - step / decay_steps) ^ power + end`; `end` after `decay_steps` steps."""

    type: Literal["PolynomialDecay"] = "PolynomialDecay"
    end_learning_rate: NonNegativeFloat = Field(default=0.0001, description="Learning rate at the end.")
    power: PositiveFloat = Field(default=1.0, description="Power of the polynomial; 1 is a straight line.")
    cycle: bool = Field(default=False, description="Whether it begins again, each time over more steps.")


class PiecewiseConstantDecay(Schedule):
    """`values[i]` up to step `boundaries[i]`, then the next of the values."""

    type: Literal["PiecewiseConstantDecay"] = "PiecewiseConstantDecay"
    boundaries: Annotated[tuple[Positive, ...], Field(strict=False, min_length=1)] = Field(
        description="Steps (batches) after which the rate changes, increasing."
    )
    values: Annotated[tuple[PositiveFloat, ...], Field(strict=False, min_length=2)] = Field(
        description="Learning rates, one more than `boundaries`."
    )

    def faults(self) -> Iterator[Fault]:
        """Boundaries that do not increase; values that are not one more."""
        if any(before >= after for before, after in pairwise(self.boundaries)):
            yield Fault("boundaries", "the boundaries do not increase", "write them in increasing order, each once")
        if len(self.values) != len(self.boundaries) + 1:
            found, needed = len(self.values), len(self.boundaries) + 1
            message = f"there are {len(self.boundaries)} boundaries and {found} values: {needed} values are needed"
            yield Fault("values", message, "give one value before each boundary, and one after the last")
