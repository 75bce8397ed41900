"""What cannot be streamed is told while the spec is written, each key at its place."""

import pytest

import lstmc

DATA = {"source": "t.csv", "features": ["a", "b"], "target": "b", "window": {"timesteps": 3}, "stream": True}


def codes(layer=None, task="regression", **data):
    spec = {
        "lstmc": 1,
        "task": task,
        "input": {"timesteps": 3, "features": 2, **({"batch": 4} if layer else {})},
        "layers": [{"type": "LSTM", "units": 2, **(layer or {})}, {"type": "Dense", "units": 1}],
        "data": {**DATA, **data},
    }
    return [(d.code, d.path) for d in lstmc.check(spec) if d.code == "LC550"]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"split": {"train": 0.8, "test": 0.2, "order": "random"}, "window": {"timesteps": 3}}, "data.split.order"),
        ({"split": {"train": 0.8, "test": 0.2, "order": "blocks"}}, "data.split.order"),
        ({"categorical": {"a": "ordinal"}}, "data.categorical"),
        ({"difference": 1}, "data.difference"),
        ({"missing": "interpolate"}, "data.missing"),
        ({"source": "t.jsonl"}, "data.source"),
        ({"source": {"path": "t.csv", "encoding": "utf-16"}}, "data.source"),
    ],
)
def test_each_key_is_named_at_its_place(data, place):
    assert codes(**data) == [("LC550", place)]
    assert codes(**data, stream=None) == []


def test_what_can_be_streamed_is_not_refused():
    assert codes() == []


def test_states_are_carried_from_batch_to_batch():
    assert codes({"stateful": True}) == [("LC550", "data.stream")]
