"""Cells of a table as numbers, labels, categories and weights; what is wrong is told with its row and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic
from .advice import no_number
from .rows import GREATEST, TablePlaces, not_finite

if TYPE_CHECKING:
    import polars

#: Texts that stand for a missing value. Among labels and categories `None` is a name like any other.
MISSING = ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "null", "NULL")
MISSING_NUMBER = (*MISSING, "None")


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a table, and what was found wrong with them so far."""

    frame: polars.DataFrame
    places: TablePlaces
    data: Data
    found: list[Diagnostic] = field(default_factory=list)

    def fit_single_precision(self, columns: Sequence[str]) -> bool:
        """Whether these columns are all of types whose every value single precision holds."""
        import polars as pl

        exact = (pl.Float32, pl.Int8, pl.Int16, pl.UInt8, pl.UInt16, pl.Boolean)
        return all(self.frame[column].dtype in exact for column in columns)

    def numbers(self, column: str) -> NDArray[np.float64]:
        """`[rows]` the cells as numbers, NaN where a value may be missing. Reports LC504, LC505 and LC506."""
        import polars as pl

        cells = self._single(column)
        if cells is None:
            return np.zeros(len(self.frame))
        if is_numeric(cells.dtype) and not cells.null_count():
            plain: NDArray[np.float64] = cells.cast(pl.Float64).to_numpy()
            if not_finite(plain) is None:
                return plain
        if cells.dtype == pl.String:
            missing = _missing(cells, MISSING_NUMBER)
            numbers = parsed(cells, self.data.source.decimal)
        else:
            numbers = cells.cast(pl.Float64, strict=False) if is_numeric(cells.dtype) else _nothing(cells)
            missing = cells.is_null() | numbers.is_nan().fill_null(value=False)
        self._missing(column, missing, cells)
        none = numbers.is_null() & ~missing
        if none.any():
            message, help_ = no_number(column, cells.cast(pl.String, strict=False), none, self.data)
            self._report("LC504", column, none, message, help_)
        great = ~missing & numbers.is_not_null() & ~(numbers.abs() <= GREATEST)
        self._report("LC506", column, great, "`{}` is not finite in 32 bits", "correct the cell")
        return numbers.set(missing, None).fill_null(float("nan")).to_numpy()

    def labels(self, column: str, *, text: bool) -> NDArray[Any]:
        """`[rows]` the cells as numbers if all are and no `text` is wanted, else as text. Reports LC505.

        A missing value is NaN among numbers, and an empty text among texts.
        """
        import polars as pl

        cells = self._single(column)
        if cells is None:
            return np.zeros(len(self.frame))
        names = names_of(cells)
        missing = _missing(names, MISSING)
        self._missing(column, missing, names)
        numbers = names.cast(pl.Float64, strict=False)
        if not text and bool(((numbers.abs() <= GREATEST).fill_null(value=False) | missing).all()):
            return numbers.set(missing, None).fill_null(float("nan")).to_numpy()
        return names.set(missing, "").to_numpy().astype(str)

    def categories(self, column: str) -> tuple[NDArray[np.float64], tuple[str, ...]]:
        """`[rows]` the place of each cell among the sorted categories, and these. Reports LC505.

        A missing value is NaN. Categories that are all numbers are sorted as such.
        """
        import polars as pl

        cells = self._single(column)
        if cells is None:
            return np.zeros(len(self.frame)), ()
        names = names_of(cells)
        missing = _missing(names, MISSING)
        self._missing(column, missing, names)
        names = names.set(missing, None)
        levels = _sorted(names.drop_nulls().unique().to_list())
        codes = names.replace_strict(
            levels, [float(i) for i in range(len(levels))], default=None, return_dtype=pl.Float64
        )
        return codes.fill_null(float("nan")).to_numpy(), levels

    def weights(self, column: str) -> NDArray[np.float64]:
        """`[rows]` the cells as weights. Reports LC504, LC505, LC506 and LC540."""
        import polars as pl

        weights = self.numbers(column)
        absent = pl.Series(np.isnan(weights))
        self._report("LC505", column, absent, "the weight is missing", "write 0 for a row that does not count")
        negative = pl.Series(weights < 0)
        self._report("LC540", column, negative, "the weight `{}` is negative", "write 0 for a row that does not count")
        return weights

    def _single(self, column: str) -> polars.Series | None:
        """The cells, texts stripped; `None` where they are no single values, which is reported (LC504)."""
        import polars as pl

        cells = self.frame[column]
        if cells.dtype in (pl.Categorical, pl.Enum):
            cells = cells.cast(pl.String)
        if cells.dtype == pl.String:
            return cells.str.strip_chars()
        if cells.dtype.is_nested() or cells.dtype in (pl.Object, pl.Binary):
            message = f"the column holds values of type {cells.dtype}, not single numbers or texts"
            where = self.places.cell(0, column)
            self.found.append(Diagnostic("LC504", message, where=where, help="make a column of each value in them"))
            return None
        return cells

    def _missing(self, column: str, missing: polars.Series, cells: polars.Series) -> None:
        if self.data.missing != "error" or not missing.any():
            return
        cell = cells[int(missing.arg_max() or 0)]
        say = f"the value is missing: `{cell}`" if cell not in ("", None) else "the value is missing: the cell is empty"
        policy, others = "drop", '`{"fill": 0}`'
        if self.data.window:
            policy, others = "forward_fill", '`"interpolate"`, `"drop"` and `{"fill": 0}`'
        help_ = f'set `"missing": "{policy}"` in `data`; {others} {"are" if self.data.window else "is"} possible too'
        self._report("LC505", column, missing, say.replace("{", "{{").replace("}", "}}"), help_)

    def _report(self, code: str, column: str, bad: polars.Series, say: str, help_: str) -> None:
        """Adds the first of the bad cells of a column, and how many there are."""
        count = int(bad.sum())
        if not count:
            return
        row = bad.arg_max()
        assert row is not None
        cell = self.frame[column][row]
        message = say.format(cell.strip() if isinstance(cell, str) else cell)
        more = f", and {count - 1} more in this column" if count > 1 else ""
        self.found.append(Diagnostic(code, message + more, where=self.places.cell(row, column), help=help_))


