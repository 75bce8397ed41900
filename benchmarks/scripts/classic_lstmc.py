"""The classic with lstmc; prints the seconds of `fit`, compilation and reading the CSV file included."""

import time

import lstmc

model = lstmc.build("examples/counting.lstm.json")
# Loads TensorFlow, as `import keras` does in the script beside this one.
assert model.device
began = time.perf_counter()
history = model.fit()
print(time.perf_counter() - began)
assert history.epochs == 1000
