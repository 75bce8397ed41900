"""One training step of a stock Keras model, in parts that run beside each other: gradients of shards, then apply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...compiler.kernels import uncovered
from ...compiler.plan import Plan, held
from ...compiler.targets.keras import keras_module, loss
from . import kernels
from .joined import Joined, joinable

#: Between the seeds of shards, so that no two shards drop the same units.
_APART = 7919


class Steps:
    """The step functions of a model; each shard's gradient is one XLA computation, and so is the optimizer."""

    def __init__(self, model: Any, plan: Plan, batch_size: int, shards: int, *, fused: bool = False) -> None:
        """Prepares steps of `batch_size` samples in so many shards of equal size.

        If `fused`, training is within one XLA computation, between `enter` and `leave`, and the optimizer updates one
        variable if it can.
        """
        import tensorflow as tf

        self._model, self._loss = model, loss(plan)
        self._scheduled = [not uncovered(node.layer) for node in plan.nodes]
        self._batch, self._shards = batch_size, shards
        self._variables = list(model.trainable_variables)
        self._joined: Joined | None = None
        if fused and joinable(model.optimizer, self._variables):
            self._joined = Joined(model.optimizer, self._variables)
        self._seeds = _seeds(model)
        self._outputs = tf.function(self._outputs_of, jit_compile=True, autograph=False)
        self._gradients: Callable[..., Any] = self._gradients_of
        self._apply: Callable[..., None] = self._apply_all
        if not fused:
            sparse = any(part.type == "Embedding" for node in plan.nodes for part in held(node.layer))
            self._gradients = tf.function(self._gradients_of, jit_compile=True, autograph=False)
            # Keras sums the rows of an Embedding's gradient that stand twice, which XLA cannot compile.
            self._apply = tf.function(self._apply_all, jit_compile=not sparse, autograph=False)

    def enter(self) -> None:
        """Before the steps; in their graph, or by the host."""
        if self._joined:
            self._joined.enter()

    def leave(self) -> None:
        """After the steps: the model's variables have what was trained."""
        if self._joined:
            self._joined.leave()

    def train(self, x: Any, y: Any, weight: Any) -> tuple[Any, Any]:
        """The loss of a batch and its outputs; the weights have been changed.

        `weight` is `[batch, …]`, so that samples that only fill up a batch count nothing.
        """
        import tensorflow as tf

        weights = self._weights()
        # One operation hands out the parts of all shards: TensorFlow computes beside each other what is ready at once.
        parts = [tf.split(_sized(value, self._batch), self._shards) for value in (x, y, weight)]
        apart = tf.range(self._shards)[:, None] * [_APART, 0]
        seeds = [tf.unstack(seed.value + tf.cast(apart, seed.dtype)) for seed in self._seeds]
        found = [
            self._gradients(weights, *(part[shard] for part in parts), [drawn[shard] for drawn in seeds])
            for shard in range(self._shards)
        ]
        for variable, after in zip(self._seeds, found[0][3], strict=True):
            variable.assign(after)
        self._apply([gradients for _, _, gradients, _ in found])
        return tf.add_n([value for value, *_ in found]), tf.concat([outputs for _, outputs, *_ in found], 0)

    def _weights(self) -> list[Any]:
        """Copies: a computation locks the variables that it reads, and shards would wait for one another."""
        import tensorflow as tf

        return self._joined.weights() if self._joined else [tf.identity(v.value) for v in self._variables]

    def test(self, x: Any, y: Any, weight: Any) -> tuple[Any, Any]:
        """The loss of a batch and its outputs."""
        return self._outputs(*(_sized(value, self._batch) for value in (x, y, weight)))  # type: ignore[no-any-return]

    def _gradients_of(self, weights: Sequence[Any], x: Any, y: Any, weight: Any, seeds: Sequence[Any]) -> Any:
        """Loss, outputs, gradients and seeds of one shard; what layers weigh by themselves is shared out evenly."""
        import tensorflow as tf

        share = x.shape[0] / self._batch
        mapping = [*zip(self._variables, weights, strict=True), *zip(self._seeds, seeds, strict=True)]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(weights)
            with keras_module().StatelessScope(state_mapping=mapping) as scope:
                outputs = self._forward(x, training=True)
                total = share * self._total(y, outputs, weight)
        gradients = tape.gradient(total, weights, unconnected_gradients="zero")
        after = [tf.convert_to_tensor(scope.get_current_value(seed)) for seed in self._seeds]
        return total, outputs, gradients, after

    def _outputs_of(self, x: Any, y: Any, weight: Any) -> tuple[Any, Any]:
        outputs = self._forward(x, training=False)
        return self._total(y, outputs, weight), outputs

    def _total(self, y: Any, outputs: Any, weight: Any) -> Any:
        """The loss, with what weights add to it; one weight for each sample counts for all of its timesteps."""
        import tensorflow as tf

        axes = len(outputs.shape) - 1 - len(weight.shape)
        total = self._loss(y, outputs, tf.reshape(weight, (*weight.shape, *[1] * max(axes, 0))))
        return total + (tf.add_n(self._model.losses) if self._model.losses else 0.0)

    def _apply_all(self, gradients: Sequence[Sequence[Any]]) -> None:
        """Sums the shards' gradients, then clips and applies as the stock optimizer does."""
        summed = [_summed(parts) for parts in zip(*gradients, strict=True)]
        if self._joined:
            self._joined.apply(summed)
        else:
            self._model.optimizer.apply(summed, self._variables)

    def _forward(self, x: Any, *, training: bool) -> Any:
        for layer, scheduled in zip(self._model.layers, self._scheduled, strict=True):
            x = kernels.run(layer, x) if scheduled else layer(x, training=training)
        return x


def _summed(parts: Sequence[Any]) -> Any:
    """The sum of a weight's gradients; those of an Embedding stay a list of rows, as Keras's optimizers treat it."""
    import tensorflow as tf

    if not isinstance(parts[0], tf.IndexedSlices):
        return tf.add_n(list(parts))
    values, indices = ([getattr(part, key) for part in parts] for key in ("values", "indices"))
    return tf.IndexedSlices(tf.concat(values, 0), tf.concat(indices, 0), parts[0].dense_shape)


def _seeds(model: Any) -> list[Any]:
    """The seeds that a step draws from; recurrent layers have one even where they drop nothing."""
    layers = model._flatten_layers(include_self=False)
    draws = any(getattr(layer, key, 0) for layer in layers for key in ("rate", "dropout", "recurrent_dropout"))
    return [v for v in model.non_trainable_variables if draws and v.name == "seed_generator_state"]


def _sized(value: Any, size: int) -> Any:
    import tensorflow as tf

    return tf.ensure_shape(value, (size, *value.shape[1:]))
