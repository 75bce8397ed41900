"""What most likely happened where a cell is not a number, and what to do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...spec.data import Data
from .date_formats import date_format

if TYPE_CHECKING:
    import polars

#: Digits in groups of three: `1,234` and `1,234,567.8`, or with `decimal` a comma `1.234,5`.
THOUSANDS = {".": r"^[+-]?\d{1,3}(?:[,' ]\d{3})+(?:\.\d*)?$", ",": r"^[+-]?\d{1,3}(?:[.' ]\d{3})+(?:,\d*)?$"}
DECIMAL_COMMA = r"^[+-]?\d*,\d+$"
DECIMAL_POINT = r"^[+-]?\d*\.\d+$"
DATE = r"^\d{4}-\d{1,2}(-\d{1,2}([T ].*)?)?$"
_DIGITS = r"\d[\d.,' ]*"
#: What stands for a power of ten behind a number.
POWERS = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
#: Different texts up to which they may be categories.
MOST_CATEGORIES = 20
#: Rows under the header that may be units or a second header.
HEADERS = 3


@dataclass(frozen=True, slots=True)
class Cause:
    """Why the texts of a column are not numbers.

    Attributes:
        why: what all of them have in common.
        fix: what to do about it.
    """

    why: str
    fix: str


@dataclass(frozen=True, slots=True)
class _Dress:
    """Something written beside a number: `pattern` matches the text, and `value` gives the number in it."""

    pattern: str
    why: str
    value: Callable[[str], str]


def _plain(text: str) -> str:
    """The digits, sign and decimal point of a text."""
    return re.sub(r"[^\d.-]", "", text.replace("\u2212", "-"))


def _with_power(text: str) -> str:
    return f"{float(_plain(text)) * POWERS[text.strip()[-1].upper()]:.12g}"


def _of_parentheses(text: str) -> str:
    return "-" + _plain(text)


DRESSES = (
    _Dress(rf"^[+-]?{_DIGITS}%$", "it is a percentage", _plain),
    _Dress(rf"^[+-]?[$€£¥] ?[+-]?{_DIGITS}$|^[+-]?{_DIGITS}[$€£¥]$", "it has a currency sign", _plain),
    _Dress(rf"^[+-]?{_DIGITS}[KkMBT]$", "its last letter stands for a power of ten", _with_power),
    _Dress(rf"^\({_DIGITS}\)$", "the parentheses stand for a minus sign", _of_parentheses),
    _Dress(rf"^\x{{2212}}{_DIGITS}$", "its minus sign is not the one of ASCII", _plain),
    _Dress(rf"^[+-]?{_DIGITS}[A-Za-zµ°Ω][A-Za-z/°²³0-9]*$", "a unit follows the number", _plain),
)


def cause_of(cells: polars.Series, bad: polars.Series, decimal: str, missing: str) -> Cause | None:
    """What the texts among the cells of a column have in common; `None` where nothing is certain.

    Args:
        cells: all of the cells, as text.
        bad: which of them are not numbers, and not missing.
        decimal: the decimal sign.
        missing: the policy for missing values to advise; empty where there is one.
    """
    texts = cells.filter(bad).head(1000).drop_nulls().str.strip_chars()
    if not len(texts):
        return None
    example, count = texts[0], int(bad.sum())
    first = _first_rows(bad, cells)
    if first:
        rows = "the first row" if first == 1 else f"the first {first} rows"
        why = f"{rows} under the header {'holds' if first == 1 else 'hold'} texts: units, or a second header"
        return Cause(why, f"remove {rows} under the header from the file")
    if bool(texts.str.contains(THOUSANDS[decimal]).all()):
        plain = _plain(example) if decimal == "." else re.sub(r"[^\d,-]", "", example)
        return Cause("it has thousands separators", f"write it without them, as {plain}")
    for dress in DRESSES:
        if decimal == "." and bool(texts.str.contains(dress.pattern).all()):
            cells_ = f"all {count} such cells of the column" if count > 1 else "the cell"
            return Cause(dress.why, f"write the number alone in {cells_}: {dress.value(example)} for `{example}`")
    if count > 1 and count * 2 < len(cells) and texts.n_unique() == 1:
        then = f', and set `"missing": "{missing}"` in `data`' if missing else ": `data.missing` then applies to them"
        return Cause("it seems to mark missing values", f"leave these cells empty{then}")
    return None


def _first_rows(bad: polars.Series, cells: polars.Series) -> int:
    """How many rows under the header are texts or empty, where all others are numbers; 0 where it is not so."""
    last = int(bad.arg_true()[-1]) + 1
    if not bad[0] or last > HEADERS or len(cells) < 2 * HEADERS:
        return 0
    empty = cells.fill_null("").str.strip_chars() == ""
    return next(row for row in range(last, len(cells) + 1) if row == len(cells) or row >= HEADERS or not empty[row])


def no_number(column: str, cells: polars.Series, bad: polars.Series, data: Data) -> tuple[str, str]:
    """Message and help for a column that has texts among its numbers; `{}` stands for the first of them.

    Args:
        column: its name.
        cells: all of its cells, as text.
        bad: which of them are not numbers.
        data: the section of the spec.
    """
    texts = cells.filter(bad).head(1000).drop_nulls()

    def all_are(pattern: str) -> bool:
        return len(texts) > 0 and bool(texts.str.contains(pattern).all())

    message, name = "`{}` is not a number", json.dumps(column, ensure_ascii=False)
    decimal = data.source.decimal
    if decimal == "." and all_are(DECIMAL_COMMA) and not all_are(THOUSANDS["."]):
        return message, 'the decimal sign is a comma: add `"decimal": ","` to `data.source`'
    if decimal == "," and all_are(DECIMAL_POINT) and not all_are(THOUSANDS[","]):
        return message, '`data.source.decimal` is a comma, and this is a point: leave `"decimal"` out'
    if all_are(DATE) and column not in data.targets:
        return message, f'time stamps order the rows: `"time": {name}`; or leave the column out of `data.features`'
    policy = ("forward_fill" if data.window else "drop") if data.missing == "error" else ""
    cause = cause_of(cells, bad, decimal, policy)
    if cause is not None:
        return f"{message}: {cause.why.replace('{', '{{').replace('}', '}}')}", cause.fix
    if bad.sum() * 2 < len(cells):
        return message, "correct the cell, or leave the column out of `data.features`"
    if column in data.targets and data.window is not None and data.features is None:
        return message, "with `window` the target is an input too: list `features` without it"
    if column in data.targets:
        return message, "for labels make the `task` `binary` or `multiclass`"
    date = date_format(texts.str.strip_chars())
    if date is not None:
        key = json.dumps({"columns": column, "format": date.format}, ensure_ascii=False)
        return message, f'time stamps order the rows: `"time": {key}`; or leave the column out of `data.features`'
    if texts.n_unique() > MOST_CATEGORIES:
        return message, "leave the column out of `data.features`: it has too many different texts for categories"
    return message, f'leave the column out of `data.features`, or name it: `"categorical": {{{name}: "one_hot"}}`'
