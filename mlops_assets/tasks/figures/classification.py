"""Figures of a classifier's performance on its holdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.figures.style import BLUE, GREY, INK, ORANGE, SERIES, WIDTH, canvas, label, legend
from mlops_assets.tasks.base import Curve
from mlops_assets.tasks.metrics.classification import area, average_precision, curve
from mlops_assets.tasks.metrics.labelled import Labelled

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

MOST_LABELS = 20
CURVE_POINTS = 600
STORED_POINTS = 200
BINS = 10


def confusion_matrix(o: Labelled) -> Figure:
    """Draw the counts per true and predicted label, shaded by the share of the true label.

    Good: a dark diagonal. Beyond 20 labels the rarest are merged into `other`.
    """
    import numpy as np

    names, counts = _merged(o)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    size = len(names)
    figure, (axes,) = canvas(min(WIDTH, 2.2 + 0.5 * size))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(size), names, rotation=45 if size > 6 else 0)
    axes.set_yticks(range(size), names)
    for row in range(size):
        for column in range(size):
            colour = "white" if shares[row, column] > 0.55 else INK
            text = f"{counts[row, column]:,}"
            text += f"\n{100 * shares[row, column]:.0f} %" if size <= 6 else ""
            font = 11 if size <= 6 else 8
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=font)
    label(axes, "Confusion matrix", "predicted", "true", grid=None)
    axes.spines[:].set_visible(False)
    return figure


def roc_curve(o: Labelled) -> Figure:
    """Draw the ROC curve: good is the upper left, the diagonal is chance.

    With more than two labels: one-vs-rest curves of the most frequent ones.
    """
    figure, (axes,) = canvas(4.6)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1, label="chance")
    for code, colour in _curve_codes(o):
        if (ends := _roc(o, code)) is not None:
            x, y = ends
            text = f"{o.labels[code]} (area {area(o, code, _ones(o))[0]:.3f})"
            axes.plot(*_thinned(x, y), color=colour, linewidth=2, label=text)
    label(axes, "ROC curve", "false positive rate", "true positive rate")
    legend(axes, "lower right")
    return figure


def roc_points(o: Labelled) -> list[Curve]:
    """The curves of `roc_curve`, thinned: false against true positive rate."""
    found = ((o.labels[code], _roc(o, code)) for code, _ in _curve_codes(o))
    return [_points(name, *ends) for name, ends in found if ends is not None]


def precision_recall_points(o: Labelled) -> list[Curve]:
    """The curve of `precision_recall`, thinned; empty without a row of the positive label."""
    import numpy as np

    found, flagged = (sums[0] for sums in curve(o, o.positive, _ones(o)))
    if not found[-1]:
        return []
    return [_points(o.labels[o.positive], found / found[-1], found / np.maximum(flagged, 1))]


def _roc(o: Labelled, code: int) -> tuple[np.ndarray, np.ndarray] | None:
    """False and true positive rates of one label; None if it is every row's, or none's."""
    import numpy as np

    found, flagged = (sums[0] for sums in curve(o, code, _ones(o)))
    wrong = flagged - found
    if not (found[-1] and wrong[-1]):
        return None
    return np.append(0, wrong / wrong[-1]), np.append(0, found / found[-1])


def _points(name: str, x: np.ndarray, y: np.ndarray) -> Curve:
    x, y = _thinned(x, y, STORED_POINTS)
    return Curve(name, [round(float(it), 5) for it in x], [round(float(it), 5) for it in y])


def precision_recall(o: Labelled) -> Figure:
    """Draw precision against recall of the positive label: good is the upper right."""
    import numpy as np

    figure, (axes,) = canvas(4.6)
    found, flagged = (sums[0] for sums in curve(o, o.positive, _ones(o)))
    share = found[-1] / flagged[-1]
    axes.axhline(share, color=GREY, linestyle=":", linewidth=1, label=f"chance ({share:.3f})")
    if found[-1]:
        x, y = _thinned(found / found[-1], found / np.maximum(flagged, 1))
        area_below = average_precision(o, _ones(o))[0]
        text = f"{o.labels[o.positive]} (average precision {area_below:.3f})"
        axes.step(x, y, where="pre", color=BLUE, linewidth=2, label=text)
    axes.set_ylim(0, 1.03)
    label(axes, "Precision and recall", "recall", "precision")
    legend(axes, "lower left")
    return figure


def calibration(o: Labelled) -> Figure:
    """Draw the observed share of the positive label per bin of its predicted probability.

    Good: the dots are on the diagonal. Ten bins of equal size, with normal 95 % intervals.
    """
    import numpy as np

    figure, (axes,) = canvas(4.6)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1, label="perfect")
    order = o.ranking(o.positive).order[::-1]
    bins = [rows for rows in np.array_split(order, BINS) if len(rows)]
    predicted = [o.probability[rows, o.positive].mean() for rows in bins]
    observed = np.array([(o.ground_truth[rows] == o.positive).mean() for rows in bins])
    half = 1.96 * np.sqrt(observed * (1 - observed) / [len(rows) for rows in bins])
    style = {"color": BLUE, "ecolor": BLUE, "elinewidth": 1, "capsize": 3, "linewidth": 1.5}
    axes.errorbar(predicted, observed, yerr=half, marker="o", markersize=5, label="model", **style)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    name = o.labels[o.positive]
    label(axes, "Calibration", f"mean predicted probability of {name}", f"share that is {name}")
    legend(axes, "upper left")
    return figure


def score_histogram(o: Labelled) -> Figure:
    """Draw the scores of positive and negative rows: good is two separate peaks.

    With more than two labels: the confidence of correct and of incorrect predictions.
    """
    import numpy as np

    if len(o.labels) == 2:
        score, first = o.probability[:, o.positive], o.ground_truth == o.positive
        name = o.labels[o.positive]
        texts = (f"true {name}", f"true {o.labels[1 - o.positive]}", f"probability of {name}")
    else:
        score, first = o.probability.max(axis=1), o.ground_truth == o.predicted
        texts = ("correct", "incorrect", "probability of the predicted label")
    figure, (axes,) = canvas(4.0)
    edges = np.linspace(0, 1, 41)
    for rows, colour, text in ((~first, ORANGE, texts[1]), (first, BLUE, texts[0])):
        counted = f"{text} ({int(rows.sum()):,} rows)"
        axes.hist(score[rows], bins=list(edges), color=colour, alpha=0.6, label=counted)
    label(axes, "Scores", texts[2], "rows", grid="y")
    legend(axes)
    return figure


def _ones(o: Labelled) -> np.ndarray:
    import numpy as np

    return np.ones((1, len(o.ground_truth)))


def _curve_codes(o: Labelled) -> list[tuple[int, str]]:
    """The labels to draw a curve for, with their colours."""
    if len(o.labels) == 2:
        return [(o.positive, BLUE)]
    frequent = o.class_sizes().argsort()[::-1][: len(SERIES)]
    return list(zip(sorted(frequent.tolist()), SERIES, strict=False))


def _thinned(
    x: np.ndarray, y: np.ndarray, most: int = CURVE_POINTS
) -> tuple[np.ndarray, np.ndarray]:
    """At most `most` points of a curve, including both ends."""
    import numpy as np

    keep = np.unique(np.linspace(0, len(x) - 1, most).astype(int))
    return x[keep], y[keep]


def _merged(o: Labelled) -> tuple[list[str], np.ndarray]:
    """The labels and counts of the confusion matrix, with the rarest labels merged."""
    import numpy as np

    names, place = o.labels, np.arange(len(o.labels))
    if len(names) > MOST_LABELS:
        kept = np.sort(o.class_sizes().argsort()[::-1][: MOST_LABELS - 1])
        place = np.full(len(names), len(kept))
        place[kept] = np.arange(len(kept))
        names = [*(names[code] for code in kept), "other"]
    size = len(names)
    cells = place[o.ground_truth] * size + place[o.predicted]
    return names, np.bincount(cells, minlength=size * size).reshape(size, size)
