"""How a training runs: the one place that weighs what XLA costs against what it saves.

The figures were taken on two cores of an x86 server; nothing is measured at run time, so equal trainings run alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from .kernels import recurrent
from .plan import Plan, held

Loop: TypeAlias = Literal["fused", "resident", "batchwise"]

#: Seconds to trace and compile, once, and for each recurrent layer.
_COMPILE, _COMPILE_LAYER = 1.0, 0.7
_TRACE, _TRACE_LAYER = 0.7, 0.4
#: Seconds of a step beside its arithmetic: Keras's own step function, for each timestep of a layer; the loop's.
_KERAS_STEP, _KERAS_TIMESTEP, _LOOP_STEP = 1.5e-3, 0.15e-3, 0.4e-3
#: Operations a second: of Keras's step on all cores, of a shard.
_KERAS_SPEED, _SPEED = 25e9, 35e9
#: Operations of a step from which shards pay, and up to which all epochs may be one computation.
_SHARDED, _FUSED = 100e6, 20e6
#: Seconds that one call may take, so that progress and cancellation are not kept waiting; epochs in a call at most.
CALL_S = 0.1
_EPOCHS = 250
#: Samples of a shard at least.
_SHARD = 8
_GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}
#: Losses that are not a mean over samples, so that a part of a batch does not have a part of its loss.
_MEAN = "sum_over_batch_size"
_WHOLE_BATCH = frozenset({"Dice", "Tversky", "CTC", "Circle"})


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a training runs.

    Attributes:
        loop: `fused`: many epochs are one XLA computation; `resident`: many steps in a call, each of XLA
            computations; `batchwise`: Keras's own step function, batch by batch.
        shards: parts of a batch whose gradients are computed beside each other.
        epochs: epochs that one call of a fused loop has room for.
        why: what decided it, in words.
    """

    loop: Loop = "batchwise"
    shards: int = 1
    epochs: int = 0
    why: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As `runtime.schedule` takes it."""
        return {"loop": self.loop, "shards": self.shards}


def schedule(  # noqa: PLR0913 - what decides it
    plan: Plan,
    samples: int,
    batch_size: int,
    cores: int,
    *,
    stepwise: str = "",
    gpu: bool = False,
    streamed: bool = False,
) -> Schedule:
    """The schedule of a training.

    Args:
        plan: the plan; its `runtime.schedule` has the last word where it can.
        samples: samples of an epoch.
        batch_size: samples of a step.
        cores: threads that may compute.
        stepwise: what must look at every step, in words; empty for nothing.
        gpu: whether the device is a GPU.
        streamed: whether the samples come in chunks, so that no call holds a whole epoch.
    """
    wanted = plan.spec.runtime.schedule
    obstacle = stepwise or (
        "on a GPU the stock layers run, with cuDNN where it can be used" if gpu else _obstacle(plan)
    )
    if obstacle:
        return Schedule(why=(f"batch by batch, as {obstacle}",))
    flops = operations(plan, batch_size)
    steps = -(-samples // batch_size)
    shards = _shards(flops, batch_size, cores, wanted.shards)
    loop, why = _loop(plan, flops, steps, shards)
    if wanted.loop != "auto":
        loop, why = wanted.loop, "as `runtime.schedule` says"
    if loop == "fused" and streamed:
        loop, why = "resident", f"{why}; not fused, as the samples come in chunks"
    elif loop == "fused" and not _fusible(plan):
        loop, why = "resident", f"{why}; not fused, as XLA cannot compile the metrics or the Embedding's update"
    if loop != "resident":
        shards = 1
    epochs = 0
    if loop == "fused":
        epochs = max(1, min(plan.spec.fit.epochs, _EPOCHS, int(CALL_S / (steps * (flops / _SPEED + 2e-5)))))
    split = f"; each batch in {shards} parts beside each other" if shards > 1 else ""
    return Schedule(loop, shards, epochs, (why + split,))


def operations(plan: Plan, batch_size: int) -> float:
    """Floating-point operations of a training step: forward, and twice that backward."""
    return 3.0 * batch_size * sum(_forward(node.layer, node.input) for node in plan.nodes if node.input)


def _forward(layer: Any, read: Any) -> float:
    """Operations of one sample; layers that are not recurrent count by their weights' products."""
    steps = (read.dims[0] or 1) if len(read.dims) > 1 else 1
    features = read.dims[-1] or 1
    total = 0.0
    for part in held(layer):
        units = getattr(part, "units", None) or getattr(part, "filters", None) or 0
        gates = _GATES.get(part.type, 0)
        total += steps * 2.0 * units * (gates * (features + units) if gates else features)
    return total


