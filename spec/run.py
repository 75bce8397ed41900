"""Fit, evaluate, predict, and what they run on."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from .base import Exactly, NonNegativeFloat, Positive, Section, Seed, Shorthand
from .callbacks import Checkpoint, EarlyStopping, ReduceLROnPlateau

Output: TypeAlias = Literal["values", "classes", "probabilities"]
ClassWeight: TypeAlias = Annotated[
    Annotated[Literal["balanced"], Tag("name")] | Annotated[dict[str, NonNegativeFloat], Tag("weights")],
    Discriminator(lambda value: "name" if isinstance(value, str) else "weights"),
]
INTERVALS = ("prediction intervals", "compare the error on the test part, which `lstmc evaluate` gives")
Precision: TypeAlias = Literal["float32", "float64", "mixed_bfloat16", "mixed_float16"]


class Fit(Section):
    """Training: Keras's `fit`."""

    epochs: Positive = Field(default=10, description="Passes over the training samples.")
    batch_size: Positive = Field(default=32, description="Samples a step; at most all there are.")
    shuffle: bool | None = Field(
        default=None, description="Whether every epoch has its own order; true, but false for stateful models, if null."
    )
    seed: Seed = Field(default=0, description="Seed of the weights, the dropout and the order.")
    validation_split: Annotated[float, Field(gt=0.0, lt=1.0)] | None = Field(
        default=None, description="Last fraction of the arrays handed in that is held back to validate."
    )
    verbose: Annotated[Literal[0, 1, 2], Exactly()] = Field(
        default=1, description="0 silent, 1 a progress bar, 2 a line an epoch."
    )
    class_weight: ClassWeight | None = Field(
        default=None,
        description="Weight of each label in the loss, 1 where none is given; `balanced`: the rarer, the heavier.",
    )
    sample_weight: str | None = Field(
        default=None,
        description="Column of the data with the weight of each sample in the loss. A window has the weight of its last"
        " target's row; where every timestep has an output, each has that of its own target's row.",
    )
    reset_states: Literal["epoch", "batch", "never"] | None = Field(
        default=None,
        description="When stateful layers forget: before each epoch, evaluation and prediction (`epoch`, also if null),"
        " before each batch, or never.",
    )
    early_stopping: EarlyStopping | None = Field(
        default=None, description="Ends the training when it no longer improves: Keras's EarlyStopping."
    )
    reduce_lr_on_plateau: ReduceLROnPlateau | None = Field(
        default=None,
        description="Lowers the learning rate when the training no longer improves: Keras's ReduceLROnPlateau.",
    )
    checkpoint: Checkpoint = Field(
        default=Checkpoint.model_construct(), description="What a run on the command line could go on from."
    )
    tensorboard: str | None = Field(
        default=None, description="Folder for TensorBoard's event files, relative to the file that is opened."
    )


class Evaluate(Section):
    """Evaluation: Keras's `evaluate`, beside a naive baseline."""

    on: Literal["train", "validation", "test", "all"] = Field(default="test", description="Part of the data.")
    baseline: Literal["auto", "persistence", "seasonal", "mean", "majority", "none"] = Field(
        default="auto",
        description="Naive prediction to compare with: `persistence` repeats the last known value, `seasonal` that of"
        " one season before. For windows `auto` is the one of the two that is nearer to the training targets, for"
        " labels `majority`, otherwise `mean`.",
    )
    season: Annotated[int, Field(ge=2)] | None = Field(
        default=None,
        description="Rows of a season. If null the step between time stamps decides: 24 for hours, 7 for days, 12 for"
        " months, 4 for quarters, and the rows of a day for other parts of a day.",
    )
    batch_size: Positive | None = Field(default=None, description="Samples a call; chosen by the engine if null.")


class Predict(Section):
    """Prediction: Keras's `predict`, in original units and labels."""

    planned: ClassVar[Mapping[str, tuple[str, str]]] = dict.fromkeys(
        ("intervals", "interval", "prediction_intervals", "quantiles", "confidence"), INTERVALS
    )

    output: Output | None = Field(
        default=None, description="What is returned: values for regression, otherwise classes, if null."
    )
    threshold: Annotated[float, Field(gt=0.0, lt=1.0)] = Field(
        default=0.5, description="Probability from which a binary or multilabel class is given."
    )
    batch_size: Positive | None = Field(default=None, description="Samples a call; chosen by the engine if null.")


class Limits(Section):
    """What a model may take."""

    parameters: Positive | None = Field(default=None, description="Greatest number of parameters.")
    memory: Annotated[str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,9})? ?([KMGT]i?B|B)$")] | None = Field(
        default=None,
        description="Greatest memory of weights, gradients, optimizer state and the layers' outputs of a batch,"
        " as `8 GiB`.",
    )


class Scheduling(Section):
    """How a training runs; a loop alone stands for it. What is left out is decided by what it costs and saves."""

    loop: Literal["auto", "fused", "resident", "batchwise"] = Field(
        default="auto",
        description="`fused`: many epochs are one computation; `resident`: many compiled steps in a call; `batchwise`:"
        " Keras's own step, batch by batch.",
    )
    shards: Positive | None = Field(
        default=None,
        description="Equal parts of a batch that run beside each other; as many as cores where it pays if null.",
    )


class Runtime(Section):
    """What the model runs on."""

    device: Annotated[str, Field(pattern=r"^(auto|cpu|gpu(:[0-9]{1,4})?)$")] = Field(
        default="auto", description="`auto`, `cpu`, `gpu` or `gpu:N`.", examples=["auto", "cpu", "gpu", "gpu:0"]
    )
    engine: Literal["auto", "tensorflow", "onnx"] = Field(
        default="auto",
        description="What predicts: ONNX Runtime on a CPU where it can express the model, else TensorFlow, if `auto`.",
    )
    precision: Precision = Field(
        default="float32",
        description="Precision of the arithmetic; `mixed_…` computes in it and keeps float32 weights.",
    )
    threads: Positive | None = Field(default=None, description="Number of TensorFlow's threads; all if null.")
    schedule: Annotated[Scheduling, Shorthand(("loop",))] = Field(
        default=Scheduling.model_construct(), description="How the training runs; `lstmc show --schedule` tells."
    )
    limits: Limits = Field(
        default=Limits.model_construct(), description="What the model may take; 80 % of the memory if empty."
    )
