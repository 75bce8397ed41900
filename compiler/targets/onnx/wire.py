"""A graph as the bytes of an ONNX file, without the package `onnx`, whose import takes longer than a prediction.

An ONNX file is a message of Protocol Buffers: fields, each a tag (number and kind), then a varint, or a length and as
many bytes. https://protobuf.dev/programming-guides/encoding; the numbers are those of onnx.proto.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .graph import Graph, Operation

Axes = Sequence[str | int]

#: What ONNX calls the types of numbers.
ELEMENTS: Mapping[str, int] = {"float32": 1, "int32": 6, "int64": 7, "bool": 9}
_FLOAT, _INT, _STRING, _FLOATS, _INTS, _STRINGS = 1, 2, 3, 6, 7, 8


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of the model: its name, type of numbers and axes, those of any length by name."""

    name: str
    element: str
    axes: Axes


@dataclass(frozen=True, slots=True)
class Heading:
    """What a file says of itself, beside its graph."""

    name: str
    description: str
    opset: int
    ir_version: int
    metadata: Mapping[str, str]


def encoded(graph: Graph, inputs: Sequence[Port], outputs: Sequence[Port], heading: Heading) -> bytes:
    """The bytes of a ModelProto; the same for the same graph."""
    fields = [
        *(_message(1, _node(operation)) for operation in graph.nodes),
        _text(2, heading.name),
        *(_message(5, _tensor(name, array)) for name, array in graph.constants.items()),
        _text(10, heading.description),
        *(_message(11, _port(port)) for port in inputs),
        *(_message(12, _port(port)) for port in outputs),
    ]
    entries = sorted(heading.metadata.items())
    return b"".join(
        [
            _number(1, heading.ir_version),
            _text(2, "lstmc"),
            _message(7, fields),
            _message(8, [_text(1, ""), _number(2, heading.opset)]),
            *(_message(14, [_text(1, key), _text(2, value)]) for key, value in entries),
        ]
    )


def _node(operation: Operation) -> Iterable[bytes]:
    yield from (_text(1, name) for name in operation.inputs)
    yield from (_text(2, name) for name in operation.outputs)
    yield _text(3, operation.outputs[0])
    yield _text(4, operation.kind)
    for name, value in operation.attributes.items():
        yield _message(5, [_text(1, name), *_attribute(value)])


def _attribute(value: Any) -> Iterable[bytes]:
    match value:
        case float():
            return [_real(2, value), _number(20, _FLOAT)]
        case int():
            return [_number(3, value), _number(20, _INT)]
        case str():
            return [_text(4, value), _number(20, _STRING)]
        case [float(), *_]:
            return [*(_real(7, item) for item in value), _number(20, _FLOATS)]
        case [int(), *_]:
            return [*(_number(8, item) for item in value), _number(20, _INTS)]
    return [*(_text(9, item) for item in value), _number(20, _STRINGS)]


def _tensor(name: str, array: NDArray[Any]) -> Iterable[bytes]:
    yield from (_number(1, length) for length in array.shape)
    yield _number(2, ELEMENTS[array.dtype.name])
    yield _text(8, name)
    yield _bytes(9, array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())


def _port(port: Port) -> Iterable[bytes]:
    axes = [_message(1, [_text(2, axis) if isinstance(axis, str) else _number(1, axis)]) for axis in port.axes]
    tensor = _message(1, [_number(1, ELEMENTS[port.element]), _message(2, axes)])
    return _text(1, port.name), _message(2, [tensor])


def _message(field: int, parts: Iterable[bytes]) -> bytes:
    return _bytes(field, b"".join(parts))


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value % 2**64)


def _real(field: int, value: float) -> bytes:
    return _varint(field << 3 | 5) + struct.pack("<f", np.float32(value))


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth tells that there are more."""
    content = bytearray()
    while value > 0x7F:
        content.append(value & 0x7F | 0x80)
        value >>= 7
    content.append(value)
    return bytes(content)
