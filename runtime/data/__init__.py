"""Rows and arrays become samples: read, checked, dealt out to parts, scaled, windowed. Most names load at first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .header import Header, header, implied_input

if TYPE_CHECKING:
    from .contract import Contract
    from .encoding import Encoding, Scaler
    from .frames import is_frame
    from .preparation import array_encoding, fingerprint, prepare, prepare_arrays, prepare_new
    from .samples import Dataset, Samples

_HOME = {
    "Contract": "contract",
    "Dataset": "samples",
    "Encoding": "encoding",
    "Samples": "samples",
    "Scaler": "encoding",
    "array_encoding": "preparation",
    "fingerprint": "preparation",
    "is_frame": "frames",
    "prepare": "preparation",
    "prepare_arrays": "preparation",
    "prepare_new": "preparation",
}

__all__ = [
    "Contract",
    "Dataset",
    "Encoding",
    "Header",
    "Samples",
    "Scaler",
    "array_encoding",
    "fingerprint",
    "header",
    "implied_input",
    "is_frame",
    "prepare",
    "prepare_arrays",
    "prepare_new",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value
