"""Which kernel computes a recurrent layer, and what keeps it away."""

import json

import pytest

from lstmc.api import compiled
from lstmc.cli import main
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


SPEC = """{
  "lstmc": 1, "task": "regression",
  "input": { "timesteps": 24, "features": 4 },
  "layers": [{ "type": "LSTM", "units": 64 }, { "type": "SimpleRNN", "units": 8 }, { "type": "Dense", "units": 1 }],
  "fit": { "epochs": 50 }
}
"""


def shown(tmp_path, capsys, *options):
    file = tmp_path / "air.lstm.json"
    file.write_text(SPEC)
    with pytest.raises(SystemExit) as ended:
        main(["show", str(file), "--schedule", *options])
    assert ended.value.code in (0, None)
    return capsys.readouterr().out


def test_show_tells_the_schedule_and_why(tmp_path, capsys):
    text = shown(tmp_path, capsys)
    assert "1,000,000 samples, batches of 32" in text
    assert "layers.0 LSTM: scheduled kernel" in text
    assert "layers.1 SimpleRNN: Keras's own loop" in text


def test_show_tells_which_condition_of_cudnn_fails(tmp_path, capsys):
    text = shown(tmp_path, capsys, "--set", "runtime.device=gpu")
    assert "layers.0 LSTM: cuDNN" in text
    assert "layers.1 SimpleRNN: Keras's own loop: there is none for SimpleRNN" in text


def test_the_schedule_as_json(tmp_path, capsys):
    document = json.loads(shown(tmp_path, capsys, "--json"))["schedule"]
    assert [row["samples"] for row in document["schedules"]] == [100, 10_000, 1_000_000]
