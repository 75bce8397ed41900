"""JSON for programs: one document, strict whatever its numbers are."""

from __future__ import annotations

import json
import math
from typing import Any


def dumps(content: Any, *, indent: int | None = None) -> str:
    """JSON as RFC 8259 has it: a number that is not finite, which it cannot say, becomes null.

    >>> dumps({"loss": [0.5, float("nan")], "labels": ["Ü"]})
    '{"loss": [0.5, null], "labels": ["Ü"]}'
    """
    try:
        return json.dumps(content, indent=indent, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(content), indent=indent, ensure_ascii=False, allow_nan=False)


def _finite(content: Any) -> Any:
    match content:
        case float():
            return content if math.isfinite(content) else None
        case dict():
            return {key: _finite(value) for key, value in content.items()}
        case list() | tuple():
            return [_finite(value) for value in content]
    return content
