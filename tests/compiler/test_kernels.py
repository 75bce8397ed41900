"""Which kernel computes a recurrent layer, and what keeps it away."""

import pytest

from lstmc.api import compiled
from lstmc.compiler.kernels import notes_without_cudnn, recurrent, uncovered, without_cudnn


def layer(kind="LSTM", **arguments):
    layers = [{"type": kind, "units": 4, **arguments}, {"type": "Dense", "units": 1}]
    content = {"lstmc": 1, "task": "regression", "input": {"timesteps": 6, "features": 3}, "layers": layers}
    return next(part for _, part in recurrent(compiled(content).result()))


@pytest.mark.parametrize(
    ("arguments", "obstacle"),
    [
        ({}, ""),
        ({"kind": "GRU", "reset_after": False}, ""),
        ({"use_bias": False, "go_backwards": True}, ""),
        ({"kind": "SimpleRNN"}, "SimpleRNN"),
        ({"activation": "relu"}, "`activation` is relu"),
        ({"recurrent_activation": "hard_sigmoid"}, "`recurrent_activation` is hard_sigmoid"),
        ({"dropout": 0.1}, "`dropout`"),
        ({"recurrent_dropout": 0.1}, "`recurrent_dropout`"),
        ({"activity_regularizer": "l2"}, "`activity_regularizer`"),
    ],
)
def test_what_the_scheduled_kernel_covers(arguments, obstacle):
    found = uncovered(layer(**arguments))
    assert obstacle in found
    assert bool(obstacle) == bool(found)


@pytest.mark.parametrize(
    ("arguments", "obstacle"),
    [
        ({}, ""),
        ({"dropout": 0.1}, ""),
        ({"kind": "GRU"}, ""),
        ({"kind": "GRU", "reset_after": False}, "`reset_after` is false"),
        ({"use_bias": False}, "`use_bias` is false"),
        ({"unroll": True}, "`unroll`"),
        ({"activation": "relu"}, "`activation` is relu"),
        ({"use_cudnn": False}, "`use_cudnn` is false"),
    ],
)
def test_which_condition_of_cudnn_fails(arguments, obstacle):
    assert without_cudnn(layer(**arguments)) == obstacle


def test_layers_without_cudnn_are_noted():
    layers = [{"type": "LSTM", "units": 4}, {"type": "GRU", "units": 4, "unroll": True}, {"type": "Dense", "units": 1}]
    content = {"lstmc": 1, "task": "regression", "input": {"timesteps": 6, "features": 3}, "layers": layers}
    plan = compiled(content).result()
    assert notes_without_cudnn(plan) == ("layers.1 GRU runs without cuDNN: `unroll`",)
