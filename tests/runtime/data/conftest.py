"""Small data files, and preparing them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstmc.runtime.data import Contract, Dataset, prepare
from lstmc.spec.data import Arrange, Data, Source, Split
from lstmc.spec.errors import DataError

ONE_STEP = Contract((1, 2), (1,), "values")


class Workbench:
    """A folder, what is written into it, and what comes of it."""

    def __init__(self, base: Path) -> None:
        self.base = base

    def csv(self, text: str | bytes, name: str = "t.csv") -> Workbench:
        (self.base / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def npz(self, name: str = "t.npz", **arrays: Any) -> Workbench:
        np.savez(self.base / name, **arrays)
        return self

    def data(self, path: str = "t.csv", **keys: Any) -> Data:
        defaults = {
            "source": Source(path=path),
            "target": "y",
            "arrange": Arrange(rows="columns_as_features"),
            "split": Split(train=1.0),
        }
        keys = defaults | keys
        if keys.get("window"):
            keys["arrange"] = None
        return Data(**keys)

    def prepare(self, contract: Contract = ONE_STEP, *, seed: int = 0, **keys: Any) -> Dataset:
        return prepare(self.data(**keys), contract, self.base, seed)

    def refused(self, contract: Contract = ONE_STEP, **keys: Any) -> DataError:
        with pytest.raises(DataError) as caught:
            self.prepare(contract, **keys)
        return caught.value


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


@pytest.fixture(scope="session")
def new_bench(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Workbench]:
    """A fresh folder for each example of a property test."""
    return lambda: Workbench(tmp_path_factory.mktemp("data"))
