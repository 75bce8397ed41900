"""What values activations give, by name."""

SIGMOIDS = frozenset({"sigmoid", "hard_sigmoid", "sparse_sigmoid"})
SOFTMAXES = frozenset({"softmax", "sparsemax"})
PROBABILITIES = SIGMOIDS | SOFTMAXES
POSITIVE = PROBABILITIES | {"relu", "relu6", "softplus", "squareplus", "sparse_plus", "exponential"}
NEGATIVE = frozenset({"log_sigmoid", "log_softmax"})
BOUNDED = PROBABILITIES | {"tanh", "hard_tanh", "softsign"}
