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
from .samples import Samples

#: Scaled values whose squares have a sum in 32 bits are below 2e19. Where no factor and offset is beyond these,
#: the values were finite in 32 bits before they were scaled, too.
_FACTOR, _OFFSET = 1e18, 1e38
#: Values that are encoded at a time: what lies between input and output stays in the cache.
_BLOCK = 32_768


@dataclass(frozen=True, slots=True)
class Direct:
    """How the arrays of one model are encoded.

    Attributes:
        axes: of a sample.
        vocabulary: the inputs are ids below it; None for numbers.
        encoding: of the model.
        scaled: whether numbers are scaled.
        shortest: the least length of a sample's first axis.
        mask: the value of padding, which is not scaled; None where nothing is masked.
    """

    axes: Axes
    vocabulary: int | None
    encoding: Encoding
    scaled: bool
    shortest: int = 1
    mask: float | None = None

    @staticmethod
    def of(contract: Contract, encoding: Encoding) -> Direct | None:
        """None where more than scaling is needed: for categories, differences, fixed batches, lengths to divide."""
        if encoding.categories or encoding.difference or contract.batch_size or contract.unreadable:
            return None
        scaler = encoding.x
        scaled = contract.vocabulary is None and not scaler.is_identity
        if scaled and contract.input[-1] != len(scaler.offset):
            return None
        if np.abs(scaler.factor).max() > _FACTOR or np.abs(scaler.offset).max() > _OFFSET:
            return None
        first, *others = contract.shortest or (1,) * len(contract.input)
        if any(axis is None and least > 1 for axis, least in zip(contract.input[1:], others, strict=True)):
            return None
        mask = encoding.masked.value if scaled and encoding.masked is not None else None
        return Direct(contract.input, contract.vocabulary, encoding, scaled, first, mask)

    def samples(self, x: Any) -> Samples | None:
        """The samples of an array in original units, `None` where it has to go the long way."""
        if type(x) is not np.ndarray or not x.size or not (x.shape[1:] == self.axes or fits(x.shape[1:], self.axes)):
            return None
        if x.shape[1] < self.shortest:
            return None
        with np.errstate(all="ignore"):
            encoded = self._ids(x) if self.vocabulary is not None else self._numbers(x)
        if encoded is None or (self.mask is not None and self._masks(x, encoded)):
            return None
        return Samples(encoded, None, None, None, None, np.arange(len(x)), self.encoding)

    def _masks(self, x: NDArray[Any], encoded: NDArray[Any]) -> bool:
        """Whether a timestep is padding, or would be taken for it."""
        return bool(any((values == self.mask).all(axis=-1).any() for values in (x, encoded)))

    def _ids(self, x: NDArray[Any]) -> NDArray[Any] | None:
        assert self.vocabulary is not None
        if x.dtype.kind not in "iu" or x.min() < 0 or x.max() >= self.vocabulary:
            return None
        return x.astype(np.int32, copy=False)

    def _numbers(self, x: NDArray[Any]) -> NDArray[np.float32] | None:
        if x.dtype.char == "f" and not self.scaled:
            return x.astype(np.float32, copy=False) if _squares(x) < np.inf else None
        rows = max(1, _BLOCK * len(x) // x.size)
        if len(x) <= rows:
            return self._converted(x)
        encoded = np.empty(x.shape, np.float32)
        for start in range(0, len(x), rows):
            part = self._converted(x[start : start + rows])
            if part is None:
                return None
            encoded[start : start + rows] = part
        return encoded

    def _converted(self, x: NDArray[Any]) -> NDArray[np.float32] | None:
        if x.dtype.char not in "fd":
            return None
        encoded = self.encoding.x.shifted(x) if self.scaled else x.astype(np.float32)
        return encoded if _squares(encoded) < np.inf else None


def _squares(values: NDArray[np.float32]) -> float:
    """The sum of squares in 32 bits: finite only if every value is, and found in one pass."""
    flat = values.reshape(-1)
    return float(np.dot(flat, flat))
