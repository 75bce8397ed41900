"""Classification, of labels of any type."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d, validate_data

from .base import SequenceEstimator
from .planning import Target
from .samples import weighing


class SequenceClassifier(ClassifierMixin, SequenceEstimator):  # type: ignore[misc]
    """Classification of sequences, of two classes or more; inputs are standardised inside.

    Two classes are one sigmoid unit, and the second is predicted from the spec's `predict.threshold` on; more are a
    softmax. X, the parameters and the other attributes are those of `SequenceRegressor`.

    Attributes:
        classes_: the labels, sorted.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803 - as scikit-learn's
        """Trains a model anew; a sample of weight 2 counts as if it were there twice.

        Raises:
            ValueError: X is not numbers, y no labels or only one, or a parameter is out of its range.
            SpecError: the spec has errors.
            DataError: the data do not fit the spec's model.
            ArtifactError: the loss is not finite (LC708).
        """
        X, y = validate_data(self, X, y, allow_nd=True)  # noqa: N806
        check_classification_targets(y)
        self.classes_, ids = np.unique(column_or_1d(y, warn=True), return_inverse=True)
        counting, weights = weighing(sample_weight, X)
        seen = np.unique(ids[counting])
        if len(seen) < 2:
            raise ValueError(f"y has 1 class that counts, `{self.classes_[seen[0]]}`; a classifier needs at least two")
        labels = _writable(self.classes_)
        target = Target(len(self.classes_), classifies=True, classes=labels)
        y = np.array(labels)[ids] if labels else ids
        self._train(X[counting], y[counting], target, weights)
        return self

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803 - as scikit-learn's
        """`[samples]` labels.

        Raises:
            NotFittedError: `fit` has not been called.
            ValueError: X is not numbers, or not of the shape that `fit` saw.
        """
        probabilities = self.predict_proba(X)
        ids = probabilities.argmax(axis=1)
        if self.model_.plan.target == "binary":
            ids = (probabilities[:, 1] >= self.model_.plan.spec.predict.threshold).astype(np.int64)
        return np.asarray(self.classes_[ids])

    def predict_proba(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - as scikit-learn's
        """`[samples, classes]` probabilities, in the order of `classes_`.

        Raises:
            NotFittedError: `fit` has not been called.
            ValueError: X is not numbers, or not of the shape that `fit` saw.
        """
        found = self._outputs(X, lambda prediction: prediction.probabilities).astype(np.float64)
        if found.ndim == 1:
            return np.stack([1.0 - found, found], axis=1)
        return np.asarray(found / found.sum(axis=1, keepdims=True))


def _writable(classes: NDArray[Any]) -> tuple[str | int, ...] | None:
    """The labels as a spec holds them, where they are all text or all integers."""
    plain = classes.tolist()
    kinds = {type(label) for label in plain}
    return tuple(plain) if kinds in ({str}, {int}) else None
