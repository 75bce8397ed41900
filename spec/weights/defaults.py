"""How weights begin where a spec does not say: the initializers that are defaults of layers, and what all share."""

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


class Ones(Initializer):
    """Every weight is 1."""

    type: Literal["Ones"] = "Ones"


class Orthogonal(SeededInitializer):
    """A random orthogonal matrix times `gain` (Saxe et al., 2014)."""

    type: Literal["Orthogonal"] = "Orthogonal"
    gain: float = Field(default=1.0, description="Factor of the orthogonal matrix.")


class RandomUniform(SeededInitializer):
    """Uniformly distributed weights."""

    type: Literal["RandomUniform"] = "RandomUniform"
    minval: float = Field(default=-0.05, description="Least value.")
    maxval: float = Field(default=0.05, description="Greatest value.")


class Zeros(Initializer):
    """Every weight is 0."""

    type: Literal["Zeros"] = "Zeros"
