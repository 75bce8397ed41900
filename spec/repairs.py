"""What each move of a repair does to the tree in the making, and what it reports.

The moves are those of `recovery`, which tries them on the grammar alone before one is made here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .builder import Builder, Frame
from .diagnostics import Edit, Related, Span
from .recovery import AFTER_COMMA, AFTER_VALUE, BEFORE_VALUE, OTHER, STEPS
from .scalars import quoted, shown
from .tokens import BARE
from .tree import Node

CLOSER = {"{": "}", "[": "]"}
NAME = {"{": "object", "[": "list", "}": "object", "]": "list"}
_BEGUN_BY = {"{": ("object",), "s": ("string",), "v": ("number", "literal")}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What one move of a repair reports; `edits` is `None` where nothing can be proposed."""

    code: str
    message: str
    span: Span
    help: str
    edits: tuple[Edit, ...] | None
    label: str = ""
    related: tuple[Related, ...] = ()


def unclosed(builder: Builder, frame: Frame) -> Related:
    """Points at the bracket that is not closed."""
    span = builder.tokens.span(frame.token) if frame.token >= 0 else Span(frame.start, frame.start)
    return Related(span, f"this {NAME[frame.bracket]} is not closed")


def close_brackets(builder: Builder, count: int) -> Mistake:
    """Closes the `count` innermost brackets in front of the current token."""
    after_comma = builder.state in ("key", "item")
    frames = builder.frames[: -count - 1 : -1]
    end = frames[0].end
    related = tuple(unclosed(builder, frame) for frame in frames)
    closers = "".join(CLOSER[frame.bracket] for frame in frames)
    for frame in frames:
        builder.finish(frame.end, closed=False)
    if after_comma:
        builder.state = AFTER_COMMA[builder.frames[-1].bracket]
    message = f"`{closers}` is missing before `{builder.tokens.shown(builder.at)}`"
    edits = _insert(end, closers)
    return Mistake("LC111", message, builder.span, f"write `{closers}`", edits, "not closed before this", related)


def _insert(at: int, text: str) -> tuple[Edit, ...]:
    return (Edit(Span(at, at), text),)


def _comma(builder: Builder) -> Mistake:
    builder.flush()
    builder.state = AFTER_COMMA[builder.frames[-1].bracket]
    message = f"a comma is missing before `{builder.tokens.shown(builder.at)}`"
    edits = _insert(builder.tokens.ends[builder.at - 1], ",")
    return Mistake("LC107", message, builder.span, "put a comma before it", edits)


def _drop_comma(builder: Builder) -> Mistake:
    builder.state = AFTER_VALUE[builder.frames[-1].bracket]
    span = builder.tokens.span(builder.at - 1)
    return Mistake("LC108", "a comma too many", span, "remove it", (Edit(span, ""),))


def _colon(builder: Builder) -> Mistake:
    span = builder.span
    message = f"a colon is missing after `{builder.tokens.shown(builder.at)}`"
    edits = _insert(span.end, ":")
    if builder.kind == BARE:
        edits = (Edit(span, quoted(builder.tokens.text[span.start : span.end]) + ":"),)
    builder.take_key(span.end)
    builder.retract(span)
    builder.at += 1
    builder.state = "value"
    return Mistake("LC110", message, span, "put a colon after the key", edits)


def _no_value(builder: Builder) -> Mistake:
    frame = builder.frames[-1]
    message = f"the key `{shown(quoted(frame.key or ''))}` has no value"
    builder.flush()
    builder.state = "member_done"
    return Mistake("LC109", message, frame.key_span, "write the value, or remove the key", None)


def _no_key(builder: Builder) -> Mistake:
    message = f"a key is missing before `{builder.tokens.shown(builder.at)}`"
    mistake = Mistake("LC106", message, builder.span, "write a key in double quotes", None)
    builder.at += builder.kind == ":"
    builder.state = "value"
    return mistake


def _close(builder: Builder) -> Mistake:
    table = AFTER_COMMA if builder.state in ("key", "item") else AFTER_VALUE
    outer = [frame.bracket for frame in builder.frames[-2::-1]]
    fitting = (count for count, bracket in enumerate(outer, 1) if builder.kind in STEPS[table[bracket]])
    return close_brackets(builder, next(fitting))


def _close_with_comma(builder: Builder) -> Mistake:
    builder.state = AFTER_COMMA[builder.frames[-1].bracket]
    mistake = _close(builder)
    (edit,) = mistake.edits or ()
    edits = (Edit(edit.span, edit.text + ","),)
    return Mistake("LC111", mistake.message, mistake.span, mistake.help, edits, mistake.label, mistake.related)


def _open(builder: Builder, bracket: str) -> Mistake:
    span = builder.span
    builder.push(bracket, span.start)
    message = f"`{bracket}` is missing before `{builder.tokens.shown(builder.at)}`"
    label = f"the {NAME[bracket]} begins here"
    return Mistake("LC124", message, span, f"write `{bracket}`", _insert(span.start, bracket), label)


def _object(builder: Builder) -> Mistake:
    return _open(builder, "{")


def _list(builder: Builder) -> Mistake:
    return _open(builder, "[")


def _wrap(builder: Builder) -> Mistake:
    """The value before the current token turns out to be the first item of a list."""
    state = "item" if builder.state == "key" else "item_done"
    member = builder.frames[-1].members.pop()
    first = member.value
    start = first.span.start
    frame = builder.frames[-1]
    frame.key, frame.key_span, frame.key_counts = member.key, member.key_span, False
    if _continues(first, builder.kind):
        builder.push("[", start).items.extend(first.items)
        builder.state = state
        span = Span(first.span.end - 1, first.span.end)
        return Mistake("LC124", "`]` closes the list too early", span, "remove it", (Edit(span, ""),))
    builder.push("[", start).items.append(first)
    builder.state = state
    span = Span(start, start + 1)
    message = f"`[` is missing after `{shown(quoted(member.key))}`"
    return Mistake("LC124", message, span, "write `[`", _insert(start, "["), "the list begins here")


