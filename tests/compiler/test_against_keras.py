"""Shapes and parameters of random stacks, against the `keras.Sequential` that a person would write."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lstmc.api import compiled
from lstmc.compiler.plan import Plan

keras = pytest.importorskip("keras")

ACTIVATIONS = ("elu", "gelu", "hard_sigmoid", "linear", "relu", "selu", "sigmoid", "silu", "softsign", "tanh", None)
INITIALIZERS = (
    "glorot_uniform",
    "HeNormal",
    "orthogonal",
    "zeros",
    {"type": "Constant", "value": 0.1},
    {"type": "RandomNormal", "stddev": 0.2, "seed": 3},
    {"type": "Identity", "gain": 0.5},
    {"type": "VarianceScaling", "scale": 2.0, "mode": "fan_avg", "distribution": "uniform"},
)
BIASES = ("zeros", "ones", {"type": "Constant", "value": 0.1}, {"type": "RandomUniform", "minval": -0.1, "seed": 2})
REGULARIZERS = (None, "l2", {"type": "L1L2", "l1": 0.01, "l2": 0.02}, {"type": "L1", "l1": 0.1})
CONSTRAINTS = (None, "non_neg", {"type": "MaxNorm", "max_value": 1.5, "axis": 0}, {"type": "UnitNorm"})
#: A failing stack is reported as it was found: making it smaller would take minutes.
THOROUGH = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
units = st.integers(1, 5)
some = st.sampled_from


def arguments(**choices: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any subset of the arguments; those left out have their defaults."""
    return st.fixed_dictionaries({}, optional=choices)


WEIGHTS = {
    "use_bias": st.booleans(),
    "kernel_initializer": some(INITIALIZERS),
    "bias_initializer": some(BIASES),
    "kernel_regularizer": some(REGULARIZERS),
    "bias_regularizer": some(REGULARIZERS),
    "activity_regularizer": some(REGULARIZERS),
    "kernel_constraint": some(CONSTRAINTS),
    "bias_constraint": some(CONSTRAINTS),
    "trainable": st.booleans(),
}
LSTM = arguments(
    **WEIGHTS,
    activation=some(("tanh", "sigmoid", "softsign", "hard_sigmoid")),
    recurrent_activation=some(ACTIVATIONS),
    recurrent_initializer=some(INITIALIZERS),
    recurrent_regularizer=some(REGULARIZERS),
    recurrent_constraint=some(CONSTRAINTS),
    unit_forget_bias=st.booleans(),
    dropout=some((0.0, 0.25)),
    recurrent_dropout=some((0.0, 0.5)),
    seed=some((None, 0, 11)),
    go_backwards=st.booleans(),
    use_cudnn=some(("auto", False)),
)
DENSE = arguments(
    **WEIGHTS,
    activation=some(ACTIVATIONS),
    lora_rank=some((None, 1, 2)),
    lora_alpha=some((None, 0.5)),
)


@st.composite
def layers(draw: st.DrawFn, kind: str, *, sequence: bool | None, length: int | None) -> dict[str, Any]:
    """One layer; `sequence` is what an LSTM must return, None where both are right."""
    match kind:
        case "LSTM":
            layer = {"type": kind, "units": draw(units), **draw(LSTM)}
            if draw(st.booleans()):
                layer["return_sequences"] = draw(st.booleans()) if sequence is None else sequence
            if length is not None and draw(st.booleans()):
                layer["unroll"] = True
            return layer
        case "Dense":
            layer = {"type": kind, "units": draw(units), **draw(DENSE)}
            if layer.get("lora_rank"):
                layer.pop("kernel_constraint", None)
            return layer
        case "Dropout":
            return {"type": kind, "rate": draw(some((0.0, 0.5))), **draw(arguments(seed=some((None, 4))))}
    return {"type": "Activation", "activation": draw(some([name for name in ACTIVATIONS if name]))}


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """A valid spec: `[batch, timesteps, features]` with LSTMs, also `[batch, features]` without."""
    other = some(("Dense", "Dropout", "Activation"))
    kinds = draw(st.lists(st.one_of(st.just("LSTM"), other), min_size=1, max_size=4))
    rank = 3 if "LSTM" in kinds else draw(st.integers(2, 3))
    length = draw(some((1, 2, 3, None))) if rank == 3 else None
    features = draw(st.integers(1, 4))
    last = max((i for i, kind in enumerate(kinds) if kind == "LSTM"), default=-1)
    stack = [draw(layers(kind, sequence=True if i < last else None, length=length)) for i, kind in enumerate(kinds)]
    given_input: dict[str, Any] = {"shape": [features]}
    if rank == 3:
        as_shape = {"shape": [length, features]}
        given_input = draw(some((as_shape, {"timesteps": length, "features": features})))
    return {"lstmc": 1, "input": given_input, "layers": stack, "compile": {"loss": "mean_squared_error"}}


def spelt(value: Any, module: Any) -> Any:
    """A Keras object by its name or, for an object of the spec, by its class."""
    if not isinstance(value, dict):
        return value
    return getattr(module, value["type"])(**{key: item for key, item in value.items() if key != "type"})


