"""`lstmc evaluate`: how good a model is on unseen data, beside a naive baseline."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .opening import trained_of
from .options import ALLOW_OUTSIDE, DATA, DEVICE, FILE, JSON, SET
from .render import safe

if TYPE_CHECKING:
    from ..runtime.classes import ClassReport
    from ..runtime.results import Evaluation

WIDTH = 80
#: Classes that are listed one by one, and how many are where there are more.
MOST, LOWEST = 20, 10
#: Characters of a label at the start of a line, and above a column.
NAME, COLUMN = 24, 10


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
    if evaluation.classes is not None:
        lines += ["", *by_class(evaluation.classes)]
        if len(confusion := matrix(evaluation.classes)):
            lines += ["", *confusion]
    return "\n".join(lines)


def by_class(report: ClassReport) -> list[str]:
    """Precision, recall, F1 and support of each class; of many classes those with the lowest F1."""
    many = len(report.labels) > MOST
    order = report.f1.argsort(kind="stable")[:LOWEST].tolist() if many else range(len(report.labels))
    rows: list[tuple[str, ...]] = [("", "precision", "recall", "f1", "support")]
    for i in order:
        scores = (_share(float(values[i])) for values in (report.precision, report.recall, report.f1))
        rows.append((_short(report.labels[i], NAME), *scores, f"{report.support[i]:,}"))
    lines = _aligned(rows)
    if many:
        lines.append(f"the {LOWEST} of {len(report.labels)} classes with the lowest F1; --json has all of them")
    return lines


def matrix(report: ClassReport) -> list[str]:
    """The confusion matrix where it fits into a terminal; of a multilabel target there is one for each label."""
    if report.confusion.ndim != 2:
        return []
    counts = [[f"{count:,}" for count in row] for row in report.confusion.tolist()]
    columns = [_short(label, COLUMN) for label in report.labels]
    rows = [("actual \\ predicted", *columns)]
    rows += [(_short(label, NAME), *row) for label, row in zip(report.labels, counts, strict=True)]
    lines = _aligned(rows)
    if max(map(len, lines)) > WIDTH:
        return [f"the confusion matrix of {len(columns)} classes is too wide for here; --json has it"]
    return lines


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns of text, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]


def _short(label: str | int, width: int) -> str:
    text = str(label)
    return text if len(text) <= width else text[: width - 1] + "…"


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
