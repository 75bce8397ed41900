"""A Keras model as the files that Keras and TensorFlow write for other programs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from ...spec.diagnostics import Diagnostic
from ...spec.errors import SpecError
from ..plan import Plan
from .keras import keras_module

#: The file that every SavedModel holds.
SAVED_MODEL = "saved_model.pb"


def keras_bytes(model: Any) -> bytes:
    """A `.keras` file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        model.save(path)
        return path.read_bytes()


def saved_model(model: Any, folder: Path) -> None:
    """Fills a folder with a SavedModel of TensorFlow; its endpoint `serve` reads `[batch, …]`."""
    model.export(folder, format="tf_saved_model", verbose=False)


def litert_bytes(model: Any, plan: Plan) -> bytes:
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
        return path.read_bytes()


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
