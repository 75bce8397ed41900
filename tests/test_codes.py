"""The table of codes: every code is explained, and every code is triggered by a test."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lstmc.spec.codes import CODES, Code
from lstmc.spec.codes.artifacts import ARTIFACTS
from lstmc.spec.codes.data import DATA
from lstmc.spec.codes.language import LANGUAGE
from lstmc.spec.codes.objective import OBJECTIVE
from lstmc.spec.codes.resources import RESOURCES
from lstmc.spec.codes.shapes import SHAPES
from lstmc.spec.codes.text import TEXT

TESTS = Path(__file__).parent
MODULES = {"1": TEXT, "2": LANGUAGE, "3": SHAPES, "4": OBJECTIVE, "5": DATA, "6": RESOURCES, "7": ARTIFACTS}


COLLECT = """
import json, pathlib, sys
import pytest

class Collector:
    def pytest_collection_finish(self, session):
        marks = [mark for item in session.items for mark in item.iter_markers("triggers")]
        codes = sorted({code for mark in marks for code in mark.args})
        pathlib.Path(sys.argv[1]).write_text(json.dumps(codes), encoding="utf-8")

sys.exit(pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", "tests"], plugins=[Collector()]))
"""


@pytest.fixture(scope="module")
def triggered(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The codes that tests say they trigger, by the marker `triggers`; all tests are collected to ask them."""
    path = tmp_path_factory.mktemp("codes") / "triggered.json"
    done = subprocess.run(
        [sys.executable, "-c", COLLECT, str(path)], capture_output=True, text=True, cwd=TESTS.parent, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return set(json.loads(path.read_text(encoding="utf-8")))


def test_every_code_is_triggered(triggered: set[str]) -> None:
    assert sorted(CODES.keys() - triggered) == []


def test_no_test_triggers_an_unknown_code(triggered: set[str]) -> None:
    assert sorted(triggered - CODES.keys()) == []


@pytest.mark.parametrize("digit", MODULES)
def test_codes_are_in_their_range_in_order_and_unique(digit: str) -> None:
    ids = [code.id for code in MODULES[digit]]
    assert all(re.fullmatch(rf"LC{digit}\d\d", id_) for id_ in ids)
    assert ids == sorted(set(ids))


def test_the_table_holds_all_modules() -> None:
    assert list(CODES) == [code.id for module in MODULES.values() for code in module]


@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_explained(code: Code) -> None:
    assert code.title
    assert code.title == code.title.strip().rstrip(".")
    assert code.cause.endswith(".")
    assert code.fix.endswith(".")
