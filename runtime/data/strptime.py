"""Time stamps in a format of their own, read as Python's `strptime` reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import polars

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Directives that Polars, which is much faster, reads as Python does.
SAME = frozenset("YmdHMS")
DAYS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d")
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p")


def parsed(cells: polars.Series, format_: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Microseconds since 1970, and which cells are not written so. A stamp without a time zone is in UTC."""
    import polars as pl

    directives = set(re.findall(r"%(.)", format_))
    moments = pl.Series([None] * len(cells), dtype=pl.Int64)
    if directives <= SAME and ("H" in directives) == ("M" in directives) and "Y" in directives:
        moments = cells.str.strptime(pl.Datetime("us"), format_, strict=False).dt.epoch("us")
    numbers = moments.to_list()
    for row in moments.is_null().arg_true():
        numbers[row] = _moment(cells[row], format_)
    bad = np.array([number is None for number in numbers], np.bool_)
    return np.array([0 if number is None else number for number in numbers], np.int64), bad


def usual(cells: polars.Series) -> list[str]:
    """The usual formats that the first cells are written in: none, one, or two where day and month look alike."""
    texts = cells.head(1000).unique().to_list()
    return [
        format_
        for format_ in (day + clock for day in DAYS for clock in CLOCKS)
        if texts and all(_moment(text, format_) is not None for text in texts)
    ]


def _moment(text: str, format_: str) -> int | None:
    try:
        moment = datetime.strptime(text, format_)
    except (ValueError, re.error):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1)
