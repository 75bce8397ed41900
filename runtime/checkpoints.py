"""What an interrupted training goes on from, and the best model it had: artifacts in the folder of its run."""

from __future__ import annotations

import hashlib
import json
import math
import sys
import time
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from ..compiler.artifact import Artifact, read, write
from ..compiler.contents import BEST, STOPPING, TrainedMetadata, check_checkpoint, metadata_of
from ..compiler.monitors import VALIDATION, direction
from ..compiler.plan import Plan
from ..spec.diagnostics import Diagnostic
from ..spec.errors import ArtifactError
from .engines import Course, Logs
from .results import History

if TYPE_CHECKING:
    from .model import Model
    from .run import Run

#: Seconds between two checkpoints where each epoch is to have one.
PAUSE = 1.0
_MEANINGLESS = ("epochs", "verbose", "checkpoint", "tensorboard")


@dataclass(frozen=True, slots=True)
class Best:
    """The best epoch so far: its number from 0, what it was best in, and its weights."""

    epoch: int
    value: float
    weights: Mapping[str, NDArray[Any]]


class Checkpoints:
    """The checkpoints of one training of `model`, in `folder`."""

    def __init__(self, model: Model, folder: Path) -> None:
        self.path = folder / f"{model.name}.checkpoint.lstmc"
        self.best_path = folder / f"{model.name}.best.lstmc"
        self.course: Course | None = None
        self._model, self._asked = model, model.plan.spec.fit.checkpoint
        self._begin = self._seen = self._saved = _epochs(model)
        self._best: Best | None = None
        self._fingerprint: str | None = None
        self._time = time.monotonic()

    @property
    def remaining(self) -> int:
        """Epochs that are still to be trained."""
        return max(0, self._begin + self._model.plan.spec.fit.epochs - _epochs(self._model))

    @property
    def exists(self) -> bool:
        """Whether an interrupted training has left its checkpoint."""
        return self.path.exists()

    def refuse_interrupted(self) -> None:
        """Protects the checkpoint of an interrupted training.

        Raises:
            ArtifactError: there is one, and a new training would overwrite it (LC713).
        """
        if self.exists:
            message = f"an interrupted run of `{self._model.name}` is in this folder"
            help_ = "continue it with `--resume`, start from the beginning with `--restart`, or choose another `--run`"
            raise ArtifactError([Diagnostic("LC713", message, where=str(self.path), help=help_)])

    @property
    def digest(self) -> str:
        """SHA-256 of what decides the course of this training, except for its number of epochs."""
        return _digest(self._model.plan)

    @property
    def report(self) -> dict[str, Any]:
        """What identifies this training, for the report of its run."""
        plan = self._model.plan
        asked = plan.spec.fit.epochs
        return {"epochs_before": self._begin, "epochs_asked": asked, "plan": plan.digest, "training": self.digest}

    def finished(self, run: Run) -> History | None:
        """The history of the training that is finished in the folder of `run`, None if there is none.

        The model is then the trained one; no data are read.

        Raises:
            ArtifactError: it is of another training (LC712), or had fewer epochs than are asked for (LC710).
        """
        report = run.report()
        if "training" not in report or not run.artifact.exists():
            return None
        artifact = read(run.artifact)
        history = History.restore(json.loads(artifact.metadata.get("history", "{}")))
        if artifact.metadata["plan"] != report["plan"] or history.epochs != report["epochs"]:
            return None
        if report["training"] != self.digest or self._begin not in (report["epochs_before"], report["epochs"]):
            raise self._foreign("the finished run in this folder is of another training", run.artifact)
        asked, wanted = report["epochs_asked"], self._model.plan.spec.fit.epochs
        if wanted > asked:
            message = f"the run is finished after the {asked} epochs that it was asked for, and has no checkpoint"
            help_ = f"train the model further: lstmc fit {run.artifact} --epochs {wanted - asked}"
            raise ArtifactError([Diagnostic("LC710", message, where=str(run.folder), help=help_)])
        self._model.restore(artifact)
        return history

    def resume(self) -> None:
        """Puts the model where the checkpoint was written.

        Raises:
            ArtifactError: it is of another training (LC712), or cannot be read.
        """
        artifact = read(self.path)
        stated = metadata_of(artifact, self.path)
        state = stated.checkpoint if isinstance(stated, TrainedMetadata) else None
        if state is None or state.training != self.digest:
            raise self._foreign("the checkpoint is of a training with another spec", self.path)
        check_checkpoint(artifact, state, self._model.plan, self.path)
        self._model.restore(artifact)
        self._begin, self._fingerprint = state.begin, artifact.metadata["fingerprint"]
        self._seen = self._saved = _epochs(self._model)
        if state.best is not None:
            self._best = Best(*state.best, _named(artifact.tensors, BEST))
        kept = _named(artifact.tensors, STOPPING)
        best = tuple(kept[str(i)] for i in range(len(kept)))
        self.course = Course(state.counters, best, state.stopped)

    def left(self, epoch: int) -> int:
        """Epochs until a checkpoint is due, from `epoch` on; without end where time decides."""
        every = self._asked.every
        return sys.maxsize if every == "epoch" else every - (epoch - self._begin) % every

    def until(self, logs: Sequence[Logs]) -> int:
        """Of epochs that have been trained in one go, how many lead up to the best, if that is the best of all."""
        if not self._asked.keep_best:
            return len(logs)
        key = self._key(logs[0])
        values = [epoch[key] for epoch in logs if not math.isnan(epoch[key])] or [math.nan]
        best = max(values) if self._more(key) else min(values)
        if not self._better(key, best):
            return len(logs)
        return next(i for i, epoch in enumerate(logs, 1) if epoch[key] == best)

    def check(self, fingerprint: str) -> None:
        """Whether the data are those of the checkpoint.

        Raises:
            ArtifactError: they are others (LC712).
        """
        if self._fingerprint not in (None, fingerprint):
            raise self._foreign("the checkpoint is of a training on other data", self.path)

    def epoch(self, course: Course) -> None:
        """A whole epoch has been trained: the best one is kept in mind, and a checkpoint written when it is due.

        Raises:
            ArtifactError: the file cannot be written (LC706).
        """
        self.course = course
        self._consider()
        if self._asked.every == "epoch":
            due = time.monotonic() - self._time >= PAUSE
        else:
            due = (_epochs(self._model) - self._begin) % self._asked.every == 0
        if due:
            self.save()

    def save(self) -> bool:
        """Writes the last whole epoch, if there is one that is not written; returns whether there is a checkpoint.

        Raises:
            ArtifactError: the file cannot be written (LC706).
        """
        self._consider()
        if _epochs(self._model) > self._saved:
            write(self._artifact(self.course or Course()), self.path)
            self._saved, self._time = _epochs(self._model), time.monotonic()
        return self._saved > self._begin

    def finish(self) -> None:
        """The training has come to its end: the best model is written, the checkpoint removed."""
        if self._best is not None:
            artifact = self._model.artifact(self.best_path.parent)
            weights = {name: array for name, array in artifact.tensors.items() if not name.startswith("optimizer/")}
            history = json.dumps({key: values[: self._best.epoch + 1] for key, values in _logs(artifact).items()})
            metadata = {**artifact.metadata, "history": history}
            write(replace(artifact, tensors={**weights, **self._best.weights}, metadata=metadata), self.best_path)
        self.path.unlink(missing_ok=True)

    def _artifact(self, course: Course) -> Artifact:
        artifact = self._model.artifact(self.path.parent)
        best = self._best
        state = {
            "training": self.digest,
            "begin": self._begin,
            "counters": course.counters,
            "stopped": course.stopped,
            "best": [best.epoch, best.value] if best else None,
        }
        tensors = dict(artifact.tensors)
        tensors |= {f"{STOPPING}{i}": array for i, array in enumerate(course.best)}
        tensors |= {BEST + name: array for name, array in best.weights.items()} if best else {}
        return replace(artifact, tensors=tensors, metadata={**artifact.metadata, "checkpoint": json.dumps(state)})

    def _consider(self) -> None:
        """Keeps the weights of the last epoch, if it is the best so far and has not been looked at."""
        history = self._model.history
        if history is None or history.epochs == self._seen or not self._asked.keep_best:
            return
        self._seen = history.epochs
        key = self._key(history)
        value = history[key][-1]
        if self._better(key, value):
            self._best = Best(history.epochs - 1, value, self._model.weights())

    def _key(self, known: Container[str]) -> str:
        """What an epoch is best in."""
        return self._asked.monitor or (VALIDATION + "loss" if VALIDATION + "loss" in known else "loss")

    def _more(self, key: str) -> bool:
        return direction(self._model.plan, key, self._asked.mode) == "max"

    def _better(self, key: str, value: float) -> bool:
        if math.isnan(value):
            return False
        if self._best is None:
            return True
        return value > self._best.value if self._more(key) else value < self._best.value

    def _foreign(self, message: str, where: Path) -> ArtifactError:
        help_ = "undo the change, or start from the beginning with `--restart`"
        return ArtifactError([Diagnostic("LC712", message, where=str(where), help=help_)])


def _epochs(model: Model) -> int:
    return model.history.epochs if model.history else 0


def _logs(artifact: Artifact) -> dict[str, list[float]]:
    logs: dict[str, list[float]] = json.loads(artifact.metadata["history"])
    return logs


def _named(tensors: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in tensors.items() if name.startswith(prefix)}


def _digest(plan: Plan) -> str:
    """SHA-256 of what decides the course of a training: the plan, `fit` and the form of the data, not their place."""
    spec = plan.spec.dump(resolved=True)
    fit, data = dict(_section(spec, "fit")), dict(_section(spec, "data"))
    best = {key: value for key, value in fit["checkpoint"].items() if key != "every"}
    fit = {key: value for key, value in fit.items() if key not in _MEANINGLESS}
    data.pop("source", None)
    content = [plan.digest, fit, best, data, plan.spec.runtime.precision]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _section(spec: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return spec[name] or {}
