"""Embeddings and masks."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from ..base import NotYet, Positive, PositiveFloat
from ..weights import AnyConstraint, AnyInitializer, AnyRegularizer
from ..weights.initializers import RandomUniform
from .base import Layer


class Embedding(Layer):
    """`[batch, timesteps] -> [batch, timesteps, output_dim]`: the row of a table for each id."""

    removed: ClassVar[Mapping[str, str]] = {
        **{key: why for key, why in Layer.removed.items() if key != "input_dim"},
        "weights": "it was removed in Keras 3; use `embeddings_initializer`, or `fit` an artifact",
    }

    type: Literal["Embedding"] = "Embedding"
    input_dim: Positive = Field(description="Number of ids: they run from 0 to `input_dim - 1`.")
    output_dim: Positive = Field(description="Length of the vector of an id.")
    embeddings_initializer: AnyInitializer = Field(
        default=RandomUniform.model_construct(), description="How the table begins."
    )
    embeddings_regularizer: AnyRegularizer | None = Field(default=None, description="Penalty on the table.")
    embeddings_constraint: AnyConstraint | None = Field(default=None, description="Bound on the table.")
    mask_zero: bool = Field(default=False, description="Whether id 0 is padding, which the layers after it skip.")
    lora_rank: Positive | None = Field(
        default=None, description="Rank of the low-rank update that is trained in place of the table (Hu et al., 2021)."
    )
    lora_alpha: PositiveFloat | None = Field(default=None, description="Scale of that update; `lora_rank` if null.")
    quantization_config: NotYet = Field(default=None, description="Quantization of the table.")


class Masking(Layer):
    """`[batch, timesteps, features]` as it is; steps whose features all equal `mask_value` are skipped after it."""

    type: Literal["Masking"] = "Masking"
    mask_value: float = Field(default=0.0, description="The value that marks a step as missing.")
