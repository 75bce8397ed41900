"""Paths in specs and artifacts stay in their folder; nothing of a file outside is shown."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lstmc

from .conftest import SERIES, Command, Result, series_csv

SECRET = "hunter2-of-the-user"
FLAG = "--allow-outside"


@pytest.fixture
def project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a spec and its data in the working directory, beside a folder with a secret and a good table."""
    for name in ("project", "elsewhere"):
        (folder / name).mkdir()
        (folder / name / "series.csv").write_text(series_csv(), encoding="utf-8")
    (folder / "elsewhere" / "secret.csv").write_text(f"t,{SECRET}\n1,{SECRET}\n2,{SECRET}\n", encoding="utf-8")
    monkeypatch.chdir(folder / "project")
    return folder / "project"


def write(project: Path, **sections: Any) -> Path:
    """The spec of a series, with some of `data` and other sections replaced."""
    data = {**SERIES["data"], **sections.pop("data", {})}  # type: ignore[dict-item]
    path = project / "series.lstm.json"
    path.write_text(json.dumps({**SERIES, "data": data, **sections}, indent=2), encoding="utf-8")
    return path


def assert_refused(result: Result, *keys: str) -> None:
    assert result.code == 3
    found = result.json["diagnostics"]
    assert [(d["code"], d["path"]) for d in found] == [("LC560", key) for key in keys]
    assert all(FLAG in d["help"] for d in found)
    assert "hunter2" not in result.out + result.err


PLACES = {
    "up": "../elsewhere/secret.csv",
    "absolute": "{outside}/secret.csv",
    "pattern": "../elsewhere/*.csv",
    "pattern in the middle": "sub/*/../../../elsewhere/*.csv",
    "through a folder that is not there": "none/../../elsewhere/secret.csv",
    "not there": "../elsewhere/none.csv",
    "linked file": "link.csv",
    "linked folder": "linked/secret.csv",
    "pattern that matches a link": "li*.csv",
    "pattern in a linked folder": "linked/*.csv",
}


@pytest.mark.triggers("LC560")
@pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))
@pytest.mark.parametrize("command_line", ["check", "check --with-data", "show", "show --schedule"])
def test_a_source_outside_is_not_read(place: str, command_line: str, project: Path, command: Command) -> None:
    outside = project.parent / "elsewhere"
    (project / "sub" / "a").mkdir(parents=True)
    (project / "link.csv").symlink_to(outside / "secret.csv")
    (project / "linked").symlink_to(outside)
    spec = write(project, data={"source": place.format(outside=outside)})
    if command_line == "show":  # it shows what can be shown, and reports the mistakes as text
        result = command("show", spec)
        assert result.code == 1
        assert "LC560" in result.err
        assert "hunter2" not in result.out + result.err
    else:
        assert_refused(command(*command_line.split(), spec, "--json"), "data.source.path")


@pytest.mark.parametrize("name", ["build", "fit", "run"])
def test_every_command_refuses(name: str, project: Path, command: Command) -> None:
    spec = write(project, data={"source": "../elsewhere/secret.csv"})
    assert_refused(command(name, spec, "--json"), "data.source.path")
    assert sorted(os.listdir(project)) == ["series.csv", "series.lstm.json"]


def test_every_path_is_reported(project: Path, command: Command) -> None:
    split = {"train": {"path": "series.csv"}, "test": {"path": "../elsewhere/series.csv"}}
    spec = write(project, data={"split": split}, fit={"tensorboard": "../logs"})
    assert_refused(command("check", spec, "--json"), "data.split.test.path", "fit.tensorboard")


def test_the_message_names_path_folder_and_flag(project: Path, command: Command) -> None:
    result = command("check", write(project, data={"source": "../elsewhere/secret.csv"}))
    text = " ".join(result.err.split())
    assert f"`../elsewhere/secret.csv` lies outside of the folder of the spec, `{project}`" in text
    assert "`--allow-outside`" in text
    assert "series.lstm.json:" in result.err


@pytest.mark.parametrize("place", ["series.csv", "{inside}/series.csv", "sub/../series.csv", "ser*.csv", "link.csv"])
def test_paths_inside_are_read(place: str, project: Path, command: Command) -> None:
    (project / "sub").mkdir()
    (project / "link.csv").symlink_to("series.csv")
    spec = write(project, data={"source": place.format(inside=project)})
    assert command("check", "--with-data", spec).code == 0


def test_a_folder_that_is_itself_behind_a_link(project: Path, command: Command) -> None:
    write(project, data={"source": str(project / "series.csv")})
    (project.parent / "alias").symlink_to(project)
    assert command("check", "--with-data", project.parent / "alias" / "series.lstm.json").code == 0


ALLOWED = {
    "flag": ([FLAG], {"source": "../elsewhere/series.csv"}),
    "data": (["--data", "../elsewhere/series.csv"], {"source": "../elsewhere/secret.csv"}),
    "set": (["--set", "data.source=../elsewhere/series.csv"], {"source": "series.csv"}),
    "set path": (["--set", "data.source.path=../elsewhere/series.csv"], {"source": {"path": "series.csv"}}),
}


@pytest.mark.parametrize(("options", "data"), ALLOWED.values(), ids=list(ALLOWED))
def test_what_the_user_names_or_allows_is_read(
    options: list[str], data: dict[str, Any], project: Path, command: Command
) -> None:
    spec = write(project, data=data)
    result = command("check", "--with-data", spec, *options)
    assert result.code == 0, result.err
    assert "data: train" in result.err


