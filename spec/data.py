"""Where rows come from, and how they become samples."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from .base import Exactly, NotYet, Positive, Section, Shorthand

ColumnName: TypeAlias = Annotated[str, Field(min_length=1)]
Columns: TypeAlias = Annotated[tuple[ColumnName, ...], Field(strict=False, min_length=1)]
Scaling: TypeAlias = Literal["none", "standard", "minmax"]
Fraction: TypeAlias = Annotated[float, Field(gt=0.0, le=1.0)]
Part: TypeAlias = Fraction | Positive


class Source(Section):
    """A file of rows or arrays; a path alone stands for `{"path": …}`."""

    path: Annotated[str, Field(min_length=1)] = Field(
        description="Path of the file, relative to the spec or artifact that names it."
    )
    format: Literal["csv", "npz", "npy"] | None = Field(default=None, description="Format; by the ending if null.")
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = Field(
        default=",", description="What separates the cells of a CSV file."
    )
    x: ColumnName | None = Field(default=None, description="Name of the array of inputs in an npz file.")
    y: ColumnName | None = Field(default=None, description="Name of the array of targets in an npz file.")
    decimal: NotYet = Field(default=None, description="Decimal sign of a CSV file.")
    encoding: NotYet = Field(default=None, description="Encoding of a CSV file.")
    length: NotYet = Field(default=None, description="Name of the array of lengths in an npz file.")


class Time(Section):
    """The column that orders rows; its name alone stands for `{"columns": …}`."""

    columns: ColumnName = Field(description="Name of the column.")
    format: NotYet = Field(default=None, description="How time stamps are written.")


class Arrange(Section):
    """Each row is a sample of `timesteps` steps; a name alone stands for `{"rows": …}`."""

    rows: Literal["columns_as_timesteps", "columns_as_features"] | None = Field(
        default=None, description="`(n, c) -> (n, c, 1)` or `(n, c) -> (n, 1, c)`."
    )
    timesteps: Positive | None = Field(default=None, description="`(n, c) -> (n, timesteps, c / timesteps)`.")


class Window(Section):
    """Samples are runs of successive rows."""

    timesteps: Positive = Field(description="Rows in a sample.")
    horizon: Positive = Field(default=1, description="Rows from the last input to the first target.")
    steps: Annotated[Literal[1], Exactly()] = Field(default=1, description="Successive targets of a sample.")
    stride: Positive = Field(default=1, description="Rows from one sample to the next.")


class Minmax(Section):
    """Scaling to a range."""

    minmax: Annotated[tuple[float, float], Field(strict=False)] = Field(description="Least and greatest scaled value.")


AnyScaling: TypeAlias = Scaling | Minmax


class Scale(Section):
    """How columns are scaled; one scaling alone stands for both."""

    features: AnyScaling = Field(default="none", description="Scaling of the inputs.")
    target: AnyScaling = Field(default="none", description="Scaling of the targets; never of class labels.")


class Split(Section):
    """Which rows train, validate and test; fractions of all rows, or counts."""

    train: Part = Field(description="Rows to train on.")
    validation: Part | None = Field(default=None, description="Rows to watch the training on.")
    test: Part | None = Field(default=None, description="Rows to evaluate on.")
    order: Literal["time", "file", "random"] | None = Field(
        default=None, description="Order in which rows are dealt out: by time with `time` or `window`, else by file."
    )


class Data(Section):
    """Where rows come from, and how they become samples `[samples, timesteps, features]`."""

    source: Annotated[Source, Shorthand(("path",))] = Field(description="The file.")
    time: Annotated[Time | None, Shorthand(("columns",))] = Field(
        default=None, description="The column that orders rows."
    )
    features: Columns | None = Field(
        default=None,
        description="Inputs, in this order; all but time and target if null (the target too, with `window`).",
    )
    target: ColumnName | Columns | None = Field(default=None, description="Column or columns to predict.")
    arrange: Annotated[Arrange | None, Shorthand(("rows",))] = Field(
        default=None, description="How a row becomes a sample of its own."
    )
    window: Window | None = Field(default=None, description="How runs of rows become samples.")
    scale: Annotated[Scale, Shorthand(("features", "target"), value_key="minmax")] = Field(
        default=Scale.model_construct(), description="How columns are scaled."
    )
    split: Split = Field(
        default=Split.model_construct(train=0.7, validation=0.1, test=0.2),
        description="Which rows train, validate and test.",
    )
    missing: Literal["error"] = Field(default="error", description="What is done about missing values.")
    categorical: NotYet = Field(default=None, description="Columns of categories.")
    difference: Annotated[Literal[0], Exactly()] = Field(default=0, description="Order of differencing.")

    @property
    def targets(self) -> tuple[str, ...]:
        """The target columns, one or several."""
        return (self.target,) if isinstance(self.target, str) else self.target or ()