def _obstacle(plan: Plan) -> str:
    """What keeps the faster loops away, in words; empty for nothing."""
    layers = [part for node in plan.nodes for part in held(node.layer)]
    if plan.spec.runtime.precision.startswith("mixed"):
        return f"the precision is {plan.spec.runtime.precision}"
    if plan.stateful:
        return "layers carry their state from batch to batch"
    if any(part.type == "BatchNormalization" for part in layers):
        return "BatchNormalization looks at whole batches"
    if plan.output is not None and plan.output.masked:
        return "a masked output is a mean over the timesteps of a batch that count"
    if any(getattr(part, "activity_regularizer", None) for part in layers):
        return "an activity regularizer looks at whole batches"
    loss = plan.loss
    if loss is not None and (
        loss.type in _WHOLE_BATCH or getattr(loss, "reduction", "sum_over_batch_size") != "sum_over_batch_size"
    ):
        return f"the loss {loss.type} is no mean over samples"
    return ""


def _shards(flops: float, batch_size: int, cores: int, wanted: int | None) -> int:
    """Equal parts of a batch, one a core."""
    most = wanted or (cores if flops >= _SHARDED else 1)
    return next((n for n in range(most, 0, -1) if batch_size % n == 0 and (wanted or batch_size // n >= _SHARD)), 1)


def _loop(plan: Plan, flops: float, steps: int, shards: int) -> tuple[Loop, str]:
    layers = [i for i, _ in recurrent(plan)]
    reads = [plan.nodes[i].input for i in layers]
    timesteps = sum((read.dims[0] or 1) for read in reads if read)
    total = steps * plan.spec.fit.epochs
    stock = _TRACE + _TRACE_LAYER * len(layers)
    stock += total * (_KERAS_STEP + _KERAS_TIMESTEP * timesteps + flops / _KERAS_SPEED)
    compiled = _COMPILE + _COMPILE_LAYER * len(layers)
    compiled += total * (_LOOP_STEP + flops / _SPEED / shards)
    told = f"{total:,} steps of {flops / 1e6:,.1f} million operations"
    if stock <= compiled:
        return "batchwise", f"{told} are done before XLA would have compiled them"
    if flops <= _FUSED and steps * flops / _SPEED < CALL_S and steps <= 1000 and _fusible(plan):
        return "fused", f"{told}: many epochs are one computation"
    return "resident", f"{told}: many steps in a call, each compiled by XLA"


def _fusible(plan: Plan) -> bool:
    """Whether XLA can compile all of an epoch: the metrics are means over samples, and no gradient is sparse."""
    sparse = any(part.type == "Embedding" for node in plan.nodes for part in held(node.layer))
    return not sparse and all(metric.type in _MEANS for metric in plan.metrics)


_MEANS = frozenset(
    {
        "MeanSquaredError", "RootMeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError",
        "MeanSquaredLogarithmicError", "Accuracy", "BinaryAccuracy", "CategoricalAccuracy",
        "SparseCategoricalAccuracy", "BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy",
        "LogCoshError", "Poisson", "KLDivergence", "Hinge", "SquaredHinge", "CosineSimilarity",
    }
)  # fmt: skip
