"""All files of JSONTestSuite: what is not JSON is refused, what is JSON is read as the standard library reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lstmc.spec.syntax import Tree, parse, read

FOLDER = Path(__file__).parents[3] / "shared" / "suites" / "JSONTestSuite" / "test_parsing"
GOLDEN = Path(__file__).parents[1] / "golden" / "json_suite_i.json"
FILES = sorted(FOLDER.glob("*.json"))

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILES, reason="JSONTestSuite is not there: ../shared/suites"),
]


def files(verdict: str) -> list[Path]:
    return [path for path in FILES if path.name.startswith(verdict)]


def name(path: Path) -> str:
    return path.stem


def codes(tree: Tree) -> list[str]:
    return [diagnostic.code for diagnostic in tree.diagnostics]


def test_the_suite_is_whole() -> None:
    assert len(FILES) == 318


@pytest.mark.parametrize("path", files("n_"), ids=name)
def test_what_is_not_json_is_an_error(path: Path) -> None:
    errors = [d for d in read(path).diagnostics if d.severity == "error"]
    assert errors
    assert all(error.code.startswith("LC1") for error in errors)


@pytest.mark.parametrize("path", files("y_"), ids=name)
def test_what_is_json_is_read_without_error(path: Path) -> None:
    tree = read(path)
    assert set(codes(tree)) <= {"LC120"}
    if not tree.diagnostics:
        assert tree.data() == json.loads(path.read_bytes())


@pytest.mark.parametrize("path", files("i_"), ids=name)
def test_what_is_left_open_by_the_standard_is_decided(path: Path) -> None:
    assert codes(read(path)) == json.loads(GOLDEN.read_text())[path.name]


@pytest.mark.parametrize("path", [path for path in FILES if "LC101" not in codes(read(path))], ids=name)
def test_text_and_bytes_are_read_alike(path: Path) -> None:
    assert parse(path.read_bytes().decode()) == parse(path.read_bytes())
