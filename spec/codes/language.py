"""LC2xx: the JSON is fine, but it is not a spec."""

from .table import Code

LANGUAGE = (
    Code(
        "LC201",
        "unknown key",
        "Every key at every level has a meaning; one without is most likely misspelt.",
        '{ "type": "LSTM", "unit": 50 }',
        "Use the key that is suggested, or remove it.",
    ),
    Code(
        "LC202",
        "a required key is missing",
        "The object needs this key and has no default for it.",
        '{ "type": "LSTM" }',
        "Add the key.",
    ),
    Code(
        "LC203",
        "a value of the wrong kind",
        'Types are strict: `"64"` and `64.0` are not integers, `1` is not a boolean.',
        '{ "units": "64" }',
        "Write the kind of value that is asked for.",
    ),
    Code(
        "LC204",
        "a value out of its range",
        "The number, or the length of a list or name, lies outside of what is allowed.",
        '{ "type": "Dropout", "rate": 20 }',
        "Write a value within the range that is given.",
    ),
    Code(
        "LC205",
        "unknown layer",
        "`type` names a Keras layer, written as Keras writes it.",
        '{ "type": "Lstm", "units": 50 }',
        "Use the name that is suggested.",
    ),
    Code(
        "LC206",
        "unknown name",
        "The name of an activation, initializer, loss, metric, optimizer or option is not known.",
        '{ "loss": "mean_square_error" }',
        "Use the name that is suggested; `lstmc schema` lists all of them.",
    ),
    Code(
        "LC207",
        "an argument that Keras 3 has removed",
        "The key existed in Keras 1 or 2, or is set elsewhere in a spec.",
        '{ "type": "LSTM", "units": 50, "batch_input_shape": [1, 10, 1] }',
        "Do as the message says.",
    ),
    Code(
        "LC208",
        "another version of the language",
        "This lstmc reads version 1.",
        '{ "lstmc": 2 }',
        "Write `1`, or install a newer lstmc.",
    ),
    Code(
        "LC209",
        "not yet in this version",
        "The key or name is part of the language or planned for it, or it is a name of Keras, and this version of lstmc"
        " does not support it yet.",
        '{ "data": { "groups": "station" } }',
        "Leave it out, or do what is suggested. Nothing is ignored silently: what is accepted has its effect.",
    ),
    Code(
        "LC210",
        "keys that exclude each other",
        "Two keys ask for contradictory things.",
        '{ "arrange": "columns_as_timesteps", "window": { "timesteps": 24 } }',
        "Remove one of them.",
    ),
    Code(
        "LC211",
        "a name that is not allowed",
        "Names become parts of files and of Keras's variables: letters, digits, `_`, `.` and `-`, no dot at either "
        "end, and not a device of Windows such as `con` or `com1`, whatever its ending.",
        '{ "name": "air quality" }',
        "Use the name that is suggested.",
    ),
    Code(
        "LC212",
        "two layers with one name",
        "Layer names are unique within a model.",
        '[{ "type": "LSTM", "name": "a", … }, { "type": "Dense", "name": "a", … }]',
        "Rename one, or leave the names out.",
    ),
    Code(
        "LC213",
        "`--set` cannot be applied",
        "The path names nothing that can be set, or the value is not JSON.",
        "lstmc check air.lstm.json --set layers.9.units=20",
        "Use a path of the spec, as `fit.epochs=5` or `layers.0.units=20`.",
    ),
    Code(
        "LC214",
        "no spec",
        "The outermost value of a spec is an object.",
        '[ { "type": "LSTM", "units": 50 } ]',
        'Write `{ "lstmc": 1, "layers": […] }`.',
    ),
    Code(
        "LC215",
        "an argument of `fit` belongs to the spec",
        "`model.fit` takes data, `epochs` and `learning_rate`; how a model is trained is otherwise part of its spec.",
        "model.fit(x, y, batch_size=64)",
        'Set the key that the message names, as `"fit": { "batch_size": 64 }`, and build the model again.',
    ),
    Code(
        "LC217",
        "more mistakes than are explained",
        "The first 100 mistakes in keys and values are explained one by one; the others are counted.",
        '{ "a1": 0, "a2": 0, "a3": 0, … }',
        "Fix the mistakes that are explained, and check again.",
    ),
)
