"""What the crossentropies share."""

from typing import Annotated

from pydantic import Field

from .base import LastAxis, Loss


class Crossentropy(Loss):
    """What the crossentropies share."""

    from_logits: bool = Field(default=False, description="Whether the outputs are logits rather than probabilities.")
    axis: LastAxis = Field(default=-1, description="The axis of the classes: the last one.")


class SmoothedCrossentropy(Crossentropy):
    """A crossentropy whose labels can be smoothed."""

    label_smoothing: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        default=0.0, description="Share of each label that is spread over all classes."
    )
