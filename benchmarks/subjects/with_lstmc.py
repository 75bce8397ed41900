"""lstmc, by nothing but what other programs may call."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from workloads import Workload

import lstmc
from subjects import Repeat, per_call, timed
from subjects.samples import FEW, arrays, spec
from subjects.samples import table as rows_of


def training(workload: Workload) -> tuple[Repeat, str]:
    """Epochs of a model that has been trained before."""
    x, y = arrays(workload)
    model = lstmc.build(spec(workload))
    model.fit(x, y)
    return lambda: timed(lambda: model.fit(x, y)) / workload.epochs, ""


def table(workload: Workload) -> tuple[Repeat, str]:
    """An epoch over the windows of a Parquet file, from reading it to the end."""
    import polars as pl

    folder = Path(tempfile.mkdtemp())
    names = [f"c{i}" for i in range(workload.features)]
    pl.DataFrame(rows_of(workload.rows, workload.features), schema=names).write_parquet(folder / "all.parquet")
    few = pl.DataFrame(rows_of(FEW, workload.features), schema=names)
    document = spec(workload) | {
        "data": {
            "source": str(folder / "all.parquet"),
            "target": names[-1],
            "window": {"timesteps": workload.timesteps, "stride": workload.stride},
            "split": {"train": 1.0},
        },
        "runtime": {"schedule": "resident"},  # as it is chosen for the whole table; few rows would be trained otherwise
    }
    model = lstmc.build(document)
    model.fit(few)
    return lambda: timed(model.fit), ""


def artifact(workload: Workload) -> Path:
    """A trained model on disk."""
    x, y = arrays(workload)
    model = lstmc.build(spec(workload))
    model.fit(x[:2], y[:2])
    return model.save(Path(tempfile.mkdtemp()) / "model.lstmc")


def single(workload: Workload) -> tuple[Repeat, str]:
    """Calls with one sample."""
    x, _ = arrays(workload)
    model = lstmc.load(artifact(workload))
    return per_call(lambda: model.predict(x[:1])), ""


def bulk(workload: Workload) -> tuple[Repeat, str]:
    """Calls with all samples."""
    x, _ = arrays(workload)
    model = lstmc.load(artifact(workload))
    return per_call(lambda: model.predict(x)), ""


def many_layers(count: int) -> str:
    """The text of a spec."""
    layers = [{"type": "LSTM", "units": 8, "dropout": 0.1, "name": f"l{i}"} for i in range(count - 1)]
    document = {
        "lstmc": 1,
        "task": "regression",
        "input": {"timesteps": 8, "features": 4},
        "layers": [*layers, {"type": "Dense", "units": 1}],
    }
    return json.dumps(document, indent=2)


def parsing(workload: Workload) -> tuple[Repeat, str]:
    """The parser, which keeps the place of every key and value."""
    from lstmc.spec.syntax import parse

    text = many_layers(workload.size)
    return per_call(lambda: parse(text, "many.lstm.json")), f"{len(text):,} characters"


def checking(workload: Workload) -> tuple[Repeat, str]:
    """All that `lstmc check` says of a file."""
    file = Path(tempfile.mkdtemp()) / "many.lstm.json"
    file.write_text(many_layers(workload.size), encoding="utf-8")
    check: Callable[[], object] = lambda: lstmc.check(file)  # noqa: E731 - timed as one call
    return per_call(check), ""
