"""The trials of a hyperparameter search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.evaluation.training_tables import best_trial, score_name
from mlops_assets.figures.style import BLUE, ORANGE, canvas, label, legend
from mlops_assets.kinds.base import Summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def trials(summary: Summary) -> Figure:
    """The score of every trial with its spread over the folds; the chosen one in orange."""
    from matplotlib.ticker import MaxNLocator

    found, best = summary.trials, best_trial(summary)
    name = score_name(found)
    figure, (axes,) = canvas(3.6)
    for numbers, colour, text in (
        ([it for it in range(len(found)) if it != best], BLUE, "trial"),
        ([best], ORANGE, "chosen"),
    ):
        scores = [found[it].metrics[name] for it in numbers]
        spread = [found[it].metrics.get(f"{name}_std", 0.0) for it in numbers]
        places = [it + 1 for it in numbers]
        style = {"color": colour, "fmt": "o", "markersize": 5, "elinewidth": 1, "label": text}
        axes.errorbar(places, scores, yerr=spread, **style)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    words = f"{len(found)} trials: mean and standard deviation over the folds"
    label(axes, words, "trial", name.replace("_", " "))
    axes.margins(y=0.25)
    legend(axes)
    return figure
