"""What a misspelt name most likely means: the one rule behind every "did you mean".

A suggestion is certain, so that `lstmc check --fix` may write it, only when the word is one edit away from exactly
one name: a character inserted, deleted or substituted, or two neighbours transposed (Damerau, 1964). Case, `_` and
`-` count as no edit. Anything further away is a suggestion to read, never one to apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_LONGEST = 64
_SHORTEST_FOR_ONE_EDIT = 3
_SHORTEST_FOR_TWO_EDITS = 6
_SHORTEST_PREFIX = 4
_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The names that a word may mean, the likeliest first; `certain` when it can only mean the first."""

    names: tuple[str, ...] = ()
    certain: bool = False


def suggest(
    written: str, known: Iterable[str] | Mapping[str, str], *, others: Iterable[str] = (), complete: bool = True
) -> Suggestion:
    """The names of `known` that `written` may mean.

    Args:
        written: the word.
        known: the names; of a mapping, from a name to what it means: two names of one meaning are no alternatives.
        others: names with a meaning of their own that are not suggested; a word as close to one of them is uncertain.
        complete: whether names that begin with the word are suggested.

    >>> suggest("Adma", ["Adam", "Adamax", "AdamW"])
    Suggestion(names=('Adam',), certain=True)
    >>> suggest("Adamx", ["Adam", "Adamax", "AdamW"])
    Suggestion(names=('Adam', 'Adamax', 'AdamW'), certain=False)
    """
    meanings = dict(known) if isinstance(known, Mapping) else {name: name for name in known}
    word = folded(written)
    if not word or len(written) > _LONGEST:
        return Suggestion()
    forms = {name: folded(name) for name in meanings}
    for is_near in (str.__eq__, one_edit_apart) if len(word) >= _SHORTEST_FOR_ONE_EDIT else (str.__eq__,):
        near = [name for name, form in forms.items() if is_near(word, form)]
        if near:
            names = _one_each(written, near, meanings)
            rivals = any(is_near(word, folded(other)) and other not in meanings for other in others)
            return Suggestion(names[:_MOST_NAMES], certain=len(names) == 1 and not rivals)
    if len(word) >= _SHORTEST_FOR_TWO_EDITS:
        near = [name for name, form in forms.items() if len(form) > 3 and _two_edits_apart(word, form)]
        if near:
            return Suggestion(_one_each(written, near, meanings)[:_MOST_NAMES])
    if complete and len(word) >= _SHORTEST_PREFIX:
        near = [name for name, form in forms.items() if form.startswith(word)]
        return Suggestion(_one_each(written, near, meanings)[:_MOST_NAMES])
    return Suggestion()


def nearest(written: str, known: Iterable[str]) -> str:
    """The name that `written` most likely means, or an empty string: for people to read, not to apply."""
    return next(iter(suggest(written, known, complete=False).names), "")


def folded(name: str) -> str:
    """The name without what counts as no difference.

    >>> folded("Early-Stopping") == folded("early_stopping")
    True
    """
    return name.lower().replace("_", "").replace("-", "")


def one_edit_apart(one: str, other: str) -> bool:
    """Whether a single insertion, deletion, substitution or transposition of neighbours makes `other` of `one`.

    >>> one_edit_apart("mea", "mae"), one_edit_apart("rmse", "mse"), one_edit_apart("mea", "mse")
    (True, True, False)
    """
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 2 or one == other:
        return False
    start = _agreeing(one, other)
    one, other = one[start:], other[start:]
    if len(one) == len(other):
        return one[1:] == other[1:] or (one[1::-1] == other[:2] and one[2:] == other[2:])
    return one[1:] == other or one == other[1:]


def _two_edits_apart(one: str, other: str) -> bool:
    """Whether two edits are enough: the Damerau-Levenshtein distance, given up as soon as it exceeds 2."""
    if abs(len(one) - len(other)) > 2:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one):
        following = [i + 1]
        for j, match in enumerate(other):
            cost = min(row[j] + (char != match), row[j + 1] + 1, following[j] + 1)
            if i and j and char == other[j - 1] and one[i - 1] == match:
                cost = min(cost, before[j - 1] + 1)
            following.append(cost)
        if min(following) > 2:
            return False
        before, row = row, following
    return row[-1] <= 2


def _one_each(written: str, names: list[str], meanings: Mapping[str, str]) -> tuple[str, ...]:
    """One name for each meaning, in the spelling that is most like what is written."""
    chosen: dict[str, str] = {}
    for name in names:
        rival = chosen.get(meanings[name])
        if rival is None or _likeness(written, name) > _likeness(written, rival):
            chosen[meanings[name]] = name
    return tuple(chosen.values())


def _likeness(written: str, name: str) -> int:
    """How many characters of a spelling are as written, from its start and from its end."""
    return _agreeing(written, name) + _agreeing(written[::-1], name[::-1])


def _agreeing(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
