"""The parser: values and spans of valid text, one diagnostic a mistake, and no text that it cannot bear."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lstmc.spec.codes.text import TEXT
from lstmc.spec.diagnostics import Diagnostic, Span, apply_fixes
from lstmc.spec.syntax import MAX_BYTES, MAX_DEPTH, MISSING, Node, Tree, parse, read

SPEC = """{
  "lstmc": 1, "name": "air-quality", "description": "C:\\\\data, \\u00e9: \\ud83d\\ude00",
  "input": { "timesteps": 24, "features": null },
  "layers": [
    { "type": "LSTM", "units": 50, "dropout": 1.5e-1, "stateful": false },
    { "type": "Bidirectional", "layer": { "type": "GRU", "units": -0 }, "merge_mode": "" },
    { "type": "Dense", "units": 1, "kernel": [[1, 2], [], {}] }
  ],
  "compile": { "loss": "mse", "metrics": ["mae", "r2"] }
}
"""


@dataclass(frozen=True)
class Case:
    """A mistake: its code, the text, line and column of the report, and the text after `--fix`."""

    code: str
    text: str | bytes
    line: int
    column: int
    fixed: str | None = None


CASES = [
    Case("LC101", b'{ "lstmc": 1,\n  "name": "caf\xe9" }', 2, 15),
    Case("LC101", '{ "lstmc": 1 }'.encode("utf-16"), 1, 1),
    Case("LC101", '{ "lstmc": 1 }'.encode("utf-16-le"), 1, 1),
    Case("LC101", b"[\xff]", 1, 2),
    Case("LC102", b'\xef\xbb\xbf{ "lstmc": 1 }', 1, 1, '{ "lstmc": 1 }'),
    Case("LC102", '\ufeff{ "lstmc": 1 }', 1, 1, '{ "lstmc": 1 }'),
    Case("LC104", "[" * 65 + "]" * 65, 1, 65),
    Case("LC104", "[" * 100_000, 1, 65),
    Case("LC104", '{"a":' * 65 + "1" + "}" * 65, 1, 65 * 5 - 4),
    Case("LC105", "", 1, 1),
    Case("LC105", " \n ", 2, 2),
    Case("LC106", '{ "units": @ }', 1, 12),
    Case("LC106", '{ "units":\u00a050 }', 1, 11, '{ "units": 50 }'),
    Case("LC106", '{ "size": (24, 8) }', 1, 11, '{ "size": [24, 8] }'),
    Case("LC106", '{ "name": "air"" }', 1, 16, '{ "name": "air" }'),
    Case("LC106", '["units": 50]', 1, 9, '["units", 50]'),
    Case("LC106", '{ "units": 50: }', 1, 14, '{ "units": 50 }'),
    Case("LC106", '{ "units":: 50 }', 1, 11, '{ "units": 50 }'),
    Case("LC106", "{ : 50 }", 1, 3),
    Case("LC107", '{ "units": 50 "dropout": 0.2 }', 1, 15, '{ "units": 50, "dropout": 0.2 }'),
    Case("LC107", "[1 2]", 1, 4, "[1, 2]"),
    Case("LC107", '["a" "b"]', 1, 6, '["a", "b"]'),
    Case("LC107", "[{} {}]", 1, 5, "[{}, {}]"),
    Case("LC107", '{ "units": 50; "rate": 1 }', 1, 14, '{ "units": 50, "rate": 1 }'),
    Case("LC108", '{ "units": 50, }', 1, 14, '{ "units": 50 }'),
    Case("LC108", "[1,,2]", 1, 4, "[1,2]"),
    Case("LC108", "[1,,]", 1, 3, "[1]"),
    Case("LC108", "[,1]", 1, 2, "[1]"),
    Case("LC108", '{ "units", : 50 }', 1, 10, '{ "units" : 50 }'),
    Case("LC109", '{ "units":  }', 1, 3),
    Case("LC109", '{ "units": , "rate": 1 }', 1, 3),
    Case("LC109", '{ "units": "rate": 1 }', 1, 3),
    Case("LC110", '{ "units" 50 }', 1, 3, '{ "units": 50 }'),
    Case("LC110", '{ "type" "LSTM" }', 1, 3, '{ "type": "LSTM" }'),
    Case("LC110", '{ "units" = 50 }', 1, 11, '{ "units" : 50 }'),
    Case("LC110", '{ "type", "LSTM" }', 1, 9, '{ "type": "LSTM" }'),
    Case("LC110", "{ units 50 }", 1, 3, '{ "units": 50 }'),
    Case("LC111", '{ "layers": [ { "type": "LSTM" ] }', 1, 32, '{ "layers": [ { "type": "LSTM"} ] }'),
    Case("LC111", '[{ "type": "LSTM", { "type": "GRU" }]', 1, 20),
    Case("LC111", '{ "a": [1, 2, "b": 3 }', 1, 15, '{ "a": [1, 2], "b": 3 }'),
    Case("LC111", '{ "lstmc": 1', 1, 12),
    Case("LC111", '{ "lstmc":', 1, 10),
    Case("LC111", '{ "lstmc": 1, "name": tr', 1, 23),
    Case("LC111", '{ "input": { "timesteps": 24, "layers": [] }', 1, 31),
    Case("LC111", '{\n  "a": {\n    "b": {\n      "c": 1\n  },\n  "d": 2\n}', 5, 3),
    Case("LC112", '{ "name": "air }', 1, 11, '{ "name": "air" }'),
    Case("LC112", '{ "name": "air, "lstmc": 1 }', 1, 11, '{ "name": "air", "lstmc": 1 }'),
    Case("LC112", '{ "name: "air" }', 1, 3, '{ "name": "air" }'),
    Case("LC112", '{ "name: 5,\n  "lstmc": 1 }', 1, 3, '{ "name": 5,\n  "lstmc": 1 }'),
    Case("LC112", '{ "name": "air", "uni\n  }', 1, 18),
    Case("LC112", '{ "name": "ai', 1, 11),
    Case("LC113", r'{ "source": "C:\data\pollution.csv" }', 1, 16, r'{ "source": "C:\\data\\pollution.csv" }'),
    Case("LC113", r'["a\qb\u12"]', 1, 4, r'["a\\qb\\u12"]'),
    Case("LC113", '{ "path": "data\\", "name": "air" }', 1, 16, '{ "path": "data\\\\", "name": "air" }'),
    Case("LC114", '{ "description": "a\tb" }', 1, 20, r'{ "description": "a\tb" }'),
    Case("LC114", '["a\x00b\x1f"]', 1, 4, r'["a\u0000b\u001f"]'),
    Case("LC114", '["first line\nsecond line"]', 1, 13, r'["first line\nsecond line"]'),
    Case("LC115", r'{ "name": "\ud800" }', 1, 12),
    Case("LC115", '{ "name": "\ud800" }', 1, 12),
    Case("LC116", '{ "learning_rate": NaN }', 1, 20),
    Case("LC116", "[-Infinity]", 1, 2),
    Case("LC117", '{ "learning_rate": 1e999 }', 1, 20),
    Case("LC117", "[" + "9" * 5000 + "]", 1, 2),
    Case("LC118", '{ "rate": .5 }', 1, 11, '{ "rate": 0.5 }'),
    Case("LC118", "[1.]", 1, 2, "[1.0]"),
    Case("LC118", "[+1]", 1, 2, "[1]"),
    Case("LC118", "[007]", 1, 2, "[7]"),
    Case("LC118", "[-.5e3]", 1, 2, "[-0.5e3]"),
    Case("LC118", "[1_000]", 1, 2, "[1000]"),
    Case("LC118", "[0x10]", 1, 2, "[16]"),
    Case("LC118", "[- 1]", 1, 2, "[-1]"),
    Case("LC118", "[1.2.3]", 1, 2),
    Case("LC118", "[50%]", 1, 2),
    Case("LC119", '{ "units": 50 // wide\n}', 1, 15, '{ "units": 50  \n}'),
    Case("LC119", '{ "units": /* wide */ 50 }', 1, 12, '{ "units":   50 }'),
    Case("LC119", '{ # wide\n  "units": 50 }', 1, 3, '{  \n  "units": 50 }'),
    Case("LC119", "1 /* never ends", 1, 3, "1 "),
    Case("LC120", '{ "units": 50, "units": 20 }', 1, 16),
    Case("LC121", '{ "lstmc": 1 } }', 1, 16, '{ "lstmc": 1 } '),
    Case("LC121", "[1] [2]", 1, 5),
    Case("LC121", "1 2", 1, 3),
    Case("LC122", "{ units: 50 }", 1, 3, '{ "units": 50 }'),
    Case("LC122", "{ 'units': 50 }", 1, 3, '{ "units": 50 }'),
    Case("LC122", "{ “units”: 50 }", 1, 3, '{ "units": 50 }'),
    Case("LC122", '{ units": 50 }', 1, 3, '{ "units": 50 }'),
    Case("LC122", "{ 1: 50 }", 1, 3, '{ "1": 50 }'),
    Case("LC122", "{ null: 50 }", 1, 3, '{ "null": 50 }'),
    Case("LC123", '{ "return_sequences": True }', 1, 23, '{ "return_sequences": true }'),
    Case("LC123", '{ "name": None }', 1, 11, '{ "name": null }'),
    Case("LC123", '{ "activation": tanh }', 1, 17, '{ "activation": "tanh" }'),
    Case("LC123", '{ "name": air quality }', 1, 11, '{ "name": "air quality" }'),
    Case("LC123", "['tanh']", 1, 2, '["tanh"]'),
    Case("LC123", '{ "name": air, or water", "b": 1 }', 1, 11, '{ "name": "air, or water", "b": 1 }'),
    Case("LC123", "[fals]", 1, 2),
    Case("LC123", "[undefined]", 1, 2),
    Case("LC124", '{ "layers": [ { "type": "LSTM" } } }', 1, 34, '{ "layers": [ { "type": "LSTM" } ] }'),
    Case("LC124", '{ "a": [ "b": 1 }, { "b": 2 } ] }', 1, 10, '{ "a": [ {"b": 1 }, { "b": 2 } ] }'),
    Case("LC124", '{ "a": "b": 1 }, "c": 2 }', 1, 8, '{ "a": {"b": 1 }, "c": 2 }'),
    Case("LC124", '{ "a": "b", "c" ], "d": 1 }', 1, 8, '{ "a": ["b", "c" ], "d": 1 }'),
    Case("LC124", '{ "a": ], "d": 1 }', 1, 8),
    Case("LC124", '{ "a": [1], 2], "d": 1 }', 1, 10, '{ "a": [1, 2], "d": 1 }'),
    Case("LC124", '{ "a": {"b": 1 ], "d": 1 }', 1, 16, '{ "a": {"b": 1 }, "d": 1 }'),
    Case("LC124", '{ "a": { {}, {} ] }', 1, 8, '{ "a": [ {}, {} ] }'),
    Case("LC124", '{ "a": 1 ], "d": 1 }', 1, 8),
    Case("LC124", '"a": 1 }', 1, 1, '{"a": 1 }'),
    Case("LC124", '{ "a": {} }, "b": 1 }', 1, 11),
    Case("LC124", "] 1", 1, 1, " 1"),
]


def only(tree: Tree) -> Diagnostic:
    (diagnostic,) = tree.diagnostics
    return diagnostic


@pytest.mark.parametrize(
    "case", [pytest.param(c, marks=pytest.mark.triggers(c.code), id=repr(c.text)[:50]) for c in CASES]
)
class TestMistakes:
    def test_one_mistake_gives_one_diagnostic_at_its_place(self, case: Case) -> None:
        tree = parse(case.text)
        diagnostic = only(tree)
        assert diagnostic.code == case.code
        assert diagnostic.span
        position = tree.source.position(diagnostic.span.start)
        assert (position.line, position.column) == (case.line, case.column)

    def test_it_says_what_is_wrong_and_what_to_do(self, case: Case) -> None:
        diagnostic = only(parse(case.text))
        assert diagnostic.message
        assert diagnostic.help
        assert "\n" not in diagnostic.message

    def test_the_fix_leaves_valid_text(self, case: Case) -> None:
        tree = parse(case.text)
        fixed, count = apply_fixes(tree.source.text, tree.diagnostics)
        if case.fixed is not None:
            assert fixed == case.fixed
        if count:
            assert not parse(fixed).diagnostics


@pytest.mark.triggers("LC100")
def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    tree = read(tmp_path / "modle.lstm.json")
    assert only(tree).code == "LC100"
    assert "modle.lstm.json` cannot be read: no such file" in only(tree).message
    assert tree.root is None


@pytest.mark.triggers("LC100")
@pytest.mark.parametrize("name", [".", "a\0b"])
def test_a_path_that_is_no_file(tmp_path: Path, name: str) -> None:
    assert only(read(str(tmp_path / name))).code == "LC100"


@pytest.mark.triggers("LC103")
@pytest.mark.parametrize("text", ["1" * (MAX_BYTES + 1), b"[" * (MAX_BYTES + 1), "é" * (MAX_BYTES // 2 + 1)])
def test_a_text_too_large_is_refused_unread(text: str | bytes) -> None:
    tree = parse(text)
    assert only(tree).code == "LC103"
    assert only(tree).span is None
    assert tree.root is None


@pytest.mark.triggers("LC103")
def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "pollution.csv"
    path.write_bytes(b" " * (MAX_BYTES + 1))
    assert only(read(path)).code == "LC103"


def test_every_code_is_shown() -> None:
    shown = {case.code for case in CASES} | {"LC100", "LC103", "LC125", "LC126", "LC127"}  # of files, fixes and dicts
    assert shown == {code.id for code in TEXT}


@pytest.mark.parametrize("code", [code for code in TEXT if code.example.startswith("{")], ids=lambda code: code.id)
def test_the_examples_of_explain_show_their_code(code: Any) -> None:
    assert code.id in {d.code for d in parse(code.example).diagnostics} or "\\" in code.example


def test_related_places_are_given() -> None:
    text = '{ "units": 50, "units": 20 }'
    assert only(parse(text)).related[0].span == Span(2, 9)
    text = '{ "layers": [ { "type": "LSTM" ] }'
    assert only(parse(text)).related[0].span == Span(14, 15)
    text = '{ "layers": [ { "type": "LSTM"'
    assert [related.span.start for related in only(parse(text)).related] == [14, 12, 0]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ('{ "units": NaN, "rate": 1e999, "on": tru }', {"units": MISSING, "rate": MISSING, "on": MISSING}),
        ("{ 'a': .5, b: True, \"c\": tanh }", {"a": 0.5, "b": True, "c": "tanh"}),
        ('{ "a": 1, "a": 2 }', {"a": 1}),
        ('{ "a": , "b": { "c": } }', {"a": MISSING, "b": {"c": MISSING}}),
        ('{ "uni "type": "LSTM" }', {"uni": MISSING, "type": "LSTM"}),
        ('[1, , 2, "a" "b" {} [', [1, 2, "a", "b", {}, []]),
        (r'["\ud800", "C:\data\new", "\x"]', ["\ufffd", r"C:\data\new", r"\x"]),
        ("", MISSING),
        (b"[\xff]", [MISSING]),
    ],
)
def test_what_is_broken_is_read_as_far_as_it_can_be_told(text: str | bytes, data: object) -> None:
    assert parse(text).data() == data


class TestTree:
    tree = parse('{ "layers": [ { "type": "LSTM", "units":  }, 5 ], "a": 1, "a": 2 }')

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            (("layers", 0, "type"), '"LSTM"'),
            (("layers", 0, "units"), '"units"'),
            (("layers", 0, "dropout"), '{ "type": "LSTM", "units":  }'),
            (("layers", 0, "type", "x"), '"type"'),
            (("layers", 1), "5"),
            (("layers", 2), '"layers"'),
            (("layers", -1), '"layers"'),
            (("layers", "x"), '"layers"'),
            (("a",), "1"),
            (("compile", "loss"), "{"),
        ],
    )
    def test_span_of(self, path: tuple[str | int, ...], text: str) -> None:
        span = self.tree.span_of(path)
        assert span
        assert self.tree.source.text[span.start : span.end] == text

    def test_at(self) -> None:
        node = self.tree.at(("layers", 0, "type"))
        assert node
        assert (node.kind, node.value, node.closed) == ("string", "LSTM", True)
        assert self.tree.at(("layers", 2)) is None
        assert self.tree.at(()) is self.tree.root

    def test_member(self) -> None:
        member = self.tree.member(("layers", 0, "units"))
        assert member
        assert (member.key, member.value.kind, member.value.span) == ("units", "missing", Span(40, 40))
        assert member.span == Span(32, 40)
        assert self.tree.member(("layers", 0)) is None
        assert self.tree.member(("layers", 0, "dropout")) is None

    @pytest.mark.parametrize(
        ("before", "path"),
        [
            ("", ()),
            ('{ "lay', ("layers",)),
            ('{ "layers": [ ', ("layers", 0)),
            ('{ "layers": [ { "ty', ("layers", 0, "type")),
            ('{ "layers": [ { "type": "LS', ("layers", 0, "type")),
            ('{ "layers": [ { "type": "LSTM", ', ("layers", 0, "units")),
            ('{ "layers": [ { "type": "LSTM", "units": ', ("layers", 0, "units")),
            ('{ "layers": [ { "type": "LSTM", "units":  }', ("layers",)),
            ('{ "layers": [ { "type": "LSTM", "units":  }, 5', ("layers", 1)),
            ('{ "layers": [ { "type": "LSTM", "units":  }, 5 ], ', ("a",)),
        ],
    )
    def test_path_at(self, before: str, path: tuple[str | int, ...]) -> None:
        assert self.tree.source.text.startswith(before)
        assert self.tree.path_at(len(before)) == path

    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ('{ "layers": [ { "type": "LSTM", ', ("layers", 0)),
            ('{ "layers": [ { "type": ', ("layers", 0, "type")),
            ('{ "layers": [ { "type": "LS', ("layers", 0, "type")),
            ('{ "layers": [ ', ("layers",)),
            ("", ()),
        ],
    )
    def test_path_at_the_end_of_a_text_being_typed(self, text: str, path: tuple[str | int, ...]) -> None:
        assert parse(text).path_at(len(text)) == path

    def test_what_is_not_closed_says_so(self) -> None:
        tree = parse('{ "layers": [ "LST')
        nodes = [tree.at(()), tree.at(("layers",)), tree.at(("layers", 0))]
        assert [node and node.closed for node in nodes] == [False, False, False]


def nodes_of(tree: Tree) -> Iterator[Node]:
    work = [tree.root] if tree.root else []
    while work:
        node = work.pop()
        yield node
        work += [*node.items, *(member.value for member in node.members)]


def spans_of(tree: Tree) -> Iterator[Span]:
    for node in nodes_of(tree):
        yield node.span
        for member in node.members:
            yield from (member.key_span, member.span)
    for diagnostic in tree.diagnostics:
        if diagnostic.span:
            yield diagnostic.span
        yield from (related.span for related in diagnostic.related)
        yield from (edit.span for fix in diagnostic.fixes for edit in fix.edits)


def is_strict_json(text: str) -> bool:
    """What the standard library says, told to be strict."""

    def refuse(_: object) -> None:
        raise ValueError

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError
        return dict(pairs)

    try:
        json.loads(text, parse_constant=refuse, object_pairs_hook=once)
    except ValueError:
        return False
    return True


def check(text: str) -> None:
    """What holds for every text: spans within it, values that can be asked for, errors if and only if it is no JSON."""
    tree = parse(text)
    assert all(span.end <= len(text) for span in spans_of(tree))
    for node in nodes_of(tree):
        inner = [*(member.span for member in node.members), *(item.span for item in node.items)]
        assert all(node.span.start <= span.start and span.end <= node.span.end for span in inner)
        assert all(one.end <= two.start for one, two in pairwise(inner))
    tree.data()
    path = tree.path_at(len(text) // 2)
    assert tree.at(path) is not None or tree.root is None
    if not {"LC104", "LC115", "LC117"} & {diagnostic.code for diagnostic in tree.diagnostics}:
        assert is_strict_json(text) == (not tree.diagnostics)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**1000), 2**1000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=500, deadline=None, database=None, derandomize=True)
@given(VALUES, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_valid_json_is_read_as_by_the_standard_library(value: object, indent: int | str | None, ascii_: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    tree = parse(text)
    assert not tree.diagnostics
    assert repr(tree.data()) == repr(json.loads(text))
    for node in nodes_of(tree):
        if node.kind in ("string", "number", "literal"):
            assert text[node.span.start : node.span.end] == json.dumps(node.value, ensure_ascii=ascii_)
        for member in node.members:
            assert text[member.key_span.start : member.key_span.end] == json.dumps(member.key, ensure_ascii=ascii_)


BASES = [
    SPEC,
    json.dumps(json.loads(SPEC)),
    json.dumps(json.loads(SPEC), indent=2),
    '{"layers":[{"type":"LSTM","units":50},{"type":"Dense"}],"fit":{"seed":7}}',
    '[1, 2.5, true, "a"]',
]
PIECES = [
    *"{}[],:\" \n\\tfn0-.e/#*'“(",
    '"a"',
    '"a":',
    "true",
    "NaN",
    "\\u",
    "//",
    "/*",
    "*/",
    "\ufeff",
    "\x00",
    "é",
    "😀",
]


@settings(
    max_examples=10_000,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.integers(0, 2**32))
def test_no_edit_is_too_much(seed: int) -> None:
    choice = random.Random(seed)
    text = choice.choice(BASES)
    for _ in range(choice.choice((1, 1, 2, 3, 5, 9))):
        at = choice.randrange(len(text) + 1)
        match choice.randrange(4):
            case 0:
                text = text[:at] + text[at + choice.choice((1, 1, 1, 5, 40)) :]
            case 1:
                text = text[:at] + choice.choice(PIECES) + text[at + 1 :]
            case 2:
                text = text[:at] + chr(choice.randrange(0x20, 0x250)) + text[at:]
            case _:
                text = text[:at] + choice.choice(PIECES) + text[at:]
    check(text)


@settings(max_examples=1000, deadline=None, database=None, derandomize=True)
@given(st.text(alphabet="{}[],:\"\\ \nax1.-/*#'", max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    check(text)


@settings(max_examples=500, deadline=None, database=None, derandomize=True)
@given(st.binary(max_size=30))
def test_no_bytes_are_too_odd(data: bytes) -> None:
    tree = parse(data)
    assert all(span.end <= len(tree.source.text) for span in spans_of(tree))


def calls_in(work: Callable[[], object]) -> int:
    """How many functions are called, those written in C included: a measure of work that no other process disturbs."""
    count = 0

    def note(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


HOSTILE = ['"', '""', '"\n', '"a" ', "x ", 'x" ', "@ ", "{]", "[}", '{"a":1}', '{"a":}', '"a":', "/*", "/*\n", "# \n"]
HOSTILE += [
    '"a",',
    "a:",
    "'a ",
    '"b"]',
    "1 ",
    '"a":1,{"a":1},',
    '"x, ',
    "“",
    ",",
    "]",
    "}",
    "\\",
    "\x00",
    "true ",
    "(1) ",
]


@pytest.mark.parametrize("before", ["", "[", '{"k":[{'])
@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_no_faster_than_the_text(piece: str, before: str) -> None:
    once, twice = (before + piece * (count // len(piece)) for count in (6_000, 12_000))
    assert calls_in(lambda: parse(twice)) <= 2.5 * calls_in(lambda: parse(once)) + 1000


@pytest.mark.parametrize("piece", ["[", '{"a":', '"', '"\n', '[{"a":}', "x, ", "/*\n"])
def test_a_megabyte_of_junk_is_refused(piece: str) -> None:
    assert parse((piece * (MAX_BYTES // len(piece) + 1))[:MAX_BYTES]).diagnostics


def test_as_deep_as_allowed() -> None:
    assert not parse("[" * MAX_DEPTH + "]" * MAX_DEPTH).diagnostics
