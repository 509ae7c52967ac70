"""Scores of a binary classifier at many thresholds at once.

A row is predicted positive if its score is at least the threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.tasks.metrics.classification import ratio

if TYPE_CHECKING:
    import numpy as np


class Confusion(NamedTuple):
    """Counts at each threshold, (…, thresholds): true positives, predicted positives, positives.

    `rows` and `actual` are the same at each.
    """

    hit: np.ndarray
    flagged: np.ndarray
    actual: np.ndarray
    rows: np.ndarray


def confusion_at(
    thresholds: np.ndarray, score: np.ndarray, actual: np.ndarray, weights: np.ndarray
) -> Confusion:
    """The counts of n rows at ascending thresholds, (resamples, thresholds).

    `score` (n,), `actual` (n,) bool; `weights` (resamples, n) is how often each row counts.
    """
    import numpy as np
    from scipy.sparse import csr_array

    place = np.searchsorted(thresholds, score, side="right")  # flagged at all before it
    shape, rows = (len(score), len(thresholds) + 1), np.arange(len(score))
    every = weights @ csr_array((np.ones(len(score)), (rows, place)), shape)
    hits = weights @ csr_array((actual.astype("float64"), (rows, place)), shape)
    at_least = [np.cumsum(it[:, ::-1], axis=1)[:, ::-1] for it in (hits, every)]
    hit, flagged = (it[:, 1:] for it in at_least)
    total = [np.repeat(it[:, :1], len(thresholds), axis=1) for it in at_least]
    return Confusion(hit, flagged, *total)


def precision(o: Confusion) -> np.ndarray:
    """Share of the predicted positives that are positive; NaN without any."""
    return ratio(o.hit, o.flagged)


def recall(o: Confusion) -> np.ndarray:
    """Share of the positives that are found."""
    return ratio(o.hit, o.actual)


def f1(o: Confusion) -> np.ndarray:
    """Harmonic mean of precision and recall."""
    return ratio(2 * o.hit, o.flagged + o.actual)


def accuracy(o: Confusion) -> np.ndarray:
    """Share of the rows that are predicted correctly."""
    return ratio(o.rows - o.flagged - o.actual + 2 * o.hit, o.rows)


def balanced_accuracy(o: Confusion) -> np.ndarray:
    """Mean recall of the two classes."""
    negatives = o.rows - o.actual
    return (recall(o) + ratio(negatives - o.flagged + o.hit, negatives)) / 2


def cost(o: Confusion, false_positive: float = 1, false_negative: float = 1) -> np.ndarray:
    """Mean cost of a row; with costs of 1 it is the error rate."""
    wrong = false_positive * (o.flagged - o.hit) + false_negative * (o.actual - o.hit)
    return ratio(wrong, o.rows)


SCORES: Mapping[str, Callable[[Confusion], np.ndarray]] = {
    it.__name__: it for it in (precision, recall, f1, accuracy, balanced_accuracy)
}
"""Those that are better when higher."""


def between(scores: np.ndarray, most: int) -> np.ndarray:
    """At most about `most` ascending thresholds in the middle between neighbouring scores.

    So that a difference in the last digit of a score decides nothing.
    """
    import numpy as np

    distinct = np.unique(scores)
    middle = (distinct[1:] + distinct[:-1]) / 2
    if len(middle) <= most:
        return middle
    share = np.linspace(0, 1, most)
    by_rows = np.searchsorted(middle, np.quantile(scores, share)).clip(max=len(middle) - 1)
    return middle[np.unique(by_rows)]
