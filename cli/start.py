"""The process of the command line, which starts and ends fast. None of this is for who imports lstmc."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_PLUGINS = "PYDANTIC_DISABLE_PLUGINS"
_LOADER = "pydantic.plugin._loader"


def quicken() -> None:
    """Leaves out what the command line never needs; to be called before Pydantic is imported."""
    # Start-up makes many objects and drops few: collecting them less often saves time and no memory to speak of.
    gc.set_threshold(100_000, 20, 20)
    if os.environ.setdefault(_PLUGINS, "__all__") == "__all__":
        sys.modules.setdefault(_LOADER, _NoPlugins(_LOADER))


class _NoPlugins(ModuleType):
    """Stands in for Pydantic's search for plugins, which imports a tenth of all that `lstmc check` would load."""

    @staticmethod
    def get_plugins() -> tuple[()]:
        """None, as PYDANTIC_DISABLE_PLUGINS says."""
        return ()

    def __getattr__(self, name: str) -> Any:
        """What else a Pydantic of another version looks for there, from the module itself."""
        if name.startswith("__"):
            raise AttributeError(name)
        sys.modules.pop(_LOADER, None)
        return getattr(import_module(_LOADER), name)


def run() -> None:
    """Runs the command line; a process that has loaded nothing heavy then ends at once.

    Taking all objects apart costs a tenth of `lstmc check`, and a light command leaves nothing behind that needs it.
    An interrupted one ends at once too: Python replaces its exit code where a library has run into the interruption.
    """
    _open_streams()
    from . import main
    from .signals import CODES, end_at_once

    quicken()
    try:
        main()
    except SystemExit as end:
        end_at_once()
        if not isinstance(end.code, int) or ("numpy" in sys.modules and end.code not in CODES.values()):
            raise
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            raise end from None
        os._exit(end.code)


def _open_streams() -> None:
    """Stands in for streams that are closed: no file that is opened later may take the number of one of them.

    What is written to a closed stdout fails, as it should; stderr may stay unread.
    """
    for number, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, mode)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - open until the end
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