def test_setting_another_key_allows_nothing(project: Path, command: Command) -> None:
    spec = write(project, data={"source": {"path": "../elsewhere/secret.csv"}})
    assert_refused(command("check", spec, "--json", "--set", "data.source.decimal=,"), "data.source.path")


def test_fixes_read_nothing_outside(project: Path, command: Command) -> None:
    spec = write(project, data={"source": "../elsewhere/secret.csv"})
    spec.write_text(spec.read_text(encoding="utf-8").replace('"units"', '"unit"'), encoding="utf-8")
    result = command("check", "--fix", spec, "--json")
    assert_refused(result, "data.source.path")
    assert '"units"' in spec.read_text(encoding="utf-8")


def test_a_dict_is_the_callers_own(project: Path) -> None:
    outside = {**SERIES, "data": {**SERIES["data"], "source": str(project.parent / "elsewhere" / "series.csv")}}  # type: ignore[dict-item]
    assert lstmc.check(outside) == ()
    assert len(lstmc.build(outside).check_data().parts["train"])


def test_allowed_from_python(project: Path) -> None:
    spec = write(project, data={"source": "../elsewhere/series.csv"})
    assert [d.code for d in lstmc.check(spec)] == ["LC560"]
    assert lstmc.check(spec, allow_outside=True) == ()
    with pytest.raises(lstmc.DataError, match="LC560"):
        lstmc.build(spec)
    model = lstmc.build(spec, allow_outside=True)
    assert model.check_data().parts.keys() == {"train", "validation", "test"}


def test_a_path_given_to_a_method_leads_anywhere(project: Path) -> None:
    model = lstmc.build(write(project))
    assert model.check_data("../elsewhere/series.csv").parts.keys() == {"train", "validation", "test"}


def test_init_for_a_table_elsewhere_says_how_to_go_on(project: Path, command: Command) -> None:
    result = command("init", "../elsewhere/series.csv", "--target", "v", "--timesteps", "4")
    assert result.err.endswith(f"Next: lstmc run series.lstm.json {FLAG}\n")
    assert command("check", "series.lstm.json", FLAG).code == 0


@pytest.fixture
def run(trained: Path) -> Path:
    """A trained artifact where `lstmc fit` leaves it, in a project whose data lies two folders up."""
    path = trained / "runs" / "series" / "series.lstmc"
    path.parent.mkdir(parents=True)
    lstmc.load(trained / "series.lstmc").save(path)
    return path


def test_an_artifact_reads_its_data_from_the_project(run: Path, trained: Path, command: Command) -> None:
    assert command("predict", "runs/series/series.lstmc", "--json").code == 0
    assert command("predict", run, "--json").code == 0


def test_an_artifact_reads_from_its_own_folder_wherever_one_is(
    trained: Path, tmp_path_factory: pytest.TempPathFactory, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("away"))
    assert command("predict", trained / "series.lstmc", "--json").code == 0


def test_an_artifact_reads_nothing_else(
    run: Path, tmp_path_factory: pytest.TempPathFactory, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path_factory.mktemp("away")
    monkeypatch.chdir(away)
    result = command("predict", run, "--json")
    assert_refused(result, "data.source.path")
    message = result.json["diagnostics"][0]["message"]
    assert message == (
        f"`../../series.csv` lies outside of the folder of the artifact, `{run.parent}`, "
        f"and of the working directory, `{away}`"
    )
    assert command("predict", run, "--json", FLAG).code == 0
    assert command("predict", run, "--json", "--data", run.parents[2] / "series.csv").code == 0
    assert command("predict", run, "--json", "--set", "data.source=../../series.csv").code == 0
    with pytest.raises(lstmc.DataError, match="LC560"):
        lstmc.load(run).predict()
    assert len(lstmc.load(run, allow_outside=True).predict())


def test_hidden_files_of_the_working_directory_are_not_an_artifacts(run: Path, trained: Path, command: Command) -> None:
    (trained / ".secrets").mkdir()
    (trained / "series.csv").rename(trained / ".secrets" / "series.csv")
    hidden = lstmc.load(trained / "series.lstmc", overrides=["data.source=.secrets/series.csv"])
    hidden.save(run)
    assert_refused(command("predict", run, "--json"), "data.source.path")


def fifo(path: Path) -> None:
    os.mkfifo(path)


def zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def bound_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(path.name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has neither pipes nor sockets in folders")
@pytest.mark.parametrize("make", [fifo, zeros, bound_socket])
@pytest.mark.parametrize(
    ("arguments", "name", "code"),
    [
        (("check", "x.lstm.json"), "x.lstm.json", "LC100"),
        (("fit", "x.lstm.json"), "x.lstm.json", "LC100"),
        (("predict", "x.lstmc"), "x.lstmc", "LC711"),
        (("check", "series.lstm.json", "--data", "x.csv"), "x.csv", "LC501"),
        (("predict", "series.lstmc", "--data", "x.csv"), "x.csv", "LC501"),
        (("init", "x.csv", "--target", "v"), "x.csv", "LC501"),
    ],
    ids=str,
)
def test_what_is_not_a_regular_file_is_not_opened(
    make: Callable[[Path], None], arguments: tuple[str, ...], name: str, code: str, trained: Path, command: Command
) -> None:
    make(trained / name)
    result = command(*arguments, "--json")
    assert result.codes == [code]
    assert "not a regular file" in result.json["diagnostics"][0]["message"]
