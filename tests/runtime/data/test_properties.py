"""Encoding is undone exactly, and what training may not see changes nothing of it: random configurations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from lstmc.runtime.data import Contract
from lstmc.spec.data import Fill, Minmax, Scale, Split, Window
from lstmc.spec.errors import DataError

SCALINGS = st.sampled_from(["none", "standard", "minmax", Minmax(minmax=(-1.0, 1.0))])
POLICIES = st.sampled_from(["error", "drop", "forward_fill", "interpolate", Fill(fill=0.5)])
LEVELS = ("calm", "north", "south")
FEATURES = ("a", "b", "wind")


@st.composite
def configurations(draw):
    """Keys of `data`, the model's contract, and how many rows and targets there are, with a seed for the values."""
    each = draw(st.booleans())
    steps = 1 if each else draw(st.integers(1, 4))
    timesteps, targets = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    kind = draw(st.sampled_from(["values", "values", "labels"]))
    output = (timesteps, targets) if each else (steps, targets) if steps > 1 else (targets,)
    if kind == "labels":
        targets, output = 1, (timesteps, 3) if each else (steps, 3) if steps > 1 else (3,)
    elif not each and steps > 1 and targets == 1:
        output = draw(st.sampled_from([(steps,), (steps, 1)]))
    one_hot = draw(st.sampled_from(["one_hot", "ordinal"]))
    keys = {
        "window": Window(
            timesteps=timesteps, steps=steps, horizon=draw(st.integers(1, 3)), stride=draw(st.integers(1, 3))
        ),
        "difference": draw(st.integers(0, 2)),
        "scale": Scale(features=draw(SCALINGS), target=draw(SCALINGS)),
        "missing": draw(POLICIES),
        "categorical": {"wind": one_hot},
        "split": Split(train=draw(st.floats(0.4, 0.8)), test=0.2),
    }
    width = 2 + (3 if one_hot == "one_hot" else 1)
    contract = Contract((timesteps, width), output, kind, classes=("p", "q", "r") if kind == "labels" else None)
    return keys, contract, draw(st.integers(25, 60)), targets, draw(st.integers(0, 2**32 - 1))


def rows_at_random(table, keys, contract, count, targets, seed):
    """Walks at random, gaps in one value of ten unless they are errors, and every category in the first rows."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=(count, 2)).cumsum(axis=0), rng.integers(0, 3, count)]).astype(float)
    y = rng.normal(scale=10.0, size=(count, targets)).cumsum(axis=0)
    if keys["missing"] != "error":
        x[rng.random(x.shape) < 0.1] = np.nan
        y[rng.random(y.shape) < 0.05] = np.nan
    x[:6, 2] = [0, 1, 2, 0, 1, 2]
    x[:6, :2] = np.nan_to_num(x[:6, :2])
    names = ("u", "v", "w")[:targets]
    if contract.target == "labels":
        y = rng.choice(["p", "q", "r"], count)
        if keys["missing"] != "error":
            y[rng.random(count) < 0.05] = ""
    return table(x, y, features=FEATURES, targets=names, levels={"wind": LEVELS})


def prepared(reader, rows, contract, keys):
    """The data set; configurations with too few rows for a window, or without all categories, are skipped."""
    try:
        return reader.prepare(rows, contract, **keys)
    except DataError as error:
        if {d.code for d in error.diagnostics} <= {"LC515", "LC530", "LC509"}:
            return None
        raise


@given(configurations())
@settings(deadline=None, max_examples=400)
def test_decoding_undoes_encoding(reader, table, drawn):
    keys, contract, *_ = drawn
    dataset = prepared(reader, rows_at_random(table, *drawn), contract, keys)
    assume(dataset is not None)
    event(contract.target)
    for samples in dataset.parts.values():
        assert np.isfinite(samples.x).all()
        assert samples.x.shape[1:] == contract.input
        if contract.target == "labels":
            np.testing.assert_array_equal(dataset.encoding.label(samples.y), samples.y_original)
            continue
        assert samples.y.shape[1:] == contract.output
        values = dataset.encoding.decode_y(samples.y, samples.anchors)
        size = np.abs(samples.y_original).max() + 1
        np.testing.assert_allclose(values, samples.y_original, rtol=1e-6, atol=1e-6 * size)


@given(configurations())
@settings(deadline=None, max_examples=400)
def test_targets_are_the_rows_that_a_plain_loop_names(reader, table, drawn):
    keys, contract, count, targets, seed = drawn
    keys = {**keys, "missing": "error"}
    rows = rows_at_random(table, keys, contract, count, targets, seed)
    dataset = prepared(reader, rows, contract, keys)
    assume(dataset is not None)
    window, each = keys["window"], len(contract.output) == 2 and keys["window"].steps == 1
    for samples in dataset.parts.values():
        for i, last in enumerate(samples.rows):
            end = last - window.steps + 1 - window.horizon
            if each:
                expected = [rows.y[end - window.timesteps + 1 + t + window.horizon] for t in range(window.timesteps)]
            else:
                expected = [rows.y[end + window.horizon + k] for k in range(window.steps)]
            assert samples.y_original[i].ravel().tolist() == np.array(expected).ravel().tolist()


@given(configurations(), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=400)
def test_rows_after_training_change_nothing_of_it(reader, table, drawn, other):
    keys, contract, count, targets, _ = drawn
    rows = rows_at_random(table, *drawn)
    changed = rows_at_random(table, keys, contract, count, targets, other)
    end = math.floor(keys["split"].train * count + 1e-9)
    changed.x[:end] = rows.x[:end]
    changed.y[:end] = rows.y[:end]
    one, two = (prepared(reader, part, contract, keys) for part in (rows, changed))
    assume(one is not None and two is not None)
    assert one.encoding.metadata() == two.encoding.metadata()
    for name, tensor in one.encoding.tensors().items():
        assert tensor.tobytes() == two.encoding.tensors()[name].tobytes()
    first, second = one.parts["train"], two.parts["train"]
    for name in ("x", "y", "y_original", "persistence", "anchors", "rows"):
        a, b = getattr(first, name), getattr(second, name)
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("policy", ["forward_fill", "interpolate"])
def test_a_gap_at_the_boundary_is_filled_from_training_alone(reader, table, policy):
    x = np.array([[1.0], [2.0], [np.nan], [np.nan], [10.0], [12.0]])
    keys = {"window": Window(timesteps=1), "missing": policy, "split": Split(train=4, test=2)}
    train = reader.prepare(table(x, np.arange(6.0)), Contract((1, 1), (1,), "values"), **keys).parts["train"]
    assert train.x.ravel().tolist() == [1, 2, 2]
