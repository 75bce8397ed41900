"""The documentation is true: its specs compile, its programs run, its commands print what is shown, its links lead."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import click
import pytest

from lstmc import schemas
from lstmc.api import compiled
from lstmc.cli import COMMANDS
from lstmc.cli import lstmc as group
from lstmc.compiler.targets.svg import svg
from lstmc.examples import TEMPLATES

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
LINKING = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "examples" / "ATTRIBUTION.md"]
BLOCK = re.compile(r"(?:^<!-- (?P<note>[^>]*) -->\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
LIMIT_S = 300
#: What a fence may be called: blocks of these languages are run or checked, unless a note says why not.
RUN = {"console", "diff", "json", "python"}
SHOWN = {"text"}
#: Commands whose output depends on the machine.
VARYING = ("run", "fit", "doctor")
#: Folders that are made by a command.
MADE = ("build/", "runs/", "demo/")
#: Blocks that say why they are not run: few, and none of them of lstmc alone.
NOT_RUN = 4
#: What the programs of a page take for granted.
PRELUDES = {
    "from-keras": """
import keras, numpy
draws = numpy.random.default_rng(0).normal
x_train, y_train, x_val, y_val = draws(size=(16, 24, 3)), draws(size=16), draws(size=(8, 24, 3)), draws(size=8)
"""
}


@dataclass(frozen=True)
class Block:
    """A fenced block, and the comment in front of it: `exit: 1`, `edit: FILE`, `file: FILE` or `not run: WHY`."""

    language: str
    text: str
    note: str

    @property
    def exit_code(self) -> int:
        """What its commands return."""
        return int(self.said("exit") or 0)

    def said(self, key: str) -> str:
        """What the comment says of `key`; empty where it speaks of something else."""
        found, _, value = self.note.partition(": ")
        return value if found == key else ""


def blocks(page: Path, *languages: str) -> Iterator[Block]:
    for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if found["language"] in languages:
            yield Block(found["language"], found["text"], found["note"] or "")


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """Each command of a console block with the output that is shown."""
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        line, _, output = part.partition("\n")
        yield line, output


def environment() -> dict[str, str]:
    """As a user has it; with a log level of its own, lstmc would leave TensorFlow's messages alone."""
    kept = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    return {**kept, "COLUMNS": "100", "PYTHONUTF8": "1"}


def specs() -> list[object]:
    return [
        pytest.param(json.loads(block.text), id=f"{page.stem}-{i}")
        for page in PAGES
        for i, block in enumerate(blocks(page, "json"))
        if not block.said("not run")
    ]


