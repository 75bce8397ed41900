"""Data frames from Python as tables: Polars, pandas, Arrow, and whatever exports Arrow by the PyCapsule interface.

Nothing is imported that the frame's owner has not imported already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .columns import series_of
from .tables import Table

if TYPE_CHECKING:
    import polars

#: What Arrow is exported by, and what tells a frame from a single column.
EXPORTS = ("__arrow_c_stream__", "__arrow_c_array__")
COLUMNS = ("columns", "column_names", "schema")


def is_frame(value: Any) -> bool:
    """Whether a value has named columns, rather than being an array or a single column."""
    if _library(value) in ("polars", "pandas"):
        return type(value).__name__ in ("DataFrame", "LazyFrame")
    return any(hasattr(value, name) for name in EXPORTS) and any(hasattr(value, name) for name in COLUMNS)


def table_of(frame: Any) -> Table:
    """The table that a frame holds; its rows are counted from 0.

    Raises:
        DataError: LC518 for a frame that cannot be read, LC520 for names that are there twice.
    """
    load: Callable[[Sequence[str]], polars.DataFrame]
    if _library(frame) == "pandas":
        load, columns = partial(_from_pandas, frame), _pandas_columns(frame)
    else:
        whole = _from_arrow(frame)
        load, columns = whole.select, whole.columns
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        message = f"the data frame has {', '.join(f'`{name}`' for name in twice)} more than once"
        raise DataError([Diagnostic("LC520", message, where="data frame", help="rename one of the columns")])
    return Table("data frame", tuple(columns), load, lambda row: row)


def _library(frame: Any) -> str:
    return type(frame).__module__.partition(".")[0]


def _from_arrow(frame: Any) -> polars.DataFrame:
    import polars as pl

    if isinstance(frame, pl.DataFrame):
        return frame
    try:
        return frame.collect() if isinstance(frame, pl.LazyFrame) else pl.DataFrame(frame)
    except (pl.exceptions.PolarsError, TypeError, ValueError, ImportError) as error:
        message = f"the data frame cannot be read: {str(error).splitlines()[0]}"
        help_ = "hand in a Polars, pandas or Arrow frame, or arrays"
        raise DataError([Diagnostic("LC518", message, where="data frame", help=help_)]) from error


def _pandas_columns(frame: Any) -> list[str]:
    """The names of the index, where it has some, and of the columns."""
    return [str(name) for name in frame.index.names if name is not None] + [str(name) for name in frame.columns]


def _from_pandas(frame: Any, wanted: Sequence[str]) -> polars.DataFrame:
    """Column by column through NumPy, so that pyarrow is not needed."""
    import polars as pl

    index = {str(name): frame.index.get_level_values(name) for name in frame.index.names if name is not None}
    columns = index | {str(name): frame[name] for name in frame.columns}
    return pl.DataFrame([_pandas_series(name, columns[name]) for name in wanted])


def _pandas_series(name: str, column: Any) -> polars.Series:
    import polars as pl

    if column.dtype.kind in "biuf" and type(column.dtype).__module__.startswith("numpy"):
        return pl.Series(name, column.to_numpy())
    if column.dtype.kind == "M":
        zone = getattr(column.dtype, "tz", None)
        moments = column if zone is None else _in_utc(column)
        series = pl.Series(name, moments.to_numpy().astype("datetime64[us]"))
        return series if zone is None else series.dt.replace_time_zone("UTC")
    missing = column.isna()
    return series_of(name, [None if gone else value for value, gone in zip(column.tolist(), missing, strict=True)])


def _in_utc(column: Any) -> Any:
    times = getattr(column, "dt", column)
    naive = times.tz_convert("UTC")
    return getattr(naive, "dt", naive).tz_localize(None)
