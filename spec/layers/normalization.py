"""Normalizations: mean 0 and deviation 1, then scaled and shifted by weights."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ..base import PositiveFloat, Section
from ..weights import AnyConstraint, AnyInitializer, AnyRegularizer, Zeros
from ..weights.initializers import Ones
from .base import Layer

Momentum: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]


class Normalized(Layer):
    """What normalizations share."""

    epsilon: PositiveFloat = Field(default=0.001, description="Added to the variance.")
    center: bool = Field(default=True, description="Whether `beta` is added.")
    scale: bool = Field(default=True, description="Whether the result is multiplied by `gamma`.")
    beta_initializer: AnyInitializer = Field(default=Zeros.model_construct(), description="How `beta` begins.")
    gamma_initializer: AnyInitializer = Field(default=Ones.model_construct(), description="How `gamma` begins.")
    beta_regularizer: AnyRegularizer | None = Field(default=None, description="Penalty on `beta`.")
    gamma_regularizer: AnyRegularizer | None = Field(default=None, description="Penalty on `gamma`.")
    beta_constraint: AnyConstraint | None = Field(default=None, description="Bound on `beta`.")
    gamma_constraint: AnyConstraint | None = Field(default=None, description="Bound on `gamma`.")


class RenormClipping(Section):
    """Bounds of the correction of batch renormalization."""

    rmin: PositiveFloat | None = Field(default=None, description="Least ratio of deviations.")
    rmax: PositiveFloat | None = Field(default=None, description="Greatest ratio of deviations.")
    dmax: Annotated[float, Field(ge=0.0)] | None = Field(default=None, description="Greatest shift of the mean.")


class BatchNormalization(Normalized):
    """`[batch, …] -> [batch, …]`: normalises each feature over the batch (Ioffe and Szegedy, 2015).

    In training by the batch's own mean and variance, afterwards by their moving averages.
    """

    type: Literal["BatchNormalization"] = "BatchNormalization"
    axis: int = Field(default=-1, description="The axis of the features.")
    momentum: Momentum = Field(default=0.99, description="Momentum of the moving averages.")
    moving_mean_initializer: AnyInitializer = Field(
        default=Zeros.model_construct(), description="How the moving mean begins."
    )
    moving_variance_initializer: AnyInitializer = Field(
        default=Ones.model_construct(), description="How the moving variance begins."
    )
    renorm: bool = Field(default=False, description="Whether batch renormalization is used (Ioffe, 2017).")
    renorm_clipping: RenormClipping | None = Field(default=None, description="Bounds of its correction.")
    renorm_momentum: Momentum = Field(default=0.99, description="Momentum of its moving averages.")
    synchronized: bool = Field(default=False, description="Whether replicas share the statistics of a batch.")


class LayerNormalization(Normalized):
    """`[batch, …, features] -> [batch, …, features]`: normalises each sample and step (Ba et al., 2016)."""

    type: Literal["LayerNormalization"] = "LayerNormalization"
    axis: int | Annotated[tuple[int, ...], Field(strict=False, min_length=1)] = Field(
        default=-1, description="The axis, or the axes, that are normalised."
    )
