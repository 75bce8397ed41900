"""One rule per layer class gives shape, weights, mask and the rank it demands of its input."""

from . import activation, convolution, core, normalization, pooling, recurrent, regularization, reshaping, wrappers
from .rule import RULES, Rule, ShapeError

__all__ = [
    "RULES", "Rule", "ShapeError", "activation", "convolution", "core", "normalization", "pooling", "recurrent",
    "regularization", "reshaping", "wrappers",
]  # fmt: skip
