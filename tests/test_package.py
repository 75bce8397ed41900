"""What is shipped: every package is listed, every file that is read is included."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())
TOOLS = CONFIG["tool"]["setuptools"]
NOT_SHIPPED = {"tests", "docs", "benchmarks", "build", "dist", "demo", "runs"}


def test_every_package_is_listed():
    elsewhere = {folder: name for name, folder in TOOLS["package-dir"].items()}
    found = {
        elsewhere.get(folder := path.parent.relative_to(ROOT).as_posix()) or f"lstmc.{folder.replace('/', '.')}"
        for path in ROOT.rglob("__init__.py")
        if not NOT_SHIPPED.intersection(path.relative_to(ROOT).parts)
        and not path.relative_to(ROOT).parts[0].startswith(".")
    }
    assert found == set(TOOLS["packages"])


def test_the_files_that_are_read_are_shipped():
    patterns = TOOLS["package-data"]
    for folder in ("schemas", "examples"):
        files = {path for path in (ROOT / folder).iterdir() if path.suffix != ".py" and path.is_file()}
        shipped = {path for pattern in patterns[f"lstmc.{folder}"] for path in (ROOT / folder).glob(pattern)}
        assert files == shipped


def test_the_schema_and_the_templates_are_found_by_the_package():
    from lstmc.examples import TEMPLATES, files
    from lstmc.schemas import text

    assert text().startswith("{")
    for name in TEMPLATES:
        assert set(files(name)) == {f"{name}.lstm.json", f"{name}.csv"}


@pytest.mark.parametrize("name", ["lstmc", "sklearn"])
def test_no_folder_shadows_a_package(name):
    assert not (ROOT / name).exists()
    assert not (ROOT / f"{name}.py").exists()
