"""Windows over rows that no time orders, though a column of the table says that they are not in order of time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...spec.data import Data, Source
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .delimited import frame_of, open_text
from .files import head, matching
from .jsonl import read_jsonl

if TYPE_CHECKING:
    import polars

#: Rows that are looked at, and bytes of text that hold some of them.
ROWS, BYTES = 1000, 2**18
#: Rows below which an order says nothing.
FEW = 10


def disordered(data: Data, base: Path, frame: Any = None) -> list[Diagnostic]:
    """LC554: windows follow the order of the file, and a column of dates falls or jumps in its first rows.

    Args:
        data: the section of the spec.
        base: the folder that relative paths count from.
        frame: a data frame in place of the file.
    """
    if data.window is None or data.time is not None:
        return []
    rows = _first_rows(data.source, base) if frame is None else _head(frame)
    if rows is None or len(rows) < FEW:
        return []
    from .profile import column_of
    from .time_columns import orders_of

    columns = {
        name: column_of(rows[name], data.source.decimal, str) for name in rows.columns if name not in data.targets
    }
    for order in orders_of(rows.select(list(columns)), columns):
        dates = all(columns[name].kind == "time" for name in order.time.names)
        if not order.unique or order.oldest_first or not (order.newest_first or dates):
            continue
        names = ", ".join(f"`{name}`" for name in order.time.names)
        first, last = (" ".join(str(rows[name][row]).strip() for name in order.time.names) for row in (0, -1))
        how = f"falls from `{first}` to `{last}`" if order.newest_first else "is not in order of time"
        message = f"windows follow the order of the file, in which {names} {how}"
        help_ = f'put the rows in order of time: `"time": {json.dumps(order.key(), ensure_ascii=False)}` in `data`'
        return [Diagnostic("LC554", message, help=help_, path="data")]
    return []


def _head(frame: Any) -> polars.DataFrame | None:
    from .frames import table_of

    if not hasattr(frame, "head"):
        return None
    table = table_of(frame.head(ROWS))
    return table.load(table.columns)


def _first_rows(source: Source, base: Path) -> polars.DataFrame | None:
    """All columns of the first rows of the first file; `None` for arrays, and where the rows cannot be read alone."""
    import polars as pl

    name = matching(source.path, base)[0]
    try:
        with head(base / name) as file:
            match source.kind:
                case "parquet":
                    return pl.read_parquet(file.read() if name.endswith(".gz") else base / name, n_rows=ROWS)
                case "csv" | "tsv":
                    text = open_text(name, _lines(file.read(BYTES)), source)
                    return frame_of(text, text.columns).head(ROWS)
                case "jsonl":
                    table = read_jsonl(name, _lines(file.read(BYTES)), source.encoding)
                    return table.load(table.columns).head(ROWS)
    except (DataError, OSError, EOFError, pl.exceptions.PolarsError):
        return None
    return None


def _lines(raw: bytes) -> bytes:
    """Whole lines."""
    return raw if len(raw) < BYTES else raw[: raw.rfind(b"\n") + 1]
