"""The figure of predictions without ground truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.figures.style import BLUE, canvas, label
from mlops_assets.tasks.metrics.labelled import Labelled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def numbers(predictions: pd.DataFrame, column: str) -> Figure:
    """Draw a histogram of a numeric column of the predictions; missing values are left out."""
    figure, (axes,) = canvas(3.6)
    axes.hist(predictions[column].dropna().to_numpy(), bins=40, color=BLUE)
    label(axes, _title(len(predictions)), column.replace("_", " "), "rows", grid="y")
    return figure


def probabilities(o: Labelled) -> Figure:
    """Draw a histogram of the probability of the positive label.

    With more than two labels: of the probability of the predicted one. Without probabilities:
    the number of rows per predicted label.
    """
    figure, (axes,) = canvas(3.6)
    rows = _title(len(o.predicted))
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


def _title(rows: int) -> str:
    return f"Scores of {rows:,} rows"
