"""What most likely happened where a cell is no number, and what to do about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ...spec.data import Data

if TYPE_CHECKING:
    import polars

#: Digits in groups of three: `1,234` and `1,234,567.8`, or with `decimal` a comma `1.234,5`.
THOUSANDS = {".": r"^[+-]?\d{1,3}(?:[,' ]\d{3})+(?:\.\d*)?$", ",": r"^[+-]?\d{1,3}(?:[.' ]\d{3})+(?:,\d*)?$"}
DECIMAL_COMMA = r"^[+-]?\d*,\d+$"
DECIMAL_POINT = r"^[+-]?\d*\.\d+$"
DATE = r"^\d{4}-\d{1,2}(-\d{1,2}([T ].*)?)?$"


def no_number(column: str, cells: polars.Series, bad: polars.Series, data: Data) -> tuple[str, str]:
    """Message and help for a column that has texts among its numbers; `{}` stands for the first of them.

    Args:
        column: its name.
        cells: all of its cells, as text.
        bad: which of them are no numbers.
        data: the section of the spec.
    """
    texts = cells.filter(bad).head(1000).drop_nulls()

    def all_are(pattern: str) -> bool:
        return len(texts) > 0 and bool(texts.str.contains(pattern).all())

    message, name = "`{}` is not a number", json.dumps(column, ensure_ascii=False)
    decimal = data.source.decimal
    if all_are(THOUSANDS[decimal]):
        return f"{message}: it has thousands separators", "write it without them, as 1234567"
    if decimal == "." and all_are(DECIMAL_COMMA):
        return message, 'the decimal sign is a comma: add `"decimal": ","` to `data.source`'
    if decimal == "," and all_are(DECIMAL_POINT):
        return message, '`data.source.decimal` is a comma, and this is a point: leave `"decimal"` out'
    if all_are(DATE) and column not in data.targets:
        return message, f'time stamps order the rows: `"time": {name}`; or leave the column out of `data.features`'
    if bad.sum() * 2 < len(cells):
        return message, "correct the cell, or leave the column out of `data.features`"
    if column in data.targets and data.window is not None and data.features is None:
        return message, "with `window` the target is an input too: list `features` without it"
    if column in data.targets:
        return message, "for labels make the `task` `binary` or `multiclass`"
    return message, f'leave the column out of `data.features`, or name it: `"categorical": {{{name}: "one_hot"}}`'
