"""Optimizers that scale each step by what its weight has seen so far."""

from math import prod
from typing import Annotated, Literal

from pydantic import Field

from ..base import NonNegativeFloat, PositiveFloat
from .base import Decay, Optimizer


class Adadelta(Optimizer):
    """Steps as large as the last ones, over the gradient's magnitude (Zeiler, 2012)."""

    type: Literal["Adadelta"] = "Adadelta"
    rho: Decay = Field(default=0.95, description="Decay of the moving averages.")
    epsilon: PositiveFloat = Field(default=1e-7, description="Added under both roots.")

    @property
    def slots(self) -> int:
        """The mean squares of gradients and of steps."""
        return 2


class Adafactor(Optimizer):
    """Adam with the second moment of a matrix kept as a row and a column (Shazeer and Stern, 2018)."""

    type: Literal["Adafactor"] = "Adafactor"
    beta_2_decay: Annotated[float, Field(lt=0.0)] = Field(
        default=-0.8, description="Power of the step by which the second moment's decay approaches 1."
    )
    epsilon_1: PositiveFloat = Field(default=1e-30, description="Added to squared gradients.")
    epsilon_2: PositiveFloat = Field(default=0.001, description="Least scale of a weight.")
    clip_threshold: PositiveFloat = Field(default=1.0, description="Greatest root mean square of a step.")
    relative_step: bool = Field(
        default=True, description="Whether the learning rate is at most the inverse root of the step."
    )

    @property
    def slots(self) -> int:
        """The second moment, which Keras keeps for weights of every rank."""
        return 1

    def _beside(self, shape: tuple[int, ...], _path: str) -> int:
        return prod(shape[:-1]) + prod((*shape[:-2], shape[-1])) if len(shape) > 1 else 2


class Adagrad(Optimizer):
    """Steps divided by the root of the sum of squared gradients (Duchi et al., 2011)."""

    type: Literal["Adagrad"] = "Adagrad"
    initial_accumulator_value: NonNegativeFloat = Field(default=0.1, description="What that sum begins with.")
    epsilon: PositiveFloat = Field(default=1e-7, description="Added to the denominator.")

    @property
    def slots(self) -> int:
        """The sum of squared gradients."""
        return 1


class Ftrl(Optimizer):
    """Follow the regularized leader, for sparse weights (McMahan et al., 2013)."""

    type: Literal["Ftrl"] = "Ftrl"
    learning_rate_power: Annotated[float, Field(le=0.0)] = Field(
        default=-0.5, description="How the learning rate falls with what has been accumulated; 0 for a fixed one."
    )
    initial_accumulator_value: NonNegativeFloat = Field(default=0.1, description="What is accumulated at first.")
    l1_regularization_strength: NonNegativeFloat = Field(default=0.0, description="Penalty on absolute weights.")
    l2_regularization_strength: NonNegativeFloat = Field(default=0.0, description="Penalty on squared weights.")
    l2_shrinkage_regularization_strength: NonNegativeFloat = Field(
        default=0.0, description="Penalty on squared weights that counts only where a gradient is not 0."
    )
    beta: NonNegativeFloat = Field(default=0.0, description="Added to the root of what is accumulated.")

    @property
    def slots(self) -> int:
        """What is accumulated, and the linear term."""
        return 2
