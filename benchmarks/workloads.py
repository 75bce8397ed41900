"""What is measured: the shapes of every workload, small ones for a quick look, and the work that each contains."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["train", "table", "single", "bulk", "matmul", "memory", "parse"]


@dataclass(frozen=True, slots=True)
class Workload:
    """One piece of work that several subjects do.

    Attributes:
        name: names it on the command line and in the results.
        title: what the page calls it.
        kind: what a subject has to do.
        cell: `LSTM` or `GRU`.
        units: of each recurrent layer; a Dense(1) follows.
        timesteps: length of a sample.
        features: width of a sample, or columns of the table.
        batch: samples in a step of training.
        samples: samples in an epoch, or in one call that predicts.
        epochs: epochs that one measured call trains.
        rows: rows of the table.
        stride: rows from one window of the table to the next.
        size: rows of a square matrix, layers of a spec, or MiB of an array.
    """

    name: str
    title: str
    kind: Kind
    cell: str = "LSTM"
    units: tuple[int, ...] = (64, 64)
    timesteps: int = 48
    features: int = 14
    batch: int = 64
    samples: int = 2048
    epochs: int = 1
    rows: int = 0
    stride: int = 1
    size: int = 0

    def json(self) -> dict[str, Any]:
        """As it is told to a subject."""
        return asdict(self)

    @classmethod
    def restore(cls, values: dict[str, Any]) -> Workload:
        """What `json` gave."""
        return cls(**values | {"units": tuple(values["units"])})

    @property
    def windows(self) -> int:
        """Windows of the table: each has one target, in the row after its last."""
        return -(-(self.rows - self.timesteps) // self.stride)

    @property
    def flops(self) -> int:
        """Multiplications and additions of an epoch: the products of the forward pass, and twice as many backward."""
        widths = zip((self.features, *self.units), self.units, strict=False)
        gates = {"LSTM": 4, "GRU": 3}[self.cell]
        step = sum(2 * gates * units * (inputs + units) for inputs, units in widths)
        samples = self.windows if self.kind == "table" else self.samples
        return 3 * samples * self.timesteps * step

    @property
    def product(self) -> tuple[int, int, int]:
        """Rows, depth and columns of the product that every timestep of the last layer waits for."""
        units = self.units[-1]
        return self.batch, units, units * {"LSTM": 4, "GRU": 3}[self.cell]


def with_gru(workload: Workload) -> Workload:
    """The same shape with the other layer."""
    title = f"GRU {workload.title.replace('LSTM', 'GRU')}"
    return replace(workload, name=f"gru-{workload.name}", title=title, cell="GRU")


SMALL = Workload("small", "small: 2×LSTM(64), T 48, F 14, batch 64, 2,048 samples", "train", epochs=3)
LARGE = Workload(
    "large", "large: 2×LSTM(256), T 100, F 32, batch 64, 1,024 samples", "train",
    units=(256, 256), timesteps=100, features=32, samples=1024,
)  # fmt: skip
LONG = Workload(
    "long", "long: 2×LSTM(64), T 1,000, F 14, batch 32, 256 samples", "train", timesteps=1000, batch=32, samples=256
)
TABLE = Workload(
    "table", "table: 1,000,000 rows × 8 columns, T 168, every 20th window; LSTM(16), batch 256", "table",
    units=(16,), timesteps=168, features=8, batch=256, rows=1_000_000, stride=20,
)  # fmt: skip

WORKLOADS: tuple[Workload, ...] = (
    Workload("sgemm", "float32 product of square matrices", "matmul", size=4096),
    Workload("memory", "memory bandwidth", "memory", size=256),
    SMALL,
    replace(
        SMALL, name="gru-small", title=SMALL.title.replace("LSTM", "GRU").replace("small", "GRU small"), cell="GRU"
    ),
    LARGE,
    replace(
        LARGE, name="gru-large", title=LARGE.title.replace("LSTM", "GRU").replace("large", "GRU large"), cell="GRU"
    ),
    LONG,
    TABLE,
    Workload("single", "one sample, 2×LSTM(64), T 48, F 14", "single", samples=1),
    Workload("bulk-2048", "2,048 samples, 2×LSTM(64), T 48, F 14", "bulk"),
    Workload("bulk-16384", "16,384 samples, 2×LSTM(64), T 48, F 14", "bulk", samples=16384),
    Workload("parse", "a spec of 200 layers", "parse", size=200),
)

#: In place of the shapes above when only the way is tried: the figures mean nothing.
QUICK: dict[Kind, dict[str, Any]] = {
    "train": {"units": (4, 4), "timesteps": 6, "features": 3, "samples": 64, "epochs": 1},
    "table": {"units": (2,), "timesteps": 6, "rows": 2000},
    "single": {"units": (4, 4), "timesteps": 6, "features": 3},
    "bulk": {"units": (4, 4), "timesteps": 6, "features": 3, "samples": 128},
    "matmul": {"size": 128},
    "memory": {"size": 4},
    "parse": {"size": 20},
}


def workloads(*, quick: bool) -> dict[str, Workload]:
    """By name, in the order in which they are measured."""
    if not quick:
        return {w.name: w for w in WORKLOADS}
    return {w.name: replace(w, title=f"{w.name}, tiny", **QUICK[w.kind]) for w in WORKLOADS}
