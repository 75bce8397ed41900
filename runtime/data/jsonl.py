"""JSON Lines: one object a line, whose keys are columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .columns import series_of
from .delimited import decoded
from .tables import Table

if TYPE_CHECKING:
    import polars


def read_jsonl(name: str, raw: bytes, encoding: str) -> Table:
    """The table of a JSON Lines file. A key that a line leaves out is a missing value.

    Raises:
        DataError: LC520 at the first line that is no object of single values, or has a key that the first lacks.
    """
    lines = decoded(name, raw, encoding).split("\n")
    filled = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not filled:
        raise _broken(name, "the file is empty")
    rows = [_object(name, number, line) for number, line in filled]
    columns = tuple(rows[0])
    known = frozenset(columns)
    for (number, _), row in zip(filled, rows, strict=True):
        extra = next((key for key in row if key not in known), None)
        if extra is not None:
            help_ = f'write `"{extra}": null` where there is no value, in the first line at least'
            raise _broken(name, f"the row has the key `{extra}`, which the first row lacks", number, help_)
    numbers = [number for number, _ in filled]

    def load(wanted: Sequence[str]) -> polars.DataFrame:
        import polars as pl

        return pl.DataFrame([series_of(column, [row.get(column) for row in rows]) for column in wanted])

    return Table(name, columns, load, numbers.__getitem__)


def _object(name: str, number: int, line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _broken(name, f"the line is not JSON: {error}", number, "write one object a line") from error
    if not isinstance(row, dict):
        raise _broken(name, "the line holds no object", number, 'write `{"column": value, …}`, one object a line')
    nested = next((key for key, value in row.items() if isinstance(value, (dict, list))), None)
    if nested is not None:
        help_ = "write single values, each under a key of its own"
        raise _broken(name, f"the value of `{nested}` is nested", number, help_)
    return row


def _broken(name: str, message: str, line: int | None = None, help_: str = "") -> DataError:
    where = name if line is None else f"{name}, row {line}"
    return DataError([Diagnostic("LC520", message, where=where, help=help_, path="data.source")])
