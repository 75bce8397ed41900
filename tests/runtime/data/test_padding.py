"""Padding that `Masking` skips: it keeps the mask value, and no scaler is fitted on it. The oracle is NumPy."""

from __future__ import annotations

import json
from unittest import mock

import numpy as np
import polars as pl
import pytest

import lstmc
from lstmc.runtime.data import Contract, Encoding, Scaler, prepare, prepare_arrays, prepare_new
from lstmc.runtime.data.direct import Direct
from lstmc.runtime.data.padding import Masked
from lstmc.runtime.data.streaming import part, text
from lstmc.runtime.data.streaming.preparation import prepare_stream
from lstmc.spec.data import Arrange, Data, Fill, Scale, Source, Split, Window
from lstmc.spec.errors import DataError

RNG = np.random.default_rng(5)
LENGTHS = RNG.integers(3, 9, 30)
PADDED = np.where((np.arange(8) < LENGTHS[:, None])[..., None], RNG.normal(3, 2, (30, 8, 2)), 0.0)
REAL = np.arange(8) < LENGTHS[:, None]
Y = RNG.normal(size=30)
MEAN = {"type": "GlobalAveragePooling1D"}
STANDARD = Scale(features="standard")


def masked(value=0.0, axes=(8, 2), output=(1,)):
    return Contract(axes, output, "values", mask_value=value)


def arrays(path="t.npz", **keys):
    return Data(**({"source": Source(path=path), "scale": STANDARD, "split": Split(train=1.0)} | keys))


@pytest.mark.parametrize("value", [0.0, -7.0])
@pytest.mark.parametrize("end", [True, False])
@pytest.mark.parametrize("declared", [False, True])
def test_padding_keeps_the_mask_value_and_is_not_fitted(tmp_path, value, end, declared):
    x, real = np.where(REAL[..., None], PADDED, value), REAL
    if not end:
        x, real = x[:, ::-1], REAL[:, ::-1]
    declared = declared and end
    np.savez(tmp_path / "t.npz", x=x, y=Y, n=LENGTHS)
    source = Source(path="t.npz", length="n" if declared else None)
    dataset = prepare(arrays(source=source), masked(value), tmp_path, 0)
    mean, deviation = x[real].mean(axis=0), x[real].std(axis=0)
    np.testing.assert_allclose(dataset.encoding.x.offset, mean)
    np.testing.assert_allclose(dataset.encoding.x.factor, deviation)
    found = dataset.parts["train"].x
    assert (found[~real] == np.float32(value)).all()
    np.testing.assert_allclose(found[real], ((x - mean) / deviation)[real], rtol=1e-5, atol=1e-6)
    told = (
        f"{(~real).sum()} of 240 timesteps are padding (all features {value:g}): not scaled, and left out of the scaler"
    )
    assert (told in dataset.notes) is not declared


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_new_arrays_are_padded_alike(tmp_path, dtype):
    np.savez(tmp_path / "t.npz", x=PADDED, y=Y)
    encoding = prepare(arrays(), masked(), tmp_path, 0).encoding
    new = PADDED[:4].astype(dtype)
    samples = prepare_arrays(new, None, masked(), encoding, data=arrays())
    assert (samples.x[~REAL[:4]] == 0).all()
    assert (samples.x[REAL[:4]] != 0).all()
    assert f"{(~REAL[:4]).sum()} of 32 timesteps are padding" in samples.notes[0]
    direct = Direct.of(masked(), encoding)
    assert direct.samples(new) is None  # which goes the long way
    full = np.ones((1, 8, 2)).astype(dtype)
    np.testing.assert_array_equal(direct.samples(full).x, prepare_arrays(full, None, masked(), encoding).x)
    np.savez(tmp_path / "n.npz", x=new)
    from_file = prepare_new(arrays("n.npz"), masked(), tmp_path, encoding, target=False)
    np.testing.assert_array_equal(from_file.x, samples.x)


def test_what_marks_padding_is_part_of_the_encoding():
    encoding = Encoding((), (), Scaler.identity(1), Scaler.identity(1), None, masked=Masked(-7.0, anywhere=True))
    told = encoding.metadata()
    assert json.loads(told["masked"]) == {"mask_value": -7.0, "anywhere": True}
    assert Encoding.restore(encoding.tensors(), told).masked == encoding.masked
    plain = Encoding((), (), Scaler.identity(1), Scaler.identity(1), None)
    assert "masked" not in plain.metadata()
    assert Encoding.restore(plain.tensors(), plain.metadata()).masked is None


