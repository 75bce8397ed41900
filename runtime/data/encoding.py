"""Scalers, classes, categories: fitted on training rows, kept in the artifact, undone on predictions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import AnyScaling, Minmax
from .categories import Categories
from .differencing import differenced, to_differences, to_values
from .moments import Moments, runs
from .padding import Masked


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

    def scale(self, values: NDArray[Any], into: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """The scaled values, `[..., columns] -> [..., columns]` float32; infinite where they overflow.

        They may be written `into` an array, which may be that of the values.
        """
        if self.is_identity:
            with np.errstate(over="ignore"):
                return values.astype(np.float32, copy=False)
        return self.shifted(values, into)

    def shifted(self, values: NDArray[Any], into: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """What `scale` gives where the scaler is not the identity, which is not asked again."""
        scaled = np.empty(values.shape, np.float32) if into is None else into
        with np.errstate(over="ignore"):
            for run in runs(len(values)):
                block = values[run].astype(np.float64)
                block -= self.offset
                block /= self.factor
                scaled[run] = block
        return scaled

    def unscale(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Back to original units, `[..., columns] -> [..., columns]` float64."""
        return values.astype(np.float64) * self.factor + self.offset


def fit_scaler(
    values: NDArray[Any],
    scaling: AnyScaling,
    scaled: NDArray[np.bool_] | None = None,
    where: NDArray[np.bool_] | None = None,
) -> tuple[Scaler, tuple[int, ...]]:
    """The scaler of `values` `[..., columns]`, and the columns that are constant; `scaled` are those to scale.

    It is fitted on the values `where` `[..., columns]` is true, on all if that is None.

    `standard` is `(v - mean) / std` with the population's deviation; `minmax` maps the least value to
    the range's start and the greatest to its end. A constant column is only shifted, to 0.
    """
    columns = values.shape[-1]
    if scaling == "none":
        return Scaler.identity(columns), ()
    flat = values.reshape(-1, columns)
    used = None if where is None else where.reshape(-1, columns)
    moments = (Moments.of(flat[run], None if used is None else used[run]) for run in runs(len(flat)))
    return scaler_of(Moments.joined(moments), scaling, scaled)


