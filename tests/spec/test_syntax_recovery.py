"""How much of a spec the parser still reads after one edit, tried at every place of several specs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lstmc.spec.diagnostics import Span, apply_fixes
from lstmc.spec.syntax import Tree, parse

DESIGN = """{
  "$schema": "./lstmc-spec-1.schema.json",
  "lstmc": 1,
  "name": "air-quality",
  "task": "regression",
  "input": { "timesteps": 24, "features": 8 },
  "layers": [
    { "type": "LSTM", "units": 50 },
    { "type": "LSTM", "units": 25 },
    { "type": "Dense", "units": 1 }
  ],
  "compile": {
    "optimizer": { "type": "SGD", "learning_rate": 0.1, "momentum": 0.3 },
    "loss": "mean_squared_error",
    "metrics": ["mean_absolute_error"]
  },
  "data": {
    "source": "pollution.csv",
    "time": ["year", "month", "day", "hour"],
    "features": ["pm2.5", "DEWP", "TEMP", "PRES", "cbwd"], "target": "pm2.5",
    "window": { "timesteps": 24 },
    "missing": "forward_fill", "categorical": { "cbwd": "one_hot" },
    "scale": "standard",
    "split": { "train": 0.7, "validation": 0.1, "test": 0.2 }
  },
  "fit": { "epochs": 50, "batch_size": 72, "seed": 7,
           "early_stopping": { "monitor": "val_loss", "patience": 5 } },
  "runtime": { "device": "auto" }
}
"""

DEEP = """{
  "lstmc": 1,
  "description": "Reads 5 words, then tags each: noun, verb; 'other' (all else) - see #12.",
  "task": { "kind": "multiclass", "output": "sequence", "classes": ["noun", "verb", "other"] },
  "input": { "timesteps": null, "vocabulary": 20000 },
  "layers": [
    { "type": "Embedding", "input_dim": 20000, "output_dim": 64, "mask_zero": true },
    { "type": "SpatialDropout1D", "rate": 0.25 },
    { "type": "Bidirectional", "layer": { "type": "LSTM", "units": 64, "dropout": 1e-1 }, "merge_mode": "concat" },
    { "type": "Conv1D", "filters": 32, "kernel_size": [5], "padding": "same", "activation": "relu" },
    { "type": "TimeDistributed", "layer": { "type": "Dense", "units": 16,
      "kernel_regularizer": { "type": "L2", "l2": 0.01 }, "activity": [[1, 2], [3, 4]] } },
    { "type": "GRU", "name": "last, but not least", "units": 32, "go_backwards": false },
    { "type": "Dense", "units": 3, "activation": "softmax" }
  ],
  "compile": {
    "optimizer": { "type": "Adam", "learning_rate": { "type": "ExponentialDecay", "decay_steps": 100 } },
    "metrics": ["accuracy", { "type": "F1Score", "average": "macro" }]
  },
  "fit": { "epochs": 20 }
}
"""

TEXTS = {
    "design": DESIGN,
    "design, indented": json.dumps(json.loads(DESIGN), indent=2),
    "design, one line": json.dumps(json.loads(DESIGN)),
    "deep": DEEP,
    "deep, indented": json.dumps(json.loads(DEEP), indent=2),
    "deep, one line": json.dumps(json.loads(DEEP)),
    "deep, compact": json.dumps(json.loads(DEEP), separators=(",", ":")),
}


@dataclass(frozen=True)
class Change:
    """An edit: `text[at:end]` becomes `new`."""

    at: int
    end: int
    new: str

    def apply(self, text: str) -> str:
        return text[: self.at] + self.new + text[self.end :]

    def moved(self, span: Span) -> Span | None:
        """Where a span lies afterwards; `None` when the edit is inside it."""
        if span.end <= self.at:
            return span
        by = len(self.new) - (self.end - self.at)
        return Span(span.start + by, span.end + by) if span.start >= self.end else None


def layers_of(tree: Tree) -> dict[Span, object]:
    layers = tree.at(("layers",))
    if layers is None:
        return {}
    types = {item.span: [m.value.value for m in item.members if m.key == "type"][:1] for item in layers.items}
    return {span: names[0] for span, names in types.items() if names}


@dataclass
class Shares:
    """Layers outside of the edits that keep type and span, and edits reported as one mistake."""

    layers: int = 0
    kept: int = 0
    edits: int = 0
    single: int = 0


def shares(text: str, changes: Iterator[Change]) -> Shares:
    whole = layers_of(parse(text))
    count = Shares()
    for change in changes:
        tree = parse(change.apply(text))
        count.edits += 1
        count.single += len(tree.diagnostics) == 1
        found = layers_of(tree)
        for span, name in whole.items():
            if moved := change.moved(span):
                count.layers += 1
                count.kept += found.get(moved) == name
    return count


STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')


def structure(text: str) -> str:
    """The text with its strings blanked out, so that only structural characters remain."""
    return STRINGS.sub(lambda match: " " * len(match[0]), text)


def truncated(text: str) -> Iterator[Change]:
    for at in range(len(text)):
        yield Change(at, len(text), "")


def without_bracket_comma_colon(text: str) -> Iterator[Change]:
    for match in re.finditer(r"[{}\[\],:]", structure(text)):
        yield Change(match.start(), match.end(), "")


def without_quote(text: str) -> Iterator[Change]:
    for match in STRINGS.finditer(text):
        yield Change(match.start(), match.start() + 1, "")
        yield Change(match.end() - 1, match.end(), "")


def as_member(text: str, first: str, last: str) -> Iterator[Change]:
    """The new text as first member of each object, with and without a blank, and as its last one."""
    is_object = [False]
    for match in re.finditer(r"[{}\[\],]", structure(text)):
        match match[0]:
            case "{" | "[" as bracket:
                is_object.append(bracket == "{")
            case "]":
                is_object.pop()
            case "}":
                yield Change(match.start(), match.start(), last)
                is_object.pop()
        if is_object[-1] and match[0] in "{,":
            yield Change(match.end(), match.end(), first)
            yield Change(match.end(), match.end(), " " + first)


def beside_structure(text: str, new: str) -> Iterator[Change]:
    """The new text before and after each structural character."""
    for match in re.finditer(r"[{}\[\],:]", structure(text)):
        yield Change(match.start(), match.start(), new)
        yield Change(match.end(), match.end(), new)


def swapped(text: str) -> Iterator[Change]:
    """Each bracket by the other kind."""
    for match in re.finditer(r"[{}\[\]]", structure(text)):
        yield Change(match.start(), match.end(), dict(zip("{[}]", "[{]}", strict=True))[match[0]])


MEMBERS = {
    "half-typed key": '"uni',
    "half-typed key, line break": '"uni\n',
    "half-typed key, comma": '"uni,',
    "half-typed key, no quotes": "uni",
    "lonely quote": '"',
    "key without colon": '"units"',
    "key without value": '"units":',
    "key without value, line break": '"units":\n',
    "key without value, comma": '"units": ,',
    "half-typed value": '"activation": "ta',
    "opened object": '"new": {',
    "opened list": '"new": [',
}
STRAYS = {"stray {": "{", "stray }": "}", "stray [": "[", "stray ]": "]", "stray ,": ",", "stray :": ":", "junk": "@"}


def changes_of(edit: str, text: str) -> Iterator[Change]:
    if edit in MEMBERS:
        return as_member(text, MEMBERS[edit], ", " + MEMBERS[edit])
    return beside_structure(text, STRAYS[edit]) if edit in STRAYS else EDITS[edit](text)


EDITS = {
    "truncated": truncated,
    "structural character deleted": without_bracket_comma_colon,
    "quote deleted": without_quote,
    "bracket swapped": swapped,
}
KEPT = dict.fromkeys([*EDITS, *MEMBERS], 0.99) | dict.fromkeys(STRAYS, 0.95)
SINGLE = dict.fromkeys([*EDITS, *MEMBERS, *STRAYS], 0.99) | {
    "half-typed key, comma": 0.8,
    "half-typed key, no quotes": 0.7,
    "key without value, comma": 0.8,
    "structural character deleted": 0.98,
    "junk": 0.9,
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("edit", KEPT)
def test_layers_outside_of_one_edit_survive_and_one_mistake_is_told(name: str, edit: str) -> None:
    found = shares(TEXTS[name], changes_of(edit, TEXTS[name]))
    assert found.kept >= KEPT[edit] * found.layers > 0, found
    assert found.single >= SINGLE[edit] * found.edits, found


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("edit", ["quote deleted", "bracket swapped", "stray ,", "stray :"])
def test_the_fix_of_a_typing_mistake_gives_the_text_before_it(name: str, edit: str) -> None:
    right = edits = 0
    for change in changes_of(edit, TEXTS[name]):
        broken = parse(change.apply(TEXTS[name]))
        fixed, _ = apply_fixes(broken.source.text, broken.diagnostics)
        edits += 1
        right += parse(fixed).data() == json.loads(TEXTS[name])
    assert right >= 0.99 * edits > 0
