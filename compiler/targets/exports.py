"""A Keras model as the files that Keras and TensorFlow write for other programs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from ...spec.diagnostics import Diagnostic
from ...spec.errors import SpecError
from ..plan import Plan
from .keras import keras_module

#: The file that every SavedModel holds.
SAVED_MODEL = "saved_model.pb"
#: The name of the document on inputs and outputs in a file that has a place for it: a member of a `.keras` file, an
#: asset of a SavedModel that TensorFlow leaves alone, an entry of LiteRT's metadata.
INTERFACE = "lstmc.json"
_ASSETS = "assets.extra"


def keras_bytes(model: Any, interface: str) -> bytes:
    """A `.keras` file; Keras leaves the member with the text of `interface` alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        model.save(path)
        with ZipFile(path, "a") as archive:
            archive.writestr(INTERFACE, interface)
        return path.read_bytes()


def saved_model(model: Any, folder: Path, interface: str) -> None:
    """Fills a folder with a SavedModel of TensorFlow; its endpoint `serve` reads `[batch, …]`."""
    model.export(folder, format="tf_saved_model", verbose=False)
    assets = folder / _ASSETS
    assets.mkdir(exist_ok=True)
    (assets / INTERFACE).write_text(interface, encoding="utf-8")


def litert_bytes(model: Any, plan: Plan, interface: str) -> bytes:
    """A LiteRT (TensorFlow Lite) file that reads one sample `[1, …]`, made of LiteRT's own operations alone.

    With any batch, or with operations of TensorFlow, recurrent layers would need a runtime that few have.

    Raises:
        SpecError: LiteRT cannot express the model (LC607).
    """
    if plan.stateful:
        raise _unfit("its stateful layers carry their state from call to call")
    keras = keras_module()
    import tensorflow

    assert plan.input is not None
    signature = [keras.InputSpec(shape=(1, *plan.input.dims), dtype=model.inputs[0].dtype)]
    own = {"supported_ops": [tensorflow.lite.OpsSet.TFLITE_BUILTINS]}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.tflite")
        try:
            model.export(path, format="litert", verbose=False, input_signature=signature, target_spec=own)
        except _converter_error() as error:
            raise _unfit(_reason(str(error))) from error
        return _with_metadata(path.read_bytes(), interface)


def _with_metadata(content: bytes, text: str) -> bytes:
    """The LiteRT file with a text among its metadata."""
    from tensorflow.lite.python import schema_py_generated as schema
    from tensorflow.lite.tools import flatbuffer_utils

    model = flatbuffer_utils.convert_bytearray_to_object(content)
    buffer, entry = schema.BufferT(), schema.MetadataT()
    buffer.data = list(text.encode())
    entry.name, entry.buffer = INTERFACE, len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = [*(model.metadata or ()), entry]
    written: bytes = flatbuffer_utils.convert_object_to_bytearray(model)
    return written


def _converter_error() -> type[Exception]:
    from tensorflow.lite.python.convert_phase import ConverterError

    found: type[Exception] = ConverterError
    return found


def _reason(text: str) -> str:
    """What a converter complains of, in one line: the operations that it does not know, or how it begins."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    ops = [line for line in lines if line.startswith("TF Select ops:")]
    return f"it has no operation {ops[0].partition(':')[2].strip()}" if ops else lines[0][:160]


def _unfit(why: str) -> SpecError:
    return SpecError(
        [Diagnostic("LC607", f"LiteRT cannot express this model: {why}", help="export it to ONNX instead")]
    )
