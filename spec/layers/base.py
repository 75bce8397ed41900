"""What all layers share."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from ..base import Name, Positive, Tagged
from ..weights import AnyRegularizer

#: Keras's activations that keep their input's shape; `glu` and `threshold` are told apart by the compiler.
Activation_: TypeAlias = Literal[
    "celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish",
    "hard_tanh", "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu",
    "sigmoid", "silu", "soft_shrink", "softmax", "softplus", "softsign", "sparse_plus", "sparse_sigmoid",
    "sparsemax", "squareplus", "swish", "tanh", "tanh_shrink",
]  # fmt: skip

#: A number, or a list of that one number, as Keras takes both.
One: TypeAlias = Positive | Annotated[tuple[Positive], Field(strict=False)]

_BY_RUNTIME = "the precision of the whole model is set at `runtime.precision`"
_BY_INPUT = "the shape of a sample is written once, at `input`"


class Layer(Tagged):
    """One entry of `layers`, named and spelt as in Keras."""

    name: Name | None = Field(default=None, description="Unique name of the layer; given by its type if null.")
    trainable: bool = Field(default=True, description="Whether training changes the layer's weights.")
    activity_regularizer: AnyRegularizer | None = Field(default=None, description="Penalty on the output.")

    renamed: ClassVar[Mapping[str, str]] = {
        "output_dim": "units",
        "inner_activation": "recurrent_activation",
        "init": "kernel_initializer",
        "inner_init": "recurrent_initializer",
        "W_regularizer": "kernel_regularizer",
        "U_regularizer": "recurrent_regularizer",
        "b_regularizer": "bias_regularizer",
        "dropout_W": "dropout",
        "dropout_U": "recurrent_dropout",
    }
    removed: ClassVar[Mapping[str, str]] = {
        "dtype": _BY_RUNTIME,
        "autocast": _BY_RUNTIME,
        "input_shape": _BY_INPUT,
        "batch_input_shape": _BY_INPUT + " (with `batch_size` for stateful models)",
        "input_dim": _BY_INPUT,
        "input_length": _BY_INPUT,
        "time_major": "it was removed in Keras 3; inputs are [samples, timesteps, features]",
        "implementation": "it was removed in Keras 3; leave it out",
        "consume_less": "it was removed in Keras 2; leave it out",
        "weights": "it was removed in Keras 3; use an initializer, or `fit` an artifact",
    }
