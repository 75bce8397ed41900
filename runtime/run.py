"""One training with its folder: the artifact, the history, the learning curve and a report."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..compiler.artifact import write_bytes
from ..compiler.temporaries import sweep
from ..spec.diagnostics import Diagnostic
from ..spec.errors import ArtifactError
from ..spec.paths import open_regular
from .locks import locked
from .results import Evaluation, History

if TYPE_CHECKING:
    from .model import Model

RUNS = Path("runs")
REPORT = "report.json"
#: Files beside the artifacts that a run replaces.
WRITTEN = ("evaluation.json", "history.csv", "learning_curve.png", "predictions.csv", REPORT, "spec.lstm.json")
_LARGEST_REPORT = 10_000_000


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
            ArtifactError: the folder, or that of `output`, cannot be written (LC706); it holds files of the names
                that a run writes, and no run has written them (LC720).
        """
        folder = folder or RUNS / model.name
        _refuse_others_files(folder)
        artifact = output or folder / f"{model.name}.lstmc"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for place in {folder, artifact.parent}:
                sweep(place)
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

    def report(self) -> dict[str, Any]:
        """What `report.json` says of the last finished training in the folder; empty if there is none."""
        return _report_in(self.folder)

    def write(self, model: Model, history: History, training: Mapping[str, Any]) -> Run:
        """Writes the artifact, `history.csv`, `learning_curve.png`, `spec.lstm.json` and `report.json`.

        Each is written whole or not at all. `training` identifies the training; `report.json`, which has it, is
        written last: the run is then finished.
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
            **training,
        }
        write_bytes(_json(report), self.folder / REPORT)
        return replace(self, history=history)

    def write_evaluation(self, evaluation: Evaluation) -> None:
        """Writes `evaluation.json`."""
        write_bytes(_json(json.loads(evaluation.to_json())), self.folder / "evaluation.json")


def _refuse_others_files(folder: Path) -> None:
    """Stops where files of the user would be overwritten.

    Raises:
        ArtifactError: there are some (LC720).
    """
    there = [name for name in WRITTEN if os.path.lexists(folder / name)]
    if not there or _is_run(folder):
        return
    them = "them" if len(there) > 1 else "it"
    message = f"{', '.join(f'`{name}`' for name in there)} would be overwritten, and no run of lstmc wrote {them}"
    help_ = f"choose another folder with `--run`, or move {them} away"
    raise ArtifactError([Diagnostic("LC720", message, where=str(folder), help=help_)])


def _is_run(folder: Path) -> bool:
    """Whether a run has left its report in the folder, or the checkpoint of one that was interrupted is there."""
    return any(folder.glob("*.checkpoint.lstmc")) or {"name", "device", "epochs", "notes"} <= _report_in(folder).keys()


def _report_in(folder: Path) -> dict[str, Any]:
    """What `report.json` says; empty where there is none that a run wrote."""
    try:
        with open_regular(folder / REPORT) as file:
            report = json.loads(file.read(_LARGEST_REPORT))
    except (OSError, ValueError, RecursionError):
        return {}
    return report if isinstance(report, dict) else {}


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _unwritable(path: Path, why: str) -> ArtifactError:
    return ArtifactError([Diagnostic("LC706", f"cannot write: {why}", where=str(path), help="choose another place")])
