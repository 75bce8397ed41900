"""Every mistake in a spec gives one diagnostic, in words that are kept in golden files.

`LSTMC_GOLDEN=1 pytest tests/compiler/test_diagnostics.py` writes the golden files anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from lstmc.api import look_from
from lstmc.cli.excerpt import text as rendered
from lstmc.compiler import Compilation, compile_tree
from lstmc.spec.codes import CODES
from lstmc.spec.diagnostics import Diagnostic, Fix, errors
from lstmc.spec.syntax import parse

GOLDEN = Path(__file__).parents[1] / "golden" / "diagnostics"
NOWHERE = Path("no-such-folder")
LSTM = '{ "type": "LSTM", "units": 3 }'
DENSE = '{ "type": "Dense", "units": 1 }'
DISTRIBUTED = '{ "type": "TimeDistributed", "layer": { "type": "Dense", "units": 1 } }'
OPEN = '{ "timesteps": null, "features": 2 }'
BASE = {
    "lstmc": "1",
    "input": '{ "timesteps": 4, "features": 2 }',
    "layers": (LSTM, DENSE),
    "compile": '{ "loss": "mean_squared_error" }',
}
CSV = '"source": "air.csv", "features": ["a", "b"], "target": "t"'


def spec(*layers: str, **sections: str | None) -> str:
    """The text of a spec: the valid `BASE` with other layers and sections; None leaves a section out."""
    stack = layers or BASE["layers"]
    parts = {**BASE, **sections, "layers": "[\n" + ",\n".join(f"    {layer}" for layer in stack) + "\n  ]"}
    return "{\n" + ",\n".join(f'  "{key}": {value}' for key, value in parts.items() if value is not None) + "\n}\n"


def compiled(text: str) -> Compilation:
    return compile_tree(parse(text, "model.lstm.json"), look_from(NOWHERE))


class Case(NamedTuple):
    name: str
    codes: tuple[str, ...]
    text: str


def layer(arguments: str) -> str:
    return f'{{ "type": "LSTM", "units": 3, {arguments} }}'


def dense(arguments: str) -> str:
    return f'{{ "type": "Dense", {arguments} }}'


def bidirectional(inner: str, outer: str = "") -> str:
    layer = f'{{ "type": "LSTM", "units": 3{", " * bool(inner)}{inner} }}'
    return f'{{ "type": "Bidirectional", "layer": {layer}{", " * bool(outer)}{outer} }}'


def data(rest: str = "", **sections: str | None) -> str:
    return spec(**{"input": None, **sections}, data=f"{{ {CSV}{rest} }}")


def case(name: str, code: str, text: str, *marks: pytest.MarkDecorator) -> object:
    return pytest.param(Case(name, (code,), text), id=name, marks=marks)


READERS_EXAMPLE = """{
  "lstmc": 1,
  "input": { "shape": [11] },
  "layers": [
    { "type": "LSTM", "units": 11, "return_sequences": true },
    { "type": "LSTM", "units": 11 },
    { "type": "Dense", "units": 3, "activation": "softmax" }
  ],
  "compile": { "loss": "categorical_crossentropy" }
}
"""
MULTICLASS = '{ "kind": "multiclass", "classes": 3 }'
ONE_HOT = '{ "kind": "multiclass", "target": "one_hot" }'


def rate(schedule: str) -> str:
    """A spec with that schedule."""
    return spec(compile=f'{{ "loss": "mse", "optimizer": {{ "type": "SGD", "learning_rate": {{ {schedule} }} }} }}')


CASES = [
    # what the language does not know
    case("key_misspelt", "LC201", spec('{ "type": "LSTM", "unit": 50 }', DENSE), pytest.mark.triggers("LC201")),
    case("key_unknown", "LC201", spec(layer('"colour": "red"'), DENSE)),
    case("key_misspelt_beside_the_right_one", "LC201", spec(layer('"unit": 4'), DENSE)),
    case("key_unknown_at_the_top", "LC201", spec(optimiser='"adam"')),
    case("key_misspelt_at_the_top", "LC201", spec(name='"air"', fitt='{ "epochs": 3 }')),
    case("key_unknown_in_a_section", "LC201", spec(fit='{ "epoch": 3 }')),
    case(
        "key_unknown_in_an_initializer",
        "LC201",
        spec(layer('"bias_initializer": { "type": "Constant", "valu": 1 }'), DENSE),
    ),
    case(
        "key_unknown_in_an_optimizer",
        "LC201",
        spec(compile='{ "optimizer": { "type": "SGD", "momentun": 0.3 }, "loss": "mse" }'),
    ),
    case(
        "key_unknown_in_a_split",
        "LC201",
        data(', "window": { "timesteps": 4 }, "split": { "train": 0.7, "valid": 0.1 }'),
    ),
    case("key_missing", "LC202", spec('{ "type": "LSTM" }', DENSE), pytest.mark.triggers("LC202")),
    case("version_missing", "LC202", spec(lstmc=None)),
    case("type_missing", "LC202", spec('{ "units": 3 }', DENSE)),
    case(
        "type_of_an_optimizer_missing",
        "LC202",
        spec(compile='{ "optimizer": { "learning_rate": 0.1 }, "loss": "mse" }'),
    ),
    case("features_missing", "LC202", spec(input='{ "timesteps": 4 }')),
    case(
        "target_missing",
        "LC202",
        spec(input=None, data='{ "source": "a.csv", "features": ["a"], "window": { "timesteps": 4 } }'),
    ),
    case("kind_missing", "LC202", spec(task='{ "output": "last" }', compile=None)),
    case("integer_as_text", "LC203", spec('{ "type": "LSTM", "units": "64" }', DENSE), pytest.mark.triggers("LC203")),
    case("integer_as_boolean", "LC203", spec('{ "type": "LSTM", "units": true }', DENSE)),
    case("integer_as_float", "LC203", spec('{ "type": "LSTM", "units": 64.0 }', DENSE)),
    case("integer_as_null", "LC203", spec('{ "type": "LSTM", "units": null }', DENSE)),
    case("integer_as_list", "LC203", spec('{ "type": "LSTM", "units": [3] }', DENSE)),
    case("boolean_as_text", "LC203", spec(layer('"unroll": "false"'), DENSE)),
    case("boolean_as_number", "LC203", spec(layer('"unroll": 1'), DENSE)),
    case("layer_as_text", "LC203", spec('"LSTM"', DENSE)),
    case("section_as_list", "LC203", spec(fit="[]")),
    case("memory_without_unit", "LC203", spec(runtime='{ "limits": { "memory": "8 apples" } }')),
    case(
        "rate_in_percent",
        "LC204",
        spec(LSTM, '{ "type": "Dropout", "rate": 20 }', DENSE),
        pytest.mark.triggers("LC204"),
    ),
    case("units_zero", "LC204", spec('{ "type": "LSTM", "units": 0 }', DENSE)),
    case("units_negative", "LC204", spec('{ "type": "LSTM", "units": -3 }', DENSE)),
    case("seed_too_large", "LC204", spec(fit='{ "seed": 2147483648 }')),
    case("split_above_one", "LC204", data(', "window": { "timesteps": 4 }, "split": { "train": 0.9, "test": 0.3 }')),
    case("layer_misspelt", "LC205", spec('{ "type": "Lstm", "units": 3 }', DENSE), pytest.mark.triggers("LC205")),
    case("layer_unknown", "LC205", spec('{ "type": "Transformer", "units": 3 }', DENSE)),
    case("loss_misspelt", "LC206", spec(compile='{ "loss": "mean_square_error" }'), pytest.mark.triggers("LC206")),
    case("loss_object_misspelt", "LC206", spec(compile='{ "loss": { "type": "MeanSquareError" } }')),
    case("optimizer_misspelt", "LC206", spec(compile='{ "optimizer": "adm", "loss": "mse" }')),
    case("metric_misspelt", "LC206", spec(compile='{ "loss": "mse", "metrics": ["mean_absolut_error"] }')),
    case("activation_misspelt", "LC206", spec(layer('"activation": "tanhh"'), DENSE)),
    case("initializer_misspelt", "LC206", spec(layer('"kernel_initializer": "glorot"'), DENSE)),
    case("task_unknown", "LC206", spec(task='"regresion"', compile=None)),
    case("device_unknown", "LC206", spec(runtime='{ "device": "tpu" }')),
    case("keras_2_shape", "LC207", spec(layer('"batch_input_shape": [1, 4, 2]'), DENSE), pytest.mark.triggers("LC207")),
    case("keras_1_lr", "LC207", spec(compile='{ "optimizer": { "type": "SGD", "lr": 0.1 }, "loss": "mse" }')),
    case("version_2", "LC208", spec(lstmc="2"), pytest.mark.triggers("LC208")),
    case("loss_of_a_later_version", "LC209", spec(compile='{ "loss": "ctc" }'), pytest.mark.triggers("LC209")),
    case(
        "engine_that_cannot",
        "LC606",
        spec(
            layer('"stateful": true'),
            DENSE,
            input='{ "timesteps": 4, "features": 2, "batch_size": 3 }',
            runtime='{ "engine": "onnx" }',
        ),
        pytest.mark.triggers("LC606"),
    ),
    case(
        "activation_that_onnx_lacks",
        "LC606",
        spec(
            layer('"activation": "gelu"'),
            DENSE,
            runtime='{ "engine": "onnx" }',
            compile='{ "optimizer": { "type": "Adam", "clipnorm": 1.0 }, "loss": "mse" }',
        ),
    ),
    case("missing_misspelt", "LC206", data(', "window": { "timesteps": 4 }, "missing": "drp"')),
    case("verbose_out_of_three", "LC203", spec(fit='{ "verbose": 5 }')),
    case("precision_unknown", "LC206", spec(runtime='{ "precision": "float16" }')),
    case("difference_of_rows", "LC210", data(', "arrange": "columns_as_features", "difference": 1')),
    case(
        "interpolation_of_one_timestep",
        "LC210",
        data(', "arrange": "columns_as_features", "missing": "interpolate"'),
    ),
    case(
        "parts_of_two_forms", "LC210", data(', "window": { "timesteps": 4 }, "split": { "train": "2026", "test": 9 }')
    ),
    case(
        "one_hot_as_timesteps",
        "LC210",
        data(
            ', "arrange": "columns_as_timesteps", "categorical": { "a": "one_hot" }',
            input='{ "timesteps": 2, "features": 1 }',
        ),
    ),
    case(
        "arrange_and_window",
        "LC210",
        data(', "arrange": "columns_as_features", "window": { "timesteps": 1 }'),
        pytest.mark.triggers("LC210"),
    ),
    case("shape_and_features", "LC210", spec(input='{ "shape": [4, 2], "features": 2 }')),
    case(
        "arrange_and_window_beside_input",
        "LC210",
        data(', "arrange": "columns_as_features", "window": { "timesteps": 5 }', input=BASE["input"]),
    ),
    case("columns_not_divisible_without_input", "LC304", data(', "arrange": { "timesteps": 3 }')),
    case("arrange_without_a_way", "LC210", data(', "arrange": {}', input=BASE["input"])),
    case(
        "lora_and_constraint", "LC210", spec(LSTM, dense('"units": 1, "lora_rank": 1, "kernel_constraint": "non_neg"'))
    ),
    case("cudnn_without_bias", "LC210", spec(layer('"use_cudnn": true, "use_bias": false'), DENSE)),
    case("name_with_a_space", "LC211", spec(name='"air quality"'), pytest.mark.triggers("LC211")),
    case("layer_name_with_a_slash", "LC211", spec(layer('"name": "a/b"'), DENSE)),
    case(
        "name_twice",
        "LC212",
        spec(layer('"name": "a"'), dense('"units": 1, "name": "a"')),
        pytest.mark.triggers("LC212"),
    ),
    case("outermost_list", "LC214", f"[{LSTM}]\n", pytest.mark.triggers("LC214")),
    case("outermost_text", "LC214", '"LSTM"\n'),
    # shapes
    case("two_dimensions", "LC301", READERS_EXAMPLE, pytest.mark.triggers("LC301")),
    case("table_not_arranged", "LC301", data()),
    case(
        "sequence_needed", "LC302", spec(layer('"return_sequences": false'), LSTM, DENSE), pytest.mark.triggers("LC302")
    ),
    case(
        "sequence_needed_beyond_dropout",
        "LC302",
        spec(layer('"return_sequences": false'), '{ "type": "Dropout", "rate": 0.1 }', LSTM, DENSE),
    ),
    case("input_unknown", "LC303", spec(input=None), pytest.mark.triggers("LC303")),
    case(
        "input_and_window",
        "LC304",
        spec(data=f'{{ {CSV}, "window": {{ "timesteps": 24 }} }}'),
        pytest.mark.triggers("LC304"),
    ),
    case(
        "columns_not_divisible",
        "LC304",
        data(', "arrange": { "timesteps": 3 }', input='{ "timesteps": 3, "features": 1 }'),
    ),
    case("features_unknown", "LC305", spec(input='{ "shape": [4, null] }'), pytest.mark.triggers("LC305")),
    case(
        "sequence_for_one_output",
        "LC306",
        spec(layer('"return_sequences": true'), DENSE, task='"regression"', compile=None),
        pytest.mark.triggers("LC306"),
    ),
    case(
        "vector_for_a_sequence",
        "LC306",
        spec(
            layer('"return_sequences": false'),
            DENSE,
            task='{ "kind": "regression", "output": "sequence" }',
            compile=None,
        ),
    ),
    case("state_returned", "LC307", spec(layer('"return_state": true'), DENSE), pytest.mark.triggers("LC307")),
    case("stateful_without_batch", "LC308", spec(layer('"stateful": true'), DENSE), pytest.mark.triggers("LC308")),
    case("four_dimensions", "LC309", spec(input='{ "shape": [2, 3, 4] }'), pytest.mark.triggers("LC309")),
    case(
        "unrolled_without_length",
        "LC310",
        spec(layer('"unroll": true'), DENSE, input='{ "timesteps": null, "features": 2 }'),
        pytest.mark.triggers("LC310"),
    ),
    case("glu", "LC311", spec(LSTM, dense('"units": 2, "activation": "glu"')), pytest.mark.triggers("LC311")),
    case("glu_as_a_layer", "LC311", spec(LSTM, DENSE, '{ "type": "Activation", "activation": "glu" }')),
    case(
        "embedding_of_numbers",
        "LC313",
        spec('{ "type": "Embedding", "input_dim": 9, "output_dim": 2 }', LSTM, DENSE),
        pytest.mark.triggers("LC313"),
    ),
    case(
        "reshape_of_other_size",
        "LC314",
        spec('{ "type": "Reshape", "target_shape": [3, 3] }', LSTM, DENSE),
        pytest.mark.triggers("LC314"),
    ),
    case("permute_twice", "LC314", spec('{ "type": "Permute", "dims": [1, 1] }', LSTM, DENSE)),
    case(
        "groups_uneven",
        "LC315",
        spec('{ "type": "Conv1D", "filters": 4, "kernel_size": 2, "groups": 3 }', LSTM, DENSE),
        pytest.mark.triggers("LC315"),
    ),
    case(
        "kernel_too_long",
        "LC316",
        spec('{ "type": "Conv1D", "filters": 4, "kernel_size": 5 }', LSTM, DENSE),
        pytest.mark.triggers("LC316"),
    ),
    case("pool_too_long", "LC316", spec('{ "type": "MaxPooling1D", "pool_size": 5 }', LSTM, DENSE)),
    case(
        "axis_unknown",
        "LC317",
        spec(LSTM, '{ "type": "LayerNormalization", "axis": 3 }', DENSE),
        pytest.mark.triggers("LC317"),
    ),
    case("axis_twice", "LC317", spec(LSTM, '{ "type": "LayerNormalization", "axis": [1, -1] }', DENSE)),
    case(
        "bidirectional_dense",
        "LC318",
        spec('{ "type": "Bidirectional", "layer": { "type": "Dense", "units": 3 } }', DENSE),
        pytest.mark.triggers("LC318"),
    ),
    case("bidirectional_backwards", "LC318", spec(bidirectional('"go_backwards": true'), DENSE)),
    case(
        "bidirectional_same_way",
        "LC318",
        spec(bidirectional("", '"backward_layer": { "type": "LSTM", "units": 3 }'), DENSE),
    ),
    case(
        "bidirectional_other_units",
        "LC318",
        spec(bidirectional("", '"backward_layer": { "type": "GRU", "units": 4, "go_backwards": true }'), DENSE),
    ),
    case("bidirectional_unmerged", "LC307", spec(bidirectional("", '"merge_mode": null'), DENSE)),
    case(
        "sequence_before_repeat",
        "LC319",
        spec(layer('"return_sequences": true'), '{ "type": "RepeatVector", "n": 2 }', LSTM, DENSE),
        pytest.mark.triggers("LC319"),
    ),
    case("vector_before_distributed", "LC302", spec(layer('"return_sequences": false'), DISTRIBUTED)),
    case("vector_in_bidirectional", "LC302", spec(bidirectional('"return_sequences": false'), LSTM, DENSE)),
    case(
        "mask_dropped",
        "LC320",
        spec('{ "type": "Masking" }', '{ "type": "Conv1D", "filters": 2, "kernel_size": 2 }', LSTM, DENSE),
        pytest.mark.triggers("LC320"),
    ),
    case("ids_unread", "LC321", spec(input='{ "timesteps": 4, "vocabulary": 9 }'), pytest.mark.triggers("LC321")),
    case(
        "vocabulary_too_large",
        "LC322",
        spec(
            '{ "type": "Embedding", "input_dim": 5, "output_dim": 2 }',
            LSTM,
            DENSE,
            input='{ "timesteps": 4, "vocabulary": 9 }',
        ),
        pytest.mark.triggers("LC322"),
    ),
    case("wrapper_without_layer", "LC202", spec('{ "type": "TimeDistributed" }', LSTM, DENSE)),
    case("layer_in_wrapper_unknown", "LC205", spec(DISTRIBUTED.replace("Dense", "Dens"), LSTM)),
    case("inner_key_unknown", "LC201", spec(bidirectional('"unit": 3'), DENSE)),
    case("inner_unrolled", "LC310", spec(bidirectional('"unroll": true'), DENSE, input=OPEN)),
    case("flatten_of_any_length", "LC305", spec('{ "type": "Flatten" }', DENSE, input=OPEN)),
    case("vocabulary_and_features", "LC210", spec(input='{ "timesteps": 4, "features": 2, "vocabulary": 9 }')),
    case(
        "noise_shape",
        "LC312",
        spec(LSTM, '{ "type": "Dropout", "rate": 0.2, "noise_shape": [3] }', DENSE),
        pytest.mark.triggers("LC312"),
    ),
    # loss, target, activation, metric
    case("no_loss", "LC401", spec(compile=None), pytest.mark.triggers("LC401")),
    case(
        "softmax_of_one",
        "LC402",
        spec(LSTM, dense('"units": 1, "activation": "softmax"')),
        pytest.mark.triggers("LC402"),
    ),
    case(
        "crossentropy_of_a_linear_output",
        "LC403",
        spec(LSTM, dense('"units": 3'), compile='{ "loss": "categorical_crossentropy" }'),
        pytest.mark.triggers("LC403"),
    ),
    case(
        "crossentropy_of_relu",
        "LC403",
        spec(LSTM, dense('"units": 1, "activation": "relu"'), compile='{ "loss": "binary_crossentropy" }'),
    ),
    case(
        "logits_of_probabilities",
        "LC404",
        spec(
            LSTM,
            dense('"units": 3, "activation": "softmax"'),
            compile='{ "loss": { "type": "CategoricalCrossentropy", "from_logits": true } }',
        ),
        pytest.mark.triggers("LC404"),
    ),
    case(
        "classes_and_units",
        "LC405",
        spec(LSTM, dense('"units": 4'), task=MULTICLASS, compile=None),
        pytest.mark.triggers("LC405"),
    ),
    case(
        "crossentropy_of_one_unit",
        "LC406",
        spec(LSTM, dense('"units": 1, "activation": "sigmoid"'), compile='{ "loss": "categorical_crossentropy" }'),
        pytest.mark.triggers("LC406"),
    ),
    case("binary_with_two_units", "LC406", spec(LSTM, dense('"units": 2'), task='"binary"', compile=None)),
    case(
        "accuracy_of_a_regression",
        "LC407",
        spec(compile='{ "loss": "mse", "metrics": ["accuracy"] }'),
        pytest.mark.triggers("LC407"),
    ),
    case(
        "metric_of_another_target",
        "LC407",
        spec(LSTM, dense('"units": 3'), task=MULTICLASS, compile='{ "metrics": ["categorical_accuracy"] }'),
    ),
    case(
        "target_columns_and_units",
        "LC408",
        spec(
            input=None,
            data='{ "source": "a.csv", "features": ["a"], "target": ["t", "u"], "window": { "timesteps": 4 } }',
        ),
        pytest.mark.triggers("LC408"),
    ),
    case("steps_and_units", "LC409", data(', "window": { "timesteps": 4, "steps": 3 }')),
    case(
        "steps_without_a_decoder",
        "LC409",
        spec(
            LSTM,
            dense('"units": 2'),
            input=None,
            data='{"source": "a.csv", "features":["a"], "target": ["t", "u"], "window": { "timesteps": 4, "steps": 3}}',
        ),
    ),
    case(
        "sequence_for_one_target",
        "LC409",
        spec(layer('"return_sequences": true'), DENSE, input=None, data=f'{{ {CSV}, "window": {{ "timesteps": 4 }} }}'),
        pytest.mark.triggers("LC409"),
    ),
    case(
        "relu_in_a_recurrent_layer", "LC410", spec(layer('"activation": "relu"'), DENSE), pytest.mark.triggers("LC410")
    ),
    case("linear_in_a_recurrent_layer", "LC410", spec(layer('"activation": null'), DENSE)),
    case("poisson_of_a_linear_output", "LC413", spec(compile='{ "loss": "poisson" }'), pytest.mark.triggers("LC413")),
    case("hinge_of_a_sigmoid", "LC413", spec(task='"binary"', compile='{ "loss": "hinge" }')),
    case("logarithms_of_a_linear_output", "LC414", spec(compile='{ "loss": "msle" }'), pytest.mark.triggers("LC414")),
    case(
        "sigmoids_over_classes",
        "LC415",
        spec(LSTM, dense('"units": 3, "activation": "sigmoid"'), compile='{ "loss": "categorical_crossentropy" }'),
        pytest.mark.triggers("LC415"),
    ),
    case(
        "softmax_over_labels",
        "LC415",
        spec(LSTM, dense('"units": 3, "activation": "softmax"'), task='"multilabel"', compile=None),
    ),
    case(
        "metric_twice",
        "LC416",
        spec(compile='{ "loss": "mse", "metrics": ["mse", "mse"] }'),
        pytest.mark.triggers("LC416"),
    ),
    case(
        "one_score_for_each_unit",
        "LC417",
        spec(LSTM, dense('"units": 3'), task=ONE_HOT, compile='{ "metrics": ["f1_score"] }'),
        pytest.mark.triggers("LC417"),
    ),
    case(
        "one_count_for_each_threshold",
        "LC417",
        spec(task='"binary"', compile='{ "metrics": [{ "type": "Recall", "thresholds": [0.2, 0.8] }] }'),
    ),
    case(
        "precision_of_class_ids",
        "LC407",
        spec(LSTM, dense('"units": 3'), task=MULTICLASS, compile='{ "metrics": ["precision"] }'),
    ),
    case(
        "top_k_of_class_ids",
        "LC407",
        spec(
            LSTM,
            dense('"units": 3'),
            task=MULTICLASS,
            compile='{ "metrics": [{ "type": "TopKCategoricalAccuracy", "k": 2 }] }',
        ),
    ),
    case("exact_accuracy", "LC407", spec(task='"binary"', compile='{ "metrics": [{ "type": "Accuracy" }] }')),
    case("f1_without_threshold", "LC407", spec(task='"binary"', compile='{ "metrics": ["f1_score"] }')),
    case(
        "precision_of_logits",
        "LC407",
        spec(
            LSTM,
            dense('"units": 1, "activation": "linear"'),
            task='"binary"',
            compile='{ "loss": { "type": "BinaryCrossentropy", "from_logits": true }, "metrics": ["precision"] }',
        ),
    ),
    case(
        "classes_of_a_union",
        "LC407",
        spec(
            LSTM,
            dense('"units": 3'),
            task=MULTICLASS,
            compile='{ "metrics": [{ "type": "MeanIoU", "num_classes": 4, "sparse_y_pred": false }] }',
        ),
    ),
    case("correlation_of_one_value", "LC407", spec(compile='{ "loss": "mse", "metrics": ["pearson_correlation"] }')),
    case("similarity_of_one_value", "LC406", spec(compile='{ "loss": "cosine_similarity" }')),
    case(
        "distance_of_class_ids", "LC412", spec(LSTM, dense('"units": 3'), task=MULTICLASS, compile='{ "loss": "mse" }')
    ),
    case("metric_without_its_argument", "LC202", spec(compile='{ "loss": "mse", "metrics": ["PrecisionAtRecall"] }')),
    case("weights_of_one_loss", "LC207", spec(compile='{ "loss": "mse", "loss_weights": [1] }')),
    case("schedule_misspelt", "LC206", rate('"type": "PolynomialDeacy", "initial_learning_rate": 1, "decay_steps": 9')),
    case(
        "schedule_of_no_steps", "LC204", rate('"type": "PolynomialDecay", "initial_learning_rate": 1, "decay_steps": 0')
    ),
    case(
        "boundaries_in_disorder",
        "LC204",
        rate('"type": "PiecewiseConstantDecay", "boundaries": [20, 10], "values": [0.3, 0.2, 0.1]'),
    ),
    case(
        "boundaries_and_values",
        "LC204",
        rate('"type": "PiecewiseConstantDecay", "boundaries": [10, 20], "values": [0.2, 0.1]'),
    ),
    case(
        "warmup_to_nowhere",
        "LC210",
        rate('"type": "CosineDecay", "initial_learning_rate": 0.1, "decay_steps": 9, "warmup_steps": 5'),
    ),
    case(
        "warmup_at_once",
        "LC210",
        rate('"type": "CosineDecay", "initial_learning_rate": 0.1, "decay_steps": 9, "warmup_target": 0.5'),
    ),
    case("rate_of_0_throughout", "LC204", rate('"type": "CosineDecay", "initial_learning_rate": 0, "decay_steps": 9')),
    case(
        "clipped_twice",
        "LC210",
        spec(compile='{ "loss": "mse", "optimizer": { "type": "SGD", "clipnorm": 1, "clipvalue": 2 } }'),
    ),
    case(
        "no_regular_expression",
        "LC203",
        spec(compile='{ "loss": "mse", "optimizer": { "type": "Muon", "exclude_layers": ["("] } }'),
    ),
    case(
        "labels_of_one_curve",
        "LC210",
        spec(task='"binary"', compile='{ "metrics": [{ "type": "AUC", "num_labels": 1 }] }'),
    ),
    case(
        "thresholds_of_several_curves",
        "LC210",
        spec(task='"binary"', compile='{ "metrics": [{ "type": "AUC", "multi_label": true, "thresholds": [0.3] }] }'),
    ),
    case(
        "class_beyond_the_classes",
        "LC204",
        spec(
            LSTM,
            dense('"units": 3'),
            task=ONE_HOT,
            compile='{ "metrics": [{ "type": "OneHotIoU", "num_classes": 3, "target_class_ids": [3] }] }',
        ),
    ),
    case(
        "axis_beyond_the_output",
        "LC204",
        spec(task='"binary"', compile='{ "loss": { "type": "Dice", "axis": 2 } }'),
    ),
    case(
        "loss_of_another_task",
        "LC412",
        spec(task='"regression"', compile='{ "loss": "categorical_crossentropy" }'),
        pytest.mark.triggers("LC412"),
    ),
    case(
        "label_loss_for_one_hot",
        "LC412",
        spec(
            LSTM,
            dense('"units": 3'),
            task='{ "kind": "multiclass", "target": "one_hot" }',
            compile='{ "loss": "sparse_categorical_crossentropy" }',
        ),
    ),
    # resources
    case(
        "too_many_parameters",
        "LC601",
        spec(runtime='{ "limits": { "parameters": 10 } }'),
        pytest.mark.triggers("LC601"),
    ),
    case("too_much_memory", "LC601", spec(runtime='{ "limits": { "memory": "1 KiB" } }')),
    # what steers a training
    case(
        "monitor_misspelt",
        "LC420",
        spec(fit='{ "early_stopping": { "monitor": "val_los" } }'),
        pytest.mark.triggers("LC420"),
    ),
    case(
        "monitor_without_validation",
        "LC420",
        data(
            ', "window": { "timesteps": 4 }, "split": { "train": 0.8, "test": 0.2 }',
            fit='{ "reduce_lr_on_plateau": { "monitor": "val_loss" } }',
        ),
    ),
    case("monitor_of_no_kind", "LC420", spec(fit='{ "checkpoint": { "monitor": "entropy" } }')),
    case(
        "classes_of_a_regression_weighed",
        "LC422",
        spec(fit='{ "class_weight": "balanced" }'),
        pytest.mark.triggers("LC422"),
    ),
    case(
        "classes_of_several_labels_weighed",
        "LC422",
        spec(LSTM, dense('"units": 2'), task='"multilabel"', compile=None, fit='{ "class_weight": { "0": 2 } }'),
    ),
    case(
        "label_weighed_that_is_not_there",
        "LC423",
        spec(
            LSTM,
            dense('"units": 2'),
            task='{ "kind": "multiclass", "classes": ["hen", "owl"] }',
            compile=None,
            fit='{ "class_weight": { "howl": 2 } }',
        ),
        pytest.mark.triggers("LC423"),
    ),
    case("sample_weight_without_data", "LC210", spec(fit='{ "sample_weight": "w" }')),
    case(
        "sample_weight_is_the_target", "LC210", data(', "window": { "timesteps": 4 }', fit='{ "sample_weight": "t" }')
    ),
    case("states_where_there_are_none", "LC210", spec(fit='{ "reset_states": "batch" }')),
]

TEN_MISTAKES = """{
  "lstmc": 2,
  "name": "air quality",
  "task": "regresion",
  "input": { "timesteps": "4", "features": 2 },
  "layers": [
    { "type": "Lstm", "units": 3 },
    { "type": "LSTM", "unit": 3 },
    { "type": "Dropout", "rate": 20 },
    { "type": "Dense", "units": 1, "activation": "tanhh" }
  ],
  "compile": { "optimizer": "adm" },
  "runtime": { "engine": "jax" }
}
"""
TEN = ("LC208", "LC211", "LC206", "LC203", "LC205", "LC201", "LC204", "LC206", "LC206", "LC206")


def codes(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    return [diagnostic.code for diagnostic in diagnostics]


def golden(name: str, found: str) -> str:
    """The golden text of that name, after writing it where that is asked for."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("LSTMC_GOLDEN"):
        path.write_text(found, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def shown(compilation: Compilation) -> str:
    return "\n".join(click.unstyle(rendered(d, compilation.source, width=80)) for d in compilation.diagnostics)


def mended(text: str, fix: Fix) -> str:
    for edit in sorted(fix.edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def fixable(*, safe: bool) -> list[object]:
    """The cases whose diagnostic has a fix; that of a golden file with `[fixable]` has a safe one."""
    found = [(parameter, compiled(parameter.values[0].text).diagnostics) for parameter in CASES]  # type: ignore[attr-defined]
    return [p for p, (d, *_) in found if any(fix.safe or not safe for fix in d.fixes)]


def test_the_base_is_valid() -> None:
    assert compiled(spec()).diagnostics == ()


@pytest.mark.parametrize("case", CASES)
def test_one_mistake_gives_one_diagnostic(case: Case) -> None:
    assert tuple(codes(compiled(case.text).diagnostics)) == case.codes


@pytest.mark.parametrize("case", CASES)
def test_words(case: Case) -> None:
    found = shown(compiled(case.text))
    assert found == golden(case.name, found)


@pytest.mark.parametrize("case", CASES)
def test_place_and_severity(case: Case) -> None:
    compilation = compiled(case.text)
    (found,) = compilation.diagnostics
    assert found.span is not None
    assert compilation.source.text[found.span.start : found.span.end].strip()
    assert found.severity == CODES[found.code].severity


@pytest.mark.parametrize("case", fixable(safe=False))
def test_the_first_fix_mends(case: Case) -> None:
    (found,) = compiled(case.text).diagnostics
    after = compiled(mended(case.text, found.fixes[0])).diagnostics
    assert (found.code, found.path) not in [(d.code, d.path) for d in after]
    assert not [d for d in after if d.code.startswith("LC1")]


@pytest.mark.parametrize("case", fixable(safe=True))
def test_a_safe_fix_leaves_no_error(case: Case) -> None:
    (found,) = compiled(case.text).diagnostics
    safe = next(fix for fix in found.fixes if fix.safe)
    assert errors(compiled(mended(case.text, safe)).diagnostics) == ()


def test_golden_files_are_those_of_the_table() -> None:
    names = {str(parameter.id) for parameter in CASES} | {"ten_mistakes"}  # type: ignore[attr-defined]
    assert {path.stem for path in GOLDEN.glob("*.txt")} == names


def test_ten_mistakes_in_one_pass() -> None:
    compilation = compiled(TEN_MISTAKES)
    assert tuple(codes(compilation.diagnostics)) == TEN
    assert shown(compilation) == golden("ten_mistakes", shown(compilation))


def test_the_readers_example() -> None:
    """Eleven columns for a stack of LSTMs: which axis is missing is said, and both ways to add it are offered."""
    compilation = compiled(READERS_EXAMPLE)
    (found,) = compilation.diagnostics
    assert found.code == "LC301"
    assert "[samples, timesteps, features]" in found.message
    assert "columns_as_timesteps" in found.help
    assert "columns_as_features" in found.help
    assert [fix.edits[0].text for fix in found.fixes] == ["[11, 1]", "[1, 11]"]
    assert not found.fixable


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"compile": '{ "optimizer": "adm" }'}, "LC206"),
        ({"fit": '{ "epochs": "3" }'}, "LC203"),
        ({"task": '"regresion"'}, "LC206"),
        ({"runtime": '{ "device": "tpu" }'}, "LC206"),
        ({"evaluate": '{ "on": "tests" }'}, "LC206"),
        ({"predict": '{ "threshold": 2 }'}, "LC204"),
        ({"name": '"a b"'}, "LC211"),
        ({"lstmc": "2"}, "LC208"),
    ],
)
def test_a_broken_section_hides_no_shape_error(broken: dict[str, str], code: str) -> None:
    found = codes(compiled(spec(layer('"return_sequences": false'), LSTM, DENSE, **broken)).diagnostics)
    assert sorted(found) == sorted([code, "LC302"])


