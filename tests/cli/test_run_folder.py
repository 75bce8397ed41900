"""A run replaces the files of an earlier run, and no others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lstmc.api import compiled
from lstmc.runtime.model import Model
from lstmc.runtime.run import WRITTEN, Run
from lstmc.spec.errors import ArtifactError

from .conftest import Command


@pytest.fixture
def model(specs: Path) -> Model:
    return Model(compiled(specs / "series.lstm.json").result(), specs)


@pytest.mark.triggers("LC720")
@pytest.mark.parametrize("name", WRITTEN)
def test_a_users_file_is_not_overwritten(name: str, model: Model, folder: Path) -> None:
    (folder / "notes").mkdir()
    (folder / "notes" / name).write_text('{"mine": true}', encoding="utf-8")
    with pytest.raises(ArtifactError) as caught:
        Run.of(model, folder / "notes", None)
    (found,) = caught.value.diagnostics
    assert (found.code, found.where) == ("LC720", str(folder / "notes"))
    assert f"`{name}`" in found.message
    assert "--run" in found.help
    assert [path.name for path in (folder / "notes").iterdir()] == [name]


def test_nothing_is_trained_or_changed(specs: Path, command: Command) -> None:
    mine = specs / "runs" / "series"
    mine.mkdir(parents=True)
    (mine / "history.csv").write_text("mine", encoding="utf-8")
    (mine / "report.json").write_text("[1]", encoding="utf-8")
    result = command("fit", "series.lstm.json", "--json")
    assert (result.code, result.codes) == (4, ["LC720"])
    assert result.json["diagnostics"][0]["message"] == (
        "`history.csv`, `report.json` would be overwritten, and no run of lstmc wrote them"
    )
    assert sorted(path.name for path in mine.iterdir()) == ["history.csv", "report.json"]
    assert (mine / "history.csv").read_text(encoding="utf-8") == "mine"


def test_other_files_of_the_user_are_in_nobodys_way(model: Model, folder: Path) -> None:
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert Run.of(model, folder, None).folder == folder


@pytest.mark.parametrize("left", ["report.json", "series.checkpoint.lstmc"])
def test_what_a_run_left_is_replaced(left: str, model: Model, folder: Path) -> None:
    report = {"name": "series", "device": "cpu", "schedule": {}, "epochs": 2, "notes": []}
    for name in ("history.csv", left):
        (folder / name).write_text(json.dumps(report), encoding="utf-8")
    assert Run.of(model, folder, None).folder == folder


def test_a_second_run_replaces_the_first(specs: Path, command: Command) -> None:
    assert command("fit", "series.lstm.json", "--set", "fit.epochs=1").code == 0
    assert command("fit", "series.lstm.json", "--set", "fit.epochs=2").code == 0
    report = json.loads((specs / "runs" / "series" / "report.json").read_text(encoding="utf-8"))
    assert report["epochs"] == 2
