"""Temporary files of atomic writes: swept once their writer is dead, and never before."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lstmc.compiler.artifact import write_bytes
from lstmc.compiler.folders import write_folder
from lstmc.compiler.temporaries import SUFFIX, beside, sweep

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and locks")

KILLED = """
import os, signal, sys
from pathlib import Path
from lstmc.compiler.artifact import write_bytes
from lstmc.compiler.folders import write_folder
call, count, work = os.{call}, 0, sys.argv[1]
def die(*arguments):
    global count
    count += 1
    if count == {count}:
        os.kill(os.getpid(), signal.{signal})
    return call(*arguments)
os.{call} = die
if work == "file":
    write_bytes(b"new", Path("a.bin"))
else:
    write_folder(lambda folder: (folder / "mark").write_text("new"), Path("folder"), "mark")
"""


def killed(folder: Path, work: str, call: str, count: int = 1, number: str = "SIGKILL") -> int:
    """The exit code of a process that dies within a write."""
    code = KILLED.format(call=call, count=count, signal=number)
    return subprocess.run([sys.executable, "-c", code, work], cwd=folder, check=False, capture_output=True).returncode


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_killed_file_is_swept_by_the_next_write(tmp_path: Path) -> None:
    assert killed(tmp_path, "file", "replace") == -signal.SIGKILL
    (name,) = left(tmp_path)
    assert name.endswith(SUFFIX)
    write_bytes(b"other", tmp_path / "b.bin")
    assert left(tmp_path) == ["b.bin"]


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    assert killed(tmp_path, "file", "replace", number="SIGINT") != 0
    assert killed(tmp_path, "folder", "rename", number="SIGINT") != 0
    assert left(tmp_path) == []


@pytest.mark.parametrize("count", [1, 2])
def test_a_folder_that_was_moved_away_comes_back(tmp_path: Path, count: int) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mark").write_text("old")
    assert killed(tmp_path, "folder", "rename", count) == -signal.SIGKILL
    assert (tmp_path / "folder").exists() == (count == 1)
    sweep(tmp_path)
    assert left(tmp_path) == ["folder"]
    assert (tmp_path / "folder" / "mark").read_text() == "old"


def test_an_interrupted_folder_comes_back_at_once(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mark").write_text("old")
    assert killed(tmp_path, "folder", "rename", 2, "SIGINT") != 0
    assert left(tmp_path) == ["folder"]
    assert (tmp_path / "folder" / "mark").read_text() == "old"


@pytest.mark.parametrize("folder", [False, True])
def test_those_of_a_living_process_stay(tmp_path: Path, folder: bool) -> None:
    with beside(tmp_path / "a", folder=folder) as made:
        code = "import sys; from pathlib import Path; from lstmc.compiler.temporaries import sweep; sweep(Path())"
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
        write_bytes(b"b", tmp_path / "b")
        assert made.exists()
    assert left(tmp_path) == ["b"]


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    names = [".a.lstmc.x8fk2", ".hidden", f"a{SUFFIX}", ".a.lstmc.tmp"]
    for name in names:
        (tmp_path / name).write_text("")
    os.symlink("nowhere", tmp_path / f".link{SUFFIX}")
    sweep(tmp_path)
    write_folder(lambda folder: (folder / "mark").write_text("new"), tmp_path / "folder", "mark")
    assert left(tmp_path) == sorted([*names, f".link{SUFFIX}", "folder"])
