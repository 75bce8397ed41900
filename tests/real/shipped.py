"""The examples that the package ships, as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from table import Row
from training import RMSE, Case, Family, Measure, Measured, on_test, trained

import lstmc
from lstmc.examples import TEMPLATES, files

PUBLISHED = {"counting": "4.5e-5; stock Keras 3: 7.8e-5 to 2.3e-4"}


def last_loss(_model: lstmc.Model, history: lstmc.History) -> Mapping[str, Measured]:
    """The loss of the last epoch, for an example that has no test part."""
    return {"training loss": Measured(history["loss"][-1])}


MEASURES: dict[str, Measure] = {
    "alarm": on_test("accuracy", "test accuracy"),
    "counting": last_loss,
    "digits": on_test("accuracy", "test accuracy"),
    "elnino": on_test(RMSE, "test RMSE"),
    "macrodata": on_test(RMSE, "test RMSE"),
    "pulses": on_test("accuracy", "test accuracy"),
    "sunspots": on_test(RMSE, "test RMSE"),
}


def example(name: str, folder: Path) -> Iterator[Row]:
    """An example over several seeds."""
    for file, content in files(name).items():
        (folder / file).write_bytes(content)
    spec = json.loads((folder / f"{name}.lstm.json").read_text(encoding="utf-8"))
    spec["data"]["source"] = str(folder / spec["data"]["source"])
    what = TEMPLATES[name].split(":")[0].rstrip(".")
    figures = {"training loss": PUBLISHED[name]} if name in PUBLISHED else {}
    yield from trained(f"{name}: {what}", spec, MEASURES[name], figures)


CASES: dict[str, Case] = {name: partial(example, name) for name in TEMPLATES}

FAMILY = Family(
    CASES,
    sources=(
        'The counting sequence: the tutorial "The 5 Step Life-Cycle for Long Short-Term Memory Models in Keras" '
        "(Machine Learning Mastery).",
    ),
)
