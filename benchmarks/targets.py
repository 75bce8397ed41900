"""What is to be reached, and what is known to stand in the way."""

from __future__ import annotations

import math
from dataclasses import dataclass

from driving import Measured

#: Why it is not faster still, by workload.
KEEPS = {
    "classic-fit": "0.3 s of XLA compiling 24 kernels, 0.1 s of tracing; the 1,000 steps take 0.02 s",
    "classic-process": "importing TensorFlow",
    "small": "a half is products of 32 rows, the rest are the gates, and about 1 µs for each operation",
    "large": "nearly nine tenths are products of 32 rows, close to the peak; the rest are the gates",
    "gru-small": "as small, with three gates",
    "gru-large": "as large, with three gates",
    "single": "checking and encoding the sample, decoding the answer; the rest is ONNX Runtime",
    "bulk-2048": "ONNX Runtime's LSTM, which computes at half of the peak",
    "bulk-16384": "ONNX Runtime's LSTM, which computes at half of the peak; 4× of 16,384 samples would be beyond it",
    "table": "336 turns of the time loop a step, some 15 operations of 0.3 to 6 µs each; a tenth is reading",
    "cold": "starting Python, importing NumPy, polars and ONNX Runtime",
}


@dataclass(frozen=True, slots=True)
class Target:
    """How many times as fast as `peer` lstmc shall be; below 1, how many times slower it may be.

    Attributes:
        workload: names the results.
        peer: names the subject.
        least: the seconds of the peer for one of lstmc.
        subject: what stands for lstmc.
    """

    workload: str
    peer: str
    least: float
    subject: str = "lstmc"


def beside(workloads: tuple[str, ...], keras: float, jax: float, torch: float) -> tuple[Target, ...]:
    """The targets of trainings."""
    peers = (("keras", keras), ("jax", jax), ("torch", torch))
    return tuple(Target(workload, peer, least) for workload in workloads for peer, least in peers)


TARGETS = (
    Target("classic-fit", "keras", 40),
    Target("classic-process", "keras", 5),
    *beside(("small",), 2.2, 1.5, 1.6),
    *beside(("large",), 1.8, 1.3, 1.0),
    *beside(("gru-small", "gru-large"), 1.5, 1.2, 1.0),
    Target("single", "keras", 200),
    Target("single", "onnxruntime", 1 / 1.4),
    Target("bulk-2048", "keras-plain", 4),
    Target("bulk-2048", "keras", 4),
    Target("bulk-2048", "onnxruntime", 1 / 1.1),
    Target("bulk-16384", "keras-plain", 4),
    Target("bulk-16384", "keras", 4),
    Target("bulk-16384", "onnxruntime", 1 / 1.1),
    Target("table", "keras", 5),
    Target("cold", "predict-keras", 5, "predict"),
)
#: Peak of the memory that windows of a table take, over the size of the table.
MEMORY = 3.0


@dataclass(frozen=True, slots=True)
class Ratio:
    """Seconds of a peer over seconds of lstmc: of the medians, and the least and greatest of a round."""

    median: float
    least: float
    greatest: float

    @classmethod
    def of(cls, ours: Measured, theirs: Measured) -> Ratio:
        """NaN where one of them was not measured."""
        rounds = [b / a for a, b in zip(ours.seconds, theirs.seconds, strict=False)] or [math.nan]
        return cls(theirs.median / ours.median, min(rounds), max(rounds))
