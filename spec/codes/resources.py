"""LC6xx: memory, devices and what is installed."""

from .table import Code

RESOURCES = (
    Code(
        "LC601",
        "the model is too large",
        "Its parameters, with gradients and optimizer state, exceed `runtime.limits`.",
        '{ "type": "LSTM", "units": 1000000000 }',
        "Use fewer units, or raise `runtime.limits`.",
    ),
    Code(
        "LC602",
        "the device is not there",
        "TensorFlow does not see the device that was asked for.",
        "lstmc fit air.lstm.json --device gpu",
        "Choose one of those listed; `lstmc doctor` says what was found.",
    ),
    Code(
        "LC603",
        "Keras is set up for something else",
        "lstmc needs Keras on the TensorFlow backend, float32 and channels_last.",
        "KERAS_BACKEND=jax lstmc fit air.lstm.json",
        "Unset `KERAS_BACKEND` and the settings that are named.",
    ),
    Code(
        "LC604",
        "a package is missing or broken",
        "What was asked for needs a package that is not installed or cannot be imported.",
        '"fit": { "tensorboard": "logs" } without TensorBoard',
        "Run the command that the message names; `lstmc doctor` lists what is installed.",
    ),
    Code(
        "LC605",
        "TensorFlow runs with another number of threads",
        "The program has used TensorFlow before, and its number of threads can only be set before that.",
        '"runtime": { "threads": 2 } in a program that has trained before',
        "Build the model before TensorFlow is used, or leave `runtime.threads` out.",
        "warning",
    ),
    Code(
        "LC606",
        "ONNX Runtime cannot predict with the model",
        "ONNX has no counterpart for some layers and activations, and its engine runs on the CPU in float32.",
        '"runtime": { "engine": "onnx" } with a stateful LSTM',
        'Write `"auto"`: TensorFlow predicts where ONNX Runtime cannot.',
    ),
    Code(
        "LC607",
        "the model cannot be exported",
        "The converter of the format has no operation for a layer, or the format has no place for its state.",
        "lstmc export air.lstmc --to litert, where a layer is stateful",
        "Export it to another format.",
    ),
    Code(
        "LC608",
        "TimeDistributed needs a known number of timesteps",
        "Keras loops over the timesteps of a TimeDistributed only where their number is known. Over any number of "
        "timesteps, a TimeDistributed holds layers that treat all timesteps alike: Dense, Activation, Dropout, "
        "LayerNormalization and, without a mask, Flatten, Reshape and Permute.",
        '{ "type": "TimeDistributed", "layer": { "type": "LSTM", "units": 8 } } with `"timesteps": null`',
        "Give `input.timesteps` a number.",
    ),
    Code(
        "LC609",
        "the Python script cannot express the data",
        "A stand-alone script prepares its data itself, with NumPy alone. It does not fill missing values, encode"
        " categories, take differences, or split rows into blocks or into parts that have files of their own.",
        'lstmc export air.lstm.json --to python, where `data` has `"missing": "forward_fill"`',
        "Prepare the table beforehand and leave the keys out, or export the trained model to another format.",
    ),
)
