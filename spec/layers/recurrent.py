"""Recurrent layers, which read a sequence step by step and carry a state: what they share, and the LSTM."""

from typing import Annotated, Literal

from pydantic import Field

from ..base import Exactly, Positive, Rate, Seed
from ..weights import AnyConstraint, AnyInitializer, AnyRegularizer, GlorotUniform, Orthogonal, Zeros
from .base import Activation_, Layer


class Recurrent(Layer):
    """What recurrent layers share."""

    units: Positive = Field(description="Length of the output vector and of the state.")
    activation: Activation_ | None = Field(default="tanh", description="Activation of the cell; null is linear.")
    use_bias: bool = Field(default=True, description="Whether a bias is added.")
    kernel_initializer: AnyInitializer = Field(
        default=GlorotUniform.model_construct(), description="How the weights of the inputs begin."
    )
    recurrent_initializer: AnyInitializer = Field(
        default=Orthogonal.model_construct(), description="How the weights of the state begin."
    )
    bias_initializer: AnyInitializer = Field(default=Zeros.model_construct(), description="How the bias begins.")
    kernel_regularizer: AnyRegularizer | None = Field(default=None, description="Penalty on the inputs' weights.")
    recurrent_regularizer: AnyRegularizer | None = Field(default=None, description="Penalty on the state's weights.")
    bias_regularizer: AnyRegularizer | None = Field(default=None, description="Penalty on the bias.")
    kernel_constraint: AnyConstraint | None = Field(default=None, description="Bound on the inputs' weights.")
    recurrent_constraint: AnyConstraint | None = Field(default=None, description="Bound on the state's weights.")
    bias_constraint: AnyConstraint | None = Field(default=None, description="Bound on the bias.")
    dropout: Rate = Field(default=0.0, description="Share of the inputs dropped in training.")
    recurrent_dropout: Rate = Field(default=0.0, description="Share of the state dropped in training.")
    seed: Seed | None = Field(default=None, description="Seed of the dropout; derived from `fit.seed` if null.")
    return_sequences: bool | None = Field(
        default=None, description="Whether every step's output is returned, or the last alone; inferred when absent."
    )
    return_state: bool = Field(default=False, description="Must be false: a Sequential passes on one tensor.")
    go_backwards: bool = Field(default=False, description="Whether the sequence is read from its end.")
    stateful: bool = Field(default=False, description="Whether a batch begins with the state the last one ended with.")
    unroll: bool = Field(default=False, description="Whether the loop over timesteps is written out.")


class Gated(Recurrent):
    """What recurrent layers with gates share."""

    recurrent_activation: Activation_ | None = Field(default="sigmoid", description="Activation of the gates.")
    use_cudnn: Annotated[Literal["auto", True, False], Exactly()] = Field(
        default="auto", description="Whether cuDNN is used on a GPU."
    )


class LSTM(Gated):
    """`[batch, timesteps, features] -> [batch, units]`, or `[batch, timesteps, units]` as a sequence.

    Long short-term memory (Hochreiter and Schmidhuber, 1997), with gates in the order i, f, c, o.
    """

    type: Literal["LSTM"] = "LSTM"
    unit_forget_bias: bool = Field(default=True, description="Whether the bias of the forget gate begins at 1.")
