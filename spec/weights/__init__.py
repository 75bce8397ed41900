"""How weights begin, what penalises them and what keeps them in bounds."""

from typing import Annotated, TypeAlias

from ..base import Classes, Registry, Tagged
from .defaults import GlorotUniform, Initializer, Orthogonal, Zeros

INITIALIZERS = Registry(
    "initializer",
    Classes(
        __name__,
        {
            "defaults": ("GlorotUniform", "Orthogonal", "Zeros"),
            "initializers": (
                "Constant", "GlorotNormal", "HeNormal", "HeUniform", "Identity", "LecunNormal", "LecunUniform",
                "Ones", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling",
            ),
        },
        alphabetical=True,
    ),
    {
        "constant": "Constant",
        "glorot_normal": "GlorotNormal",
        "glorot_uniform": "GlorotUniform",
        "he_normal": "HeNormal",
        "he_uniform": "HeUniform",
        "identity": "Identity",
        "IdentityInitializer": "Identity",
        "lecun_normal": "LecunNormal",
        "lecun_uniform": "LecunUniform",
        "one": "Ones",
        "ones": "Ones",
        "orthogonal": "Orthogonal",
        "OrthogonalInitializer": "Orthogonal",
        "normal": "RandomNormal",
        "random_normal": "RandomNormal",
        "random_uniform": "RandomUniform",
        "uniform": "RandomUniform",
        "truncated_normal": "TruncatedNormal",
        "variance_scaling": "VarianceScaling",
        "zero": "Zeros",
        "zeros": "Zeros",
    },
    later=frozenset({"STFT", "stft"}),
)  # fmt: skip
REGULARIZERS = Registry(
    "regularizer",
    Classes(__name__, {"regularizers": ("L1", "L2", "L1L2", "OrthogonalRegularizer")}),
    {"l1": "L1", "l2": "L2", "l1l2": "L1L2", "orthogonal_regularizer": "OrthogonalRegularizer"},
)
CONSTRAINTS = Registry(
    "constraint",
    Classes(__name__, {"constraints": ("MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm")}),
    {"max_norm": "MaxNorm", "min_max_norm": "MinMaxNorm", "non_neg": "NonNeg", "unit_norm": "UnitNorm"},
)

AnyInitializer: TypeAlias = Annotated[Initializer, INITIALIZERS]
AnyRegularizer: TypeAlias = Annotated[Tagged, REGULARIZERS]
AnyConstraint: TypeAlias = Annotated[Tagged, CONSTRAINTS]

__all__ = [
    "CONSTRAINTS", "INITIALIZERS", "REGULARIZERS", "AnyConstraint", "AnyInitializer", "AnyRegularizer",
    "GlorotUniform", "Initializer", "Orthogonal", "Zeros",
]  # fmt: skip
