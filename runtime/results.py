"""What fit, evaluate and predict return."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..spec.document import dumps

if TYPE_CHECKING:
    import polars

    from .classes import ClassReport


@dataclass(frozen=True)
class History(Mapping[str, list[float]]):
    """The course of a training: one list for each quantity, one value for each epoch.

    Attributes:
        logs: from `loss`, `val_loss`, the metrics' names to their values.
        notes: what was done to the data that a user should know.
    """

    logs: Mapping[str, list[float]]
    notes: tuple[str, ...] = ()

    def __getitem__(self, key: str) -> list[float]:
        return self.logs[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.logs)

    def __len__(self) -> int:
        return len(self.logs)

    @property
    def epochs(self) -> int:
        """Number of epochs trained."""
        return len(next(iter(self.logs.values()), []))

    @staticmethod
    def of(epochs: Sequence[Mapping[str, float]], notes: tuple[str, ...] = ()) -> History:
        """From the logs of each epoch; a quantity that an epoch does not have is NaN there."""
        keys = dict.fromkeys(key for logs in epochs for key in logs)
        return History({key: [logs.get(key, math.nan) for logs in epochs] for key in keys}, notes)

    @staticmethod
    def restore(logs: Mapping[str, list[float | None]]) -> History:
        """From what `plain` gave."""
        return History({key: [math.nan if v is None else v for v in values] for key, values in logs.items()})

    def plain(self) -> dict[str, list[float | None]]:
        """As JSON has it: null for NaN."""
        return {key: [None if math.isnan(value) else value for value in values] for key, values in self.items()}

    def joined(self, later: History) -> History:
        """This training and one that went on from it; a quantity that one of them does not have is NaN there."""
        return History.of((*self._epochs(), *later._epochs()), later.notes)

    def _epochs(self) -> list[dict[str, float]]:
        return [{key: values[i] for key, values in self.items()} for i in range(self.epochs)]

    def frame(self) -> polars.DataFrame:
        """A data frame with the column `epoch` (from 1) and one column for each quantity."""
        import polars

        return polars.DataFrame({"epoch": range(1, self.epochs + 1), **self.logs})

    def csv(self) -> str:
        """The same as CSV text."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["epoch", *self.logs])
        for epoch, row in enumerate(zip(*self.logs.values(), strict=True), start=1):
            writer.writerow([epoch, *("" if math.isnan(value) else f"{value:.9g}" for value in row)])
        return text.getvalue()

    def plot(self, path: str | Path) -> Path:
        """Draws the learning curve into a picture file, such as `curve.png`; returns its path."""
        from .pictures import learning_curve

        return learning_curve(self, Path(path))

    def to_json(self) -> str:
        """`{"epochs": n, "history": {name: [value, …]}}`."""
        return dumps({"epochs": self.epochs, "history": self.plain()})


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good a model is on data, beside a naive baseline.

    Attributes:
        loss: the loss as it was trained, in scaled units.
        metrics: the metrics, in original units.
        baseline: the same metrics of a naive prediction; empty without one.
        baseline_name: `persistence`, `seasonal`, `mean`, `majority` or `none`.
        beats_baseline: whether the first metric is better than the baseline's; None without one.
        count: number of samples.
        on: the part of the data.
        seen: whether the model was trained on these samples.
        notes: what a reader of the figures should know.
        classes: of a model of classes, the confusion matrix and the scores of each class; None for values.
    """

    loss: float
    metrics: Mapping[str, float]
    baseline: Mapping[str, float]
    baseline_name: str
    beats_baseline: bool | None
    count: int
    on: str = "all"
    seen: bool = False
    notes: tuple[str, ...] = ()
    classes: ClassReport | None = None

    def to_json(self) -> str:
        """`{"loss": …, "metrics": {…}, "baseline": {…}, …}`."""
        return dumps(
            {
                "loss": self.loss,
                "metrics": dict(self.metrics),
                "baseline": {"name": self.baseline_name, **self.baseline},
                "beats_baseline": self.beats_baseline,
                "count": self.count,
                "on": self.on,
                "seen_in_training": self.seen,
                "notes": list(self.notes),
                **({} if self.classes is None else {"classes": self.classes.plain()}),
            }
        )


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model predicts, in original units and labels; `numpy.asarray` gives what `output` names.

    Attributes:
        values: `[samples, …]` in original units for regression, else None.
        classes: labels of each sample, None for regression.
        probabilities: `[samples, classes]`, or `[samples]` for binary; None for regression.
        labels: the classes in the order of their ids, which the columns of `probabilities` stand for; the one column of
            a binary target is the probability of the second.
        times: time stamp of each sample, or a tuple of those of its targets, where the data has a time column. Those of
            forecasts go on with the step between rows, and are empty where rows are not regular.
        output: which of them `predict.output` names.
        columns: names of the predicted columns, where they are known.
        rows: `[samples]` the row of the source that each (last) target stands in, from 0 without the header; of a
            forecast the one that it will stand in.
        actual: `[samples, …]` what was to be predicted, in the shape of the values or classes, None where it is not
            known; None where `Model.with_actual` has not been asked or the data has no targets.
    """

    values: NDArray[np.float64] | None = None
    classes: NDArray[Any] | None = None
    probabilities: NDArray[np.float32] | None = None
    labels: tuple[str | int, ...] | None = None
    times: Sequence[str | tuple[str, ...]] | None = None
    output: Literal["values", "classes", "probabilities"] = "values"
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    rows: NDArray[np.int64] | None = None
    actual: NDArray[Any] | None = None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: FBT001 - NumPy's protocol
        return np.array(self.named, dtype=dtype, copy=copy)

    def __len__(self) -> int:
        return len(self.named)

    @property
    def named(self) -> NDArray[Any]:
        """What `predict.output` names."""
        array = {"values": self.values, "classes": self.classes, "probabilities": self.probabilities}[self.output]
        assert array is not None, self.output
        return array

    def to_json(self) -> str:
        """`{"predictions": […]}` in what `output` names, with times or rows, and what is known of the targets."""
        content: dict[str, Any] = {"predictions": self.named.tolist(), "output": self.output}
        if self.times is not None:
            content["times"] = list(self.times)
        elif self.rows is not None and self.columns:
            content["rows"] = self.rows.tolist()
        if self.output == "probabilities" and self.labels is not None:
            content["labels"] = list(self._columns_of_probabilities())
        if self.actual is not None:
            content["actual"] = _without_nan(self.actual).tolist()
        return dumps(content)

    def table(self) -> tuple[list[str], list[list[Any]]]:
        """Column names and rows, for a CSV file.

        The first column is the `time` of the target, or its `row` where the data has no time. Then come the
        predictions, and `actual` values where they are known. A sample with several targets has its first one's time,
        and columns numbered by their step: `sales_1`, `actual_sales_1`.
        """
        array = np.asarray(self.named)
        flat = array.reshape(len(array), -1)
        names = self._names(flat.shape[1])
        rows = [list(row) for row in flat.tolist()]
        if self.actual is not None:
            known = _without_nan(self.actual.reshape(len(array), -1))
            same = [f"actual_{name}" for name in (names if self.output != "probabilities" else self._numbered(known))]
            names += same if known.shape[1] > 1 or "actual" in names else ["actual"]
            rows = [[*row, *more] for row, more in zip(rows, known.tolist(), strict=True)]
        key: Iterable[Any] | None = None
        if self.times is not None:
            key = (time if isinstance(time, str) else time[0] for time in self.times)
        elif self.rows is not None:
            key = self.rows.tolist()
        if key is not None:
            names = ["time" if self.times is not None else "row", *names]
            rows = [[first, *row] for first, row in zip(key, rows, strict=True)]
        return names, rows

    def _numbered(self, known: NDArray[Any]) -> list[str]:
        """Names of the targets beside probabilities."""
        return replace(self, output="classes")._names(known.shape[1])

    def _columns_of_probabilities(self) -> tuple[str | int, ...]:
        """The classes that the last axis of the probabilities stands for."""
        assert self.labels is not None
        assert self.probabilities is not None
        assert self.classes is not None
        alone = self.probabilities.shape == self.classes.shape and len(self.labels) == 2
        return self.labels[1:] if alone and not self._multilabel else self.labels

    @property
    def _multilabel(self) -> bool:
        return self.labels == self.columns

    def _names(self, width: int) -> list[str]:
        labels = self.output == "probabilities" and self.labels is not None
        names = list(self.columns)
        if labels:
            names = [f"probability of {label}" for label in self._columns_of_probabilities()]
        if names and len(names) == width:
            return names
        if names and width % len(names) == 0:
            return [f"{name}_{step + 1}" for step in range(width // len(names)) for name in names]
        word = {"values": "value", "classes": "class", "probabilities": "probability"}[self.output]
        return [word] if width == 1 else [f"{word}_{i}" for i in range(width)]


def _without_nan(values: NDArray[Any]) -> NDArray[Any]:
    """None in place of NaN."""
    if values.dtype.kind != "f":
        return values
    found = values.astype(object)
    found[np.isnan(values)] = None
    return found
