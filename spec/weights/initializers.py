"""The initializers beside those that most layers begin with."""

from typing import Literal

from pydantic import Field

from ..base import NonNegativeFloat, PositiveFloat
from .defaults import FanInitializer, Initializer, SeededInitializer


class Constant(Initializer):
    """Every weight is `value`."""

    type: Literal["Constant"] = "Constant"
    value: float = Field(default=0.0, description="The value of every weight.")


class GlorotNormal(FanInitializer):
    """Truncated normal, standard deviation `sqrt(2 / (fan_in + fan_out))` (Glorot and Bengio, 2010)."""

    type: Literal["GlorotNormal"] = "GlorotNormal"


class HeNormal(FanInitializer):
    """Truncated normal, standard deviation `sqrt(2 / fan_in)` (He et al., 2015)."""

    type: Literal["HeNormal"] = "HeNormal"


class HeUniform(FanInitializer):
    """Uniform within `±sqrt(6 / fan_in)` (He et al., 2015)."""

    type: Literal["HeUniform"] = "HeUniform"


class LecunNormal(FanInitializer):
    """Truncated normal, standard deviation `sqrt(1 / fan_in)` (Klambauer et al., 2017)."""

    type: Literal["LecunNormal"] = "LecunNormal"


class LecunUniform(FanInitializer):
    """Uniform within `±sqrt(3 / fan_in)` (Klambauer et al., 2017)."""

    type: Literal["LecunUniform"] = "LecunUniform"


class Identity(Initializer):
    """The identity matrix times `gain`."""

    type: Literal["Identity"] = "Identity"
    gain: float = Field(default=1.0, description="Factor of the identity matrix.")


class Ones(Initializer):
    """Every weight is 1."""

    type: Literal["Ones"] = "Ones"


class RandomNormal(SeededInitializer):
    """Normally distributed weights."""

    type: Literal["RandomNormal"] = "RandomNormal"
    mean: float = Field(default=0.0, description="Mean of the distribution.")
    stddev: NonNegativeFloat = Field(default=0.05, description="Standard deviation of the distribution.")


class RandomUniform(SeededInitializer):
    """Uniformly distributed weights."""

    type: Literal["RandomUniform"] = "RandomUniform"
    minval: float = Field(default=-0.05, description="Least value.")
    maxval: float = Field(default=0.05, description="Greatest value.")


class TruncatedNormal(SeededInitializer):
    """Normally distributed weights, drawn again beyond two standard deviations."""

    type: Literal["TruncatedNormal"] = "TruncatedNormal"
    mean: float = Field(default=0.0, description="Mean of the distribution.")
    stddev: NonNegativeFloat = Field(default=0.05, description="Standard deviation before truncation.")


class VarianceScaling(FanInitializer):
    """A distribution whose variance is `scale / n`, with `n` chosen by `mode`."""

    type: Literal["VarianceScaling"] = "VarianceScaling"
    scale: PositiveFloat = Field(default=1.0, description="Scaling factor.")
    mode: Literal["fan_in", "fan_out", "fan_avg"] = Field(default="fan_in", description="What `n` counts.")
    distribution: Literal["normal", "truncated_normal", "untruncated_normal", "uniform"] = Field(
        default="truncated_normal", description="Kind of distribution."
    )
