"""Artifacts: equal bytes everywhere, read by the stock reader, and every damage refused with its code."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors import safe_open
from safetensors.numpy import save_file

import lstmc
from lstmc.api import compiled
from lstmc.compiler.artifact import Artifact, decode, encode, read, write
from lstmc.compiler.seeds import derived

SPEC: dict[str, Any] = {
    "lstmc": 1,
    "name": "small",
    "input": {"timesteps": 4, "features": 2},
    "layers": [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": 1}],
    "compile": {"loss": "mean_squared_error"},
}
HERE = Path("model.lstmc")


def artifact() -> Artifact:
    """An artifact of `SPEC`, made by hand: random weights of the shapes that Keras gives them."""
    plan = compiled(SPEC).result()
    rng = np.random.default_rng(5)
    shapes = {
        "weights/lstm/0/kernel": (2, 12),
        "weights/lstm/1/recurrent_kernel": (3, 12),
        "weights/lstm/2/bias": (12,),
        "weights/dense/0/kernel": (3, 1),
        "weights/dense/1/bias": (1,),
    }
    tensors = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    metadata = {"name": "small", "plan": plan.digest, "input": "[null, 4, 2]", "note": 'é "quoted" \\ \n'}
    return Artifact(plan.spec.canonical(), tensors, metadata)


WHOLE = encode(artifact())
HEADER = 8 + struct.unpack("<Q", WHOLE[:8])[0]


def code_of(content: bytes) -> str:
    with pytest.raises(lstmc.ArtifactError) as caught:
        decode(content, HERE)
    (found,) = caught.value.diagnostics
    assert found.where == str(HERE)
    assert found.help
    return found.code


def sealed(content: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The artifact with a changed header, and a hash that fits it: what another program could write."""
    header = json.loads(content[8:HEADER])
    change(header)
    header["__metadata__"]["sha256"] = "0" * 64
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    blank = struct.pack("<Q", len(text)) + text + content[HEADER:]
    return blank.replace(b"0" * 64, hashlib.sha256(blank).hexdigest().encode(), 1)


def assert_same(one: Artifact, other: Artifact) -> None:
    assert (one.spec, dict(one.metadata)) == (other.spec, dict(other.metadata))
    assert one.tensors.keys() == other.tensors.keys()
    for name, array in one.tensors.items():
        np.testing.assert_array_equal(array, other.tensors[name], strict=True)


def test_round_trip() -> None:
    assert_same(decode(WHOLE, HERE), artifact())


DTYPES = st.sampled_from(["float32", "float64", "int32", "int64", "uint32", "uint64", "bool"])
ARRAYS = DTYPES.flatmap(lambda d: hnp.arrays(d, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)))


@given(
    st.dictionaries(st.text(min_size=1).filter(lambda name: name != "__metadata__"), ARRAYS, max_size=4),
    st.dictionaries(
        st.text(min_size=1).filter(lambda key: key not in ("spec", "sha256", "lstmc")), st.text(), max_size=4
    ),
    st.text(),
)
def test_any_content_round_trips(tensors: dict[str, Any], metadata: dict[str, str], spec: str) -> None:
    whole = Artifact(spec, tensors, metadata)
    assert_same(decode(encode(whole), HERE), whole)


def test_the_order_of_insertion_does_not_matter() -> None:
    one = artifact()
    other = Artifact(one.spec, dict(reversed(one.tensors.items())), dict(reversed(one.metadata.items())))
    assert encode(other) == WHOLE


@pytest.mark.parametrize(
    "view",
    [np.asfortranarray, lambda a: a.T, lambda a: a[::2], lambda a: a[:, ::-1], lambda a: np.broadcast_to(a[0], (3, 6))],
    ids=["fortran", "transposed", "strided", "reversed", "broadcast"],
)
def test_arrays_that_are_not_contiguous(view: Callable[[Any], Any]) -> None:
    array = view(np.arange(24, dtype=np.float32).reshape(4, 6))
    back = decode(encode(Artifact("{}", {"a": array})), HERE).tensors["a"]
    np.testing.assert_array_equal(back, array, strict=True)


