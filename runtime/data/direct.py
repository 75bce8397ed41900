"""The short way for arrays that need no more than scaling: what is plainly right is encoded within microseconds.

Whatever is not, or may not be, goes the long way of `preparation`, which gives the same numbers, or says what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .contract import Axes, Contract, fits
from .encoding import Encoding
from .rows import GREATEST
from .samples import Samples

#: The greatest sum of squares of values that are finite in 32 bits, as far as one value alone can make it.
_BOUND = GREATEST**2


@dataclass(frozen=True, slots=True)
class Direct:
    """How the arrays of one model are encoded.

    Attributes:
        axes: of a sample.
        vocabulary: the inputs are ids below it; None for numbers.
        encoding: of the model.
        scaled: whether numbers are scaled.
    """

    axes: Axes
    vocabulary: int | None
    encoding: Encoding
    scaled: bool

    @staticmethod
    def of(contract: Contract, encoding: Encoding) -> Direct | None:
        """None for models whose inputs need more than scaling: categories, differences, fixed batches."""
        if encoding.categories or encoding.difference or contract.batch_size:
            return None
        scaled = contract.vocabulary is None and not encoding.x.is_identity
        if scaled and contract.input[-1] != len(encoding.x.offset):
            return None
        return Direct(contract.input, contract.vocabulary, encoding, scaled)

    def samples(self, x: Any) -> Samples | None:
        """The samples of an array in original units, `None` where it has to go the long way."""
        if type(x) is not np.ndarray or not x.size or not (x.shape[1:] == self.axes or fits(x.shape[1:], self.axes)):
            return None
        with np.errstate(all="ignore"):
            encoded = self._ids(x) if self.vocabulary is not None else self._numbers(x)
        if encoded is None:
            return None
        return Samples(encoded, None, None, None, None, np.arange(len(x)), self.encoding)

    def _ids(self, x: NDArray[Any]) -> NDArray[Any] | None:
        assert self.vocabulary is not None
        if x.dtype.kind not in "iu" or x.min() < 0 or x.max() >= self.vocabulary:
            return None
        return x.astype(np.int32, copy=False)

    def _numbers(self, x: NDArray[Any]) -> NDArray[np.float32] | None:
        kind = x.dtype.char
        if kind != "f" and not (kind == "d" and _squares(x) <= _BOUND):
            return None
        encoded = self.encoding.x.shifted(x) if self.scaled else x.astype(np.float32, copy=False)
        return encoded if _squares(encoded) < np.inf else None


def _squares(values: NDArray[Any]) -> float:
    """The sum of squares: finite only if every value is, and found in one pass."""
    flat = values.reshape(-1)
    return float(np.dot(flat, flat))
