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
#: The first moment whose year has four digits. Polars reads `%Y` from two digits as well, and Python does not.
YEAR_1000 = (datetime(1000, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def parsed(cells: polars.Series, format_: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Microseconds since 1970, and which cells are not written so. A stamp without a time zone is in UTC."""
    import polars as pl

    directives = set(re.findall(r"%(.)", format_))
    moments = pl.Series([None] * len(cells), dtype=pl.Int64)
    if directives <= SAME and ("H" in directives) == ("M" in directives) and "Y" in directives:
        moments = cells.str.strptime(pl.Datetime("us"), format_, strict=False).dt.epoch("us")
        moments = moments.set((moments < YEAR_1000).fill_null(value=False), None)
    numbers = moments.to_list()
    read: dict[str, int | None] = {}
    for row in moments.is_null().arg_true():
        text = cells[row]
        if text not in read:
            read[text] = _moment(text, format_)
        numbers[row] = read[text]
    bad = np.array([number is None for number in numbers], np.bool_)
    return np.array([0 if number is None else number for number in numbers], np.int64), bad


def _moment(text: str, format_: str) -> int | None:
    try:
        moment = datetime.strptime(text, format_)
    except (ValueError, re.error):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1)
