"""A csv or tsv file as text: its records with their lines, and every cell unread."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Literal

from ...spec.data import Source
from ...spec.diagnostics import Diagnostic
from ...spec.errors import DataError
from .header import HEAD, comment_lines
from .rows import count_of
from .signatures import foreign, is_utf_16
from .tables import Table

if TYPE_CHECKING:
    import polars

BOM = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
ENCODE = '`"encoding": "{}"` in `data.source`'


@dataclass(frozen=True, slots=True)
class Text:
    """A table of text as it was read, without byte-order mark.

    Attributes:
        name: of the file.
        raw: its content in UTF-8.
        delimiter: what separates the cells.
        before: how many empty lines were cut off its beginning.
        columns: the header.
        quoted: whether quotes enclose cells, or are characters like any other.
    """

    name: str
    raw: bytes
    delimiter: str
    before: int = 0
    columns: tuple[str, ...] = ()
    quoted: bool = True

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """The first line and the cells of each record, the header's included; an empty line has no cells."""
        lines = io.TextIOWrapper(io.BytesIO(self.raw), encoding="utf-8", newline="")
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE
        reader = csv.reader(lines, delimiter=self.delimiter, quoting=quoting, strict=True)
        line = 1
        for cells in reader:
            yield line + self.before, cells
            line = reader.line_num + 1

    def line(self, row: int) -> int:
        """The line of the file that data row `row` (from 0) begins at."""
        kept = (line for line, cells in islice(self.records(), 1, None) if cells or len(self.columns) == 1)
        try:
            return next(islice(kept, row, None))
        except csv.Error:
            return row + 2 + self.before

    def irregular(self) -> bool:
        """Whether rows may be longer than the header, which is seen only where all columns are read.

        Without quotes and empty lines, each line has one delimiter less than cells.
        """
        if self.quoted and b'"' in self.raw:
            return True
        lines = self.raw.count(b"\n") + 1
        return self.raw.count(self.delimiter.encode()) != lines * (len(self.columns) - 1)

    def line_at(self, byte: int) -> int:
        """The line of the file that a byte stands in."""
        return self.raw.count(b"\n", 0, byte) + 1 + self.before

    def broken(self, message: str, line: int | None = None, help_: str = "") -> DataError:
        """LC520 at a line of the file."""
        where = self.name if line is None else f"{self.name}, row {line}"
        return DataError([Diagnostic("LC520", message, where=where, help=help_, path="data.source")])


def read_delimited(name: str, raw: bytes, source: Source) -> Table:
    """The table of a csv or tsv file, every cell as text.

    Raises:
        DataError: LC520 for what is no table in the encoding, with distinct names and rows of one length.
    """
    text = open_text(name, raw, source)
    if source.kind == "tsv" and has_stray_quotes(text):
        text = open_text(name, raw, source, quoted=False)
    return Table(name, text.columns, partial(frame_of, text), text.line)


def has_stray_quotes(text: Text) -> bool:
    """Whether quotes do not enclose cells, as in tab-separated text, which by its own standard has no quoting."""
    if b'"' not in text.raw:
        return False
    try:
        return any('"' in cell for _, cells in text.records() for cell in cells)
    except csv.Error:
        return True


def open_text(name: str, raw: bytes, source: Source, *, quoted: bool = True) -> Text:
    """The file with its columns known.

    Raises:
        DataError: LC520 for what is no text in the encoding, or has no distinct names.
    """
    found = foreign(raw, name)
    if found:
        what, help_ = found
        raise Text(name, raw, source.separator).broken(f"the file is not text but {what}", help_=help_)
    if source.encoding != "utf-8":
        raw = decoded(name, raw, source.encoding).encode()
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")  # the line ends of old Macs
    filled = raw.removeprefix(BOM).rstrip(b"\r\n")
    begins = filled.lstrip(b"\r\n")
    before = filled[: len(filled) - len(begins)].count(b"\n")
    text = Text(name, begins, source.separator, before, quoted=quoted)
    if not text.raw.strip():
        raise text.broken("the file is empty")
    if source.encoding == "utf-8":
        decoded(name, raw, source.encoding)
    if b"\0" in text.raw:
        line = text.line_at(text.raw.index(b"\0"))
        help_ = ENCODE.format("utf-16") if is_utf_16(raw) else "copy the file again, or save it as text"
        raise text.broken("the file holds NUL bytes: it is cut, or no text", line, help_)
    comments = comment_lines(text.raw[:HEAD].decode("utf-8", "replace").splitlines(), text.delimiter)
    if comments:
        first, last = text.line_at(0), text.line_at(0) + comments - 1
        rows = f"row {first} begins" if comments == 1 else f"rows {first} to {last} begin"
        message = f"{rows} with `#`: comments are not read"
        out = f"without_comments.{'tsv' if source.kind == 'tsv' else 'csv'}"
        raise text.broken(message, text.line_at(0), f"remove such rows: `grep -v '^#' {name} > {out}`")
    try:
        columns = next(text.records())[1]
    except csv.Error as error:
        raise text.broken(f"the header cannot be read: {error}", text.line_at(0)) from error
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        names = ", ".join(f"`{column}`" for column in twice)
        raise text.broken(f"the header names {names} more than once", text.line_at(0), "rename one of the columns")
    return replace(text, columns=tuple(columns))


