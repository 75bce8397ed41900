"""The spec: one model in one JSON file, its sections in file order."""

import json
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import ConfigDict, Field

from .base import Exactly, Name, Positive, Section, Shorthand
from .data import Data
from .layers import AnyLayer
from .run import Evaluate, Fit, Predict, Runtime
from .training import Compile

Kind: TypeAlias = Literal["regression", "binary", "multiclass", "multilabel"]
Label: TypeAlias = str | int
TUNING = ("a search for the best values", "try some with `--set`, each with a `--run` of its own")


class Task(Section):
    """What is predicted; fills standard defaults where the file is silent. A kind alone stands for `{"kind": …}`."""

    kind: Kind = Field(description="Kind of prediction.")
    output: Literal["last", "sequence"] = Field(default="last", description="One output a sample, or one a timestep.")
    classes: Annotated[int, Field(ge=2)] | Annotated[tuple[Label, ...], Field(strict=False, min_length=2)] | None = (
        Field(default=None, description="Number of classes, or their labels in order; learned from the data if null.")
    )
    target: Literal["label", "one_hot"] | None = Field(
        default=None, description="How targets are given; one_hot when `data.target` is a list, else label, if null."
    )


class Input(Section):
    """What one sample looks like, without the batch axis."""

    timesteps: Positive | None = Field(default=None, description="Steps of a sequence; null for any number.")
    features: Positive | None = Field(default=None, description="Values at each step.")
    shape: Annotated[tuple[Positive | None, ...], Field(strict=False, min_length=1, max_length=5)] | None = Field(
        default=None, description="Axes of a sample, in place of `timesteps` and `features`; null for any length."
    )
    vocabulary: Positive | None = Field(
        default=None, description="Number of ids, in place of `features`: a sample is `timesteps` ids from 0 on."
    )
    dtype: Literal["float32", "int32"] | None = Field(
        default=None, description="Type of the values with `shape`; int32 for ids, else float32, if null."
    )
    batch_size: Positive | None = Field(default=None, description="Fixed batch size, for stateful models.")


class Spec(Section):
    """One model in one file."""

    planned: ClassVar[Mapping[str, tuple[str, str]]] = dict.fromkeys(("tune", "tuning", "tuner", "search"), TUNING)

    model_config = ConfigDict(populate_by_name=True)

    schema_: str | None = Field(default=None, alias="$schema", description="Schema for editors; not interpreted.")
    lstmc: Annotated[Literal[1], Exactly()] = Field(description="Version of the language.")
    name: Name | None = Field(
        default=None, description="Names the model, its artifact and its run; the file's if null."
    )
    description: str | None = Field(default=None, description="Free text, kept in the artifact.")
    task: Annotated[Task | None, Shorthand(("kind",))] = Field(default=None, description="Fills standard defaults.")
    input: Input | None = Field(default=None, description="What one sample looks like; derived from `data` if null.")
    layers: Annotated[tuple[AnyLayer, ...], Field(strict=False, min_length=1)] = Field(
        description="The layers in order, spelt as in Keras."
    )
    compile: Compile = Field(default=Compile.model_construct(), description="Optimizer, loss and metrics.")
    data: Data | None = Field(default=None, description="Where rows come from; null when arrays are handed in.")
    fit: Fit = Field(default=Fit.model_construct(), description="Training.")
    evaluate: Evaluate = Field(default=Evaluate.model_construct(), description="Evaluation.")
    predict: Predict = Field(default=Predict.model_construct(), description="Prediction.")
    runtime: Runtime = Field(default=Runtime.model_construct(), description="What the model runs on.")

    def canonical(self) -> str:
        """The spec as JSON: what the file says and no defaults, keys in the language's order."""
        return json.dumps(self.dump(), ensure_ascii=False, separators=(",", ":"))

    def dump(self, *, resolved: bool = False) -> dict[str, object]:
        """The spec as plain data; `resolved` writes every default out."""
        data = self.model_dump(mode="json", by_alias=True, exclude_unset=not resolved)
        data.pop("$schema", None)
        if resolved and self.data is not None and not self.data.source.path:
            data["data"].pop("source")
        return data
