"""Scalers and labels: undone exactly, and fitted on training rows alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstmc.runtime.data import (
    Contract,
    Encoding,
    Scaler,
    array_encoding,
    fingerprint,
    prepare,
    prepare_arrays,
    prepare_new,
)
from lstmc.runtime.data.encoding import fit_scaler
from lstmc.spec.data import Data, Minmax, Scale, Source, Split, Window

SCALINGS = st.sampled_from(["none", "standard", "minmax", Minmax(minmax=(-1.0, 1.0))])
TABLES = arrays(np.float64, st.tuples(st.integers(2, 20), st.integers(1, 4)), elements=st.floats(-1e6, 1e6, width=32))
LABELS = Contract((1, 1), (2,), "labels")


@given(TABLES, SCALINGS)
@settings(deadline=None)
def test_decoding_undoes_encoding(values, scaling):
    scaler, _ = fit_scaler(values, scaling)
    encoding = Encoding((), (), scaler, scaler, None)
    size = max(np.abs(values).max(), 1e-30)
    np.testing.assert_allclose(encoding.decode_y(encoding.encode_y(values)), values, rtol=1e-6, atol=1e-6 * size)


@pytest.mark.parametrize(
    ("scaling", "expected"),
    [
        ("none", [1.0, 2.0, 3.0, 6.0]),
        ("standard", (np.array([1, 2, 3, 6]) - 3) / np.sqrt(3.5)),
        ("minmax", [0.0, 0.2, 0.4, 1.0]),
        (Minmax(minmax=(-1.0, 1.0)), [-1.0, -0.6, -0.2, 1.0]),
    ],
)
def test_scaled_values(scaling, expected):
    values = np.array([[1.0], [2.0], [3.0], [6.0]])
    scaler, constant = fit_scaler(values, scaling)
    assert constant == ()
    np.testing.assert_allclose(scaler.scale(values)[:, 0], expected, rtol=1e-6)


@pytest.mark.parametrize("scaling", ["standard", "minmax", Minmax(minmax=(-1.0, 1.0))])
def test_a_constant_column_becomes_zero(scaling):
    scaler, constant = fit_scaler(np.full((3, 2), 0.1), scaling)
    assert constant == (0, 1)
    assert scaler.factor.tolist() == [1.0, 1.0]
    assert not scaler.scale(np.full((3, 2), 0.1)).any()


@given(SCALINGS, SCALINGS)
@settings(deadline=None, max_examples=16)
def test_a_column_that_is_feature_and_target_is_scaled_twice(new_bench, features, target):
    values = np.array([1.0, 5.0, 2.0, 8.0, 3.0, 9.0])
    bench = new_bench().csv("y\n" + "".join(f"{v}\n" for v in values))
    scale = Scale(features=features, target=target)
    dataset = bench.prepare(Contract((2, 1), (1,), "values"), window=Window(timesteps=2), scale=scale)
    for scaler, scaling in ((dataset.encoding.x, features), (dataset.encoding.y, target)):
        expected, _ = fit_scaler(values[:, None], scaling)
        np.testing.assert_allclose([scaler.offset, scaler.factor], [expected.offset, expected.factor])


@given(st.lists(st.sampled_from("abcd"), min_size=4, max_size=4), st.floats(-1e3, 1e3))
@settings(deadline=None, max_examples=25)
def test_unseen_rows_change_neither_scalers_nor_classes(new_bench, labels, value):
    train = "a,y\n1,a\n2,b\n4,b\n"
    unseen = "".join(f"{value!r},{label}\n" for label in labels)
    bench = new_bench().csv(train + "0,a\n0,b\n").csv(train + unseen, "other.csv")
    keys = {"split": Split(train=3, test=2, order="file"), "scale": Scale(features="standard")}
    encoding = bench.prepare(LABELS, **keys).encoding
    if set(labels) <= {"a", "b"}:
        same = bench.prepare(LABELS, path="other.csv", **keys).encoding
        assert same.metadata() == encoding.metadata()
        for name, tensor in encoding.tensors().items():
            np.testing.assert_array_equal(tensor, same.tensors()[name])
    else:
        assert {d.code for d in bench.refused(LABELS, path="other.csv", **keys).diagnostics} == {"LC521"}


def test_an_encoding_survives_being_stored():
    scaler = Scaler(np.array([0.1, 2.0]), np.array([3.0, 4.0]))
    one = Encoding(("a", "ä"), ("y",), scaler, Scaler.identity(1), ("x", 3))
    two = Encoding.restore(one.tensors(), one.metadata())
    assert two.metadata() == one.metadata()
    assert (two.features, two.targets, two.classes) == (("a", "ä"), ("y",), ("x", 3))
    np.testing.assert_array_equal(two.x.offset, scaler.offset)
    assert all(isinstance(text, str) for text in one.metadata().values())


@pytest.mark.parametrize(
    ("contract", "labels", "ids", "classes"),
    [
        (Contract((1, 1), (3,), "labels"), "c a b", [2, 0, 1], ("a", "b", "c")),
        (Contract((1, 1), (3,), "labels"), "2 0 1", [2, 0, 1], None),
        (Contract((1, 1), (3,), "labels", classes=("c", "b", "a")), "c a b", [0, 2, 1], ("c", "b", "a")),
        (Contract((1, 1), (2,), "labels", classes=(10, 20)), "20 10 20", [1, 0, 1], (10, 20)),
        (Contract((1, 1), (2,), "labels", classes=("01", "1")), "01 1 01", [0, 1, 0], ("01", "1")),
        (Contract((1, 1), (1,), "binary"), "0 1 1", [[0], [1], [1]], None),
        (Contract((1, 1), (1,), "binary"), "True false True", [[1], [0], [1]], ("false", "true")),
        (Contract((1, 1), (1,), "binary"), "M R M", [[0], [1], [0]], ("M", "R")),
    ],
)
def test_labels_become_ids(bench, contract, labels, ids, classes):
    bench.csv("a,y\n" + "".join(f"1,{label}\n" for label in labels.split()))
    dataset = bench.prepare(contract)
    train = dataset.parts["train"]
    assert train.y.tolist() == ids
    assert train.y.dtype == (np.float32 if contract.target == "binary" else np.int32)
    assert dataset.encoding.classes == classes
    if classes and classes != ("false", "true"):
        assert dataset.encoding.label(train.y.reshape(-1)).tolist() == [type(classes[0])(v) for v in labels.split()]
    assert train.persistence is None


def test_rows_of_zeros_and_ones(bench):
    bench.csv("a,u,v\n1,0,1\n1,1,1\n")
    train = bench.prepare(Contract((1, 1), (2,), "multilabel"), target=("u", "v")).parts["train"]
    assert train.y.tolist() == [[0, 1], [1, 1]]


@pytest.mark.parametrize("y", [["b", "a", "b"], np.array(["b", "a", "b"], dtype=object), [["b"], ["a"], ["b"]]])
def test_text_labels_of_arrays_are_learned(y):
    encoding = array_encoding(np.zeros((3, 1, 1)), y, LABELS)
    samples = prepare_arrays(np.zeros((3, 1, 1)), y, LABELS, encoding)
    assert encoding.classes == ("a", "b")
    assert samples.y.tolist() == [1, 0, 1]
    assert samples.encoding == encoding


def test_arrays_are_scaled_as_the_table_was(bench):
    bench.csv("a,b,y\n1,10,3\n2,30,5\n3,50,9\n")
    contract = Contract((2, 1), (1,), "values")
    arrange = {"arrange": {"rows": "columns_as_timesteps"}}
    data = bench.data(scale=Scale(features="standard", target="minmax")).model_copy(
        update={"arrange": bench.data().arrange.model_validate(arrange["arrange"])}
    )
    from lstmc.runtime.data import prepare

    dataset = prepare(data, contract, bench.base, 0)
    x = np.array([[[1.0], [10.0]], [[2.0], [30.0]], [[3.0], [50.0]]])
    samples = prepare_arrays(x, [3, 5, 9], contract, dataset.encoding)
    np.testing.assert_allclose(samples.x, dataset.parts["train"].x, rtol=1e-6)
    np.testing.assert_allclose(samples.y, dataset.parts["train"].y, rtol=1e-6)


def test_frames_are_taken_without_importing_them():
    class Frame:
        def to_numpy(self):
            return np.ones((2, 1, 1))

    assert prepare_arrays(Frame(), None, LABELS).x.shape == (2, 1, 1)


def test_a_fingerprint_knows_values_and_names_and_no_path(bench):
    text = "a,b,y\n1,2,3\n4,5,6\n"
    texts = {
        "one.csv": text,
        "two.csv": text,
        "value.csv": text.replace("5", "7"),
        "name.csv": text.replace("b", "c"),
        "spelling.csv": text.replace("5", "5.0"),
    }
    prints = {}
    contract = Contract((1, 2), (1,), "values")
    for name, content in texts.items():
        bench.csv(content, name)
        prints[name] = bench.prepare(path=name).fingerprint
        assert fingerprint(bench.data(name), contract, bench.base) == prints[name]
    assert prints["one.csv"] == prints["two.csv"] == prints["spelling.csv"]
    assert len(set(prints.values())) == 3


def test_new_data_has_the_fingerprint_of_the_training_data(bench):
    dataset = bench.csv("a,b,y\n1,2,u\n4,5,v\n").prepare(Contract((1, 2), (2,), "labels"))
    bench.csv("a,b,y\n1,2,u\n4,5,v\n", "same.csv")
    contract = Contract((1, 2), (2,), "labels")
    new = prepare_new(bench.data("same.csv"), contract, bench.base, dataset.encoding, target=True)
    assert new.fingerprint == dataset.fingerprint
    assert dataset.parts["train"].fingerprint == dataset.fingerprint


@pytest.mark.triggers("LC526")
def test_new_data_need_targets_only_to_evaluate(bench):
    from lstmc.spec.errors import DataError

    contract = Contract((1, 2), (1,), "values")
    encoding = bench.csv("a,b,y\n1,2,3\n4,5,6\n").prepare(contract).encoding
    bench.csv("b,extra,a\n2,x,1\n", "new.csv")
    samples = prepare_new(bench.data("new.csv"), contract, bench.base, encoding, target=False)
    assert samples.x.tolist() == [[[1.0, 2.0]]]
    assert samples.y is None
    with pytest.raises(DataError, match=r"LC526.*target column `y`"):
        prepare_new(bench.data("new.csv"), contract, bench.base, encoding, target=True)


def test_training_further_keeps_the_encoding(bench):
    from lstmc.runtime.data import prepare

    contract = Contract((1, 2), (1,), "values")
    scale = Scale(features="standard")
    encoding = bench.csv("a,b,y\n1,2,3\n4,5,6\n").prepare(contract, scale=scale).encoding
    bench.csv("a,b,y\n100,200,3\n400,500,6\n", "more.csv")
    again = prepare(bench.data("more.csv", scale=scale), contract, bench.base, 0, encoding)
    assert again.encoding == encoding
    assert {d.code for d in again.warnings} == {"LC525"}


def test_a_slice_of_samples(bench):
    dataset = bench.csv("t,y\n" + "".join(f"{i},{i}\n" for i in range(8))).prepare(
        Contract((2, 1), (1,), "values"), window=Window(timesteps=2), features=("y",), time={"columns": "t"}
    )
    part = dataset.parts["train"].part(slice(2, 4))
    assert len(part) == 2
    assert (part.times, part.rows.tolist(), part.y.tolist()) == (("4", "5"), [4, 5], [[4.0], [5.0]])


def test_ids_are_never_scaled(tmp_path: Path) -> None:
    ids = np.arange(60).reshape(20, 3) % 7
    np.savez(tmp_path / "ids.npz", x=ids, y=np.arange(20.0))
    data = Data(source=Source(path="ids.npz"), scale=Scale(features="standard", target="minmax"), split=Split(train=20))
    dataset = prepare(data, Contract((3,), (1,), "values", vocabulary=7), tmp_path, 0)
    assert np.array_equal(dataset.parts["train"].x, ids)
    assert dataset.parts["train"].y.max() == 1.0
    assert not dataset.warnings
