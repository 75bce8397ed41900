"""What tells one data set from another: a digest that is the same however the rows are handed over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .moments import runs

if TYPE_CHECKING:
    from .rows import Rows

#: What the numbers of tables are digested as, in whichever precision they are held.
DOUBLE = "<f8"
DIGESTED = ("x", "y", "instants", "weight", "lengths")


class Fingerprint:
    """SHA-256 over names and values, whatever the file is called; rows may come in several runs."""

    def __init__(self) -> None:
        """Knows no rows yet."""
        self._digests = {name: hashlib.sha256() for name in DIGESTED}
        self._kinds: dict[str, tuple[str, list[int]] | None] = {}
        self._names: tuple[object, ...] = ()
        self._count = 0

    def add(self, rows: Rows) -> None:
        """The rows that follow."""
        self._names = (rows.features, rows.targets, dict(rows.levels))
        self._count += len(rows) if rows.x.ndim else 0
        for name, digest in self._digests.items():
            values: NDArray[Any] | None = getattr(rows, name)
            self._kinds[name] = None
            if values is None:
                continue
            parts: Iterable[NDArray[Any]] = [values]
            kind = "text" if values.dtype.kind in "OU" else values.dtype.str
            if rows.table and name == "x":
                parts = (values[run].astype(DOUBLE, copy=False) for run in runs(len(values)))
                kind = DOUBLE
            self._kinds[name] = (kind, list(values.shape[1:]))
            for part in parts:
                digest.update(_bytes_of(part))

    def text(self) -> str:
        """The digest of all rows."""
        digests = [digest.hexdigest() for digest in self._digests.values()]
        whole = json.dumps([self._names, self._count, self._kinds, digests])
        return hashlib.sha256(whole.encode()).hexdigest()


def _bytes_of(values: NDArray[Any]) -> bytes | memoryview:
    if values.dtype.kind in "OU":
        return "".join(f"{json.dumps(value)}\n" for value in values.ravel().tolist()).encode()
    return np.ascontiguousarray(values).reshape(-1).view(np.uint8).data
