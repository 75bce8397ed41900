"""Inputs that are ids: never scaled, and each below the vocabulary."""

from __future__ import annotations

import numpy as np
import pytest

import lstmc

SPEC = {
    "lstmc": 1,
    "task": "binary",
    "input": {"timesteps": 3, "vocabulary": 5},
    "layers": [
        {"type": "Embedding", "input_dim": 5, "output_dim": 2, "mask_zero": True},
        {"type": "LSTM", "units": 2},
        {"type": "Dense", "units": 1},
    ],
    "fit": {"epochs": 1},
}
X = np.array([[1, 2, 0], [3, 4, 1]])
Y = np.array([0, 1])


@pytest.mark.triggers("LC532")
@pytest.mark.parametrize(
    ("value", "message"),
    [(5, "the id 5 is outside 0 … 4"), (-1, "the id -1 is outside 0 … 4"), (1.5, "the id 1.5 is no whole number")],
)
def test_what_is_no_id_is_refused_at_its_place(value, message):
    x = X.astype(float)
    x[1, 2] = value
    with pytest.raises(lstmc.DataError) as caught:
        lstmc.build(SPEC).fit(x, Y)
    (found,) = caught.value.diagnostics
    assert (found.code, found.where) == ("LC532", "x[1, 2]")
    assert found.message.startswith(message)


def test_ids_of_a_file_are_not_scaled(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez(tmp_path / "a.npz", x=np.tile(X, (5, 1)), y=np.tile(Y, 5))
    data = {"source": "a.npz", "scale": "standard", "split": {"train": 0.8, "test": 0.2}}
    dataset = lstmc.build({**SPEC, "data": data}).check_data()
    train = dataset.parts["train"].x
    assert train.dtype == np.int32
    assert set(np.unique(train)) <= set(range(5))


TABLE = "a,b,c,label\n" + "".join(f"{i % 5},{i * 3 % 5},0,{'xy'[i % 2]}\n" for i in range(10))


def rows_of_ids(folder, kind):
    """The source of ten rows of three ids, as a table or as an array."""
    if kind == "table":
        (folder / "a.csv").write_text(TABLE)
        return {"source": str(folder / "a.csv"), "target": "label"}
    np.savez(folder / "a.npz", x=np.tile(X, (5, 1)), y=np.tile(Y, 5))
    return {"source": str(folder / "a.npz")}


@pytest.mark.parametrize("kind", ["table", "array"])
def test_rows_that_nothing_arranges_are_ids_for_an_embedding(tmp_path, kind):
    derived = {key: value for key, value in SPEC.items() if key != "input"}
    model = lstmc.build({**derived, "data": {**rows_of_ids(tmp_path, kind), "split": {"train": 0.8, "test": 0.2}}})
    train = model.check_data().parts["train"].x
    assert train.shape == (8, 3)
    assert train.dtype == np.int32


def test_input_that_says_another_number_of_ids_than_the_data_is_refused(tmp_path):
    spec = {**SPEC, "input": {"timesteps": 4, "vocabulary": 5}, "data": rows_of_ids(tmp_path, "table")}
    assert [found.code for found in lstmc.check(spec)] == ["LC304"]


WORDS = "word\n" + "".join(f"{i % 5}\n" for i in range(40))


@pytest.mark.parametrize("stream", [False, True])
def test_windows_of_one_column_are_ids_for_an_embedding(tmp_path, stream):
    (tmp_path / "words.csv").write_text(WORDS)
    layers = [*SPEC["layers"][:2], {"type": "Dense", "units": 5}]
    data = {"source": str(tmp_path / "words.csv"), "target": "word", "window": {"timesteps": 3}, "stream": stream}
    model = lstmc.build({"lstmc": 1, "task": "multiclass", "data": data, "layers": layers, "fit": {"epochs": 1}})
    part = model.check_data().parts["train"]
    train = part.samples(0, 2).x if stream else part.x[:2]
    np.testing.assert_array_equal(train, [[0, 1, 2], [1, 2, 3]])
    assert train.dtype == np.int32
    model.fit()
    assert model.predict().probabilities.shape[1:] == (5,)


@pytest.mark.parametrize(("arrange", "wanted"), [("columns_as_timesteps", []), ("columns_as_features", ["LC309"])])
def test_columns_as_timesteps_are_ids_for_an_embedding(tmp_path, arrange, wanted):
    spec = {key: value for key, value in SPEC.items() if key != "input"}
    spec["data"] = {**rows_of_ids(tmp_path, "table"), "arrange": arrange}
    found = lstmc.check(spec)
    assert [diagnostic.code for diagnostic in found] == wanted
    assert all(diagnostic.help == "give the data one column of ids" for diagnostic in found)
