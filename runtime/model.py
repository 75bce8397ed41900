"""The object a user holds: a plan, its weights, and what executes it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, Protocol

from numpy.typing import NDArray

from ..compiler.artifact import Artifact, write
from ..compiler.garbage import uncollected
from ..compiler.plan import Plan
from ..spec.diagnostics import Diagnostic
from ..spec.errors import ArtifactError
from .baselines import Reference
from .checkpoints import Checkpoints
from .data import Dataset, Encoding
from .engines import Engine, Logs, Training, size_of
from .evaluating import evaluation
from .feeding import Feed, Feeding, Handed
from .fitting import Fitting, Trained, both
from .predicting import inference_of
from .predictor import Predictor
from .progress import Progress
from .results import Evaluation, History, Prediction
from .weighting import ClassWeight


class Event(Protocol):
    """What `threading.Event` has: whether it is set."""

    def is_set(self) -> bool:
        """Whether it is set."""
        ...


class Model:
    """A compiled model: fit, evaluate and predict in original units and labels.

    Made by `lstmc.build` and `lstmc.load`. Silent; raises `lstmc.LstmcError` and nothing else for bad input.
    """

    def __init__(self, plan: Plan, base: Path, *, device: str | None = None, encoding: Encoding | None = None) -> None:
        """Holds `plan`; relative paths of its data count from the folder `base`.

        With `encoding`, the first training encodes as it says and learns none of its own.
        """
        self.plan = plan
        self.base = base
        self._feeding = Feeding(plan, base)
        self._device = device or plan.spec.runtime.device
        self._encoding = encoding
        self._engine: Engine | None = None
        self._predictor: Predictor | None = None
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
    def schedule(self) -> Mapping[str, Any]:
        """How the last training ran, as `runtime.schedule` takes it; empty before any."""
        return self._trained.schedule if self._trained else {}

    @property
    def device(self) -> str:
        """The device that the model runs on; resolving it imports TensorFlow."""
        return self._running().device

    def fit(  # noqa: PLR0913 - as Keras's
        self,
        x: Feed = None,
        y: Feed = None,
        *,
        sample_weight: Feed = None,
        class_weight: ClassWeight | None = None,
        validation_data: tuple[Feed, ...] | None = None,
        callbacks: Any = (),
        on_epoch: Callable[[int, Logs], bool | None] | None = None,
        on_batch: Callable[[int, int, int], None] | None = None,
        cancel: Event | None = None,
        verbose: Literal[0, 1, 2] = 0,
        checkpoints: Checkpoints | None = None,
    ) -> History:
        """Trains as the spec's `fit` says; a model that has been trained goes on from where it is.

        However it ends, by an exception, an interrupt or `cancel`, the model is usable: it has the weights and
        the history of the last whole epoch.

        Args:
            x: inputs `[samples, timesteps, features]`, the path of a file or a data frame with the columns that the
                spec's `data` names, or None for the spec's own `data`.
            y: targets, one for each sample.
            sample_weight: `[samples]` how much each sample counts in the loss, with arrays; `[samples, timesteps]`
                also where every timestep has an output.
            class_weight: from label to weight, or `balanced`, in place of the spec's `fit.class_weight`.
            validation_data: inputs and targets to watch the training on, and weights if there are three.
            callbacks: one or several Keras callbacks; `model` is then the stock `keras.Sequential`.
            on_epoch: called after every epoch with its number (from 0) and logs; returning True stops.
            on_batch: called after every step with epoch, samples done and samples in all.
            cancel: as soon as it is set, by another thread, the training ends within one call of TensorFlow.
            verbose: 0 silent, 1 a bar on a terminal or in a notebook, 2 a line an epoch.
            checkpoints: where checkpoints are written, and where an interrupted training goes on.

        Returns:
            The history of this training.

        Raises:
            DataError: the data cannot be read or does not fit the model; nothing has been trained.
            DeviceError: the device, or a package, is not there.
            SpecError: there is nothing to validate on, and the spec watches it (LC420).
            ArtifactError: the loss is not finite (LC708); a checkpoint is of other data (LC712).
        """
        engine = self._running()
        handed = Handed(x, y, sample_weight, validation_data)
        with uncollected():
            dataset = self._feeding.training(handed, self._trained.encoding if self._trained else self._encoding)
        epochs = self.plan.spec.fit.epochs
        if checkpoints:
            checkpoints.check(dataset.fingerprint)
            epochs = checkpoints.remaining
        fitting = Fitting.of(self.plan, dataset, self._trained, engine)
        pairs = fitting.pairs(self.plan, class_weight)

        def whole() -> None:
            self._trained, self._predictor = fitting.trained, None
            if checkpoints:
                checkpoints.epoch(fitting.record.whole.course)

        with Progress(epochs, verbose) as progress:
            training = replace(
                self._training(size_of(pairs[0]), epochs),
                callbacks=tuple(callbacks) if isinstance(callbacks, Sequence) else (callbacks,),
                on_epoch=both(progress.on_epoch, on_epoch),
                on_batch=on_batch,
                on_steps=progress.on_batch,
                on_whole=whole,
                watched=on_epoch is not None,
                cancelled=cancel.is_set if cancel else lambda: False,
            )
            if checkpoints:
                training = replace(training, course=checkpoints.course, left=checkpoints.left, until=checkpoints.until)
            try:
                engine.fit(*pairs, training, fitting.record)
            finally:
                self._trained, self._predictor = fitting.trained, None
                if checkpoints:
                    checkpoints.course = fitting.record.whole.course
        return fitting.history

    def _training(self, samples: int, epochs: int) -> Training:
        """How the spec says that so many samples are trained on."""
        fit = self.plan.spec.fit
        return Training(
            epochs=epochs,
            batch_size=self._fixed_batch() or min(fit.batch_size, samples),
            seed=fit.seed,
            shuffle=not self.plan.stateful if fit.shuffle is None else fit.shuffle,
            first_epoch=self.history.epochs if self.history else 0,
            tensorboard=None if fit.tensorboard is None else os.fspath(self.base / fit.tensorboard),
        )

    def reset_states(self) -> None:
        """Stateful layers forget what they have seen; with `fit.reset_states: "never"` nothing else makes them."""
        self._running().reset_states()

    def evaluate(self, x: Feed = None, y: Feed = None, *, on: str | None = None) -> Evaluation:
        """How good the model is, beside a naive baseline.

        Args:
            x: inputs, the path of a file, a data frame, or None for the part `on` of the spec's `data`.
            y: targets, one for each sample.
            on: `train`, `validation`, `test` or `all`; the spec's `evaluate.on` if None.

        Raises:
            DataError: the data cannot be read or does not fit the model.
            ArtifactError: the model is not trained (LC707).
        """
        trained = self._require_training()
        unseen = self._feeding.unseen(x, y, on, trained.encoding, trained.fingerprint)
        return evaluation(self.plan, trained, unseen, self._predicting().inference, self._running)

    def predict(self, x: Feed = None) -> Prediction:
        """Predictions in original units, or labels with their probabilities.

        Args:
            x: inputs `[samples, timesteps, features]` in original units, the path of a file or a data frame (which
                need no target column), or None for all of the spec's `data`.

        Raises:
            DataError: the data cannot be read or does not fit the model.
            ArtifactError: the model is not trained (LC707).
        """
        return self._predicting().predict(x)

    def with_actual(self, prediction: Prediction, x: Feed = None) -> Prediction:
        """The prediction of `x`, beside the targets that `x` holds; these are read once more, and may be missing.

        Args:
            prediction: what `predict(x)` gave.
            x: the path of a file, a data frame, or None for all of the spec's `data`.

        Raises:
            ArtifactError: the model is not trained (LC707).
        """
        from .actual import actual

        encoding, source = self._require_training().encoding, self._feeding.source(x)
        if source is None:
            return prediction
        data, frame = source
        return replace(prediction, actual=actual(self.plan, data, self.base, encoding, prediction, frame))

    def predict_stream(self, items: Iterable[Any], *, batch_size: int | None = None) -> Iterator[Prediction]:
        """Predictions of samples as they come, in their order; only what is being predicted is held in memory.

        Args:
            items: samples `[timesteps, features]` or batches of them `[samples, timesteps, features]`, in original
                units; each gives one prediction, as soon as it is there.
            batch_size: so many single samples are gathered before they are predicted, which is several times
                faster than one by one; they give one prediction together.

        Raises:
            DataError: an item does not fit the model.
            ArtifactError: the model is not trained (LC707).
        """
        return self._predicting().stream(items, batch_size)

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
        tensors = dict(self._arrays())
        if self._trained:
            metadata |= self._trained.encoding.metadata()
            metadata |= {
                "fingerprint": self._trained.fingerprint,
                "history": json.dumps(self._trained.history.plain()),
                "schedule": json.dumps(self._trained.schedule),
                "source": self._source_from(folder),
            }
            tensors |= self._trained.encoding.tensors()
            tensors |= self._trained.reference.tensors()
        return Artifact(self.plan.spec.canonical(), tensors, metadata)

    def weights(self) -> Mapping[str, NDArray[Any]]:
        """The weights alone, by their names in an artifact."""
        return {name: array for name, array in self._arrays().items() if name.startswith("weights/")}

    def restore(self, artifact: Artifact) -> None:
        """Takes over the weights of an artifact, and what its training left."""
        self._tensors, self._engine, self._predictor = artifact.tensors, None, None
        metadata = artifact.metadata
        if "history" in metadata:
            self._trained = Trained(
                Encoding.restore(artifact.tensors, metadata),
                Reference.restore(artifact.tensors),
                metadata["fingerprint"],
                History.restore(json.loads(metadata["history"])),
                json.loads(metadata.get("schedule", "{}")),
            )

    def to_keras(self) -> Any:
        """The model as a stock, compiled `keras.Sequential` with these weights; it reads scaled inputs."""
        engine = self._running()
        return engine.model  # type: ignore[attr-defined]

    def to_onnx(self) -> bytes:
        """The model as an ONNX file that reads scaled inputs `x` and gives scaled outputs `y`, `[batch, …]`.

        Its metadata hold the spec, and of a trained model the names of the columns, the labels and the scalers:
        `scaled = (value - offset) / factor`.

        Raises:
            SpecError: ONNX cannot express the model (LC606).
        """
        from .predicting import onnx_file

        return onnx_file(self.plan, self._arrays(), self._trained.encoding if self._trained else None)

    def summary(self) -> str:
        """The layers with shapes and parameters, as Keras's summary, and why each inferred value is what it is."""
        from ..compiler.targets.text import table

        return table(self.plan)

    def check_data(self, x: Feed = None, y: Feed = None) -> Dataset:
        """Reads and checks the data as `fit` would, without training.

        Raises:
            DataError: the data cannot be read or does not fit the model.
        """
        return self._feeding.training(Handed(x, y), self._trained.encoding if self._trained else self._encoding)

    def _running(self) -> Engine:
        if self._engine is None:
            from .engines.tensorflow import TensorFlowEngine

            engine = TensorFlowEngine(self.plan, self._device)
            if self._tensors:
                engine.restore(self._tensors)
                self._tensors = {}
            self._engine = engine
        return self._engine

    def _arrays(self) -> Mapping[str, NDArray[Any]]:
        """Weights and what else an engine keeps, by name; those of the artifact as long as nothing has run."""
        return self._tensors if self._engine is None and self._tensors else self._running().tensors()

    def _predicting(self) -> Predictor:
        """What predicts: ONNX Runtime where it can, without loading TensorFlow; made anew after every epoch."""
        predictor = self._predictor
        if predictor is None:
            trained = self._require_training()
            trained_on = self._engine.device if self._engine else self._device
            inference = inference_of(self.plan, trained_on, self._arrays, self._running)
            predictor = Predictor.of(self._feeding, trained.encoding, inference)
            self._predictor = predictor
        return predictor

    def _fixed_batch(self) -> int | None:
        return self.plan.input.batch if self.plan.input else None

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
