"""What a file is that is not a spec: told from its first bytes, or from what its text looks like."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import PurePath

_HEAD = 65_536
_LONGEST_ROW = 10_000
_SPEC = "a spec is a JSON file, such as `air.lstm.json`"
_DATA = "name the spec; data is named inside it, at `data.source`"
_ARTIFACT = "`lstmc evaluate`, `lstmc predict` and `lstmc export` read it; `lstmc check` reads the spec"
_KERAS = "a spec describes the layers in JSON: `lstmc init` writes a first one"
_SCRIPT = "a spec is JSON, not code: `lstmc init` writes a first one"

#: From the first bytes of a file to what it is, and what to do about it.
_SIGNATURES: Mapping[bytes, tuple[str, str]] = {
    b"\x89HDF\r\n\x1a\n": ("an HDF5 file, such as Keras's weights", _KERAS),
    b"PAR1": ("a Parquet table", _DATA),
    b"ARROW1": ("an Arrow table", _DATA),
    b"\x93NUMPY": ("a NumPy array", _DATA),
    b"\x1f\x8b": ("a gzip archive", _SPEC),
    b"BZh": ("a bzip2 archive", _SPEC),
    b"\xfd7zXZ\x00": ("an xz archive", _SPEC),
    b"\x28\xb5\x2f\xfd": ("a Zstandard archive", _SPEC),
    b"7z\xbc\xaf\x27\x1c": ("a 7-Zip archive", _SPEC),
    b"\x89PNG": ("a PNG image", _SPEC),
    b"\xff\xd8\xff": ("a JPEG image", _SPEC),
    b"GIF8": ("a GIF image", _SPEC),
    b"%PDF": ("a PDF document", _SPEC),
    b"SQLite format 3": ("an SQLite database", _DATA),
    b"\x7fELF": ("a program", _SPEC),
    **{b"\x80" + bytes((version,)): ("a pickle of Python", _DATA) for version in range(2, 6)},
}

_LINE = re.compile(r"[^\r\n]+")
_COMMENT = re.compile(r"\s*(?:#|//|$)")
_YAML_KEY = re.compile(r"\s*[A-Za-z_][\w -]*:(?:\s+[^\s{\[,](?:.*[^,])?|\s*)")
_YAML_ITEM = re.compile(r"\s*- \S")
_SECTION = re.compile(r"\s*\[\[?[A-Za-z_][\w.-]*\]?\]\s*")
_ASSIGNMENT = re.compile(r"\s*[A-Za-z_][\w.-]* = \S(?:.*[^,;])?")
_PYTHON = re.compile(r"(?:import [\w.]+|from [\w.]+ import .+|def \w+\(.*|class \w+.*:|@\w+.*|#!.*python.*)")


def foreign(content: bytes, name: str) -> tuple[str, str] | None:
    """What a file is that cannot be a spec, and what to do; None for what may be one, however broken.

    Args:
        content: the file's content, or the beginning of it.
        name: its path.
    """
    found = _binary(content)
    return found if found or b"\x00" in content[:_HEAD] else _other_text(content, name)


def _binary(content: bytes) -> tuple[str, str] | None:
    found = next((what for start, what in _SIGNATURES.items() if content.startswith(start)), None)
    if found:
        return found
    if content.startswith(b"PK\x03\x04"):
        return _zip(content)
    if _is_safetensors(content):
        is_artifact = b"lstmc" in content[:_HEAD]
        return ("a trained model (.lstmc)", _ARTIFACT) if is_artifact else ("a safetensors file", _KERAS)
    if b"\x00" in content[:_HEAD] and not _is_utf16(content):
        return "a binary file", _SPEC
    return None


def _zip(content: bytes) -> tuple[str, str]:
    if b"model.weights.h5" in content or b"metadata.json" in content[:200]:
        return "a Keras model", _KERAS
    if b".npy" in content[:200]:
        return "a file of NumPy arrays", _DATA
    is_office = b"[Content_Types].xml" in content
    return ("an Office document", _DATA) if is_office else ("a zip archive", _SPEC)


def _is_safetensors(content: bytes) -> bool:
    return len(content) > 9 and content[8:9] == b"{" and int.from_bytes(content[:8], "little") < 100_000_000


def _is_utf16(content: bytes) -> bool:
    """Whether the text is UTF-16, whose every second byte is 0 in English."""
    sample = content[:200]
    is_marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    half = max(len(sample) // 2, 1)
    return is_marked or max(sample[::2].count(0), sample[1::2].count(0)) * 2 > half


def _other_text(content: bytes, name: str) -> tuple[str, str] | None:
    text = content[:_HEAD].decode("utf-8-sig", errors="ignore")
    stripped = text.lstrip()
    if stripped.startswith("<"):
        return ("an HTML page" if re.match(r"<(?:!doctype )?html", stripped, re.IGNORECASE) else "an XML file"), _SPEC
    lines = [line for line in _LINE.findall(text) if not _COMMENT.fullmatch(line) and not line.lstrip().startswith("#")]
    if not lines:
        return None
    return next((found for look in _LOOKS if (found := look(lines, text))), None) or _by_ending(lines, name)


def _python(lines: list[str], text: str) -> tuple[str, str] | None:
    begins = text.startswith("#!") and "python" in text[:100]
    return ("a Python program", _SCRIPT) if begins or any(_PYTHON.fullmatch(line) for line in lines[:30]) else None


def _yaml(lines: list[str], _: str) -> tuple[str, str] | None:
    help_ = 'write the same in JSON: `{ "lstmc": 1, "layers": […] }`'
    if lines[0].strip() == "---" or lines[0].startswith("%YAML"):
        return "a YAML file", help_
    fits = all(_YAML_KEY.fullmatch(line) or _YAML_ITEM.match(line) for line in lines[:8])
    return ("a YAML file", help_) if fits and _YAML_KEY.fullmatch(lines[0]) else None


def _toml(lines: list[str], _: str) -> tuple[str, str] | None:
    assigned = any(_ASSIGNMENT.fullmatch(line) for line in lines[:8])
    fits = assigned and all(_ASSIGNMENT.fullmatch(line) or _SECTION.fullmatch(line) for line in lines[:8])
    return ("a TOML or INI file", 'write the same in JSON: `{ "lstmc": 1, "layers": […] }`') if fits else None


def _table(lines: list[str], _: str) -> tuple[str, str] | None:
    """Rows of cells: as many separators in every line, and nothing that JSON has."""
    for separator in ",;\t":
        counts = {line.count(separator) for line in lines[:5]}
        if len(lines) > 1 and len(counts) == 1 and 0 not in counts and not any(char in lines[0] for char in "{}[]:"):
            return "a table of data (CSV)", _DATA
    return None


def _json_lines(lines: list[str], _: str) -> tuple[str, str] | None:
    if not all(line.startswith("{") and len(line) < _LONGEST_ROW for line in lines[:2]):
        return None
    try:
        rows = [json.loads(line) for line in lines[:2]]
    except (ValueError, RecursionError):
        return None
    is_table = len(rows) == 2 and all(isinstance(row, dict) and "layers" not in row for row in rows)
    return ("a table of data (JSON Lines)", _DATA) if is_table else None


_LOOKS: tuple[Callable[[list[str], str], tuple[str, str] | None], ...] = (_python, _yaml, _toml, _table, _json_lines)

_ENDINGS = {
    ".md": "a Markdown document", ".rst": "a document", ".txt": "a text", ".py": "a Python program",
    ".yaml": "a YAML file", ".yml": "a YAML file", ".toml": "a TOML file", ".ini": "an INI file", ".csv": "a table",
    ".tsv": "a table", ".sh": "a shell script", ".cfg": "an INI file",
}  # fmt: skip


def _by_ending(lines: list[str], name: str) -> tuple[str, str] | None:
    """What the ending says, where the text does not begin as JSON does."""
    ending = PurePath(os.path.basename(name)).suffix.lower()
    is_json = any(line.lstrip()[:1] in ("{", "[", '"') for line in lines[:3])
    return (_ENDINGS[ending], _SPEC) if ending in _ENDINGS and not is_json else None


def foreign_document(document: Mapping[str, object], sections: frozenset[str]) -> tuple[str, str] | None:
    """What a JSON object is that has none of a spec's `sections`, and what to do; None for what may be a spec."""
    from .suggestions import folded, one_edit_apart

    keys = {folded(key) for key in document if isinstance(key, str)}
    if not keys or any(key == name or one_edit_apart(key, name) for key in keys for name in sections):
        return None
    if {"nbformat", "cells"} <= keys:
        return "a Jupyter notebook", _SCRIPT
    if {"classname", "config"} <= keys or {"kerasversion", "backend"} <= keys:
        return "a configuration that Keras wrote", _KERAS
    if keys & {"dependencies", "devdependencies", "scripts"}:
        return "a package.json", _SPEC
    if {"$schema", "properties"} <= keys or {"$id", "$defs"} <= keys:
        return "a JSON Schema", _SPEC
    what = "a JSON document, but not a spec: it has none of a spec's keys"
    return what, 'a spec begins `{ "lstmc": 1, "layers": […] }`'
