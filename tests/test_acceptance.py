"""The reader's mistake: two-dimensional data for a stack of LSTMs, told before anything is trained."""

import json

import numpy as np
import pytest

import lstmc
from lstmc.api import compiled
from lstmc.spec.diagnostics import Edit

LAYERS = [
    {"type": "LSTM", "units": 11, "return_sequences": True},
    {"type": "LSTM", "units": 11},
    {"type": "Dense", "units": 3, "activation": "softmax"},
]
RNG = np.random.default_rng(0)
X = RNG.random((1199, 11)).round(4)
Y = np.eye(3)[RNG.integers(0, 3, 1199)].astype(int)


def spec(**more):
    return {"lstmc": 1, "layers": LAYERS, "compile": {"loss": "categorical_crossentropy"}, **more}


def says_both_ways(text):
    assert "[samples, timesteps, features]" in text
    assert '"arrange": "columns_as_timesteps"' in text
    assert '"arrange": "columns_as_features"' in text


def test_on_the_spec_alone():
    (found,) = lstmc.check(spec(input={"shape": [11]}))
    assert found.code == "LC301"
    says_both_ways(found.message + found.help)
    assert [fix.edits[0].text for fix in found.fixes] == ["[11, 1]", "[1, 11]"]


@pytest.fixture(params=["csv", "npz"])
def file(request, tmp_path):
    """The spec beside its data, as a table and as arrays; what the data part of the spec says."""
    if request.param == "npz":
        np.savez(tmp_path / "wine.npz", x=X, y=Y)
        data = {"source": "wine.npz"}
    else:
        names = [*(f"c{i}" for i in range(11)), "poor", "fair", "good"]
        np.savetxt(
            tmp_path / "wine.csv", np.hstack([X, Y]), delimiter=",", header=",".join(names), comments="", fmt="%g"
        )
        data = {"source": "wine.csv", "target": names[11:]}
    path = tmp_path / "wine.lstm.json"
    path.write_text(json.dumps(spec(input={"shape": [11]}, data=data), indent=2))
    return path


def test_on_spec_and_data_it_is_one_mistake_with_two_ways_out(file):
    (found,) = lstmc.check(file)
    assert found.code == "LC301"
    assert "two dimensions (1199, 11)" in found.message or "two dimensions [samples, 11]" in found.message
    says_both_ways(found.message + found.help)
    assert "11 timesteps of 1 feature" in found.help
    assert "1 timestep of 11 features" in found.help


@pytest.mark.parametrize(("way", "dims"), [(0, (11, 1)), (1, (1, 11))])
def test_each_way_out_compiles(file, way, dims):
    text = file.read_text()
    (found,) = lstmc.check(file)
    edits: tuple[Edit, ...] = found.fixes[way].edits
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    file.write_text(text)
    assert compiled(file).result().input.dims == dims


def test_arrays_handed_in_are_refused_before_training():
    model = lstmc.build(spec(input={"timesteps": 11, "features": 1}))
    with pytest.raises(lstmc.DataError) as caught:
        model.check_data(X, Y)
    (found,) = caught.value.diagnostics
    assert found.code == "LC507"
    assert "two dimensions: (1199, 11)" in found.message
    says_both_ways(found.message + found.help)
    assert {name: len(part) for name, part in model.check_data(X[..., None], Y).parts.items()} == {"train": 1199}


def test_huge_layers_are_refused_by_the_compiler_before_anything_is_allocated():
    huge = spec(input={"timesteps": 11, "features": 1})
    huge["layers"] = [{"type": "LSTM", "units": 1_000_000_000}, LAYERS[2]]
    (found,) = lstmc.check(huge)
    assert found.code == "LC601"