def parsed(cells: polars.Series, decimal: str) -> polars.Series:
    """The texts as numbers, null where they are none."""
    import polars as pl

    if decimal == ",":
        cells = cells.set(cells.str.contains(".", literal=True).fill_null(value=False), "").str.replace_all(",", ".")
    return cells.cast(pl.Float64, strict=False)


def names_of(cells: polars.Series) -> polars.Series:
    """The cells as text: whole numbers without a point, truth values as `false` and `true`."""
    import polars as pl

    if cells.dtype.is_float():
        whole = cells.fill_nan(None)
        if bool((whole.drop_nulls() == whole.drop_nulls().floor()).all()):
            return whole.cast(pl.Int64, strict=False).cast(pl.String)
        return whole.cast(pl.String)
    return cells.cast(pl.String, strict=False)


def _missing(cells: polars.Series, words: tuple[str, ...]) -> polars.Series:
    return cells.is_null() | cells.is_in(words)


def is_numeric(dtype: polars.DataType) -> bool:
    """Whether cells of this type are read as numbers."""
    import polars as pl

    return dtype.is_numeric() or dtype in (pl.Boolean, pl.Null)


def _nothing(cells: polars.Series) -> polars.Series:
    import polars as pl

    return pl.Series(cells.name, [None] * len(cells), dtype=pl.Float64)


def _sorted(levels: list[str]) -> tuple[str, ...]:
    try:
        return tuple(sorted(levels, key=lambda level: (float(level), level)))
    except ValueError:
        return tuple(sorted(levels))
