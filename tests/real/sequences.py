"""Sequences that are made: additions written out digit by digit, and the alphabet."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from table import Row
from training import Family, Measured, Spec, measured, trained

import lstmc

CHARACTERS = "0123456789+ "
QUESTIONS = 50_000


def additions() -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Questions `[n, 7, 12]` such as `12+345` written backwards, one-hot, and ids `[n, 4]` of their answers.

    No sum is asked twice, in either order of its terms.
    """
    rng = np.random.default_rng(0)
    asked: dict[tuple[int, int], tuple[str, str]] = {}
    while len(asked) < QUESTIONS:
        a, b = (int(rng.integers(10 ** rng.integers(1, 4))) for _ in range(2))
        asked.setdefault((min(a, b), max(a, b)), (f"{a}+{b}".ljust(7)[::-1], str(a + b).ljust(4)))
    x, y = (
        np.array([[CHARACTERS.index(c) for c in text] for text in texts]) for texts in zip(*asked.values(), strict=True)
    )
    return np.eye(len(CHARACTERS), dtype=np.float32)[x], y.astype(np.int32)


def addition(_folder: Path) -> Iterator[Row]:
    """K1: an encoder reads the question, a decoder writes the answer."""
    x, y = additions()
    spec: Spec = {
        "lstmc": 1,
        "task": {"kind": "multiclass", "output": "sequence", "classes": len(CHARACTERS)},
        "input": {"timesteps": 7, "features": len(CHARACTERS)},
        "layers": [
            {"type": "LSTM", "units": 128},
            {"type": "RepeatVector", "n": 4},
            {"type": "LSTM", "units": 128},
            {"type": "TimeDistributed", "layer": {"type": "Dense", "units": len(CHARACTERS)}},
        ],
        "fit": {"epochs": 29, "batch_size": 32},
    }
    held = QUESTIONS // 10

    def measure(model: lstmc.Model, _history: lstmc.History) -> Mapping[str, Measured]:
        return {"accuracy of a digit": measured(model.evaluate(x[-held:], y[-held:]), "accuracy")}

    published = {"accuracy of a digit": ".9883; .9985 two epochs before"}
    what = "K1 additions of two numbers below 1000"
    yield from trained(what, spec, measure, published, seeds=1, arrays=(x[:-held], y[:-held]))


def alphabet(name: str, _folder: Path) -> Iterator[Row]:
    """AL1: the letter that follows, from one letter as a number; AL2: with what was seen before it."""
    stateful, epochs, published = {"AL1": (False, 500, ".8400"), "AL2": (True, 300, "1")}[name]
    count = len(string.ascii_uppercase)
    x = (np.arange(count - 1, dtype=np.float32) / count)[:, None, None]
    y = np.arange(1, count)
    spec: Spec = {
        "lstmc": 1,
        "task": {"kind": "multiclass", "classes": count},
        "input": {"timesteps": 1, "features": 1, **({"batch_size": 1} if stateful else {})},
        "layers": [
            {"type": "LSTM", "units": 50 if stateful else 32, **({"stateful": True} if stateful else {})},
            {"type": "Dense", "units": count},
        ],
        "fit": {"epochs": epochs, "batch_size": 1},
    }

    def measure(model: lstmc.Model, _history: lstmc.History) -> Mapping[str, Measured]:
        return {"training accuracy": measured(model.evaluate(x, y), "accuracy")}

    what = f"{name} alphabet, " + ("states kept within an epoch" if stateful else "one letter at a time")
    yield from trained(what, spec, measure, {"training accuracy": published}, arrays=(x, y))


FAMILY = Family(
    {"AL1": partial(alphabet, "AL1"), "AL2": partial(alphabet, "AL2"), "K1": addition},
    sources=(
        'AL1 and AL2: "Understanding Stateful LSTM Recurrent Neural Networks in Python with Keras" (Machine Learning '
        'Mastery); K1: the Keras example "Sequence to sequence learning for performing number addition".',
    ),
)
