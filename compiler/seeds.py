"""Seeds of initializers and dropout, derived from `fit.seed`, so that no global seed is touched."""

from __future__ import annotations

import hashlib


def derived(seed: int, *place: str | int) -> int:
    """A seed below 2**31 that depends on `seed` and on the place it is for, and on nothing else.

    >>> derived(7, "layers", 0, "kernel_initializer") == derived(7, "layers", 0, "kernel_initializer")
    True
    """
    text = "/".join(str(part) for part in (seed, *place))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
