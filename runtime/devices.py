"""The device that a model runs on, chosen and checked before anything is allocated."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
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

    Its memory of one step serves the next: given back to the system in between, a sixth of the processor time of a
    large training goes into having the same pages again. TensorFlow asks for this when it first computes.
    """
    os.environ.setdefault("TF_CPU_ALLOCATOR_USE_BFC", "true")
    with needed("tensorflow"), uncollected():
        import tensorflow
    return tensorflow


def quiet() -> None:
    """For the command line, which owns its process: imports TensorFlow and keeps its own log off the terminal.

    TensorFlow writes to the file descriptor before it reads its log level, so that is where it is caught. Its objects
    stay until the end: garbage is not looked for among them.
    """
    if "TF_CPP_MIN_LOG_LEVEL" in os.environ:
        return
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        _tensorflow().config.list_physical_devices()
        gc.freeze()
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
