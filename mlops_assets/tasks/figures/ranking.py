"""Figures of how well a model ranks the rows of its holdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.figures.style import BLUE, ORANGE, SERIES, canvas, label, legend
from mlops_assets.tasks.metrics.ranking import Ranked, ndcg, recall

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

LONGEST = 20
"""The most places shown: few people look further."""
BINS, GRADES = 30, 5


def by_length(it: Ranked) -> Figure:
    """Draw mean NDCG and recall of the first k rows, for each k: good is high, also for few."""
    import numpy as np
    from matplotlib.ticker import MaxNLocator

    longest = min(LONGEST, int(it.rank.max()) + 1)
    figure, (axes,) = canvas(3.6)
    for name, metric, colour in (("NDCG", ndcg, BLUE), ("recall", recall, ORANGE)):
        means = [float(np.nanmean(metric(it, k))) for k in range(1, longest + 1)]
        axes.plot(range(1, longest + 1), means, color=colour, marker="o", markersize=3, label=name)
    axes.set_ylim(0, 1.03)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    label(axes, f"{it.groups:,} ranked lists", "rows looked at (k)", "mean over the lists")
    legend(axes, "lower right")
    return figure


def scores_by_relevance(scores: np.ndarray, relevance: np.ndarray) -> Figure:
    """Draw the scores of the rows of each grade: good is that higher grades are further right."""
    import numpy as np

    edges = np.histogram_bin_edges(scores, BINS).tolist()
    figure, (axes,) = canvas(3.6)
    grades = np.unique(relevance)
    several = grades if len(grades) <= GRADES else np.array([0.0, 1.0])
    for colour, grade in zip(SERIES, several, strict=False):
        chosen = relevance == grade if len(grades) <= GRADES else (relevance > 0) == grade
        name = f"{grade:g}" if len(grades) <= GRADES else ("relevant" if grade else "not relevant")
        axes.hist(
            scores[chosen],
            edges,
            density=True,
            histtype="step",
            linewidth=1.6,
            color=colour,
            label=f"{name} ({int(chosen.sum()):,})",
        )
    label(axes, "Scores by relevance", "score", "density", grid="y")
    legend(axes)
    return figure
