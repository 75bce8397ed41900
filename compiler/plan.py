"""The plan: the compiler's frozen intermediate form, every default resolved and every shape known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ..spec.layers import Layer
from ..spec.losses import Loss, Target
from ..spec.metrics import Metric
from ..spec.model import Label, Spec
from ..spec.optimizers import Optimizer

Dim: TypeAlias = int | None
DType: TypeAlias = Literal["float32", "int32"]


@dataclass(frozen=True, slots=True)
class TensorType:
    """The type of a tensor: its axes without the batch axis, `None` for any length.

    `masked` tells whether a mask `[batch, timesteps]` goes with it, that says which timesteps count.

    >>> print(TensorType((24, 8)))
    [batch, 24, 8]
    """

    dims: tuple[Dim, ...]
    batch: Dim = None
    dtype: DType = "float32"
    masked: bool = False

    @property
    def rank(self) -> int:
        """Number of axes, the batch axis included."""
        return len(self.dims) + 1

    @property
    def size(self) -> int:
        """Values of one sample; an axis of any length counts once."""
        product = 1
        for dim in self.dims:
            product *= dim or 1
        return product

    def to(self, dims: tuple[Dim, ...], *, masked: bool | None = None, dtype: DType = "float32") -> TensorType:
        """A tensor of other axes in the same batch, masked as this one unless told otherwise."""
        return TensorType(dims, self.batch, dtype, self.masked if masked is None else masked)

    def __str__(self) -> str:
        names = ("batch", "timesteps", "features") if self.rank == 3 else ("batch", *["?"] * (self.rank - 1))
        dims = (self.batch, *self.dims)
        return "[" + ", ".join(name if dim is None else str(dim) for dim, name in zip(dims, names, strict=True)) + "]"


@dataclass(frozen=True, slots=True)
class Weight:
    """One variable of a layer: its Keras name, shape and whether training changes it."""

    name: str
    shape: tuple[int, ...]
    trainable: bool = True

    @property
    def size(self) -> int:
        """Number of values."""
        product = 1
        for dim in self.shape:
            product *= dim
        return product


@dataclass(frozen=True, slots=True)
class Inference:
    """A value that the file does not state, and the rule that gave it."""

    key: str
    value: Any
    rule: str


@dataclass(frozen=True, slots=True)
class Node:
    """One layer of the plan.

    Attributes:
        layer: the layer as written, with inferred arguments filled in.
        name: its unique name.
        input: type of what it reads; None as long as it is not known.
        output: type of what it gives; None as long as it is not known.
        weights: its variables, in Keras's order.
        inferred: what was filled in, and why.
    """

    layer: Layer
    name: str
    input: TensorType | None = None
    output: TensorType | None = None
    weights: tuple[Weight, ...] = ()
    inferred: tuple[Inference, ...] = ()

    @property
    def parameters(self) -> int:
        """Number of parameters, those included that training leaves alone."""
        return sum(weight.size for weight in self.weights)


@dataclass(frozen=True, slots=True)
class Plan:
    """A spec compiled: what every target is made from.

    Attributes:
        spec: the spec it was made from.
        name: name of the model.
        input: type of one batch of inputs.
        nodes: the layers in order.
        optimizer: the optimizer.
        loss: the loss, the task's where the file is silent.
        metrics: the metrics, `accuracy` resolved to the one the loss asks for.
        target: what the model is trained to give.
        classes: the labels, where the file lists them.
        inferred: what was filled in outside of the layers, and why.
        shortest: the least length of each axis of the input that the layers can read; empty while shapes are unknown.
    """

    spec: Spec
    name: str
    nodes: tuple[Node, ...]
    input: TensorType | None = None
    optimizer: Optimizer | None = None
    loss: Loss | None = None
    metrics: tuple[Metric, ...] = ()
    target: Target = "values"
    classes: tuple[Label, ...] | None = None
    inferred: tuple[Inference, ...] = field(default=())
    shortest: tuple[int, ...] = ()

    @property
    def output(self) -> TensorType | None:
        """Type of the model's output."""
        return self.nodes[-1].output

    @property
    def parameters(self) -> int:
        """Number of parameters of all layers."""
        return sum(node.parameters for node in self.nodes)

    @property
    def head(self) -> tuple[tuple[str | int, ...], Any]:
        """The layer that makes the output's values, and its path: wrappers and layers that only pass on looked through.

        `(("layers", 3, "layer"), Dense)` for a model that ends in a TimeDistributed Dense and a Reshape.
        """
        for i in reversed(range(len(self.nodes))):
            path, layer = unwrapped(("layers", i), self.nodes[i].layer)
            if layer.type not in _PASSING_VALUES:
                return path, layer
        return ("layers", 0), self.nodes[0].layer

    @property
    def activation(self) -> str:
        """The activation that the output has gone through last; linear where its range is not that of one."""
        return getattr(self.head[1], "activation", None) or "linear"

    @property
    def raw(self) -> bool:
        """Whether the outputs are scores, of which the sigmoid or the softmax makes probabilities."""
        if self.loss is None or self.target == "values":
            return False
        scores = self.loss.reads == "scores" and self.activation not in ("softmax", "sparsemax")
        return self.loss.logits or self.loss.reads == "margins" or scores

    @property
    def stateful(self) -> bool:
        """Whether a layer carries its state from batch to batch."""
        return any(getattr(layer, "stateful", False) for node in self.nodes for layer in held(node.layer))

    @property
    def vocabulary(self) -> int | None:
        """The number of ids that the model knows, where its input is ids."""
        sizes = [self.spec.input.vocabulary] if self.spec.input and self.spec.input.vocabulary else []
        sizes += [layer.input_dim for node in self.nodes for layer in held(node.layer) if layer.type == "Embedding"]
        return min(sizes, default=None)

    @property
    def kind(self) -> str:
        """What is predicted: the task's kind, or what the loss implies."""
        if self.spec.task:
            return self.spec.task.kind
        kinds = {"values": "regression", "labels": "multiclass", "one_hot": "multiclass"}
        return kinds.get(self.target, self.target)

    @property
    def digest(self) -> str:
        """SHA-256 of everything that decides the numbers: input, layers, objective."""
        content = {
            "input": [self.input.batch, *self.input.dims] if self.input else None,
            "layers": [_described(node.layer) | {"name": node.name} for node in self.nodes],
            "optimizer": _described(self.optimizer),
            "loss": _described(self.loss),
            "metrics": [_described(metric) for metric in self.metrics],
            "target": self.target,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


#: Layers whose output holds values of their input and no others.
_PASSING_VALUES = frozenset({"Dropout", "Flatten", "Reshape", "Permute", "RepeatVector", "Masking"})


def unwrapped(path: tuple[str | int, ...], layer: Any) -> tuple[tuple[str | int, ...], Any]:
    """The layer inside a TimeDistributed, however deep."""
    return unwrapped((*path, "layer"), layer.layer) if layer.type == "TimeDistributed" else (path, layer)


def with_value(layer: Any, keys: tuple[str, ...], value: object) -> Layer:
    """The layer with `value` at the end of `keys`, which lead into the layers that it holds."""
    first, *rest = keys
    changed = with_value(getattr(layer, first), tuple(rest), value) if rest else value
    copied: Layer = layer.model_copy(update={first: changed})
    return copied


def held(layer: Any) -> Iterator[Any]:
    """The layer itself, and those that it holds."""
    yield layer
    for key in ("layer", "backward_layer"):
        if (inner := getattr(layer, key, None)) is not None:
            yield from held(inner)


def _described(part: Layer | Optimizer | Loss | Metric | None) -> dict[str, Any]:
    return part.model_dump(mode="json") if part else {}
