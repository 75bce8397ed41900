"""The classic with lstmc; prints the seconds of `fit`, compilation included."""

import time

import numpy as np

import lstmc

series = np.arange(10, dtype="float32") / 10
x, y = series[:-1].reshape(9, 1, 1), series[1:].reshape(9, 1)
model = lstmc.build("examples/counting.lstm.json")
# Loads TensorFlow, as `import keras` does in the script beside this one.
assert model.device
began = time.perf_counter()
history = model.fit(x, y)
print(time.perf_counter() - began)
assert history.epochs == 1000
