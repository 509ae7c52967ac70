"""Draw the stored curves of several versions or runs over each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.figures.style import GREY, SERIES, canvas, label, legend, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mlops_assets.registry.compare.report import Side

AXES = {
    "roc_curve": ("ROC curve", "false positive rate", "true positive rate"),
    "precision_recall": ("Precision and recall", "recall", "precision"),
}
MOST_LABELS = 3
"""Figures of one curve of a classifier with more labels."""


def overlaid(sides: Sequence[Side]) -> dict[str, bytes]:
    """A PNG for each curve that at least two sides have stored, by name.

    Of a curve with several labels one PNG per label, of the first that the sides share.
    """
    found = {}
    for name, words in AXES.items():
        labels = _shared(sides, name)
        for one in labels[:MOST_LABELS]:
            title = f"{words[0]} of {one}" if len(labels) > 1 else words[0]
            file = f"{name}_{one}" if len(labels) > 1 else name
            found[file] = _drawn(sides, name, one, (title, *words[1:]))
    return found


def without_curves(sides: Sequence[Side]) -> list[str]:
    """The sides whose evaluation stored no curve, by label."""
    return [side.label for side in sides if not side.curves]


def _shared(sides: Sequence[Side], name: str) -> list[str]:
    """The labels of a curve that two sides or more have, in the order of the first."""
    seen = [it["label"] for side in sides for it in side.curves.get(name, ())]
    return [one for one in dict.fromkeys(seen) if seen.count(one) > 1]


def _drawn(sides: Sequence[Side], name: str, one: str, words: tuple[str, str, str]) -> bytes:
    figure, (axes,) = canvas(4.6)
    if name == "roc_curve":
        axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1, label="chance")
    for at, side in enumerate(sides):
        _plot(axes, side, name, one, SERIES[at % len(SERIES)])
    axes.set_ylim(0, 1.03)
    label(axes, *words)
    legend(axes)
    return png(figure)


def _plot(axes: Axes, side: Side, name: str, one: str, colour: str) -> None:
    for it in side.curves.get(name, ()):
        if it["label"] == one:
            axes.plot(it["x"], it["y"], color=colour, linewidth=1.8, label=side.label)