@pytest.mark.triggers("LC538")
def test_a_hole_among_measurements_is_refused_and_the_way_out_works(tmp_path):
    x = PADDED.copy()
    x[3, 1] = 0
    np.savez(tmp_path / "t.npz", x=x, y=Y)
    with pytest.raises(DataError) as caught:
        prepare(arrays(), masked(), tmp_path, 0)
    (found,) = caught.value.diagnostics
    assert (found.code, found.where) == ("LC538", "t.npz, x[3, 1]")
    assert '"missing": { "fill": 0 }' in found.help
    dataset = prepare(arrays(missing=Fill(fill=0.0)), masked(), tmp_path, 0)
    real = REAL.copy()
    real[3, 1] = False
    np.testing.assert_allclose(dataset.encoding.x.offset, x[real].mean(axis=0))
    assert (dataset.parts["train"].x[~real] == 0).all()
    prepare_arrays(x[3:4], None, masked(), dataset.encoding)
    with pytest.raises(DataError):
        prepare_arrays(x[3:4], None, masked(), prepare_encoding(tmp_path))


def prepare_encoding(base):
    np.savez(base / "whole.npz", x=PADDED, y=Y)
    return prepare(arrays("whole.npz"), masked(), base, 0).encoding


@pytest.mark.triggers("LC539")
def test_a_measurement_that_scaling_makes_the_mask_value_is_refused(tmp_path):
    x = np.arange(1.0, 21).reshape(4, 5, 1)
    np.savez(tmp_path / "t.npz", x=x, y=Y[:4])
    keys = {"scale": Scale(features="minmax")}
    with pytest.raises(DataError) as caught:
        prepare(arrays(**keys), masked(axes=(5, 1)), tmp_path, 0)
    (found,) = caught.value.diagnostics
    assert (found.code, found.where) == ("LC539", "t.npz, x[0, 0]")
    assert "such as -10" in found.help
    assert prepare(arrays(**keys), masked(-10.0, (5, 1)), tmp_path, 0).parts["train"].x.min() == 0


def table(tmp_path, rows=60):
    rng = np.random.default_rng(2)
    y = rng.normal(10, 3, rows)
    a = [None if rng.random() < 0.2 else float(v) for v in y]
    pl.DataFrame({"a": a, "y": y}).write_csv(tmp_path / "t.csv")
    return np.array([np.nan if v is None else v for v in a])


def streamed_or_not(data, contract, base, *, streamed):
    if not streamed:
        dataset = prepare(data, contract, base, 0)
        return dataset, dataset.parts["train"].x
    with mock.patch.object(text, "BLOCK", 300), mock.patch.object(part, "CHUNK", 400):
        dataset = prepare_stream(data, contract, base)
        return dataset, np.concatenate([chunk.x for chunk in dataset.parts["train"].in_order(1)])


@pytest.mark.parametrize("streamed", [False, True])
def test_rows_filled_with_the_mask_value_keep_it(tmp_path, streamed):
    a = table(tmp_path)
    data = Data(
        source=Source(path="t.csv"), features=("a",), target="y", window=Window(timesteps=4), scale=STANDARD,
        missing=Fill(fill=-1.0), split=Split(train=1.0),
    )  # fmt: skip
    dataset, x = streamed_or_not(data, masked(-1.0, (4, 1)), tmp_path, streamed=streamed)
    mean, deviation = np.nanmean(a), np.nanstd(a)
    np.testing.assert_allclose([dataset.encoding.x.offset[0], dataset.encoding.x.factor[0]], [mean, deviation])
    scaled = np.where(np.isnan(a), -1.0, (a - mean) / deviation)
    expected = np.lib.stride_tricks.sliding_window_view(scaled, 4)[:-1, :, None]
    np.testing.assert_allclose(x, expected, rtol=1e-5, atol=1e-6)
    gone = int(np.isnan(a).sum())
    assert (
        f"{gone} of 60 timesteps are padding (all features -1): not scaled, and left out of the scaler" in dataset.notes
    )


