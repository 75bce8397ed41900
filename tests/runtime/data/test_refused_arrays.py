"""Arrays that are refused: shapes, kinds of numbers, and what Keras would broadcast."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstmc.runtime.data import Contract, prepare, prepare_arrays
from lstmc.spec.data import Data, Source, Split
from lstmc.spec.errors import DataError

MATRIX = Path(__file__).parents[4] / "shared" / "reference" / "loss_shape_matrix.json"
VALUES = Contract((4, 2), (1,), "values")
X = np.zeros((6, 4, 2))
Y = np.zeros((6, 1))
LABELS = Contract((4, 2), (3,), "labels", loss="sparse_categorical_crossentropy")
ONE_HOT = Contract((4, 2), (3,), "one_hot", loss="categorical_crossentropy")
BINARY = Contract((4, 2), (1,), "binary")
IDS = Contract((3,), (1,), "binary", vocabulary=10)
TOKENS = np.array([[1, 2, 3], [0, 9, 0]])


def case(code: str, *arguments: Any, id: str = "") -> Any:  # noqa: A002
    return pytest.param(code, *arguments, marks=pytest.mark.triggers(code), id=f"{code}-{id}" if id else code)


def spoilt(values: np.ndarray, at: tuple[int, ...], value: float) -> np.ndarray:
    values = values.copy()
    values[at] = value
    return values


def refused(x: Any, y: Any, contract: Contract, **keys: Any) -> tuple[Any, ...]:
    with pytest.raises(DataError) as caught:
        prepare_arrays(x, y, contract, **keys)
    return caught.value.diagnostics


@pytest.mark.parametrize(
    ("code", "x", "y", "contract", "where", "says"),
    [
        case("LC506", spoilt(X, (3, 0, 1), np.nan), Y, VALUES, "x[3, 0, 1]", "sample 3, timestep 0, feature 1 is nan"),
        case("LC506", spoilt(X, (3, 0, 1), 1e39), Y, VALUES, "x[3, 0, 1]", "1e+39", id="float32"),
        case("LC506", X, spoilt(Y, (2, 0), np.inf), VALUES, "y[2, 0]", "inf", id="target"),
        case("LC506", np.ma.masked_equal(spoilt(X, (3, 0, 1), 7), 7), Y, VALUES, "x[3, 0, 1]", "nan", id="masked"),
        case("LC507", np.zeros((4, 2)), None, VALUES, "x", "two dimensions: (4, 2)", id="one sample"),
        case("LC507", np.zeros(4), None, VALUES, "x", "one dimension: (4,)", id="vector"),
        case("LC507", 3.0, None, VALUES, "x", "no dimensions: one number", id="number"),
        case("LC507", np.zeros((6, 4, 2, 1)), Y, VALUES, "x", "4 dimensions", id="four"),
        case("LC508", np.zeros((6, 5, 2)), Y, VALUES, "x", "5 timesteps, the model reads 4"),
        case("LC509", np.zeros((6, 4, 3)), Y, VALUES, "x", "3 features, the model reads 2"),
        case("LC510", X, np.zeros((6, 4, 1)), VALUES, "y", "(6, 4, 1) do not match the output (samples, 1)"),
        case("LC510", X, 3.0, VALUES, "y", "one number", id="number"),
        case("LC510", X, Y, Contract((None, 2), (None, 1), "values"), "y", "(6, 1)", id="sequence"),
        case("LC510", X, Y[:, None], Contract((None, 2), (None, 1), "values"), "y", "(6, 1, 1)", id="broadcast time"),
        case("LC510", X, np.zeros((6, 4)), ONE_HOT, "y", "(6, 4)", id="width"),
        case("LC532", spoilt(TOKENS, (1, 1), 10), [0, 1], IDS, "x[1, 1]", "the id 10 is outside 0 … 9", id="beyond"),
        case("LC532", spoilt(TOKENS, (1, 1), -1), [0, 1], IDS, "x[1, 1]", "the id -1 is outside 0 … 9", id="negative"),
        case("LC532", spoilt(TOKENS, (1, 1), 2**40), [0, 1], IDS, "x[1, 1]", "outside 0 … 9", id="beyond 32 bits"),
        case("LC532", TOKENS + 0.5, [0, 1], IDS, "x[0, 0]", "the id 1.5 is no whole number", id="fraction"),
        case("LC511", X, np.zeros((5, 1)), VALUES, "y", "6 inputs and 5 targets"),
        case("LC512", X, [0, 1, 2, 3, 0, 1], LABELS, "y[3]", "the label 3 is outside 0 … 2"),
        case("LC512", X, ["a", "b"] * 3, LABELS, "", "2 classes", id="learned"),
        case("LC513", X, [[0], [1], [2], [0], [1], [0]], BINARY, "y[2, 0]", "this is 2"),
        case("LC514", X, np.eye(3)[[0, 1, 2, 0, 1, 2]], LABELS, "y", "`sparse_categorical_crossentropy` takes class"),
        case("LC514", X, [0, 1, 2, 0, 1, 2], ONE_HOT, "y", "`categorical_crossentropy` takes one-hot rows", id="ids"),
        case("LC515", X[:0], Y[:0], VALUES, "", "no samples"),
        case("LC518", X.astype(complex), Y, VALUES, "x", "complex128"),
        case("LC518", X.astype(object), Y, VALUES, "x", "object", id="objects"),
        case("LC518", [[[1.0, 2.0]], [[1.0]]], None, VALUES, "x", "is not an array", id="ragged"),
        case("LC518", X, ["a"] * 6, VALUES, "y", "<U1", id="text"),
        case("LC521", X, list("abcabx"), Contract((4, 2), (3,), "labels", classes=("a", "b", "c")), "y[5]", "`x`"),
        case("LC522", None, None, VALUES, "", "no inputs"),
        case("LC527", X, Y, Contract((4, 2), (1,), "values", batch_size=4), "", "6 samples"),
    ],
)
def test_arrays_are_refused_at_a_place(code, x, y, contract, where, says):
    (diagnostic,) = refused(x, y, contract)
    assert (diagnostic.code, diagnostic.where) == (code, where)
    assert says in diagnostic.message


def test_everything_is_told_at_once():
    found = refused(spoilt(np.zeros((6, 5, 3)), (1, 2, 0), np.nan), np.zeros((5, 1)), VALUES)
    assert sorted(d.code for d in found) == ["LC506", "LC508", "LC509", "LC511"]


@pytest.mark.triggers("LC526")
def test_training_needs_targets():
    assert [d.code for d in refused(X, None, VALUES, target=True)] == ["LC526"]


@pytest.mark.triggers("LC507")
def test_a_table_from_python_is_told_how_to_index():
    (diagnostic,) = refused(np.zeros((1199, 11)), np.zeros(1199), Contract((11, 1), (1,), "values"))
    assert "[samples, timesteps, features], the data has two dimensions: (1199, 11)" in diagnostic.message
    assert '`x[..., None]`, `"arrange": "columns_as_timesteps"` (11 timesteps of 1 feature)' in diagnostic.help
    assert '`x[:, None, :]`, `"arrange": "columns_as_features"` (1 timestep of 11 features)' in diagnostic.help
    assert "x[None]" not in diagnostic.help


@pytest.mark.triggers("LC507")
def test_a_single_sample_is_told_its_leading_axis():
    assert "`x[None]`" in refused(np.zeros((4, 2)), None, VALUES)[0].help


def _matrix() -> list[Any]:
    if not MATRIX.exists():
        return []
    losses = json.loads(MATRIX.read_text())
    return sorted({(output, target) for cases in losses.values() for output, of in cases.items() for target in of})


def _shape(text: str) -> tuple[int, ...]:
    sizes = {"B": 8, "N": 8, "T": 10}
    return tuple(sizes.get(axis) or int(axis) for axis in text.strip("()").split(",") if axis)


@pytest.mark.shared
@pytest.mark.skipif(not MATRIX.exists(), reason="needs shared/reference")
@pytest.mark.parametrize(("output", "target"), _matrix())
def test_nothing_broadcasts(output, target):
    contract = Contract((10, 2), _shape(output)[1:], "values")
    y = np.zeros(_shape(target))
    if _shape(target) == _shape(output) or (output, target) == ("(B,1)", "(N,)"):
        samples = prepare_arrays(np.zeros((8, 10, 2)), y, contract)
        assert samples.y is not None
        assert samples.y.shape == _shape(output)
    else:
        (diagnostic,) = refused(np.zeros((8, 10, 2)), y, contract)
        assert diagnostic.code == "LC510"


def from_file(base: Path, path: str, **source: Any) -> Any:
    data = Data(source=Source(path=path, **source), split=Split(train=1.0))
    with pytest.raises(DataError) as caught:
        prepare(data, VALUES, base, 0)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


@pytest.mark.parametrize(
    ("code", "arrays", "source", "where", "says"),
    [
        case("LC506", {"x": spoilt(X, (3, 0, 1), np.nan), "y": Y}, {}, "t.npz, x[3, 0, 1]", "sample 3"),
        case("LC507", {"x": X[..., 0], "y": Y}, {}, "t.npz, x", "(6, 4)"),
        case("LC511", {"x": X, "y": Y[:5]}, {}, "t.npz, y", "6 inputs"),
        case("LC518", {"x": X, "y": np.array([None] * 6)}, {}, "t.npz, y", "objects"),
        case("LC518", {"x": X, "y": np.array(["a"] * 6)}, {}, "t.npz, y", "<U1", id="text"),
        case("LC519", {"x_train": X, "y": Y}, {"x": "x_trian"}, "t.npz", "no array `x_trian`"),
        case("LC519", {"a": X, "b": Y}, {}, "t.npz", "none named `x`", id="which"),
        case("LC519", {"x": X, "y": Y}, {"y": "Z"}, "t.npz", "no array `Z`", id="target"),
        case("LC526", {"x": X}, {}, "t.npz", "no array `y`"),
    ],
)
def test_an_npz_file_is_refused(tmp_path, code, arrays, source, where, says):
    np.savez(tmp_path / "t.npz", **arrays)
    diagnostic = from_file(tmp_path, "t.npz", **source)
    assert diagnostic.code == code
    assert says in diagnostic.message
    assert diagnostic.where == where


@pytest.mark.triggers("LC526")
def test_an_npy_file_has_no_targets(tmp_path):
    np.save(tmp_path / "t.npy", X)
    assert from_file(tmp_path, "t.npy").code == "LC526"


def _npz() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, x=np.random.default_rng(0).normal(size=X.shape), y=Y)
    return file.getvalue()


@pytest.mark.triggers("LC520")
@pytest.mark.parametrize("name", ["t.npz", "t.npy"])
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PK",
        _npz()[:200],
        _npz()[:-30],
        b"\x93NUMPY\x01\x00",
        b"not an array",
        b"\x80\x04K*.",
        b"\x93NUMPY\x09\x09aa",
    ],
    ids=["empty", "start", "cut", "no directory", "no header", "text", "pickle", "version"],
)
def test_a_broken_file(tmp_path, name, raw):
    (tmp_path / name).write_bytes(raw)
    assert from_file(tmp_path, name).code == "LC520"


@pytest.mark.triggers("LC520")
def test_any_flipped_bytes_are_never_a_traceback(tmp_path):
    raw, rng = _npz(), np.random.default_rng(1)
    data = Data(source=Source(path="t.npz"), split=Split(train=1.0))
    codes = set()
    for _ in range(300):
        damaged = bytearray(raw)
        damaged[int(rng.integers(len(raw)))] ^= 1 << int(rng.integers(8))
        (tmp_path / "t.npz").write_bytes(damaged)
        try:
            prepare(data, VALUES, tmp_path, 0)
        except DataError as error:
            codes |= {d.code for d in error.diagnostics}
    assert "LC520" in codes
