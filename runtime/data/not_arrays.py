"""What is passed where arrays are read and is none: datasets, generators, ragged lists; and how arrays come of it."""

from __future__ import annotations

from collections.abc import Sized
from typing import Any

from ...spec.diagnostics import Diagnostic

READ = "arrays, a data frame or the path of a file"
LARGE = "for more than fits into memory, write a table and set `data.stream`"
#: Classes of Keras whose objects give batches by their number.
BY_NUMBER = ("PyDataset", "Sequence")


def dataset(value: Any, name: str) -> Diagnostic | None:
    """LC518 for what gives batches one after the other; `None` for everything else."""
    kind = type(value)
    names = {base.__name__ for base in kind.__mro__ if base.__module__.partition(".")[0] in ("keras", "tf_keras")}
    if not names.isdisjoint(BY_NUMBER):
        what, batches = f"a Keras `{kind.__name__}`", f"({name}[i] for i in range(len({name})))"
    elif hasattr(value, "as_numpy_iterator"):
        what, batches = "a `tf.data.Dataset`", f"{name}.as_numpy_iterator()"
    elif kind.__module__.startswith("torch.utils.data") and hasattr(value, "__iter__"):
        what, batches = f"a PyTorch `{kind.__name__}`", name
    elif hasattr(value, "__next__"):
        what, batches = f"a `{kind.__name__}`", name
    else:
        return None
    message = f"{name} is {what}, and what is read is {READ}"
    help_ = f"collect its batches: `x, y = map(numpy.concatenate, zip(*{batches}))`; {LARGE}"
    return Diagnostic("LC518", message, where=name, help=help_)


def without_targets(x: Any) -> Diagnostic:
    """LC526 where `x` is passed alone, and the targets are needed as well."""
    named = getattr(x, "name", None)
    if type(x).__name__ == "Series" and type(x).__module__.partition(".")[0] in ("pandas", "polars"):
        message = f"x is a series{f' `{named}`' if named else ''} alone, without targets"
        help_ = "for windows over the rows of a series, pass a data frame with the columns of `data`: `x.to_frame()`"
        return Diagnostic("LC526", message, help=help_)
    return Diagnostic("LC526", "x was passed without the targets y", help="pass the targets as well: `fit(x, y)`")


def ragged(value: Any, name: str, error: Exception) -> Diagnostic:
    """LC518 for what NumPy makes no array of."""
    lengths = (
        sorted({len(item) for item in value if isinstance(item, Sized)}) if isinstance(value, (list, tuple)) else []
    )
    if len(lengths) < 2:
        message = f"{name} is not an array: {str(error).splitlines()[0]}"
        return Diagnostic("LC518", message, where=name, help="pass an array of numbers, all rows of one length")
    message = f"{name} is not an array: its items have different lengths, from {lengths[0]} to {lengths[-1]}"
    help_ = "bring all targets to one length"
    if name == "x":
        pad = 'keras.utils.pad_sequences(x, dtype="float32", padding="post")'
        help_ = f"pad the samples with zeros, and begin the layers with `Masking`: `x = {pad}`"
    return Diagnostic("LC518", message, where=name, help=help_)
