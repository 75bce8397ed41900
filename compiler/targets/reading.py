"""The lines of a stand-alone script that read files: a table into `rows`, one dict each, or arrays into `x` and `y`."""

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
    needed = {
        "csv": source.kind in ("csv", "tsv"),
        "datetime": source.table and sorts(data) and data.time is not None,
        "glob": has_magic(source.path),
        "gzip": is_packed(source),
        "json": source.kind == "jsonl",
        "re": source.table and sorts(data) and _reads_dates(data),
    }
    parquet = source.kind == "parquet"
    return tuple(name for name, wanted in needed.items() if wanted), ("import polars as pl",) if parquet else ()


def sorts(data: Data) -> bool:
    """Whether rows are put in order of time."""
    return data.time is not None and (data.split.order in (None, "time") or data.window is not None)


def reading(source: Source, *, counted: bool) -> str:
    """The statements that fill `rows`, and where they are `counted` the list `counts` with the rows of each file."""
    if source.kind == "parquet":
        records, opened = "pl.read_parquet({path}).to_dicts()", ""
    else:
        strict = ", strict=True" if source.kind == "tsv" else ""
        records = f"list(csv.DictReader(file, delimiter={literal(source.separator)}{strict}))"
        if source.kind == "jsonl":
            records = "[json.loads(line) for line in file if line.strip()]"
        encoding = source.encoding.replace("utf-8", "utf-8-sig")  # a byte-order mark is not part of the first name
        function, mode = ("gzip.open", '"rt", ') if is_packed(source) else ("open", "")
        opened = f'with {function}({{path}}, {mode}newline="", encoding={literal(encoding)}) as file:\n    '
    if not has_magic(source.path):
        return f"{opened}rows = {records}".replace("{path}", place(source))
    found = f"{opened}found = {records}".replace("{path}", "path").replace("\n", "\n    ")
    lines = [files(source), "rows, counts = [], []" if counted else "rows = []", "for path in paths:", f"    {found}"]
    return "\n".join([*lines, "    rows += found", *(["    counts.append(len(found))"] if counted else [])])


def files(source: Source) -> str:
    """The statement that fills `paths` with the files that a pattern matches, in order of their names."""
    return (
        f"pattern = {literal(source.path)}\n"
        "names = [pattern] if os.path.exists(os.path.join(HERE, pattern)) else"
        " sorted(glob.glob(pattern, root_dir=HERE, recursive=True))\n"
        "paths = [path for path in (os.path.join(HERE, name) for name in names) if os.path.isfile(path)]"
    )


def arrays(source: Source) -> str:
    """The statements that fill `x`, `y`, and `lengths` where the source names them, and `counts` of several files."""
    names = {"x": _array(source.x, "x"), "y": _array(source.y, "y")}
    if source.length is not None:
        names["lengths"] = literal(source.length)
    taken = [f"{name} = archive[{key}]" for name, key in names.items()]
    if not has_magic(source.path):
        return "\n    ".join([f"with np.load({place(source)}) as archive:", *taken])
    added = [f"found[{literal(name)}].append(archive[{key}])" for name, key in names.items()]
    lines = [
        files(source),
        f"found = {{{', '.join(f'{literal(name)}: []' for name in names)}}}",
        "for path in paths:",
        "    with np.load(path) as archive:",
        *(f"        {line}" for line in added),
        f"{', '.join(names)} = (np.concatenate(parts) for parts in found.values())",
        'counts = [len(part) for part in found["x"]]',
    ]
    return "\n".join(lines)


def _array(name: str | None, usual: str) -> str:
    """The expression of an array's name, which is `x` or `X` where the spec gives none."""
    if name is not None:
        return literal(name)
    return f'"{usual}" if "{usual}" in archive.files else "{usual.upper()}"'


def place(source: Source) -> str:
    """The expression of the path of a file, which counts from the folder of the script."""
    return f"os.path.join(HERE, {literal(source.path)})"


INSTANT = '''def instant(text):
    """The moment that a text stands for: a number, or a date such as 2026-01-31 12:00, 2026-01, 2026Q1, 2026-W05."""
    try:
        return float(text)
    except ValueError:
        quarter = re.fullmatch(r"(?:(\\d{4})[- ]?)?Q([1-4])(?:[- ]?(\\d{4}))?", text, re.IGNORECASE)
    if quarter:
        text = f"{quarter[1] or quarter[3]}-{3 * int(quarter[2]) - 2}"
    if "W" not in text:
        text = re.sub(r"(?<=[-T ])\\d(?=[-:T ]|$)", r"0\\g<0>", text)
        text = f"{text}-01" if re.fullmatch(r"\\d{4}-\\d{2}", text) else text
    moment = datetime.datetime.fromisoformat(re.sub(r"\\s+(?=Z|[+-]\\d{2}:?\\d{2}$)", "", text))
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)'''


def _reads_dates(data: Data) -> bool:
    """Whether time stamps are read that have no format of their own."""
    return data.time is not None and (data.time.format is None or data.split.form == "times")


def ordering(data: Data) -> str:
    """The statements that put `rows` in order of time, with `stamps` where the split asks for them."""
    assert data.time is not None
    parts = [INSTANT] if _reads_dates(data) else []
    parts.append(_moment(data.time))
    lines = [
        "rows.sort(key=moment)",
        "stamps = [moment(row) for row in rows]",
        "if len(set(stamps)) < len(stamps):",
        '    raise ValueError("two rows have the same time stamp")',
    ]
    return "\n\n\n".join([*parts, "\n".join(lines)])


def _moment(time: Time) -> str:
    """A function that gives the time stamp of a row, to sort by."""
    cells = f'" ".join(str(row[name]).strip() for name in {literal(list(time.names))})'
    if time.format:
        return f'''def moment(row):
    """Time stamps are written as {time.format}."""
    stamp = datetime.datetime.strptime({cells}, {literal(time.format)})
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=datetime.timezone.utc)'''
    if len(time.names) == 1:
        return f"def moment(row):\n    return instant(str(row[{literal(time.names[0])}]).strip())"
    own = [name.strip().lower() for name in time.names]
    quarterly = sorted(own) == ["quarter", "year"]
    known = quarterly or (len(set(own)) == len(own) and set(own) <= set(PARTS))
    columns = dict(zip(own if known else PARTS, time.names, strict=False))
    given = ", ".join(f"{part}={_whole(columns, part)}" for part in PARTS)
    return f'''def moment(row):
    """Time stamps are whole numbers in several columns, or texts that are joined."""
    cells = [str(row[name]).strip() for name in {literal(list(time.names))}]
    if any(not cell.replace(".", "", 1).isdecimal() for cell in cells):
        return instant(" ".join(cells))
    return datetime.datetime({given}, tzinfo=datetime.timezone.utc)'''


def _whole(columns: dict[str, str], part: str) -> str:
    if part == "month" and "quarter" in columns:
        return f"3 * int(float(row[{literal(columns['quarter'])}])) - 2"
    if part in columns:
        return f"int(float(row[{literal(columns[part])}]))"
    return {"year": "1970", "month": "1", "day": "1"}.get(part, "0")


def number(source: Source) -> str:
    """The expression that reads a cell of `row` as a number."""
    return 'float(row[name].replace(",", "."))' if source.decimal == "," else "float(row[name])"


def is_packed(source: Source) -> bool:
    """Whether the ending of the path says that it is packed with gzip."""
    return source.path.lower().endswith(".gz")
