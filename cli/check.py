"""`lstmc check`: everything that is wrong with specs, without training."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import __version__
from ..spec.diagnostics import Diagnostic, Source, apply_fixes, errors
from ..spec.document import dumps
from ..spec.errors import DataError
from ..spec.tree import SECTIONS
from . import render
from .opening import STDIN, compiled, refuse_artifact
from .options import ALLOW_OUTSIDE, DATA, JSON, SET, SPEC_SUFFIX, File

if TYPE_CHECKING:
    from ..compiler import Compilation
    from ..runtime.data.boundary import Boundary
    from ..runtime.model import Model

ROUNDS = 20
MOST_BROKEN = 50
"""Mistakes in the syntax that may be left in a file that fixes are written to."""
_UNREADABLE = ("LC100", "LC101", "LC103", "LC104", "LC125")


@click.command(
    short_help="Say everything that is wrong with specs, without training.",
    epilog="""\b
Examples:
  lstmc check air.lstm.json
  lstmc check *.lstm.json --fix
  lstmc check air.lstm.json --data pollution.csv
  lstmc check - < air.lstm.json
  lstmc check air.lstm.json --format sarif > lstmc.sarif""",
)
@click.argument("specs", nargs=-1, required=True, type=File(SPEC_SUFFIX))
@click.option("--fix", is_flag=True, help="Apply the fixes that can have one meaning only.")
@click.option(
    "--format",
    "format_",
    metavar="FORM",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    help="text, json, sarif or github.  [default: text]",
)
@DATA
@click.option("--with-data", is_flag=True, help="Check the spec's own data as well, as --data does.")
@ALLOW_OUTSIDE
@SET
@JSON
def check(  # noqa: PLR0913 - one parameter for each option
    specs: tuple[Path, ...],
    *,
    fix: bool,
    format_: str,
    data: Path | None,
    with_data: bool,
    allow_outside: bool,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say everything that is wrong with SPECS, with the place and the fix. TensorFlow is not loaded.

    `-` reads a spec from stdin; the paths in it count from the working directory.
    """
    if fix and overrides:
        raise click.UsageError("--fix writes the file, and --set speaks of values that are not in it: use one of them")
    if fix and STDIN in specs:
        raise click.UsageError("--fix writes the file, and `-` reads the spec from stdin: name a file")
    if specs.count(STDIN) > 1:
        raise click.UsageError("`-` reads a spec from stdin, which can be read only once")
    for spec in specs:
        refuse_artifact(spec)
    format_ = "json" if as_json else format_
    found: list[tuple[Source, Diagnostic]] = []
    failed = 0
    for spec in specs:
        refused = _fix(spec, allow_outside=allow_outside) if fix else None
        compilation = compiled(spec, overrides, data, allow_outside=allow_outside)
        diagnostics = [*compilation.diagnostics, *([refused] if refused else [])]
        wrong = errors(diagnostics)
        if (data or with_data) and not wrong:
            from ..api import boundary_of
            from ..runtime.model import Model

            boundary = boundary_of(spec, overrides, allow_outside=allow_outside)
            model = Model(compilation.result(), spec.parent, boundary=boundary)
            failed_data = _data(model, spec, data, named=len(specs) > 1)
            diagnostics += failed_data
            failed = failed or (3 if errors(failed_data) else 0)
        elif data is None:
            diagnostics += unchecked(compilation, spec.parent)
        if wrong:
            only_data = all(diagnostic.code.startswith("LC5") for diagnostic in wrong)
            failed = (failed or 3) if only_data else 1
        found += [(compilation.source, diagnostic) for diagnostic in diagnostics]
        if format_ == "text":
            render.show(diagnostics, compilation.source, named=len(specs) > 1)
            if not diagnostics:
                click.echo(render.safe(f"{compilation.source.file}: no mistakes"), err=True)
    _write(found, format_)
    raise SystemExit(failed)


