"""Packages that are not installed, or whose installation is broken: one diagnostic with the command that helps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .diagnostics import Diagnostic
from .errors import DeviceError

#: What to install for a module, where it has another name.
_DISTRIBUTIONS = {"sklearn": "scikit-learn", "absl": "absl-py", "google": "protobuf", "yaml": "pyyaml"}


@contextmanager
def needed(package: str) -> Iterator[None]:
    """Imports within need `package`.

    Raises:
        DeviceError: it is not installed or cannot be imported (LC604); the message has the original reason.
    """
    try:
        yield
    except ImportError as error:
        raise unusable(error, package) from error


def unusable(error: ImportError, package: str = "") -> DeviceError:
    """The failed import as a diagnostic; `package` is what was imported, if that is known."""
    missing = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    package = package or missing or (error.name or "").partition(".")[0] or "a package"
    name = _DISTRIBUTIONS.get(package, package)
    if missing == package:
        diagnostic = Diagnostic("LC604", f"`{name}` is not installed", help=f"pip install {name}")
    else:
        message = f"`{name}` is installed and cannot be imported: {_reason(error)}"
        diagnostic = Diagnostic("LC604", message, help=f"pip install --force-reinstall {name}")
    return DeviceError([diagnostic])


def of_lstmc(error: ImportError) -> bool:
    """Whether a module of lstmc itself is missing, which no installation of another package helps."""
    return (error.name or "lstmc").partition(".")[0] == "lstmc"


def _reason(error: ImportError) -> str:
    """The reason in one line; TensorFlow's message is a whole traceback, whose last error is the reason."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    named = [line.partition("Error: ")[2] for line in lines if "Error: " in line]
    return (named or lines or [type(error).__name__])[-1 if named else 0]
