"""The colours of pictures by role, for a light and a dark page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from .diagram import Role

Theme: TypeAlias = Literal["light", "dark"]

#: Text has a contrast of at least 4.5 to 1 with what it stands on, as WCAG 2 asks for.
COLORS: Mapping[Theme, Mapping[Role, str]] = {
    "light": {
        "page": "#ffffff",
        "box": "#f3f6fa",
        "inner": "#ffffff",
        "unknown": "#ffffff",
        "line": "#7b8aa0",
        "ink": "#16202e",
        "muted": "#4c5a6e",
        "inferred": "#1f5fa8",
    },
    "dark": {
        "page": "#12161c",
        "box": "#1d242e",
        "inner": "#12161c",
        "unknown": "#12161c",
        "line": "#738299",
        "ink": "#eef2f7",
        "muted": "#a9b6c8",
        "inferred": "#79b8ff",
    },
}
