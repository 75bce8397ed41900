"""Regression, of one target or several."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.utils.validation import validate_data

from .base import SequenceEstimator
from .planning import Target
from .samples import weighing


class SequenceRegressor(RegressorMixin, SequenceEstimator):  # type: ignore[misc]
    """Regression of sequences; inputs and targets are standardised inside.

    X is `[samples, timesteps, features]`, or `[samples, columns]`: the columns are then timesteps of one feature, or
    with `timesteps=k`, k times `columns / k` features. y is `[samples]` or `[samples, targets]`.

    Args:
        spec: path, dict or `lstmc.Spec` of the model. Its `task`, and its `input` if it has none, come from the
            data; its `data` is not read. Without, one LSTM and a Dense trained with Adam.
        timesteps: into how many timesteps the columns of X are divided.
        units: of the LSTM without a spec, 32.
        epochs: passes over the samples, in place of the spec's; 80 without a spec.
        batch_size: samples a step, in place of the spec's; without a spec, equal batches of at most 256.
        random_state: seed of weights, dropout and order, in place of the spec's.
        device: `auto`, `cpu`, `gpu` or `gpu:N`, in place of the spec's.

    Attributes:
        model_: the trained `lstmc.Model`; it reads and predicts original units, and saves an artifact.
        history_: the course of the training, `lstmc.History`.
        n_iter_: epochs trained.
        n_features_in_: columns of X, or timesteps if it has three axes.
        feature_names_in_: names of the columns, where X had some.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803 - as scikit-learn's
        """Trains a model anew; a sample of weight 2 counts as if it were there twice.

        Raises:
            ValueError: X and y are not numbers, do not fit each other, or a parameter is out of its range.
            SpecError: the spec has errors.
            DataError: the data do not fit the spec's model.
            ArtifactError: the loss is not finite (LC708).
        """
        X, y = validate_data(self, X, y, allow_nd=True, multi_output=True, y_numeric=True)  # noqa: N806
        self._single = y.ndim == 1
        columns = y.reshape(len(y), -1).astype(np.float64)
        counting, weights = weighing(sample_weight, X)
        self._train(X[counting], columns[counting], Target(columns.shape[1]), weights)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - as scikit-learn's
        """`[samples]` or `[samples, targets]`, in original units.

        Raises:
            NotFittedError: `fit` has not been called.
            ValueError: X is not numbers, or not of the shape that `fit` saw.
        """
        values = self._outputs(X, lambda prediction: prediction.values)
        return values[:, 0] if self._single else values

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
