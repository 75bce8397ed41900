"""Scalers and classes: fitted on training rows, kept in the artifact, undone on predictions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import AnyScaling, Minmax


@dataclass(frozen=True, slots=True)
class Scaler:
    """`scaled = (value - offset) / factor`, along the last axis.

    Attributes:
        offset: `[columns]` what is subtracted.
        factor: `[columns]` what is divided by; never 0.
    """

    offset: NDArray[np.float64]
    factor: NDArray[np.float64]

    @classmethod
    def identity(cls, columns: int) -> Scaler:
        """The scaler that changes nothing."""
        return cls(np.zeros(columns), np.ones(columns))

    @property
    def is_identity(self) -> bool:
        """Whether it changes nothing."""
        return bool(np.all(self.offset == 0.0) and np.all(self.factor == 1.0))

    def scale(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """The scaled values, `[..., columns] -> [..., columns]` float32; infinite where they overflow."""
        with np.errstate(over="ignore"):
            if self.is_identity:
                return values.astype(np.float32, copy=False)
            scaled = values.astype(np.float64)
            scaled -= self.offset
            scaled /= self.factor
            return scaled.astype(np.float32)

    def unscale(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Back to original units, `[..., columns] -> [..., columns]` float64."""
        return values.astype(np.float64) * self.factor + self.offset


def fit_scaler(values: NDArray[Any], scaling: AnyScaling) -> tuple[Scaler, tuple[int, ...]]:
    """The scaler of `values` `[..., columns]`, and the columns that are constant.

    `standard` is `(v - mean) / std` with the population's deviation; `minmax` maps the least value to
    the range's start and the greatest to its end. A constant column is only shifted, to 0.
    """
    columns = values.shape[-1]
    if scaling == "none":
        return Scaler.identity(columns), ()
    flat = values.reshape(-1, columns).astype(np.float64, copy=False)
    least, greatest = flat.min(axis=0), flat.max(axis=0)
    constant = least == greatest
    if scaling == "standard":
        offset, factor = flat.mean(axis=0), flat.std(axis=0)
    else:
        low, high = scaling.minmax if isinstance(scaling, Minmax) else (0.0, 1.0)
        factor = (greatest - least) / (high - low)
        offset = least - low * factor
    flat_factor = constant | (factor == 0.0)
    scaler = Scaler(np.where(constant, least, offset), np.where(flat_factor, 1.0, factor))
    return scaler, tuple(int(i) for i in np.flatnonzero(constant))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How columns become numbers and predictions become values again.

    Attributes:
        features: names of the feature columns, empty for arrays.
        targets: names of the target columns, empty for arrays.
        x: scaler of the features.
        y: scaler of the target; the identity for labels.
        classes: labels in order of their ids; `None` when ids are used as they are.
    """

    features: tuple[str, ...]
    targets: tuple[str, ...]
    x: Scaler
    y: Scaler
    classes: tuple[str | int, ...] | None

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The arrays to store, by name."""
        return {
            "scaler/x/offset": self.x.offset,
            "scaler/x/factor": self.x.factor,
            "scaler/y/offset": self.y.offset,
            "scaler/y/factor": self.y.factor,
        }

    def metadata(self) -> dict[str, str]:
        """The names to store, each as JSON."""
        names = {"features": self.features, "targets": self.targets, "classes": self.classes}
        return {key: json.dumps(value, ensure_ascii=False) for key, value in names.items()}

    @classmethod
    def restore(cls, tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> Encoding:
        """The encoding that `tensors` and `metadata` were taken from.

        Raises:
            KeyError: a tensor or a name is not there.
        """
        classes = json.loads(metadata["classes"])
        return cls(
            tuple(json.loads(metadata["features"])),
            tuple(json.loads(metadata["targets"])),
            Scaler(np.asarray(tensors["scaler/x/offset"]), np.asarray(tensors["scaler/x/factor"])),
            Scaler(np.asarray(tensors["scaler/y/offset"]), np.asarray(tensors["scaler/y/factor"])),
            None if classes is None else tuple(classes),
        )

    def encode_x(self, x: NDArray[Any]) -> NDArray[np.float32]:
        """Scaled inputs, any shape whose last axis, or whose sample, has the fitted columns."""
        columns = len(self.x.offset)
        if self.x.is_identity or x.shape[-1] == columns:
            return self.x.scale(x)
        return self.x.scale(x.reshape(len(x), columns)).reshape(x.shape)

    def encode_y(self, y: NDArray[Any]) -> NDArray[np.float32]:
        """Scaled targets, `[..., targets]` or `[samples]` for one target."""
        return self.y.scale(y)

    def decode_y(self, y: NDArray[Any]) -> NDArray[np.float64]:
        """Outputs in original units, float64, in the shape of `y`."""
        return self.y.unscale(y)

    def label(self, ids: NDArray[Any]) -> NDArray[Any]:
        """The original labels of class ids; the ids themselves when no labels are known."""
        if self.classes is None:
            return ids
        return np.array(self.classes, dtype=self._label_type())[ids.astype(np.int64)]

    def _label_type(self) -> type:
        kinds = {type(label) for label in self.classes or ()}
        return kinds.pop() if len(kinds) == 1 else object
