"""The layers of the language: one file per Keras family, one table of all."""

from typing import Annotated, TypeAlias

from ..base import Classes, Registry
from .base import Layer

LAYERS = Classes(
    __name__,
    {
        "recurrent": ("LSTM",),
        "core": ("Dense",),
        "activation": ("Activation",),
        "regularization": ("Dropout",),
    },
)

#: Layers of the language that this version refuses.
LATER = frozenset(
    {
        "BatchNormalization", "Bidirectional", "Conv1D", "Embedding", "Flatten", "GRU",
        "GlobalAveragePooling1D", "GlobalMaxPooling1D", "LayerNormalization", "Masking",
        "MaxPooling1D", "Permute", "RepeatVector", "Reshape", "SimpleRNN", "TimeDistributed",
    }
)  # fmt: skip

REGISTRY = Registry("layer", LAYERS, later=LATER, named=False)

AnyLayer: TypeAlias = Annotated[Layer, REGISTRY]

__all__ = ["LATER", "LAYERS", "REGISTRY", "AnyLayer", "Layer"]
