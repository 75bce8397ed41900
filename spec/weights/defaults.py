"""Initializers: what they share, and those that most layers begin with where a spec does not say."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ..base import Seed, Tagged

Axes: TypeAlias = Annotated[tuple[int, ...], Field(strict=False)]


class Initializer(Tagged):
    """How a weight begins."""


class SeededInitializer(Initializer):
    """A random initializer; without `seed` its seed is derived from `fit.seed`."""

    seed: Seed | None = Field(default=None, description="Seed of this initializer; derived from `fit.seed` if null.")


class FanInitializer(SeededInitializer):
    """A random initializer whose width depends on the number of inputs and outputs."""

    input_axes: int | Axes | None = Field(default=None, description="Axes of the weight that count as inputs.")
    output_axes: int | Axes | None = Field(default=None, description="Axes of the weight that count as outputs.")


class GlorotUniform(FanInitializer):
    """Uniform within `±sqrt(6 / (fan_in + fan_out))` (Glorot and Bengio, 2010)."""

    type: Literal["GlorotUniform"] = "GlorotUniform"


class Orthogonal(SeededInitializer):
    """A random orthogonal matrix times `gain` (Saxe et al., 2014)."""

    type: Literal["Orthogonal"] = "Orthogonal"
    gain: float = Field(default=1.0, description="Factor of the orthogonal matrix.")


class Zeros(Initializer):
    """Every weight is 0."""

    type: Literal["Zeros"] = "Zeros"
