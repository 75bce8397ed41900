"""Keras's activations in ONNX: as operations, and as the names that recurrent operators know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from .graph import Graph, UnsupportedError

Apply: TypeAlias = Callable[[Graph, str], str]


def _op(kind: str, **attributes: float) -> Apply:
    return lambda g, x: g.op(kind, x, **attributes)


def _relu6(g: Graph, x: str) -> str:
    return g.op("Clip", x, g.const(0.0), g.const(6.0))


def _where(g: Graph, x: str, low: Apply, high: Apply, middle: Apply) -> str:
    """`low` up to -1, `high` from 1 on, `middle` between."""
    from_one = g.op("GreaterOrEqual", x, g.const(1.0))
    to_minus_one = g.op("LessOrEqual", x, g.const(-1.0))
    return g.op("Where", to_minus_one, low(g, x), g.op("Where", from_one, high(g, x), middle(g, x)))


def _sparse_plus(g: Graph, x: str) -> str:
    def quarter(g: Graph, x: str) -> str:
        shifted = g.op("Add", x, g.const(1.0))
        return g.op("Mul", g.const(0.25), g.op("Mul", shifted, shifted))

    return _where(g, x, lambda g, _: g.const(0.0), lambda _, x: x, quarter)


def _squareplus(g: Graph, x: str) -> str:
    root = g.op("Sqrt", g.op("Add", g.op("Mul", x, x), g.const(4.0)))
    return g.op("Mul", g.const(0.5), g.op("Add", x, root))


def _silu(g: Graph, x: str) -> str:
    return g.op("Mul", x, g.op("Sigmoid", x))


_HARD_SIGMOID = {"alpha": 1 / 6, "beta": 0.5}

OPERATIONS: Mapping[str, Apply] = {
    "linear": lambda _, x: x,
    "celu": _op("Celu", alpha=1.0),
    "elu": _op("Elu", alpha=1.0),
    "exponential": _op("Exp"),
    "gelu": _op("Gelu"),
    "hard_shrink": _op("Shrink", lambd=0.5, bias=0.0),
    "hard_sigmoid": _op("HardSigmoid", **_HARD_SIGMOID),
    "hard_silu": _op("HardSwish"),
    "hard_swish": _op("HardSwish"),
    "hard_tanh": lambda g, x: g.op("Clip", x, g.const(-1.0), g.const(1.0)),
    "leaky_relu": _op("LeakyRelu", alpha=0.2),
    "log_sigmoid": lambda g, x: g.op("Neg", g.op("Softplus", g.op("Neg", x))),
    "log_softmax": _op("LogSoftmax", axis=-1),
    "mish": _op("Mish"),
    "relu": _op("Relu"),
    "relu6": _relu6,
    "selu": _op("Selu"),
    "sigmoid": _op("Sigmoid"),
    "silu": _silu,
    "swish": _silu,
    "soft_shrink": _op("Shrink", lambd=0.5, bias=0.5),
    "softmax": _op("Softmax", axis=-1),
    "softplus": _op("Softplus"),
    "softsign": _op("Softsign"),
    "sparse_plus": _sparse_plus,
    "sparse_sigmoid": _op("HardSigmoid", alpha=0.5, beta=0.5),
    "squareplus": _squareplus,
    "tanh": _op("Tanh"),
    "tanh_shrink": lambda g, x: g.op("Sub", x, g.op("Tanh", x)),
}

#: What the operators LSTM, GRU and RNN call an activation, with the alpha and beta of those that take any.
RECURRENT: Mapping[str, tuple[str, tuple[float, ...], tuple[float, ...]]] = {
    "linear": ("Affine", (1.0,), (0.0,)),
    "elu": ("Elu", (1.0,), ()),
    "hard_sigmoid": ("HardSigmoid", (1 / 6,), (0.5,)),
    "leaky_relu": ("LeakyRelu", (0.2,), ()),
    "relu": ("Relu", (), ()),
    "sigmoid": ("Sigmoid", (), ()),
    "softplus": ("Softplus", (), ()),
    "softsign": ("Softsign", (), ()),
    "sparse_sigmoid": ("HardSigmoid", (0.5,), (0.5,)),
    "tanh": ("Tanh", (), ()),
}


def apply(g: Graph, name: str | None, x: str) -> str:
    """The activation `name` of `x`; null is linear.

    Raises:
        UnsupportedError: ONNX cannot express it.
    """
    operation = OPERATIONS.get(name or "linear")
    if operation is None:
        raise UnsupportedError(f"the activation `{name}` has no counterpart in ONNX")
    return operation(g, x)
