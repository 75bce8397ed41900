"""Parquet files: columns with types of their own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .signatures import instead
from .tables import Table

if TYPE_CHECKING:
    import polars


def read_parquet(name: str, raw: bytes) -> Table:
    """The table of a Parquet file; only the columns that are needed are decoded.

    Raises:
        DataError: LC520 for what is cut or no Parquet file, here or when its columns are loaded.
    """
    import polars as pl

    try:
        columns = tuple(pl.read_parquet_schema(io.BytesIO(raw)))
    except pl.exceptions.PolarsError as error:
        raise broken(name, error, raw) from error

    def load(wanted: Sequence[str]) -> polars.DataFrame:
        try:
            return pl.read_parquet(io.BytesIO(raw), columns=list(wanted))
        except pl.exceptions.PolarsError as error:
            raise broken(name, error) from error

    return Table(name, columns, load, lambda row: row + 1)


def broken(name: str, error: Exception, raw: bytes = b"") -> DataError:
    """LC520 for what Polars cannot read; `raw` may tell what it is instead."""
    found = None if raw.startswith(b"PAR1") else instead(raw, name)
    if found:
        message = f"the file is not Parquet but {found[0]}"
        return DataError([Diagnostic("LC520", message, where=name, help=found[1], path="data.source")])
    why = str(error).splitlines()[0].removeprefix("parquet: ").removeprefix("File out of specification: ")
    message = f"the file is cut, or no Parquet file: {why}"
    return DataError([Diagnostic("LC520", message, where=name, help="copy the file again", path="data.source")])
