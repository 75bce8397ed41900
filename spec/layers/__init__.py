"""The layers of the language: one file per Keras family, one table of all."""

from typing import Annotated, TypeAlias

from ..base import Classes, Registry
from .base import Layer

LAYERS = Classes(
    __name__,
    {
        "recurrent": ("LSTM",),
        "rnn": ("GRU", "SimpleRNN"),
        "wrappers": ("Bidirectional", "TimeDistributed"),
        "dense": ("Dense",),
        "core": ("Embedding", "Masking"),
        "reshaping": ("RepeatVector", "Flatten", "Reshape", "Permute"),
        "convolution": ("Conv1D",),
        "pooling": ("MaxPooling1D", "GlobalAveragePooling1D", "GlobalMaxPooling1D"),
        "normalization": ("BatchNormalization", "LayerNormalization"),
        "activation": ("Activation",),
        "regularization": ("Dropout",),
    },
)

REGISTRY = Registry("layer", LAYERS, named=False)

AnyLayer: TypeAlias = Annotated[Layer, REGISTRY]

__all__ = ["LAYERS", "REGISTRY", "AnyLayer", "Layer"]
