"""The device that a model runs on, chosen and checked before anything is allocated."""

from __future__ import annotations

import os
from typing import Any

from ..spec.diagnostics import Diagnostic
from ..spec.errors import DeviceError


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


def scope(device: str) -> Any:
    """A `tf.device` scope for a resolved device."""
    return _tensorflow().device(f"/{device.upper()}" + ("" if ":" in device else ":0"))


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
    """TensorFlow, imported at first use; its start-up chatter stays off unless the user has asked for it."""
    import tensorflow

    return tensorflow


def quiet() -> None:
    """For the command line, which owns its process: imports TensorFlow and keeps its own log off the terminal.

    TensorFlow writes to the file descriptor before it reads its log level, so that is where it is caught.
    """
    if "TF_CPP_MIN_LOG_LEVEL" in os.environ:
        return
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        _tensorflow().config.list_physical_devices()
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
