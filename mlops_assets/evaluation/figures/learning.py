"""The learning curve of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.figures.style import BLUE, GREY, canvas, label, legend
from mlops_assets.kinds.base import LearningCurve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {"training": GREY, "validation": BLUE}


def learning(curve: LearningCurve) -> Figure:
    """Draw the score of each curve over its steps.

    A validation curve that still improves at the end asks for more rows or iterations; one far
    below the training curve, for a simpler model.
    """
    figure, (axes,) = canvas(3.6)
    marker = "o" if len(curve.steps) < 10 else ""
    for name, scores in curve.curves.items():
        style = {"color": COLOURS.get(name, BLUE), "marker": marker, "markersize": 4}
        axes.plot(curve.steps, scores, label=name, **style)
    label(axes, "Learning curve on the training rows", curve.step, curve.score.replace("_", " "))
    legend(axes)
    return figure
