"""Choose thresholds on training rows, by predictions of models that have not seen them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import ThresholdCurve
from mlops_assets.tasks.metrics.thresholds import SCORES, between, confusion_at, cost

if TYPE_CHECKING:
    import numpy as np
    from sklearn.pipeline import Pipeline

    from mlops_assets.kinds.sklearn.decision_params import ThresholdChoice

MOST = 200
"""Thresholds that are tried."""
LEAST_ROWS = 30
"""The fewest rows of a group that a threshold of its own is chosen by."""


def out_of_fold(pipeline: Pipeline, dataset: Dataset, positive: object, folds: int) -> np.ndarray:
    """The probability of the positive label of each row, (rows,), by a fit on the other folds.

    Preprocessing is fitted within each fold; rows of one identity or block of time are in one.
    Raises `InputError` if a fold leaves a single class.
    """
    import numpy as np
    from sklearn.base import clone

    fold, target = dataset.folds(folds), dataset.known_target()
    rows, found = dataset.features.loc[:, dataset.columns.names], np.empty(len(dataset))
    for number in range(folds):
        rest, left_out = fold != number, fold == number
        if target[rest].nunique() < 2:
            raise InputError(
                seen=f"the training rows without fold {number + 1} of {folds} have one class",
                expected="both classes in the rows of all folds but one",
                todo="set another number of `folds`, a fixed `threshold`, or train on more rows",
            )
        fitted = clone(pipeline).fit(rows[rest], target[rest])
        place = int(np.flatnonzero(fitted.classes_ == positive)[0])
        if left_out.any():
            found[left_out] = fitted.predict_proba(rows[left_out])[:, place]
    return found


def best_threshold(
    choice: ThresholdChoice, scores: np.ndarray, actual: np.ndarray
) -> ThresholdCurve:
    """The best threshold for out-of-fold `scores` (n,); of equally good ones that nearest 0.5."""
    import numpy as np

    tried = between(scores, MOST)
    if not len(tried):
        raise InputError(
            seen="the estimator gives every training row the same probability",
            expected="probabilities to choose a threshold between",
            todo="choose another estimator, or leave `threshold` out",
        )
    counts = confusion_at(tried, scores, actual, np.ones((1, len(scores))))
    found = {name: SCORES[name](counts)[0] for name in ("precision", "recall")}
    if choice.metric == "cost":
        found["cost"] = cost(counts, choice.false_positive, choice.false_negative)[0]
    else:
        found[choice.metric] = SCORES[choice.metric](counts)[0]
    goodness = np.nan_to_num(found[choice.metric] * (-1 if choice.metric == "cost" else 1), nan=-1)
    best = np.flatnonzero(goodness == goodness.max())
    chosen = float(tried[best[np.argmin(abs(tried[best] - 0.5))]])
    values = {name: it.tolist() for name, it in found.items()}
    return ThresholdCurve(chosen, choice.metric, tried.tolist(), values)


def equal_thresholds(
    scores: np.ndarray, counted: np.ndarray, group: np.ndarray, threshold: float, groups: int
) -> list[float]:
    """For each group the threshold that gives its counted rows the rate that all of them have.

    The rate is the share of the `counted` (n,) rows whose score is at least `threshold`. `group`
    (n,) has codes below `groups`, or -1. A group with fewer than 30 counted rows keeps `threshold`.
    """
    import numpy as np

    rate = float((scores[counted] >= threshold).mean())
    found = []
    for code in range(groups):
        own = np.sort(scores[counted & (group == code)])
        tried = between(own, len(own))
        if len(own) < LEAST_ROWS or not len(tried):
            found.append(threshold)
            continue
        shares = 1 - np.searchsorted(own, tried, side="left") / len(own)
        found.append(float(tried[np.argmin(abs(shares - rate))]))
    return found
