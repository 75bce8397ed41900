"""LC3xx: shapes that do not fit together."""

from .table import Code

SHAPES = (
    Code(
        "LC301",
        "the input is not [samples, timesteps, features]",
        "A recurrent layer reads a sequence of feature vectors for every sample.",
        '{ "input": { "shape": [11] }, "layers": [{ "type": "LSTM", "units": 11 }] }',
        "Say whether the columns are timesteps (`[11, 1]`) or features (`[1, 11]`).",
    ),
    Code(
        "LC302",
        "a layer gives one vector where the next needs a sequence",
        "With `return_sequences` false a recurrent layer returns its last output alone.",
        '{ "type": "LSTM", "units": 50, "return_sequences": false } before another LSTM',
        "Write `true`, or leave the key out: it is inferred.",
    ),
    Code(
        "LC303",
        "the input's shape is not known",
        "Neither `input` nor `data` says how many timesteps and features a sample has.",
        '{ "lstmc": 1, "layers": [{ "type": "LSTM", "units": 50 }, …] }',
        'Add `"input": { "timesteps": 24, "features": 8 }`.',
    ),
    Code(
        "LC304",
        "`input` and `data` disagree",
        "The shape that is written is not the one that the columns and the window give.",
        '"input": { "timesteps": 12, … } with "window": { "timesteps": 24 }',
        "Correct one of them, or leave `input` out: it is derived.",
    ),
    Code(
        "LC305",
        "the last axis must be known",
        "A kernel has one row for each feature, so their number must be fixed.",
        '{ "input": { "shape": [24, null] } }',
        "Give the number of features.",
    ),
    Code(
        "LC306",
        "a sequence is returned where one vector is expected",
        "The last recurrent layer returns a sequence, and the task asks for one output a sample.",
        '{ "type": "LSTM", "units": 8, "return_sequences": true }, { "type": "Dense", "units": 1 }',
        'Write `false`, or leave the key out, or set `"output": "sequence"` in `task`.',
    ),
    Code(
        "LC307",
        "more than one tensor",
        "A `Sequential` passes one tensor from layer to layer; `return_state` gives three.",
        '{ "type": "LSTM", "units": 50, "return_state": true }',
        "Remove `return_state`.",
    ),
    Code(
        "LC308",
        "a stateful layer needs a fixed batch size",
        "The state of each sample of a batch is carried into the next batch.",
        '{ "type": "LSTM", "units": 4, "stateful": true }',
        'Add `"batch_size"` to `input`.',
    ),
    Code(
        "LC309",
        "the layer cannot take an input of this rank",
        "Every layer reads tensors of certain ranks.",
        '{ "input": { "shape": [2, 3, 4] }, "layers": [{ "type": "LSTM", … }] }',
        "Change the input's shape or the layers before.",
    ),
    Code(
        "LC310",
        "an unrolled layer needs a known number of timesteps",
        "`unroll` writes the loop out, so its length must be known.",
        '{ "input": { "timesteps": null, … }, "layers": [{ …, "unroll": true }] }',
        "Give `input.timesteps` a number, or remove `unroll`.",
    ),
    Code(
        "LC311",
        "the activation changes the shape",
        "`glu` halves the last axis when it runs, and Keras's own shape inference does not know.",
        '{ "type": "Dense", "units": 8, "activation": "glu" }',
        "Use another activation.",
    ),
    Code(
        "LC312",
        "the noise shape does not fit",
        "`noise_shape` has one entry for each axis, each equal to the axis, 1 or null.",
        '{ "type": "Dropout", "rate": 0.2, "noise_shape": [3] }',
        "Give one entry for each axis of the layer's input, the batch included.",
    ),
)
