"""The object a user holds: a plan, its weights, and what executes it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..compiler.artifact import Artifact, write
from ..compiler.plan import Plan
from ..spec.data import Data
from ..spec.diagnostics import Diagnostic
from ..spec.errors import ArtifactError, DataError
from . import baselines
from .baselines import Reference
from .data import Contract, Dataset, Encoding, Samples, prepare, prepare_arrays, prepare_new
from .engines import Engine, Logs, Pair, Training
from .outputs import decode
from .results import Evaluation, History, Prediction

#: Samples in one call where the spec does not say.
BATCH = 256

Feed = Any  # arrays, a data frame, or the path of a file


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training leaves behind, beside the weights."""

    encoding: Encoding
    reference: Reference
    fingerprint: str
    history: History


class Model:
    """A compiled model: fit, evaluate and predict in original units and labels.

    Made by `lstmc.build` and `lstmc.load`. Silent; raises `lstmc.LstmcError` and nothing else for bad input.
    """

    def __init__(self, plan: Plan, base: Path, *, device: str | None = None) -> None:
        """Holds `plan`; relative paths of its data count from the folder `base`."""
        self.plan = plan
        self.base = base
        self._device = device or plan.spec.runtime.device
        self._engine: Engine | None = None
        self._tensors: Mapping[str, NDArray[Any]] = {}
        self._trained: Trained | None = None

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.plan.name

    @property
    def trained(self) -> bool:
        """Whether the model has been trained."""
        return self._trained is not None

    @property
    def history(self) -> History | None:
        """The course of all training so far, None before any."""
        return self._trained.history if self._trained else None

    @property
    def device(self) -> str:
        """The device that the model runs on; resolving it imports TensorFlow."""
        return self._running().device

    def fit(
        self,
        x: Feed = None,
        y: Feed = None,
        *,
        validation_data: tuple[Feed, Feed] | None = None,
        on_epoch: Callable[[int, Logs], bool | None] | None = None,
        on_batch: Callable[[int, int, int], None] | None = None,
    ) -> History:
        """Trains as the spec's `fit` says; a model that has been trained goes on from where it is.

        Args:
            x: inputs `[samples, timesteps, features]`, the path of a file, or None for the spec's `data`.
            y: targets, one for each sample.
            validation_data: inputs and targets to watch the training on.
            on_epoch: called after every epoch with its number (from 0) and logs; returning True stops.
            on_batch: called after every step with epoch, samples done and samples in all.

        Returns:
            The history of this training.

        Raises:
            DataError: the data cannot be read or does not fit the model; nothing has been trained.
            DeviceError: the device is not there.
            ArtifactError: the loss is not finite (LC708).
        """
        fit = self.plan.spec.fit
        dataset = self._dataset(x, y, validation_data)
        train, validation = dataset.parts["train"], dataset.parts.get("validation")
        training = Training(
            epochs=fit.epochs,
            batch_size=self._fixed_batch() or min(fit.batch_size, len(train)),
            seed=fit.seed,
            shuffle=not self.plan.stateful if fit.shuffle is None else fit.shuffle,
            first_epoch=self.history.epochs if self.history else 0,
            on_epoch=on_epoch,
            on_batch=on_batch,
        )
        logs = self._running().fit(_pair(train), _pair(validation) if validation else None, training)
        notes = (*dataset.notes, *(warning.message for warning in dataset.warnings))
        history = History(logs, notes)
        self._trained = Trained(
            dataset.encoding, Reference.of(train, self.plan), dataset.fingerprint, _joined(self.history, history)
        )
        return history

    def evaluate(self, x: Feed = None, y: Feed = None, *, on: str | None = None) -> Evaluation:
        """How good the model is, beside a naive baseline.

        Args:
            x: inputs, the path of a file, or None for the part `on` of the spec's `data`.
            y: targets, one for each sample.
            on: `train`, `validation`, `test` or `all`; the spec's `evaluate.on` if None.

        Raises:
            DataError: the data cannot be read or does not fit the model.
            ArtifactError: the model is not trained (LC707).
        """
        samples, part, notes = self._unseen(x, y, on or self.plan.spec.evaluate.on)
        return self._evaluation(samples, part, notes)

    def predict(self, x: Feed = None) -> Prediction:
        """Predictions in original units, or labels with their probabilities.

        Args:
            x: inputs `[samples, timesteps, features]` in original units, the path of a file (which needs no
                target column), or None for all of the spec's `data`.

        Raises:
            DataError: the data cannot be read or does not fit the model.
            ArtifactError: the model is not trained (LC707).
        """
        trained = self._require_training()
        if x is None or isinstance(x, (str, os.PathLike)):
            samples = prepare_new(self._data(x), self._contract(), self.base, trained.encoding, target=False)
        else:
            samples = prepare_arrays(x, None, self._contract(), trained.encoding)
        batch = self.plan.spec.predict.batch_size or BATCH
        return decode(self.plan, trained.encoding, self._running().predict(samples.x, batch), samples.times)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the model as one artifact; whole or not at all.

        Raises:
            ArtifactError: the file cannot be written (LC706).
        """
        target = Path(path)
        write(self.artifact(target.parent), target)
        return target

    def artifact(self, folder: Path) -> Artifact:
        """The model as an artifact that will lie in `folder`."""
        assert self.plan.input is not None
        metadata = {
            "name": self.name,
            "plan": self.plan.digest,
            "input": json.dumps([self.plan.input.batch, *self.plan.input.dims]),
            "versions": json.dumps({name: version(name) for name in ("keras", "lstmc", "numpy", "tensorflow")}),
        }
        tensors = dict(self._running().tensors())
        if self._trained:
            metadata |= self._trained.encoding.metadata()
            metadata |= {
                "fingerprint": self._trained.fingerprint,
                "history": json.dumps(dict(self._trained.history.logs)),
                "source": self._source_from(folder),
            }
            tensors |= self._trained.encoding.tensors()
            tensors["baseline/mean"] = np.asarray(self._trained.reference.mean, np.float64)
        return Artifact(self.plan.spec.canonical(), tensors, metadata)

    def restore(self, artifact: Artifact) -> None:
        """Takes over the weights of an artifact, and what its training left."""
        self._tensors = artifact.tensors
        metadata = artifact.metadata
        if "history" in metadata:
            self._trained = Trained(
                Encoding.restore(artifact.tensors, metadata),
                Reference(np.asarray(artifact.tensors["baseline/mean"], np.float64)),
                metadata["fingerprint"],
                History(json.loads(metadata["history"])),
            )

    def to_keras(self) -> Any:
        """The model as a stock, compiled `keras.Sequential` with these weights; it reads scaled inputs."""
        engine = self._running()
        return engine.model  # type: ignore[attr-defined]

    def summary(self) -> str:
        """The layers with shapes and parameters, as Keras's summary, and why each inferred value is what it is."""
        from ..compiler.targets.text import table

        return table(self.plan)

    def check_data(self, x: Feed = None, y: Feed = None) -> Dataset:
        """Reads and checks the data as `fit` would, without training.

        Raises:
            DataError: the data cannot be read or does not fit the model.
        """
        return self._dataset(x, y, None)

    def _running(self) -> Engine:
        if self._engine is None:
            from .engines.tensorflow import TensorFlowEngine

            engine = TensorFlowEngine(self.plan, self._device)
            if self._tensors:
                engine.restore(self._tensors)
                self._tensors = {}
            self._engine = engine
        return self._engine

    def _contract(self) -> Contract:
        plan = self.plan
        assert plan.input is not None
        assert plan.output is not None
        assert plan.loss is not None
        return Contract(
            input=plan.input.dims,
            output=plan.output.dims,
            target=plan.target,
            activation=plan.activation,
            loss=plan.loss.keras_name,
            classes=plan.classes,
            batch_size=self._fixed_batch() if plan.stateful else None,
        )

    def _fixed_batch(self) -> int | None:
        return self.plan.input.batch if self.plan.input else None

    def _data(self, path: str | os.PathLike[str] | None = None) -> Data:
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
        if path is None:
            return data
        source = data.source.model_copy(update={"path": os.path.abspath(path), "format": None})
        return data.model_copy(update={"source": source})

    def _dataset(self, x: Feed, y: Feed, validation: tuple[Feed, Feed] | None) -> Dataset:
        encoding = self._trained.encoding if self._trained else None
        if x is None or isinstance(x, (str, os.PathLike)):
            return prepare(self._data(x), self._contract(), self.base, self.plan.spec.fit.seed, encoding)
        train = prepare_arrays(x, y, self._contract(), encoding, target=True)
        parts = {"train": train}
        share = self.plan.spec.fit.validation_split
        if validation is not None:
            parts["validation"] = prepare_arrays(*validation, self._contract(), train.encoding, target=True)
        elif share is not None:
            parts = _split_off(train, share)
        return Dataset(parts, train.encoding, "", (), ())

    def _unseen(self, x: Feed, y: Feed, on: str) -> tuple[Samples, str, tuple[str, ...]]:
        trained = self._require_training()
        contract = self._contract()
        if x is not None and not isinstance(x, (str, os.PathLike)):
            return prepare_arrays(x, y, contract, trained.encoding, target=True), "all", ()
        data = self._data(x)
        if x is not None:
            samples = prepare_new(data, contract, self.base, trained.encoding, target=True)
            if samples.fingerprint != trained.fingerprint:
                return samples, "all", ()
        if x is not None:
            on = "test"
        if on == "all":
            whole = prepare_new(data, contract, self.base, trained.encoding, target=True)
            return whole, "all", ("the model was trained on a part of these samples",)
        dataset = prepare(data, contract, self.base, self.plan.spec.fit.seed, trained.encoding)
        note = ("this is the data that the model was trained on: only its test part is used",) if x is not None else ()
        if on in dataset.parts:
            return dataset.parts[on], on, note
        if on == "test":
            return dataset.parts["train"], "train", ("there is no test part: these are the samples it was trained on",)
        raise DataError(
            [Diagnostic("LC515", f"the split has no part `{on}`", path="evaluate.on", help="add it to `data.split`")]
        )

    def _evaluation(self, samples: Samples, part: str, notes: tuple[str, ...]) -> Evaluation:
        trained, engine = self._require_training(), self._running()
        batch = self.plan.spec.evaluate.batch_size or BATCH
        logs = engine.evaluate(_pair(samples), batch)
        name = baselines.choose(self.plan, samples)
        truth: Any = samples.y
        metrics = {key: value for key, value in logs.items() if key != "loss"}
        if self.plan.target == "values":
            truth = samples.y_original
            metrics = engine.score(truth, trained.encoding.decode_y(engine.predict(samples.x, batch)))
        naive: Logs = {}
        if name != "none" and self.plan.metrics:
            naive = engine.score(truth, baselines.predict(name, self.plan, samples, trained.reference))
        beats = None
        if naive:
            key = self.plan.metrics[0].key
            beats = baselines.better(self.plan, metrics[key], naive[key])
        return Evaluation(
            logs["loss"],
            metrics,
            naive,
            name,
            beats,
            len(samples),
            part,
            seen=part == "train" or bool(notes and part == "all"),
            notes=notes,
        )

    def _require_training(self) -> Trained:
        if self._trained is None:
            raise ArtifactError(
                [
                    Diagnostic(
                        "LC707",
                        f"the model `{self.name}` is not trained: its weights are random",
                        help="train it first: `lstmc fit`, or `model.fit(x, y)`",
                    )
                ]
            )
        return self._trained

    def _source_from(self, folder: Path) -> str:
        """Where the data lies, seen from the folder of the artifact."""
        data = self.plan.spec.data
        if data is None:
            return ""
        try:
            return Path(os.path.relpath(self.base / data.source.path, folder)).as_posix()
        except ValueError:
            return data.source.path


def _pair(samples: Samples) -> Pair:
    assert samples.y is not None
    return Pair(samples.x, samples.y)


def _joined(before: History | None, after: History) -> History:
    if before is None:
        return after
    keys = [key for key in after if key in before]
    return History({key: [*before[key], *after[key]] for key in keys}, after.notes)


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