def decoded(name: str, raw: bytes, encoding: str, before: int = 0) -> str:
    """The text of a file, or of what stands in it after so many lines, without byte-order mark.

    Raises:
        DataError: LC520 at the first line that is not in the encoding.
    """
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw[: error.start].decode(encoding, "replace").count("\n") + 1 + before
        guess = "utf-16" if raw.startswith(UTF_16) else "utf-8" if _is_utf8(raw) else "cp1252"
        help_ = f"save it again as UTF-8, or say how it is written: {ENCODE.format(guess)}"
        message = f"the file is not text in {encoding.upper()}"
        where = f"{name}, row {line}"
        raise DataError([Diagnostic("LC520", message, where=where, help=help_, path="data.source")]) from error


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def frame_of(text: Text, wanted: Sequence[str]) -> polars.DataFrame:
    """The cells of the wanted columns as text, without empty lines.

    Raises:
        DataError: LC520 for rows that are not as long as the header.
    """
    import polars as pl

    columns = list(text.columns) if text.irregular() else list(dict.fromkeys((*wanted, text.columns[-1])))
    try:
        frame = pl.read_csv(
            text.raw,
            separator=text.delimiter,
            infer_schema=False,
            new_columns=list(text.columns),
            columns=columns,
            quote_char='"' if text.quoted else None,
        )
    except pl.exceptions.NoDataError:
        return pl.DataFrame({column: [] for column in wanted}, schema_overrides=dict.fromkeys(wanted, pl.String))
    except pl.exceptions.PolarsError as error:
        raise (
            _ragged(text) or _stray_quote(text) or text.broken(f"the rows cannot be read: {error}".splitlines()[0])
        ) from error
    return _without_empty_lines(text, frame).select(wanted)


def _without_empty_lines(text: Text, frame: polars.DataFrame) -> polars.DataFrame:
    """Drops rows that stand for an empty line; in a table of one column that is a missing value.

    Raises:
        DataError: LC520 for a row that is shorter than the header.
    """
    import polars as pl

    if len(text.columns) == 1 or not frame[text.columns[-1]].null_count():
        return frame
    ragged = _ragged(text)
    if ragged:
        raise ragged
    if not frame.select(pl.all_horizontal(pl.all().is_null()).any()).item():
        return frame
    return frame.filter(pl.Series([bool(cells) for _, cells in islice(text.records(), 1, None)]))


def _ragged(text: Text) -> DataError | None:
    """LC520 at the first row with more or fewer cells than the header; `None` if there is none."""
    line, width = 0, len(text.columns)
    cells: list[str] = []
    try:
        for line, cells in text.records():
            if cells and len(cells) != width:
                more = len(cells) > width
                help_ = _way_out(text, line, len(cells)) if more else "write empty cells too"
                return text.broken(f"the row has {count_of(len(cells), 'cell')}, the header {width}", line, help_)
    except csv.Error as error:
        return _unreadable(text, error, line + 1 + sum(cell.count("\n") for cell in cells))
    return None


def _way_out(text: Text, line: int, cells: int) -> str:
    """What to do about a row with more cells than the header."""
    rows = [found for at, row in islice(text.records(), 1, 50) if (found := len(row)) and at >= line]
    if len(rows) > 1 and set(rows) == {cells}:
        if cells == len(text.columns) + 1 and line == text.line_at(0) + 1:
            return "all rows have one cell more: give their first column a name in the header"
        return f"the table seems to begin at row {line}: remove the rows above it from the file"
    return f"quote cells that hold a {text.delimiter!r}"


def _unreadable(text: Text, error: csv.Error, line: int) -> DataError:
    """LC520 at the record that begins at `line`."""
    if "unexpected end" in str(error):
        return text.broken("a quote is opened and not closed", line, 'close it, or double it inside a cell: `""`')
    return text.broken(f"the row cannot be read: {error}", line)


def _stray_quote(text: Text) -> DataError | None:
    """LC520 at the first cell that holds a quote in its middle; `None` if there is none."""
    at = next((line for line, cells in text.records() if any('"' in cell for cell in cells)), None)
    if at is None:
        return None
    return text.broken("a quote stands inside a cell", at, 'quote the whole cell, and double the quotes in it: `""`')
