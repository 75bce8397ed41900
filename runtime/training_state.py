"""The training state of an artifact under a changed spec: what the spec says wins over what was saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..compiler.plan import Plan
from ..compiler.targets.calls import Call, layer_call
from ..spec.optimizers import Schedule

Tensors = Mapping[str, NDArray[Any]]
_OPTIMIZER, _SEEDS, _STATES = "optimizer/", "seeds/", "states/"
_RATE_PATHS = ("compile", "compile.optimizer", "compile.optimizer.learning_rate")


@dataclass(frozen=True, slots=True)
class Carried:
    """The tensors that are still valid, and what a user should know about the others."""

    tensors: Tensors
    notes: tuple[str, ...] = ()


def sets_rate(overrides: Iterable[str]) -> bool:
    """Whether one of the overrides `PATH=VALUE` sets the learning rate, even to the value that the spec has."""
    paths = [assignment.partition("=")[0] for assignment in overrides]
    return any(path in _RATE_PATHS or path.startswith(f"{_RATE_PATHS[-1]}.") for path in paths)


def carried(tensors: Tensors, before: Plan, after: Plan, *, rate_set: bool) -> Carried:
    """The tensors of a model trained with the plan `before`, for a training with the plan `after`.

    The state of an optimizer belongs to its type and to its schedule: with another one it starts fresh. A learning
    rate that the spec changes, or that the caller sets (`rate_set`), takes effect. The random generators of a layer
    whose seed has changed start from the new seed, and stateful layers with another batch size start without memory.
    """
    assert before.optimizer is not None
    assert after.optimizer is not None
    kept, notes, rate = dict(tensors), [], after.optimizer.learning_rate
    if (reason := _fresh(before, after)) and any(name.startswith(_OPTIMIZER) for name in kept):
        kept = _without(kept, _OPTIMIZER)
        notes.append(f"the optimizer starts without its saved state: {reason}")
    if isinstance(before.optimizer.learning_rate, Schedule) and not isinstance(rate, Schedule):
        old = before.optimizer.learning_rate.type
        notes.append(f"the learning rate {rate:g} replaces the schedule {old}")
    kept = _with_rate_of_spec(kept, before, after, rate_set=rate_set)
    kept = _with_whole_accumulation(_with_scope(kept, before, after), before, after)
    for i, node in enumerate(after.nodes):
        if _seeds(layer_call(before, i, seeds=True)) != _seeds(layer_call(after, i, seeds=True)):
            kept = _without(kept, f"{_SEEDS}{node.name}/")
    if _batch(before) != _batch(after):
        kept = _without(kept, _STATES)
    return Carried(kept, tuple(notes))


def _fresh(before: Plan, after: Plan) -> str:
    """Why the optimizer's state is not that of the new spec's optimizer; empty if it is."""
    old, new = before.optimizer, after.optimizer
    assert old is not None
    assert new is not None
    if old.type != new.type:
        return f"it was that of {old.type}, and the spec now has {new.type}"
    if isinstance(new.learning_rate, Schedule) and new.learning_rate != old.learning_rate:
        return "the spec has another learning-rate schedule, which begins at step 0"
    return ""


def _with_rate_of_spec(tensors: Tensors, before: Plan, after: Plan, *, rate_set: bool) -> dict[str, NDArray[Any]]:
    assert before.optimizer is not None
    assert after.optimizer is not None
    if not rate_set and before.optimizer.learning_rate == after.optimizer.learning_rate:
        return dict(tensors)
    return {name: array for name, array in tensors.items() if _variable(name) != "learning_rate"}


def _with_scope(tensors: Tensors, before: Plan, after: Plan) -> dict[str, NDArray[Any]]:
    """Keras puts the name of the model before the names of the optimizer's variables."""
    if before.name == after.name:
        return dict(tensors)
    from ..compiler.targets.keras import scope_of

    old, new = f"{scope_of(before.name)}_", f"{scope_of(after.name)}_"
    return {
        name.replace(old, new, 1) if _variable(name).startswith(old) else name: array for name, array in tensors.items()
    }


def _with_whole_accumulation(tensors: Tensors, before: Plan, after: Plan) -> dict[str, NDArray[Any]]:
    """With another number of accumulated batches, the step count is that of whole updates: the sums start at 0."""
    assert before.optimizer is not None
    assert after.optimizer is not None
    steps = after.optimizer.gradient_accumulation_steps
    if steps == before.optimizer.gradient_accumulation_steps:
        return dict(tensors)
    kept = {name: array for name, array in tensors.items() if not name.endswith("_gradient_accumulator")}
    if steps is not None:
        kept |= {
            name: np.asarray(array - array % steps) for name, array in kept.items() if _variable(name) == "iteration"
        }
    return kept


def _variable(name: str) -> str:
    """The name that Keras gives to a variable of the optimizer; empty for other tensors."""
    return name.split("/", 2)[2] if name.startswith(_OPTIMIZER) else ""


def _seeds(call: Call) -> tuple[Any, ...]:
    """The seeds of a layer's random generators, those of the layers that it holds included."""
    inner = [value for value in call.arguments.values() if isinstance(value, Call) and value.module == "layers"]
    return (call.arguments.get("seed"), *(_seeds(layer) for layer in inner))


def _batch(plan: Plan) -> int | None:
    return plan.input.batch if plan.input else None


def _without(tensors: Tensors, prefix: str) -> dict[str, NDArray[Any]]:
    return {name: array for name, array in tensors.items() if not name.startswith(prefix)}
