"""What to say about a name or a key that is not known: what it is elsewhere, or what it most likely means."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .base import Registry, Section, Tagged
from .keras_names import KERAS_NAMES
from .layers import REGISTRY as LAYERS
from .losses import LOSSES
from .metrics import METRICS
from .optimizers import OPTIMIZERS, SCHEDULES
from .other_names import ADVICE, KEY_ADVICE, RENAMED, SAME, TASKS
from .suggestions import Suggestion, folded, suggest
from .weights import CONSTRAINTS, INITIALIZERS, REGULARIZERS

REGISTRIES: Mapping[str, Registry] = {
    registry.kind: registry
    for registry in (LAYERS, OPTIMIZERS, SCHEDULES, LOSSES, METRICS, INITIALIZERS, REGULARIZERS, CONSTRAINTS)
}
_QUALIFIED = re.compile(r"(?:tf\.|tensorflow\.)?keras\.(?:[A-Za-z_]+\.)*([A-Za-z_0-9]+)")
_CALL = re.compile(r"(?:[A-Za-z_]+\.)*([A-Za-z_0-9]+)\(.*\)", re.DOTALL)
_LONGEST_CALL = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say about an unknown name or key.

    Attributes:
        help: what to do; empty where nothing is known but the names there are.
        replacement: what to write instead; None where that is not one value.
        certain: whether the replacement is the only thing that can be meant.
        message: what is wrong; empty for "unknown …".
        unsupported: whether it is a name that Keras has and lstmc does not.
    """

    help: str = ""
    replacement: object = None
    certain: bool = False
    message: str = ""
    unsupported: bool = False


def about_name(kind: str, written: str, names: Mapping[str, str], *, types: bool = False) -> Answer:
    """What to say about `written`, which is none of `names`.

    Args:
        kind: what is named: `layer`, `loss`, `activation`.
        written: the name as written.
        names: from every name that may be written to what it means.
        types: whether it is the `type` of an object, where the meaning itself is written.
    """
    if match := _QUALIFIED.fullmatch(written):
        written = str(match[1])
        if written in names:
            return _suggesting(Suggestion((names[written] if types else written,), certain=True))
    if len(written) <= _LONGEST_CALL and (match := _CALL.fullmatch(written)):
        return _about_call(kind, match[1], written, names, types=types)
    word = folded(written)
    if all(folded(name) != word for name in names):
        meant = SAME.get(kind, {}).get(word)
        if meant is not None and meant in names:
            return _suggesting(Suggestion((names[meant] if types else meant,), certain=True))
        if answer := _about_other(kind, written, word):
            return answer
    others = {*SAME.get(kind, ()), *ADVICE.get(kind, ()), *KERAS_NAMES.get(kind, ())}
    found = suggest(written, names, others=others)
    if found.names:
        written_so = tuple(dict.fromkeys(names[name] for name in found.names)) if types else found.names
        return _suggesting(Suggestion(written_so, found.certain))
    unsupported = suggest(written, KERAS_NAMES.get(kind, ()), complete=False).names
    if unsupported:
        return Answer(f"`{unsupported[0]}` is a Keras {kind} that lstmc does not support yet")
    return Answer()


def about_task(written: str, names: tuple[str, ...]) -> Answer:
    """As `about_name`, of the kind of a task."""
    meant = tuple(name for name in TASKS.get(folded(written), ()) if name in names)
    return _suggesting(Suggestion(meant, len(meant) == 1)) if meant else about_option(written, names)


def about_option(written: str, names: tuple[str, ...]) -> Answer:
    """As `about_name`, of a value that is one of a few words."""
    return _suggesting(suggest(written, names))


def about_key(key: str, owner: type[Section]) -> Answer:
    """What to say about a key that `owner` does not have."""
    names = known_keys(owner)
    word = folded(key)
    if word not in {folded(name) for name in names}:
        advice = _key_advice(owner)
        if word in advice:
            return Answer(advice[word])
        for name, words in RENAMED.items():
            if word in words and name in names:
                return Answer(_did_you_mean((name,)), name, certain=True)
        if owner.__name__ == "Fit" and word in _forms("callback"):
            return Answer(advice["callbacks"], message=_not_supported("callback", key), unsupported=True)
        if elsewhere := places_of(key):
            return Answer(f"it is a key of {_listed([f'`{place}`' for place in elsewhere[:3]], 'and')}")
    others = {*_key_advice(owner), *(word for name, words in RENAMED.items() if name in names for word in words)}
    found = suggest(key, names, others=others)
    if not found.names:
        return Answer()
    return Answer(_did_you_mean(found.names), found.names[0] if len(found.names) == 1 else None, found.certain)


def known_keys(owner: type[Section]) -> list[str]:
    """The keys of a section, as they are written."""
    return [field.alias or name for name, field in owner.model_fields.items() if name not in owner.later()]


