"""An ONNX graph that grows node by node, and the table of lowerings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...plan import Dim, TensorType

Weights: TypeAlias = Sequence[NDArray[Any]]

#: Operator set of the models, and the version of the format that goes with it.
OPSET, IR_VERSION = 21, 10


class UnsupportedError(Exception):
    """What ONNX cannot express; the message says which layer and why."""


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor of the graph.

    Attributes:
        name: its name.
        type: its axes.
        mask: the name of the booleans `[batch, timesteps]` that tell which timesteps count, if any do not.
    """

    name: str
    type: TensorType
    mask: str | None = None

    def to(self, name: str, dims: tuple[Dim, ...] | None = None) -> Value:
        """The result of an operation on this value, masked as it is."""
        return replace(self, name=name, type=self.type if dims is None else self.type.to(dims))


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it is called in ONNX, what it reads, what it gives."""

    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(slots=True)
class Graph:
    """Operations and constants, in order."""

    nodes: list[Operation] = field(default_factory=list)
    constants: dict[str, NDArray[Any]] = field(default_factory=dict)

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Adds an operation with one result, and returns its name."""
        return self.ops(kind, *inputs, count=1, **attributes)[0]

    def ops(self, kind: str, *inputs: str, count: int, **attributes: Any) -> list[str]:
        """Adds an operation with `count` results, and returns their names."""
        names = [f"{kind}_{len(self.nodes)}" + (f"_{i}" if i else "") for i in range(count)]
        self.nodes.append(Operation(kind, inputs, tuple(names), attributes))
        return names

    def const(self, value: Any, dtype: Any = np.float32) -> str:
        """Adds a constant, and returns its name."""
        array = np.ascontiguousarray(value, dtype=dtype)
        name = f"constant_{len(self.constants)}"
        self.constants[name] = array
        return name

    def ints(self, *values: int) -> str:
        """A list of integers, as shapes and axes are given."""
        return self.const(values, np.int64)

    def transpose(self, x: str, *axes: int) -> str:
        """The axes in another order."""
        return self.op("Transpose", x, perm=list(axes))

    def reversed(self, x: str, axis: int) -> str:
        """The values from the end of an axis to its start."""
        last, least = self.ints(-1), self.ints(-(2**62))
        return self.op("Slice", x, last, least, self.ints(axis), self.ints(-1))


Lowering: TypeAlias = Callable[[Graph, Any, Value, Weights], Value]
LOWERINGS: dict[str, Lowering] = {}


def lowering(*layers: str) -> Callable[[Lowering], Lowering]:
    """Registers how the layer classes called `layers` are expressed."""

    def register(lower: Lowering) -> Lowering:
        LOWERINGS.update(dict.fromkeys(layers, lower))
        return lower

    return register


def lower(graph: Graph, layer: Any, x: Value, weights: Weights) -> Value:
    """The layer's output for `x`.

    Raises:
        UnsupportedError: ONNX cannot express the layer.
    """
    if layer.type not in LOWERINGS:
        raise UnsupportedError(f"{layer.type} has no counterpart in ONNX")
    return LOWERINGS[layer.type](graph, layer, x, weights)
