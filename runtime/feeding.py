"""From what a user hands in to samples: arrays, a file, or the spec's own data."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..compiler.garbage import give_back
from ..compiler.monitors import VALIDATION
from ..compiler.passes.limits import memory_budget
from ..compiler.plan import Plan
from ..compiler.shapes.shortest import particular, unreadable
from ..spec.data import Data, Split
from ..spec.diagnostics import Diagnostic
from ..spec.errors import DataError, SpecError
from ..spec.layers.core import Embedding, Masking
from .data import Contract, Dataset, Encoding, Samples, is_frame, prepare, prepare_arrays, prepare_new
from .data.boundary import SOURCE, Boundary
from .data.domains import doubtful
from .data.markers import marked
from .data.rows import ArrayPlaces, Rows
from .weighting import weighed

if TYPE_CHECKING:
    from .data.streaming.part import Streamed

Feed: TypeAlias = Any
"""Arrays, a data frame, or the path of a file."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What is handed in to train on.

    Attributes:
        x: inputs, the path of a file, or None for the spec's own data.
        y: targets beside arrays.
        weight: how much each sample counts, beside arrays.
        validation: inputs and targets to watch the training on, and weights where there are three.
    """

    x: Feed = None
    y: Feed = None
    weight: Feed = None
    validation: tuple[Feed, ...] | None = None


@dataclass(frozen=True, slots=True)
class Unseen:
    """What a model is evaluated on.

    Attributes:
        samples: the samples.
        part: the part of the data that they are.
        seen: whether the model was trained on them, or on some of them.
        notes: what should be known of them.
    """

    samples: Samples | Streamed
    part: str
    seen: bool = False
    notes: tuple[str, ...] = ()


def _averaged(plan: Plan) -> float | None:
    """The value of padding that a pooling leaves out of its mean."""
    pooled = any(
        node.layer.type == "GlobalAveragePooling1D" and node.input and node.input.masked for node in plan.nodes
    )
    first = plan.nodes[0].layer
    if not pooled or not isinstance(first, (Masking, Embedding)):
        return None
    return first.mask_value if isinstance(first, Masking) else 0.0


@dataclass(frozen=True, slots=True)
class Feeding:
    """Makes the samples of a plan; relative paths of its data count from `base`, and stay within `boundary`."""

    plan: Plan
    base: Path
    boundary: Boundary

    def training(self, handed: Handed, encoding: Encoding | None) -> Dataset:
        """The samples to train on, dealt out to parts, encoded anew or as `encoding` has it.

        Raises:
            DataError: the data cannot be read or does not fit the model.
            SpecError: the spec watches the validation, and there is nothing to validate on (LC420).
        """
        table = self._is_table(handed.x, handed.y)
        dataset = self._from_table(handed, encoding) if table else self._from_arrays(handed, encoding)
        if "validation" not in dataset.parts:
            self._refuse_monitors()
        return dataset

    def _is_table(self, x: Feed, y: Feed = None) -> bool:
        """Whether the data come from a file or a data frame and become samples as the spec's `data` says."""
        if x is None or isinstance(x, (str, os.PathLike)):
            return True
        data = self.plan.spec.data
        return y is None and data is not None and data.source.table and is_frame(x)

    def _from_table(self, handed: Handed, encoding: Encoding | None) -> Dataset:
        if handed.weight is not None:
            help_ = "name the column of weights at `fit.sample_weight`"
            message = "sample_weight goes with arrays, and the samples come from a table"
            raise DataError([Diagnostic("LC540", message, help=help_)])
        if handed.validation is not None:
            help_ = "say at `data.split` which rows validate"
            message = "validation_data goes with arrays, and the samples come from a table"
            raise DataError([Diagnostic("LC543", message, help=help_)])
        path, frame = _table_of(handed.x)
        data = self._data(path, frame)
        if handed.x is not None:
            _refuse_unused(data, frame)
        return self._dealt(data, encoding, frame)

    def _dealt(self, data: Data, encoding: Encoding | None, frame: Any) -> Dataset:
        """A table dealt out to parts, read in chunks where it has to be."""
        self._check_paths(data, frame)
        if self._streams(data, frame):
            from .data.streaming.preparation import prepare_stream

            return prepare_stream(data, self.contract(), self.base, encoding)
        dataset = prepare(data, self.contract(), self.base, self.plan.spec.fit.seed, encoding, frame)
        give_back()  # what reading took would lie beside what training takes
        return dataset

    def _streams(self, data: Data, frame: Any) -> bool:
        from .data.streaming.decision import streams

        return frame is None and streams(data, self.contract(), self.base, memory_budget(self.plan))

    def _from_arrays(self, handed: Handed, encoding: Encoding | None) -> Dataset:
        contract, share = self.contract(), self.plan.spec.fit.validation_split
        train = weighed(prepare_arrays(handed.x, handed.y, contract, encoding, target=True), handed.weight, contract)
        parts = {"train": train}
        if handed.validation is not None:
            x, y, *weight = _validation(handed.validation)
            validation = prepare_arrays(x, y, contract, train.encoding, target=True)
            parts["validation"] = weighed(validation, weight[0] if weight else None, contract)
        elif share is not None:
            parts = _split_off(train, share)
        assert train.y is not None
        warnings = doubtful(train.y, contract)
        if encoding is None:
            warnings += marked(Rows(train.x, train.y, ArrayPlaces()), None, contract)
        return Dataset(parts, train.encoding, "", (), tuple(warnings))

    def fresh(self, x: Feed, encoding: Encoding) -> Samples:
        """Samples to predict, which need no target.

        Raises:
            DataError: the data cannot be read or does not fit the model.
        """
        if self._is_table(x):
            path, frame = _table_of(x)
            data = self._new(path, frame)
            self._check_paths(data, frame)
            return prepare_new(data, self.contract(), self.base, encoding, target=False, frame=frame)
        return prepare_arrays(x, None, self.contract(), encoding, data=self.plan.spec.data)

    def source(self, x: Feed) -> tuple[Data, Any] | None:
        """The data, and a data frame in place of its file, that `fresh` makes samples of; None for arrays."""
        if not self._is_table(x):
            return None
        path, frame = _table_of(x)
        return self._new(path, frame), frame

    def unseen(self, x: Feed, y: Feed, on: str | None, encoding: Encoding, fingerprint: str) -> Unseen:
        """Samples to evaluate on.

        Data with the `fingerprint` of the training are dealt out again, so that only the unseen part is used.

        Raises:
            DataError: the data cannot be read or does not fit the model.
        """
        contract = self.contract()
        if not self._is_table(x, y):
            return Unseen(prepare_arrays(x, y, contract, encoding, target=True, data=self.plan.spec.data), "all")
        path, frame = _table_of(x)
        on = on or self.plan.spec.evaluate.on
        if x is not None:
            samples = self._whole(self._new(path, frame), encoding, frame)
            if samples.fingerprint != fingerprint:
                return Unseen(samples, "all", notes=samples.notes)
            on = "test"
        elif on == "all":
            whole = self._whole(self._data(None), encoding, None)
            told = "the model was trained on a part of these samples"
            return Unseen(whole, "all", seen=True, notes=(told, *whole.notes))
        data = self._data(path, frame)
        if data.split.sources:
            data = self._data(None, frame)
        dataset = self._dealt(data, encoding, frame)
        note = ("this is the data that the model was trained on: only its test part is used",) if x is not None else ()
        if on in dataset.parts:
            return Unseen(dataset.parts[on], on, seen=on == "train", notes=note)
        if on == "test":
            told = "there is no test part: these are the samples it was trained on"
            return Unseen(dataset.parts["train"], "train", seen=True, notes=(told,))
        raise DataError(
            [Diagnostic("LC515", f"the split has no part `{on}`", path="evaluate.on", help="add it to `data.split`")]
        )

    def _whole(self, data: Data, encoding: Encoding, frame: Any) -> Samples | Streamed:
        """A table used whole, with its targets; parts that lie apart are read together in memory."""
        self._check_paths(data, frame)
        if not data.split.sources and self._streams(data, frame):
            from .data.streaming.preparation import prepare_new_stream

            return prepare_new_stream(data, self.contract(), self.base, encoding)
        return prepare_new(data, self.contract(), self.base, encoding, target=True, frame=frame)

    def contract(self) -> Contract:
        """What the plan demands of its data."""
        plan = self.plan
        assert plan.input is not None
        assert plan.output is not None
        assert plan.loss is not None
        first = plan.nodes[0].layer
        return Contract(
            input=plan.input.dims,
            output=plan.output.dims,
            target=plan.target,
            activation=plan.activation,
            loss=plan.loss.keras_name,
            classes=plan.classes,
            batch_size=plan.input.batch if plan.stateful else None,
            weight=plan.spec.fit.sample_weight,
            vocabulary=plan.vocabulary if plan.input.dtype == "int32" else None,
            shortest=plan.shortest,
            unreadable=partial(unreadable, plan.nodes, plan.input) if particular(plan.nodes) else None,
            mask_value=first.mask_value if isinstance(first, Masking) else None,
            averaged=_averaged(plan),
        )

    def _data(self, path: str | os.PathLike[str] | None, frame: Any = None) -> Data:
        data = self.plan.spec.data
        if data is None:
            raise DataError(
                [
                    Diagnostic(
                        "LC522",
                        "the spec names no data, and none was handed in",
                        help="add `data` to the spec (or `--data PATH` beside it), or hand arrays in from Python",
                    )
                ]
            )
        if path is None and frame is None and not data.sourced:
            message = "`data` names no `source`, and no data was passed"
            help_ = "add `--data PATH`, pass a data frame or a path from Python, or write `data.source`"
            raise DataError([Diagnostic("LC522", message, path="data.source", help=help_)])
        if path is None:
            return data
        source = data.source.model_copy(update={"path": os.path.abspath(path), "format": None})
        if source.kind is None:
            source = source.model_copy(update={"format": data.source.kind})
        return data.model_copy(update={"source": source})

    def _check_paths(self, data: Data, frame: Any) -> None:
        """Refuses files outside of the boundary, unless the caller has named them."""
        if frame is None:
            own = self.plan.spec.data is not None and data.source is self.plan.spec.data.source
            boundary = self.boundary if own else self.boundary.naming(SOURCE)
            boundary.check(boundary.of_data(data))

    def _new(self, path: str | os.PathLike[str] | None, frame: Any) -> Data:
        """The data used whole; a file or frame that is handed over has no parts with sources of their own."""
        data = self._data(path, frame)
        handed_over = path is not None or frame is not None
        return data.model_copy(update={"split": Split.model_construct(train=1.0)}) if handed_over else data

    def _refuse_monitors(self) -> None:
        """The compiler cannot know whether validation data will be handed in."""
        fit = self.plan.spec.fit
        sections = {"early_stopping": fit.early_stopping, "reduce_lr_on_plateau": fit.reduce_lr_on_plateau}
        for name, section in sections.items():
            if section is not None and section.monitor.startswith(VALIDATION):
                message = f"`{section.monitor}` will not be there: there is nothing to validate on"
                help_ = "hand in `validation_data`, set `fit.validation_split`, or watch `loss`"
                raise SpecError([Diagnostic("LC420", message, path=f"fit.{name}.monitor", help=help_)])


