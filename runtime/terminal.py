"""What may be drawn on a stream: the one decision for diagnostics, progress and tables."""

from __future__ import annotations

import os
from typing import IO

_DUMB = ("dumb", "unknown")


def colored(stream: IO[str] | None) -> bool:
    """Whether text on `stream` has colours.

    `NO_COLOR` (https://no-color.org) wins over `FORCE_COLOR` (https://force-color.org) and `CLICOLOR_FORCE`
    (https://bixense.com/clicolors), which win over what the stream is. A variable that is empty counts as not set.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return animated(stream)


def animated(stream: IO[str] | None) -> bool:
    """Whether `stream` is a terminal on which a line can be drawn anew."""
    return stream is not None and stream.isatty() and os.environ.get("TERM", "").lower() not in _DUMB
