"""The object a user holds: a plan, its weights, and what executes it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from numpy.typing import NDArray

from ..compiler.artifact import Artifact, encode, write
from ..compiler.garbage import uncollected
from ..compiler.plan import Plan
from ..spec.diagnostics import Diagnostic
from ..spec.errors import ArtifactError
from .arguments import refuse_arguments, with_fit_arguments
from .baselines import Reference
from .checkpoints import Checkpoints
from .data import Dataset, Encoding
from .data.boundary import Boundary
from .engines import Engine, Logs, Training, size_of
from .evaluating import evaluation
from .feeding import Feed, Feeding, Handed
from .fitting import Fitting, Trained, both
from .predicting import inference_of
from .predictor import Predictor
from .progress import LOADING, READING, Progress, announced
from .results import Evaluation, History, Prediction
from .training_state import carried
from .weighting import ClassWeight

if TYPE_CHECKING:
    from .interface import Format


class Event(Protocol):
    """What `threading.Event` has: whether it is set."""

    def is_set(self) -> bool:
        """Whether it is set."""
        ...


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What a model has beside its artifact.

    Attributes:
        encoding: the encoding that the first training is to use; None where it learns one.
        notes: of its history.
        untouched: whether it has no weights yet: they are made from the seed as it first runs.
    """

    encoding: Encoding | None
    notes: tuple[str, ...] = ()
    untouched: bool = False


