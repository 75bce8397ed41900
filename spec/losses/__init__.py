"""The losses of the language."""

from typing import Annotated, TypeAlias

from ..base import Classes, Registry
from .base import Loss, Target

LOSSES = Registry(
    "loss",
    Classes(
        __name__,
        {
            "errors": ("MeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError"),
            "regression": ("CosineSimilarity", "Huber", "LogCosh", "MeanSquaredLogarithmicError", "Poisson"),
            "classification": (
                "BinaryCrossentropy", "CategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy",
                "SparseCategoricalCrossentropy", "crossentropy",
            ),
            "focal": ("BinaryFocalCrossentropy", "CategoricalFocalCrossentropy"),
            "margins": ("CategoricalHinge", "Hinge", "SquaredHinge"),
            "overlap": ("Dice", "KLDivergence", "Tversky"),
        },
    ),
    {
        "mean_squared_error": "MeanSquaredError",
        "mse": "MeanSquaredError",
        "MSE": "MeanSquaredError",
        "mean_absolute_error": "MeanAbsoluteError",
        "mae": "MeanAbsoluteError",
        "MAE": "MeanAbsoluteError",
        "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
        "mape": "MeanAbsolutePercentageError",
        "MAPE": "MeanAbsolutePercentageError",
        "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
        "msle": "MeanSquaredLogarithmicError",
        "MSLE": "MeanSquaredLogarithmicError",
        "huber": "Huber",
        "log_cosh": "LogCosh",
        "poisson": "Poisson",
        "cosine_similarity": "CosineSimilarity",
        "binary_crossentropy": "BinaryCrossentropy",
        "bce": "BinaryCrossentropy",
        "BCE": "BinaryCrossentropy",
        "categorical_crossentropy": "CategoricalCrossentropy",
        "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
        "categorical_generalized_cross_entropy": "CategoricalGeneralizedCrossEntropy",
        "ce": "crossentropy",
        "binary_focal_crossentropy": "BinaryFocalCrossentropy",
        "categorical_focal_crossentropy": "CategoricalFocalCrossentropy",
        "hinge": "Hinge",
        "squared_hinge": "SquaredHinge",
        "categorical_hinge": "CategoricalHinge",
        "dice": "Dice",
        "tversky": "Tversky",
        "kl_divergence": "KLDivergence",
        "kld": "KLDivergence",
        "KLD": "KLDivergence",
    },
    later=frozenset({"CTC", "ctc", "Circle", "circle"}),
)  # fmt: skip

AnyLoss: TypeAlias = Annotated[Loss, LOSSES]

__all__ = ["LOSSES", "AnyLoss", "Loss", "Target"]
