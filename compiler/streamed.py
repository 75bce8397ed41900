"""What keeps a table from being read in chunks, as far as the spec tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..spec.data import Data, Fill

#: Formats that are read in blocks.
FORMATS = ("csv", "tsv", "parquet")
#: Encodings in which a byte of a character may be that of a line feed or a quote.
WIDE = ("utf-16", "utf-32")


class Obstacle(NamedTuple):
    """Where it is, in the spec; why it stands in the way; what to do about it."""

    place: tuple[str, ...]
    why: str
    help: str


def obstacles(data: Data, *, labels: bool, stateful: bool) -> Iterator[Obstacle]:
    """Each key that stands in the way; `labels` are dealt out by class where nothing else is said."""
    for name in data.split.sources or ("",):
        yield from of_format(data.of_part(name))
    order = data.split.order
    if order is None and labels and not (data.time or data.window or data.split.form == "times"):
        order = "stratified"
    if order in ("random", "stratified"):
        how = {"random": "at random", "stratified": "at random within each class"}[order]
        help_ = 'shuffle the rows of the file, and write `"order": "file"`'
        yield Obstacle(("data", "split", "order"), f"samples are dealt out {how}", help_)
    if order == "blocks":
        yield Obstacle(("data", "split", "order"), "blocks of all parts lie side by side", 'write `"order": "time"`')
    if data.categorical:
        yield Obstacle(("data", "categorical"), "categories are learned from all rows", "write them as numbers")
    if data.difference:
        help_ = "write the differences into the table"
        yield Obstacle(("data", "difference"), "differences are taken of all rows", help_)
    if data.missing not in ("error", "drop") and not isinstance(data.missing, Fill):
        help_ = 'write `"drop"` or `{ "fill": 0 }`, or fill the gaps of the file'
        yield Obstacle(("data", "missing"), f"`{data.missing}` looks for values in other rows", help_)
    if stateful:
        why = "a stateful model carries its states from batch to batch"
        yield Obstacle(("data", "stream"), why, "leave `stream` out")


def of_format(data: Data) -> Iterator[Obstacle]:
    """A format that is not read in blocks."""
    source = data.source
    if not source.path:
        return
    if source.kind not in FORMATS:
        why = f"`{source.path}` is no csv, tsv or parquet file"
        yield Obstacle(("data", "source"), why, "convert the file to Parquet")
    elif source.kind != "parquet" and source.encoding in WIDE:
        why = f"text in {source.encoding.upper()} has no bytes for lines"
        yield Obstacle(("data", "source"), why, "save it as UTF-8")
