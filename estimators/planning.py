"""From a spec, or none, and the shape of the data to the plan of an estimator's model."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ..compiler import compile_tree, tree_of
from ..compiler.passes.samples import Look
from ..compiler.plan import Plan
from ..spec.model import Kind, Spec
from ..spec.overrides import override
from ..spec.syntax import Tree, read

Readable: TypeAlias = str | os.PathLike[str] | dict[str, Any] | Spec

#: Samples in one call of the model, also the last: what is predicted for a sample does not depend on the others.
BLOCK = 64
#: Greatest default batch: small tables are trained on whole, in one step an epoch.
BATCH = 256
UNITS, EPOCHS, LEARNING_RATE = 32, 80, 0.03


@dataclass(frozen=True, slots=True)
class Target:
    """What the model is to predict.

    Attributes:
        units: columns of a regression's target, or the number of classes.
        classes: the labels in order, where JSON can hold them.
    """

    units: int
    classifies: bool = False
    classes: tuple[str | int, ...] | None = None

    def kind(self, last_units: int | None) -> Kind:
        """The task: two classes are one sigmoid, unless the last layer has a unit for each."""
        if not self.classifies:
            return "regression"
        return "binary" if self.units == 2 and last_units != 2 else "multiclass"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an estimator's parameters say; None leaves it to the spec."""

    seed: int | None = None
    units: int | None = None
    epochs: int | None = None
    batch_size: int | None = None


def tree(spec: Readable | None, target: Target, samples: int, settings: Settings) -> Tree:
    """The text of the spec, of the default one if there is none."""
    match spec:
        case None:
            return tree_of(_default(target, samples, settings.units or UNITS))
        case dict() | Spec():
            return tree_of(spec)
    return read(Path(spec))


def timesteps_of(spec: Tree) -> int | None:
    """The timesteps that the spec's `input` fixes."""
    node = spec.at(("input", "timesteps"))
    return node.value if node is not None and isinstance(node.value, int) else None


def plan(spec: Tree, axes: tuple[int, ...], target: Target, settings: Settings) -> Plan:
    """Compiles the spec, completed for samples of `axes` `[timesteps, features]` and for the target.

    Raises:
        SpecError: the spec has errors.
    """
    task: dict[str, Any] = {"kind": target.kind(_last_units(spec))}
    if target.classifies:
        task["classes"] = target.classes or target.units
    values: dict[str, Any] = {"task": task}
    if spec.at(("data",)) is not None:
        values["data"] = None  # the samples are handed in
    if spec.at(("input",)) is None:
        values["input"] = dict(zip(("timesteps", "features"), axes, strict=True))
    if spec.at(("predict", "batch_size")) is None:
        values["predict.batch_size"] = BLOCK
    fit = {"seed": settings.seed, "epochs": settings.epochs, "batch_size": settings.batch_size}
    values |= {f"fit.{key}": value for key, value in fit.items() if value is not None}
    assignments = (f"{path}={json.dumps(value)}" for path, value in values.items())
    return compile_tree(override(spec, assignments), lambda _: Look()).result()


def _last_units(spec: Tree) -> int | None:
    layers = spec.at(("layers",))
    for i in reversed(range(len(layers.items) if layers else 0)):
        node = spec.at(("layers", i, "units"))
        if node is not None and isinstance(node.value, int):
            return node.value
    return None


def _default(target: Target, samples: int, units: int) -> dict[str, object]:
    outputs = 1 if target.kind(None) == "binary" else target.units
    batches = -(-samples // BATCH)
    return {
        "lstmc": 1,
        "layers": [{"type": "LSTM", "units": units}, {"type": "Dense", "units": outputs}],
        "compile": {
            "optimizer": {"type": "Adam", "learning_rate": LEARNING_RATE, "clipnorm": 1.0},
            "metrics": [],  # scikit-learn scores; here they would only make the graph larger
        },
        "fit": {"epochs": EPOCHS, "batch_size": -(-samples // batches)},
    }
