"""The format that a column of time stamps is written in, found from all of its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .strptime import parsed

if TYPE_CHECKING:
    import polars

#: A time of day after a date: `T12:30:15.5 PM +01:00`, `_0930`.
CLOCK = (
    r"(?P<between>[T_,: ]\s*)(?:(?P<h>\d{1,2})(?P<colon>[:.])\d{2}(?P<seconds>(?P=colon)\d{2})?(?P<fraction>\.\d{1,6})?"
    r"|(?P<compact>\d{4}(?P<compact_seconds>\d{2})?))(?P<noon>\s?[AaPp][Mm])?(?P<zone>\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
)
#: A time of day that stands alone.
ALONE = r"^\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d{1,6})?)?(?:\s?[AaPp][Mm])?$"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONG_MONTHS = ("january", "february", "march", "april", "june", "july", "august", "september", "october", "november",
               "december")  # fmt: skip
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: What looks like a date: three numbers between separators, or a number beside the name of a month.
_NAMED = rf"(?:{'|'.join((*MONTHS, *LONG_MONTHS))})"
DATE_LIKE = rf"(?i)^\W*\d{{1,4}}[-/. ]\d{{1,2}}[-/. ]\d{{1,4}}|\d\W*{_NAMED}\b|\b{_NAMED}\W*\d"
#: Directives in the orders in which dates are written; `y` stands for either year, `m` for a number or a name.
ORDERS = ("dmy", "mdy", "ymd", "my", "ym", "yj")
#: Whole numbers that are dates, by their digits.
DIGITS = {6: "%Y%m", 7: "%Y%j", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
#: Years that whole numbers are taken as dates of.
YEARS = (1800, 2200)
#: Different cells that the formats are made from; all cells decide among them.
EXAMPLES = 3
#: So much more evenly must the rows follow each other under one reading to be certain of it.
EVENNESS = 0.3


@dataclass(frozen=True, slots=True)
class DateFormat:
    """How a column of time stamps is written.

    Attributes:
        format: as `strptime` takes it.
        others: formats that fit every cell as well, where nothing tells which is meant.
    """

    format: str
    others: tuple[str, ...] = ()


def date_format(cells: polars.Series) -> DateFormat | None:
    """The one format that reads all cells; where several do, the one under which the rows follow each other evenly.

    `03/04/2021` is a day in March or in April. A day beyond 12 anywhere in the column decides. Else the order of the
    rows does, and then how even the steps between them are.
    """
    read = dict(_reading_all(cells))
    read = {format_: moments for format_, moments in read.items() if "%d" in format_ or _plausible(format_, moments)}
    if not read:
        return None
    formats = [format_ for format_, moments in read.items() if is_monotonic(moments)] or list(read)
    uneven = {format_: _unevenness(read[format_]) for format_ in formats}
    first, *others = sorted(formats, key=lambda format_: uneven[format_])
    if not others or uneven[others[0]] - uneven[first] > EVENNESS:
        return DateFormat(first)
    close = [format_ for format_ in formats if uneven[format_] - uneven[first] <= EVENNESS]
    return DateFormat(close[0], tuple(close[1:]))


def formats_of(cells: polars.Series) -> tuple[str, ...]:
    """The formats that may be meant: those of all cells, else those of the first cells; none, one or several."""
    found = date_format(cells) or date_format(cells.head(1000))
    return () if found is None else (found.format, *found.others)


def nearly_read(cells: polars.Series) -> tuple[str, int] | None:
    """The format that reads most cells but not all, and the index of the first that it does not read."""
    found = []
    for format_ in _candidates(cells.head(1000)):
        bad = parsed(cells, format_)[1]
        if bad.any() and bad.sum() * 4 <= len(cells):
            found.append((int(bad.sum()), format_, int(bad.argmax())))
    return min(found)[1:] if found else None


def digits_format(texts: polars.Series, name: str) -> str | None:
    """The format of whole numbers such as 20260131 that are dates, in a column of this name."""
    lengths = texts.str.len_chars().unique().to_list()
    format_ = DIGITS.get(lengths[0]) if len(lengths) == 1 else None
    if format_ is None:
        return None
    moments, bad = parsed(texts, format_)
    years = texts.str.slice(0, 4).cast(int, strict=False)
    if bad.any() or years.null_count() or years.min() < YEARS[0] or years.max() > YEARS[1]:  # type: ignore[operator]
        return None
    if "%d" not in format_ and not (is_monotonic(moments) and (years.n_unique() > 1 or is_time_name(name))):
        return None
    return format_


#: Words in the names of columns that order rows.
TIME_WORDS = frozenset(
    ("time", "t", "timestamp", "datetime", "date", "year", "step", "ds", "epoch", "unix", "ts", "dt", "month", "period")
)
#: Seconds from 1990 to 2100; milliseconds, microseconds and nanoseconds are these times a power of 1000.
EPOCH_SECONDS = (631_152_000, 4_102_444_800)


def is_time_name(name: str) -> bool:
    """Whether a column is called as columns of time are."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return not TIME_WORDS.isdisjoint(re.split(r"[^a-z]+", spaced.lower()))


