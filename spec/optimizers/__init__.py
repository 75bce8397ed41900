"""The optimizers of the language, and the schedules of their learning rates."""

from typing import Annotated, TypeAlias

from ..base import Classes, Registry
from .base import Optimizer
from .schedules import SCHEDULES, Schedule

_MODULES = {
    "adam": ("Adam",),
    "adamw": ("AdamW",),
    "descent": ("RMSprop", "SGD"),
    "adaptive": ("Adadelta", "Adafactor", "Adagrad", "Ftrl"),
    "moments": ("Adamax", "Lamb", "Lion", "Muon", "Nadam", "ScheduleFreeAdamW"),
}

OPTIMIZERS = Registry(
    "optimizer",
    Classes(__name__, _MODULES),
    {type_.lower(): type_ for types in _MODULES.values() for type_ in types},
    case_sensitive=False,
)

AnyOptimizer: TypeAlias = Annotated[Optimizer, OPTIMIZERS]

__all__ = ["OPTIMIZERS", "SCHEDULES", "AnyOptimizer", "Optimizer", "Schedule"]
