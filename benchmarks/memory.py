"""Measures the memory of training on windows that do not fit into it, and of preparing a table that does.

Writes a Parquet and a CSV file of random walks, trains one epoch on each as a stream in a process of its own, and
prints the peak of resident memory above what the process had after its imports. `--prepare` measures the table in
memory instead: its peak over the bytes of its own numbers.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

COLUMNS = 8
#: Rows of a table that loads what is loaded at first use.
FEW = 2000
MIB = 2**20


def main() -> None:
    """Measures what the command line asks for."""
    asked = arguments()
    if asked.worker:
        print(json.dumps(measured(asked, Path(asked.worker))))
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = written(Path(folder), asked.rows)
        for path in paths:
            told = subprocess.run(
                [sys.executable, "-W", "ignore", __file__, *sys.argv[1:], "--worker", str(path)],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            print(f"{path.suffix.removeprefix('.'):8}", told.strip(), flush=True)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--timesteps", type=int, default=168)
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--units", type=int, default=1)
    parser.add_argument("--batch-size", type=int, default=1024)
    parser.add_argument("--dense", action="store_true", help="a model without recurrent layers, whose steps are short")
    parser.add_argument("--prepare", action="store_true", help="measure a table that is held in memory")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


def written(folder: Path, rows: int) -> list[Path]:
    """A Parquet and a CSV file of the same random walks, hour by hour."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(0)
    hours = pl.Series("time", np.arange(rows) * 3_600_000_000).cast(pl.Datetime("us"))
    table = pl.DataFrame([hours, *(pl.Series(f"f{i}", rng.normal(size=rows).cumsum()) for i in range(COLUMNS))])
    for name, part in (("walks", table), ("few", table.head(FEW))):
        part.write_parquet(folder / f"{name}.parquet")
        part.write_csv(folder / f"{name}.csv")
    return [folder / "walks.parquet", folder / "walks.csv"]


def measured(asked: argparse.Namespace, path: Path) -> dict[str, Any]:
    """Peak memory and seconds of one training, or of preparing a table."""
    import lstmc

    if asked.prepare:
        return prepared(asked, path)
    model = lstmc.build(spec(asked, path, stream=True))
    import keras
    import polars
    import tensorflow as tf

    assert keras
    assert polars
    assert tf
    before = resident("VmRSS")
    reset_peak()
    began = time.perf_counter()
    history = model.fit()
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "peak above imports, MiB": resident("VmHWM") - before,
        "after imports, MiB": before,
        "loss": history["loss"],
        "notes": history.notes,
        **windows(asked),
    }


def prepared(asked: argparse.Namespace, path: Path) -> dict[str, Any]:
    """Peak memory and seconds of preparing a table in memory."""
    import polars

    from lstmc.runtime.data import Contract, prepare
    from lstmc.spec.model import Spec

    assert polars
    few, data = (Spec.model_validate(spec(asked, file, stream=False)).data for file in (path.with_stem("few"), path))
    assert few is not None
    assert data is not None
    contract = Contract((asked.timesteps, COLUMNS), (1,), "values")
    prepare(few, contract, Path(), 0)
    before = resident("VmRSS")
    reset_peak()
    began, worked = time.perf_counter(), time.process_time()
    dataset = prepare(data, contract, Path(), 0)
    table = asked.rows * (COLUMNS + 1) * 8 / MIB
    peak, after = resident("VmHWM") - before, resident("VmRSS") - before
    return {
        "seconds": round(time.perf_counter() - began, 2),
        "cpu seconds": round(time.process_time() - worked, 2),
        "peak, MiB": peak,
        "held, MiB": after,
        "table, MiB": round(table, 1),
        "peak over table": round(peak / table, 2),
        "samples": len(dataset.parts["train"]),
    }


def spec(asked: argparse.Namespace, path: Path, *, stream: bool) -> dict[str, Any]:
    """A tiny model of windows over the file."""
    recurrent = [{"type": "Flatten"}] if asked.dense else [{"type": "LSTM", "units": asked.units}]
    return {
        "lstmc": 1,
        "task": "regression",
        "input": {"timesteps": asked.timesteps, "features": COLUMNS},
        "layers": [*recurrent, {"type": "Dense", "units": 1}],
        "data": {
            "source": str(path),
            "time": "time",
            "target": "f0",
            "window": {"timesteps": asked.timesteps, "stride": asked.stride},
            "scale": "standard",
            "split": {"train": 0.9, "validation": 0.05, "test": 0.05},
            "stream": stream,
        },
        "fit": {"epochs": 1, "batch_size": asked.batch_size},
    }


def windows(asked: argparse.Namespace) -> dict[str, float]:
    """How many windows are trained on, and what they would take as float32."""
    count = int(asked.rows * 0.9 - asked.timesteps) // asked.stride
    return {"windows": count, "windows, GB": round(count * asked.timesteps * COLUMNS * 4 / 1e9, 2)}


def resident(key: str) -> int:
    """MiB of `VmRSS` or `VmHWM`."""
    found = re.search(rf"{key}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) // 1024


def reset_peak() -> None:
    """The greatest resident memory is counted anew from here on."""
    Path("/proc/self/clear_refs").write_text("5")


if __name__ == "__main__":
    main()
