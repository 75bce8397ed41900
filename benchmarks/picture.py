"""The ratios as bars, on a scale of powers, readable on light and on dark pages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from subjects import SUBJECTS
from targets import TARGETS, Ratio

COLORS = {
    "keras": "#d1651b",
    "keras-plain": "#d1651b",
    "jax": "#2f7fd0",
    "torch": "#c0392b",
    "onnxruntime": "#6b7f99",
    "predict-keras": "#d1651b",
}
#: Mid grey has contrast enough on white and on black.
INK = "#80868f"


def picture(results: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """A bar for each ratio with the spread of its rounds, and a stroke where it is to be; nothing without ratios."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    bars = ratios(results)
    if not bars:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with rc_context({"svg.hashsalt": "lstmc", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(7.6, 0.8 + 0.27 * len(bars)), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots()
        for i, (_, peer, ratio, least) in enumerate(bars):
            axes.barh(i, ratio.median - 1, left=1, color=COLORS[peer], height=0.6)
            axes.plot([ratio.least, ratio.greatest], [i, i], color=INK, linewidth=1)
            axes.plot([least, least], [i - 0.45, i + 0.45], color=INK, linewidth=2)
            axes.annotate(
                f" {ratio.median:.3g}×", (max(ratio.greatest, 1, least), i), va="center", color=INK, xytext=(3, 0),
                textcoords="offset points",
            )  # fmt: skip
        axes.set_xscale("log")
        axes.margins(x=0.12, y=0.02)
        axes.axvline(1, color=INK, linewidth=1)
        axes.set_yticks(range(len(bars)), [label for label, *_ in bars])
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}×")
        axes.set_xlabel("times as fast as the peer; the thick stroke is the ratio to reach")
        axes.tick_params(colors=INK, which="both")
        axes.xaxis.label.set_color(INK)
        for side, spine in axes.spines.items():
            spine.set_visible(side == "bottom")
            spine.set_color(INK)
        figure.savefig(path, format="svg", transparent=True, metadata={"Date": None, "Creator": None})


def ratios(results: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, Ratio, float]]:
    """Label, peer, ratio and target of what was measured."""
    found = []
    for target in TARGETS:
        measured = results.get(target.workload, {}).get("subjects", {})
        if target.subject in measured and target.peer in measured:
            ratio = Ratio.of(measured[target.subject], measured[target.peer])
            peer = SUBJECTS[target.peer].title if target.peer in SUBJECTS else "Keras script"
            if not math.isnan(ratio.median):
                found.append((f"{target.workload} · {peer}", target.peer, ratio, target.least))
    return found
