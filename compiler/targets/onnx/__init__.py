"""Plan and weights -> ONNX: the model as a graph that runs without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...plan import Plan, TensorType
from . import core, recurrent, shaping
from .graph import IR_VERSION, OPSET, Graph, Operation, UnsupportedError, Value, Weights, lower

if TYPE_CHECKING:
    import onnx

__all__ = ["OPSET", "UnsupportedError", "core", "model_proto", "recurrent", "shaping", "unsupported"]

_INPUT, _OUTPUT = "x", "y"


def model_proto(
    plan: Plan, weights: Mapping[str, Weights], metadata: Mapping[str, str] | None = None
) -> onnx.ModelProto:
    """The plan as an ONNX model that reads `x` `[batch, …]` and gives `y` `[batch, …]`, scaled as in training.

    Args:
        plan: the plan.
        weights: of each node, in Keras's order.
        metadata: what the file says of itself.

    Raises:
        UnsupportedError: ONNX cannot express a layer; the message says which and why.
    """
    from onnx import TensorProto, helper, numpy_helper

    assert plan.input is not None
    graph = _lowered(plan, weights)
    element = TensorProto.INT32 if plan.input.dtype == "int32" else TensorProto.FLOAT
    made = helper.make_graph(
        [helper.make_node(op.kind, op.inputs, op.outputs, **op.attributes) for op in graph.nodes],
        plan.name,
        [helper.make_tensor_value_info(_INPUT, element, _axes(plan.input))],
        [helper.make_tensor_value_info(_OUTPUT, TensorProto.FLOAT, _axes(plan.output))],
        [numpy_helper.from_array(array, name) for name, array in graph.constants.items()],
        doc_string=plan.spec.description or "",
    )
    model = helper.make_model(
        made, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="lstmc", ir_version=IR_VERSION
    )
    helper.set_model_props(model, dict(metadata or {}))
    return model


def _lowered(plan: Plan, weights: Mapping[str, Weights]) -> Graph:
    assert plan.input is not None
    if plan.stateful:
        raise UnsupportedError("a stateful layer carries its state from call to call")
    graph, value = Graph(), Value(_INPUT, plan.input)
    for node in plan.nodes:
        try:
            value = lower(graph, node.layer, value, weights.get(node.name, ()))
        except UnsupportedError as error:
            raise UnsupportedError(f"{node.name}: {error}") from error
    graph.nodes.append(Operation("Identity", (value.name,), (_OUTPUT,), {}))
    return graph


def _axes(type_: TensorType | None) -> list[str | int | None]:
    assert type_ is not None
    names = (
        ("timesteps", "features") if len(type_.dims) == 2 else tuple(f"axis_{i + 1}" for i in range(len(type_.dims)))
    )
    return ["batch", *(name if dim is None else dim for dim, name in zip(type_.dims, names, strict=True))]


def unsupported(plan: Plan) -> str:
    """Why the plan cannot be expressed, empty if it can; found with weights of zeros and without loading ONNX."""
    zeros: dict[str, list[NDArray[Any]]] = {
        node.name: [np.zeros(weight.shape, np.float32) for weight in node.weights] for node in plan.nodes
    }
    try:
        _lowered(plan, zeros)
    except UnsupportedError as error:
        return str(error)
    return ""
