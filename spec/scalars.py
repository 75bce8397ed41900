"""Strings, numbers and literals: their values, and how messages show them."""

from __future__ import annotations

import json
from math import isinf

LITERALS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
"""The numbers of JSON, as a regular expression."""


def shown(text: str, most: int = 40) -> str:
    """`text` for a message: on one line, of at most `most` characters, nothing invisible."""
    text = "".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in text[: most + 1])
    return text if len(text) <= most else text[: most - 1] + "…"


def quoted(text: str) -> str:
    """`text` as a JSON string."""
    return json.dumps(text, ensure_ascii=False)


def number(text: str) -> int | float | None:
    """The value of a JSON number; `None` when it exceeds a 64-bit float."""
    if len(text) < 16 and text.isdecimal():
        return int(text)
    value = float(text)
    if isinf(value):
        return None
    return value if any(char in ".eE" for char in text) else int(text)
