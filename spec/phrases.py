"""How values and expectations are put into words, and the value that one of a wrong type stands for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_KINDS: Mapping[type, str] = {dict: "an object", list: "a list", str: "a text", bool: "a boolean", int: "an integer"}


def kind_of(value: object) -> str:
    """`an object`, `a list`, `a text`: what kind of JSON value this is."""
    return "null" if value is None else _KINDS.get(type(value), "a number")


def show(value: object) -> str:
    """The value as a message quotes it, cut to 40 characters."""
    if value in ([], {}):
        return f"an empty {'list' if isinstance(value, list) else 'object'}"
    if isinstance(value, (dict, list)):
        return kind_of(value)
    text = json.dumps(value, ensure_ascii=False)
    text = text if len(text) <= 40 else text[:37] + "…"
    return f"the text {text}" if isinstance(value, str) else text


_TYPES = {
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "bool_type": "`true` or `false`",
    "string_type": "a text",
    "tuple_type": "a list",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
    "finite_number": "a finite number",
    "none_required": "null",
}
RATES = ("rate", "dropout", "recurrent_dropout")
_BOUNDS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
_WORDS = {"gt": "greater than", "ge": "at least", "lt": "less than", "le": "at most"}
RANGE_ERRORS = {*_BOUNDS, "too_short", "too_long", "string_too_short", "string_too_long"}


def expected(error: Mapping[str, Any]) -> str:
    """What one of Pydantic's errors asks for: `an integer`, `a number at least 0`."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in _TYPES:
        return _TYPES[kind]
    if kind in _BOUNDS:
        bound = _BOUNDS[kind]
        return f"a number {_WORDS[bound]} {context[bound]:.12g}"
    match kind:
        case "too_short":
            return f"a list of at least {context['min_length']}"
        case "too_long":
            return f"a list of at most {context['max_length']}"
        case "string_too_short" | "string_too_long":
            return "a text of " + ("at least one character" if kind.endswith("short") else "one character")
        case "no_object":
            return str(context["form"])
        case "literal_error":
            return str(context["expected"])
    return str(error["msg"])


def converted(found: object, error: str) -> object:
    """The value that was meant, where only one can be: `"64"` -> 64, `"false"` -> false, 64.0 -> 64."""
    match found:
        case str() if error == "bool_type" and found.lower() in ("true", "false"):
            return found.lower() == "true"
        case str() if error in ("int_type", "float_type"):
            try:
                number = json.loads(found)
            except ValueError:
                return None
            wanted = int if error == "int_type" else (int, float)
            return number if isinstance(number, wanted) and not isinstance(number, bool) else None
        case float() if error in ("int_type", "int_from_float") and found.is_integer():
            return int(found)
    return None


def is_percent(found: object) -> bool:
    """Whether a share was most likely written in percent."""
    return isinstance(found, (int, float)) and not isinstance(found, bool) and 5 <= found < 100