@pytest.mark.parametrize("streamed", [False, True])
def test_columns_that_are_timesteps_are_fitted_without_padding(tmp_path, streamed):
    x, real = PADDED[..., 0], REAL
    names = [f"t{i}" for i in range(8)]
    pl.DataFrame(dict(zip(names, x.T, strict=True)) | {"y": Y}).write_csv(tmp_path / "t.csv")
    data = Data(
        source=Source(path="t.csv"), target="y", arrange=Arrange(rows="columns_as_timesteps"), scale=STANDARD,
        split=Split(train=1.0),
    )  # fmt: skip
    dataset, found = streamed_or_not(data, masked(axes=(8, 1)), tmp_path, streamed=streamed)
    cells = [x[real[:, t], t] for t in range(8)]
    mean, deviation = np.array([c.mean() for c in cells]), np.array([c.std() for c in cells])
    np.testing.assert_allclose(dataset.encoding.x.offset, mean, rtol=1e-9)
    np.testing.assert_allclose(dataset.encoding.x.factor, deviation, rtol=1e-9)
    np.testing.assert_allclose(found[..., 0], np.where(real, (x - mean) / deviation, 0), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("difference", [0, 1])
def test_a_row_of_a_series_is_padding_only_where_it_is_declared(tmp_path, streamed, difference):
    (tmp_path / "t.csv").write_text("a,y\n" + "".join(f"{0 if i == 7 else i + 1},{i}\n" for i in range(20)))
    keys = {"missing": Fill(fill=0.0)} if difference else {}
    data = Data(
        source=Source(path="t.csv"), features=("a",), target="y", window=Window(timesteps=4), scale=STANDARD,
        difference=difference, split=Split(train=1.0), **keys,
    )  # fmt: skip
    if streamed and difference:
        return  # which is refused: LC550
    with pytest.raises(DataError) as caught:
        streamed_or_not(data, masked(axes=(4, 1)), tmp_path, streamed=streamed)
    (found,) = caught.value.diagnostics
    assert (found.code, found.where) == ("LC538", "t.csv, row 9")


def test_a_model_without_masking_scales_all(tmp_path):
    np.savez(tmp_path / "t.npz", x=PADDED, y=Y)
    dataset = prepare(arrays(), Contract((8, 2), (1,), "values"), tmp_path, 0)
    np.testing.assert_allclose(dataset.encoding.x.offset, PADDED.mean(axis=(0, 1)))
    assert dataset.encoding.masked is None


def test_padded_sequences_are_predicted_as_short_ones(tmp_path):
    """`Masking` skips what is padded: a padded sequence and the same without padding are predicted alike."""
    np.savez(tmp_path / "train.npz", x=PADDED, y=Y)
    longer = np.concatenate([PADDED[:6], np.zeros((6, 5, 2))], axis=1)
    np.savez(tmp_path / "test.npz", x=longer, y=Y[:6])
    parts = {name: {"path": str(tmp_path / f"{name}.npz")} for name in ("train", "test")}
    spec = {
        "lstmc": 1, "name": "p", "task": "regression", "input": {"timesteps": None, "features": 2},
        "layers": [{"type": "Masking"}, {"type": "LSTM", "units": 3}, {"type": "Dense", "units": 1}],
        "data": {"source": str(tmp_path / "train.npz"), "scale": "standard", "split": parts},
        "fit": {"epochs": 1, "batch_size": 30, "verbose": 0},
    }  # fmt: skip
    with pytest.raises(DataError) as caught:
        lstmc.build({**spec, "input": None}).fit()
    assert '"input": { "timesteps": null, "features": 2 }' in caught.value.diagnostics[0].help
    model = lstmc.build(spec)
    model.fit()
    assert model.evaluate().count == 6
    padded = model.predict(longer).values.ravel()
    np.testing.assert_allclose(model.predict(PADDED[:6]).values.ravel(), padded, rtol=1e-5, atol=1e-6)
    short = [model.predict(PADDED[i : i + 1, : LENGTHS[i]]).values.item() for i in range(6)]
    np.testing.assert_allclose(short, padded, rtol=1e-5, atol=1e-6)
    streamed = [found.values.item() for found in model.predict_stream(iter(longer))]
    np.testing.assert_allclose(streamed, padded, rtol=1e-5, atol=1e-6)
    model.save(tmp_path / "p.lstmc")
    np.testing.assert_allclose(lstmc.load(tmp_path / "p.lstmc").predict(longer).values.ravel(), padded, rtol=1e-5)


@pytest.mark.parametrize("contract", [
    Contract((8, 2), (1,), "values", mask_value=0.0, averaged=0.0),
    Contract((8,), (1,), "values", vocabulary=9, averaged=0.0),
])  # fmt: skip
def test_a_sample_of_padding_alone_has_no_mean_to_train_on(contract):
    """Keras gives NaN for it, and one NaN makes every weight NaN; in prediction it stays alone."""
    x = PADDED.copy() if len(contract.input) == 2 else np.arange(240).reshape(30, 8) % 9
    x[3] = 0
    with pytest.raises(DataError) as caught:
        prepare_arrays(x, Y, contract, target=True)
    (found,) = caught.value.diagnostics
    assert (found.code, found.where) == ("LC506", "x[3]")
    assert "padding throughout" in found.message
    assert len(prepare_arrays(x, None, contract)) == 30


@pytest.mark.parametrize(
    ("layers", "averaged"),
    [
        ([{"type": "Masking", "mask_value": -1}, MEAN], -1.0),
        ([{"type": "Masking"}, {"type": "LSTM", "units": 2, "return_sequences": True}, MEAN], 0.0),
        ([{"type": "Masking"}, {"type": "Conv1D", "filters": 2, "kernel_size": 2}, MEAN], None),
        ([{"type": "Masking"}, {"type": "GlobalMaxPooling1D"}], None),
        ([{"type": "Masking"}, {"type": "LSTM", "units": 2}], None),
    ],
)  # fmt: skip
def test_which_models_average_over_what_is_not_masked(layers, averaged):
    spec = {
        "lstmc": 1, "task": "regression", "input": {"timesteps": 5, "features": 2},
        "layers": [*layers, {"type": "Dense", "units": 1}],
    }  # fmt: skip
    assert lstmc.build(spec)._feeding.contract().averaged == averaged
