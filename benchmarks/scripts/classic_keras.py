"""The classic with Keras; prints the seconds of `fit`, compilation included."""

import time

import keras
import numpy as np

series = np.arange(10, dtype="float32") / 10
x, y = series[:-1].reshape(9, 1, 1), series[1:].reshape(9, 1)
model = keras.Sequential([keras.layers.Input((1, 1)), keras.layers.LSTM(10), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mean_squared_error", metrics=["mean_absolute_error"])
began = time.perf_counter()
history = model.fit(x, y, epochs=1000, batch_size=9, verbose=0)
seconds = time.perf_counter() - began
model.evaluate(x, y, verbose=0)
model.predict(x, verbose=0)
print(seconds)
assert len(history.history["loss"]) == 1000
