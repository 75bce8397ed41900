"""Diagnostics on a terminal: the caret stands under what it means, in any width and script."""

import click
import pytest

from lstmc.cli.excerpt import text
from lstmc.spec.diagnostics import Diagnostic, Related, Source, Span


def shown(line, word, width=80, label="", message="wrong"):
    start = line.index(word)
    diagnostic = Diagnostic("LC201", message, Span(start, start + len(word)), label=label, help="mend it")
    return click.unstyle(text(diagnostic, Source("a.json", line), width)).splitlines()


@pytest.mark.parametrize("position", [0, 10, 60, 150, 295])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_caret_stands_under_the_word_in_long_lines(position, width):
    line = "." * position + "WORD" + "." * (300 - position)
    source, pointer = shown(line, "WORD", width)[2:4]
    assert source[pointer.index("^") :].startswith("WORD"[: pointer.count("^")])
    assert max(len(source), len(pointer)) <= width


def test_wide_characters_take_two_columns():
    source, pointer = shown('"説明": "日本", WORD', "WORD")[2:4]
    assert pointer.index("^") == source.index("WORD") + 4


def test_a_long_line_of_wide_characters_fits():
    source, pointer = shown("説" * 200 + "WORD" + "明" * 200, "WORD")[2:4]
    assert len(source) + sum(char in "説明" for char in source) <= 80
    assert pointer.index("^") == source.index("WORD") + source[: source.index("WORD")].count("説")


def test_a_label_stands_where_there_is_room():
    assert shown("WORD" + "." * 30, "WORD", 40, "this is the label")[3].endswith("^^^^ this is the label")
    assert shown("." * 30 + "WORD", "WORD", 40, "this is the label")[3].endswith("this is the label ^^^^")


def test_characters_that_steer_a_terminal_are_shown():
    lines = shown("a\x1b[31mWORD\x9b\u202e", "WORD", message="\x1b]0;title\x07", label="\x1b[2J")
    assert "".join(lines).isprintable()


def test_two_places_in_the_order_of_lines():
    source = Source("a.json", "one\ntwo\nthree\nfour")
    related = (Related(Span(0, 3), "first"),)
    found = text(Diagnostic("LC120", "twice", Span(14, 18), related=related), source, 80)
    assert click.unstyle(found).splitlines()[2:] == [" 1 | one", "   | --- first", "   ⋮"[1:], " 4 | four", "   | ^^^^"]
