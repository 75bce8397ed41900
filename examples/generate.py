"""Writes the generated data of the examples: `python -m lstmc.examples.generate [FOLDER]`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np


def alarm(rows: int = 2400) -> str:
    """A machine that warms up under load and cools by a tenth an hour; `alarm` is whether it is then too hot.

    The row of an hour holds the load of that hour, and the alarm that the loads of the hours before have left.
    """
    random = np.random.default_rng(0)
    busy = np.repeat(random.random(rows // 6) < 0.4, 6)
    load = np.where(busy, random.uniform(4.0, 10.0, rows), random.uniform(0.0, 4.0, rows)).round(1)
    lines, temperature = [], 40.0
    for hour in range(rows):
        lines.append(f"{hour},{load[hour]},{int(temperature > 50.0)}")
        temperature = 0.9 * temperature + load[hour]
    return _csv(["hour", "load", "alarm"], lines)


def pulses(rows: int = 500, steps: int = 24) -> str:
    """Noise with one pulse up and one down; which of them comes first, and in a fifth of the rows it is the lower."""
    random = np.random.default_rng(0)
    lines = []
    for _ in range(rows):
        values = random.normal(0.0, 0.3, steps)
        first, second = np.sort(random.choice(np.arange(1, steps - 1), 2, replace=False))
        down = random.random() < 0.2
        values[first] += -2.0 if down else 2.0
        values[second] += 2.0 if down else -2.0
        lines.append(",".join([*(f"{value:.1f}" for value in values), "down" if down else "up"]))
    return _csv([*(f"t{step}" for step in range(steps)), "first"], lines)


GENERATED: dict[str, Callable[[], str]] = {"alarm": alarm, "pulses": pulses}


def _csv(names: Iterable[str], lines: Iterable[str]) -> str:
    return "\n".join([",".join(names), *lines, ""])


def main() -> None:
    """Writes the files beside the specs, or into the folder that is named."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, generate in GENERATED.items():
        (folder / f"{name}.csv").write_text(generate(), encoding="utf-8")


if __name__ == "__main__":
    main()
