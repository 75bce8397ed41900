"""Optimizers, losses and metrics, by Keras's names or as objects."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from .base import Exactly, Name, NonNegativeFloat, NotYet, Positive, PositiveFloat, Registry, Section, Tagged

Momentum: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]
Decay: TypeAlias = Annotated[float, Field(ge=0.0, lt=1.0)]
Reduction: TypeAlias = Literal["sum_over_batch_size", "sum", "mean"]


class Optimizer(Tagged):
    """What all optimizers share."""

    removed: ClassVar[Mapping[str, str]] = {
        "lr": "Keras 3 calls it `learning_rate`",
        "decay": "it was removed in Keras 3; lower `learning_rate`, or use `weight_decay`",
    }

    learning_rate: PositiveFloat = Field(default=0.001, description="Step size.")
    weight_decay: NonNegativeFloat | None = Field(default=None, description="Decay of the weights at each step.")
    clipnorm: PositiveFloat | None = Field(default=None, description="Greatest norm of each weight's gradient.")
    clipvalue: PositiveFloat | None = Field(default=None, description="Greatest absolute value of a gradient.")
    global_clipnorm: PositiveFloat | None = Field(default=None, description="Greatest norm of all gradients together.")
    use_ema: bool = Field(default=False, description="Whether a moving average of the weights is kept.")
    ema_momentum: Momentum = Field(default=0.99, description="Momentum of that average.")
    ema_overwrite_frequency: Positive | None = Field(
        default=None, description="Steps after which the average replaces the weights; at the end of training if null."
    )
    loss_scale_factor: PositiveFloat | None = Field(default=None, description="Factor of the loss before gradients.")
    gradient_accumulation_steps: Annotated[int, Field(ge=2)] | None = Field(
        default=None, description="Batches whose gradients are averaged before a step."
    )
    name: Name | None = Field(default=None, description="Name of the optimizer.")


class SGD(Optimizer):
    """Gradient descent, with momentum."""

    type: Literal["SGD"] = "SGD"
    learning_rate: PositiveFloat = Field(default=0.01, description="Step size.")
    momentum: Momentum = Field(default=0.0, description="Share of the last step that is repeated.")
    nesterov: bool = Field(default=False, description="Whether Nesterov's momentum is used.")


class RMSprop(Optimizer):
    """Steps divided by a moving average of the gradient's magnitude (Hinton, 2012)."""

    type: Literal["RMSprop"] = "RMSprop"
    rho: Decay = Field(default=0.9, description="Decay of the moving average.")
    momentum: Momentum = Field(default=0.0, description="Share of the last step that is repeated.")
    epsilon: PositiveFloat = Field(default=1e-7, description="Added to the denominator.")
    centered: bool = Field(default=False, description="Whether gradients are normalised by their variance.")


class Adam(Optimizer):
    """Adaptive moments (Kingma and Ba, 2014)."""

    type: Literal["Adam"] = "Adam"
    beta_1: Decay = Field(default=0.9, description="Decay of the first moment.")
    beta_2: Decay = Field(default=0.999, description="Decay of the second moment.")
    epsilon: PositiveFloat = Field(default=1e-7, description="Added to the denominator.")
    amsgrad: bool = Field(default=False, description="Whether the AMSGrad variant is used.")


class Loss(Tagged):
    """What all losses share. `keras_name` is the name that Keras gives the function."""

    keras_name: ClassVar[str]
    reduction: Reduction = Field(default="sum_over_batch_size", description="How the samples' losses are combined.")
    name: Name | None = Field(default=None, description="Name of the loss; Keras's own if null.")


class MeanSquaredError(Loss):
    """`mean((y - ŷ)²)`."""

    keras_name = "mean_squared_error"
    type: Literal["MeanSquaredError"] = "MeanSquaredError"


class MeanAbsoluteError(Loss):
    """`mean(|y - ŷ|)`."""

    keras_name = "mean_absolute_error"
    type: Literal["MeanAbsoluteError"] = "MeanAbsoluteError"


