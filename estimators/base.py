"""What the regressor and the classifier share: parameters, fitting, predicting, pickling."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state, check_scalar
from sklearn.utils.validation import check_is_fitted, validate_data

from ..runtime.data.boundary import Boundary
from ..runtime.data.encoding import Encoding, Scaler
from ..runtime.model import Model
from ..runtime.results import Prediction
from .planning import Readable, Settings, Target, plan, timesteps_of, tree
from .samples import axes_of, in_blocks, standard


class SequenceEstimator(BaseEstimator):  # type: ignore[misc]
    """A recurrent network as an estimator of scikit-learn; see `SequenceRegressor` and `SequenceClassifier`."""

    def __init__(  # noqa: PLR0913 - scikit-learn searches over parameters by name
        self,
        spec: Readable | None = None,
        *,
        timesteps: int | None = None,
        units: int | None = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        device: str | None = None,
    ) -> None:
        self.spec = spec
        self.timesteps = timesteps
        self.units = units
        self.epochs = epochs
        self.batch_size = batch_size
        self.random_state = random_state
        self.device = device

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.non_deterministic = self.random_state is None
        return tags

    def _train(
        self, x: NDArray[Any], y: NDArray[Any], target: Target, weights: NDArray[np.float64] | None = None
    ) -> None:
        """Builds a model for validated data and trains it.

        Args:
            x: `[samples, …]` as `axes_of` takes it.
            y: values `[samples, units]`, or labels `[samples]`.
            target: what they are.
            weights: `[samples]` of mean 1, as `weighing` gives them.
        """
        settings = self._settings()
        spec = tree(self.spec, target, len(x), settings)
        axes = axes_of(x.shape, self.timesteps or (timesteps_of(spec) if x.ndim == 2 else None))
        compiled = plan(spec, axes, target, settings)
        scaler = Scaler.identity(1) if target.classifies else standard(y, weights)
        encoding = Encoding((), (), standard(x, weights), scaler, target.classes)
        if compiled.target == "one_hot":
            y = (y[:, None] == (target.classes or np.arange(target.units))).astype(int)
        self._sample_shape = x.shape[1:]
        self._axes = axes
        boundary = Boundary(Path(), anywhere=not isinstance(self.spec, (str, os.PathLike)))
        self.model_ = Model(compiled, Path(), device=self.device, encoding=encoding, boundary=boundary)
        self.history_ = self.model_.fit(x.reshape(len(x), *axes), y, sample_weight=weights)
        self.n_iter_ = self.history_.epochs

    def _outputs(self, x: Any, choose: Callable[[Prediction], NDArray[Any] | None]) -> NDArray[Any]:
        """What `choose` takes of the predictions, one row for each of x's; they are made in whole blocks."""
        check_is_fitted(self)
        x = validate_data(self, x, reset=False, allow_nd=True)
        if x.shape[1:] != self._sample_shape:
            raise ValueError(f"X has samples of shape {x.shape[1:]}, but fit saw {self._sample_shape}")
        size = self.model_.plan.spec.predict.batch_size
        assert size is not None
        chosen = choose(self.model_.predict(in_blocks(x.reshape(len(x), *self._axes), size)))
        assert chosen is not None
        return chosen[: len(x)]

    def _settings(self) -> Settings:
        """The parameters, checked.

        Raises:
            TypeError: a number is of the wrong type.
            ValueError: a number is out of its range, or `units` stands beside a spec.
        """
        for name in ("timesteps", "units", "epochs", "batch_size"):
            if getattr(self, name) is not None:
                check_scalar(getattr(self, name), name, (int, np.integer), min_val=1)
        if self.spec is not None and self.units is not None:
            raise ValueError("units is of the model without a spec; the spec has its own")
        seed = None
        if self.random_state is not None or self.spec is None:
            seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        numbers = {name: getattr(self, name) for name in ("units", "epochs", "batch_size")}
        return Settings(seed, **{name: None if value is None else int(value) for name, value in numbers.items()})
