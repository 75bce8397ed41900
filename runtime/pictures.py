"""Pictures, drawn with matplotlib when one is asked for."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import TYPE_CHECKING

from ..compiler.artifact import write_bytes

if TYPE_CHECKING:
    from .results import History

_COLORS = ("#1f5fa8", "#d1651b")


def learning_curve(history: History, path: Path) -> Path:
    """Draws loss and validation loss over the epochs; no global state of matplotlib is touched.

    Raises:
        ArtifactError: the file cannot be written (LC706).
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(7.2, 4.0), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    epochs = range(1, history.epochs + 1)
    marker = "o" if history.epochs < 3 else ""
    for key, label, color in (("loss", "training", _COLORS[0]), ("val_loss", "validation", _COLORS[1])):
        if key in history:
            axes.plot(epochs, history[key], label=label, color=color, linewidth=1.8, marker=marker)
    values = [v for key in ("loss", "val_loss") if key in history for v in history[key] if math.isfinite(v)]
    if values and min(values) > 0 and max(values) / min(values) > 20:
        axes.set_yscale("log")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    picture = io.BytesIO()
    figure.savefig(picture, format=path.suffix.lstrip(".") or "png", metadata={"Software": None})
    write_bytes(picture.getvalue(), path)
    return path