def by_hand(spec: dict[str, Any]) -> Any:
    """The `keras.Sequential` that the spec describes, written without lstmc."""
    stack = []
    later = [layer["type"] == "LSTM" for layer in spec["layers"]]
    for i, layer in enumerate(spec["layers"]):
        options = {key: value for key, value in layer.items() if key != "type"}
        for key, value in options.items():
            modules = {
                "initializer": keras.initializers,
                "regularizer": keras.regularizers,
                "constraint": keras.constraints,
            }
            options[key] = spelt(value, modules.get(key.rsplit("_", 1)[-1]))
        if layer["type"] == "LSTM":
            options.setdefault("return_sequences", any(later[i + 1 :]))
        stack.append(getattr(keras.layers, layer["type"])(**options))
    shape = spec["input"].get("shape") or (spec["input"]["timesteps"], spec["input"]["features"])
    return keras.Sequential([keras.Input(shape=tuple(shape)), *stack])


def plan_of(spec: dict[str, Any]) -> Plan:
    compilation = compiled(spec)
    assert [d for d in compilation.diagnostics if d.severity == "error"] == []
    return compilation.result()


def described(layer: Any) -> list[tuple[str, tuple[int, ...], bool]]:
    return [(weight.name, tuple(weight.shape), weight.trainable) for weight in layer.weights]


@given(specs())
@settings(THOROUGH, max_examples=300)
def test_shapes_and_weights(spec: dict[str, Any]) -> None:
    plan, model = plan_of(spec), by_hand(spec)
    assert plan.input is not None
    assert plan.output is not None
    assert (plan.input.batch, *plan.input.dims) == model.input_shape
    assert (plan.output.batch, *plan.output.dims) == model.output_shape
    for node, layer in zip(plan.nodes, model.layers, strict=True):
        assert node.input is not None
        assert node.output is not None
        assert (None, *node.input.dims) == layer.input.shape
        assert (None, *node.output.dims) == layer.output.shape
        assert node.parameters == layer.count_params()
        assert [(w.name, w.shape, w.trainable) for w in node.weights] == described(layer)
    assert plan.parameters == model.count_params()


@given(specs())
@settings(THOROUGH, max_examples=300)
def test_the_keras_target_makes_the_same_model(spec: dict[str, Any]) -> None:
    """Its layers are configured as those written by hand, seeds and names apart, and give equal finite outputs."""
    from lstmc.compiler.targets.keras import sequential

    plan, hand = plan_of(spec), by_hand(spec)
    model = sequential(plan)
    assert [layer.name for layer in model.layers] == [node.name for node in plan.nodes]
    for one, other in zip(model.layers, hand.layers, strict=True):
        assert comparable(one.get_config()) == comparable(other.get_config())
        assert described(one) == described(other)
    hand.set_weights(model.get_weights())
    axes = [3 if axis is None else axis for axis in hand.input_shape[1:]]
    x = np.random.default_rng(3).normal(size=(2, *axes)).astype(np.float32)
    outputs = np.asarray(model(x, training=False))
    assert np.isfinite(outputs).all()
    np.testing.assert_allclose(outputs, np.asarray(hand(x, training=False)), rtol=1e-6, atol=1e-6)


def comparable(config: Any) -> Any:
    """A configuration without names and seeds."""
    match config:
        case dict():
            return {k: comparable(v) for k, v in config.items() if k not in ("name", "seed", "build_config")}
        case list() | tuple():
            return [comparable(item) for item in config]
    return config


SEQUENCE_KEEPING = {
    "nothing": [],
    "Dropout": [{"type": "Dropout", "rate": 0.1}],
    "Activation": [{"type": "Activation", "activation": "relu"}],
    "Dense": [{"type": "Dense", "units": 2}],
    "all": [
        {"type": "Dense", "units": 2},
        {"type": "Dropout", "rate": 0.1},
        {"type": "Activation", "activation": "tanh"},
    ],
}