def places_of(key: str) -> tuple[str, ...]:
    """The sections of a spec that have a key, by their paths: `fit.early_stopping`."""
    return _places().get(key, ())


@cache
def _places() -> Mapping[str, tuple[str, ...]]:
    from .model import Spec

    found: dict[str, tuple[str, ...]] = {}
    for path, section in _sections(Spec, ""):
        for key in known_keys(section):
            found[key] = (*found.get(key, ()), path)
    for key in known_keys(OPTIMIZERS.classes["Adam"]):
        found[key] = (*found.get(key, ()), "compile.optimizer")
    for key in ("type", "name", "trainable", "seed", "$schema"):
        found.pop(key, None)
    return found


def _sections(owner: type[Section], path: str) -> Iterator[tuple[str, type[Section]]]:
    """The sections inside of `owner`, with their paths."""
    for name, field in owner.model_fields.items():
        for section in _classes_in((*field.metadata, field.annotation)):
            place = f"{path}.{name}" if path else name
            yield place, section
            yield from _sections(section, place)


def _classes_in(parts: tuple[object, ...]) -> Iterator[type[Section]]:
    for part in parts:
        if isinstance(part, type) and issubclass(part, Section) and not issubclass(part, Tagged):
            yield part
        yield from _classes_in(getattr(part, "__args__", ()))


def _key_advice(owner: type[Section]) -> dict[str, str]:
    found: dict[str, str] = {}
    for cls in owner.__mro__:
        found |= {**KEY_ADVICE.get(cls.__name__, {}), **found}
    return found


def _about_other(kind: str, written: str, word: str) -> Answer | None:
    """What to say of a word with a meaning of its own, which no other name may take the place of."""
    advice = ADVICE.get(kind, {}).get(word, "")
    if word in _forms(kind):
        help_ = advice or f"use another {kind}"
        return Answer(help_, message=_not_supported(kind, written), unsupported=True)
    if advice:
        return Answer(advice)
    for other in (*REGISTRIES, "activation"):
        if other != kind and word in _forms(other):
            return Answer(f"{_a(kind)} is expected here", message=f"{_quoted(written)} is {_a(other)}, not {_a(kind)}")
    return None


@cache
def _forms(kind: str) -> frozenset[str]:
    """The names of a kind that Keras or lstmc has, as `folded` writes them."""
    registry = REGISTRIES.get(kind)
    own = {*registry.classes, *registry.aliases} if registry else set()
    return frozenset(folded(name) for name in own | KERAS_NAMES.get(kind, frozenset()))


def _about_call(kind: str, name: str, written: str, names: Mapping[str, str], *, types: bool) -> Answer:
    """What to say of a call as Python writes it: `Adam(lr=0.01)`."""
    registry = REGISTRIES.get(kind)
    known = name if name in names else next(iter(suggest(name, names).names), "")
    if registry is None or not known:
        return Answer('write an object: `{ "type": "…" }`')
    type_ = names[known]
    arguments = _arguments(written[written.index(name) :], registry.classes[type_])
    content: dict[str, Any] = {"type": type_, **(arguments or {})}
    text = json.dumps(content, ensure_ascii=False)
    return Answer(f"write `{text}`", content if arguments is not None and not types else None)


def _arguments(call: str, cls: type[Tagged]) -> dict[str, Any] | None:
    """The arguments of a call as JSON values; None where they are something else."""
    try:
        parsed = ast.parse(call, mode="eval").body
        assert isinstance(parsed, ast.Call)
        given = {word.arg or "": ast.literal_eval(word.value) for word in parsed.keywords}
        positional = [ast.literal_eval(value) for value in parsed.args]
        json.dumps(given)
    except (ValueError, SyntaxError, TypeError, AssertionError, MemoryError, RecursionError):
        return None
    own = [key for key in cls.__annotations__ if key != "type"]
    if len(positional) > min(len(own), 1):
        return None
    found = dict(zip(own, positional, strict=False))
    for key, value in given.items():
        answer = Answer(replacement=key) if key in cls.model_fields else about_key(key, cls)
        if not isinstance(answer.replacement, str):
            return None
        found[answer.replacement] = value
    return found


def _suggesting(found: Suggestion) -> Answer:
    if not found.names:
        return Answer()
    help_ = f"did you mean {_listed([_quoted(name) for name in found.names])}?"
    return Answer(help_, found.names[0] if len(found.names) == 1 else None, found.certain)


def _did_you_mean(names: tuple[str, ...]) -> str:
    return f"did you mean {_listed([f'`{name}`' for name in names])}?"


def _listed(names: list[str], joined: str = "or") -> str:
    return f"{', '.join(names[:-1])} {joined} {names[-1]}" if len(names) > 1 else names[0]


def _not_supported(kind: str, written: str) -> str:
    return f"`{written}` is a Keras {kind} that lstmc does not support yet"


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
