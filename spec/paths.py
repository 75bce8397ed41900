"""Advice about a path that leads nowhere."""

from __future__ import annotations

from pathlib import Path


def advice(path: Path) -> str:
    """What to do about a file that cannot be read: names one beside it that is called nearly the same."""
    from .suggestions import nearest

    try:
        beside = [] if path.exists() else [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except (OSError, ValueError):
        beside = []
    spec = f"{path.name}.lstm.json"
    close = spec if spec in beside else nearest(path.name, beside)
    if close:
        return f"did you mean `{path.with_name(close)}`?"
    trained = path.suffix == ".lstmc"
    return "check the path; `lstmc fit SPEC` writes an artifact to runs/NAME" if trained else "check the path"
