"""Plan and weights -> ONNX: the model as a graph that runs without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...plan import Plan, TensorType
from . import core, recurrent, shaping
from .graph import IR_VERSION, OPSET, Graph, Operation, UnsupportedError, Value, Weights, lower
from .wire import Axes, Heading, Port, encoded

__all__ = ["OPSET", "UnsupportedError", "core", "model_bytes", "recurrent", "shaping", "unsupported"]

_INPUT, _OUTPUT, _MASK = "x", "y", "mask"
#: A message of Protocol Buffers is smaller, its other fields included.
_LARGEST = 2**31 - 2**20


def model_bytes(
    plan: Plan, weights: Mapping[str, Weights], metadata: Mapping[str, str] | None = None, *, mask: bool = False
) -> bytes:
    """The plan as an ONNX file that reads `x` `[batch, …]` and gives `y` `[batch, …]`, scaled as in training.

    Args:
        plan: the plan.
        weights: of each node, in Keras's order.
        metadata: what the file says of itself.
        mask: whether the model gives `mask` too, which outputs `[batch, timesteps]` count, where it masks any.

    Raises:
        UnsupportedError: ONNX cannot express a layer; the message says which and why.
    """
    assert plan.input is not None
    graph, value = _lowered(plan, weights)
    outputs = [Port(_OUTPUT, "float32", _axes(plan.output, "output_"))]
    if mask and value.mask:
        graph.nodes.append(Operation("Identity", (value.mask,), (_MASK,), {}))
        outputs.append(Port(_MASK, "bool", _axes(plan.output, "output_")[:2]))
    heading = Heading(plan.name, plan.spec.description or "", OPSET, IR_VERSION, metadata or {})
    return encoded(graph, [Port(_INPUT, plan.input.dtype, _axes(plan.input))], outputs, heading)


def _lowered(plan: Plan, weights: Mapping[str, Weights]) -> tuple[Graph, Value]:
    assert plan.input is not None
    if plan.stateful:
        raise UnsupportedError("a stateful layer carries its state from call to call")
    if 4 * plan.parameters > _LARGEST:
        raise UnsupportedError(f"its {plan.parameters:,} parameters do not fit into a file of 2 GiB")
    graph, value = Graph(), Value(_INPUT, plan.input)
    for node in plan.nodes:
        try:
            value = lower(graph, node.layer, value, weights.get(node.name, ()))
        except UnsupportedError as error:
            raise UnsupportedError(f"{node.name}: {error}") from error
    graph.nodes.append(Operation("Identity", (value.name,), (_OUTPUT,), {}))
    return graph, value


def _axes(type_: TensorType | None, prefix: str = "") -> Axes:
    """The axes, those of any length by name; with a `prefix` for outputs, whose timesteps may be other ones."""
    assert type_ is not None
    names = ("timesteps", "features") if len(type_.dims) == 2 else [f"axis_{i + 1}" for i in range(len(type_.dims))]
    return ["batch", *(prefix + name if dim is None else dim for dim, name in zip(type_.dims, names, strict=True))]


def unsupported(plan: Plan) -> str:
    """Why the plan cannot be expressed, empty if it can; found with weights of zeros and without loading ONNX."""
    zeros = {node.name: [np.zeros(weight.shape, np.float32) for weight in node.weights] for node in plan.nodes}
    try:
        _lowered(plan, zeros)
    except UnsupportedError as error:
        return str(error)
    return ""
