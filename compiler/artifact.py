"""Artifacts: one `.lstmc` file, a safetensors file of spec, weights, scalers and provenance.

The layout is safetensors' own: eight bytes of header length, a JSON header, the tensors. It is written
here because the library orders its metadata at random and writes non-contiguous arrays wrongly; it is
read with the library. Keys are sorted, arrays are C-contiguous, and the header's `sha256` is the hash of
the whole file with the 64 digits of that field set to zero.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..spec.diagnostics import Diagnostic
from ..spec.errors import ArtifactError
from ..spec.paths import advice, open_regular
from .temporaries import beside

FORMAT = "1"
MAX_HEADER = 50_000_000
_METADATA = "__metadata__"
_LENGTH, _PEEK = 8, 64
_ZEROS = "0" * 64
_ALIGNMENT = 8
#: Names of the model's weights, and of those of a checkpoint's best epoch.
_WEIGHTS = ("weights/", "best/weights/")
_DTYPES = {
    "float64": "F64",
    "float32": "F32",
    "int64": "I64",
    "int32": "I32",
    "uint32": "U32",
    "uint64": "U64",
    "bool": "BOOL",
}


@dataclass(frozen=True, slots=True)
class Artifact:
    """What an artifact holds.

    Attributes:
        spec: the canonical spec, as JSON.
        tensors: weights, optimizer state and scalers, by name.
        metadata: everything else, as text: plan digest, labels, fingerprint, versions, provenance.
    """

    spec: str
    tensors: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def encode(artifact: Artifact) -> bytes:
    """The bytes of an artifact: equal artifacts give equal bytes."""
    arrays = {name: np.asarray(array, order="C") for name, array in sorted(artifact.tensors.items())}
    header: dict[str, object] = {
        "__metadata__": dict(
            sorted({**artifact.metadata, "lstmc": FORMAT, "sha256": _ZEROS, "spec": artifact.spec}.items())
        )
    }
    offset = 0
    for name, array in arrays.items():
        header[name] = {
            "dtype": _DTYPES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    body = b"".join(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes() for array in arrays.values())
    blank = struct.pack("<Q", len(text)) + text + body
    digest = hashlib.sha256(blank).hexdigest().encode()
    field_ = b'"sha256":"' + _ZEROS.encode() + b'"'
    return blank.replace(field_, b'"sha256":"' + digest + b'"', 1)


def write(artifact: Artifact, path: Path) -> None:
    """Writes an artifact: whole or not at all.

    Raises:
        ArtifactError: the file cannot be written (LC706) or a weight is not finite (LC714); what was there before is
            unharmed.
    """
    _refuse_not_finite(artifact.tensors, path)
    write_bytes(encode(artifact), path)


def write_bytes(content: bytes, path: Path, *, mode: int | None = None) -> None:
    """Writes a file by way of a temporary one beside it, so that it is whole or not there.

    Args:
        content: the content.
        path: the file.
        mode: its permissions; those of a new file if None.

    Raises:
        ArtifactError: the file cannot be written (LC706); what was there before is unharmed.
    """
    try:
        with beside(path) as temporary:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o666 & ~umask() if mode is None else mode)
            os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        there = path.parent.is_dir()
        why = error.strerror or str(error) if there else f"there is no folder `{path.parent}`"
        raise ArtifactError(
            [Diagnostic("LC706", f"cannot write the file: {why}", where=str(path), help="choose another place")]
        ) from error


def read(path: Path) -> Artifact:
    """Reads and verifies an artifact.

    Raises:
        ArtifactError: the file is not there (LC711), foreign (LC701), cut or extended (LC702), damaged
            (LC703), of another version (LC704), contradicts itself (LC705) or has weights that are not finite (LC714).
    """
    try:
        with open_regular(path) as file:
            content = _measured(file, path)
    except (OSError, ValueError) as error:  # a path with a NUL byte is a ValueError
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _refusal("LC711", f"cannot read the artifact: {reason}", path) from error
    return decode(content, path)


def _measured(file: BinaryIO, path: Path) -> bytes:
    """The content of a file, read whole only where it is as long as its header says."""
    start = file.read(_LENGTH)
    length = int.from_bytes(start, "little")
    start += file.read(length if length <= MAX_HEADER else _PEEK)
    _check_size(os.fstat(file.fileno()).st_size, *_header(start, path), path)
    file.seek(0)
    return file.read()


def decode(content: bytes, path: Path) -> Artifact:
    """Verifies and decodes the bytes of an artifact; `path` names it in messages.

    Raises:
        ArtifactError: as `read`.
    """
    header, end = _header(content, path)
    _check_size(len(content), header, end, path)
    metadata = header.pop("__metadata__")
    stated = metadata["sha256"]
    blank = content[:end].replace(stated.encode(), _ZEROS.encode(), 1) + content[end:]
    if hashlib.sha256(blank).hexdigest() != stated:
        raise _refusal("LC703", "the artifact is damaged: its SHA-256 is not the one that was written", path)
    if metadata["lstmc"] != FORMAT:
        found = metadata["lstmc"]
        raise _refusal("LC704", f"the artifact has format {found}, and this lstmc reads format {FORMAT}", path)
    unknown = {str(entry.get("dtype")) for entry in header.values()} - {*_DTYPES.values()}
    if unknown:
        raise _refusal("LC705", f"the artifact has a tensor of the unknown type {min(unknown)[:20]}", path)
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        tensors = load(content)
    except (SafetensorError, ValueError) as error:  # NumPy refuses axes that the reader lets pass
        raise _refusal("LC705", f"the artifact contradicts itself: {error}", path) from error
    _refuse_not_finite(tensors, path)
    rest = {key: value for key, value in metadata.items() if key not in ("spec", "sha256", "lstmc")}
    return Artifact(metadata["spec"], tensors, rest)


def _refuse_not_finite(tensors: Mapping[str, NDArray[np.generic]], path: Path) -> None:
    """Weights that are NaN or infinite predict nothing, and must not replace good ones."""
    for name, array in tensors.items():
        if name.startswith(_WEIGHTS) and array.dtype.kind == "f" and not np.isfinite(array).all():
            raise _refusal("LC714", f"the weight `{name.partition('weights/')[2]}` is not finite", path)


def _check_size(size: int, header: Mapping[str, Any], end: int, path: Path) -> None:
    """LC702 for a file of another size than its header gives."""
    expected = end + max((entry["data_offsets"][1] for name, entry in header.items() if name != _METADATA), default=0)
    if size != expected:
        what = "cut short" if size < expected else "longer than it says"
        raise _refusal("LC702", f"the artifact is {what}: {size:,} bytes, not {expected:,}", path)


def _header(content: bytes, path: Path) -> tuple[dict[str, Any], int]:
    """The parsed header and where it ends; refuses what no artifact begins with."""
    foreign = _refusal("LC701", "this is not an lstmc artifact", path)
    if len(content) < 8:
        if not content:
            raise _refusal("LC702", "the artifact is cut short: the file is empty", path)
        raise foreign
    (length,) = struct.unpack("<Q", content[:8])
    if length > MAX_HEADER or content[8:9] != b"{":
        raise foreign
    if len(content) < 8 + length:
        ours = b'"sha256":"' in content[8:] or b'"__metadata__":{' in content[8:64]
        raise _refusal("LC702", "the artifact is cut short within its header", path) if ours else foreign
    try:
        header = json.loads(content[8 : 8 + length])
    except (ValueError, RecursionError) as error:
        marked = b'"__metadata__":{' in content[8:64] and b'"sha256":"' in content
        raise (
            _refusal("LC703", "the artifact is damaged: its header is not JSON", path) if marked else foreign
        ) from error
    if not _well_formed(header):
        marked = b'"sha256":"' in content[8 : 8 + length] and b'"lstmc":"' in content[8 : 8 + length]
        raise _refusal("LC703", "the artifact is damaged: its header is not whole", path) if marked else foreign
    return header, 8 + length


def _well_formed(header: object) -> bool:
    if not isinstance(header, dict):
        return False
    metadata = header.get("__metadata__")
    if not isinstance(metadata, dict) or not {"lstmc", "sha256", "spec"} <= metadata.keys():
        return False
    digest = metadata["sha256"]
    if not isinstance(digest, str) or not re.fullmatch(r"[0-9a-f]{64}", digest):
        return False
    return all(_entry(value) for name, value in header.items() if name != "__metadata__")


def _entry(value: object) -> bool:
    offsets = value.get("data_offsets") if isinstance(value, dict) else None
    return isinstance(offsets, list) and len(offsets) == 2 and all(isinstance(o, int) and o >= 0 for o in offsets)


def _refusal(code: str, message: str, path: Path) -> ArtifactError:
    helps = {
        "LC701": "name a `.lstmc` file; `lstmc build` and `lstmc fit` write them",
        "LC702": "copy the file again from its source",
        "LC703": "copy the file again from its source",
        "LC704": "install a newer lstmc",
        "LC705": "train the model again",
        "LC711": advice(path),
        "LC714": "train the model again, with a lower learning rate or `clipnorm` on the optimizer",
    }
    return ArtifactError([Diagnostic(code, message, where=str(path), help=helps[code])])


def umask() -> int:
    """The permissions that new files do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
