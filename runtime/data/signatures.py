"""What a file that should be text is instead, told by its first bytes."""

from __future__ import annotations

SIGNATURES = {
    b"PK\x03\x04": "a zip archive, as .xlsx and .npz files are",
    b"\xd0\xcf\x11\xe0": "an .xls file",
    b"PAR1": "a Parquet file",
    b"\x93NUMPY": "an .npy file",
    b"%PDF": "a PDF",
}
#: The least and greatest share of NUL bytes in UTF-16 of a western language.
UTF_16_NULS = (0.25, 0.75)


def foreign(raw: bytes) -> str:
    """What the file is, where that is certainly no text; empty otherwise."""
    return next((what for signature, what in SIGNATURES.items() if raw.startswith(signature)), "")


def is_utf_16(raw: bytes) -> bool:
    """Whether NUL bytes are as frequent as in text of two bytes a character."""
    least, greatest = UTF_16_NULS
    return least < raw.count(0) / max(1, len(raw)) < greatest
