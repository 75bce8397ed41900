"""The table of codes: what `lstmc explain` says, and the severity of every diagnostic."""

from .artifacts import ARTIFACTS
from .data import DATA
from .language import LANGUAGE
from .objective import OBJECTIVE
from .resources import RESOURCES
from .shapes import SHAPES
from .table import Code, Severity
from .text import TEXT

CODES: dict[str, Code] = {
    code.id: code for code in (*TEXT, *LANGUAGE, *SHAPES, *OBJECTIVE, *DATA, *RESOURCES, *ARTIFACTS)
}

__all__ = ["CODES", "Code", "Severity"]
