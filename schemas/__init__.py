"""The JSON Schemas of the language and of what commands write: generated, checked in, shipped."""

from importlib.resources import files

SPEC = "lstmc-spec-1.schema.json"
_ENDING = ".json"


def names() -> list[str]:
    """What there is a schema of: `spec`, then the commands' documents."""
    found = (entry.name for entry in files(__name__).iterdir() if entry.name.endswith(_ENDING) and entry.name != SPEC)
    return ["spec", *sorted(name.removesuffix(_ENDING) for name in found)]


def text(name: str = "spec") -> str:
    """The JSON Schema of a spec, or of the document that a command writes with `--json`, as it is checked in."""
    return (files(__name__) / (SPEC if name == "spec" else name + _ENDING)).read_text(encoding="utf-8")
