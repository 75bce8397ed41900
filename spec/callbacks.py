"""What watches a training: early stopping, smaller steps on a plateau, checkpoints. Arguments are Keras's."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from .base import Exactly, Natural, NonNegativeFloat, Positive, Section

Mode: TypeAlias = Literal["auto", "min", "max"]
Noted: TypeAlias = Annotated[Literal[0, 1], Exactly()]


class Monitor(Section):
    """What all that watch a quantity share."""

    monitor: str = Field(default="val_loss", description="Key of the history that is watched: `loss`, `val_loss`, ….")
    mode: Mode = Field(
        default="auto",
        description="Whether less (`min`) or more (`max`) is better; `auto`: as the loss or metric has it.",
    )


class EarlyStopping(Monitor):
    """Ends a training that no longer improves: Keras's EarlyStopping."""

    min_delta: NonNegativeFloat = Field(default=0.0, description="Least change that counts as an improvement.")
    patience: Natural = Field(default=0, description="Epochs without improvement after which training ends.")
    verbose: Noted = Field(default=1, description="1 notes in the result why training ended; 0 does not.")
    baseline: float | None = Field(default=None, description="Value that has to be beaten; none if null.")
    restore_best_weights: bool = Field(default=True, description="Whether the weights of the best epoch are kept.")
    start_from_epoch: Natural = Field(default=0, description="Epochs to wait before anything is watched.")


class ReduceLROnPlateau(Monitor):
    """Lowers the learning rate of a training that no longer improves: Keras's ReduceLROnPlateau."""

    factor: Annotated[float, Field(gt=0.0, lt=1.0)] = Field(
        default=0.1, description="What the learning rate is multiplied by."
    )
    patience: Natural = Field(default=10, description="Epochs without improvement after which it is lowered.")
    verbose: Noted = Field(default=1, description="1 notes in the result when it was lowered; 0 does not.")
    min_delta: NonNegativeFloat = Field(default=0.0001, description="Least change that counts as an improvement.")
    cooldown: Natural = Field(default=0, description="Epochs to wait after it was lowered.")
    min_lr: NonNegativeFloat = Field(default=0.0, description="Least learning rate.")


class Checkpoint(Section):
    """When a run on the command line writes its checkpoint, `NAME.checkpoint.lstmc` in its folder."""

    every: Literal["epoch"] | Positive = Field(
        default="epoch", description="`epoch`: after each epoch, at most once a second; or a number of epochs."
    )
    keep_best: bool = Field(
        default=True, description="Whether the model of the best epoch is written too, as `NAME.best.lstmc`."
    )
    monitor: str | None = Field(
        default=None, description="Key of the history that tells the best epoch; `val_loss`, else `loss`, if null."
    )
    mode: Mode = Field(default="auto", description="Whether less or more of it is better.")