def _refuse_unused(data: Data, frame: Any) -> None:
    """LC567 for data that are passed to train on where the parts of the split have files of their own."""
    own = [name for name, part in data.split.sources.items() if part.path or frame is not None]
    if own:
        parts = ", ".join(f"`{name}`" for name in own)
        message = f"the data that is passed would not be used: the split names the data of {parts}"
        help_ = "pass none, or give `data.split` fractions"
        raise DataError([Diagnostic("LC567", message, path="data.split", help=help_)])


def _validation(handed: Any) -> tuple[Feed, ...]:
    """Inputs, targets and maybe weights; LC543 for anything else."""
    if isinstance(handed, (tuple, list)) and len(handed) in (2, 3):
        return tuple(handed)
    message = "validation_data is not a pair of inputs and targets"
    raise DataError([Diagnostic("LC543", message, help="hand in `(x, y)`, or `(x, y, sample_weight)`")])


def _table_of(x: Feed) -> tuple[str | os.PathLike[str] | None, Any]:
    """The path of a file, or a data frame; neither for the spec's own data."""
    return (x, None) if x is None or isinstance(x, (str, os.PathLike)) else (None, x)


def _split_off(samples: Samples, share: float) -> dict[str, Samples]:
    """The last `share` of the samples is held back, as Keras does: `floor(n · (1 - share))` are kept."""
    kept = int(np.floor(len(samples) * (1 - share)))
    if not 0 < kept < len(samples):
        raise DataError(
            [
                Diagnostic(
                    "LC515",
                    f"validation_split {share:g} of {len(samples)} samples leaves one side empty",
                    path="fit.validation_split",
                    help="use another share or more samples",
                )
            ]
        )
    return {"train": samples.part(slice(None, kept)), "validation": samples.part(slice(kept, None))}