def is_unix_time(values: NDArray[np.float64], name: str) -> bool:
    """Whether whole numbers are a count of seconds, or of a fraction of them, since 1970."""
    least, greatest = float(values.min()), float(values.max())
    inside = any(
        EPOCH_SECONDS[0] * unit <= least and greatest <= EPOCH_SECONDS[1] * unit for unit in (1, 1e3, 1e6, 1e9)
    )
    if not inside or is_time_name(name):
        return inside
    steps = np.diff(values)
    return is_monotonic(values) and bool((steps == np.median(steps)).mean() > 0.5)


def is_monotonic(values: NDArray[np.int64] | NDArray[np.float64]) -> bool:
    """Whether all values rise, or all fall."""
    steps = np.diff(values)
    return bool((steps > 0).all() or (steps < 0).all())


def _plausible(format_: str, moments: NDArray[np.int64]) -> bool:
    """Whether a format without a day is meant: `Jan-20` with a year of two digits may be a day of January."""
    return "%Y" in format_ or is_monotonic(moments)


def _unevenness(moments: NDArray[np.int64]) -> float:
    """How much the steps from row to row differ, in order of time: their deviation over their mean."""
    steps = np.diff(np.unique(moments)).astype(np.float64)
    return float(steps.std() / steps.mean()) if len(steps) else 0.0


def _reading_all(cells: polars.Series) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Formats that read all cells, and what they read."""
    few = cells.head(200)
    for format_ in _candidates(few):
        if parsed(few, format_)[1].any():
            continue
        moments, bad = parsed(cells, format_)
        if not bad.any():
            yield format_, moments


def _candidates(cells: polars.Series) -> list[str]:
    """Formats that some of the cells may be written in."""
    examples = cells.drop_nulls().unique(maintain_order=True).head(EXAMPLES).to_list()
    return list(dict.fromkeys(format_ for text in examples for format_ in _formats(text)))


def _formats(text: str) -> Iterator[str]:
    """Every way to read one text as a date, with or without a time of day after or before it."""
    yield from _dates(text)
    after = re.fullmatch(rf"(?P<date>.*?\d.*?){CLOCK}", text)
    if after and after["h"] is None and not after["compact"]:
        after = None
    if after:
        clock = _clock(after)
        yield from (f"{date}{after['between']}{clock}" for date in _dates(after["date"]))
    before = re.fullmatch(rf"{CLOCK} (?P<date>.*\d.*)", f" {text}")
    if before and before["h"]:
        yield from (f"{_clock(before)} {date}" for date in _dates(before["date"]))


def clock_format(text: str) -> str | None:
    """The format of a time of day that stands alone."""
    found = re.fullmatch(CLOCK, f" {text}")
    return _clock(found) if found and found["h"] else None


def _clock(found: re.Match[str]) -> str:
    if found["compact"]:
        clock = "%H%M%S" if found["compact_seconds"] else "%H%M"
    else:
        colon = found["colon"]
        clock = f"%{'I' if found['noon'] else 'H'}{colon}%M" + (f"{colon}%S" if found["seconds"] else "")
        clock += ".%f" if found["fraction"] else ""
    if found["noon"]:
        clock += found["noon"][:-2] + "%p"
    zone = found["zone"] or ""
    named = zone.strip() in ("UTC", "GMT", "")
    return clock + (zone if named else zone[: len(zone) - len(zone.lstrip())] + "%z")


def _dates(text: str) -> Iterator[str]:
    """Every way to read a text as a date alone."""
    pieces = re.findall(r"[A-Za-z]+|\d+|[^A-Za-z\d]+", text)
    choices = [_directives(piece) for piece in pieces]
    if any(not choice for choice in choices) or len(pieces) > 9:
        return
    for order in ORDERS:
        yield from _filled(choices, order)


def _directives(piece: str) -> tuple[str, ...]:
    """What a piece of a date can be; itself where it stands between the parts of a date."""
    word = piece.lower()
    if piece.isdigit():
        return {4: ("%Y",), 3: ("%j",), 2: ("%m", "%d", "%y"), 1: ("%m", "%d"), 8: ("%Y%m%d",)}.get(len(piece), ())
    if not piece.isalpha():
        return (piece.replace("%", "%%"),)
    names = ((MONTHS, "%b"), (("may", *LONG_MONTHS), "%B"), (DAYS, "%a"), (LONG_DAYS, "%A"))
    return tuple(directive for known, directive in names if word in known)


def _filled(choices: Sequence[tuple[str, ...]], order: str) -> Iterator[str]:
    """The formats in which the parts of a date come in this order."""
    found: list[tuple[str, str]] = [("", "")]
    for choice in choices:
        found = [(text + piece, parts + _part(piece)) for text, parts in found for piece in choice]
        found = [(text, parts) for text, parts in found if order.startswith(parts)]
    for text, parts in found:
        short = parts != "ymd" and len(parts) == 2 and "%y" in text and "%b" not in text and "%B" not in text
        if parts == order and not short:
            yield text


def _part(piece: str) -> str:
    """Which parts of a date a directive gives, as in `ORDERS`."""
    kinds = {"%Y": "y", "%y": "y", "%m": "m", "%b": "m", "%B": "m", "%d": "d", "%j": "j", "%Y%m%d": "ymd"}
    return kinds.get(piece, "")
