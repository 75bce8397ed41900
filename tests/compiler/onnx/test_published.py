"""The lowering against numbers that others have published: ONNX's own node tests, and those of Keras's tests."""

from __future__ import annotations

import json
import unittest
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lstmc.compiler.plan import TensorType
from lstmc.compiler.targets.onnx import OPSET
from lstmc.compiler.targets.onnx.graph import IR_VERSION, Graph, Operation, Value, lower
from lstmc.compiler.targets.onnx.wire import Heading, Port, encoded
from lstmc.spec.layers import LAYERS

runtime = pytest.importorskip("onnxruntime")

LAYER = {"LSTM": "LSTM", "GRU": "GRU", "RNN": "SimpleRNN"}
#: Where Keras has the gates that ONNX has in the order i, o, f, c; z, r, h; and one.
ORDER = {"LSTM": [0, 2, 3, 1], "GRU": [0, 1, 2], "RNN": [0]}
#: States that are handed in, peepholes and lengths of each sequence: none of them is a part of a Keras Sequential.
NOT_IN_KERAS = {"test_lstm_with_peepholes"}


def run(layer: dict[str, Any], weights: list[NDArray[Any]], x: NDArray[Any], mask: Any = None) -> NDArray[Any]:
    """What one layer, lowered, gives for `x` `[batch, …]`."""
    graph = Graph()
    made = LAYERS[layer["type"]].model_validate(layer)
    given = Value("x", TensorType(x.shape[1:], masked=mask is not None), None if mask is None else "mask")
    value = lower(graph, made, given, weights)
    graph.nodes.append(Operation("Identity", (value.name,), ("y",), {}))
    inputs = [Port("x", "float32", x.shape)]
    feed = {"x": x.astype(np.float32)}
    if mask is not None:
        inputs.append(Port("mask", "bool", mask.shape))
        feed["mask"] = mask
    outputs = [Port("y", "float32", ["batch", *[f"axis_{i}" for i in range(len(value.type.dims))]])]
    content = encoded(graph, inputs, outputs, Heading("layer", "", OPSET, IR_VERSION, {}))
    return runtime.InferenceSession(content, providers=["CPUExecutionProvider"]).run(None, feed)[0]


def node_tests(monkeypatch: pytest.MonkeyPatch, kind: str) -> dict[str, tuple[Any, list[Any], list[Any]]]:
    """By name: the node, its inputs and the outputs that are expected."""
    pytest.importorskip("onnx.backend.test.case.node")
    module = import_module(f"onnx.backend.test.case.node.{kind.lower()}")
    found: dict[str, Any] = {}

    def expect(node: Any, inputs: list[Any], outputs: list[Any], name: str, **_: Any) -> None:
        found[name] = (node, inputs, outputs)

    monkeypatch.setattr(module, "expect", expect)
    case = getattr(module, kind)
    for name in dir(case):
        if name.startswith("export"):
            getattr(case, name)()
    return found


def as_keras(kind: str, attributes: dict[str, Any], weights: list[Any], direction: int) -> list[NDArray[Any]]:
    """Weights of one direction in Keras's order; `weights` are ONNX's W, R and maybe B."""
    order = ORDER[kind]

    def ordered(rows: NDArray[Any]) -> NDArray[Any]:
        blocks = np.split(rows, len(order))
        return np.concatenate([blocks[i] for i in order])

    kernel, state = (ordered(weight[direction]).T for weight in weights[:2])
    if len(weights) < 3:
        return [kernel, state]
    biases = np.stack([ordered(half) for half in np.split(weights[2][direction], 2)])
    together = kind != "GRU" or not attributes.get("linear_before_reset")
    return [kernel, state, biases.sum(axis=0) if together else biases]


@pytest.mark.parametrize("kind", LAYER)
def test_node_tests_of_onnx(monkeypatch, kind):
    found = node_tests(monkeypatch, kind)
    assert len(found) >= 4
    for name, (node, inputs, outputs) in found.items():
        if name in NOT_IN_KERAS:
            continue
        import onnx

        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        x, *weights = inputs
        assert len(weights) <= 3, name
        batch_first = bool(attributes.get("layout"))
        direction = attributes.get("direction", b"forward").decode()
        layer: dict[str, Any] = {"type": LAYER[kind], "units": attributes["hidden_size"], "use_bias": len(weights) > 2}
        layer["return_sequences"] = False
        if kind == "GRU":
            layer["reset_after"] = bool(attributes.get("linear_before_reset", 0))
        own = as_keras(kind, attributes, weights, 0)
        if direction == "reverse":
            layer["go_backwards"] = True
        if direction == "bidirectional":
            layer = {"type": "Bidirectional", "layer": layer}
            own += as_keras(kind, attributes, weights, 1)
        names = [output for output in node.output if output]
        last = outputs[names.index("Y_h")]
        last = last if batch_first else last.transpose(1, 0, 2)
        ours = run(layer, own, x if batch_first else x.transpose(1, 0, 2))
        np.testing.assert_allclose(ours, last.reshape(len(last), -1), rtol=1e-5, atol=1e-5, err_msg=name)


MODULES = ("lstm", "gru", "simple_rnn")
SHARED_OPTIONS = ("units", "activation", "recurrent_activation", "use_bias", "return_sequences", "go_backwards")
OPTIONS = (*SHARED_OPTIONS, "unroll", "reset_after")


def calls_of_keras(monkeypatch: pytest.MonkeyPatch, name: str) -> list[tuple[Any, Any, Any, Any]]:
    """The layers that Keras's tests call, with the inputs, masks and outputs."""
    module = import_module(f"keras.src.layers.rnn.{name}_test")
    (case,) = [v for v in vars(module).values() if isinstance(v, type) and v.__module__ == module.__name__]
    kind = getattr(module.layers, case.__name__.removesuffix("Test"))
    found = []
    plain = kind.__call__

    def call(layer: Any, sequence: Any, **more: Any) -> Any:
        outputs = plain(layer, sequence, **more)
        alone = not (layer.stateful or layer.return_state or layer.zero_output_for_mask)
        if alone and "initial_state" not in more and isinstance(sequence, np.ndarray):
            found.append((layer, sequence, more.get("mask"), np.asarray(outputs)))
        return outputs

    monkeypatch.setattr(kind, "__call__", call)
    loader = unittest.TestLoader()
    names = [n for n in loader.getTestCaseNames(case) if "correctness" in n or "masking" in n]
    result = unittest.TestResult()
    unittest.TestSuite(case(n) for n in names).run(result)
    assert result.wasSuccessful(), result.errors + result.failures
    return found


@pytest.mark.shared
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MODULES)
def test_numbers_of_keras_s_own_tests(monkeypatch, shared, name):
    listed = json.loads((Path(shared) / "reference" / "conformance_expected.json").read_text())
    kind = {"lstm": "LSTMTest", "gru": "GRUTest", "simple_rnn": "SimpleRNNTest"}[name]
    published = [np.array(e["expected"], np.float32) for e in listed if f"::{kind}::" in e["test"]]
    met = 0
    for layer, x, mask, outputs in calls_of_keras(monkeypatch, name):
        config = layer.get_config()
        written = {"type": type(layer).__name__, **{key: config[key] for key in OPTIONS if key in config}}
        found = run(written, [np.asarray(w) for w in layer.weights], x, None if mask is None else np.asarray(mask))
        np.testing.assert_allclose(found, outputs, rtol=1e-5, atol=1e-5)
        met += any(e.shape == found.shape and np.allclose(e, found, rtol=1e-5, atol=1e-5) for e in published)
    assert met >= 6
