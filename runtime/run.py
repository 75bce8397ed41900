"""One training with its folder: the artifact, the history, the learning curve and a report."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..compiler.artifact import write_bytes
from ..spec.diagnostics import Diagnostic
from ..spec.errors import ArtifactError
from .locks import locked
from .results import Evaluation, History

if TYPE_CHECKING:
    from .model import Model

RUNS = Path("runs")


@dataclass(frozen=True, slots=True)
class Run:
    """Where a training leaves its files, and what it left.

    Attributes:
        folder: the folder of the run.
        artifact: the model's file.
        history: the course of the training.
    """

    folder: Path
    artifact: Path
    history: History

    @staticmethod
    def of(model: Model, folder: Path | None, output: Path | None) -> Run:
        """The run of `model`, in `folder` or `runs/NAME`; the folder is made, so that a training is not lost.

        Raises:
            ArtifactError: the folder, or that of `output`, cannot be written (LC706).
        """
        folder = folder or RUNS / model.name
        artifact = output or folder / f"{model.name}.lstmc"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for place in {folder, artifact.parent}:
                with tempfile.TemporaryFile(dir=place):
                    pass
        except OSError as error:
            raise _unwritable(folder if output is None else artifact, error.strerror or str(error)) from error
        if artifact.is_dir():
            raise _unwritable(artifact, "it is a folder")
        return Run(folder, artifact, History({}))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keeps other trainings out of the folder, which is removed in the end if nothing is in it.

        Raises:
            ArtifactError: another training is at work in it (LC709).
        """
        try:
            with locked(self.folder):
                yield
        finally:
            with suppress(OSError):
                self.folder.rmdir()

    def write(self, model: Model, history: History) -> Run:
        """Writes the artifact, `history.csv`, `learning_curve.png`, `spec.lstm.json` and `report.json`.

        Each is written whole or not at all.
        """
        model.save(self.artifact)
        course = model.history or history
        write_bytes(course.csv().encode(), self.folder / "history.csv")
        course.plot(self.folder / "learning_curve.png")
        write_bytes(_json(model.plan.spec.dump()), self.folder / "spec.lstm.json")
        report = {
            "name": model.name,
            "device": model.device,
            "schedule": dict(model.schedule),
            "epochs": course.epochs,
            "notes": list(history.notes),
        }
        write_bytes(_json(report), self.folder / "report.json")
        return replace(self, history=history)

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Writes `evaluation.json`."""
        write_bytes(_json(json.loads(evaluation.to_json())), self.folder / "evaluation.json")


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _unwritable(path: Path, why: str) -> ArtifactError:
    return ArtifactError([Diagnostic("LC706", f"cannot write: {why}", where=str(path), help="choose another place")])