@pytest.mark.parametrize("between", SEQUENCE_KEEPING.values(), ids=list(SEQUENCE_KEEPING))
@pytest.mark.parametrize("after", [[], [{"type": "Dense", "units": 1}]], ids=["last", "before a Dense"])
def test_return_sequences_is_inferred_through(between: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    stack = [{"type": "LSTM", "units": 3}, *between, {"type": "LSTM", "units": 2}, *after]
    plan = plan_of({"lstmc": 1, "input": {"timesteps": 4, "features": 2}, "layers": stack, "compile": {"loss": "mse"}})
    settled = [node.layer.return_sequences for node in plan.nodes if node.layer.type == "LSTM"]  # type: ignore[attr-defined]
    assert settled == [True, False]
    (rule,) = [i.rule for i in plan.nodes[0].inferred if i.key == "return_sequences"]
    assert rule == f"layers.{len(between) + 1} LSTM reads a sequence"


@pytest.mark.parametrize("between", SEQUENCE_KEEPING.values(), ids=list(SEQUENCE_KEEPING))
@pytest.mark.parametrize(("output", "expected"), [("sequence", True), ("last", False)])
def test_return_sequences_of_the_last_is_the_tasks(
    between: list[dict[str, Any]], output: str, *, expected: bool
) -> None:
    stack = [{"type": "LSTM", "units": 3}, *between, {"type": "Dense", "units": 1}]
    plan = plan_of(
        {
            "lstmc": 1,
            "task": {"kind": "regression", "output": output},
            "input": {"timesteps": 4, "features": 2},
            "layers": stack,
        }
    )
    assert plan.nodes[0].layer.return_sequences is expected  # type: ignore[attr-defined]
    assert plan.output is not None
    assert plan.output.dims == ((4, 1) if expected else (1,))


def test_stateful_and_fixed_batches() -> None:
    spec = {
        "lstmc": 1,
        "input": {"timesteps": 4, "features": 2, "batch_size": 3},
        "layers": [{"type": "LSTM", "units": 3, "stateful": True}, {"type": "Dense", "units": 1}],
        "compile": {"loss": "mse"},
    }
    plan = plan_of(spec)
    model = keras.Sequential(
        [keras.Input(shape=(4, 2), batch_size=3), keras.layers.LSTM(3, stateful=True), keras.layers.Dense(1)]
    )
    assert [(n.output.batch, *n.output.dims) for n in plan.nodes if n.output] == [x.output.shape for x in model.layers]


SEQUENCES = {
    "Bidirectional": ({"type": "Bidirectional", "layer": {"type": "GRU", "units": 3}}, "layer.return_sequences"),
    "LSTM": ({"type": "LSTM", "units": 3}, "return_sequences"),
    "SimpleRNN": ({"type": "SimpleRNN", "units": 3}, "return_sequences"),
}
READERS = {
    "Conv1D": ([{"type": "Conv1D", "filters": 2, "kernel_size": 2}, {"type": "Flatten"}], True, "reads a sequence"),
    "TimeDistributed": (
        [{"type": "TimeDistributed", "layer": {"type": "Dense", "units": 2}}, {"type": "GlobalMaxPooling1D"}],
        True,
        "reads a sequence",
    ),
    "Bidirectional": (
        [{"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2}}],
        True,
        "reads a sequence",
    ),
    "RepeatVector": (
        [{"type": "RepeatVector", "n": 3}, {"type": "LSTM", "units": 2}],
        False,
        "reads one vector a sample",
    ),
    "through a Masking": ([{"type": "Masking"}, {"type": "GRU", "units": 2}], True, "reads a sequence"),
}


@pytest.mark.parametrize("reader", READERS.values(), ids=list(READERS))
@pytest.mark.parametrize("first", SEQUENCES.values(), ids=list(SEQUENCES))
def test_return_sequences_by_what_reads_it(first: Any, reader: Any) -> None:
    (layer, key), (after, expected, why) = first, reader
    stack = [layer, *after, {"type": "Dense", "units": 1}]
    plan = plan_of({"lstmc": 1, "input": {"timesteps": 4, "features": 2}, "layers": stack, "compile": {"loss": "mse"}})
    (inference,) = [i for i in plan.nodes[0].inferred if i.key == key]
    assert (inference.value, inference.rule.split(" ", 2)[2]) == (expected, why)


def test_both_directions_return_the_same() -> None:
    layer = {
        "type": "Bidirectional",
        "layer": {"type": "LSTM", "units": 3, "return_sequences": True},
        "backward_layer": {"type": "GRU", "units": 3, "go_backwards": True},
    }
    spec = {"lstmc": 1, "input": {"timesteps": 4, "features": 2}, "layers": [layer], "compile": {"loss": "mse"}}
    plan = plan_of(spec)
    assert plan.nodes[0].layer.backward_layer.return_sequences is True  # type: ignore[attr-defined]
    assert plan.output is not None
    assert plan.output.dims == (4, 6)


def test_the_activation_of_a_dense_in_a_wrapper_is_the_tasks() -> None:
    stack = [{"type": "GRU", "units": 3}, {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 3}}]
    task = {"kind": "multiclass", "output": "sequence"}
    plan = plan_of({"lstmc": 1, "task": task, "input": {"timesteps": 4, "features": 2}, "layers": stack})
    assert plan.nodes[1].layer.layer.activation == "softmax"  # type: ignore[attr-defined]
    assert ("layer.activation", "softmax") in [(i.key, i.value) for i in plan.nodes[1].inferred]


def test_the_directions_of_a_bidirectional_begin_with_weights_of_their_own() -> None:
    from lstmc.compiler.targets.keras import sequential

    layer = {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 3}}
    spec = {"lstmc": 1, "input": {"timesteps": 4, "features": 2}, "layers": [layer], "compile": {"loss": "mse"}}
    forward, _, _, backward, *_ = sequential(plan_of(spec)).get_weights()
    assert np.abs(forward - backward).max() > 0.1
