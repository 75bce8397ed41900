"""The documentation is true: its specs compile, its programs run, its commands print what is shown, its links lead."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from lstmc.api import compiled

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
LINKING = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "examples" / "ATTRIBUTION.md"]
BLOCK = re.compile(r"(?:^<!-- (?P<note>[^>]*) -->\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
LIMIT_S = 300
#: Commands whose output depends on the machine.
VARYING = ("run", "fit", "doctor")


@dataclass(frozen=True)
class Block:
    """A fenced block, and the comment in front of it: `exit: 1` or `edit: FILE`."""

    language: str
    text: str
    note: str

    @property
    def exit_code(self) -> int:
        """What its commands return."""
        return int(self.note.removeprefix("exit: ")) if self.note.startswith("exit: ") else 0


def blocks(page: Path, *languages: str) -> Iterator[Block]:
    for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if found["language"] in languages:
            yield Block(found["language"], found["text"], found["note"] or "")


def commands(block: Block) -> Iterator[tuple[list[str], str]]:
    """Each command of a console block with the output that is shown."""
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        line, _, output = part.partition("\n")
        yield shlex.split(line, comments=True), output


def environment() -> dict[str, str]:
    """As a user has it; with a log level of its own, lstmc would leave TensorFlow's messages alone."""
    kept = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    return {**kept, "COLUMNS": "100", "PYTHONUTF8": "1"}


def specs() -> list[object]:
    return [
        pytest.param(json.loads(block.text), id=f"{page.stem}-{i}")
        for page in PAGES
        for i, block in enumerate(blocks(page, "json"))
        if '"layers"' in block.text
    ]


@pytest.mark.parametrize("spec", specs())
def test_specs_compile(spec: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples")
    assert [f"{d.code}: {d.message}" for d in compiled(spec).diagnostics] == []


def test_readme_shows_the_template() -> None:
    shown = next(block.text for block in blocks(README, "json"))
    assert shown == (ROOT / "examples" / "sunspots.lstm.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [README, ROOT / "docs" / "embedding.md"], ids=lambda page: page.stem)
def test_programs_run(page: Path, tmp_path: Path) -> None:
    program = "\n".join(block.text for block in blocks(page, "python"))
    assert program
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_commands_of_the_readme(tmp_path: Path) -> None:
    for block in blocks(README, "console", "diff"):
        if block.language == "diff":
            edit(tmp_path / block.note.removeprefix("edit: "), block.text)
            continue
        for command, shown in commands(block):
            if command[0] != "lstmc":
                continue
            code, printed = run(command[1:], tmp_path)
            assert code == block.exit_code, (command, printed)
            if command[1] not in VARYING:
                assert printed.strip() == shown.strip(), command


def run(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Exit code and output of `lstmc`, messages before results as a reader sees them."""
    done = subprocess.run(
        [sys.executable, "-m", "lstmc", *arguments],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=LIMIT_S,
        check=False,
    )
    return done.returncode, done.stdout


def edit(file: Path, diff: str) -> None:
    """Replaces each line with `-` by the line with `+` that follows it."""
    text = file.read_text(encoding="utf-8")
    for old, new in re.findall(r"^-(.*)\n\+(.*)\n", diff, flags=re.M):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def generator() -> ModuleType:
    spec = spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["language.md", "diagnostics.md"])
def test_generated_pages_are_current(name: str) -> None:
    current = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert current == generator().PAGES[name](), "run `make docs`"


@pytest.mark.parametrize("page", LINKING, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not leads(page, link)]
    assert broken == []


def leads(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    path, _, anchor = link.partition("#")
    target = (page.parent / path) if path else page
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(page: Path) -> set[str]:
    """The anchors of a page: its headings as GitHub spells them, and those written out."""
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, flags=re.M)
    spelt = {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
    return spelt | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_paths_of_one_machine(page: Path) -> None:
    found = re.findall(r"(?<![\w.])/(?:home|work|tmp|root|Users|var)/\S*", page.read_text(encoding="utf-8"))
    assert found == []
