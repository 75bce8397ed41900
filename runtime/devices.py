"""The device that a model runs on, chosen and checked before anything is allocated."""

from __future__ import annotations

import gc
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from ..compiler.garbage import uncollected
from ..spec.diagnostics import Diagnostic
from ..spec.errors import DeviceError
from ..spec.packages import needed


def available() -> tuple[str, ...]:
    """The devices that there are, as they are named in a spec: `cpu`, `gpu:0`, …."""
    return ("cpu", *(f"gpu:{i}" for i in range(len(_tensorflow().config.list_physical_devices("GPU")))))


def resolve(device: str) -> str:
    """The device that `auto`, `cpu`, `gpu` or `gpu:N` means here.

    Raises:
        DeviceError: the device is not there (LC602); the message lists those that are.
    """
    there = available()
    wanted = {"auto": there[1] if len(there) > 1 else "cpu", "gpu": "gpu:0"}.get(device, device)
    if wanted in there:
        return wanted
    raise DeviceError(
        [
            Diagnostic(
                "LC602",
                f"there is no device `{device}` here; there is {', '.join(f'`{name}`' for name in there)}",
                path="runtime.device",
                help="use `auto`; `lstmc doctor` says what was found",
            )
        ]
    )


@contextmanager
def scope(device: str) -> Iterator[None]:
    """A `tf.device` scope for a resolved device.

    Each model has graphs of its own, which TensorFlow takes for one graph that is traced again and again: within the
    scope it does not warn of that.
    """
    log, calm = logging.getLogger("tensorflow"), _Calm()
    log.addFilter(calm)
    try:
        with _tensorflow().device(f"/{device.upper()}" + ("" if ":" in device else ":0")):
            yield
    finally:
        log.removeFilter(calm)


class _Calm(logging.Filter):
    """Lets everything pass but the warning of retracing."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "triggered tf.function retracing" not in record.getMessage()


def limit_threads(count: int | None) -> tuple[str, ...]:
    """Lets TensorFlow use `count` threads; says so where it is at work already and cannot change their number."""
    threading = _tensorflow().config.threading
    asked = (threading.get_intra_op_parallelism_threads(), threading.get_inter_op_parallelism_threads())
    if count is None or asked == (count, count):
        return ()
    try:
        threading.set_intra_op_parallelism_threads(count)
        threading.set_inter_op_parallelism_threads(count)
    except RuntimeError:
        now = asked[0] or "all"
        message = f"TensorFlow runs with {now} threads already, and not with the {count} of `runtime.threads`"
        return (f"{message} (LC605)",)
    return ()


def _tensorflow() -> Any:
    """TensorFlow, imported at first use.

    Raises:
        DeviceError: it is not installed or cannot be imported (LC604).
    """
    with needed("tensorflow"), uncollected():
        import tensorflow
    return tensorflow


def initialize() -> None:
    """Starts TensorFlow on its devices, with an allocator that keeps its memory from one step for the next.

    Given back to the system in between, a sixth of the processor time of a large training goes into having the same
    pages again. TensorFlow asks the environment once, here; afterwards the environment is what it was.
    """
    tensorflow = _tensorflow()
    if _ALLOCATOR in os.environ:
        return
    os.environ[_ALLOCATOR] = "true"
    try:
        tensorflow.config.list_logical_devices()
    finally:
        os.environ.pop(_ALLOCATOR, None)


_ALLOCATOR = "TF_CPU_ALLOCATOR_USE_BFC"


def quiet() -> None:
    """For the command line, which owns its process: imports TensorFlow and Keras, and keeps their log off the terminal.

    A level that the user has set is kept. TensorFlow writes to the file descriptor before it reads that level, so that
    is where its messages are caught; those that the level lets pass are written afterwards. Its objects stay until the
    end: garbage is not looked for among them.
    """
    from ..compiler.targets.keras import keras_module

    set_level = os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    level = int(set_level) if set_level.isdecimal() else 0
    with _caught(level) if level else nullcontext():
        _tensorflow().config.list_physical_devices()
        keras_module()
    gc.freeze()


@contextmanager
def _caught(level: int) -> Iterator[None]:
    """Catches what is written to stderr's descriptor; in the end, passes on the messages of at least this level."""
    with tempfile.TemporaryFile() as caught:
        kept = os.dup(2)
        try:
            os.dup2(caught.fileno(), 2)
            yield
        finally:
            os.dup2(kept, 2)
            caught.seek(0)
            os.write(kept, passed(caught.read(), level))
            os.close(kept)


def passed(log: bytes, level: int) -> bytes:
    """The messages of TensorFlow's log that `TF_CPP_MIN_LOG_LEVEL` lets pass, each with the lines that belong to it."""
    kept, severity = [], 0
    for line in log.splitlines(keepends=True):
        found = _MESSAGE.match(line)
        severity = _LEVELS.index(found[1]) if found else severity
        kept += [line] if severity >= level else []
    return b"".join(kept)


_LEVELS = (b"I", b"W", b"E", b"F")
_MESSAGE = re.compile(rb"(?:\d{4}-\d\d-\d\d [\d:.]+: )?([IWEF])(?:\d{4} | )")
