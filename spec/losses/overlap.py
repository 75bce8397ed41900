"""Losses of how far sets or distributions overlap."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ..base import NonNegativeFloat
from .base import Loss

Axes: TypeAlias = Annotated[tuple[int, ...], Field(strict=False, min_length=1)]


class Overlap(Loss):
    """What the losses share that compare sets."""

    targets = ("binary", "multilabel", "one_hot")
    reads = "probabilities"
    axis: int | Axes | None = Field(
        default=None, description="The axes that are summed over, the batch being axis 0; all of them if null."
    )


class Dice(Overlap):
    """`1 - 2 · Σ y · ŷ / (Σ y + Σ ŷ)`, for 0 and 1."""

    keras_name = "dice"
    type: Literal["Dice"] = "Dice"


class Tversky(Overlap):
    """`1 - t / (t + alpha · Σ y · (1 - ŷ) + beta · Σ (1 - y) · ŷ)`, `t = Σ y · ŷ` (Salehi et al., 2017)."""

    keras_name = "tversky"
    type: Literal["Tversky"] = "Tversky"
    alpha: NonNegativeFloat = Field(default=0.5, description="Weight of what is missed.")
    beta: NonNegativeFloat = Field(default=0.5, description="Weight of what is found by mistake.")


class KLDivergence(Loss):
    """`Σ y · log(y / ŷ)`, for rows of probabilities (Kullback and Leibler, 1951)."""

    keras_name = "kl_divergence"
    targets = ("values", "one_hot")
    reads = "distribution"
    least_units = 2
    type: Literal["KLDivergence"] = "KLDivergence"