def scaler_of(
    moments: Moments, scaling: AnyScaling, scaled: NDArray[np.bool_] | None = None
) -> tuple[Scaler, tuple[int, ...]]:
    """What `fit_scaler` gives for values of which the moments alone are known."""
    if scaling == "none":
        return Scaler.identity(len(moments.mean)), ()
    seen = moments.least <= moments.greatest
    least, greatest = (np.where(seen, ends, 0.0) for ends in (moments.least, moments.greatest))
    constant = (least == greatest) & seen
    if scaled is not None:
        constant &= scaled
    if scaling == "standard":
        offset, factor = moments.mean, moments.deviation
    else:
        low, high = scaling.minmax if isinstance(scaling, Minmax) else (0.0, 1.0)
        factor = (greatest - least) / (high - low)
        offset = least - low * factor
    flat_factor = constant | (factor == 0.0)
    scaler = Scaler(np.where(constant, least, offset), np.where(flat_factor, 1.0, factor))
    if scaled is not None:
        scaler = Scaler(np.where(scaled, scaler.offset, 0.0), np.where(scaled, scaler.factor, 1.0))
    return scaler, tuple(int(i) for i in np.flatnonzero(constant))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How columns become numbers and predictions become values again.

    Rows are encoded in this order: categories, differences, scaling. Every column is scaled by itself: of a
    table its own, also where columns are arranged as timesteps; of an array its last axis, over all timesteps.
    One-hot columns are neither differenced nor scaled, ordinal ones are scaled.

    Attributes:
        features: names of the feature columns, empty for arrays.
        targets: names of the target columns, empty for arrays.
        x: scaler of the features, categories encoded.
        y: scaler of the target; the identity for labels.
        classes: labels in order of their ids; `None` when ids are used as they are.
        categories: of each feature that has them.
        difference: how many times features and targets are differenced.
        masked: which timesteps are padding, and are not scaled; None where the model masks none.
    """

    features: tuple[str, ...]
    targets: tuple[str, ...]
    x: Scaler
    y: Scaler
    classes: tuple[str | int, ...] | None
    categories: Mapping[str, Categories] = field(default_factory=dict)
    difference: int = 0
    masked: Masked | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of encoded rows; empty for arrays."""
        return columns_of(self.features, self.categories)

    @property
    def target_columns(self) -> tuple[int, ...] | None:
        """Which encoded columns are the targets; `None` where some are no features, or not known by name."""
        columns = self.columns
        if not self.targets or not all(name in columns for name in self.targets):
            return None
        return tuple(columns.index(name) for name in self.targets)

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
        categories = {name: {"kind": c.kind, "levels": c.levels} for name, c in self.categories.items()}
        names: dict[str, Any] = {
            "features": self.features,
            "targets": self.targets,
            "classes": self.classes,
            "categories": categories,
            "difference": self.difference,
        }
        if self.masked is not None:
            names["masked"] = {"mask_value": self.masked.value, "anywhere": self.masked.anywhere}
        return {key: json.dumps(value, ensure_ascii=False) for key, value in names.items()}

    @classmethod
    def restore(cls, tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> Encoding:
        """The encoding that `tensors` and `metadata` were taken from; older ones know no categories and differences.

        Raises:
            KeyError: a tensor or a name is not there.
        """
        classes = json.loads(metadata["classes"])
        categories = json.loads(metadata.get("categories", "{}"))
        masked = json.loads(metadata.get("masked", "null"))
        return cls(
            tuple(json.loads(metadata["features"])),
            tuple(json.loads(metadata["targets"])),
            Scaler(np.asarray(tensors["scaler/x/offset"]), np.asarray(tensors["scaler/x/factor"])),
            Scaler(np.asarray(tensors["scaler/y/offset"]), np.asarray(tensors["scaler/y/factor"])),
            None if classes is None else tuple(classes),
            {name: Categories(c["kind"], tuple(c["levels"])) for name, c in categories.items()},
            json.loads(metadata.get("difference", "0")),
            None if masked is None else Masked(masked["mask_value"], masked["anywhere"]),
        )

    def encode_x(self, x: NDArray[Any]) -> NDArray[np.float32]:
        """Scaled inputs, any shape whose last axis, or whose sample, has the fitted columns.

        With differences `[samples, timesteps + difference, columns] -> [samples, timesteps, columns]`.
        """
        if self.difference and x.ndim == 3:
            x = self.differenced(x, axis=1)[:, self.difference :]
        columns = len(self.x.offset)
        if self.x.is_identity or x.shape[-1] == columns:
            return self.x.scale(x)
        return self.x.scale(x.reshape(len(x), columns)).reshape(x.shape)

    def differenced(self, x: NDArray[Any], axis: int = 0) -> NDArray[Any]:
        """Differences of all columns but those of categories; the first `difference` places along the axis are 0."""
        if not self.difference:
            return x
        plain = continuous(self.features, self.categories, x.shape[-1])
        return np.where(plain, differenced(np.where(plain, x, 0.0), self.difference, axis), x)

    def encode_y(self, y: NDArray[Any], anchors: NDArray[np.float64] | None = None) -> NDArray[np.float32]:
        """Scaled targets, `[..., targets]`; with `anchors` `[samples, blocks, difference, targets]` as differences."""
        return self.y.scale(y if anchors is None else _by_block(to_differences, y, anchors))

    def decode_y(self, y: NDArray[Any], anchors: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Outputs in original units, float64, in the shape of `y`."""
        values = self.y.unscale(y)
        return values if anchors is None else _by_block(to_values, values, anchors)

    def label(self, ids: NDArray[Any]) -> NDArray[Any]:
        """The original labels of class ids; the ids themselves when no labels are known."""
        if self.classes is None:
            return ids
        return np.array(self.classes, dtype=self._label_type())[ids.astype(np.int64)]

    def _label_type(self) -> type:
        kinds = {type(label) for label in self.classes or ()}
        return kinds.pop() if len(kinds) == 1 else object


def columns_of(features: tuple[str, ...], categories: Mapping[str, Categories]) -> tuple[str, ...]:
    """Names of the columns that features become when their categories are encoded.

    >>> columns_of(("a", "wind"), {"wind": Categories("one_hot", ("N", "S"))})
    ('a', 'wind=N', 'wind=S')
    """
    named = ((categories[name].names(name) if name in categories else (name,)) for name in features)
    return tuple(column for columns in named for column in columns)


def continuous(
    features: tuple[str, ...], categories: Mapping[str, Categories], columns: int, *, ordinal: bool = False
) -> NDArray[np.bool_]:
    """`[columns]` whether each holds numbers; with `ordinal`, the indices of ordinal categories too."""
    if not categories:
        return np.ones(columns, dtype=bool)
    kinds = []
    for name in features:
        category = categories.get(name)
        number = category is None or (ordinal and category.kind == "ordinal")
        kinds += [number] * (category.width() if category else 1)
    return np.array(kinds, dtype=bool)


def _by_block(
    change: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]],
    y: NDArray[Any],
    anchors: NDArray[np.float64],
) -> NDArray[np.float64]:
    samples, blocks, _, targets = anchors.shape
    steps = y.size // max(samples * blocks * targets, 1)
    return change(y.reshape(samples, blocks, steps, targets), anchors).reshape(y.shape)
