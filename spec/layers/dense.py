"""The dense layer."""

from typing import Literal

from pydantic import Field

from ..base import NotYet, Positive, PositiveFloat
from ..weights import AnyConstraint, AnyInitializer, AnyRegularizer, GlorotUniform, Zeros
from .base import Activation_, Layer


class Dense(Layer):
    """`[batch, …, features] -> [batch, …, units]`: `activation(x · kernel + bias)` on the last axis."""

    type: Literal["Dense"] = "Dense"
    units: Positive = Field(description="Length of the output vector.")
    activation: Activation_ | None = Field(default=None, description="Activation; null is linear.")
    use_bias: bool = Field(default=True, description="Whether a bias is added.")
    kernel_initializer: AnyInitializer = Field(
        default=GlorotUniform.model_construct(), description="How the weights begin."
    )
    bias_initializer: AnyInitializer = Field(default=Zeros.model_construct(), description="How the bias begins.")
    kernel_regularizer: AnyRegularizer | None = Field(default=None, description="Penalty on the weights.")
    bias_regularizer: AnyRegularizer | None = Field(default=None, description="Penalty on the bias.")
    kernel_constraint: AnyConstraint | None = Field(default=None, description="Bound on the weights.")
    bias_constraint: AnyConstraint | None = Field(default=None, description="Bound on the bias.")
    lora_rank: Positive | None = Field(
        default=None,
        description="Rank of the low-rank update that is trained in place of the kernel (Hu et al., 2021).",
    )
    lora_alpha: PositiveFloat | None = Field(default=None, description="Scale of that update; `lora_rank` if null.")
    quantization_config: NotYet = Field(default=None, description="Quantization of the weights.")
