"""What stands in for a layer that is mistaken."""

from .base import Layer


class Broken(Layer):
    """Stands in for a layer that could not be read, so that the others keep their places."""

    type: str = "?"