class MeanAbsolutePercentageError(Loss):
    """`100 · mean(|y - ŷ| / max(|y|, 1e-7))`."""

    keras_name = "mean_absolute_percentage_error"
    type: Literal["MeanAbsolutePercentageError"] = "MeanAbsolutePercentageError"


class Crossentropy(Loss):
    """What the crossentropies share."""

    from_logits: bool = Field(default=False, description="Whether the outputs are logits rather than probabilities.")
    axis: Annotated[Literal[-1], Exactly()] = Field(default=-1, description="The axis of the classes: the last one.")


class SmoothedCrossentropy(Crossentropy):
    """A crossentropy whose labels can be smoothed."""

    label_smoothing: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        default=0.0, description="Share of each label that is spread over all classes."
    )


class BinaryCrossentropy(SmoothedCrossentropy):
    """`-mean(y · log ŷ + (1 - y) · log(1 - ŷ))`, for labels 0 and 1."""

    keras_name = "binary_crossentropy"
    type: Literal["BinaryCrossentropy"] = "BinaryCrossentropy"


class CategoricalCrossentropy(SmoothedCrossentropy):
    """`-Σ y · log ŷ`, for one-hot rows."""

    keras_name = "categorical_crossentropy"
    type: Literal["CategoricalCrossentropy"] = "CategoricalCrossentropy"


class SparseCategoricalCrossentropy(Crossentropy):
    """`-log ŷ[y]`, for class ids."""

    keras_name = "sparse_categorical_crossentropy"
    type: Literal["SparseCategoricalCrossentropy"] = "SparseCategoricalCrossentropy"
    ignore_class: int | None = Field(default=None, description="A class id that does not count.")


class Metric(Tagged):
    """What all metrics share. `keras_name` is the key under which the metric is reported."""

    keras_name: ClassVar[str]
    name: Name | None = Field(default=None, description="Key in the history; Keras's own if null.")

    @property
    def key(self) -> str:
        """The key under which the metric is reported."""
        return self.name or self.keras_name


class MeanSquaredErrorMetric(Metric):
    """`mean((y - ŷ)²)`."""

    keras_name = "mean_squared_error"
    type: Literal["MeanSquaredError"] = "MeanSquaredError"


class RootMeanSquaredErrorMetric(Metric):
    """`sqrt(mean((y - ŷ)²))`."""

    keras_name = "root_mean_squared_error"
    type: Literal["RootMeanSquaredError"] = "RootMeanSquaredError"


class MeanAbsoluteErrorMetric(Metric):
    """`mean(|y - ŷ|)`."""

    keras_name = "mean_absolute_error"
    type: Literal["MeanAbsoluteError"] = "MeanAbsoluteError"


class MeanAbsolutePercentageErrorMetric(Metric):
    """`100 · mean(|y - ŷ| / max(|y|, 1e-7))`."""

    keras_name = "mean_absolute_percentage_error"
    type: Literal["MeanAbsolutePercentageError"] = "MeanAbsolutePercentageError"


class AccuracyMetric(Metric):
    """Share of right answers: binary, categorical or sparse categorical, as the loss has it."""

    keras_name = "accuracy"
    type: Literal["accuracy"] = "accuracy"


class BinaryAccuracyMetric(Metric):
    """Share of values on the right side of `threshold`."""

    keras_name = "binary_accuracy"
    type: Literal["BinaryAccuracy"] = "BinaryAccuracy"
    threshold: Annotated[float, Field(ge=0.0, le=1.0)] = Field(default=0.5, description="What counts as 1.")


class CategoricalAccuracyMetric(Metric):
    """Share of samples whose greatest output is the one-hot class."""

    keras_name = "categorical_accuracy"
    type: Literal["CategoricalAccuracy"] = "CategoricalAccuracy"


class SparseCategoricalAccuracyMetric(Metric):
    """Share of samples whose greatest output is the class id."""

    keras_name = "sparse_categorical_accuracy"
    type: Literal["SparseCategoricalAccuracy"] = "SparseCategoricalAccuracy"


