"""Files as blocks: runs of rows that are read on their own, in any order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ....spec.data import Source
from ....spec.errors import DataError
from ..files import found, gone
from ..parquet import broken
from ..tables import Table
from .text import text_blocks

if TYPE_CHECKING:
    import polars

#: Bytes of the numbers in a block of a Parquet file.
BLOCK = 4 * 2**20


def blocks_of(source: Source, base: Path) -> Iterator[Table]:
    """The blocks of all files, in order; the cells of each are read when they are asked for.

    Raises:
        DataError: LC501 or LC520.
    """
    split = parquet_blocks if source.kind == "parquet" else text_blocks
    for name, path in found(source.path, base):
        yield from split(name, path, source)


def parquet_blocks(name: str, path: Path, _: Source) -> Iterator[Table]:
    """Runs of rows of a Parquet file, which is read by row groups: one block at least, even without rows."""
    import polars as pl

    try:
        scan = pl.scan_parquet(path, glob=False)
        columns = tuple(scan.collect_schema())
        count = int(scan.select(pl.len()).collect().item())
    except pl.exceptions.PolarsError as error:
        raise broken(name, error) from error
    size = max(BLOCK // (8 * max(len(columns), 1)), 1)
    for start in range(0, max(count, 1), size):
        yield _parquet_block(name, path, columns, start, size)


def _parquet_block(name: str, path: Path, columns: tuple[str, ...], start: int, size: int) -> Table:
    import polars as pl

    def load(wanted: Sequence[str]) -> polars.DataFrame:
        try:
            return pl.scan_parquet(path, glob=False).select(wanted).slice(start, size).collect()
        except pl.exceptions.PolarsError as error:
            raise broken(name, error) from error
        except OSError as error:
            raise DataError([gone(name, error)]) from error

    return Table(name, columns, load, lambda row: start + row + 1)
