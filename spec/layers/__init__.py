"""The layers of the language: one file per Keras family, one table of all."""

from typing import Annotated, TypeAlias

from ..base import Registry
from .activation import Activation
from .base import Layer
from .core import Dense
from .recurrent import LSTM
from .regularization import Dropout

LAYERS: dict[str, type[Layer]] = {cls.__name__: cls for cls in (LSTM, Dense, Activation, Dropout)}

#: Layers of the language that this version refuses.
LATER = frozenset(
    {
        "BatchNormalization", "Bidirectional", "Conv1D", "Embedding", "Flatten", "GRU",
        "GlobalAveragePooling1D", "GlobalMaxPooling1D", "LayerNormalization", "Masking",
        "MaxPooling1D", "Permute", "RepeatVector", "Reshape", "SimpleRNN", "TimeDistributed",
    }
)  # fmt: skip

REGISTRY = Registry("layer", LAYERS, {}, later=LATER, named=False)

AnyLayer: TypeAlias = Annotated[Layer, REGISTRY]

__all__ = ["LATER", "LAYERS", "LSTM", "REGISTRY", "Activation", "AnyLayer", "Dense", "Dropout", "Layer"]
