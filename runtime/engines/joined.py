"""All that an optimizer trains as one variable: its update is a few operations, where it were some for each weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...compiler.targets.keras import keras_module

#: Optimizers that treat every number by itself, so that it does not matter which variable it is in.
_ELEMENTWISE = frozenset({"SGD", "Adam", "AdamW", "Adamax", "RMSprop", "Adagrad", "Adadelta", "Lion"})
#: What looks at a variable as a whole, or keeps another copy of it.
_BY_VARIABLE = ("clipnorm", "global_clipnorm", "use_ema", "gradient_accumulation_steps")
_NAME = "joined"


class Joined:
    """Stands for the variables of a model and of its stock optimizer between `enter` and `leave`."""

    def __init__(self, optimizer: Any, variables: Sequence[Any]) -> None:
        """Makes the one variable, and an optimizer of the same kind for it."""
        import tensorflow as tf

        keras = keras_module()
        self._shapes = [tuple(variable.shape) for variable in variables]
        self._sizes = [variable.value.shape.num_elements() for variable in variables]
        self._all = keras.Variable(tf.zeros(sum(self._sizes), variables[0].dtype), name=_NAME)
        self._optimizer = type(optimizer).from_config(optimizer.get_config())
        self._optimizer.build([self._all])
        self._pairs = [(self._all, list(variables)), *_slots(self._optimizer, optimizer, variables)]

    def enter(self) -> None:
        """Takes the values of the stock variables over."""
        for one, those in self._pairs:
            one.assign(those[0].value if one.shape == those[0].shape else self._flat([v.value for v in those]))

    def leave(self) -> None:
        """Gives the values back to the stock variables."""
        for one, those in self._pairs:
            for variable, value in zip(those, [one.value] if len(those) == 1 else self._parts(one.value), strict=True):
                variable.assign(value)

    def weights(self) -> list[Any]:
        """The values of the model's variables."""
        return self._parts(self._all.value)

    def apply(self, gradients: Sequence[Any]) -> None:
        """The optimizer's update, from a gradient for each of the model's variables."""
        self._optimizer.apply([self._flat(gradients)], [self._all])

    def _flat(self, values: Sequence[Any]) -> Any:
        import tensorflow as tf

        return tf.concat([tf.reshape(value, (-1,)) for value in values], 0)

    def _parts(self, flat: Any) -> list[Any]:
        import tensorflow as tf

        parts = tf.split(flat, self._sizes)
        return [tf.reshape(part, shape) for part, shape in zip(parts, self._shapes, strict=True)]


def joinable(optimizer: Any, variables: Sequence[Any]) -> bool:
    """Whether the optimizer does to one variable what it does to many: no norms, averages or constraints."""
    return (
        type(optimizer).__name__ in _ELEMENTWISE
        and not any(getattr(optimizer, key) for key in _BY_VARIABLE)
        and not any(variable.constraint for variable in variables)
        and len({variable.name for variable in optimizer.variables}) == len(optimizer.variables)
        and len({variable.dtype for variable in variables}) == 1
        and len(variables) > 1
    )


def _slots(one: Any, stock: Any, variables: Sequence[Any]) -> Iterator[tuple[Any, list[Any]]]:
    """Each variable of the optimizer of one variable, and those of the stock optimizer that it stands for."""
    known = {variable.name: variable for variable in stock.variables}
    for slot in one.variables:
        ending = slot.name.removeprefix(_NAME)
        if ending == slot.name:
            yield slot, [known[slot.name]]
        else:
            yield slot, [known[variable.path.replace("/", "_") + ending] for variable in variables]
