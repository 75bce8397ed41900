"""The lines of a stand-alone script that read a table into `rows`, one dict for each."""

from __future__ import annotations

import json
from glob import has_magic
from typing import Any

from ...spec.data import Data, Source, Time

PARTS = ("year", "month", "day", "hour", "minute", "second")


def literal(value: Any) -> str:
    """The Python text of plain data, strings in double quotes.

    >>> literal(["a", 1])
    '["a", 1]'
    """
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list() | tuple():
            inside = ", ".join(literal(item) for item in value)
            return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(value) == 1 else ''})"
    return repr(value)


def modules_for(data: Data) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The standard modules that reading `data` needs, and the other imports."""
    source = data.source
    if not source.table:
        return (), ()
    parquet = source.kind == "parquet"
    needed = {
        "csv": source.kind in ("csv", "tsv"),
        "datetime": data.time is not None and data.time.format is not None,
        "glob": not parquet and has_magic(source.path),
        "gzip": not parquet and _is_packed(source),
        "json": source.kind == "jsonl",
    }
    return tuple(name for name, wanted in needed.items() if wanted), ("import polars as pl",) if parquet else ()


def reading(source: Source) -> str:
    """The statements that fill `rows`."""
    if source.kind == "parquet":
        return f"rows = pl.read_parquet({place(source)}).to_dicts()"
    if source.kind == "jsonl":
        records = "[json.loads(line) for line in file if line.strip()]"
    else:
        records = f"list(csv.DictReader(file, delimiter={literal(source.separator)}))"
    opened = f'gzip.open({{path}}, "rt", newline="", encoding={literal(source.encoding)})'
    if not _is_packed(source):
        opened = f'open({{path}}, newline="", encoding={literal(source.encoding)})'
    if not has_magic(source.path):
        return f"with {opened.format(path=place(source))} as file:\n    rows = {records}"
    lines = (
        "rows = []",
        f"for path in sorted(glob.glob({literal(source.path)}, root_dir=HERE, recursive=True)):",
        f"    with {opened.format(path='os.path.join(HERE, path)')} as file:",
        f"        rows += {records}",
    )
    return "\n".join(lines)


def place(source: Source) -> str:
    """The expression of the path of a file, which counts from the folder of the script."""
    return f"os.path.join(HERE, {literal(source.path)})"


def moment(time: Time) -> str:
    """A function that gives the time stamp of a row, to sort by."""
    names = time.names
    if time.format:
        cells = f'" ".join(str(row[name]).strip() for name in {literal(list(names))})'
        head = f'def moment(row):\n    """Time stamps are written as {time.format}."""\n'
        return f"{head}    return datetime.datetime.strptime({cells}, {literal(time.format)})"
    if {name.lower() for name in names} <= set(PARTS):
        names = tuple(sorted(names, key=lambda name: PARTS.index(name.lower())))
    return f'''def moment(row):
    """Time stamps are numbers, or sort as they are written."""
    cells = [str(row[name]) for name in {literal(list(names))}]
    try:
        return [float(cell) for cell in cells], []
    except ValueError:
        return [], cells'''


def number(source: Source) -> str:
    """The expression that reads a cell of `row` as a number."""
    return 'float(row[name].replace(",", "."))' if source.decimal == "," else "float(row[name])"


def _is_packed(source: Source) -> bool:
    return source.path.lower().endswith(".gz")