class Model:
    """A compiled model: fit, evaluate and predict in original units and labels.

    Made by `lstmc.build` and `lstmc.load`. Silent; raises `lstmc.LstmcError` and nothing else for bad input.
    """

    def __init__(
        self,
        plan: Plan,
        base: Path,
        *,
        device: str | None = None,
        encoding: Encoding | None = None,
        boundary: Boundary | None = None,
    ) -> None:
        """Holds `plan`; relative paths of its data count from the folder `base`, and stay within `boundary`.

        Without `boundary` they stay in the folder. With `encoding`, the first training encodes as it says and learns
        none of its own.
        """
        self.plan = plan
        self.base = base
        self.boundary = boundary or Boundary.of(base)
        self._feeding = Feeding(plan, base, self.boundary)
        self._device = device or plan.spec.runtime.device
        self._encoding = encoding
        self._engine: Engine | None = None
        self._predictor: Predictor | None = None
        self._tensors: Mapping[str, NDArray[Any]] = {}
        self._trained: Trained | None = None
        #: What became of the saved training state, for the notes of the next training.
        self._notes: tuple[str, ...] = ()

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
        epochs: int | None = None,
        learning_rate: float | None = None,
        sample_weight: Feed = None,
        class_weight: ClassWeight | None = None,
        validation_data: tuple[Feed, ...] | None = None,
        callbacks: Any = (),
        on_epoch: Callable[[int, Logs], bool | None] | None = None,
        on_batch: Callable[[int, int, int], None] | None = None,
        cancel: Event | None = None,
        verbose: Literal[0, 1, 2] = 0,
        checkpoints: Checkpoints | None = None,
        **others: Any,
    ) -> History:
        """Trains as the spec's `fit` says; a model that has been trained goes on from where it is.

        However it ends, by an exception, an interrupt or `cancel`, the model is usable: it has the weights and
        the history of the last whole epoch.

        Args:
            x: inputs `[samples, timesteps, features]`, the path of a file or a data frame with the columns that the
                spec's `data` names, or None for the spec's own `data`.
            y: targets, one for each sample.
            epochs: sets the spec's `fit.epochs`: passes over the samples in this training and in later ones.
            learning_rate: sets the spec's `compile.optimizer.learning_rate`, in place of a schedule too.
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
            others: none; an argument of Keras's `fit` that the spec owns is refused with the spec's key.

        Returns:
            The history of this training.

        Raises:
            DataError: the data cannot be read or does not fit the model; nothing has been trained.
            DeviceError: the device, or a package, is not there.
            SpecError: there is nothing to validate on, and the spec watches it (LC420); `epochs` or `learning_rate`
                is not valid; an argument belongs to the spec (LC215).
            ArtifactError: the loss or a weight is not finite (LC708); a checkpoint is of other data (LC712).
        """
        refuse_arguments(others)
        plan = with_fit_arguments(self.plan, epochs, learning_rate)
        fresh = self._engine is None
        with announced(LOADING, verbose if fresh and "keras" not in sys.modules else 0):
            self._running()  # the device is resolved before the data are read
        handed = Handed(x, y, sample_weight, validation_data)
        with uncollected(), announced(READING, verbose if verbose == 1 else 0):
            dataset = self._feeding.training(handed, self._trained.encoding if self._trained else self._encoding)
        engine = self._adopt(plan, rate_set=learning_rate is not None)
        count = plan.spec.fit.epochs
        if checkpoints:
            checkpoints.check(dataset.fingerprint)
            count = checkpoints.remaining
        fitting = Fitting.of(self.plan, dataset, self._trained, (*self._notes, *engine.notes))
        pairs = fitting.pairs(self.plan, class_weight)

        def whole() -> None:
            self._trained, self._predictor = fitting.trained, None
            if checkpoints:
                checkpoints.epoch(fitting.record.whole.course)

        with Progress(count, verbose, compiling=fresh, validates="validation" in dataset.parts) as progress:
            training = replace(
                self._training(size_of(pairs[0]), count),
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
            self._notes = ()
            try:
                engine.fit(*pairs, training, fitting.record)
            finally:
                self._trained, self._predictor = fitting.trained, None
                if checkpoints:
                    checkpoints.course = fitting.record.whole.course
        return fitting.history

    def _adopt(self, plan: Plan, *, rate_set: bool) -> Engine:
        """Trains as `plan` says from now on; the engine, and its graphs, are kept where they still serve."""
        before, self.plan = self.plan, plan
        if before is plan:
            return self._running()
        self._feeding, self._predictor = Feeding(plan, self.base, self.boundary), None
        if self._engine is None or not self._engine.adopt(plan, rate_set=rate_set):
            tensors = self._engine.tensors() if self._engine else self._tensors
            kept = carried(tensors, before, plan, rate_set=rate_set)
            self._tensors, self._engine, self._notes = kept.tensors, None, (*self._notes, *kept.notes)
        return self._running()

    def _training(self, samples: int, epochs: int) -> Training:
        """How the spec says that so many samples are trained on."""
        fit = self.plan.spec.fit
        self.boundary.check(self.boundary.of_output(self.plan.spec))
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
        bare = self._unweighted()
        metadata, tensors = dict(bare.metadata), dict(self._arrays())
        if self._trained:
            metadata |= self._trained.encoding.metadata()
            metadata |= {
                "fingerprint": self._trained.fingerprint,
                "history": json.dumps(self._trained.history.plain()),
                "schedule": json.dumps(self._trained.schedule),
                "source": self._source_from(folder),
            }
            if sources := self._sources_from(folder):
                metadata["sources"] = json.dumps(sources, ensure_ascii=False)
            tensors |= self._trained.encoding.tensors()
            tensors |= self._trained.reference.tensors()
        return replace(bare, tensors=tensors, metadata=metadata)

    def _unweighted(self) -> Artifact:
        """The spec and what is known of the plan."""
        assert self.plan.input is not None
        metadata = {
            "name": self.name,
            "plan": self.plan.digest,
            "input": json.dumps([self.plan.input.batch, *self.plan.input.dims]),
            "versions": json.dumps({name: version(name) for name in ("keras", "lstmc", "numpy", "tensorflow")}),
        }
        return Artifact(self.plan.spec.canonical(), {}, metadata)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies are made of the artifact; a copy is independent of the model."""
        from .rebuilding import unpickled

        untouched = self._engine is None and not self._tensors
        unsaved = Unsaved(self._encoding, self.history.notes if self.history else (), untouched)
        content = encode(self._unweighted() if untouched else self.artifact(self.base))
        return unpickled, (content, self.boundary, self._device, unsaved)

    def keep(self, unsaved: Unsaved) -> None:
        """Takes over what an artifact does not hold."""
        self._encoding = unsaved.encoding
        if self._trained:
            history = replace(self._trained.history, notes=unsaved.notes)
            self._trained = replace(self._trained, history=history)

    def weights(self) -> Mapping[str, NDArray[Any]]:
        """The weights alone, by their names in an artifact."""
        return {name: array for name, array in self._arrays().items() if name.startswith("weights/")}

    def restore(self, artifact: Artifact, before: Plan | None = None, *, rate_set: bool = False) -> None:
        """Takes over the weights of an artifact, and what its training left.

        Args:
            artifact: the artifact.
            before: the plan of its own spec, if it is not that of this model: what the model's spec says wins.
            rate_set: whether the learning rate is that of the spec, even where the spec's has not changed.
        """
        kept = carried(artifact.tensors, before or self.plan, self.plan, rate_set=rate_set)
        self._tensors, self._engine, self._predictor, self._notes = kept.tensors, None, None, kept.notes
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
        `scaled = (value - offset) / factor`. `interface` has what `Model.interface` gives, as JSON.

        Raises:
            SpecError: ONNX cannot express the model (LC606).
        """
        from .predicting import onnx_file

        encoding = self._trained.encoding if self._trained else None
        return onnx_file(self.plan, self._arrays(), encoding, self.interface("onnx"))

    def interface(self, target: Format) -> dict[str, Any]:
        """What a program must know to use the model without lstmc, beside the file that holds the model alone.

        Columns, scalers, labels and thresholds, shapes and the least number of timesteps, as `lstmc schema interface`
        describes them.

        Args:
            target: the format of the file: `keras`, `litert`, `onnx` or `saved_model`.
        """
        from .interface import interface

        trained = self._trained
        fingerprint = trained.fingerprint if trained else ""
        return interface(self.plan, trained.encoding if trained else None, fingerprint, target)

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
        """Where the data lie, seen from the folder of the artifact; empty where the spec names no file."""
        data = self.plan.spec.data
        return "" if data is None or not data.source.path else self._path_from(folder, data.source.path)

    def _sources_from(self, folder: Path) -> dict[str, str]:
        """Where the files of the parts lie that have their own, seen from the folder of the artifact."""
        sources = self.plan.spec.data.split.sources if self.plan.spec.data else {}
        return {name: self._path_from(folder, part.path) for name, part in sources.items() if part.path}

    def _path_from(self, folder: Path, path: str) -> str:
        """A path of the spec, seen from the folder of the artifact."""
        try:
            return Path(os.path.relpath(self.base / path, folder)).as_posix()
        except ValueError:  # another drive
            return path
