"""Figures of a linkage model; none shows a record's values."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING

from mlops_assets.figures.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    RED,
    canvas,
    label,
    legend,
    log_counts,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

    from mlops_assets.kinds.base import Evidence
    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel

POINTS = 600
BITS = "match weight (bits)"


def match_weights(model: LinkageModel) -> Figure:
    """Match weight of each level: agreement should be far right, disagreement far left."""
    names, weights = [], []
    for comparison in model.settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            if {"m_probability", "u_probability"} <= set(level):
                names.append(f"{comparison['output_column_name']}: {level['label_for_charts']}")
                weights.append(log2(level["m_probability"] / level["u_probability"]))
    figure, (axes,) = canvas(1.2 + 0.26 * len(names))
    colours = [BLUE if weight > 0 else ORANGE for weight in weights]
    axes.barh(names, weights, color=colours)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.invert_yaxis()
    label(axes, "Match weight of each agreement level", BITS, "", grid="x")
    return figure


def waterfall(evidence: list[Evidence]) -> Figure:
    """How one pair's match weight adds up, from the prior to the sum."""
    figure, (axes,) = canvas(1.4 + 0.4 * len(evidence))
    reached = 0.0
    for place, (_, _, weight) in enumerate(evidence):
        axes.barh(place, weight, left=reached, color=BLUE if weight >= 0 else ORANGE)
        reached += weight
    axes.barh(len(evidence), reached, color=GREEN if reached > 0 else RED)
    ticks = [f"{field}: {words}" for field, words, _ in evidence]
    axes.set_yticks(range(len(evidence) + 1), [*ticks, "match weight"])
    axes.axvline(0, color=GREY, linewidth=1)
    axes.invert_yaxis()
    label(axes, f"A typical match: {reached:+.1f} bits", BITS, "", grid="x")
    return figure


def histogram(model: LinkageModel, weights: np.ndarray, same: pd.Series | None) -> Figure:
    """Match weights of all compared pairs: good is one mode on each side of the threshold."""
    import numpy as np

    figure, (axes,) = canvas(4.0)
    edges = list(np.linspace(weights.min(), weights.max() + 1e-9, 61))
    if same is None:
        axes.hist(weights, bins=edges, color=BLUE)
    else:
        for truly, colour, text in ((False, ORANGE, "two people"), (True, BLUE, "one person")):
            some = weights[(same == truly).fillna(False).to_numpy(dtype=bool)]
            axes.hist(some, bins=edges, color=colour, alpha=0.6, label=f"{text} ({len(some):,})")
    _thresholds(model, axes)
    log_counts(axes)
    label(axes, f"Match weights of {len(weights):,} compared pairs", BITS, "pairs", grid="y")
    legend(axes)
    return figure


def threshold_curve(
    model: LinkageModel, weights: np.ndarray, truly: np.ndarray, true_pairs: int
) -> Figure:
    """Precision, recall and F1 of the pairs at each threshold, before clustering.

    Recall is relative to all true pairs, so it ends below 1 if blocking missed some.
    """
    import numpy as np

    order = np.argsort(-weights, kind="stable")
    found, called = np.cumsum(truly[order]), np.arange(1, len(order) + 1)
    lines = {
        "precision": found / called,
        "recall": found / max(true_pairs, 1),
        "F1": 2 * found / (called + true_pairs),
    }
    keep = _thinned(len(order))
    figure, (axes,) = canvas(4.4)
    for (text, values), colour in zip(lines.items(), (ORANGE, BLUE, GREEN), strict=True):
        axes.plot(weights[order][keep], values[keep], color=colour, linewidth=2, label=text)
    _thresholds(model, axes)
    axes.set_ylim(0, 1.03)
    label(axes, "Pairs at each threshold", BITS, "share")
    legend(axes, "center left")
    return figure


def roc_curve(weights: np.ndarray, truly: np.ndarray) -> Figure:
    """ROC curve of the compared pairs: good is close to the upper left corner."""
    import numpy as np

    order = np.argsort(-weights, kind="stable")
    hits, misses = np.cumsum(truly[order]), np.cumsum(~truly[order])
    keep = _thinned(len(order))
    figure, (axes,) = canvas(4.6)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1, label="guessing")
    right, wrong = hits / max(int(hits[-1]), 1), misses / max(int(misses[-1]), 1)
    axes.plot([0, *wrong[keep]], [0, *right[keep]], color=BLUE, linewidth=2, label="compared pairs")
    label(axes, "ROC curve", "false positive rate", "true positive rate")
    legend(axes, "lower right")
    return figure


def confusion_matrix(truly: np.ndarray, together: np.ndarray) -> Figure:
    """Compared pairs by ground truth and by whether they ended in one cluster."""
    import numpy as np

    counts = np.bincount(2 * truly.astype(int) + together.astype(int), minlength=4).reshape(2, 2)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, (axes,) = canvas(3.4)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks([0, 1], ["kept apart", "put together"])
    axes.set_yticks([0, 1], ["two people", "one person"])
    for row, column in np.ndindex(2, 2):
        colour = "white" if shares[row, column] > 0.55 else "black"
        text = f"{counts[row, column]:,}\n{100 * shares[row, column]:.1f} %"
        axes.text(column, row, text, ha="center", va="center", color=colour)
    label(axes, "Compared pairs", "predicted", "true", grid=None)
    return figure


def _thresholds(model: LinkageModel, axes) -> None:
    for weight, text, style in (
        (model.plan.match_weight, "match", "-"),
        (model.plan.review_weight, "review", ":"),
    ):
        axes.axvline(weight, color=GREY, linestyle=style, linewidth=1.2, label=text)


def _thinned(length: int) -> np.ndarray:
    import numpy as np

    return np.unique(np.linspace(0, length - 1, POINTS).astype(int))
