"""The figure of predictions without ground truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.columns import Task
from mlops_assets.figures.style import BLUE, canvas, label
from mlops_assets.tasks.metrics.labelled import labelled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


NUMBERS: dict[Task, str] = {"regression": "prediction", "deduplication": "match_weight"}
"""The numeric column to draw for a task."""


def unlabelled(predictions: pd.DataFrame, task: Task, positive: object = None) -> Figure:
    """Draw a histogram of the predicted numbers, or of the probability of the positive label.

    With more than two labels: of the probability of the predicted one. Without probabilities:
    the number of rows per predicted label.
    """
    figure, (axes,) = canvas(3.6)
    rows = f"Scores of {len(predictions):,} rows"
    if task in NUMBERS:
        values = predictions[NUMBERS[task]].dropna().to_numpy()
        axes.hist(values, bins=40, color=BLUE)
        label(axes, rows, NUMBERS[task].replace("_", " "), "rows", grid="y")
        return figure
    o = labelled(predictions["prediction"], predictions, positive=positive)
    if not o.probability.size:
        axes.bar(o.labels, o.class_sizes(), color=BLUE)
        label(axes, rows, "predicted label", "rows", grid="y")
        return figure
    two = len(o.labels) == 2
    score = o.probability[:, o.positive] if two else o.probability.max(axis=1)
    axes.hist(score, bins=40, range=(0, 1), color=BLUE)
    name = o.labels[o.positive] if two else "the predicted label"
    label(axes, rows, f"probability of {name}", "rows", grid="y")
    return figure
