"""The JSON Schemas of the language: generated, checked in, shipped."""

from importlib.resources import files

SPEC = "lstmc-spec-1.schema.json"


def text() -> str:
    """The JSON Schema of a spec, as it is checked in."""
    return (files(__name__) / SPEC).read_text(encoding="utf-8")
