"""Crossentropies that give hard samples more weight."""

from typing import Annotated, Literal

from pydantic import Field

from ..base import NonNegativeFloat
from .crossentropy import SmoothedCrossentropy

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class BinaryFocalCrossentropy(SmoothedCrossentropy):
    """`-mean((1 - p) ^ gamma · log p)`, `p` being what the true label gets, for labels 0 and 1 (Lin et al., 2017)."""

    keras_name = "binary_focal_crossentropy"
    targets = ("binary", "multilabel")
    reads = "probabilities"
    type: Literal["BinaryFocalCrossentropy"] = "BinaryFocalCrossentropy"
    apply_class_balancing: bool = Field(default=False, description="Whether the labels are weighted by `alpha`.")
    alpha: Share = Field(default=0.25, description="Weight of label 1; label 0 has `1 - alpha`.")
    gamma: NonNegativeFloat = Field(default=2.0, description="How much less easy samples count; 0 for all the same.")


class CategoricalFocalCrossentropy(SmoothedCrossentropy):
    """`-Σ alpha · (1 - ŷ) ^ gamma · y · log ŷ`, for one-hot rows (Lin et al., 2017)."""

    keras_name = "categorical_focal_crossentropy"
    targets = ("one_hot",)
    reads = "distribution"
    least_units = 2
    type: Literal["CategoricalFocalCrossentropy"] = "CategoricalFocalCrossentropy"
    alpha: NonNegativeFloat | Annotated[tuple[NonNegativeFloat, ...], Field(strict=False, min_length=2)] = Field(
        default=0.25, description="Weight of every class, or a list of one for each."
    )
    gamma: NonNegativeFloat = Field(default=2.0, description="How much less easy samples count; 0 for all the same.")
