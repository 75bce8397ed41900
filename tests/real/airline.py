"""Airline passengers, month by month: five models of one tutorial, A1 to A5."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from table import Row
from training import DATA, RMSE, Family, Measured, Spec, measured, trained

import lstmc

SOURCE = DATA / "airline-passengers.csv"
SERIES = {"source": str(SOURCE), "time": "Month", "target": "Passengers"}
PUBLISHED = {
    "A1": ("22.93", "47.53"),
    "A2": ("24.19", "58.03"),
    "A3": ("23.69", "58.88"),
    "A4": ("20.74", "52.23"),
    "A5": ("20.49", "56.35"),
}
WHAT = {
    "A1": "one month back",
    "A2": "three months back as features",
    "A3": "three months back as timesteps",
    "A4": "three months back, states kept within an epoch",
    "A5": "the same, two layers",
}


def spec(name: str, folder: Path) -> Spec:
    """The spec of a case; A2 reads a table of its own, written to the folder."""
    stateful = {"stateful": True} if name in ("A4", "A5") else {}
    recurrent = {"type": "LSTM", "units": 4, **stateful}
    window = {**SERIES, "window": {"timesteps": 1 if name == "A1" else 3}}
    content: Spec = {
        "lstmc": 1,
        "task": "regression",
        "layers": [*[recurrent] * (2 if name == "A5" else 1), {"type": "Dense", "units": 1}],
        "compile": {"metrics": [RMSE]},
        "data": {
            **(lagged(folder) if name == "A2" else window),
            "scale": "minmax",
            "split": {"train": 0.67, "test": 0.33, "order": "file"},
        },
        "fit": {"epochs": 100, "batch_size": 1},
    }
    if stateful:
        content["input"] = {"timesteps": 3, "features": 1, "batch_size": 1}
    return content


def lagged(folder: Path) -> Mapping[str, object]:
    """A table whose rows are three months and the one after them."""
    with SOURCE.open(newline="", encoding="utf-8") as file:
        passengers = [float(row["Passengers"]) for row in csv.DictReader(file)]
    path = folder / "lagged.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["t-2", "t-1", "t", "next"])
        writer.writerows(zip(*(passengers[i : len(passengers) - 3 + i] for i in range(4)), strict=True))
    return {"source": str(path), "target": "next", "arrange": "columns_as_features"}


def both_parts(model: lstmc.Model, _history: lstmc.History) -> Mapping[str, Measured]:
    """RMSE of the training part and of the test part."""
    return {
        "train RMSE": Measured(model.evaluate(on="train").metrics[RMSE]),
        "test RMSE": measured(model.evaluate(on="test"), RMSE),
    }


def case(name: str, folder: Path) -> Iterator[Row]:
    """One of the five."""
    published = dict(zip(("train RMSE", "test RMSE"), PUBLISHED[name], strict=True))
    yield from trained(f"{name} airline, {WHAT[name]}", spec(name, folder), both_parts, published)


FAMILY = Family(
    {name: partial(case, name) for name in PUBLISHED},
    notes=(
        "Airline: the published figures scale by the whole series, test part included; here scalers are fitted on the "
        "training part alone, so that the test part reaches up to 1.7, where a network must extrapolate. The "
        "published windows begin anew at the test part; here the first test windows reach back into the training "
        "part, so that no month is lost.",
        "A4 and A5: one run of each is published, of a Keras whose LSTM had other gates (`hard_sigmoid`). What comes "
        "out depends on the seed more than on the scaling: scaled and cut as published, lstmc has a test RMSE of 71, "
        "58 and 66 for A4 and 114, 75 and 150 for A5 with seeds 0, 1 and 2; the losses of A5 are those of stock Keras "
        "to the last digit.",
    ),
    sources=(
        'A1 to A5: "Time Series Prediction with LSTM Recurrent Neural Networks in Python with Keras" (Machine '
        "Learning Mastery).",
    ),
)
