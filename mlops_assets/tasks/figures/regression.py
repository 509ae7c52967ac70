"""Figures of a regression's performance on its holdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.figures.style import BLUE, GREY, INK, ORANGE, canvas, label, legend
from mlops_assets.tasks.metrics.regression import Measured

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

MOST_POINTS = 2_000


def predicted_versus_actual(o: Measured) -> Figure:
    """Draw predicted against actual values: good is close to the diagonal."""
    figure, (axes,) = canvas(4.8)
    rows = _spaced(o)
    axes.scatter(
        o.ground_truth[rows], o.predicted[rows], s=12, color=BLUE, alpha=0.45, linewidths=0
    )
    ends = [
        min(o.ground_truth.min(), o.predicted.min()),
        max(o.ground_truth.max(), o.predicted.max()),
    ]
    axes.plot(ends, ends, color=INK, linestyle=":", linewidth=1, label="perfect")
    label(axes, "Predicted and actual" + _of(o), "actual", "predicted")
    legend(axes, "upper left")
    return figure


def residuals(o: Measured) -> Figure:
    """Draw the residuals (actual - predicted): good is a level cloud around 0."""
    figure, (cloud, histogram) = canvas(4.0, columns=2)
    rows, errors = _spaced(o), o.ground_truth - o.predicted
    cloud.scatter(o.predicted[rows], errors[rows], s=12, color=BLUE, alpha=0.45, linewidths=0)
    cloud.axhline(0, color=INK, linestyle=":", linewidth=1)
    label(cloud, "Residuals" + _of(o), "predicted", "actual - predicted")
    histogram.hist(errors, bins=40, color=BLUE, alpha=0.8)
    histogram.axvline(0, color=INK, linestyle=":", linewidth=1)
    label(histogram, f"Mean {errors.mean():.3g}", "actual - predicted", "rows", grid="y")
    return figure


def value_histogram(o: Measured) -> Figure:
    """Draw the distributions of predicted and actual values: a cautious model's is narrower."""
    import numpy as np

    figure, (axes,) = canvas(4.0)
    edges = np.histogram_bin_edges(np.append(o.ground_truth, o.predicted), bins=40)
    axes.hist(o.ground_truth, bins=list(edges), color=GREY, alpha=0.6, label="actual")
    axes.hist(o.predicted, bins=list(edges), color=ORANGE, alpha=0.6, label="predicted")
    label(axes, "Values", "value", "rows", grid="y")
    legend(axes)
    return figure


def _spaced(o: Measured) -> np.ndarray:
    """At most `MOST_POINTS` rows, evenly spaced."""
    import numpy as np

    return np.unique(np.linspace(0, len(o.ground_truth) - 1, MOST_POINTS).astype(int))


def _of(o: Measured) -> str:
    rows = len(o.ground_truth)
    return f" ({MOST_POINTS:,} of {rows:,} rows)" if rows > MOST_POINTS else ""
