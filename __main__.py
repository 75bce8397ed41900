"""The command `lstmc`, also as `python -m lstmc`: a signal ends it from its first line on."""

import os
import signal
from types import FrameType

_CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


def run() -> None:
    """Runs the command line; until that has been imported, there is nothing to save when a signal comes."""
    for number in _CODES:
        if signal.getsignal(number) != signal.SIG_IGN:  # a job in the background of a shell ignores Ctrl-C
            signal.signal(number, _end)
    from .cli.start import run as start

    start()


def _end(number: int, _frame: FrameType | None) -> None:
    os.write(2, b"interrupted\n" if number == signal.SIGINT else b"terminated\n")
    os._exit(_CODES[signal.Signals(number)])


if __name__ == "__main__":
    run()
