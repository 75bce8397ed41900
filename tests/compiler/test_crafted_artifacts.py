"""Artifacts whose SHA-256 is right and whose content is not: each is refused with its code, or gives a model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

import lstmc
from lstmc.api import compiled
from lstmc.compiler.artifact import Artifact, decode, encode, write
from lstmc.runtime.data.categories import Categories
from lstmc.runtime.data.encoding import Encoding, Scaler

LAYERS = [{"type": "LSTM", "units": 2}, {"type": "Dense", "units": 1}]
TABLE = {"source": "a.csv", "time": "t", "features": ["v", "w"], "target": "v", "window": {"timesteps": 3}}
BASE = {"lstmc": 1, "name": "made", "task": "regression", "input": {"timesteps": 3, "features": 2}, "layers": LAYERS}
CLASSES = [LAYERS[0], {"type": "Dense", "units": 3}]


def scaler(columns: int) -> Scaler:
    return Scaler(np.arange(1.0, columns + 1), np.full(columns, 2.0))


def made(spec: dict[str, Any], encoding: Encoding | None, mean: Any = (0.5,)) -> Artifact:
    """What a training of `spec` leaves, with random weights; made by hand, without TensorFlow."""
    plan = compiled(spec).result()
    assert plan.input is not None
    rng = np.random.default_rng(3)
    tensors: dict[str, Any] = {
        f"weights/{node.name}/{i}/{weight.name}": rng.normal(size=weight.shape).astype(np.float32)
        for node in plan.nodes
        for i, weight in enumerate(node.weights)
    }
    metadata = {
        "name": plan.name,
        "plan": plan.digest,
        "input": json.dumps([plan.input.batch, *plan.input.dims]),
        "versions": json.dumps({"lstmc": "0.1.0"}),
    }
    if encoding is not None:
        tensors |= encoding.tensors() | {"baseline/mean": np.asarray(mean, np.float64)}
        tensors |= {"optimizer/0/iteration": np.asarray(7, np.int64), "seeds/lstm/0": np.zeros(2, np.int64)}
        metadata |= encoding.metadata() | {
            "fingerprint": "ab" * 32,
            "history": json.dumps({"loss": [0.5, 0.25], "val_loss": [None, 0.5]}),
            "schedule": json.dumps({"loop": "batchwise", "shards": 1}),
            "source": "../a.csv",
        }
    return Artifact(plan.spec.canonical(), tensors, metadata)


NAMES = ("v", "w"), ("v",)
WINDS = {"w": Categories("one_hot", ("N", "S", "E"))}
ARTIFACTS = {
    "untrained": made(BASE, None),
    "arrays": made(BASE, Encoding((), (), Scaler.identity(2), Scaler.identity(1), None)),
    "table": made({**BASE, "data": TABLE}, Encoding(*NAMES, scaler(2), scaler(1), None)),
    "differences": made(
        {**BASE, "data": {**TABLE, "difference": 1}}, Encoding(*NAMES, scaler(2), scaler(1), None, difference=1)
    ),
    "categories": made(
        {**BASE, "input": {"timesteps": 3, "features": 4}, "data": {**TABLE, "categorical": {"w": "one_hot"}}},
        Encoding(*NAMES, scaler(4), scaler(1), None, WINDS),
    ),
    "labels": made(
        {**BASE, "task": "multiclass", "layers": CLASSES},
        Encoding((), (), Scaler.identity(2), Scaler.identity(1), ("hen", "owl", "Ürk")),
        (0.5, 0.25, 0.25),
    ),
}
FEATURES = {name: 4 if name == "categories" else 2 for name in ARTIFACTS}
TRAINED = [name for name in ARTIFACTS if name != "untrained"]


def used(artifact: Artifact, features: int, folder: Path) -> int:
    """How many predictions the model of an artifact makes of two samples."""
    write(artifact, folder / "made.lstmc")
    model = lstmc.load(folder / "made.lstmc")
    x = np.ones((2, 4 if model.plan.spec.data and model.plan.spec.data.difference else 3, features), np.float32)
    return len(model.predict(x))


@pytest.mark.parametrize("name", TRAINED)
def test_what_is_made_by_hand_is_right(name: str, tmp_path: Path) -> None:
    assert used(ARTIFACTS[name], FEATURES[name], tmp_path) == 2


def refusal(artifact: Artifact, folder: Path) -> str:
    write(artifact, folder / "made.lstmc")
    with pytest.raises(lstmc.ArtifactError) as caught:
        lstmc.load(folder / "made.lstmc")
    (found,) = caught.value.diagnostics
    assert (found.code, found.where) == ("LC705", str(folder / "made.lstmc"))
    assert found.help
    return found.message


METADATA = {
    "history is a list": ("table", {"history": "[1]"}, "`history`"),
    "history is empty": ("table", {"history": "{}"}, "`history`"),
    "history holds text": ("table", {"history": '{"loss": ["a"]}'}, "`history` is not valid at loss.0"),
    "history of different lengths": ("table", {"history": '{"loss": [1.0], "val_loss": [1.0, 2.0]}'}, "length"),
    "nested too deep": ("table", {"history": "[" * 100_000}, "`history`"),
    "not JSON": ("table", {"features": "v,w"}, "`features`"),
    "features of numbers": ("table", {"features": "[1, 2]"}, "`features`"),
    "other features": ("table", {"features": '["v", "x"]'}, "`features`"),
    "a feature twice": ("table", {"features": '["v", "v"]'}, "twice"),
    "other targets": ("table", {"targets": '["w"]'}, "`targets`"),
    "features without data": ("arrays", {"features": '["a", "b"]'}, "`data`"),
    "negative difference": ("differences", {"difference": "-1"}, "`difference`"),
    "more differences": ("differences", {"difference": "2"}, "`difference` is 2, and its spec says 1"),
    "differences of none": ("table", {"difference": "1"}, "`difference`"),
    "true is no number": ("differences", {"difference": "true"}, "`difference`"),
    "an unknown kind of category": (
        "categories",
        {"categories": '{"w": {"kind": "x", "levels": ["N"]}}'},
        "categories",
    ),
    "a category that is not asked for": (
        "table",
        {"categories": '{"w": {"kind": "ordinal", "levels": ["N"]}}'},
        "spec",
    ),
    "categories left out": ("categories", {"categories": "{}"}, "`categories`"),
    "no levels": ("categories", {"categories": '{"w": {"kind": "one_hot", "levels": []}}'}, "`categories`"),
    "a level twice": ("categories", {"categories": '{"w": {"kind": "one_hot", "levels": ["N", "N"]}}'}, "twice"),
    "fewer levels": ("categories", {"categories": '{"w": {"kind": "one_hot", "levels": ["N", "S"]}}'}, "4 columns"),
    "too few classes": ("labels", {"classes": '["hen", "owl"]'}, "2 `classes` for 3 outputs"),
    "a class twice": ("labels", {"classes": '["hen", "owl", "owl"]'}, "twice"),
    "classes of lists": ("labels", {"classes": '[["hen"], "owl", "a"]'}, "`classes`"),
    "fingerprint": ("table", {"fingerprint": "none"}, "`fingerprint`"),
    "schedule": ("table", {"schedule": '{"loop": "endless"}'}, "`schedule`"),
    "schedule of text": ("table", {"schedule": "fast"}, "`schedule`"),
    "sources": ("table", {"sources": '{"other": "b.csv"}'}, "`sources`"),
    "name": ("table", {"name": ".."}, "`name`"),
    "device name": ("table", {"name": "NUL.x"}, "`name`"),
    "plan": ("table", {"plan": "short"}, "`plan`"),
    "another plan": ("table", {"plan": "0" * 64}, "plan"),
    "input without axes": ("table", {"input": "[null]"}, "`input`"),
    "versions": ("table", {"versions": "[]"}, "`versions`"),
}


@pytest.mark.triggers("LC705")
@pytest.mark.parametrize(("name", "changes", "told"), METADATA.values(), ids=list(METADATA))
def test_metadata_that_no_training_leaves(name: str, changes: dict[str, str], told: str, tmp_path: Path) -> None:
    whole = ARTIFACTS[name]
    assert told in refusal(replace(whole, metadata={**whole.metadata, **changes}), tmp_path)


@pytest.mark.parametrize("key", ["features", "targets", "classes", "fingerprint"])
def test_metadata_that_is_missing(key: str, tmp_path: Path) -> None:
    whole = ARTIFACTS["table"]
    metadata = {name: value for name, value in whole.metadata.items() if name != key}
    assert f"it does not state `{key}`" in refusal(replace(whole, metadata=metadata), tmp_path)


def infinite(array: Any) -> Any:
    return np.full_like(array, np.inf)


TENSORS: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "weights of another type": ("weights/lstm/0/kernel", lambda a: a.astype(np.float64), "float64, not float32"),
    "weights that are whole": ("weights/dense/1/bias", lambda a: a.astype(np.int32), "int32, not float32"),
    "weights of another shape": ("weights/lstm/0/kernel", lambda a: a.T, "shape (8, 2), not (2, 8)"),
    "weights of no layer": ("weights/lstm/9/extra", lambda _: np.zeros(1, np.float32), "no layer"),
    "factor 0": ("scaler/x/factor", np.zeros_like, "scaler/x/factor"),
    "factor not finite": ("scaler/y/factor", infinite, "scaler/y/factor"),
    "offset not finite": ("scaler/x/offset", infinite, "scaler/x/offset"),
    "scaler of float32": ("scaler/x/offset", lambda a: a.astype(np.float32), "float32"),
    "scaler without columns": ("scaler/x/offset", lambda a: a[:0], "scaler/x/offset"),
    "scaler of fewer columns": ("scaler/x/offset", lambda a: a[:1], "lengths"),
    "scaler with an axis more": ("scaler/y/factor", lambda a: a[None], "scaler/y/factor"),
    "no scaler": ("scaler/y/factor", lambda _: None, "`scaler/y/factor` is missing"),
    "no baseline": ("baseline/mean", lambda _: None, "`baseline/mean` is missing"),
    "baseline not finite": ("baseline/mean", infinite, "baseline/mean"),
    "baseline of another shape": ("baseline/mean", lambda a: a.reshape(1, 1, 1), "baseline/mean"),
    "optimizer of truth": ("optimizer/0/iteration", lambda a: a.astype(bool), "optimizer/0/iteration"),
    "seeds with a point": ("seeds/lstm/0", lambda a: a.astype(np.float64), "seeds/lstm/0"),
}


def changed(tensors: Mapping[str, Any], name: str, change: Callable[[Any], Any]) -> dict[str, Any]:
    made = {**tensors, name: change(tensors.get(name))}
    return {key: array for key, array in made.items() if array is not None}


@pytest.mark.parametrize(("name", "change", "told"), TENSORS.values(), ids=list(TENSORS))
def test_tensors_that_no_training_leaves(name: str, change: Callable[[Any], Any], told: str, tmp_path: Path) -> None:
    whole = ARTIFACTS["table"]
    assert told in refusal(replace(whole, tensors=changed(whole.tensors, name, change)), tmp_path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2**70) | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def grafted(value: Any, draw: Callable[..., Any]) -> Any:
    """A JSON value with something else somewhere in it."""
    if isinstance(value, (dict, list)) and value and draw(st.integers(0, 3)):
        key = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
        copied = value.copy()
        copied[key] = grafted(value[key], draw)
        return copied
    return draw(JSON)


def mutated_text(text: str, draw: Callable[..., Any]) -> str:
    """A text, or the JSON in it, with a change."""
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    return json.dumps(grafted(value, draw)) if draw(st.integers(0, 4)) else str(draw(st.text(max_size=8)))


def mutated_array(array: Any, draw: Callable[..., Any]) -> Any:
    dtype = draw(st.sampled_from(["float32", "float64", "int32", "int64", "uint32", "uint64", "bool"]))
    shape = draw(st.lists(st.integers(0, 4), max_size=3))
    number = draw(st.sampled_from([0.0, 1.0, -1.0, np.nan, np.inf, 1e-300, 1e300]))
    with np.errstate(all="ignore"):
        return draw(
            st.sampled_from(
                [
                    None,
                    array.astype(dtype),
                    np.full(shape, 1).astype(array.dtype),
                    np.full_like(array, number),
                    array[None],
                ]
            )
        )


@st.composite
def crafted(draw: Any) -> tuple[str, Artifact]:
    """A valid artifact with one to three changes of its metadata, its tensors or its spec."""
    name = draw(st.sampled_from(sorted(ARTIFACTS)))
    whole = ARTIFACTS[name]
    spec, metadata, tensors = whole.spec, dict(whole.metadata), dict(whole.tensors)
    for _ in range(draw(st.integers(1, 3))):
        match draw(st.sampled_from(["metadata", "metadata", "tensors", "tensors", "left out", "spec"])):
            case "metadata" if metadata:
                key = draw(st.sampled_from(sorted(metadata)))
                metadata[key] = mutated_text(metadata[key], draw)
            case "tensors" if tensors:
                key = draw(st.sampled_from(sorted(tensors)))
                array = mutated_array(tensors.pop(key), draw)
                tensors |= {} if array is None else {key: array}
            case "left out" if metadata:
                del metadata[draw(st.sampled_from(sorted(metadata)))]
            case "spec":
                spec = mutated_text(spec, draw)
    return name, Artifact(spec, tensors, metadata)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@seed(20260101)
@settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(crafted())
def test_any_content_is_refused_or_predicts(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[str, Artifact]
) -> None:
    name, artifact = made
    with suppress(lstmc.LstmcError):
        assert used(artifact, FEATURES[name], tmp_path_factory.getbasetemp()) == 2


def test_a_size_that_is_not_the_headers_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "sparse.lstmc"
    with path.open("wb") as file:
        file.write(encode(ARTIFACTS["table"]))
        file.truncate(3 * 2**30)
    with pytest.raises(lstmc.ArtifactError, match="LC702"):
        lstmc.load(path)


def test_a_header_that_is_too_long_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "sparse.lstmc"
    with path.open("wb") as file:
        file.write((2**31).to_bytes(8, "little") + b"{")
        file.truncate(3 * 2**30)
    with pytest.raises(lstmc.ArtifactError, match="LC701"):
        lstmc.load(path)


def test_a_header_nested_too_deep(tmp_path: Path) -> None:
    text = b'{"__metadata__":{"lstmc":"1","sha256":"","spec":' + b"[" * 1_000_000
    (tmp_path / "deep.lstmc").write_bytes(len(text).to_bytes(8, "little") + text)
    with pytest.raises(lstmc.ArtifactError):
        lstmc.load(tmp_path / "deep.lstmc")


@pytest.mark.parametrize(
    "entry", [{"sha256": int("1" * 64)}, {"lstmc": 1}, {"spec": 1}, {"name": None}, {"spec": "\ud800"}]
)
def test_metadata_that_is_no_text(entry: dict[str, Any]) -> None:
    content = encode(ARTIFACTS["table"])
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    header["__metadata__"] |= entry
    if "sha256" not in entry:
        header["__metadata__"]["sha256"] = "0" * 64
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    blank = len(text).to_bytes(8, "little") + text + content[end:]
    sealed = blank.replace(b"0" * 64, hashlib.sha256(blank).hexdigest().encode(), 1)
    with pytest.raises(lstmc.ArtifactError):
        decode(sealed, Path("made.lstmc"))
