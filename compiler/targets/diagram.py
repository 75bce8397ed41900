"""Plan -> the geometry of its picture: boxes, texts and arrows, computed once for every painter.

Characters are measured by the widest font that a painter may meet, so that no text leaves its box.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from ...spec.base import Tagged
from ...spec.layers import Layer
from ..plan import Inference, Node, Plan, TensorType

Role: TypeAlias = Literal["page", "box", "inner", "unknown", "line", "ink", "muted", "inferred"]
Anchor: TypeAlias = Literal["start", "end"]

TITLE, BODY, SMALL = 16.0, 13.0, 11.5
ADVANCE = 0.61
"""Width of a character in a fixed-width font, in parts of its size."""
PAD, GAP, ROW, EDGE, MARGIN = 14.0, 26.0, 18.0, 40.0, 24.0
LONGEST = 66
"""Characters of a line of detail; longer ones are broken."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with round corners; `unknown` ones are dashed."""

    x: float
    y: float
    width: float
    height: float
    role: Role


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text whose baseline begins, or ends, at `x`, `y`."""

    x: float
    y: float
    content: str
    size: float = BODY
    role: Role = "ink"
    anchor: Anchor = "start"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the bottom of one box straight down to the top of the next."""

    x: float
    top: float
    bottom: float


Part: TypeAlias = Box | Text | Arrow


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture of `width` by `height`, its origin at the top left, and what to paint in this order."""

    width: float
    height: float
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line inside a box: plain text, or what was inferred, with a mark in front of it and its rule below."""

    content: str
    role: Role = "ink"

    @property
    def indent(self) -> float:
        """Room for the mark."""
        return 0.0 if self.role == "ink" else PAD


@dataclass(frozen=True, slots=True)
class Card:
    """What a box says, before it has a place: a head with a right-hand side, lines, a layer inside."""

    head: str
    name: str = ""
    right: str = ""
    lines: tuple[Line, ...] = ()
    inner: tuple[Card, ...] = ()
    known: bool = True

    @property
    def width(self) -> float:
        """The least width that everything fits in."""
        head = _width(self.head, BODY) + _width(self.name, BODY) + _width(self.right, SMALL)
        beside = (bool(self.name) + bool(self.right)) * GAP / 2
        lines = [_width(line.content, SMALL) + line.indent for line in self.lines]
        return 2 * PAD + max([head + beside, *lines, *(card.width for card in self.inner)])

    @property
    def height(self) -> float:
        """The height of head, lines and what is inside."""
        inside = sum(card.height + PAD / 2 for card in self.inner)
        return PAD * 1.4 + ROW * (1 + len(self.lines)) + inside


def diagram(plan: Plan) -> Diagram:
    """The layers of `plan` from input to objective, as far as they are known."""
    cards = [_input(plan), *(_layer(node) for node in plan.nodes), _objective(plan)]
    edges = [plan.input, *(node.output for node in plan.nodes)]
    size = f"{plan.parameters:,} parameters ({4 * plan.parameters / 1024:,.1f} KiB)"
    widest = max(card.width for card in cards)
    inner = max(widest, _width(f"{plan.name}: {plan.kind}", TITLE), _width(size, SMALL))
    parts: list[Part] = [
        Text(MARGIN, MARGIN + TITLE, f"{plan.name}: {plan.kind}", TITLE, bold=True),
        Text(MARGIN, MARGIN + TITLE + ROW, size, SMALL, "muted"),
    ]
    y = MARGIN + TITLE + ROW + PAD
    for i, card in enumerate(cards):
        parts += _placed(card, MARGIN, y, inner)
        y += card.height
        if i < len(edges):
            parts += _edge(edges[i], MARGIN + inner / 2, y)
            y += EDGE
    if any(part.role == "inferred" for part in parts if isinstance(part, Text)):
        parts += [
            Text(MARGIN, y + ROW * 1.2, "●", SMALL, "inferred"),
            Text(MARGIN + PAD, y + ROW * 1.2, "not in the file: inferred by lstmc", SMALL, "muted"),
        ]
        y += ROW * 1.2
    return Diagram(round(inner + 2 * MARGIN), round(y + MARGIN), f"{plan.name}: {plan.kind}", tuple(parts))


