"""Figures that others have published of real series, which need no training."""

from __future__ import annotations

import numpy as np
import pytest

from lstmc.runtime.data import Contract, prepare
from lstmc.spec.data import Data, Minmax, Scale, Source, Split, Time, Window

pytestmark = pytest.mark.shared


def header_of(path):
    return [name.strip('"') for name in path.read_text().splitlines()[0].split(",")]


@pytest.mark.parametrize("difference", [0, 1])
def test_persistence_of_the_last_year_of_shampoo_sales(shared, difference):
    """RMSE 136.761, whatever is done to what the model reads."""
    path = shared / "data" / "shampoo.csv"
    time, sales = header_of(path)
    data = Data(
        source=Source(path=str(path)),
        time=Time(columns=time),
        target=sales,
        window=Window(timesteps=1),
        difference=difference,
        scale=Scale(features=Minmax(minmax=(-1, 1)), target=Minmax(minmax=(-1, 1))),
        split=Split(train=24, test=12),
    )
    dataset = prepare(data, Contract((1, 1), (1,), "values"), path.parent, 0)
    test = dataset.parts["test"]
    assert len(test) == 12
    error = np.sqrt(np.mean((test.y_original - test.persistence) ** 2))
    assert error == pytest.approx(136.761, abs=5e-4)
    np.testing.assert_allclose(dataset.encoding.decode_y(test.y, test.anchors), test.y_original, rtol=1e-6)
    if difference:
        values = np.array([float(line.split(",")[1]) for line in path.read_text().splitlines()[1:37]])
        steps = np.diff(values)
        low, high = steps[:23].min(), steps[:23].max()
        np.testing.assert_allclose(test.x[:, 0, 0], -1 + 2 * (steps[22:34] - low) / (high - low), rtol=1e-5)
