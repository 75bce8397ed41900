"""`lstmc show --schedule`: how a training would run, and why."""

import pytest

SPEC = """{
  "lstmc": 1, "task": "regression",
  "input": { "timesteps": 24, "features": 4 },
  "layers": [{ "type": "LSTM", "units": 64 }, { "type": "SimpleRNN", "units": 8 }, { "type": "Dense", "units": 1 }],
  "fit": { "epochs": 50 }
}
"""


@pytest.fixture
def shown(command, folder):
    (folder / "air.lstm.json").write_text(SPEC)
    return lambda *options: command("show", "air.lstm.json", "--schedule", *options)


def test_without_data_usual_numbers_of_samples_are_told(shown):
    result = shown()
    assert result.code == 0
    assert "1,000,000 samples, batches of 32" in result.out
    assert "layers.0 LSTM: scheduled kernel" in result.out
    assert "layers.1 SimpleRNN: Keras's own loop" in result.out


def test_on_a_gpu_the_condition_of_cudnn_that_fails_is_told(shown):
    result = shown("--set", "runtime.device=gpu")
    assert "layers.0 LSTM: cuDNN" in result.out
    assert "layers.1 SimpleRNN: Keras's own loop: there is none for SimpleRNN" in result.out


def test_it_is_told_as_json_too(shown):
    document = shown("--json").json["schedule"]
    assert [row["samples"] for row in document["schedules"]] == [100, 10_000, 1_000_000]


def test_the_samples_are_those_of_the_data(command, folder):
    command("init", "--template", "counting")
    result = command("show", "counting.lstm.json", "--schedule")
    assert "9 samples, batches of 9: fused" in result.out


def test_one_thing_is_shown_at_a_time(shown):
    assert shown("--resolved").code == 2
