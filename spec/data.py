"""Where rows come from, and how they become samples."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias, get_args

from pydantic import Discriminator, Field, JsonValue, Tag

from .base import Natural, Positive, Section, Shorthand, object_or_text
from .split import Part, PartSource, Split

ColumnName: TypeAlias = Annotated[str, Field(min_length=1)]
Columns: TypeAlias = Annotated[tuple[ColumnName, ...], Field(strict=False, min_length=1)]
Scaling: TypeAlias = Literal["none", "standard", "minmax"]
Format: TypeAlias = Literal["csv", "tsv", "parquet", "jsonl", "npz", "npy"]
FORMATS: tuple[Format, ...] = get_args(Format)
ARRAYS: tuple[Format, ...] = ("npz", "npy")
TEXT: tuple[Format, ...] = ("csv", "tsv", "jsonl")
Encoding: TypeAlias = Literal[
    "utf-8", "utf-16", "utf-32", "ascii", "latin-1", "iso-8859-2", "iso-8859-15", "cp1250", "cp1251", "cp1252",
    "koi8-r", "mac-roman", "shift_jis", "euc-jp", "euc-kr", "gb18030", "big5",
]  # fmt: skip
Category: TypeAlias = Literal["one_hot", "ordinal"]

GROUPS = ("several series in one table, told apart by a column", "train one model for each, from a file of its own")
CALENDAR = (
    "features from the calendar, such as hour and weekday",
    "write them into the table, and name them as features",
)
TEXTS = ("columns of text", "make token ids of them with a script, and set `input.vocabulary`")

__all__ = ["Arrange", "Data", "Fill", "Minmax", "Part", "PartSource", "Scale", "Source", "Split", "Time", "Window"]


class Source(Section):
    """Files of rows or arrays; a path alone stands for `{"path": …}`."""

    path: Annotated[str, Field(min_length=1)] = Field(
        description="Path of the file, relative to the spec or artifact that names it, and in its folder unless"
        " `--allow-outside` is given; a pattern such as `2026-*.csv` stands for all files that match, in order of their"
        " names."
    )
    format: Format | None = Field(default=None, description="Format; by the ending, before any `.gz`, if null.")
    delimiter: Annotated[str, Field(pattern=r"^[\t !#-~]$")] | None = Field(
        default=None, description="What separates the cells; a comma in csv and a tab in tsv, if null."
    )
    decimal: Literal[".", ","] = Field(default=".", description="Decimal sign of numbers in csv and tsv.")
    encoding: Encoding = Field(default="utf-8", description="Encoding of csv, tsv and jsonl.")
    x: ColumnName | None = Field(default=None, description="Name of the array of inputs in an npz file.")
    y: ColumnName | None = Field(default=None, description="Name of the array of targets in an npz file.")
    length: ColumnName | None = Field(
        default=None,
        description="Name of the array in an npz file that counts the timesteps of each sample; what lies beyond them"
        " becomes the `mask_value` of `Masking`, or 0 without it.",
    )

    @property
    def kind(self) -> Format | None:
        """The format, by its key or by the ending of the path; None if neither tells."""
        if self.format is not None:
            return self.format
        stem = self.path.rsplit("/", 1)[-1].lower().removesuffix(".gz")
        ending = stem.rsplit(".", 1)[-1] if "." in stem else ""
        return next((format_ for format_ in FORMATS if format_ == _ALIASES.get(ending, ending)), None)

    @property
    def table(self) -> bool:
        """Whether the file has named columns, as far as its format is known; without a file, a data frame has them."""
        return not self.path or (self.kind is not None and self.kind not in ARRAYS)

    @property
    def separator(self) -> str:
        """What separates the cells."""
        return self.delimiter or ("\t" if self.kind == "tsv" else ",")


_ALIASES = {"tab": "tsv", "ndjson": "jsonl", "pq": "parquet"}


class Time(Section):
    """What orders rows; columns alone stand for `{"columns": …}`."""

    columns: ColumnName | Annotated[tuple[ColumnName, ...], Field(strict=False, min_length=1, max_length=6)] = Field(
        description="Name of the column; or of several that make one time stamp: year, month, day, hour, minute, second"
        " as whole numbers, year and quarter, or texts that are joined by spaces."
    )
    format: Annotated[str, Field(min_length=2)] | None = Field(
        default=None,
        description="How time stamps are written, as Python's strptime reads it: `%d.%m.%Y %H:%M`; ISO 8601, quarters"
        " such as 2026Q1, or a number if null.",
    )

    @property
    def names(self) -> tuple[str, ...]:
        """The columns, one or several."""
        return (self.columns,) if isinstance(self.columns, str) else self.columns


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
    steps: Positive = Field(default=1, description="Successive targets of a sample.")
    stride: Positive = Field(default=1, description="Rows from one sample to the next.")


class Minmax(Section):
    """Scaling to a range."""

    minmax: Annotated[tuple[float, float], Field(strict=False)] = Field(description="Least and greatest scaled value.")


AnyScaling: TypeAlias = Scaling | Minmax


class Scale(Section):
    """How columns are scaled; one scaling alone stands for both."""

    features: AnyScaling = Field(default="none", description="Scaling of the inputs.")
    target: AnyScaling = Field(default="none", description="Scaling of the targets; never of class labels.")


class Fill(Section):
    """Missing values become a number."""

    fill: float = Field(description="The number that is written in their place.")


Missing: TypeAlias = Annotated[
    Annotated[Literal["error", "drop", "forward_fill", "interpolate"], Tag("text")] | Annotated[Fill, Tag("object")],
    Discriminator(object_or_text),
]


def _without_default(schema: dict[str, JsonValue]) -> None:
    """A source that is left out is no value that could be written."""
    schema.pop("default", None)


class Data(Section):
    """Where rows come from, and how they become samples `[samples, timesteps, features]`."""

    planned: ClassVar[Mapping[str, tuple[str, str]]] = {
        **dict.fromkeys(("groups", "group", "group_by", "series", "series_id"), GROUPS),
        **dict.fromkeys(("calendar", "calendar_features", "date_features", "time_features"), CALENDAR),
        **dict.fromkeys(("text", "texts", "tokenize", "tokenizer"), TEXTS),
    }

    source: Annotated[Source, Shorthand(("path",))] = Field(
        default=Source.model_construct(path=""),
        description="The file; may be left out where a data frame or `--data` is passed.",
        json_schema_extra=_without_default,
    )
    time: Annotated[Time | None, Shorthand(("columns",))] = Field(
        default=None, description="The column or columns that order rows."
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
        default=Scale.model_construct(), description="How columns are scaled, each by itself."
    )
    split: Split = Field(
        default=Split.model_construct(train=0.7, validation=0.1, test=0.2),
        description="Which rows train, validate and test.",
    )
    missing: Missing = Field(
        default="error", description="What is done about missing values; what cannot be filled is dropped."
    )
    categorical: Mapping[ColumnName, Category] | None = Field(
        default=None, description="Columns of categories, and how each is encoded."
    )
    difference: Natural = Field(
        default=0,
        description="How many times features and targets of windows are differenced; undone on predictions.",
    )
    stream: bool | None = Field(
        default=None,
        description="Whether a table is read in chunks while training, rather than held in memory; if null, where it"
        " would not fit into `runtime.limits.memory`.",
    )

    @property
    def sourced(self) -> bool:
        """Whether the spec says where the rows come from."""
        parts = self.split.sources.values()
        return bool(self.source.path) or (bool(parts) and all(part.path for part in parts))

    @property
    def one_hot(self) -> tuple[str, ...]:
        """The columns that become one input for each of their categories."""
        return tuple(name for name, how in (self.categorical or {}).items() if how == "one_hot")

    @property
    def targets(self) -> tuple[str, ...]:
        """The target columns, one or several."""
        return (self.target,) if isinstance(self.target, str) else self.target or ()

    def of_part(self, name: str) -> "Data":
        """The same, read from the source of a part where the split gives it one."""
        part = self.split.sources.get(name)
        if part is None:
            return self
        own = {key: getattr(part, key) for key in part.model_fields_set}
        other_file = {"format": None} if "path" in own else {}
        return self.model_copy(update={"source": self.source.model_copy(update=other_file | own)})
