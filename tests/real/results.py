"""Trains on real data and writes `docs/results.md`: `make real`, some minutes.

The data lies in the folder `shared/data` beside the checkout; without it only the examples are run.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

import lstmc
from lstmc.examples import TEMPLATES, files

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
SEEDS = (0, 1, 2)
RMSE = "root_mean_squared_error"


@dataclass(frozen=True)
class Row:
    """One line of the table: what was trained, what came out over the seeds, what is published."""

    case: str
    model: str
    figure: str
    found: tuple[float, ...]
    baseline: str
    published: str
    seconds: float

    def line(self) -> str:
        low, high = min(self.found), max(self.found)
        spread = f"{mean(self.found):.6g}" + (f" ({low:.4g} … {high:.4g})" if len(self.found) > 1 else "")
        cells = (self.case, self.model, self.figure, spread, self.baseline, self.published, f"{self.seconds:.0f} s")
        return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Runs all cases and writes the table."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [*examples(Path(folder))]
        if DATA.is_dir():
            rows += [*airline(Path(folder)), *shampoo(), *motions()]
        else:
            print("shared/data is not beside the checkout: only the examples are run", file=sys.stderr)
    if DATA.is_dir():
        (ROOT / "docs" / "results.md").write_text(page(rows), encoding="utf-8")
    print("\n".join(row.line() for row in rows))


def seeded(spec: dict[str, Any], seed: int) -> dict[str, Any]:
    """The spec with another seed."""
    return {**spec, "fit": {**spec["fit"], "seed": seed}}


def examples(folder: Path) -> Iterator[Row]:
    """The three examples as they ship, over three seeds."""
    published = {"counting": "4.5e-5; stock Keras 3: 7.8e-5 to 2.3e-4", "sunspots": "–", "digits": "–"}
    for name in ("counting", "sunspots", "digits"):
        for file, content in files(name).items():
            (folder / file).write_bytes(content)
        spec = json.loads((folder / f"{name}.lstm.json").read_text())
        spec["data"]["source"] = str(folder / spec["data"]["source"])
        began, found, baseline = time.perf_counter(), [], ""
        for seed in SEEDS:
            model = lstmc.build(seeded(spec, seed))
            history = model.fit()
            report = model.evaluate()
            key = {"counting": "loss", "sunspots": RMSE, "digits": "accuracy"}[name]
            found.append(history["loss"][-1] if key == "loss" else report.metrics[key])
            baseline = f"{report.baseline_name} {report.baseline[key]:.4g}" if key in report.baseline else "–"
            note(name, seed, found[-1])
        figure = {"counting": "training loss", "sunspots": "test RMSE", "digits": "test accuracy"}[name]
        took = (time.perf_counter() - began) / len(SEEDS)
        yield Row(
            f"{name}: {TEMPLATES[name].split(':')[0].rstrip('.')}",
            layers(spec),
            figure,
            tuple(found),
            baseline,
            published[name],
            took,
        )


def airline(folder: Path) -> Iterator[Row]:
    """A1 to A3: one or three months back, as features or as timesteps."""
    source = DATA / "airline-passengers.csv"
    with source.open(newline="") as file:
        passengers = [float(row["Passengers"]) for row in csv.DictReader(file)]
    lagged = folder / "lagged.csv"
    with lagged.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["t-2", "t-1", "t", "next"])
        writer.writerows(zip(*(passengers[i : len(passengers) - 3 + i] for i in range(4)), strict=True))
    series = {"source": str(source), "time": "Month", "target": "Passengers"}
    table = {"source": str(lagged), "target": "next", "arrange": "columns_as_features", "split": {"order": "file"}}
    cases = {
        "A1": ({**series, "window": {"timesteps": 1}}, "one month back", "22.93 / 47.53"),
        "A2": (table, "three months back as features", "24.19 / 58.03"),
        "A3": ({**series, "window": {"timesteps": 3}}, "three months back as timesteps", "23.69 / 58.88"),
    }
    for case, (data, what, published) in cases.items():
        split = {**data.get("split", {}), "train": 0.67, "test": 0.33}
        spec = {
            "lstmc": 1,
            "task": "regression",
            "layers": [{"type": "LSTM", "units": 4}, {"type": "Dense", "units": 1}],
            "compile": {"metrics": [RMSE]},
            "data": {**data, "scale": "minmax", "split": split},
            "fit": {"epochs": 100, "batch_size": 1},
        }
        began, train, test, baseline = time.perf_counter(), [], [], ""
        for seed in SEEDS:
            model = lstmc.build(seeded(spec, seed))
            model.fit()
            train.append(model.evaluate(on="train").metrics[RMSE])
            report = model.evaluate(on="test")
            test.append(report.metrics[RMSE])
            baseline = f"{report.baseline_name} {report.baseline[RMSE]:.4g}"
            note(case, seed, train[-1], test[-1])
        took = (time.perf_counter() - began) / len(SEEDS)
        known = published.split(" / ")
        yield Row(f"{case} airline, {what}", layers(spec), "train RMSE", tuple(train), "–", known[0], took)
        yield Row(f"{case} airline, {what}", layers(spec), "test RMSE", tuple(test), baseline, known[1], took)


def shampoo() -> Iterator[Row]:
    """Persistence over the last twelve months: an exact figure that needs no training."""
    spec = {
        "lstmc": 1,
        "task": "regression",
        "layers": [{"type": "LSTM", "units": 4}, {"type": "Dense", "units": 1}],
        "compile": {"metrics": [RMSE]},
        "data": {
            "source": str(DATA / "shampoo.csv"),
            "time": "Month",
            "target": "Sales",
            "window": {"timesteps": 1},
            "scale": {"minmax": [-1, 1]},
            "split": {"train": 24, "test": 12},
        },
        "fit": {"epochs": 1},
    }
    began = time.perf_counter()
    model = lstmc.build(spec)
    model.fit()
    found = model.evaluate().baseline[RMSE]
    if f"{found:.3f}" != "136.761":
        raise SystemExit(f"shampoo: persistence gives {found:.6f}, and 136.761 is published")
    yield Row(
        "shampoo, last 12 months",
        "persistence",
        "RMSE",
        (round(found, 3),),
        "–",
        "136.761",
        time.perf_counter() - began,
    )


def motions() -> Iterator[Row]:
    """BasicMotions: four activities from six sensors, 100 steps, the archive's own split."""
    archive = np.load(DATA / "BasicMotions.npz")
    spec = {
        "lstmc": 1,
        "task": {"kind": "multiclass", "classes": 4},
        "input": {"timesteps": 100, "features": 6},
        "layers": [{"type": "LSTM", "units": 32}, {"type": "Dense", "units": 4}],
        "compile": {"optimizer": {"type": "Adam", "learning_rate": 0.005, "clipnorm": 1.0}},
        "fit": {"epochs": 60, "batch_size": 8},
    }
    mean_, std = archive["X_train"].mean(axis=(0, 1)), archive["X_train"].std(axis=(0, 1))
    x_train, x_test = ((archive[name] - mean_) / std for name in ("X_train", "X_test"))
    began, found, baseline = time.perf_counter(), [], ""
    for seed in SEEDS:
        model = lstmc.build(seeded(spec, seed))
        model.fit(x_train, archive["y_train"])
        report = model.evaluate(x_test, archive["y_test"])
        found.append(report.metrics["accuracy"])
        baseline = f"{report.baseline_name} {report.baseline['accuracy']:.4g}"
        note("BasicMotions", seed, found[-1])
    took = (time.perf_counter() - began) / len(SEEDS)
    yield Row("BasicMotions, 40 / 40 sequences", layers(spec), "test accuracy", tuple(found), baseline, "–", took)


