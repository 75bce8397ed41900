"""What a file is that is not what its ending says, told by its first bytes."""

from __future__ import annotations

from ...spec.conversions import foreign_content

#: The least and greatest share of NUL bytes in UTF-16 of a western language.
UTF_16_NULS = (0.25, 0.75)
#: What is read, under its own name.
OWN = {b"PAR1": ("a Parquet file", "parquet"), b"\x93NUMPY": ("an npy file", "npy")}
FORMAT = 'say so in `data.source`: `"format": "{}"`'


def foreign(raw: bytes, name: str) -> tuple[str, str] | None:
    """What a file is that is certainly no text, and what to do about it; `None` otherwise."""
    for signature, (what, format_) in OWN.items():
        if raw.startswith(signature):
            return what, FORMAT.format(format_)
    if raw.startswith(b"PK\x03\x04") and b".npy" in raw[:300]:
        return "an npz file", FORMAT.format("npz")
    if raw.startswith(b"%PDF"):
        return "a PDF", "get the table as CSV from where the PDF comes from"
    if raw.startswith(b"version https://git-lfs"):
        return "a pointer of Git LFS, not the file itself", "fetch the file: `git lfs pull`"
    if raw[:512].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "a page of HTML", "download the file itself: the server gave a page instead, as for a login"
    found = foreign_content(raw)
    return None if found is None else (found.what, found.help(name))


def instead(raw: bytes, name: str) -> tuple[str, str] | None:
    """What a file is that should hold arrays or typed columns, and what to do about it; `None` if nothing tells."""
    found = foreign(raw, name)
    return ("text", FORMAT.format("csv")) if found is None and is_text(raw) else found


def is_text(raw: bytes) -> bool:
    """Whether the first bytes are text in UTF-8."""
    try:
        raw[:1000].rpartition(b"\n")[0].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\n" in raw[:1000] and b"\0" not in raw[:1000]


def is_utf_16(raw: bytes) -> bool:
    """Whether NUL bytes are as frequent as in text of two bytes a character."""
    least, greatest = UTF_16_NULS
    return least < raw.count(0) / max(1, len(raw)) < greatest
