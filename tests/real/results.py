"""Trains on real data and writes `docs/results.md`: `make real`, some minutes.

`python tests/real/results.py A4 S1` runs these cases alone and prints their rows. The data lies in the folder
`shared/data` beside the checkout; without it only the examples are run, and the page stays as it is.
"""

from __future__ import annotations

import difflib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import airline
import classes
import forecasts
import sequences
import shipped
from table import page
from training import DATA

FAMILIES = tuple(module.FAMILY for module in (shipped, airline, forecasts, classes, sequences))
CASES = {name: case for family in FAMILIES for name, case in family.cases.items()}
PAGE = Path(__file__).parents[2] / "docs" / "results.md"


def main(names: Sequence[str]) -> None:
    """Runs the cases of these names, or all of them."""
    chosen = list(names or CASES)
    for name in chosen:
        if name not in CASES:
            near = ", ".join(difflib.get_close_matches(name, CASES, 3) or CASES)
            raise SystemExit(f"there is no case `{name}`; there are {near}")
    if not DATA.is_dir():
        print("shared/data is not beside the checkout: only the examples are run", file=sys.stderr)
        chosen = [name for name in chosen if name in shipped.CASES]
    rows = []
    for name in chosen:
        with tempfile.TemporaryDirectory() as folder:
            rows += CASES[name](Path(folder))
    if len(chosen) == len(CASES) and not names:
        notes = [note for family in FAMILIES for note in family.notes]
        sources = [source for family in FAMILIES for source in family.sources]
        PAGE.write_text(page(rows, notes, sources), encoding="utf-8")
    print("\n".join(row.line() for row in rows))


if __name__ == "__main__":
    main(sys.argv[1:])