OPTIMIZERS = Registry(
    "optimizer",
    {cls.__name__: cls for cls in (SGD, RMSprop, Adam)},
    {cls.lower(): cls for cls in ("SGD", "RMSprop", "Adam")},
    case_sensitive=False,
    later=frozenset(
        {
            "Adadelta", "Adafactor", "Adagrad", "AdamW", "Adamax", "Ftrl", "Lamb", "Lion", "Muon", "Nadam",
            "ScheduleFreeAdamW", "adadelta", "adafactor", "adagrad", "adamw", "adamax", "ftrl", "lamb", "lion",
            "muon", "nadam", "schedulefreeadamw",
        }
    ),
)  # fmt: skip

_LOSSES: tuple[type[Loss], ...] = (
    MeanSquaredError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
_SHORT_NAMES = {
    "mse": "MeanSquaredError",
    "MSE": "MeanSquaredError",
    "mae": "MeanAbsoluteError",
    "MAE": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError",
    "MAPE": "MeanAbsolutePercentageError",
}
_LATER_OBJECTIVES = frozenset(
    {
        "BinaryFocalCrossentropy", "CTC", "CategoricalFocalCrossentropy", "CategoricalHinge", "Circle",
        "CosineSimilarity", "Dice", "Hinge", "Huber", "KLDivergence", "LogCosh", "MeanSquaredLogarithmicError",
        "Poisson", "SquaredHinge", "Tversky", "AUC", "Accuracy", "F1Score", "FBetaScore", "FalseNegatives",
        "FalsePositives", "Precision", "R2Score", "Recall", "TopKCategoricalAccuracy", "TrueNegatives",
        "TruePositives", "binary_focal_crossentropy", "categorical_focal_crossentropy", "categorical_hinge",
        "cosine_similarity", "dice", "hinge", "huber", "kl_divergence", "log_cosh", "logcosh",
        "mean_squared_logarithmic_error", "msle", "poisson", "squared_hinge", "tversky", "auc", "precision",
        "recall", "f1_score", "r2_score",
    }
)  # fmt: skip
LOSSES = Registry(
    "loss",
    {cls.__name__: cls for cls in _LOSSES},
    {cls.keras_name: cls.__name__ for cls in _LOSSES} | _SHORT_NAMES,
    later=_LATER_OBJECTIVES,
)

_METRICS: tuple[type[Metric], ...] = (
    AccuracyMetric,
    BinaryAccuracyMetric,
    CategoricalAccuracyMetric,
    SparseCategoricalAccuracyMetric,
    MeanSquaredErrorMetric,
    RootMeanSquaredErrorMetric,
    MeanAbsoluteErrorMetric,
    MeanAbsolutePercentageErrorMetric,
)
_METRIC_TYPES: dict[str, type[Tagged]] = {cls.model_fields["type"].default: cls for cls in _METRICS}
METRICS = Registry(
    "metric",
    _METRIC_TYPES,
    {cls.keras_name: cls.model_fields["type"].default for cls in _METRICS} | _SHORT_NAMES | {"acc": "accuracy"},
    later=_LATER_OBJECTIVES,
)

AnyOptimizer: TypeAlias = Annotated[Optimizer, OPTIMIZERS]
AnyLoss: TypeAlias = Annotated[Loss, LOSSES]
AnyMetric: TypeAlias = Annotated[Metric, METRICS]


class Compile(Section):
    """How the model is trained: Keras's `compile`."""

    optimizer: AnyOptimizer = Field(default=Adam.model_construct(), description="What turns gradients into steps.")
    loss: AnyLoss | None = Field(default=None, description="What is minimised; the task's loss if null.")
    metrics: Annotated[tuple[AnyMetric, ...], Field(strict=False)] | None = Field(
        default=None, description="What is reported beside the loss; the task's metric if null."
    )
    loss_weights: NotYet = Field(default=None, description="Weights of several losses.")
