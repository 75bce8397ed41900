"""The arguments of `fit` that change the spec, and those of Keras's `fit` that only the spec has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

from ..compiler import compile_tree, tree_of
from ..compiler.passes.samples import Look
from ..compiler.plan import Plan
from ..spec.base import Section
from ..spec.diagnostics import Diagnostic
from ..spec.errors import SpecError
from ..spec.overrides import override
from ..spec.run import Fit
from ..spec.training import Compile

_NO_KEY = {
    "initial_epoch": "a trained model continues after its last epoch by itself",
    "steps_per_epoch": "an epoch is one pass over all training samples; set `fit.epochs`",
    "validation_batch_size": "validation uses the batch size of the training; set `fit.batch_size`",
    "validation_freq": "every epoch is validated",
    "validation_steps": "every validation uses all validation samples",
}


def refuse_arguments(given: Mapping[str, Any]) -> None:
    """Refuses arguments that `fit` does not have.

    Raises:
        SpecError: the spec owns the argument (LC215); the message names its key.
        TypeError: nobody knows the argument.
    """
    problems = []
    for name in given:
        if name in _NO_KEY:
            message, help_ = f"`fit` has no argument `{name}`", _NO_KEY[name]
        elif (key := _key(name)) is not None:
            message, help_ = f"`{name}` belongs to the spec", f"set `{key}` in the spec"
        else:
            raise TypeError(f"fit() got an unexpected keyword argument '{name}'")
        problems.append(Diagnostic("LC215", message, help=help_))
    if problems:
        raise SpecError(problems)


def _key(name: str) -> str | None:
    sections: dict[str, type[Section]] = {"fit": Fit, "compile": Compile}
    return next((f"{key}.{name}" for key, section in sections.items() if name in section.model_fields), None)


def with_fit_arguments(plan: Plan, epochs: int | None, learning_rate: float | None) -> Plan:
    """The plan whose spec has these values; the same one if both are None.

    Raises:
        SpecError: a value is not valid.
    """
    given = {"fit.epochs": epochs, "compile.optimizer.learning_rate": learning_rate}
    overrides = [f"{path}={_json(path, value)}" for path, value in given.items() if value is not None]
    if not overrides:
        return plan
    assert plan.input is not None
    look = Look(plan.input.dims)
    return compile_tree(override(tree_of(plan.spec), overrides), lambda _: look, plan.name).result()


def _json(path: str, value: Any) -> str:
    if not isinstance(value, Real) or isinstance(value, bool):
        name = path.rpartition(".")[2]
        message = f"`{name}` is a number, and `fit` was given {type(value).__name__}"
        raise SpecError([Diagnostic("LC215", message, help=f"for anything else, set `{path}` in the spec")])
    return json.dumps(int(value) if isinstance(value, Integral) else float(value))
