"""The grammar of JSON as a table, and which repair lets the rest of a broken text be read furthest.

Each state says which kinds of token may come next. Where none fits, every repair that is listed for the state and
the token is tried on the table alone; the one after which the next mistake comes latest is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from .tokens import ENDS


class Step(NamedTuple):
    """What a token does in a state: an action of the parser, and the state after it."""

    action: str
    state: str


def _values(state: str, loose: str) -> dict[str, Step]:
    scalar, open_object, open_list = Step("scalar", state), Step("open", "first_key"), Step("open", "first_item")
    unsure = Step("scalar", loose)
    return {"{": open_object, "[": open_list, "s": scalar, "v": scalar, "b": unsure, "j": unsure}


_KEY = Step("key", "value")
_KEYS = {"k": _KEY, "B": _KEY, "u": _KEY, "b": Step("stub", "stub")}
_MEMBER_DONE = {",": Step("comma", "key"), "}": Step("close", ""), "j": Step("junk", "loose_member")}
_ITEM_DONE = {",": Step("comma", "item"), "]": Step("close", ""), "j": Step("junk", "loose_item")}
_ITEM = _values("item_done", "loose_item")

STEPS: dict[str, dict[str, Step]] = {
    "start": {**_values("end", "end"), "j": Step("junk", "start")},
    "first_key": {**_KEYS, "}": Step("close", ""), "j": Step("junk", "first_key")},
    "key": {**_KEYS, "j": Step("junk", "key")},
    "value": _values("member_done", "loose_member"),
    "member_done": {**_MEMBER_DONE, "b": _KEYS["b"], "B": _KEY},
    "loose_member": {**_KEYS, **_MEMBER_DONE},
    "stub": {**_KEYS, **_MEMBER_DONE, **_values("member_done", "loose_member"), "b": _KEYS["b"]},
    "first_item": {**_ITEM, "]": Step("close", "")},
    "item": _ITEM,
    "item_done": {**_ITEM_DONE, "b": _ITEM["b"]},
    "loose_item": {**_ITEM, **_ITEM_DONE},
    "end": {"$": Step("done", ""), "j": Step("junk", "end")},
}
"""Per state, what each kind of token (see `Tokens.kinds`) does. "Loose" states follow a token that was already
reported, and forgive a missing comma, as does a string without end; "stub" follows a key that is still being typed."""

AFTER_VALUE = {"{": "member_done", "[": "item_done", "": "end"}
BEFORE_VALUE = {"{": "value", "[": "item", "": "start"}
AFTER_COMMA = {"{": "key", "[": "item"}
AFTER_OPEN = {"{": "first_key", "[": "first_item"}
OTHER = {"{": "[", "[": "{"}

Stack: TypeAlias = "tuple[Stack, str] | tuple[()]"
"""The open brackets, as a linked list with the innermost first: copies cost nothing."""


class Place(NamedTuple):
    """Where a parser stands: the open brackets, the state, the index of the next token."""

    stack: Stack
    state: str
    at: int

    @property
    def bracket(self) -> str:
        """The innermost open bracket, empty outside of all."""
        return self.stack[1] if self.stack else ""


Repair: TypeAlias = tuple[str, ...]
"""Names of moves, applied one after the other."""

SKIP: Repair = ("skip",)


@dataclass(slots=True)
class Recovery:
    """Finds repairs for one text.

    Attributes:
        budget: how many tokens may still be tried; once spent, the first repair that is possible is taken.
    """

    kinds: list[str]
    budget: int = 200_000

    def best(self, place: Place, repairs: Iterable[Repair]) -> tuple[Repair, bool] | None:
        """The repair after which the next mistake comes latest, and whether it alone leaves none."""
        possible = [(repair, after) for repair in repairs if (after := self._apply(repair, place))]
        if not possible or self.budget <= 0:
            return (possible[0][0], False) if possible else None
        reached = [self._worth(repair, after) for repair, after in possible]
        best = max(reached)
        chosen, _ = possible[reached.index(best)]
        return chosen, best == self._all and reached.count(best) == 1

    def _worth(self, repair: Repair, after: Place) -> tuple[int, int]:
        """How far a repair leads; leaving out a bracket is not better because fewer are open then."""
        at, depth = self.reach(after)
        return (at, -len(self.kinds)) if repair == SKIP and (at, depth) != self._all else (at, depth)

    def _apply(self, repair: Repair, place: Place) -> Place | None:
        after: Place | None = place
        for move in repair:
            if after is None:
                break
            after = MOVES[move](self, after)
        return after

    @property
    def _all(self) -> tuple[int, int]:
        return len(self.kinds), 0

    def reach(self, place: Place) -> tuple[int, int]:
        """The index of the token where the next mistake comes, and minus the number of brackets open there."""
        stack, state, at = place
        kinds = self.kinds
        limit = at + self.budget
        while at < limit and (step := STEPS[state].get(kinds[at])):
            action, state = step
            at += 1
            if action == "open":
                stack = (stack, kinds[at - 1])
            elif action == "close":
                stack = stack[0] if stack else ()
                state = AFTER_VALUE[stack[1] if stack else ""]
            elif action == "key":
                at += 1
            elif action == "done":
                return self._all
        self.budget -= at - place.at
        depth = 0
        while stack:
            stack, depth = stack[0], depth - 1
        return at, depth

    def _comma(self, place: Place) -> Place | None:
        return place._replace(state=AFTER_COMMA[place.bracket])

    def _drop_comma(self, place: Place) -> Place | None:
        return place._replace(state=AFTER_VALUE[place.bracket])

    def _colon(self, place: Place) -> Place | None:
        return place._replace(state="value", at=place.at + 1)

    def _no_key(self, place: Place) -> Place | None:
        return place._replace(state="value", at=place.at + (self.kinds[place.at] == ":"))

    def _close(self, place: Place) -> Place | None:
        """Closes as many brackets as it takes for the next token to fit, never the outermost."""
        table = AFTER_COMMA if place.state in ("key", "item") else AFTER_VALUE
        stack = place.stack
        while stack and stack[0]:
            stack = stack[0]
            state = table[stack[1]]
            if self.kinds[place.at] in STEPS[state]:
                return Place(stack, state, place.at)
        return None

    def _close_with_comma(self, place: Place) -> Place | None:
        """Closes as many brackets as it takes for the next token to fit after a comma."""
        return self._close(place._replace(state=AFTER_COMMA[place.bracket]))

    def _open_object(self, place: Place) -> Place | None:
        return Place((place.stack, "{"), "first_key", place.at)

    def _open_list(self, place: Place) -> Place | None:
        return Place((place.stack, "["), "first_item", place.at)

    def _wrap(self, place: Place) -> Place | None:
        return Place((place.stack, "["), "item" if place.state == "key" else "item_done", place.at)

    def _skip(self, place: Place) -> Place | None:
        return place._replace(at=place.at + 1)

    def _swap(self, place: Place) -> Place | None:
        if not place.stack:
            return None
        stack = place.stack[0]
        return Place(stack, AFTER_VALUE[stack[1] if stack else ""], place.at + 1)

    def _key_past(self, place: Place) -> Place | None:
        if self.kinds[place.at + 1] in ENDS or self.kinds[place.at + 2] != ":":
            return None
        return place._replace(state="value", at=place.at + 3)

    def _colon_for_comma(self, place: Place) -> Place | None:
        if self.kinds[place.at + 1] != ",":
            return None
        return place._replace(state="value", at=place.at + 2)

    def _unopen(self, place: Place) -> Place | None:
        stack = place.stack[0] if place.stack else ()
        return Place(stack, BEFORE_VALUE[stack[1] if stack else ""], place.at)

    def _retype(self, place: Place) -> Place | None:
        if not place.stack:
            return None
        bracket = OTHER[place.bracket]
        return Place((place.stack[0], bracket), AFTER_OPEN[bracket], place.at)

    def _revalue(self, place: Place) -> Place | None:
        return place._replace(state="value")

    def _as_value(self, place: Place) -> Place | None:
        return place._replace(state=AFTER_VALUE[place.bracket], at=place.at + 2)

    def _as_item(self, place: Place) -> Place | None:
        return place._replace(state="item", at=place.at + 2)


MOVES: dict[str, Callable[[Recovery, Place], Place | None]] = {
    "comma": Recovery._comma,
    "drop_comma": Recovery._drop_comma,
    "colon": Recovery._colon,
    "no_value": Recovery._drop_comma,
    "no_key": Recovery._no_key,
    "close": Recovery._close,
    "close_with_comma": Recovery._close_with_comma,
    "object": Recovery._open_object,
    "list": Recovery._open_list,
    "wrap": Recovery._wrap,
    "skip": Recovery._skip,
    "swap": Recovery._swap,
    "as_item": Recovery._as_item,
    "as_value": Recovery._as_value,
    "revalue": Recovery._revalue,
    "rejoin": Recovery._open_object,
    "key_past": Recovery._key_past,
    "colon_for_comma": Recovery._colon_for_comma,
    "unopen": Recovery._unopen,
    "retype": Recovery._retype,
}
"""The moves that repairs consist of."""

_NO_COLON: tuple[Repair, ...] = (("colon",), ("colon", "no_value"), ("colon", "no_value", "comma"))
_NO_OPENING: tuple[Repair, ...] = (("unopen",), ("retype",))
_MEMBER_DONE_REPAIRS: dict[str, tuple[Repair, ...]] = {
    "ku": (("comma",), ("close_with_comma",), ("rejoin",)),
    "s": (*(("comma", *repair) for repair in _NO_COLON), ("revalue",), ("close_with_comma",), ("wrap", "comma")),
    "v": (("comma", "colon"), ("revalue",), SKIP, ("close_with_comma",), ("wrap", "comma")),
    "{[": (("close_with_comma",), ("revalue",), ("wrap", "comma")),
    "]": (("close",), ("wrap",), ("swap",)),
}
_ITEM_DONE_REPAIRS: dict[str, tuple[Repair, ...]] = {
    "{[sv": (("comma",), ("close_with_comma",)),
    "kBu": (("comma", "object"), ("close_with_comma",), ("comma", "as_item")),
    "}": (("close",), ("swap",)),
}
_REPAIRS: dict[str, dict[str, tuple[Repair, ...]]] = {
    "start": {"kBu": (("object",),)},
    "first_key": {
        "sv": (*_NO_COLON, ("key_past",), ("colon_for_comma",), *_NO_OPENING),
        "{[": (("no_key",), *_NO_OPENING),
        "]": (("swap",), ("close",), *_NO_OPENING),
        ":": (("no_key",),),
    },
    "key": {
        "sv": (*_NO_COLON, ("key_past",), ("colon_for_comma",), ("wrap",), ("close",)),
        "{": (("close",), ("wrap",)),
        "[": (("wrap",), ("close",)),
        "}": (("drop_comma",),),
        "]": (("drop_comma", "close"), ("drop_comma", "wrap"), ("drop_comma", "swap")),
        ":": (("no_key",),),
    },
    "value": {
        ",}": (("no_value",),),
        "]": (("list",), ("no_value", "close")),
        "kBu": (("no_value", "comma"), ("object",), ("as_value",)),
    },
    "member_done": _MEMBER_DONE_REPAIRS,
    "loose_member": _MEMBER_DONE_REPAIRS,
    "stub": _MEMBER_DONE_REPAIRS,
    "first_item": {
        "kBu": (("object",), ("close_with_comma",), ("as_item",), ("as_value",), *_NO_OPENING),
        "}": (("swap",), ("close",), *_NO_OPENING),
    },
    "item": {
        "kBu": (("object",), ("close",), ("as_item",), ("as_value",)),
        "]": (("drop_comma",),),
        "}": (("drop_comma", "close"), ("drop_comma", "swap")),
    },
    "item_done": _ITEM_DONE_REPAIRS,
    "loose_item": _ITEM_DONE_REPAIRS,
}

REPAIRS: dict[str, dict[str, tuple[Repair, ...]]] = {
    state: {kind: (*repairs, SKIP) for kinds, repairs in rows.items() for kind in kinds}
    for state, rows in _REPAIRS.items()
}
"""Per state and kind of token that does not fit there, the repairs to try, the likeliest first. Leaving the token out
is always the last one, and the only one for those that are not listed."""
