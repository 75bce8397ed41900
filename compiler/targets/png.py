"""Plan -> PNG: the same picture, painted by matplotlib."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from ..plan import Plan
from .colors import COLORS, Theme
from .diagram import Arrow, Box, Part, Text, diagram

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCALE = 2.0
"""Pixels for a unit of the diagram."""
LARGEST = 30_000
"""Pixels of the longer side; a taller picture is scaled down, since decoders stop at 2**15."""
_POINT = 72.0


def png(plan: Plan, theme: Theme = "light") -> bytes:
    """The picture of `plan` as a PNG; no global state of matplotlib is touched."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawn = diagram(plan)
    scale = min(SCALE, LARGEST / max(drawn.width, drawn.height))
    colors = COLORS[theme]
    with rc_context({"font.family": "DejaVu Sans Mono"}):
        figure = Figure(figsize=(drawn.width / _POINT, drawn.height / _POINT), facecolor=colors["page"])
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, drawn.width), ylim=(drawn.height, 0))
        axes.axis("off")
        for part in drawn.parts:
            _paint(figure, part, theme)
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=_POINT * scale, facecolor=colors["page"], metadata={"Software": None})
    return picture.getvalue()


def _paint(figure: Figure, part: Part, theme: Theme) -> None:
    from matplotlib.patches import FancyBboxPatch

    colors, axes = COLORS[theme], figure.axes[0]
    match part:
        case Box():
            corners = f"round,pad=0,rounding_size={7}"
            style = (0, (5, 4)) if part.role == "unknown" else "-"
            patch = FancyBboxPatch(
                (part.x, part.y), part.width, part.height, boxstyle=corners, linewidth=1.2, linestyle=style,
                facecolor=colors[part.role], edgecolor=colors["line"], mutation_aspect=1,
            )  # fmt: skip
            axes.add_patch(patch)
        case Arrow():
            xs = (part.x, part.x, part.x - 4, part.x, part.x + 4)
            ys = (part.top, part.bottom, part.bottom - 6, part.bottom, part.bottom - 6)
            axes.plot(xs, ys, color=colors["line"], linewidth=1.5, solid_capstyle="round")
        case Text():
            axes.text(
                part.x, part.y, part.content, fontsize=part.size, color=colors[part.role], va="baseline",
                ha="right" if part.anchor == "end" else "left", weight="bold" if part.bold else "normal",
                parse_math=False,
            )  # fmt: skip
