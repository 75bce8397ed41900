"""What `lstmc predict` does with the sunspots, as a Keras script: read, window, scale, predict, undo, write."""

import sys

import keras
import numpy as np

model, folder = sys.argv[1:]
table = np.loadtxt("examples/sunspots.csv", delimiter=",", skiprows=1)
years, series = table[:, 0].astype(int), table[:, 1]
train = series[: int(0.7 * len(series))]
mean, spread = train.mean(), train.std()
windows = np.lib.stride_tricks.sliding_window_view((series - mean) / spread, 22)[..., None].astype("float32")
predicted = keras.models.load_model(model).predict(windows, verbose=0)[:, 0] * spread + mean
with open(f"{folder}/out.csv", "w", encoding="utf-8") as out:
    out.writelines(f"{year},{value}\n" for year, value in zip([*years[22:], ""], predicted, strict=True))