def _continues(node: Node, kind: str) -> bool:
    """Whether a token begins another item like the last one of a list."""
    if node.kind != "array" or not node.items or not node.closed:
        return False
    return node.items[-1].kind in _BEGUN_BY.get(kind, ())


def _skip(builder: Builder) -> Mistake:
    span, kind, found = builder.span, builder.kind, builder.tokens.shown(builder.at)
    builder.at += 1
    edits = (Edit(span, ""),)
    if kind in "}]":
        return Mistake("LC124", f"`{found}` closes nothing", span, "remove it", edits)
    return Mistake(_code(found), f"`{found}` has no place here", span, "remove it", edits)


def _swap(builder: Builder) -> Mistake:
    span, frame = builder.span, builder.frames[-1]
    closer = CLOSER[frame.bracket]
    message = f"`{builder.kind}` cannot close what `{frame.bracket}` opened"
    opener = Span(frame.start, frame.start + 1)
    builder.finish(span.end, closed=True)
    builder.at += 1
    related = (Related(opener, "opened here"),)
    return Mistake("LC124", message, span, f"write `{closer}`", (Edit(span, closer),), related=related)


def _as_item(builder: Builder) -> Mistake:
    span = builder.tokens.span(builder.at + 1)
    builder.take_scalar()
    builder.at += 2
    builder.state = "item"
    message = "a colon between the items of a list"
    return Mistake("LC106", message, span, "write a comma", (Edit(span, ","),))


def _as_value(builder: Builder) -> Mistake:
    span = builder.tokens.span(builder.at + 1)
    builder.take_scalar()
    builder.at += 2
    builder.state = AFTER_VALUE[builder.frames[-1].bracket]
    return Mistake("LC106", "a colon after a value", span, "remove it", (Edit(span, ""),))


def _revalue(builder: Builder) -> Mistake:
    """The value that was read does not belong there: the one that follows is meant."""
    frame = builder.frames[-1]
    member = frame.members.pop()
    frame.key, frame.key_span, frame.key_counts = member.key, member.key_span, False
    builder.state = "value"
    builder.retract(member.value.span)
    found = builder.tokens.shown(builder.at - 1)
    message = f"`{found}` stands before the value of `{shown(quoted(member.key))}`"
    span = builder.tokens.span(builder.at - 1)
    return Mistake("LC106", message, span, "remove it", (Edit(span, ""),))


def _rejoin(builder: Builder) -> Mistake:
    """An object was closed, and more of its members follow."""
    frame = builder.frames[-1]
    member = frame.members.pop()
    frame.key, frame.key_span, frame.key_counts = member.key, member.key_span, False
    value = member.value
    inner = builder.push("{", value.span.start)
    inner.members.extend(value.members)
    inner.seen.update((member.key, member.key_span) for member in reversed(value.members))
    span = Span(max(value.span.end - 1, value.span.start), value.span.end)
    return Mistake("LC124", "`}` closes the object too early", span, "remove it", (Edit(span, ""),))


def _key_past(builder: Builder) -> Mistake:
    """A key, and one token too many before its colon."""
    span, found = builder.tokens.span(builder.at + 1), builder.tokens.shown(builder.at + 1)
    builder.take_key(builder.tokens.ends[builder.at + 2])
    builder.at += 3
    builder.state = "value"
    message = f"`{found}` stands between a key and its colon"
    return Mistake(_code(found), message, span, "remove it", (Edit(span, ""),))


def _colon_for_comma(builder: Builder) -> Mistake:
    span = builder.tokens.span(builder.at + 1)
    builder.take_key(span.end)
    builder.at += 2
    builder.state = "value"
    return Mistake("LC110", "a comma stands where a colon belongs", span, "write a colon", (Edit(span, ":"),))


def _unopen(builder: Builder) -> Mistake:
    frame = builder.frames.pop()
    span = Span(frame.start, frame.start + (frame.token >= 0))
    builder.state = BEFORE_VALUE[builder.frames[-1].bracket if builder.frames else ""]
    return Mistake("LC124", f"`{frame.bracket}` opens nothing", span, "remove it", (Edit(span, ""),))


def _retype(builder: Builder) -> Mistake:
    frame = builder.frames.pop()
    span, bracket = Span(frame.start, frame.start + (frame.token >= 0)), OTHER[frame.bracket]
    builder.push(bracket, frame.start, frame.token)
    message = f"`{frame.bracket}` stands where `{bracket}` belongs"
    return Mistake("LC124", message, span, f"write `{bracket}`", (Edit(span, bracket),))


def _code(found: str) -> str:
    return {",": "LC108"}.get(found, "LC124" if found in "{}[]" else "LC106")


MAKE: dict[str, Callable[[Builder], Mistake]] = {
    "comma": _comma,
    "drop_comma": _drop_comma,
    "colon": _colon,
    "no_value": _no_value,
    "no_key": _no_key,
    "close": _close,
    "close_with_comma": _close_with_comma,
    "object": _object,
    "list": _list,
    "wrap": _wrap,
    "skip": _skip,
    "swap": _swap,
    "as_item": _as_item,
    "as_value": _as_value,
    "revalue": _revalue,
    "rejoin": _rejoin,
    "key_past": _key_past,
    "colon_for_comma": _colon_for_comma,
    "unopen": _unopen,
    "retype": _retype,
}
"""Every move of `recovery.MOVES`, made on the tree."""
