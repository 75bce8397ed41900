"""Which folders the paths of a spec may lead to: a spec from elsewhere must not read the files of whoever opens it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from glob import has_magic
from pathlib import Path

from ...spec.data import Data
from ...spec.diagnostics import Diagnostic, dotted
from ...spec.diagnostics import Path as Key
from ...spec.errors import DataError
from ...spec.model import Spec
from .files import matching

SOURCE: Key = ("data", "source", "path")
TENSORBOARD: Key = ("fit", "tensorboard")


@dataclass(frozen=True, slots=True)
class Boundary:
    """The folders that paths must stay in, symbolic links followed.

    Attributes:
        base: the folder of the spec or artifact, from which relative paths count.
        working: the working directory, which an artifact may also read; hidden files in it are excepted.
        anywhere: whether paths may lead anywhere.
        named: keys whose values the user has given, which may lead anywhere.
    """

    base: Path
    working: Path | None = None
    anywhere: bool = False
    named: tuple[Key, ...] = ()

    @staticmethod
    def of(base: Path, overrides: Iterable[str] = (), *, artifact: bool = False, anywhere: bool = False) -> Boundary:
        """The boundary of a spec, or of an artifact, in the folder `base`; what `overrides` set may lead anywhere."""
        named = tuple(tuple(override.partition("=")[0].split(".")) for override in overrides)
        working = Path.cwd() if artifact else None
        if working is not None and working == working.parent:
            working = None  # the root of the file system excludes nothing
        return Boundary(base, working, anywhere, named)

    def naming(self, *keys: Key) -> Boundary:
        """The same, where the user has given the values of `keys` too."""
        return replace(self, named=(*self.named, *keys))

    def problems(self, spec: Spec) -> Iterator[Diagnostic]:
        """LC560 for each path of `spec` that leads outside."""
        if spec.data is not None:
            yield from self.of_data(spec.data)
        yield from self.of_output(spec)

    def of_data(self, data: Data) -> Iterator[Diagnostic]:
        """LC560 for each file of `data` that lies outside."""
        paths = {SOURCE: data.source.path}
        paths |= {("data", "split", name, "path"): part.path for name, part in data.split.sources.items() if part.path}
        for key, path in paths.items():
            help_ = "move the file there, or name it with `--data`; if you trust the spec, " + _ALLOW
            yield from self._of(key, path, help_)

    def of_output(self, spec: Spec) -> Iterator[Diagnostic]:
        """LC560 for a folder to write to that lies outside."""
        if spec.fit.tensorboard is not None:
            yield from self._of(
                TENSORBOARD, spec.fit.tensorboard, "name a folder inside; if you trust the spec, " + _ALLOW
            )

    def check(self, problems: Iterable[Diagnostic]) -> None:
        """Stops at paths that lead outside.

        Raises:
            DataError: there are any (LC560).
        """
        if found := tuple(problems):
            raise DataError(found)

    def _of(self, key: Key, path: str, help_: str) -> Iterator[Diagnostic]:
        if self.anywhere or any(key[: len(given)] == given for given in self.named):
            return
        if (reason := self._outside(path)) is not None:
            message = f"`{path}` {reason} {self._folders()}"
            yield Diagnostic("LC560", message, where=path, path=dotted(key), help=help_)

    def _outside(self, path: str) -> str | None:
        """How the path leads outside, None if it stays inside; of a pattern, the files that match it."""
        try:
            if has_magic(path) and self._leads_out(_fixed_part(path)):
                return "lies outside of"
            wrong = next((name for name in matching(path, self.base) if self._leads_out(name)), None)
        except (OSError, ValueError, RuntimeError):  # a loop of links, or no path at all: opening it reports it
            return None
        if wrong is None:
            return None
        if not self._inside(Path(os.path.abspath(self.base / wrong)), resolved=False):
            return "lies outside of"
        match = "" if wrong == path else f"matches `{wrong}`, which "
        return f"{match}leads through a symbolic link out of"

    def _leads_out(self, path: str) -> bool:
        return not self._inside((self.base / path).resolve(), resolved=True)

    def _inside(self, place: Path, *, resolved: bool) -> bool:
        base = self.base.resolve() if resolved else Path(os.path.abspath(self.base))
        if place.is_relative_to(base):
            return True
        if self.working is None or not place.is_relative_to(self.working):
            return False
        return not any(part.startswith(".") for part in place.relative_to(self.working).parts)

    def _folders(self) -> str:
        if self.working is None:
            return f"the folder of the spec, `{self.base.resolve()}`"
        return f"the folder of the artifact, `{self.base.resolve()}`, and of the working directory, `{self.working}`"


def _fixed_part(pattern: str) -> str:
    """The folder that a pattern begins with, where `*` stands for any name: `a/../../b/*.csv` gives `../b`."""
    parts = Path(os.path.normpath(pattern)).parts
    magic = next((i for i, part in enumerate(parts) if has_magic(part)), len(parts))
    return str(Path(*parts[:magic])) if magic else "."


_ALLOW = "allow it with `--allow-outside` (in Python `allow_outside=True`)"