def _placed(card: Card, x: float, y: float, width: float, role: Role = "box") -> Iterator[Part]:
    yield Box(x, y, width, card.height, role if card.known else "unknown")
    base = y + PAD * 0.5 + ROW * 0.85
    yield Text(x + PAD, base, card.head, BODY, bold=True)
    if card.name:
        yield Text(x + PAD + _width(card.head, BODY) + GAP / 2, base, card.name, BODY, "muted")
    if card.right:
        yield Text(x + width - PAD, base, card.right, SMALL, "muted", "end")
    for line in card.lines:
        base += ROW
        if line.role == "inferred":
            yield Text(x + PAD, base, "●", SMALL, "inferred")
        yield Text(x + PAD + line.indent, base, line.content, SMALL, line.role)
    base += PAD * 0.7
    for inner in card.inner:
        yield from _placed(inner, x + PAD / 2, base, width - PAD, "inner")
        base += inner.height + PAD / 2


def _edge(type_: TensorType | None, x: float, y: float) -> Iterator[Part]:
    yield Arrow(x, y + 2, y + EDGE - 2)
    shown = f"{type_ or 'shape not known'}{' masked' if type_ and type_.masked else ''}"
    yield Text(x + PAD * 0.8, y + EDGE / 2 + SMALL * 0.35, shown, SMALL, "muted")


def _width(text: str, size: float) -> float:
    return len(text) * size * ADVANCE


def _input(plan: Plan) -> Card:
    match plan.input.dims if plan.input else None:
        case None:
            what = ""
        case (steps, features):
            what = f"{_count(steps, 'timestep')} of {_count(features, 'feature')}"
        case dims:
            what = " × ".join("any" if dim is None else str(dim) for dim in dims)
    found = _inferred(i for i in plan.inferred if i.key.split(".")[0] == "input")
    return Card("input", right=what, lines=tuple(found), known=plan.input is not None)


def _count(number: int | None, word: str) -> str:
    return f"any number of {word}s" if number is None else f"{number:,} {word}{'s' if number != 1 else ''}"


def _layer(node: Node) -> Card:
    card = _described(node.layer, {inference.key for inference in node.inferred})
    known = node.output is not None
    right = _count(node.parameters, "parameter") if known else ""
    inferred = _inferred(i for i in node.inferred if i.key != "name")
    return replace(card, name=node.name, right=right, lines=(*card.lines, *inferred), known=known)


def _described(layer: Layer, inferred: Iterable[str] = ()) -> Card:
    """A layer with its arguments that differ from Keras's, and the layers that it wraps."""
    stated = {
        key: value
        for key, value in layer.arguments().items()
        if key not in (*inferred, "name") and value != _default(layer, key)
    }
    inside = tuple(replace(_described(v), name=key) for key, v in stated.items() if isinstance(v, Layer))
    pairs = [f"{key} = {_value(value)}" for key, value in stated.items() if not isinstance(value, Layer)]
    return Card(layer.type, lines=tuple(Line(text) for text in _joined(pairs)), inner=inside)


def _objective(plan: Plan) -> Card:
    """Loss, metrics and optimizer; those that the file does not state with the rule that gave them."""
    inferred = [inference for inference in plan.inferred if inference.key.startswith("compile.")]
    stated = {
        "loss": _value(plan.loss) if plan.loss else "not known",
        "metrics": ", ".join(metric.key for metric in plan.metrics),
        "optimizer": _value(plan.optimizer) if plan.optimizer else "",
    }
    pairs = [f"{k} = {v}" for k, v in stated.items() if v and f"compile.{k}" not in {i.key for i in inferred}]
    shown = [Line(part) for pair in pairs for part in _wrapped(pair)]
    return Card("objective", right=plan.kind, lines=(*shown, *_inferred(inferred)), known=plan.loss is not None)


def _inferred(inferences: Iterable[Inference]) -> Iterator[Line]:
    for inference in inferences:
        head, *rest = _wrapped(f"{inference.key.removeprefix('compile.')} = {_value(inference.value)}")
        yield Line(head, "inferred")
        yield from (Line(part, "muted") for part in [*rest, *_wrapped(f"since {inference.rule}")])


def _joined(pairs: Iterable[str]) -> list[str]:
    """Pairs side by side as long as a line holds them."""
    lines: list[str] = []
    for pair in pairs:
        if lines and len(lines[-1]) + len(pair) + 3 <= LONGEST:
            lines[-1] += f" · {pair}"
        else:
            lines += _wrapped(pair)
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, LONGEST, subsequent_indent="  ")


def _default(part: Tagged, key: str) -> Any:
    return type(part).model_fields[key].get_default(call_default_factory=True)


def _value(value: Any) -> str:
    """A value as the spec would have it, an object as a call."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case Tagged():
            pairs = {key: found for key, found in value.arguments().items() if found != _default(value, key)}
            inside = ", ".join(f"{key}={_value(found)}" for key, found in pairs.items())
            return f"{value.type}({inside})" if inside else value.type
        case float():
            return f"{value:g}"
    return str(value)
