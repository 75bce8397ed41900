"""How the model is trained: optimizer, loss and metrics together."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from .base import Section
from .losses import LOSSES, AnyLoss, Loss
from .metrics import METRICS, AnyMetric, Metric
from .optimizers import OPTIMIZERS, SCHEDULES, AnyOptimizer, Optimizer
from .optimizers.adam import Adam

__all__ = ["LOSSES", "METRICS", "OPTIMIZERS", "SCHEDULES", "Compile", "Loss", "Metric", "Optimizer"]


class Compile(Section):
    """How the model is trained: Keras's `compile`."""

    removed: ClassVar[Mapping[str, str]] = {
        "loss_weights": "a model has one output and so one loss, which there is nothing to weigh against",
        "jit_compile": "how the model is run is decided by `runtime`",
        "run_eagerly": "how the model is run is decided by `runtime`",
        "steps_per_execution": "how the model is run is decided by `runtime`",
    }

    optimizer: AnyOptimizer = Field(default=Adam.model_construct(), description="What turns gradients into steps.")
    loss: AnyLoss | None = Field(default=None, description="What is minimised; the task's loss if null.")
    metrics: Annotated[tuple[AnyMetric, ...], Field(strict=False)] | None = Field(
        default=None, description="What is reported beside the loss; the task's metric if null."
    )