def _write(found: list[tuple[Source, Diagnostic]], format_: str) -> None:
    if format_ == "text":
        return
    from . import formats

    match format_:
        case "json":
            content = {"diagnostics": [formats.data(diagnostic, source) for source, diagnostic in found]}
            click.echo(dumps(content, indent=2))
        case "sarif":
            click.echo(dumps(formats.sarif(found, __version__), indent=2))
        case "github":
            for source, diagnostic in found:
                click.echo(render.safe(formats.github(diagnostic, source)))


def unchecked(compilation: Compilation, base: Path) -> list[Diagnostic]:
    """Which data of the spec the columns could not be compared with: LC565, LC566."""
    from ..compiler.report import Report
    from ..runtime.data.files import matching
    from ..spec.paths import advice

    report, spec = Report(compilation.draft), compilation.draft.spec
    if spec is None or spec.data is None or not report.reliable("data") or errors(compilation.diagnostics):
        return []
    if not spec.data.sourced:
        message = "`data` names no `source`: its columns were not checked"
        report.add("LC566", message, ("data",), help="check them with `--data PATH`")
    for part in spec.data.split.sources or ("",) if spec.data.sourced else ():
        path = spec.data.of_part(part).source.path
        if not any((base / name).is_file() for name in matching(path, base)):
            place = ("data", "split", part) if part and spec.data.split.sources[part].path else ("data", "source")
            message = f"there is no file `{path}`: the columns of the spec were not checked"
            report.add("LC565", message, place, help=f"{advice(base / path)}; `--data PATH` checks other data")
    return list(dict.fromkeys(report.diagnostics))


def _data(model: Model, spec: Path, data: Path | None, *, named: bool) -> list[Diagnostic]:
    """What is wrong with the data for this model; nothing is trained. `named` says whose data it speaks of."""
    try:
        dataset = model.check_data(data)
    except DataError as error:
        return list(error.diagnostics)
    parts = ", ".join(f"{name} {len(samples):,}" for name, samples in dataset.parts.items())
    render.say((f"{spec}: " if named else "") + f"data: {parts} samples")
    for note in dataset.notes:
        render.note(note)
    return list(dataset.warnings)


def _fix(spec: Path, *, allow_outside: bool) -> Diagnostic | None:
    """Applies fixes until none is left, and writes the file if that changed it.

    Returns:
        Why the file was left as it is although there are fixes; None if it was fixed, or if there was nothing to fix.
    """
    from ..api import boundary_of, compiled_at
    from ..compiler.artifact import write_bytes
    from ..spec.syntax import parse

    def boundary() -> Boundary:
        return boundary_of(spec, allow_outside=allow_outside)

    compilation = compiled(spec, allow_outside=allow_outside)
    if any(d.code in _UNREADABLE for d in compilation.diagnostics):
        return None
    original = text = compilation.source.text
    total = 0
    for _ in range(ROUNDS):
        text, applied = apply_fixes(text, compilation.diagnostics)
        if not applied:
            break
        total += applied
        compilation = compiled_at(spec, parse(text, str(spec)), boundary)
    if text == original:
        return None
    file = spec.resolve()
    if reason := _unfixable(file, compilation):
        return Diagnostic("LC126", f"`{spec}` is left as it is: {reason[0]}", help=reason[1], where=str(spec))
    write_bytes(text.encode(), file, mode=file.stat().st_mode & 0o7777)
    click.echo(render.safe(f"{spec}: {total} {'fixes' if total != 1 else 'fix'} applied"), err=True)
    return None


def _unfixable(file: Path, fixed: Compilation) -> tuple[str, str] | None:
    """Why a file may not be written, and what to do: `fixed` is what the fixes would make of it."""
    if file.suffix != ".json":
        return "its name does not end in `.json`", "rename it, or make the changes by hand"
    document = fixed.draft.tree.data()
    if not isinstance(document, dict) or SECTIONS.isdisjoint(document):
        return "it does not look like a spec", "name the JSON file of the spec"
    broken = [d for d in fixed.diagnostics if d.code.startswith("LC1")]
    if len(broken) > MOST_BROKEN:
        return f"{len(broken):,} mistakes in its syntax would be left", "correct the syntax by hand first"
    if not file.stat().st_mode & 0o222 or not os.access(file, os.W_OK):
        return "it is read-only", "make it writable: `chmod u+w`"
    return None
