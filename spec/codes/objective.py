"""LC4xx: loss, target, activation and metric do not fit together."""

from .table import Code

OBJECTIVE = (
    Code(
        "LC401",
        "no loss",
        "Without `task` nothing says what to train for.",
        '{ "lstmc": 1, "input": …, "layers": […] }',
        'Add `"task": "regression"` or `"compile": { "loss": "mean_squared_error" }`.',
    ),
    Code(
        "LC402",
        "softmax over one unit",
        "The softmax of one number is always 1, so nothing can be learned.",
        '{ "type": "Dense", "units": 1, "activation": "softmax" }',
        "Use `sigmoid` with `binary_crossentropy`, or one unit for each class.",
    ),
    Code(
        "LC403",
        "a crossentropy over values that are no probabilities",
        "Keras clips them silently; what is trained is meaningless.",
        '{ "type": "Dense", "units": 3 } with "loss": "categorical_crossentropy"',
        "Add the activation `softmax` (`sigmoid` for binary), or set `from_logits` to true.",
    ),
    Code(
        "LC404",
        "`from_logits` over probabilities",
        "The activation already gives probabilities; the loss would squash them again.",
        '"activation": "softmax" with "loss": { …, "from_logits": true }',
        "Remove the activation, or `from_logits`.",
    ),
    Code(
        "LC405",
        "the number of units and of classes differ",
        "The output needs one unit for each class.",
        '"task": { "kind": "multiclass", "classes": 3 } with Dense(4)',
        "Give the last layer as many units as there are classes.",
    ),
    Code(
        "LC406",
        "the loss does not fit the number of outputs",
        "`categorical_crossentropy` over one unit is always 0; `binary_crossentropy` expects one unit for binary.",
        '{ "type": "Dense", "units": 1, "activation": "sigmoid" } with "categorical_crossentropy"',
        "Use the loss that is suggested.",
    ),
    Code(
        "LC407",
        "the metric does not fit the loss",
        "An accuracy counts hits among classes and means nothing for a regression.",
        '"loss": "mean_squared_error", "metrics": ["accuracy"]',
        "Use `mean_absolute_error`.",
        "warning",
    ),
    Code(
        "LC408",
        "the number of outputs and of target columns differ",
        "Each target column needs one unit of the last layer. Keras would broadcast silently.",
        '"target": ["a", "b"] with { "type": "Dense", "units": 1 }',
        "Give the last layer as many units as there are target columns.",
    ),
    Code(
        "LC409",
        "the output is not one value for each target",
        "The shape of the output and that of the target must be the same.",
        "output [batch, 24, 1] with one target for each sample",
        "Set `return_sequences` false on the last recurrent layer, or leave it out.",
    ),
    Code(
        "LC410",
        "an activation that grows without bound in a recurrent layer",
        "The state is fed back at every step; without a bound it overflows on long sequences.",
        '{ "type": "LSTM", "units": 50, "activation": "relu" }',
        "Use `tanh`, or set `clipnorm` on the optimizer.",
        "warning",
    ),
    Code(
        "LC412",
        "the loss does not fit the task",
        "The task and the loss describe different kinds of target.",
        '"task": "regression" with "loss": "categorical_crossentropy"',
        "Leave `compile.loss` out, or change the task.",
    ),
)
