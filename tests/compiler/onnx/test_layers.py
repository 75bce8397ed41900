"""Every layer and option that ONNX can express, against stock Keras with random weights."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import numpy as np
import pytest

from lstmc.compiler.targets.onnx import unsupported
from lstmc.compiler.targets.onnx.activations import OPERATIONS, RECURRENT
from lstmc.compiler.targets.onnx.graph import LOWERINGS
from lstmc.spec.layers import LAYERS
from lstmc.spec.layers.base import Activation_

RNG = np.random.default_rng(5)
X = RNG.normal(size=(5, 6, 3)).astype(np.float32)
ONE = X[:1]
OPEN: dict[str, Any] = {"timesteps": None, "features": 3}
LONGER = RNG.normal(size=(2, 11, 3)).astype(np.float32)
RECURRENTS = ("LSTM", "GRU", "SimpleRNN")


def conv(**options: Any) -> dict[str, Any]:
    return {"type": "Conv1D", "filters": 4, "kernel_size": 3, **options}


TABLE: dict[str, list[dict[str, Any]]] = {
    "Dense on a sequence": [{"type": "Dense", "units": 4}],
    "Dense without bias": [{"type": "Dense", "units": 4, "use_bias": False, "activation": "relu"}],
    "Dense with lora": [{"type": "Dense", "units": 4, "lora_rank": 2, "lora_alpha": 3}],
    "Activation": [{"type": "Activation", "activation": "tanh"}],
    "Dropout": [{"type": "Dropout", "rate": 0.5}],
    "Flatten": [{"type": "Flatten"}],
    "Flatten channels_first": [{"type": "Flatten", "data_format": "channels_first"}],
    "Reshape": [{"type": "Reshape", "target_shape": [3, -1]}, {"type": "Dense", "units": 2}],
    "Reshape to a vector": [{"type": "Reshape", "target_shape": [18]}],
    "Permute": [{"type": "Permute", "dims": [2, 1]}],
    "RepeatVector": [{"type": "Flatten"}, {"type": "RepeatVector", "n": 3}],
    "Masking": [{"type": "Masking", "mask_value": -1.0}],
    "BatchNormalization": [{"type": "BatchNormalization", "epsilon": 0.01}],
    "BatchNormalization axis 1": [{"type": "BatchNormalization", "axis": 1}],
    "BatchNormalization bare": [{"type": "BatchNormalization", "center": False, "scale": False}],
    "BatchNormalization of a vector": [{"type": "Flatten"}, {"type": "BatchNormalization", "scale": False}],
    "LayerNormalization": [{"type": "LayerNormalization", "epsilon": 0.01}],
    "LayerNormalization axes": [{"type": "LayerNormalization", "axis": [1, 2]}],
    "LayerNormalization axis 1": [{"type": "LayerNormalization", "axis": 1, "center": False}],
    "LayerNormalization bare": [{"type": "LayerNormalization", "center": False, "scale": False}],
    **{
        f"Conv1D {padding} {step}": [conv(padding=padding, activation="relu", **step)]
        for padding, step in product(
            ("valid", "same", "causal"), ({}, {"strides": 2}, {"strides": 3}, {"dilation_rate": 2})
        )
    },
    "Conv1D wide, same": [conv(kernel_size=4, padding="same", strides=2)],
    "Conv1D groups": [conv(filters=6, groups=3, use_bias=False)],
    "Conv1D lists": [conv(kernel_size=[2], strides=[2])],
    **{
        f"MaxPooling1D {padding} {size} {strides}": [
            {"type": "MaxPooling1D", "pool_size": size, "strides": strides, "padding": padding}
        ]
        for padding, size, strides in product(("valid", "same"), (2, 3, 4), (None, 1, 2))
    },
    "MaxPooling1D channels_first": [{"type": "MaxPooling1D", "data_format": "channels_first"}],
    **{
        f"{kind} {form} {keep}": [{"type": kind, "data_format": form, "keepdims": keep}]
        for kind, form, keep in product(
            ("GlobalMaxPooling1D", "GlobalAveragePooling1D"), ("channels_last", "channels_first"), (True, False)
        )
    },
    "TimeDistributed Dense": [{"type": "TimeDistributed", "layer": {"type": "Dense", "units": 2, "activation": "elu"}}],
}
#: Layers that keep or lose the timesteps whatever their number is.
ANY_LENGTH = [
    name
    for name in TABLE
    if not any(word in name for word in ("Flatten", "Reshape", "vector", "RepeatVector", "Permute", "first", "axes"))
    and "axis 1" not in name
]


@pytest.mark.parametrize("name", TABLE)
def test_layer(same, name):
    same(TABLE[name], X, ONE)


@pytest.mark.parametrize("name", ANY_LENGTH)
def test_layer_with_any_number_of_timesteps(same, name):
    same(TABLE[name], X, LONGER[:1], LONGER, given=OPEN)


@pytest.mark.parametrize("mask_zero", [True, False])
@pytest.mark.parametrize("timesteps", [6, None])
def test_embedding(same, mask_zero, timesteps):
    layers = [{"type": "Embedding", "input_dim": 9, "output_dim": 4, "mask_zero": mask_zero, "lora_rank": 2}]
    ids = RNG.integers(0, 9, size=(4, 6)).astype(np.int32)
    same([*layers, {"type": "LSTM", "units": 3}], ids, given={"timesteps": timesteps, "vocabulary": 9})


@pytest.mark.parametrize("name", OPERATIONS)
def test_activation(same, name):
    x = np.linspace(-7, 7, 90, dtype=np.float32).reshape(5, 6, 3)
    same([{"type": "Activation", "activation": name}], x, X)


def test_every_activation_is_expressed_or_named(planned):
    missing = sorted(set(get_args(Activation_)) - set(OPERATIONS))
    assert missing == ["glu", "sparsemax"]
    plan = planned([{"type": "Dense", "units": 2, "activation": "sparsemax"}])
    assert unsupported(plan) == "dense: the activation `sparsemax` has no counterpart in ONNX"


def test_every_layer_is_expressed():
    assert set(LOWERINGS) == set(LAYERS)


OPTIONS = {
    "plain": {},
    "no bias": {"use_bias": False},
    "backwards": {"go_backwards": True},
    "unrolled": {"unroll": True},
    "with dropout": {"dropout": 0.3, "recurrent_dropout": 0.2},
}


@pytest.mark.parametrize("sequence", [True, False])
@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("kind", RECURRENTS)
def test_recurrent_layer(same, kind, option, sequence):
    layer = {"type": kind, "units": 4, "return_sequences": sequence, **OPTIONS[option]}
    same([layer], X, ONE)
    if option != "unrolled":
        same([layer], LONGER, given=OPEN)


@pytest.mark.parametrize("option", [{}, {"use_bias": False}, {"go_backwards": True}])
def test_gru_that_resets_before(same, option):
    same([{"type": "GRU", "units": 4, "reset_after": False, **option}], X, ONE)


@pytest.mark.parametrize("gates", RECURRENT)
@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_activation_of_gates(same, kind, gates):
    """Over three timesteps: gates without bounds let states grow without bounds."""
    same([{"type": kind, "units": 4, "recurrent_activation": gates}], X[:, :3] * 0.1, given=OPEN)


@pytest.mark.parametrize("activation", RECURRENT)
@pytest.mark.parametrize("kind", RECURRENTS)
def test_activation_of_a_cell(same, kind, activation):
    same([{"type": kind, "units": 4, "activation": activation}], X * 0.1)


@pytest.mark.parametrize("sequence", [True, False])
@pytest.mark.parametrize("mode", ["concat", "sum", "mul", "ave"])
@pytest.mark.parametrize("kind", RECURRENTS)
def test_bidirectional(same, kind, mode, sequence):
    layer = {"type": kind, "units": 4, "return_sequences": sequence}
    same([{"type": "Bidirectional", "layer": layer, "merge_mode": mode}], X, ONE)


@pytest.mark.parametrize("sequence", [True, False])
@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        ({"type": "LSTM"}, {"type": "GRU", "go_backwards": True}),
        ({"type": "GRU"}, {"type": "GRU", "reset_after": False, "go_backwards": True}),
        ({"type": "LSTM"}, {"type": "LSTM", "activation": "relu", "use_bias": False, "go_backwards": True}),
        ({"type": "LSTM", "use_bias": False}, {"type": "LSTM", "go_backwards": True}),
        ({"type": "LSTM", "go_backwards": True}, {"type": "LSTM"}),
    ],
    ids=["kinds", "resets", "activations", "biases", "turned round"],
)
def test_bidirectional_of_two(same, forward, backward, sequence):
    one, other = ({"units": 4, "return_sequences": sequence, **layer} for layer in (forward, backward))
    same([{"type": "Bidirectional", "layer": one, "backward_layer": other}], X)


INNER: dict[str, dict[str, Any]] = {
    "LSTM": {"type": "LSTM", "units": 3},
    "GRU sequence": {"type": "GRU", "units": 3, "return_sequences": True},
    "Bidirectional": {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2}},
    "Conv1D": {"type": "Conv1D", "filters": 2, "kernel_size": 2},
    "MaxPooling1D": {"type": "MaxPooling1D"},
    "GlobalAveragePooling1D": {"type": "GlobalAveragePooling1D"},
    "Flatten": {"type": "Flatten"},
    "BatchNormalization": {"type": "BatchNormalization"},
    "LayerNormalization": {"type": "LayerNormalization"},
    "Permute": {"type": "Permute", "dims": [2, 1]},
    "Reshape": {"type": "Reshape", "target_shape": [12]},
    "Dropout": {"type": "Dropout", "rate": 0.5},
    "TimeDistributed": {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 2}},
}


#: What a TimeDistributed may hold over any number of timesteps: layers that treat all timesteps alike.
ALIKE = ("Flatten", "LayerNormalization", "Permute", "Reshape", "Dropout", "TimeDistributed")


@pytest.mark.parametrize(
    ("inner", "timesteps"), [*((inner, 5) for inner in INNER), *((inner, None) for inner in ALIKE)]
)
def test_time_distributed(same, inner, timesteps):
    x = RNG.normal(size=(2, 5, 4, 3)).astype(np.float32)
    same([{"type": "TimeDistributed", "layer": INNER[inner]}], x, given={"shape": [timesteps, 4, 3]})
