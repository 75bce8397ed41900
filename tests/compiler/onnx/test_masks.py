"""Masks of every form, against stock Keras with random weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lstmc.compiler.targets.onnx import unsupported

RNG = np.random.default_rng(6)
OPEN: dict[str, Any] = {"timesteps": None, "features": 3}
#: Which of six timesteps count: of samples padded right, left, with holes, whole, and masked throughout.
FORMS = {
    "right": [1, 1, 1, 0, 0, 0],
    "left": [0, 0, 1, 1, 1, 1],
    "holes": [1, 0, 1, 0, 0, 1],
    "both ends": [0, 1, 1, 0, 1, 0],
    "whole": [1, 1, 1, 1, 1, 1],
    "one": [0, 0, 0, 1, 0, 0],
    "none": [0, 0, 0, 0, 0, 0],
}
MASKS = np.array(list(FORMS.values()), bool)
X = (RNG.normal(size=(len(FORMS), 6, 3)) * MASKS[..., None]).astype(np.float32)
MASKING = {"type": "Masking"}
SINGLE = [X[i : i + 1] for i in range(len(FORMS))]


@pytest.mark.parametrize("option", [{}, {"go_backwards": True}, {"unroll": True}, {"use_bias": False}], ids=str)
@pytest.mark.parametrize("sequence", [True, False])
@pytest.mark.parametrize("kind", ["LSTM", "GRU", "SimpleRNN"])
def test_recurrent_layer(same, kind, sequence, option):
    layers = [MASKING, {"type": kind, "units": 4, "return_sequences": sequence, **option}]
    same(layers, X, *SINGLE)
    if not option:
        same(layers, X, given=OPEN)


@pytest.mark.parametrize("mode", ["concat", "sum", "mul", "ave"])
@pytest.mark.parametrize("sequence", [True, False])
@pytest.mark.parametrize("kind", ["LSTM", "GRU", "SimpleRNN"])
def test_bidirectional(same, kind, sequence, mode):
    layer = {"type": kind, "units": 4, "return_sequences": sequence}
    same([MASKING, {"type": "Bidirectional", "layer": layer, "merge_mode": mode}], X, SINGLE[2], SINGLE[-1])


def test_a_mask_goes_on_through_a_stack(same):
    layers = [
        MASKING,
        {"type": "Bidirectional", "layer": {"type": "GRU", "units": 3, "return_sequences": True}},
        {"type": "Dropout", "rate": 0.2},
        {"type": "LSTM", "units": 4, "return_sequences": True, "go_backwards": True},
        {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 3, "activation": "relu"}},
        {"type": "LayerNormalization"},
        {"type": "GRU", "units": 2},
    ]
    same(layers, X, given=OPEN)


@pytest.mark.parametrize(
    "layer",
    [
        {"type": "Conv1D", "filters": 2, "kernel_size": 2},
        {"type": "MaxPooling1D"},
        {"type": "GlobalMaxPooling1D"},
        {"type": "Dense", "units": 2},
        {"type": "BatchNormalization"},
        {"type": "Masking", "mask_value": 1.0},
    ],
    ids=lambda layer: layer["type"],
)
def test_layers_that_pass_on_or_drop_a_mask(same, layer):
    same([MASKING, layer], X)


def test_the_average_is_of_the_steps_that_count(same):
    """Keras gives NaN where none does."""
    same([MASKING, {"type": "GlobalAveragePooling1D"}], X[:-1])


def test_the_mask_of_ids(same):
    ids = (RNG.integers(1, 9, size=MASKS.shape) * MASKS).astype(np.int32)
    layers = [
        {"type": "Embedding", "input_dim": 9, "output_dim": 4, "mask_zero": True},
        {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 3, "return_sequences": True}},
        {"type": "GRU", "units": 3},
    ]
    same(layers, ids, given={"timesteps": None, "vocabulary": 9})


def test_a_mask_does_not_fit_sequences_in_a_time_distributed(planned):
    given = {"shape": [5, 4, 3]}
    plan = planned([{"type": "Masking"}, {"type": "TimeDistributed", "layer": {"type": "LSTM", "units": 2}}], given)
    assert "mask" in unsupported(plan)