@pytest.mark.parametrize("spec", specs())
def test_specs_compile(spec: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples")
    assert [f"{d.code}: {d.message}" for d in compiled(spec).diagnostics] == []


def test_readme_shows_the_template() -> None:
    shown = next(block.text for block in blocks(README, "json"))
    template = (ROOT / "examples" / "sunspots.lstm.json").read_text(encoding="utf-8")
    assert shown == template.replace("{\n", f'{{\n  "$schema": "./{schemas.SPEC}",\n', 1)


def having(*languages: str) -> list[object]:
    """The pages with blocks of these languages that are run."""
    return [
        pytest.param(page, id=page.stem)
        for page in PAGES
        if any(not block.said("not run") for block in blocks(page, *languages))
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_is_of_a_known_language(page: Path) -> None:
    fences = re.findall(r"^```(\S*)", page.read_text(encoding="utf-8"), flags=re.M)
    assert set(fences[1::2]) <= {""}
    assert {fence for fence in fences[::2] if not fence.startswith("{")} <= RUN | SHOWN


def test_few_blocks_are_not_run() -> None:
    left_out = [block for page in PAGES for block in blocks(page, *RUN) if block.note.startswith("not run")]
    assert all(block.said("not run") for block in left_out)
    assert len(left_out) <= NOT_RUN


@pytest.mark.parametrize("page", having("python"))
def test_programs_run(page: Path, tmp_path: Path) -> None:
    program = PRELUDES.get(page.stem, "") + "\n".join(block.text for block in blocks(page, "python"))
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


def test_the_script_for_keras_is_the_model_of_its_spec() -> None:
    page = ROOT / "docs" / "from-keras.md"
    names: dict[str, object] = {}
    script = next(block.text for block in blocks(page, "python"))
    exec(PRELUDES["from-keras"] + script.rpartition("model.fit")[0], names)
    model = names["model"]
    plan = compiled(json.loads(next(block.text for block in blocks(page, "json")))).result()
    assert [layer.count_params() for layer in model.layers] == [node.parameters for node in plan.nodes]  # type: ignore[attr-defined]
    assert [layer.output.shape[1:] for layer in model.layers] == [  # type: ignore[attr-defined]
        node.output.dims for node in plan.nodes if node.output
    ]


@pytest.mark.parametrize("page", having("console"))
def test_commands_print_what_is_shown(page: Path, tmp_path: Path) -> None:
    prepare(tmp_path)
    for block in blocks(page, "console", "diff", "json"):
        match block.language:
            case "diff":
                edit(tmp_path / block.said("edit"), block.text)
            case "json" if block.said("file"):
                (tmp_path / block.said("file")).write_text(block.text, encoding="utf-8")
            case "console" if not block.said("not run"):
                check_commands(block, tmp_path)


def check_commands(block: Block, folder: Path) -> None:
    for line, shown in commands(block):
        code, printed = run(line, folder)
        assert code == block.exit_code, (line, printed)
        if shown.strip() and line.split()[1] not in VARYING:
            assert alike(printed.strip(), shown.strip()), (line, printed)


def alike(printed: str, shown: str) -> bool:
    """Whether two texts differ in the last digits of fractions alone: these are a machine's own."""
    fraction = re.compile(r"\d+\.\d{5,}")
    found, expected = ([float(number) for number in fraction.findall(text)] for text in (printed, shown))
    return fraction.sub("#", printed) == fraction.sub("#", shown) and found == pytest.approx(expected, rel=1e-3)


def prepare(folder: Path) -> None:
    """A table such as the pages speak of, a newer one, their spec, and `lstmc` on the path."""
    rows = [
        f"2026-01-{1 + i // 24:02d} {i % 24:02d}:00,{40 + 10 * math.sin(i / 4):.2f},{i % 17},{1000 + i % 7}"
        for i in range(360)
    ]
    head = "date,pm25,temperature,pressure"
    (folder / "air.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    (folder / "new.csv").write_text("\n".join([head, *rows[-60:]]) + "\n", encoding="utf-8")
    spec = next(block for block in blocks(ROOT / "docs" / "getting-started.md", "json") if block.said("file"))
    (folder / spec.said("file")).write_text(spec.text, encoding="utf-8")
    (folder / "bin").mkdir()
    program = folder / "bin" / "lstmc"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lstmc "$@"\n', encoding="utf-8")
    program.chmod(0o755)


def run(line: str, folder: Path) -> tuple[int, str]:
    """Exit code and output of a command in a shell, messages before results as a reader sees them."""
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env={**environment(), "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=LIMIT_S,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "schema"])
def test_documents_have_the_keys_that_are_listed(command: str) -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `{command}` \| `{{(.*?)}}`", page, flags=re.M)
    assert row is not None
    listed = re.findall(r'"(\w+)"', re.sub(r": (\[.*\]|\{.*?\})", "", row[1]))
    definitions = json.loads(schemas.text(command))
    variants = [definitions, *definitions.get("$defs", {}).values()]
    assert sorted(listed) in [sorted(variant.get("required", [])) for variant in variants]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_and_its_choices_are_in_the_reference(command: str) -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    rows = "".join(re.findall(rf"^\| `lstmc {command}\b.*$", page, flags=re.M)).replace("\\|", "|")
    shared = page.partition("Options that several commands share")[2].partition("## ")[0]
    called = group.get_command(click.Context(group), command)
    assert called is not None
    for parameter in called.params:
        option = next((name for name in parameter.opts if name.startswith("--")), "")
        short = next((name for name in parameter.opts if re.fullmatch("-[a-z]", name)), option)
        assert not option or f"`{short}" in rows or f"`{option}" in shared, option
        if option and isinstance(parameter.type, click.Choice) and command != "init":
            assert "|".join(parameter.type.choices) in rows, option


def test_every_template_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    table = page.partition("## Templates")[2].partition("## ")[0]
    assert re.findall(r"^\| `(\w+)`", table, flags=re.M) != []
    assert set(re.findall(r"^\| `(\w+)`", table, flags=re.M)) == set(TEMPLATES)


def test_the_picture_is_that_of_the_template() -> None:
    plan = compiled(ROOT / "examples" / "sunspots.lstm.json").result()
    assert (ROOT / "docs" / "images" / "sunspots.svg").read_text(encoding="utf-8") == svg(plan), "run `make docs`"


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
def test_files_of_the_repository_that_are_named_exist(page: Path) -> None:
    tops = "|".join(path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))
    named = set(re.findall(rf"`((?:{tops})/[\w./]*)`", page.read_text(encoding="utf-8")))
    assert [name for name in named if not name.startswith(MADE) and not (ROOT / name).exists()] == []


def test_no_target_of_make_is_invented() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.M))
    named = {name for page in LINKING for name in re.findall(r"`make (\w+)", page.read_text(encoding="utf-8"))}
    assert named <= targets


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
