"""A csv or tsv file as blocks of whole records: found in one reading of its bytes, each parsed on its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ....spec.data import Source
from ....spec.errors import DataError
from ..delimited import BOM, Text, decoded, frame_of, has_stray_quotes, open_text
from ..files import gone
from ..tables import Table

if TYPE_CHECKING:
    import polars

#: Bytes of text in a block.
BLOCK = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Run:
    """Whole records of a file.

    Attributes:
        start: its first byte.
        stop: the byte after its last.
        line: the line that it begins in.
    """

    start: int
    stop: int
    line: int


def text_blocks(name: str, path: Path, source: Source) -> Iterator[Table]:
    """Runs of records of a csv or tsv file: one block at least, even without records.

    Raises:
        DataError: LC520 for what is no text in the encoding, or has no distinct names.
    """
    quoted = True
    with path.open("rb") as file:
        head = file.read(BLOCK)
    if source.kind == "tsv":
        quoted = not has_stray_quotes(open_text(name, _whole(head, quoted=True), source))
    begins = len(head) - len(head.removeprefix(BOM).lstrip(b"\r\n"))
    top = open_text(name, _whole(head, quoted=quoted), source, quoted=quoted)
    header = _first_record(head[begins:], quoted=quoted)
    top = replace(top, raw=header.rstrip(b"\r\n"))
    first_line = head[:begins].count(b"\n") + header.count(b"\n") + 1
    after = begins + len(header)
    for run in _runs(path, after, first_line, quoted=quoted) or (Run(after, after, first_line),):
        block = _Block(name, path, top, run, source)
        yield Table(name, top.columns, block.frame, block.line)


def _runs(path: Path, start: int, line: int, *, quoted: bool) -> list[Run]:
    """Runs of about a block; those of empty lines alone are left out."""
    runs = []
    with path.open("rb") as file:
        file.seek(start)
        rest = b""
        while more := file.read(BLOCK):
            rest += more
            whole = _whole(rest, quoted=quoted)
            if not whole.endswith(b"\n"):
                continue
            if whole.strip(b"\r\n"):
                runs.append(Run(start, start + len(whole), line))
            start, line, rest = start + len(whole), line + whole.count(b"\n"), rest[len(whole) :]
    if rest.strip(b"\r\n"):
        runs.append(Run(start, start + len(rest), line))
    return runs


def _whole(raw: bytes, *, quoted: bool) -> bytes:
    """The records that end within `raw`; all of it if none does. A line feed between quotes ends no record."""
    end = raw.rfind(b"\n")
    while quoted and end >= 0 and raw.count(b'"', 0, end) % 2:
        end = raw.rfind(b"\n", 0, end)
    return raw[: end + 1] if end >= 0 else raw


def _first_record(raw: bytes, *, quoted: bool) -> bytes:
    end = raw.find(b"\n")
    while quoted and end >= 0 and raw.count(b'"', 0, end) % 2:
        end = raw.find(b"\n", end + 1)
    return raw[: end + 1] if end >= 0 else raw


@dataclass(frozen=True, slots=True)
class _Block:
    """A run of a file; `top` is the text of its header alone."""

    name: str
    path: Path
    top: Text
    run: Run
    source: Source

    def frame(self, wanted: Sequence[str]) -> polars.DataFrame:
        """The cells of the wanted columns as text."""
        return frame_of(self._text(), wanted)

    def line(self, row: int) -> int:
        """The line of the file that a row begins at."""
        return self._text().line(row)

    def _text(self) -> Text:
        """The run under the file's header, its lines counted as in the file."""
        run, header = self.run, self.top.raw
        try:
            with self.path.open("rb") as file:
                file.seek(run.start)
                raw = file.read(run.stop - run.start)
        except OSError as error:
            raise DataError([gone(self.name, error)]) from error
        text = decoded(self.name, raw, self.source.encoding, run.line - 1)
        if self.source.encoding != "utf-8":
            raw = text.encode()
        raw = raw.removesuffix(b"\n").removesuffix(b"\r")
        whole = replace(self.top, raw=header + b"\n" + raw, before=run.line - 2 - header.count(b"\n"))
        if b"\0" in raw:
            line = whole.line_at(whole.raw.index(b"\0"))
            raise whole.broken("the file holds NUL bytes: it is cut, or no text", line)
        return whole
