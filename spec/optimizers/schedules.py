"""Learning rates that change from step to step; a step is one batch."""

from typing import Annotated, TypeAlias

from pydantic import Field

from ..base import Classes, Name, OrObject, PositiveFloat, Registry, Tagged

Share: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]


class Schedule(Tagged):
    """What all schedules share."""

    name: Name | None = Field(default=None, description="Name of the schedule; Keras's own if null.")


SCHEDULES = Registry(
    "schedule",
    Classes(
        __package__ or "",
        {
            "decays": ("ExponentialDecay", "InverseTimeDecay", "PiecewiseConstantDecay", "PolynomialDecay"),
            "cosine": ("CosineDecay", "CosineDecayRestarts"),
        },
    ),
    named=False,
)

AnySchedule: TypeAlias = Annotated[Schedule, SCHEDULES]
LearningRate: TypeAlias = Annotated[PositiveFloat | AnySchedule, OrObject(SCHEDULES, PositiveFloat)]
