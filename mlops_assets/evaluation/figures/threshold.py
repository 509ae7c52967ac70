"""Picture the scores of a classifier by its threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mlops_assets.figures.style import INK, SERIES, canvas, label, legend, short
from mlops_assets.kinds.base import ThresholdCurve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mlops_assets.evaluation.threshold_scan import ThresholdScan

X = "threshold: probability from which on a row is predicted positive"


def threshold_choice(curve: ThresholdCurve) -> Figure:
    """The out-of-fold scores that a threshold was chosen by, with the chosen one marked.

    A flat peak says that it matters little.
    """
    figure, (axes,) = canvas(3.6)
    for name, colour in zip(curve.scores, SERIES, strict=False):
        axes.plot(curve.thresholds, curve.scores[name], color=colour, label=_words(name))
    _mark(axes, {"": curve.chosen})
    label(
        axes, f"Threshold with the best {_words(curve.metric)} on training rows", X, "out of fold"
    )
    legend(axes)
    return figure


def threshold(scan: ThresholdScan) -> Figure:
    """Precision, recall and F1 of the holdout above, the mean cost of a row below.

    With 95 % intervals, and the thresholds that the model decides by.
    """
    figure, (above, below) = canvas(6.2, rows=2)
    for name, colour in zip(scan.curves, SERIES, strict=False):
        axes, (value, low, high) = below if name == "cost" else above, scan.curves[name]
        axes.plot(scan.thresholds, value, color=colour, label=_words(name))
        axes.fill_between(scan.thresholds, low, high, color=colour, alpha=0.18, linewidth=0)
    for axes in (above, below):
        _mark(axes, scan.chosen)
    label(above, "Holdout by threshold, with 95 % intervals", "", "")
    label(below, scan.costs, X, "mean cost of a row")
    legend(above)
    return figure


def _mark(axes: Axes, chosen: Mapping[str, float]) -> None:
    """A line at each threshold, named by its group; those of many groups have no names."""
    names: Sequence[str] = list(chosen)
    for name in names:
        axes.axvline(chosen[name], color=INK, linewidth=1, linestyle="--" if name == "" else ":")
    for at, name in enumerate(names if len(names) <= 4 else []):
        axes.annotate(
            short(name, 12) if name else f"{chosen[name]:.3g}",
            (chosen[name], 1 - 0.09 * at),
            xycoords=("data", "axes fraction"),
            xytext=(3, -9),
            textcoords="offset points",
            fontsize=8,
            color=INK,
        )


def _words(name: str) -> str:
    return name.replace("_", " ")
