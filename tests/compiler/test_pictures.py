"""SVG and PNG of a plan: whole, readable, inside their boxes, the same bytes every time."""

import io
import itertools
import re
from dataclasses import replace
from typing import Literal
from xml.etree import ElementTree

import pytest
from matplotlib.image import imread

from lstmc.api import compiled
from lstmc.compiler.targets.colors import COLORS
from lstmc.compiler.targets.diagram import Arrow, Box, Text, diagram
from lstmc.compiler.targets.png import LARGEST, png
from lstmc.compiler.targets.svg import svg
from lstmc.spec.layers import Layer
from lstmc.spec.layers.recurrent import LSTM

STACK = {
    "lstmc": 1,
    "name": "stack",
    "task": "regression",
    "input": {"timesteps": 24, "features": 8},
    "layers": [
        {"type": "LSTM", "units": 5, "dropout": 0.2, "kernel_regularizer": {"type": "L2", "l2": 0.001}},
        {"type": "LSTM", "units": 4, "name": "second"},
        {"type": "Dense", "units": 1},
    ],
}
BROKEN = {**STACK, "layers": [{"type": "Dense", "units": 2}, {"type": "LSTM", "units": 0}, {"type": "Dense"}]}
EMPTY = {"lstmc": 1, "layers": [{"type": "LSTM", "units": 3}]}


class Around(Layer):
    """A layer that holds others."""

    type: Literal["Around"] = "Around"
    layer: Layer
    backward_layer: Layer | None = None


def plan_of(spec):
    plan = compiled(spec).plan
    assert plan is not None
    return plan


def texts(plan):
    return [part.content for part in diagram(plan).parts if isinstance(part, Text)]


def wrapped(**inner):
    plan = plan_of(STACK)
    around = replace(plan.nodes[0], layer=Around(layer=LSTM(units=5, dropout=0.25), **inner), inferred=())
    return replace(plan, nodes=(around, *plan.nodes[1:]))


PLANS = [plan_of(STACK), plan_of(BROKEN), plan_of(EMPTY), wrapped(backward_layer=LSTM(units=7))]


def test_every_layer_with_its_shape_parameters_and_arguments():
    shown = texts(plan_of(STACK))
    assert [text for text in shown if text.startswith("[")] == [
        "[batch, 24, 8]", "[batch, 24, 5]", "[batch, 4]", "[batch, 1]",
    ]  # fmt: skip
    assert f"{4 * 5 * (8 + 5 + 1)} parameters" in shown
    assert "units = 5 · kernel_regularizer = L2(l2=0.001) · dropout = 0.2" in shown
    assert "second" in shown


def test_a_mask_is_told():
    shown = texts(plan_of({**STACK, "layers": [{"type": "Masking"}, *STACK["layers"]]}))
    assert [text for text in shown if "masked" in text] == ["[batch, 24, 8] masked", "[batch, 24, 5] masked"]


def test_what_was_inferred_is_marked_once_with_its_rule():
    shown = texts(plan_of(STACK))
    for inferred in ("return_sequences = true", "loss = mean_squared_error", "activation = linear"):
        at = shown.index(inferred)
        assert shown[at - 1] == "●"
        assert shown[at + 1].startswith("since ")
        assert shown.count(inferred) == 1
    assert shown[-1] == "not in the file: inferred by lstmc"


def test_no_legend_without_a_mark():
    plan = plan_of(STACK)
    stated = replace(plan, inferred=(), nodes=tuple(replace(node, inferred=()) for node in plan.nodes))
    assert "●" not in texts(stated)
    assert "inferred" not in texts(stated)[-1]


def test_what_is_not_known_is_dashed_and_said():
    drawn = diagram(plan_of(EMPTY))
    assert [part.role for part in drawn.parts if isinstance(part, Box)] == ["unknown"] * 3
    assert texts(plan_of(EMPTY)).count("shape not known") == 2


def test_a_wrapped_layer_is_inside_its_wrapper():
    boxes = [part for part in diagram(wrapped(backward_layer=LSTM(units=7))).parts if isinstance(part, Box)]
    outer, forward, backward = boxes[1:4]
    assert (forward.role, backward.role) == ("inner", "inner")
    for inner in (forward, backward):
        assert outer.x < inner.x
        assert inner.x + inner.width < outer.x + outer.width
        assert outer.y < inner.y
        assert inner.y + inner.height < outer.y + outer.height
    assert forward.y + forward.height < backward.y
    assert "units = 5 · dropout = 0.25" in texts(wrapped())
    assert "backward_layer" not in texts(wrapped())


@pytest.mark.parametrize("plan", PLANS, ids=["stack", "broken", "empty", "wrapped"])
def test_nothing_overlaps_or_leaves_the_picture(plan):
    drawn = diagram(plan)
    boxes = [part for part in drawn.parts if isinstance(part, Box) and part.role != "inner"]
    for above, below in itertools.pairwise(boxes):
        assert above.y + above.height < below.y
    for part in drawn.parts:
        if isinstance(part, Text):
            length = len(part.content) * part.size * 0.61
            left = part.x - length if part.anchor == "end" else part.x
            assert left >= 0
            assert left + length <= drawn.width
            assert 0 < part.y < drawn.height
        if isinstance(part, Arrow):
            assert part.top < part.bottom


@pytest.mark.parametrize("plan", PLANS, ids=["stack", "broken", "empty", "wrapped"])
def test_svg_is_xml_without_anything_from_outside(plan):
    text = svg(plan)
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {element.tag.partition("}")[2] for element in root.iter()} <= {
        "svg",
        "title",
        "style",
        "rect",
        "path",
        "text",
    }
    assert not re.search(r"url\(|@import|href|<script", text)
    assert "prefers-color-scheme:dark" in text
    assert text == svg(plan)


def test_svg_says_the_same_as_the_diagram():
    plan = plan_of(STACK)
    root = ElementTree.fromstring(svg(plan))
    assert [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")] == texts(plan)


def test_svg_escapes_text():
    plan = plan_of(STACK)
    odd = replace(plan, nodes=(replace(plan.nodes[0], name="<a&b>"), *plan.nodes[1:]))
    assert "<a&b>" in [element.text for element in ElementTree.fromstring(svg(odd)).iter()]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_png_is_the_picture_in_its_theme(theme):
    plan = plan_of(STACK)
    picture = png(plan, theme)
    assert picture == png(plan, theme)
    pixels = imread(io.BytesIO(picture))
    drawn = diagram(plan)
    assert pixels.shape[:2] == (2 * drawn.height, 2 * drawn.width)
    red, green, blue = (int(COLORS[theme]["page"][i : i + 2], 16) / 255 for i in (1, 3, 5))
    assert pixels[0, 0, :3].tolist() == pytest.approx([red, green, blue], abs=0.01)


def test_png_of_a_tall_stack_is_scaled_down():
    deep = {**STACK, "layers": [{"type": "Dropout", "rate": 0.1}] * 200 + STACK["layers"]}
    height, width = imread(io.BytesIO(png(plan_of(deep)))).shape[:2]
    assert height == pytest.approx(LARGEST, abs=2)
    assert width > 400


def luminance(color):
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "muted", "inferred"])
@pytest.mark.parametrize("ground", ["page", "box", "inner", "unknown"])
def test_text_has_the_contrast_that_wcag_asks_for(theme, ink, ground):
    light, dark = sorted((luminance(COLORS[theme][ink]), luminance(COLORS[theme][ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
