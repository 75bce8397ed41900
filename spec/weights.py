"""Initializers, regularizers and constraints: how weights begin and what keeps them in bounds."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from .base import NonNegativeFloat, PositiveFloat, Registry, Seed, Tagged

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


class Constant(Initializer):
    """Every weight is `value`."""

    type: Literal["Constant"] = "Constant"
    value: float = Field(default=0.0, description="The value of every weight.")


class GlorotNormal(FanInitializer):
    """Truncated normal, standard deviation `sqrt(2 / (fan_in + fan_out))` (Glorot and Bengio, 2010)."""

    type: Literal["GlorotNormal"] = "GlorotNormal"


class GlorotUniform(FanInitializer):
    """Uniform within `±sqrt(6 / (fan_in + fan_out))` (Glorot and Bengio, 2010)."""

    type: Literal["GlorotUniform"] = "GlorotUniform"


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


class Zeros(Initializer):
    """Every weight is 0."""

    type: Literal["Zeros"] = "Zeros"


class Orthogonal(SeededInitializer):
    """A random orthogonal matrix times `gain` (Saxe et al., 2014)."""

    type: Literal["Orthogonal"] = "Orthogonal"
    gain: float = Field(default=1.0, description="Factor of the orthogonal matrix.")


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


class L1(Tagged):
    """Adds `l1 · Σ|w|` to the loss."""

    type: Literal["L1"] = "L1"
    l1: NonNegativeFloat = Field(default=0.01, description="Factor of the sum of absolute values.")


class L2(Tagged):
    """Adds `l2 · Σw²` to the loss."""

    type: Literal["L2"] = "L2"
    l2: NonNegativeFloat = Field(default=0.01, description="Factor of the sum of squares.")


class L1L2(Tagged):
    """Adds `l1 · Σ|w| + l2 · Σw²` to the loss."""

    type: Literal["L1L2"] = "L1L2"
    l1: NonNegativeFloat = Field(default=0.0, description="Factor of the sum of absolute values.")
    l2: NonNegativeFloat = Field(default=0.0, description="Factor of the sum of squares.")


class OrthogonalRegularizer(Tagged):
    """Encourages the rows or columns of a matrix to be orthogonal to each other."""

    type: Literal["OrthogonalRegularizer"] = "OrthogonalRegularizer"
    factor: NonNegativeFloat = Field(default=0.01, description="Strength of the penalty.")
    mode: Literal["rows", "columns"] = Field(default="rows", description="What is kept orthogonal.")


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


def _named(
    classes: tuple[type[Tagged], ...], *aliases: tuple[str, str]
) -> tuple[dict[str, type[Tagged]], dict[str, str]]:
    types = {cls.__name__: cls for cls in classes}
    return types, {name: name for name in types} | dict(aliases)


_INITIALIZERS, _INITIALIZER_NAMES = _named(
    (
        Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Identity, LecunNormal, LecunUniform,
        Ones, Orthogonal, RandomNormal, RandomUniform, TruncatedNormal, VarianceScaling, Zeros,
    ),
    ("constant", "Constant"),
    ("glorot_normal", "GlorotNormal"),
    ("glorot_uniform", "GlorotUniform"),
    ("he_normal", "HeNormal"),
    ("he_uniform", "HeUniform"),
    ("identity", "Identity"),
    ("IdentityInitializer", "Identity"),
    ("lecun_normal", "LecunNormal"),
    ("lecun_uniform", "LecunUniform"),
    ("one", "Ones"),
    ("ones", "Ones"),
    ("orthogonal", "Orthogonal"),
    ("OrthogonalInitializer", "Orthogonal"),
    ("normal", "RandomNormal"),
    ("random_normal", "RandomNormal"),
    ("random_uniform", "RandomUniform"),
    ("uniform", "RandomUniform"),
    ("truncated_normal", "TruncatedNormal"),
    ("variance_scaling", "VarianceScaling"),
    ("zero", "Zeros"),
    ("zeros", "Zeros"),
)  # fmt: skip
_REGULARIZERS, _REGULARIZER_NAMES = _named(
    (L1, L2, L1L2, OrthogonalRegularizer),
    ("l1", "L1"),
    ("l2", "L2"),
    ("l1l2", "L1L2"),
    ("orthogonal_regularizer", "OrthogonalRegularizer"),
)
_CONSTRAINTS, _CONSTRAINT_NAMES = _named(
    (MaxNorm, MinMaxNorm, NonNeg, UnitNorm),
    ("max_norm", "MaxNorm"),
    ("min_max_norm", "MinMaxNorm"),
    ("non_neg", "NonNeg"),
    ("unit_norm", "UnitNorm"),
)

INITIALIZERS = Registry("initializer", _INITIALIZERS, _INITIALIZER_NAMES, later=frozenset({"STFT", "stft"}))
REGULARIZERS = Registry("regularizer", _REGULARIZERS, _REGULARIZER_NAMES)
CONSTRAINTS = Registry("constraint", _CONSTRAINTS, _CONSTRAINT_NAMES)

AnyInitializer: TypeAlias = Annotated[Initializer, INITIALIZERS]
AnyRegularizer: TypeAlias = Annotated[Tagged, REGULARIZERS]
AnyConstraint: TypeAlias = Annotated[Tagged, CONSTRAINTS]
