"""Relatives of Adam."""

import re
from math import prod
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ..base import Natural, NonNegativeFloat, Positive, PositiveFloat
from .base import Decay, Momentum, Optimizer
from .schedules import LearningRate


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise PydanticCustomError("no_expression", "a regular expression") from error
    return text


Expression: TypeAlias = Annotated[str, AfterValidator(_expression)]


class TwoMoments(Optimizer):
    """What the relatives of Adam share that keep two moments."""

    beta_1: Decay = Field(default=0.9, description="Decay of the first moment.")
    beta_2: Decay = Field(default=0.999, description="Decay of the second moment.")
    epsilon: PositiveFloat = Field(default=1e-7, description="Added to the denominator.")

    @property
    def slots(self) -> int:
        """Two moments."""
        return 2


class Adamax(TwoMoments):
    """Adam with the greatest gradient in place of the second moment (Kingma and Ba, 2014)."""

    type: Literal["Adamax"] = "Adamax"


class Nadam(TwoMoments):
    """Adam with Nesterov's momentum (Dozat, 2015)."""

    type: Literal["Nadam"] = "Nadam"


class Lamb(TwoMoments):
    """Adam whose step is as large as the weight itself, for large batches (You et al., 2019)."""

    type: Literal["Lamb"] = "Lamb"


class ScheduleFreeAdamW(TwoMoments):
    """Adam on an average of its own path, which needs no schedule (Defazio et al., 2024)."""

    type: Literal["ScheduleFreeAdamW"] = "ScheduleFreeAdamW"
    learning_rate: LearningRate = Field(default=0.0025, description="Step size, or a schedule of step sizes.")
    beta_1: Annotated[float, Field(gt=0.0, lt=1.0)] = Field(
        default=0.9, description="Share of the average in the weights that gradients are taken at."
    )
    epsilon: PositiveFloat = Field(default=1e-8, description="Added to the denominator.")
    warmup_steps: Natural = Field(default=0, description="Steps (batches) in which the learning rate rises from 0.")


class Lion(Optimizer):
    """Steps of the sign of the momentum (Chen et al., 2023)."""

    type: Literal["Lion"] = "Lion"
    beta_1: Annotated[float, Field(gt=0.0, le=1.0)] = Field(
        default=0.9, description="Share of the momentum in a step; the gradient has the rest."
    )
    beta_2: Decay = Field(default=0.99, description="Decay of the momentum.")

    @property
    def slots(self) -> int:
        """The momentum."""
        return 1


class Muon(Optimizer):
    """Momentum made orthogonal for matrices, Adam for other weights (Jordan et al., 2024)."""

    type: Literal["Muon"] = "Muon"
    weight_decay: NonNegativeFloat | None = Field(
        default=0.004, description="Share of each matrix, times the learning rate, that every step takes away."
    )
    adam_beta_1: Decay = Field(default=0.9, description="Decay of Adam's first moment.")
    adam_beta_2: Decay = Field(default=0.999, description="Decay of Adam's second moment.")
    adam_weight_decay: NonNegativeFloat | None = Field(default=0.004, description="Weight decay of what Adam trains.")
    epsilon: PositiveFloat = Field(default=1e-7, description="Added to denominators.")
    exclude_layers: Annotated[tuple[Expression, ...], Field(strict=False)] | None = Field(
        default=None, description="Regular expressions; weights whose path has one of them are trained by Adam."
    )
    exclude_embeddings: bool = Field(default=True, description="Whether embeddings are trained by Adam.")
    muon_a: float = Field(default=3.4445, description="First coefficient of the Newton-Schulz iteration.")
    muon_b: float = Field(default=-4.7750, description="Second coefficient of the Newton-Schulz iteration.")
    muon_c: float = Field(default=2.0315, description="Third coefficient of the Newton-Schulz iteration.")
    adam_lr_ratio: PositiveFloat = Field(default=1, description="Factor of Adam's learning rate.")
    momentum: Momentum = Field(default=0.95, description="Share of the last momentum that is kept.")
    ns_steps: Positive = Field(default=5, description="Iterations of Newton and Schulz.")
    nesterov: bool = Field(default=True, description="Whether Nesterov's momentum is used.")
    rms_rate: PositiveFloat | None = Field(
        default=0.2, description="Root mean square of a step of learning rate 1; steps stay as they are if null."
    )

    @property
    def slots(self) -> int:
        """The momentum."""
        return 1

    def _beside(self, shape: tuple[int, ...], path: str) -> int:
        """The second moment of what Adam trains."""
        excluded = ("embedding" in path.lower() and self.exclude_embeddings) or any(
            re.search(pattern, path) for pattern in self.exclude_layers or ()
        )
        return prod(shape) if len(shape) != 2 or excluded else 0
