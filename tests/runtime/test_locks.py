"""Two trainings never work in one folder; what a process that has died held is free."""

import subprocess
import sys

import pytest

import lstmc
from lstmc.runtime.locks import NAME, locked

HOLD = """
import sys, time
from pathlib import Path
from lstmc.runtime.locks import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.mark.triggers("LC709")
def test_a_folder_is_locked_once(tmp_path):
    with locked(tmp_path), pytest.raises(lstmc.ArtifactError, match="another training") as caught, locked(tmp_path):
        pytest.fail("both hold the lock")
    assert caught.value.diagnostics[0].code == "LC709"
    assert list(tmp_path.iterdir()) == []


def test_another_process_is_kept_out_until_it_dies(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(lstmc.ArtifactError, match="LC709"), locked(tmp_path):
            pytest.fail("both hold the lock")
        holder.kill()
    assert (tmp_path / NAME).exists()
    with locked(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
