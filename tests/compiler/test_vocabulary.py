"""Shapes, parameters and masks of random stacks over the whole vocabulary, against stock Keras written by hand."""

from __future__ import annotations

import warnings
from random import Random
from typing import Any

import numpy as np
import pytest

from lstmc.api import compiled
from lstmc.compiler.plan import Plan

keras = pytest.importorskip("keras")

BLOCKS, EACH = 20, 50
RECURRENT = ("LSTM", "GRU", "SimpleRNN")
MODULES = {"initializer": "initializers", "regularizer": "regularizers", "constraint": "constraints"}
REGULARIZERS = (None, "l2", {"type": "L1L2", "l1": 0.01, "l2": 0.02})
CONSTRAINTS = (None, "non_neg", {"type": "MaxNorm", "max_value": 1.5, "axis": 0})
FORMATS = ("channels_first", "channels_last")
INITIALIZERS = ("he_normal", "zeros", {"type": "RandomNormal", "stddev": 0.2, "seed": 3})


class Stack:
    """Draws layers that fit, and keeps the rank; `time` is 1 once a length is no longer known to the drawing.

    A `wide` one draws arguments too that Keras knows the shapes of, and cannot compute on every device.
    """

    def __init__(self, rng: Random, *, variable: bool, wide: bool) -> None:
        self.rng, self.wide = rng, wide
        self.layers: list[dict[str, Any]] = []
        self.input: dict[str, Any] = {}
        self.time: int | None = None if variable else rng.randint(4, 9)
        self.batch = rng.choice((None, None, 3))
        first = rng.random()
        if first < 0.3:
            vocabulary = rng.randint(3, 9)
            self.input = {"timesteps": self.time, "vocabulary": vocabulary}
            rare = self.rare(lora_rank=(1, 2), trainable=(False,)) | self.rare_weights("embeddings")
            self.add(
                "Embedding", input_dim=vocabulary, output_dim=rng.randint(1, 4), mask_zero=rng.random() < 0.6, **rare
            )
        else:
            self.input = {"timesteps": self.time, "features": rng.randint(1, 4)}
            if first < 0.55:
                self.add("Masking", mask_value=rng.choice((0.0, -1.0)))
        if self.batch:
            self.input["batch_size"] = self.batch
        self.rank = 3
        for _ in range(rng.randint(1, 5)):
            rng.choice(self.options())()
        if not self.layers:
            self.dense()

    def options(self) -> list[Any]:
        same = [self.dense, self.dropout, self.activation, self.layer_norm, self.batch_norm]
        if self.rank == 2:
            return [*same, self.repeat, self.flatten, self.reshape]
        fixed = [self.flatten, self.reshape] if self.time else []
        more = [self.recurrent, self.recurrent, self.bidirectional, self.distributed, self.pool, self.globally]
        return [*same, *more, *fixed, self.conv, self.masking, self.permute]

    def add(self, type_: str, **arguments: Any) -> None:
        self.layers.append({"type": type_, **{k: v for k, v in arguments.items() if v is not None}})

    def some(self, **choices: Any) -> dict[str, Any]:
        return {key: self.rng.choice(values) for key, values in choices.items() if self.rng.random() < 0.3}

    def rare(self, **choices: Any) -> dict[str, Any]:
        return self.some(**choices) if self.wide else {}

    def rare_weights(self, *names: str) -> dict[str, Any]:
        return self.weights(*names) if self.wide else {}

    def weights(self, *names: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in names:
            found |= self.some(
                **{
                    f"{name}_initializer": INITIALIZERS,
                    f"{name}_regularizer": REGULARIZERS,
                    f"{name}_constraint": CONSTRAINTS,
                }
            )
        return found

    def unit(self) -> int:
        return self.rng.randint(1, 4)

    def dense(self) -> None:
        self.add("Dense", units=self.unit(), **self.weights("kernel", "bias"), **self.some(use_bias=(False,)))

    def dropout(self) -> None:
        self.add("Dropout", rate=0.25)

    def activation(self) -> None:
        self.add("Activation", activation=self.rng.choice(("relu", "tanh", "swish")))

    def layer_norm(self) -> None:
        options = self.some(center=(False,), scale=(False,), axis=(-1, [-1]))
        self.add(
            "LayerNormalization",
            **options | self.rare(axis=(1, [1, -1] if self.rank == 3 else 1)),
            **self.rare_weights("gamma", "beta"),
        )

    def batch_norm(self) -> None:
        options = self.some(center=(False,), scale=(False,), renorm=(True,), trainable=(False,), momentum=(0.5,))
        self.add("BatchNormalization", **options, **self.rare(axis=(1, -1)), **self.rare_weights("gamma", "beta"))

    def cell(self, *, sequence: bool | None) -> dict[str, Any]:
        kind = self.rng.choice(RECURRENT)
        gates = {} if kind == "SimpleRNN" else self.some(recurrent_activation=("hard_sigmoid", "sigmoid"))
        only = {"LSTM": {"unit_forget_bias": (False,)}, "GRU": {"reset_after": (False, True)}}.get(kind, {})
        shared = self.some(
            use_bias=(False,),
            dropout=(0.2,),
            recurrent_dropout=(0.2,),
            unroll=(self.time is not None,),
            stateful=(self.batch is not None,),
            trainable=(False,),
        )
        written = {} if sequence is None else {"return_sequences": sequence}
        return {"type": kind, "units": self.unit(), **shared, **gates, **self.some(**only), **written}

    def recurrent(self) -> None:
        sequence = self.rng.random() < 0.6
        self.layers.append(
            {**self.cell(sequence=sequence), **self.weights("kernel", "recurrent"), **self.some(go_backwards=(True,))}
        )
        self.rank = 3 if sequence else 2

    def bidirectional(self) -> None:
        sequence = self.rng.random() < 0.6
        layer = self.cell(sequence=sequence)
        other = {}
        if self.rng.random() < 0.3:
            backward = {**self.cell(sequence=sequence), "units": layer["units"], "go_backwards": True}
            other = {"backward_layer": backward | {"stateful": layer.get("stateful", False)}}
        self.add("Bidirectional", layer=layer, **self.some(merge_mode=("concat", "sum", "mul", "ave")), **other)
        self.rank = 3 if sequence else 2

    def distributed(self) -> None:
        inner = self.rng.choice(
            (
                {"type": "Dense", "units": self.unit()},
                {"type": "Dropout", "rate": 0.2},
                {"type": "Activation", "activation": "tanh"},
            )
        )
        self.add("TimeDistributed", layer=inner)

    def pool(self) -> None:
        if self.time is not None and self.time < 4:
            return
        options = self.some(padding=("same", "valid"), strides=(1, 2), pool_size=(2, [2]))
        self.add("MaxPooling1D", **options, **self.rare(data_format=FORMATS))
        self.time = self.time and 1

    def conv(self) -> None:
        if self.time is not None and self.time < 4:
            return
        options = self.some(padding=("same", "causal", "valid"), activation=("relu",), use_bias=(False,))
        step = self.rng.choice(({}, {"strides": 2}, {"dilation_rate": 2}, {"strides": [1]}))
        rare = self.rare(data_format=FORMATS, groups=(1, 2)) | self.rare_weights("kernel", "bias")
        self.add("Conv1D", filters=self.unit(), kernel_size=self.rng.choice((1, 2, [2])), **step, **options, **rare)
        self.time = self.time and 1

    def globally(self) -> None:
        kind = self.rng.choice(("GlobalAveragePooling1D", "GlobalMaxPooling1D"))
        options = self.some(keepdims=(True,))
        self.add(kind, **options, **self.rare(data_format=FORMATS))
        self.rank = 3 if options else 2
        self.time = self.time and 1

    def masking(self) -> None:
        self.add("Masking")

    def repeat(self) -> None:
        self.time = self.rng.randint(2, 5)
        self.add("RepeatVector", n=self.time)
        self.rank = 3

    def flatten(self) -> None:
        self.add("Flatten")
        self.rank = 2

    def reshape(self) -> None:
        self.add("Reshape", target_shape=self.rng.choice(([-1, 1], [1, -1])))
        self.rank, self.time = 3, 1

    def permute(self) -> None:
        if self.time is not None:
            self.add("Permute", dims=self.rng.choice(([2, 1], [1, 2])))
            self.time = 1


def by_hand(spec: dict[str, Any]) -> Any:
    """The `keras.Sequential` that the spec describes, written without lstmc; None where Keras refuses it."""
    given = spec["input"]
    ids = "vocabulary" in given
    shape = (given["timesteps"],) if ids else (given["timesteps"], given["features"])
    first = keras.Input(shape=shape, batch_size=given.get("batch_size"), dtype="int32" if ids else "float32")
    try:
        return keras.Sequential([first, *(made(layer) for layer in spec["layers"])])
    except (ValueError, TypeError):  # it divides by unknown lengths without a look at them
        return None


def made(layer: dict[str, Any]) -> Any:
    options = {}
    for key, value in layer.items():
        if key in ("layer", "backward_layer"):
            options[key] = made(value)
        elif isinstance(value, dict):
            module = getattr(keras, MODULES[key.rsplit("_", 1)[-1]])
            options[key] = getattr(module, value["type"])(**{k: v for k, v in value.items() if k != "type"})
        elif key != "type":
            options[key] = value
    return getattr(keras.layers, layer["type"])(**options)


def drawn(block: int, i: int, *, wide: bool = False) -> dict[str, Any]:
    stack = Stack(Random(f"{block}/{i}"), variable=i % 2 == 1, wide=wide)
    return {"lstmc": 1, "input": stack.input, "layers": stack.layers, "compile": {"loss": "mse"}}


def silent(action: Any, *arguments: Any) -> Any:
    """Keras warns of dropped masks, which we do too, and of layers that would better be first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return action(*arguments)


def plan_of(spec: dict[str, Any]) -> Plan:
    compilation = compiled(spec)
    assert [d for d in compilation.diagnostics if d.severity == "error"] == []
    return compilation.result()


@pytest.mark.parametrize("block", range(BLOCKS))
def test_shapes_parameters_and_masks(block: int) -> None:
    valid, i = 0, 0
    while valid < EACH:
        spec = drawn(block, i, wide=True)
        i += 1
        model = silent(by_hand, spec)
        if model is None:
            assert [d for d in compiled(spec).diagnostics if d.severity == "error"], spec
            continue
        plan = plan_of(spec)
        valid += 1
        for node, layer in zip(plan.nodes, model.layers, strict=True):
            assert node.input is not None
            assert node.output is not None
            assert (node.output.batch, *node.output.dims) == layer.output.shape, (spec, node.name)
            assert node.output.masked == (getattr(layer.output, "_keras_mask", None) is not None), (spec, node.name)
            assert node.parameters == layer.count_params(), (spec, node.name)
            trained = layer.trainable_weights
            expected = [(w.name, tuple(w.shape), any(w is other for other in trained)) for w in layer.weights]
            assert [(w.name, w.shape, w.trainable) for w in node.weights] == expected, (spec, node.name)


def outputs(model: Any, x: Any) -> Any:
    return model(x, training=False)


@pytest.mark.parametrize("block", range(4))
def test_the_keras_target_makes_the_same_model(block: int) -> None:
    """With the same weights both give the same outputs, masks and holes in the input included."""
    from lstmc.compiler.targets.keras import sequential

    for i in range(25):
        spec = drawn(100 + block, i)
        hand = silent(by_hand, spec)
        if hand is None:
            continue
        model = silent(sequential, plan_of(spec))
        hand.set_weights(model.get_weights())
        axes = [5 if axis is None else axis for axis in hand.input_shape[1:]]
        rng = np.random.default_rng(i)
        x = rng.normal(size=(3, *axes)).astype(np.float32)
        if "vocabulary" in spec["input"]:
            x = rng.integers(0, spec["input"]["vocabulary"], size=(3, *axes)).astype(np.int32)
        x[0, 1:2] = 0
        ours, theirs = (np.asarray(silent(outputs, m, x)) for m in (model, hand))
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6, err_msg=str(spec))


def random_weights(model: Any, rng: np.random.Generator) -> None:
    """Different weights in every gate; variances are not negative."""
    for weight in model.weights:
        values = rng.normal(size=weight.shape) * 0.5
        weight.assign(np.abs(values) if "variance" in weight.path else values)


@pytest.mark.parametrize("block", range(6))
def test_onnx_gives_the_same_outputs(block: int) -> None:
    """With random weights, masks with holes, padding on either side and samples that are masked throughout."""
    runtime = pytest.importorskip("onnxruntime")
    from lstmc.compiler.targets.onnx import model_bytes, unsupported

    for i in range(25):
        spec = drawn(200 + block, i)
        hand = silent(by_hand, spec)
        if hand is None:
            continue
        plan, rng = plan_of(spec), np.random.default_rng(i)
        random_weights(hand, rng)
        weights = {
            node.name: [np.asarray(v) for v in layer.weights]
            for node, layer in zip(plan.nodes, hand.layers, strict=True)
        }
        if why := unsupported(plan):
            assert "stateful" in why
            continue
        axes = [6 if axis is None else axis for axis in hand.input_shape[1:]]
        shape = (hand.input_shape[0] or 4, *axes)
        x = rng.normal(size=shape).astype(np.float32)
        if "vocabulary" in spec["input"]:
            x = rng.integers(0, spec["input"]["vocabulary"], size=shape).astype(np.int32)
        x[0, 1:2], x[1, :2], x[2, 2:] = 0, 0, 0
        found = runtime.InferenceSession(model_bytes(plan, weights)).run(None, {"x": x})[0]
        theirs = np.asarray(silent(outputs, hand, x))
        np.testing.assert_allclose(found, theirs, rtol=1e-5, atol=1e-5, err_msg=str(spec))
