"""The figure of predictions without ground truth, which may come in batches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlops_assets.figures.style import BLUE, canvas, label
from mlops_assets.tasks.metrics.labelled import Labelled, labelled

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BINS = 40


def numbers(batches: Iterable[pd.DataFrame], column: str) -> Figure:
    """Draw a histogram of a numeric column of the predictions; missing values are left out.

    The batches are gone through twice.
    """
    import numpy as np

    rows, low, high = 0, np.inf, -np.inf
    for batch in batches:
        values = batch[column]
        rows, low, high = rows + len(values), min(low, values.min()), max(high, values.max())
    ends = [low, high] if low <= high else []
    edges = np.histogram_bin_edges(np.array(ends, dtype="float64"), BINS)
    counts = sum(np.histogram(batch[column].dropna(), edges)[0] for batch in batches)
    figure, (axes,) = canvas(3.6)
    _draw(axes, np.asarray(counts), edges)
    label(axes, _title(rows), column.replace("_", " "), "rows", grid="y")
    return figure


def probabilities(batches: Iterable[pd.DataFrame], positive: object = None) -> Figure:
    """Draw a histogram of the probability of the positive label.

    With more than two labels: of the probability of the predicted one. Without probabilities:
    the number of rows per predicted label. The batches are gone through twice.
    """
    import numpy as np

    known = {it for batch in batches for it in _one_of_each(batch).labels}
    edges, shown, rows = np.linspace(0, 1, BINS + 1), None, 0
    sizes, counts = np.zeros(0), np.zeros(BINS)
    for batch in batches:
        shown = labelled(batch["prediction"], batch, positive=positive, labels=known)
        rows, sizes = rows + len(batch), shown.class_sizes() + (sizes if sizes.size else 0)
        counts += np.histogram(_score(shown), edges)[0]
    if shown is None:
        raise ValueError("no batch of predictions")
    return _figure(shown, rows, sizes, counts, edges)


def _figure(
    shown: Labelled, rows: int, sizes: np.ndarray, counts: np.ndarray, edges: np.ndarray
) -> Figure:
    figure, (axes,) = canvas(3.6)
    if not shown.probability.size:
        axes.bar(shown.labels, sizes, color=BLUE)
        label(axes, _title(rows), "predicted label", "rows", grid="y")
        return figure
    _draw(axes, counts, edges)
    name = shown.labels[shown.positive] if len(shown.labels) == 2 else "the predicted label"
    label(axes, _title(rows), f"probability of {name}", "rows", grid="y")
    return figure


def _one_of_each(batch: pd.DataFrame) -> Labelled:
    """A row of each predicted label."""
    found = batch.drop_duplicates("prediction")
    return labelled(found["prediction"], found)


def _score(o: Labelled) -> np.ndarray:
    """The probability that is drawn; none without probabilities."""
    if not o.probability.size:
        return o.probability.ravel()
    return o.probability[:, o.positive] if len(o.labels) == 2 else o.probability.max(axis=1)


def _draw(axes: Axes, counts: np.ndarray, edges: np.ndarray) -> None:
    axes.hist(edges[:-1], bins=edges.tolist(), weights=counts, color=BLUE)


def _title(rows: int) -> str:
    return f"Scores of {rows:,} rows"
