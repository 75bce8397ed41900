"""Samples that are too short, or of a length that cannot be reshaped, are refused before anything is computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lstmc
from lstmc.runtime.data import Contract, Encoding, Scaler, prepare_arrays
from lstmc.runtime.data.direct import Direct

RNG = np.random.default_rng(0)
CONV: dict[str, Any] = {"type": "Conv1D", "filters": 2, "kernel_size": 3}
SPEC: dict[str, Any] = {
    "lstmc": 1,
    "task": "regression",
    "input": {"timesteps": None, "features": 2},
    "layers": [CONV, {"type": "MaxPooling1D"}, {"type": "GlobalMaxPooling1D"}, {"type": "Dense", "units": 1}],
    "fit": {"epochs": 1},
}
LEAST = 4


def arrays(timesteps: int, samples: int = 6) -> tuple[Any, Any]:
    x = RNG.normal(size=(samples, timesteps, 2)).astype(np.float32)
    return x, x.sum((1, 2))


@pytest.fixture(scope="module", params=["onnx", "tensorflow"])
def model(request):
    model = lstmc.build({**SPEC, "runtime": {"engine": request.param}})
    model.fit(*arrays(9))
    return model


def refused(call: Any, *given: Any, code: str = "LC533", **named: Any) -> Any:
    with pytest.raises(lstmc.DataError) as caught:
        call(*given, **named)
    (found,) = caught.value.diagnostics
    assert found.code == code
    return found


@pytest.mark.triggers("LC533")
@pytest.mark.parametrize("timesteps", [0, 1, LEAST - 1])
def test_too_short_samples_are_refused_by_every_method(model, timesteps):
    short, long = arrays(timesteps), arrays(9)
    before = model.weights()
    messages = {
        refused(call, *given, **named).message
        for call, given, named in (
            (model.predict, short[:1], {}),
            (model.predict, (short[0][:1].astype(np.float64),), {}),
            (lambda items: list(model.predict_stream(items)), ([long[0][0], short[0][0]],), {}),
            (lambda items: list(model.predict_stream(items, batch_size=2)), ([*short[0]],), {}),
            (model.evaluate, short, {}),
            (model.fit, short, {}),
            (model.fit, long, {"validation_data": short}),
        )
    }
    found = "1 timestep" if timesteps == 1 else f"{timesteps} timesteps"
    assert messages == {f"the samples have {found}, and the model needs at least 4: a kernel or pool would not fit"}
    for name, value in model.weights().items():
        np.testing.assert_array_equal(value, before[name])


def test_the_least_length_is_read(model):
    x, y = arrays(LEAST)
    kernel, bias, out, shift = (np.asarray(value, np.float64) for value in model.weights().values())
    steps = np.stack([np.einsum("ntf,tfo->no", x[:, i : i + 3], kernel) + bias for i in range(2)], axis=1)
    np.testing.assert_allclose(model.predict(x).values, steps.max(axis=1) @ out + shift, rtol=1e-4, atol=1e-5)
    assert model.evaluate(x, y).count == len(x)


def test_a_part_with_a_source_of_its_own_is_checked(tmp_path):
    for name, timesteps in (("train", 9), ("test", 2)):
        x, y = arrays(timesteps)
        np.savez(tmp_path / f"{name}.npz", x=x, y=y)
    data = {"source": "train.npz", "split": {"train": {"path": "train.npz"}, "test": {"path": "test.npz"}}}
    path = tmp_path / "parts.lstm.json"
    path.write_text(lstmc.Spec.model_validate({**SPEC, "data": data}).canonical(), encoding="utf-8")
    found = refused(lstmc.build(path).check_data)
    assert (found.where.split(",")[0], found.path) == ("test.npz", "data.source")


@pytest.mark.triggers("LC534")
@pytest.mark.parametrize("engine", ["onnx", "tensorflow"])
def test_lengths_that_a_reshape_does_not_divide_are_refused(engine):
    reshape = {"type": "Reshape", "target_shape": [-1, 3]}
    spec = {**SPEC, "layers": [reshape, {"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}]}
    model = lstmc.build({**spec, "runtime": {"engine": engine}})
    model.fit(*arrays(6))
    assert len(model.predict(arrays(3)[0]).values) == 6
    found = refused(model.predict, arrays(4)[0], code="LC534")
    assert "layers.0 Reshape" in found.message
    refused(model.fit, *arrays(4), code="LC534")


def test_differences_take_timesteps_of_their_own():
    """A model of first differences that needs 3 timesteps is given 4."""
    contract = Contract((None, 2), (1,), "binary", shortest=(3, 2))
    encoding = Encoding((), (), Scaler.identity(2), Scaler.identity(1), None, difference=1)
    assert prepare_arrays(arrays(4)[0], None, contract, encoding).x.shape == (6, 3, 2)
    refused(prepare_arrays, arrays(3)[0], None, contract, encoding)


def test_the_short_way_reads_long_samples_alone():
    contract = Contract((None, 2), (1,), "values", shortest=(3, 2))
    direct = Direct.of(contract, Encoding((), (), Scaler.identity(2), Scaler.identity(1), None))
    assert direct is not None
    assert direct.samples(arrays(2)[0]) is None
    assert direct.samples(arrays(3)[0]) is not None
