"""Python values as columns of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars


def series_of(name: str, values: Sequence[object]) -> polars.Series:
    """A column of numbers, of truth values, or of text; `None` is missing, and mixed values become text."""
    import polars as pl

    kinds = {type(value) for value in values} - {type(None)}
    if not kinds:
        return pl.Series(name, values, dtype=pl.Null)
    if kinds == {bool}:
        return pl.Series(name, values, dtype=pl.Boolean)
    if kinds <= {int, float}:
        return pl.Series(name, [None if value is None else float(value) for value in values], dtype=pl.Float64)  # type: ignore[arg-type]
    return pl.Series(name, [None if value is None else _text(value) for value in values], dtype=pl.String)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
