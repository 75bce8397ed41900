"""Diagnostics as programs read them: JSON, SARIF, and the annotations of GitHub."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from ..spec.codes import CODES
from ..spec.diagnostics import Diagnostic, Source, Span


def data(diagnostic: Diagnostic, source: Source | None) -> dict[str, Any]:
    """One diagnostic as plain data, with lines and columns from one."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "path": diagnostic.path,
        "where": diagnostic.where,
        "label": diagnostic.label,
        "file": source.file if source else None,
        "range": _range(diagnostic.span, source) if source and diagnostic.span else None,
        "related": [{"message": r.message, "range": _range(r.span, source)} for r in diagnostic.related if source],
        "fixes": [
            {
                "title": fix.title,
                "safe": fix.safe,
                "edits": [{"range": _range(edit.span, source), "text": edit.text} for edit in fix.edits],
            }
            for fix in diagnostic.fixes
            if source
        ],
    }


def _range(span: Span, source: Source) -> dict[str, dict[str, int]]:
    start, end = source.position(span.start), source.position(span.end)
    return {
        "start": {"line": start.line, "column": start.column, "offset": span.start},
        "end": {"line": end.line, "column": end.column, "offset": span.end},
    }


def github(diagnostic: Diagnostic, source: Source) -> str:
    """One diagnostic as a GitHub workflow command, which annotates the line in a pull request."""
    level = {"error": "error", "warning": "warning", "info": "notice"}[diagnostic.severity]
    place = f"file={_escaped(source.file, property_=True)}"
    if diagnostic.span:
        start, end = source.position(diagnostic.span.start), source.position(diagnostic.span.end)
        place += f",line={start.line},col={start.column},endLine={end.line},endColumn={end.column}"
    body = diagnostic.message + (f" — {diagnostic.help}" if diagnostic.help else "")
    return f"::{level} {place},title={diagnostic.code}::{_escaped(body)}"


def _escaped(value: str, *, property_: bool = False) -> str:
    pairs = [("%", "%25"), ("\r", "%0D"), ("\n", "%0A")]
    pairs += [(":", "%3A"), (",", "%2C")] if property_ else []
    for char, code in pairs:
        value = value.replace(char, code)
    return value


def sarif(found: Iterable[tuple[Source, Diagnostic]], version: str) -> dict[str, Any]:
    """Diagnostics of several files as one SARIF 2.1.0 log."""
    pairs = list(found)
    codes = sorted({diagnostic.code for _, diagnostic in pairs})
    levels = {"error": "error", "warning": "warning", "info": "note"}
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code].title},
            "fullDescription": {"text": CODES[code].cause},
            "help": {"text": CODES[code].fix},
        }
        for code in codes
    ]
    results = [
        {
            "ruleId": diagnostic.code,
            "ruleIndex": codes.index(diagnostic.code),
            "level": levels[diagnostic.severity],
            "message": {"text": diagnostic.message + (f" Help: {diagnostic.help}" if diagnostic.help else "")},
            "locations": [_location(source, diagnostic)],
        }
        for source, diagnostic in pairs
    ]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "lstmc", "version": version, "rules": rules}}, "results": results}],
    }


def _location(source: Source, diagnostic: Diagnostic) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(source.file)}}
    if diagnostic.span:
        start, end = source.position(diagnostic.span.start), source.position(diagnostic.span.end)
        physical["region"] = {
            "startLine": start.line,
            "startColumn": start.utf16,
            "endLine": end.line,
            "endColumn": end.utf16,
        }
    return {"physicalLocation": physical}
