"""The metrics of the language."""

from typing import Annotated, TypeAlias

from ..base import Classes, Registry
from .base import Metric

METRICS = Registry(
    "metric",
    Classes(
        __name__,
        {
            "accuracy": (
                "accuracy", "Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy",
                "TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy",
            ),
            "errors": (
                "MeanSquaredError", "RootMeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError",
            ),
            "regression": (
                "MeanSquaredLogarithmicError", "LogCoshError", "Poisson", "R2Score", "CosineSimilarity",
                "PearsonCorrelation", "ConcordanceCorrelation", "KLDivergence",
            ),
            "crossentropy": (
                "BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy", "Hinge",
                "SquaredHinge", "CategoricalHinge",
            ),
            "confusion": (
                "TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives", "Precision", "Recall",
                "SensitivityAtSpecificity", "SpecificityAtSensitivity", "PrecisionAtRecall", "RecallAtPrecision",
            ),
            "curves": ("AUC",),
            "overlap": ("F1Score", "FBetaScore", "BinaryIoU", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"),
        },
    ),
    {
        "acc": "accuracy",
        "Accuracy": "accuracy",
        "binary_accuracy": "BinaryAccuracy",
        "categorical_accuracy": "CategoricalAccuracy",
        "sparse_categorical_accuracy": "SparseCategoricalAccuracy",
        "top_k_categorical_accuracy": "TopKCategoricalAccuracy",
        "sparse_top_k_categorical_accuracy": "SparseTopKCategoricalAccuracy",
        "mean_squared_error": "MeanSquaredError",
        "mse": "MeanSquaredError",
        "MSE": "MeanSquaredError",
        "root_mean_squared_error": "RootMeanSquaredError",
        "mean_absolute_error": "MeanAbsoluteError",
        "mae": "MeanAbsoluteError",
        "MAE": "MeanAbsoluteError",
        "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
        "mape": "MeanAbsolutePercentageError",
        "MAPE": "MeanAbsolutePercentageError",
        "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
        "msle": "MeanSquaredLogarithmicError",
        "MSLE": "MeanSquaredLogarithmicError",
        "log_cosh_error": "LogCoshError",
        "poisson": "Poisson",
        "r2_score": "R2Score",
        "cosine_similarity": "CosineSimilarity",
        "pearson_correlation": "PearsonCorrelation",
        "concordance_correlation": "ConcordanceCorrelation",
        "kl_divergence": "KLDivergence",
        "binary_crossentropy": "BinaryCrossentropy",
        "bce": "BinaryCrossentropy",
        "BCE": "BinaryCrossentropy",
        "categorical_crossentropy": "CategoricalCrossentropy",
        "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
        "hinge": "Hinge",
        "squared_hinge": "SquaredHinge",
        "categorical_hinge": "CategoricalHinge",
        "true_positives": "TruePositives",
        "true_negatives": "TrueNegatives",
        "false_positives": "FalsePositives",
        "false_negatives": "FalseNegatives",
        "precision": "Precision",
        "recall": "Recall",
        "auc": "AUC",
        "f1_score": "F1Score",
        "f_beta_score": "FBetaScore",
        "binary_io_u": "BinaryIoU",
    },
)  # fmt: skip

AnyMetric: TypeAlias = Annotated[Metric, METRICS]

__all__ = ["METRICS", "AnyMetric", "Metric"]
