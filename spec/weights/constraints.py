"""Constraints: bounds that weights are brought back to after every step."""

from typing import Annotated, Literal

from pydantic import Field

from ..base import NonNegativeFloat, Tagged


class MaxNorm(Tagged):
    """Norms along `axis` are at most `max_value`."""

    type: Literal["MaxNorm"] = "MaxNorm"
    max_value: NonNegativeFloat = Field(default=2, description="Greatest norm.")
    axis: int = Field(default=0, description="Axis along which norms are taken.")


class MinMaxNorm(Tagged):
    """Norms along `axis` lie between `min_value` and `max_value`."""

    type: Literal["MinMaxNorm"] = "MinMaxNorm"
    min_value: NonNegativeFloat = Field(default=0.0, description="Least norm.")
    max_value: NonNegativeFloat = Field(default=1.0, description="Greatest norm.")
    rate: Annotated[float, Field(ge=0.0, le=1.0)] = Field(default=1.0, description="Share enforced at each step.")
    axis: int = Field(default=0, description="Axis along which norms are taken.")


class NonNeg(Tagged):
    """Weights are not negative."""

    type: Literal["NonNeg"] = "NonNeg"


class UnitNorm(Tagged):
    """Norms along `axis` are 1."""

    type: Literal["UnitNorm"] = "UnitNorm"
    axis: int = Field(default=0, description="Axis along which norms are taken.")