@pytest.mark.parametrize(
    ("sections", "code"),
    [
        ({"compile": '{ "loss": "mse", "metrics": ["accuracy"] }'}, "LC407"),
        ({"fit": '{ "epochs": 0 }'}, "LC204"),
        ({"runtime": '{ "device": "tpu" }'}, "LC206"),
        ({"data": f'{{ {CSV}, "arrange": "columns_as_features", "window": {{ "timesteps": 4 }} }}'}, "LC210"),
    ],
)
def test_a_broken_layer_hides_no_other_section(sections: dict[str, str], code: str) -> None:
    found = codes(compiled(spec('{ "type": "Lstm", "units": 3 }', DENSE, **sections)).diagnostics)
    expected = ["LC205"] if code == "LC407" else ["LC205", code]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_a_broken_layer_hides_no_other_layer(broken: int) -> None:
    stack = [layer(f'"name": "{name}"') for name in "abc"]
    stack[broken] = '{ "type": "LSTM", "units": "3" }'
    stack.append('{ "type": "Dense", "units": 0 }')
    assert codes(compiled(spec(*stack)).diagnostics) == ["LC203", "LC204"]


def test_two_contradictions_are_both_told() -> None:
    short = layer('"return_sequences": false')
    assert codes(compiled(spec(short, short, LSTM, DENSE)).diagnostics) == ["LC302", "LC302"]
