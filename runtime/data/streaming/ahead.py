"""Reads the next one while the last one is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


def ahead(load: Callable[[Key], Value], keys: Sequence[Key]) -> Iterator[Value]:
    """What `load` gives for each of the `keys`, one of them loaded ahead by a thread of its own.

    >>> list(ahead(str.upper, ["a", "b", "c"]))
    ['A', 'B', 'C']
    """
    if not keys:
        return
    with ThreadPoolExecutor(1, thread_name_prefix="lstmc-reading") as thread:
        pending = thread.submit(load, keys[0])
        for key in keys[1:]:
            value, pending = pending.result(), thread.submit(load, key)
            yield value
            del value
        yield pending.result()
