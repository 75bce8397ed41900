"""The exceptions of lstmc: each carries the diagnostics that explain it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from .diagnostics import Diagnostic, Source, errors


class LstmcError(Exception):
    """Base of all exceptions that lstmc raises on purpose.

    Attributes:
        diagnostics: what is wrong, each with a code, a place and a fix.
        source: the spec's text that spans refer to, if there is one.
        exit_code: what the command line returns.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, diagnostics: Iterable[Diagnostic], source: Source | None = None) -> None:
        self.diagnostics = tuple(diagnostics)
        self.source = source
        super().__init__("\n".join(self._line(d) for d in errors(self.diagnostics) or self.diagnostics))

    def __reduce__(self) -> tuple[Any, ...]:
        """As the exception of a worker process reaches the one that waits for it."""
        return type(self), (self.diagnostics, self.source), self.__dict__

    def _line(self, diagnostic: Diagnostic) -> str:
        place = diagnostic.where or diagnostic.path
        if self.source and diagnostic.span:
            at = self.source.position(diagnostic.span.start)
            place = f"{self.source.name}:{at.line}:{at.column}"
        text = f"{diagnostic.code}: {diagnostic.message}"
        help_ = f" (help: {diagnostic.help})" if diagnostic.help else ""
        return f"{place}: {text}{help_}" if place else text + help_


class SpecError(LstmcError):
    """The spec has errors (LC1xx to LC4xx, limits)."""

    exit_code = 1


class DeviceError(LstmcError):
    """A device or package that is not there, or a Keras set up for something else (LC602 to LC604)."""

    exit_code = 2


class DataError(LstmcError):
    """The data cannot be read or does not fit the model (LC5xx)."""

    exit_code = 3


class ArtifactError(LstmcError):
    """An artifact or run failed (LC7xx)."""

    exit_code = 4
