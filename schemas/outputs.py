"""What commands write with `--json`, as models: the JSON Schemas of the documents are generated from them."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypeAliasType

Number: TypeAlias = Annotated[float | None, Field(description="Null where the number is not finite.")]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Shape: TypeAlias = list[int | None]
Nested = TypeAliasType("Nested", "float | int | str | list[Nested] | None")
Curves: TypeAlias = dict[str, list[Number]]


class Document(BaseModel):
    """An object without other keys."""

    model_config = ConfigDict(extra="forbid")


class Place(Document):
    """A place in a text."""

    line: int = Field(ge=1, description="Line, from 1.")
    column: int = Field(ge=1, description="Character in the line, from 1.")
    offset: Count = Field(description="Characters before it in the text.")


class Range(Document):
    """From `start` up to `end`, which is not part of it."""

    start: Place
    end: Place


class Related(Document):
    """Another place that takes part in a mistake."""

    message: str
    range: Range


class Edit(Document):
    """A text that replaces a range."""

    range: Range
    text: str


class Fix(Document):
    """Edits that belong together; `safe` ones are made by `lstmc check --fix`."""

    title: str
    safe: bool
    edits: list[Edit]


class Diagnostic(Document):
    """One mistake or warning."""

    code: str = Field(pattern="^LC[1-7][0-9]{2}$", description="What `lstmc explain` takes.")
    severity: Literal["error", "warning", "info"]
    message: str
    help: str = Field(description="What to do; empty where nothing can be advised.")
    path: str = Field(description="Key in the spec, such as `layers.0.units`; may be empty.")
    where: str = Field(description="Place outside of a text, such as a row of a table; may be empty.")
    label: str = Field(description="What is said at the range.")
    file: str | None = Field(description="File that the ranges are in.")
    range: Range | None
    related: list[Related]
    fixes: list[Fix]


class Error(Document):
    """Why a command ended without a diagnostic."""

    kind: Literal["usage", "interrupted", "terminated", "internal"]
    message: str


class Diagnosed(Document):
    """What is wrong: the document of `check`, and of any command that fails."""

    diagnostics: list[Diagnostic]
    error: Error | None = Field(default=None, description="Present when the command ended for another reason.")


class Inferred(Document):
    """A value that the file does not state, and the rule that gave it."""

    key: str
    value: Any
    rule: str


class Layer(Document):
    """One layer of the plan."""

    type: str
    name: str
    output: Shape | None = Field(description="Shape of its output; null stands for any length.")
    parameters: Count
    inferred: list[Inferred]


class Scheduled(Document):
    """How a training on so many samples would run."""

    samples: Count
    batch_size: Count
    loop: Literal["fused", "resident", "batchwise"]
    shards: Count
    why: list[str]


class Kernel(Document):
    """What computes a recurrent layer."""

    layer: Count
    type: str
    obstacle: str = Field(description="Why it is Keras's own loop; empty for the scheduled kernel, or cuDNN on a GPU.")


class Timetable(Document):
    """How a training would run."""

    operations: float = Field(description="Floating-point operations of a step.")
    device: Literal["cpu", "gpu"]
    schedules: list[Scheduled] = Field(description="One, or one for each of some usual numbers of samples.")
    kernels: list[Kernel]


class Shown(Document):
    """`lstmc show`: the plan."""

    name: str
    kind: str
    input: Shape
    layers: list[Layer]
    parameters: Count
    loss: str | None
    metrics: list[str]
    inferred: list[Inferred]
    written: list[str] = Field(description="Pictures that were written.")
    schedule: Timetable | None = Field(default=None, description="Present with `--schedule`.")
    resolved: dict[str, Any] | None = Field(
        default=None, description="Present with `--resolved`: the spec, with every default and inferred value."
    )


class Built(Document):
    """`lstmc build`."""

    artifact: str
    parameters: Count
    plan: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of everything that decides the numbers.")


class History(Document):
    """`History.to_json()`: one list for each quantity, one value for each epoch."""

    epochs: Count
    history: Curves


class Fitted(History):
    """`lstmc fit`."""

    artifact: str
    run: str = Field(description="Folder of the run.")


class Classes(Document):
    """How well classes are told apart; all lists are in the order of `labels`."""

    labels: list[str | int]
    confusion: list[list[Count]] | list[list[list[Count]]] = Field(
        description="How often each class (row) was taken for each (column); of a multilabel target one such matrix of"
        " no and yes for each label."
    )
    precision: list[Number] = Field(description="Null for a class that is never predicted.")
    recall: list[Number] = Field(description="Null for a class that does not occur.")
    f1: list[Number]
    support: list[Count] = Field(description="How many of each class there are.")


class Evaluated(Document):
    """`lstmc evaluate` and `Evaluation.to_json()`."""

    loss: Number = Field(description="As it was trained, in scaled units.")
    metrics: dict[str, Number] = Field(description="In original units.")
    baseline: dict[str, Number | str] = Field(description="`name`, and the metrics of a naive prediction.")
    beats_baseline: bool | None
    count: Count = Field(description="Number of samples.")
    on: str = Field(description="Part of the data.")
    seen_in_training: bool
    notes: list[str]
    classes: Classes | None = Field(default=None, description="Present for a model of classes.")


class Predicted(Document):
    """`lstmc predict` and `Prediction.to_json()`."""

    predictions: list[Nested]
    output: Literal["values", "classes", "probabilities"]
    times: list[str | list[str]] | None = Field(
        default=None, description="Time of each target, or of the targets of each sample; empty where it is not known."
    )
    rows: list[int] | None = Field(
        default=None, description="Row of each sample in a table without times, from 0 without the header."
    )
    labels: list[str | int] | None = Field(
        default=None, description="What the probabilities are of; of a binary target the one class."
    )
    actual: list[Nested] | None = Field(
        default=None, description="What was to be predicted, null where it is not known; absent without targets."
    )


class PredictedFile(Document):
    """`lstmc predict -o FILE`."""

    predictions: Count = Field(description="Number of predictions.")
    output: str = Field(description="File that holds them.")


class Ran(Document):
    """`lstmc run`."""

    run: str
    artifact: str
    history: Curves
    evaluation: Evaluated
    predictions: Count


class Exported(Document):
    """`lstmc export`."""

    target: str
    output: str
    interface: str | None = Field(
        default=None, description="File that says how inputs and outputs are scaled; absent for `python`."
    )
    note: str | None = Field(default=None, description="What has to be applied around the model; absent for `python`.")


class Axis(Document):
    """An axis of an input or output."""

    name: str = Field(description="`batch`, `timesteps`, `features`; `axis_1` and so on where there are others.")
    length: int | None = Field(description="Null for any length.")
    least: int = Field(ge=1, description="The least length that the model can read.")


class InputColumn(Document):
    """A column that the model reads: `(value - offset) / factor`.

    A `one_hot` value is 1 where the cell is the category, else 0; an `ordinal` one is the place of the cell among the
    categories, from 0.
    """

    column: str | None = Field(description="Name of the column in the data; null for arrays.")
    kind: Literal["number", "one_hot", "ordinal"]
    categories: list[str] | None = Field(
        description="The one category of a `one_hot` column, all of an `ordinal` one, else null. A cell with another "
        "category counts as `other` where that is a category."
    )
    differenced: bool = Field(description="Whether values are differenced along time before they are scaled.")
    offset: float
    factor: float


class OutputColumn(Document):
    """A value that the model gives: `output * factor + offset`."""

    column: str | None = Field(description="Name of the target; null for arrays.")
    offset: float
    factor: float


class Reads(Document):
    """What an exported model reads."""

    name: str | None = Field(description="Name of the input in the file, where it is fixed.")
    dtype: Literal["float32", "float64", "int32"]
    axes: list[Axis]
    units: Literal["original", "scaled"] | None = Field(
        description="`scaled` where `columns` have to be applied; null for a model that is not trained."
    )
    columns: list[InputColumn] = Field(description="In their order; empty for ids, and for a model not trained.")
    columns_are: Literal["features", "sample"] = Field(
        description="`features`: the columns are the last axis. `sample`: a scaled row of them is reshaped to a sample."
    )
    padding: float | None = Field(
        description="Timesteps of which all features have this value are padding: they stay as they are. Null where "
        "no padding is left out of scaling."
    )
    vocabulary: int | None = Field(description="The ids run from 0 to one less; null where the model reads numbers.")


class Gives(Document):
    """What an exported model gives."""

    name: str | None = Field(description="Name of the output in the file, where it is fixed.")
    dtype: Literal["float16", "bfloat16", "float32", "float64"]
    axes: list[Axis]
    units: Literal["original", "scaled"] | None = Field(
        description="`scaled` where `columns` have to be applied; null for a model that is not trained."
    )
    kind: Literal["values", "binary", "labels", "one_hot", "multilabel"] = Field(
        description="`labels` and `one_hot`: the class is the place of the greatest output along the last axis. "
        "`binary`: class 1 where the probability reaches the threshold, else 0. `multilabel`: each output is a class "
        "of its own."
    )
    columns: list[OutputColumn] = Field(
        description="One for each place along the last axis, or one for all of them; empty where `kind` is not "
        "`values`."
    )
    labels: list[str | int] | None = Field(description="The labels of the classes in their order, where there are any.")
    probabilities: Literal["identity", "sigmoid", "softmax"] | None = Field(
        description="What makes probabilities of the outputs; null for `values`."
    )
    threshold: float | None = Field(description="The least probability that counts as 1; `binary` and `multilabel`.")


class Interface(Document):
    """What a program has to apply around an exported model; `lstmc export` writes it beside the model."""

    interface: Literal[1] = Field(description="Version of this document.")
    model: str = Field(description="Name of the model.")
    format: Literal["keras", "litert", "onnx", "saved_model"]
    lstmc: str = Field(description="Version of lstmc.")
    plan: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of everything that decides the numbers.")
    trained: bool
    fingerprint: str | None = Field(description="Of the table that the model was trained on; null for arrays.")
    precision: Literal["float32", "float64", "mixed_bfloat16", "mixed_float16"] = Field(
        description="What the file computes in."
    )
    difference: Count = Field(
        description="How many times `differenced` columns, and outputs of kind `values`, are differenced. The input "
        "then needs as many timesteps more, of which the first are dropped after differencing."
    )
    window: dict[str, int] | None = Field(description="How rows become samples: `data.window` of the spec.")
    input: Reads
    output: Gives


class Explained(Document):
    """`lstmc explain`: one code."""

    id: str
    title: str
    cause: str
    example: str
    fix: str
    severity: str


class Written(Document):
    """`lstmc schema -o FILE`."""

    output: str


class Schema(BaseModel):
    """`lstmc schema`: the schema itself."""

    schema_: str = Field(alias="$schema")


class Examined(Document):
    """`lstmc doctor`."""

    python: str
    platform: str
    cores: int | None
    memory_gib: float
    versions: dict[str, str]
    devices: list[str]
    training: str


class Begun(Document):
    """`lstmc init`."""

    spec: str
    written: list[str]


class Completed(Document):
    """`lstmc completion`."""

    shell: Literal["bash", "zsh", "fish"]
    script: str


#: What each command writes when it succeeds; `history` is what `History.to_json()` gives, and `interface` is the file
#: that `export` writes beside a model.
DOCUMENTS: dict[str, Any] = {
    "build": Built,
    "check": Diagnosed,
    "completion": Completed,
    "doctor": Examined,
    "evaluate": Evaluated,
    "explain": Explained | list[Explained],
    "export": Exported,
    "fit": Fitted,
    "history": History,
    "init": Begun,
    "interface": Interface,
    "predict": Predicted | PredictedFile,
    "run": Ran,
    "schema": Written | Schema,
    "show": Shown,
}
