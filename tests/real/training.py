"""Trains a spec with several seeds and measures what came out; what all cases share."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from table import Row

import lstmc

DATA = Path(__file__).parents[3] / "shared" / "data"
SEEDS = 3
RMSE = "root_mean_squared_error"

Spec: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """A figure of a trained model, and what naive predictions have in its place."""

    value: float
    baseline: str = "–"


Measure: TypeAlias = Callable[[lstmc.Model, lstmc.History], Mapping[str, Measured]]
#: A case: given a folder for its files, it gives its rows.
Case: TypeAlias = Callable[[Path], Iterator[Row]]


@dataclass(frozen=True)
class Family:
    """Cases that belong together.

    Attributes:
        cases: by their names.
        notes: what a reader of their figures should know.
        sources: where the published ones are from.
    """

    cases: Mapping[str, Case]
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def trained(
    case: str,
    spec: Spec,
    measure: Measure,
    published: Mapping[str, str] | None = None,
    *,
    seeds: int = SEEDS,
    arrays: Sequence[Any] = (),
) -> Iterator[Row]:
    """A row for each figure that `measure` takes of the model, trained once with each seed."""
    found: dict[str, list[Measured]] = {}
    began = time.perf_counter()
    for seed in range(seeds):
        model = lstmc.build({**spec, "fit": {**spec["fit"], "seed": seed}})
        history = model.fit(*arrays)
        for figure, measured in measure(model, history).items():
            found.setdefault(figure, []).append(measured)
            print(f"{case}, seed {seed}: {figure} {measured.value:.5g}", file=sys.stderr, flush=True)
    took = (time.perf_counter() - began) / seeds
    for figure, all_measured in found.items():
        values = tuple(measured.value for measured in all_measured)
        known = (published or {}).get(figure, "–")
        yield Row(case, layers(spec), figure, values, all_measured[-1].baseline, known, took)


def on_test(key: str, figure: str, *, beside: str = "") -> Measure:
    """The metric `key` on the test part, beside lstmc's own baseline and what is `beside` it."""

    def measure(model: lstmc.Model, _history: lstmc.History) -> Mapping[str, Measured]:
        return {figure: measured(model.evaluate(on="test"), key, beside)}

    return measure


def measured(report: lstmc.Evaluation, key: str, beside: str = "") -> Measured:
    """The metric `key` of an evaluation, and that of its baseline."""
    own = f"{report.baseline_name} {report.baseline[key]:.4g}" if key in report.baseline else ""
    return Measured(report.metrics[key], "; ".join(filter(None, (own, beside))) or "–")


def exact(what: str, found: float, published: str) -> None:
    """Ends the run where a figure that needs no training is not the published one."""
    if f"{found:.3f}" != published:
        raise SystemExit(f"{what} gives {found:.6f}, and {published} is published")


def layers(spec: Spec) -> str:
    """`LSTM(4) > Dense(1)`."""
    return " > ".join(_layer(layer) for layer in spec["layers"])


def _layer(layer: Mapping[str, Any]) -> str:
    if "layer" in layer:
        return f"{layer['type']}({_layer(layer['layer'])})"
    size = next((layer[key] for key in ("units", "filters", "output_dim", "n", "rate") if key in layer), "")
    return f"{layer['type']}({size}{', stateful' if layer.get('stateful') else ''})"