@pytest.mark.parametrize("dtype", [">f4", ">i8"])
def test_arrays_of_the_other_byte_order(dtype: str) -> None:
    array = np.arange(5).astype(dtype)
    back = decode(encode(Artifact("{}", {"a": array})), HERE).tensors["a"]
    np.testing.assert_array_equal(back, array)


def test_equal_bytes_in_every_process(tmp_path: Path) -> None:
    """The order of sets and hashes differs from process to process; the bytes must not."""
    code = (
        "import sys, numpy as np, lstmc\n"
        "from lstmc.api import compiled\nfrom lstmc.compiler.artifact import Artifact, encode\n"
        f"plan = compiled({SPEC!r}).result()\n"
        "names = list({'weights/a', 'weights/b', 'scaler', 'optimizer/0'})\n"
        "tensors = {name: np.full(3, len(name), np.float32) for name in names}\n"
        "metadata = {key: key for key in {'plan', 'name', 'input', 'history'}}\n"
        "sys.stdout.buffer.write(encode(Artifact(plan.spec.canonical(), tensors, metadata | {'plan': plan.digest})))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1


def test_the_stock_reader_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "small.lstmc"
    write(artifact(), path)
    expected = artifact()
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    assert metadata.pop("sha256") == json.loads(WHOLE[8:HEADER])["__metadata__"]["sha256"]
    assert metadata == {**expected.metadata, "spec": expected.spec, "lstmc": "1"}
    assert_same(Artifact(expected.spec, tensors, expected.metadata), expected)


def test_the_hash_is_that_of_the_file_with_its_field_zeroed() -> None:
    stated = json.loads(WHOLE[8:HEADER])["__metadata__"]["sha256"]
    assert WHOLE.count(stated.encode()) == 1
    assert hashlib.sha256(WHOLE.replace(stated.encode(), b"0" * 64)).hexdigest() == stated


@pytest.mark.triggers("LC702")
@pytest.mark.parametrize("length", range(0, len(WHOLE), 97))
def test_cut_short(length: int) -> None:
    expected = ("LC702",) if length >= 300 or length == 0 else ("LC701", "LC702")
    assert code_of(WHOLE[:length]) in expected


@pytest.mark.parametrize("more", [b"\0", b" " * 8, WHOLE], ids=["byte", "padding", "itself"])
def test_extended(more: bytes) -> None:
    assert code_of(WHOLE + more) == "LC702"


@pytest.mark.triggers("LC703")
@pytest.mark.parametrize("offset", [HEADER, HEADER + 100, len(WHOLE) - 1])
def test_damaged_weights(offset: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[offset] ^= 1
    assert code_of(bytes(damaged)) == "LC703"


BITS = np.random.default_rng(97).choice(8 * len(WHOLE), 400, replace=False).tolist()


@pytest.mark.parametrize("bit", BITS)
def test_a_flipped_bit(bit: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[bit // 8] ^= 1 << bit % 8
    assert code_of(bytes(damaged)) in ("LC701", "LC702", "LC703")


@pytest.mark.parametrize("bit", range(8 * 8, 8 * HEADER, 31))
def test_a_flipped_bit_of_the_header(bit: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[bit // 8] ^= 1 << bit % 8
    assert code_of(bytes(damaged)) in ("LC701", "LC702", "LC703")


def npz(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, x=np.zeros((3, 2)))


def archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", "{}")
        file.writestr("model.weights.h5", b"\x89HDF\r\n\x1a\n")


def plain_safetensors(path: Path) -> None:
    save_file({"a": np.zeros(3, np.float32)}, path)


def described_safetensors(path: Path) -> None:
    save_file({"a": np.zeros(3, np.float32)}, path, {"format": "np"})


def text(path: Path) -> None:
    path.write_text(json.dumps(SPEC, indent=2), encoding="utf-8")


def noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(1).bytes(5000))


@pytest.mark.triggers("LC701")
@pytest.mark.parametrize("make", [npz, archive, plain_safetensors, described_safetensors, text, noise])
def test_foreign(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "foreign.lstmc"
    make(path)
    assert code_of(path.read_bytes()) == "LC701"


@pytest.mark.parametrize("content", [b"", b"{", b"1234567", b"\0" * 8, b"\0" * 100, b"{}" * 50, b"\xff" * 20])
def test_fragments(content: bytes) -> None:
    assert code_of(content) == ("LC702" if not content else "LC701")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(lstmc.ArtifactError):
        decode(content, HERE)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda v: st.lists(v, max_size=3)))
def test_any_entry_of_the_header_is_read_or_refused(value: object) -> None:
    def change(header: dict[str, Any]) -> None:
        header["weights/dense/1/bias"] = value

    with pytest.raises(lstmc.ArtifactError):
        decode(sealed(WHOLE, change), HERE)


@pytest.mark.triggers("LC704")
def test_of_another_version() -> None:
    assert code_of(sealed(WHOLE, lambda header: header["__metadata__"].update(lstmc="2"))) == "LC704"


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [5], "data_offsets": [0, 4]},
        {"dtype": "F99", "shape": [1], "data_offsets": [0, 4]},
        {"shape": [1], "data_offsets": [0, 4]},
    ],
    ids=["another size", "unknown type", "no type"],
)
def test_contradicting_header(entry: dict[str, Any]) -> None:
    def change(header: dict[str, Any]) -> None:
        header["weights/dense/1/bias"] = {**entry, "data_offsets": header["weights/dense/1/bias"]["data_offsets"]}

    assert code_of(sealed(WHOLE, change)) == "LC705"


@pytest.mark.triggers("LC711")
@pytest.mark.parametrize("name", ["none.lstmc", ".", "none/none.lstmc"])
def test_missing(name: str, tmp_path: Path) -> None:
    with pytest.raises(lstmc.ArtifactError) as caught:
        read(tmp_path / name)
    assert [d.code for d in caught.value.diagnostics] == ["LC711"]


def failing(error: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    return fail


@pytest.mark.triggers("LC706")
@pytest.mark.parametrize("function", ["replace", "fsync"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EACCES])
def test_what_was_there_is_unharmed(function: str, error: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "small.lstmc"
    write(artifact(), path)
    monkeypatch.setattr(os, function, failing(error))
    with pytest.raises(lstmc.ArtifactError, match=os.strerror(error)) as caught:
        write(replace(artifact(), metadata={}), path)
    monkeypatch.undo()
    assert [d.code for d in caught.value.diagnostics] == ["LC706"]
    assert caught.value.exit_code == 4
    assert path.read_bytes() == WHOLE
    assert os.listdir(tmp_path) == ["small.lstmc"]


@pytest.mark.parametrize("name", ["nowhere/small.lstmc", "file/small.lstmc", "folder"])
def test_unwritable(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(lstmc.ArtifactError) as caught:
        write(artifact(), tmp_path / name)
    assert [d.code for d in caught.value.diagnostics] == ["LC706"]
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    path, other = tmp_path / "small.lstmc", tmp_path / "other"
    write(artifact(), path)
    other.write_bytes(b"")
    assert path.stat().st_mode == other.stat().st_mode


def test_writing_replaces(tmp_path: Path) -> None:
    path = tmp_path / "small.lstmc"
    path.write_bytes(b"old")
    write(artifact(), path)
    assert path.read_bytes() == WHOLE


WRONG = {
    "shape": {"weights/dense/0/kernel": np.zeros((4, 1), np.float32)},
    "missing": {"weights/dense/0/kernel": None},
    "renamed": {"weights/dense/1/bias": None, "weights/dense/1/kernel": np.zeros(1, np.float32)},
}


@pytest.mark.triggers("LC705")
@pytest.mark.parametrize("change", WRONG.values(), ids=list(WRONG))
def test_weights_that_the_spec_does_not_ask_for(change: dict[str, Any], tmp_path: Path) -> None:
    whole = artifact()
    tensors = {name: array for name, array in {**whole.tensors, **change}.items() if array is not None}
    write(replace(whole, tensors=tensors), tmp_path / "small.lstmc")
    with pytest.raises(lstmc.ArtifactError) as caught:
        lstmc.load(tmp_path / "small.lstmc")
    assert [d.code for d in caught.value.diagnostics] == ["LC705"]


@pytest.mark.parametrize(
    "metadata",
    [
        {"plan": "0" * 64},
        {"input": "[null, 5, 2]"},
        {"input": "none"},
        {"input": "7"},
        {"input": '[null, "4", 2]'},
        {"name": "../up"},
        {"name": ".."},
        {"name": "con.x"},
        {"name": ""},
    ],
    ids=str,
)
def test_metadata_that_the_spec_does_not_give(metadata: dict[str, str], tmp_path: Path) -> None:
    spec = {key: value for key, value in SPEC.items() if key != "input"}
    spec["data"] = {"source": "a.csv", "target": "t", "window": {"timesteps": 4}}
    whole = artifact()
    write(replace(whole, spec=json.dumps(spec), metadata={**whole.metadata, **metadata}), tmp_path / "small.lstmc")
    with pytest.raises(lstmc.ArtifactError) as caught:
        lstmc.load(tmp_path / "small.lstmc")
    assert [d.code for d in caught.value.diagnostics] == ["LC705"]


@pytest.mark.parametrize("key", ["name", "plan", "input"])
def test_metadata_that_is_not_there(key: str, tmp_path: Path) -> None:
    whole = artifact()
    metadata = {k: v for k, v in whole.metadata.items() if k != key}
    write(replace(whole, metadata=metadata), tmp_path / "small.lstmc")
    with pytest.raises(lstmc.ArtifactError) as caught:
        lstmc.load(tmp_path / "small.lstmc")
    assert [d.code for d in caught.value.diagnostics] == ["LC705"]


@pytest.mark.parametrize("spec", ["", "{}", "[]", '{"lstmc": 1, "layers": []}', '{"lstmc": 1'])
def test_a_spec_that_is_none(spec: str, tmp_path: Path) -> None:
    write(replace(artifact(), spec=spec), tmp_path / "small.lstmc")
    with pytest.raises(lstmc.LstmcError):
        lstmc.load(tmp_path / "small.lstmc")


def test_loading_imports_no_tensorflow(tmp_path: Path) -> None:
    write(artifact(), tmp_path / "small.lstmc")
    code = "import lstmc, sys; m = lstmc.load('small.lstmc'); print(m.name, m.plan.parameters, 'keras' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout == "small 76 False\n"


@given(st.integers(0, 2**31 - 1), st.lists(st.text() | st.integers(), max_size=4))
def test_derived_seeds_are_what_keras_takes(seed: int, place: list[str | int]) -> None:
    assert 0 <= derived(seed, *place) < 2**31
    assert derived(seed, *place) == derived(seed, *place)


def test_derived_seeds_differ_by_seed_and_place() -> None:
    keys = ("kernel_initializer", "recurrent_initializer", "bias_initializer", "seed")
    seeds = {derived(seed, "layers", i, key) for seed in range(5) for i in range(5) for key in keys}
    assert len(seeds) == 100


def test_derived_seeds_never_change() -> None:
    """SHA-256 of `7/layers/0/kernel_initializer`, first four bytes, halved: a model of today is one of tomorrow."""
    digest = hashlib.sha256(b"7/layers/0/kernel_initializer").hexdigest()
    assert derived(7, "layers", 0, "kernel_initializer") == int(digest[:8], 16) // 2
