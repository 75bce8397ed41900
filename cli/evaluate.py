"""`lstmc evaluate`: how good a model is on unseen data, beside a naive baseline."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .opening import trained_of
from .options import ALLOW_OUTSIDE, DATA, DEVICE, FILE, JSON, SET
from .render import safe

if TYPE_CHECKING:
    from ..runtime.results import Evaluation

WIDTH = 80


@click.command(
    short_help="Measure a model on unseen data, beside a naive baseline.",
    epilog="""\b
Examples:
  lstmc evaluate runs/air/air.lstmc
  lstmc evaluate runs/air/air.lstmc --data 2026.csv --json""",
)
@FILE
@DATA
@click.option(
    "--on",
    metavar="PART",
    type=click.Choice(["train", "validation", "test", "all"]),
    help="train, validation, test or all of the spec's own data.",
)
@DEVICE
@ALLOW_OUTSIDE
@SET
@JSON
def evaluate(  # noqa: PLR0913 - one parameter for each option
    file: Path,
    data: Path | None,
    on: str | None,
    device: str | None,
    *,
    allow_outside: bool,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Evaluate FILE.lstmc on the test part of its data, or on all of other data."""
    if data is not None and on is not None:
        raise click.UsageError("--data is used whole; --on names a part of the spec's own data: use one of them")
    evaluation = trained_of(file, overrides, device, allow_outside=allow_outside).evaluate(data, on=on)
    click.echo(evaluation.to_json() if as_json else safe(table(evaluation)))


def table(evaluation: Evaluation) -> str:
    """The metrics in original units, beside the baseline's."""
    lines = [
        f"{evaluation.count:,} samples ({'all of the data' if evaluation.on == 'all' else evaluation.on + ' part'})"
    ]
    for note in evaluation.notes:
        lines += textwrap.wrap(f"note: {note}", WIDTH, subsequent_indent=" " * 6)
    naive = evaluation.baseline_name if evaluation.baseline else ""
    rows = [("", "model", naive)]
    rows += [(key, _number(value), _number(evaluation.baseline.get(key))) for key, value in evaluation.metrics.items()]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines += [
        "",
        *(f"{a.ljust(widths[0])}  {b.rjust(widths[1])}  {c.rjust(widths[2])}".rstrip() for a, b, c in rows),
        "",
    ]
    lines.append(f"loss (as trained) {evaluation.loss:.6g}")
    if evaluation.beats_baseline is not None:
        verdict = "better than" if evaluation.beats_baseline else "NOT better than"
        lines.append(f"The model is {verdict} the naive baseline ({naive}).")
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
