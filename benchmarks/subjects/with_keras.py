"""Keras, on the backend that `KERAS_BACKEND` names; plain graph and XLA are tried, and the faster is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
from workloads import Workload

from subjects import Repeat, fastest, per_call, timed
from subjects.samples import FEW, arrays
from subjects.samples import table as rows_of

#: On JAX, Keras itself compiles with XLA.
SETTINGS: tuple[Any, ...] = ("auto", True) if keras.backend.backend() == "tensorflow" else ("auto",)
BATCHES = (32, 128, 512)


def model_of(workload: Workload, jit_compile: Any = "auto") -> Any:
    """As a Keras user writes it."""
    cell = getattr(keras.layers, workload.cell)
    last = len(workload.units) - 1
    model = keras.Sequential([keras.layers.Input((workload.timesteps, workload.features))])
    for i, units in enumerate(workload.units):
        model.add(cell(units, return_sequences=i < last))
    model.add(keras.layers.Dense(1))
    model.compile(optimizer="adam", loss="mean_squared_error", jit_compile=jit_compile)
    return model


def training(workload: Workload) -> tuple[Repeat, str]:
    """Epochs of a model that has been trained before."""
    x, y = arrays(workload)

    def repeats() -> Iterator[tuple[str, Repeat]]:
        for setting in SETTINGS:
            model = model_of(workload, setting)

            def repeat(model: Any = model) -> float:
                options = {"epochs": workload.epochs, "batch_size": workload.batch, "verbose": 0}
                return timed(lambda: model.fit(x, y, **options)) / workload.epochs

            yield f"jit_compile={setting!r}", repeat

    return fastest(repeats())


def table(workload: Workload) -> tuple[Repeat, str]:
    """An epoch over the windows of a Parquet file, from reading it to the end."""
    import polars as pl

    file = Path(tempfile.mkdtemp()) / "all.parquet"
    names = [f"c{i}" for i in range(workload.features)]
    pl.DataFrame(rows_of(workload.rows, workload.features), schema=names).write_parquet(file)
    few = rows_of(FEW, workload.features)

    def windows(rows: Any) -> Any:
        return keras.utils.timeseries_dataset_from_array(
            rows[:-1],
            rows[workload.timesteps :, -1:],
            sequence_length=workload.timesteps,
            sequence_stride=workload.stride,
            batch_size=workload.batch,
            shuffle=True,
        )

    models = {f"jit_compile={setting!r}": model_of(workload, setting) for setting in SETTINGS}
    trials = [
        (name, lambda model=model: timed(lambda: model.fit(windows(few), verbose=0))) for name, model in models.items()
    ]
    _, note = fastest(trials)
    fit = models[note].fit
    return lambda: timed(lambda: fit(windows(pl.read_parquet(file).to_numpy()), verbose=0)), note


def single(workload: Workload) -> tuple[Repeat, str]:
    """Calls with one sample."""
    x, _ = arrays(workload)
    model = model_of(workload)
    return per_call(lambda: model.predict(x[:1], verbose=0)), ""


def bulk(workload: Workload) -> tuple[Repeat, str]:
    """Calls with all samples."""
    x, _ = arrays(workload)

    def calls() -> Iterator[tuple[str, Repeat]]:
        for setting in SETTINGS:
            model = model_of(workload, setting)
            for batch in BATCHES:

                def repeat(model: Any = model, batch: int = batch) -> float:
                    return timed(lambda: model.predict(x, batch_size=batch, verbose=0))

                yield f"jit_compile={setting!r}, batch_size={batch}", repeat

    return fastest(calls())


def plain(workload: Workload) -> tuple[Repeat, str]:
    """Calls with all samples, and nothing else: `model.predict(x)`."""
    x, _ = arrays(workload)
    model = model_of(workload)
    model.predict(x, verbose=0)
    return lambda: timed(lambda: model.predict(x, verbose=0)), "jit_compile='auto', batch_size=32"
