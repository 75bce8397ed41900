"""The shortest input that a model reads, against stock Keras: shorter ones leave a layer nothing."""

from __future__ import annotations

from typing import Any

import pytest

from lstmc.api import compiled
from lstmc.compiler.targets.text import table

CONV: dict[str, Any] = {"type": "Conv1D", "filters": 2, "kernel_size": 3}
POOL: dict[str, Any] = {"type": "MaxPooling1D"}
LSTM: dict[str, Any] = {"type": "LSTM", "units": 2}
#: Layers, and the least number of timesteps, worked out by hand from the last layer back to the first.
CASES: dict[str, tuple[list[dict[str, Any]], int]] = {
    "nothing to fit": ([LSTM], 1),
    "kernel": ([CONV, LSTM], 3),
    "kernels": ([CONV, CONV, LSTM], 5),
    "pool": ([{**POOL, "pool_size": 4}, LSTM], 4),
    "pool with strides": ([{**POOL, "pool_size": 3, "strides": 2}, {**POOL, "pool_size": 2}, LSTM], 5),
    "strides": ([{**CONV, "strides": 2}, {**CONV, "strides": 2}], 7),
    "dilation": ([{**CONV, "dilation_rate": 4}], 9),
    "padding": ([{**CONV, "padding": "same"}, {**CONV, "padding": "causal"}, {**POOL, "padding": "same"}], 1),
    "padding before a pool": ([{**CONV, "padding": "same", "strides": 2}, POOL], 3),
    "chain": ([CONV, POOL, LSTM | {"return_sequences": True}, CONV, POOL], 10),
    "upsampled by a reshape": ([CONV, {"type": "Reshape", "target_shape": [-1, 1]}, {**CONV, "kernel_size": 5}], 5),
    "wide kernel": ([{**CONV, "kernel_size": 1000}], 1000),
}


def plan_of(layers: list[dict[str, Any]], given: dict[str, Any]) -> Any:
    return compiled({"lstmc": 1, "input": given, "layers": layers, "compile": {"loss": "mse"}}).result()


@pytest.mark.parametrize("name", CASES)
def test_the_shortest_input(name):
    layers, least = CASES[name]
    assert plan_of(layers, {"timesteps": None, "features": 3}).shortest == (least, 3)


@pytest.mark.parametrize("name", CASES)
def test_a_known_number_of_timesteps_is_checked_against_the_same_rule(name):
    layers, least = CASES[name]
    assert plan_of(layers, {"timesteps": least, "features": 3}).shortest == (least, 3)
    if least > 1:
        shorter = {"timesteps": least - 1, "features": 3}
        spec = {"lstmc": 1, "input": shorter, "layers": layers, "compile": {"loss": "mse"}}
        assert "LC316" in [d.code for d in compiled(spec).diagnostics]


@pytest.mark.parametrize("name", [name for name, (_, least) in CASES.items() if 1 < least < 1000])
def test_keras_has_something_left_from_that_length_on(name):
    """Keras refuses to build what would be empty; a `-1` in a Reshape takes any length."""
    keras = pytest.importorskip("keras")
    layers, least = CASES[name]

    def built(timesteps: int) -> Any:
        stack = [
            getattr(keras.layers, layer["type"])(**{k: v for k, v in layer.items() if k != "type"}) for layer in layers
        ]
        return keras.Sequential([keras.Input((timesteps, 3)), *stack])

    assert 0 not in built(least).output_shape
    with pytest.raises(ValueError):  # noqa: PT011 - Keras has several messages
        assert min(built(least - 1).output_shape[1:]) > 0 or pytest.fail("it was built")


def test_wrapped_layers_and_other_axes():
    inner = {"type": "TimeDistributed", "layer": {**CONV, "kernel_size": 4}}
    assert plan_of([inner], {"shape": [5, None, 3]}).shortest == (5, 4, 3)
    ids = [{"type": "Embedding", "input_dim": 9, "output_dim": 2}, CONV]
    assert plan_of(ids, {"timesteps": None, "vocabulary": 9}).shortest == (3,)


def test_it_is_shown():
    shown = table(plan_of([CONV, LSTM], {"timesteps": None, "features": 3}))
    assert "timesteps   at least 3" in shown
    assert "at least" not in table(plan_of([LSTM], {"timesteps": None, "features": 3}))
