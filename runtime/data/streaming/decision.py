"""Whether a table is streamed: where the spec says so, or where it would not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ....compiler import streamed
from ....compiler.streamed import FORMATS, WIDE
from ....spec.data import Data
from ....spec.diagnostics import Diagnostic
from ....spec.errors import DataError
from ....spec.paths import open_regular
from ..contract import Contract
from ..files import GZIP, matching

#: Bytes within which a text has ended its first line.
FIRST_LINE = 2**20
#: How often the numbers of a table are in memory as it is read, checked and encoded as a whole.
COPIES = 4


def streams(data: Data, contract: Contract, base: Path, budget: int) -> bool:
    """Whether the table is to be read in chunks; `budget` is the memory that may be used, in bytes.

    Raises:
        DataError: the spec says so, and the data cannot be streamed (LC550).
    """
    if data.stream is False:
        return False
    if data.stream:
        found = tuple(obstacles(data, contract, base))
        if found:
            raise DataError(found)
        return True
    if data.source.kind not in FORMATS or COPIES * _numbers(data, base) <= budget:
        return False
    return next(obstacles(data, contract, base), None) is None


def obstacles(data: Data, contract: Contract, base: Path) -> Iterator[Diagnostic]:
    """LC550 for each key and each file that stands in the way."""
    for obstacle in streamed.obstacles(data, labels=contract.target != "values", stateful=bool(contract.batch_size)):
        yield _refused(*obstacle)
    for name in data.split.sources or ("",):
        yield from _of_files(data.of_part(name), base)


def of_source(data: Data, base: Path) -> Iterator[Diagnostic]:
    """LC550 for files that cannot be read in blocks."""
    for obstacle in streamed.of_format(data):
        yield _refused(*obstacle)
    yield from _of_files(data, base)


def _of_files(data: Data, base: Path) -> Iterator[Diagnostic]:
    """LC550 for what the bytes of files tell."""
    source = data.source
    if source.kind not in FORMATS:
        return
    paths = [base / name for name in matching(source.path, base)]
    if any(map(_packed, paths)):
        yield _refused(("data", "source"), "a file packed by gzip is read from its beginning only", "unpack it")
    elif source.kind != "parquet" and source.encoding not in WIDE and any(map(_of_old_macs, paths)):
        yield _refused(("data", "source"), "its lines end as on old Macs", "save it again, with line feeds")


def _packed(path: Path) -> bool:
    return _first(path, len(GZIP)) == GZIP


def _of_old_macs(path: Path) -> bool:
    first = _first(path, FIRST_LINE)
    return b"\r" in first and b"\n" not in first


def _first(path: Path, count: int) -> bytes:
    """The first bytes of a file; none of one that cannot be read, which is told where it is."""
    try:
        with open_regular(path) as file:
            return file.read(count)
    except OSError:
        return b""


def _refused(place: tuple[str, ...], why: str, help_: str) -> Diagnostic:
    return Diagnostic("LC550", f"the data cannot be streamed: {why}", path=".".join(place), help=help_)


def _numbers(data: Data, base: Path) -> int:
    """About as many bytes as the numbers of the table take: those of its text, or eight for each value."""
    names = matching(data.source.path, base)
    paths = [base / name for name in names if (base / name).is_file()]
    if data.source.kind != "parquet":
        return sum(path.stat().st_size for path in paths)
    return sum(_values(data, path) for path in paths)


def _values(data: Data, path: Path) -> int:
    """Bytes of the values of a Parquet file that are read; none where the file tells nothing."""
    import polars as pl

    from ..header import default_features

    try:
        scan = pl.scan_parquet(path, glob=False)
        wanted = {*default_features(data, scan.collect_schema().names()), *data.targets}
        return int(scan.select(pl.len()).collect().item()) * len(wanted) * 8
    except (pl.exceptions.PolarsError, OSError):
        return 0
