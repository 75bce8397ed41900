"""Plan -> SVG: a picture of the model that follows the reader's light or dark page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ..plan import Plan
from .colors import COLORS
from .diagram import Arrow, Box, Diagram, Part, Role, Text, diagram

_FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
_SHAPES = ("page", "box", "inner", "unknown")


def svg(plan: Plan) -> str:
    """The picture of `plan` as a stand-alone SVG document; equal plans give equal text.

    Colours are rules by class, not variables: readers that know neither variables nor media queries
    show the light picture.
    """
    drawn = diagram(plan)
    width, height = _number(drawn.width), _number(drawn.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' role="img">',
        f"<title>{_text(drawn.title)}</title>",
        f"<style>{_style()}</style>",
        f'<rect class="page" width="{width}" height="{height}"/>',
        *_painted(drawn),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _painted(drawn: Diagram) -> list[str]:
    return [_element(part) for part in drawn.parts]


def _element(part: Part) -> str:
    match part:
        case Box():
            place = f'x="{_number(part.x)}" y="{_number(part.y)}"'
            size = f'width="{_number(part.width)}" height="{_number(part.height)}"'
            return f'<rect class="{part.role}" {place} {size} rx="7"/>'
        case Arrow():
            x, top, bottom = map(_number, (part.x, part.top, part.bottom))
            head = f"M{_number(part.x - 4)} {_number(part.bottom - 6)}L{x} {bottom}L{_number(part.x + 4)}"
            return f'<path class="line" d="M{x} {top}L{x} {bottom}{head} {_number(part.bottom - 6)}"/>'
        case Text():
            rest = ' text-anchor="end"' if part.anchor == "end" else ""
            rest += ' font-weight="bold"' if part.bold else ""
            place = f'x="{_number(part.x)}" y="{_number(part.y)}" font-size="{_number(part.size)}"'
            return f'<text class="{part.role}" {place}{rest}>{_text(part.content)}</text>'


def _style() -> str:
    dark = _rules(COLORS["dark"])
    shared = f"text{{font-family:{_FONT}}}rect{{stroke-width:1.2}}path{{fill:none;stroke-width:1.5}}"
    return (
        f"{shared}.unknown{{stroke-dasharray:5 4}}{_rules(COLORS['light'])}@media(prefers-color-scheme:dark){{{dark}}}"
    )


def _rules(colors: Mapping[Role, str]) -> str:
    line = colors["line"]
    rules = [f".{role}{{fill:{color}}}" for role, color in colors.items() if role != "line"]
    borders = ",".join(f".{role}" for role in _SHAPES if role != "page")
    return "".join(rules) + f"{borders},.line{{stroke:{line}}}"


def _text(content: str) -> str:
    return escape(content, quote=False)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
