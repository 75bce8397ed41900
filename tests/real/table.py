"""The table of results, and the page around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from statistics import mean


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        case: name of the case and what it is about.
        model: the layers.
        figure: what was measured.
        found: what came out, one value for each seed.
        baseline: what naive predictions reach.
        published: what others report; `–` where nothing is.
        seconds: training and evaluation with one seed.
    """

    case: str
    model: str
    figure: str
    found: tuple[float, ...]
    baseline: str
    published: str
    seconds: float

    def line(self) -> str:
        """The row as Markdown has it."""
        low, high, count = min(self.found), max(self.found), len(self.found)
        spread = f"{mean(self.found):.6g}" + (f" ({low:.4g} … {high:.4g})" if count > 1 else "")
        cells = (self.case, self.model, self.figure, spread, str(count), self.baseline, self.published)
        return "| " + " | ".join((*cells, f"{self.seconds:.0f} s")) + " |"


def page(rows: Iterable[Row], notes: Iterable[str], sources: Iterable[str]) -> str:
    """The page with the table, what is to be known about its figures, and where the published ones are from."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("lstmc", "tensorflow", "keras", "numpy"))
    return "\n".join(
        [
            "# Results on real data",
            "",
            "Written by `make real`; do not edit. Figures are in original units, means over the seeds 0, 1, … with the "
            "least and greatest in brackets; the time is that of one seed, training and evaluation, on two cores. One "
            "case alone is run by `python tests/real/results.py A4`, which prints its rows.",
            "",
            f"Versions: {versions}.",
            "",
            "| case | model | figure | found | seeds | naive baseline | published | time |",
            "|---|---|---|---|---|---|---|---|",
            *(row.line() for row in rows),
            "",
            "Published figures vary with seed and version. Where those found differ, this is why:",
            "",
            *(f"- {note}" for note in notes),
            "",
            "Where the published figures are from:",
            "",
            *(f"- {source}" for source in sources),
            "",
        ]
    )