def layers(spec: dict[str, Any]) -> str:
    """`LSTM(4) > Dense(1)`."""
    sizes = (layer.get("units", layer.get("rate")) for layer in spec["layers"])
    return " > ".join(f"{layer['type']}({size})" for layer, size in zip(spec["layers"], sizes, strict=True))


def note(*facts: object) -> None:
    """Says on stderr how far it is."""
    print(*(f"{fact:.5g}" if isinstance(fact, float) else fact for fact in facts), file=sys.stderr, flush=True)


def page(rows: list[Row]) -> str:
    """The page with the table."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("lstmc", "tensorflow", "keras", "numpy"))
    return "\n".join(
        [
            "# Results on real data",
            "",
            "Written by `make real`; do not edit. Figures are in original units, means over the seeds "
            f"{', '.join(map(str, SEEDS))} with the least and greatest in brackets; the time is that of one seed, "
            "training and evaluation, on two cores.",
            "",
            f"Versions: {versions}.",
            "",
            "| case | model | figure | found | naive baseline | published | time |",
            "|---|---|---|---|---|---|---|",
            *(row.line() for row in rows),
            "",
            "The published airline figures scale by the whole series, test part included; here scalers are fitted on",
            "the training part alone. Their windows begin anew at the test part; here the first test windows reach",
            "back into the training part, so that no month is lost. Published figures vary with seed and version.",
            "",
            "Sources of the published figures: the counting sequence and the airline models are those of the tutorials",
            '"The 5 Step Life-Cycle for Long Short-Term Memory Models in Keras" and "Time Series Prediction with LSTM',
            "Recurrent Neural Networks in Python with Keras\" (Machine Learning Mastery); shampoo's persistence is",
            'that of "Time Series Forecasting with the Long Short-Term Memory Network in Python" (the same).',
            "",
        ]
    )


if __name__ == "__main__":
    main()
