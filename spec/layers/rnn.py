"""Recurrent layers beside the LSTM."""

from typing import Literal

from pydantic import Field

from .recurrent import Gated, Recurrent


class GRU(Gated):
    """`[batch, timesteps, features] -> [batch, units]`, or `[batch, timesteps, units]` as a sequence.

    Gated recurrent unit (Cho et al., 2014), with gates in the order z, r, h.
    """

    type: Literal["GRU"] = "GRU"
    reset_after: bool = Field(
        default=True, description="Whether the reset gate acts after the matrix product (as cuDNN has it), or before."
    )


class SimpleRNN(Recurrent):
    """`[batch, timesteps, features] -> [batch, units]`, or `[batch, timesteps, units]` as a sequence.

    The fully connected recurrence `h = activation(x · kernel + h · recurrent_kernel + bias)` (Elman, 1990).
    """

    type: Literal["SimpleRNN"] = "SimpleRNN"
