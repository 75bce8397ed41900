"""What metrics share: what they are computed of, and whether more is better."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from ..base import Name, Tagged
from ..losses.base import Target

Share: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]
Direction: TypeAlias = Literal["min", "max"]


class Metric(Tagged):
    """What all metrics share.

    Attributes:
        keras_name: the key under which the metric is reported where it is written as an object without `name`.
        targets: the kinds of target for which it means something.
        greater_is_better: whether more of it is better; None where that cannot be said.
        reads: what the outputs have to be: any `values`, `positive` ones, `probabilities`, or `scores` of
            which only the order counts.
        least_units: least number of outputs over which it means something.
    """

    keras_name: ClassVar[str]
    targets: ClassVar[tuple[Target, ...]]
    greater_is_better: ClassVar[bool | None] = False
    reads: ClassVar[Literal["values", "positive", "probabilities", "scores"]] = "values"
    least_units: ClassVar[int] = 1
    name: Name | None = Field(
        default=None,
        description="Key in the history and the evaluation. If null it is Keras's own, the type in snake case. A metric"
        " that is written as a name alone has that name as its key.",
    )

    def by_name(self, name: str) -> "Metric":
        """A metric that is written as a name alone is reported under that name, as in Keras: `mae` stays `mae`."""
        return self if name == self.keras_name else self.model_copy(update={"name": name})

    @property
    def key(self) -> str:
        """The key under which the metric is reported."""
        return self.name or self.keras_name

    @property
    def direction(self) -> Direction | None:
        """Which values are good ones, as callbacks call it: `min` or `max`; None where that cannot be said."""
        return None if self.greater_is_better is None else "max" if self.greater_is_better else "min"

    @property
    def rank(self) -> int | None:
        """Number of axes that the outputs need, the batch among them; any if None."""
        return None

    @property
    def logits(self) -> bool:
        """Whether it takes raw outputs, and makes probabilities of them itself or compares them with a threshold."""
        return bool(getattr(self, "from_logits", False))

    def several(self, _units: int) -> str:
        """The argument that makes it give several numbers over so many outputs; empty where it gives one."""
        return ""

    def misfit(self, _target: Target, _units: int) -> str:
        """Why its arguments do not fit the target and the number of outputs; empty where they do."""
        return ""
