"""Small data files, and preparing them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from lstmc.runtime.data import Contract, Dataset, Encoding, Samples, preparation, prepare, prepare_new
from lstmc.runtime.data.rows import Rows, TablePlaces
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


def rows_of(x: Any, y: Any = None, **fields: Any) -> Rows:
    """Rows of a table as a reader gives them: NaN where a value is missing, categories by their numbers."""
    x = np.asarray(x, np.float64)
    names = fields.pop("features", tuple("abcdefgh"[: x.shape[1]]))
    targets = fields.pop("targets", ("y",) if y is not None else ())
    y = None if y is None else np.asarray(y)
    places = TablePlaces(names, targets, lambda row: ("t.csv", row + 2))
    return Rows(x, y, places, names, targets, **fields)


@pytest.fixture(scope="session")
def table() -> Callable[..., Rows]:
    """Makes rows by hand."""
    return rows_of


class Reader:
    """Prepares rows that were made by hand, in place of those of a file."""

    def data(self, **keys: Any) -> Data:
        defaults = {"source": Source(path="t.csv"), "target": "y", "split": Split(train=1.0)}
        return Data(**(defaults | keys))

    def prepare(self, rows: Rows, contract: Contract, *, seed: int = 0, **keys: Any) -> Dataset:
        with mock.patch.object(preparation, "read_rows", return_value=rows):
            return prepare(self.data(**keys), contract, Path(), seed)

    def new(self, rows: Rows, contract: Contract, encoding: Encoding, *, target: bool = True, **keys: Any) -> Samples:
        if not target:
            rows = replace(rows, y=None)
        with mock.patch.object(preparation, "read_rows", return_value=rows):
            return prepare_new(self.data(**keys), contract, Path(), encoding, target=target)

    def refused(self, rows: Rows, contract: Contract, **keys: Any) -> DataError:
        with pytest.raises(DataError) as caught:
            self.prepare(rows, contract, **keys)
        return caught.value


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader()
