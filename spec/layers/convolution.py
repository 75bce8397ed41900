"""Convolutions along time."""

from typing import Literal

from pydantic import Field

from ..base import Positive
from ..weights import AnyConstraint, AnyInitializer, AnyRegularizer, GlorotUniform, Zeros
from .base import Activation_, Layer, One


class Conv1D(Layer):
    """`[batch, timesteps, features] -> [batch, steps, filters]`: the same dense layer on each run of `kernel_size`."""

    type: Literal["Conv1D"] = "Conv1D"
    filters: Positive = Field(description="Length of the output at each step.")
    kernel_size: One = Field(description="Timesteps in a run.")
    strides: One = Field(default=1, description="Timesteps from one run to the next.")
    padding: Literal["valid", "same", "causal"] = Field(
        default="valid", description="None, zeros on both sides, or zeros before the start alone."
    )
    data_format: Literal["channels_last", "channels_first"] | None = Field(
        default=None, description="Where the features are; last if null."
    )
    dilation_rate: One = Field(default=1, description="Timesteps between the steps of a run.")
    groups: Positive = Field(default=1, description="Groups of features that are convolved on their own.")
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
