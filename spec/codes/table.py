"""The form of an entry in the table of codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Code:
    """What `lstmc explain` says of one code. Codes are permanent: never reused, never renumbered."""

    id: str
    title: str
    cause: str
    example: str
    fix: str
    severity: Severity = "error"
