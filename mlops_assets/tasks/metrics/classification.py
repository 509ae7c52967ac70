"""Classification metrics, each computed over many resamples at once.

They map weights (resamples, n) to values (resamples,); NaN where a metric is undefined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from mlops_assets.tasks.metrics.labelled import Labelled

if TYPE_CHECKING:
    import numpy as np

Formula = Callable[[Labelled, "np.ndarray"], "np.ndarray"]


def accuracy(o: Labelled, weights: np.ndarray) -> np.ndarray:
    """Share of rows predicted correctly: 1 is perfect."""
    return weighted_mean(o.ground_truth == o.predicted, weights)


def precision(o: Labelled, weights: np.ndarray) -> np.ndarray:
    """Share of the predicted positives that are positive: 1 is perfect; undefined without any."""
    hit, flagged, _ = _hits(o, weights)
    return ratio(hit, flagged)


def recall(o: Labelled, weights: np.ndarray) -> np.ndarray:
    """Share of the positives that were found: 1 is perfect; undefined without any."""
    hit, _, actual = _hits(o, weights)
    return ratio(hit, actual)


def f1(o: Labelled, weights: np.ndarray) -> np.ndarray:
    """Harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN): 0 if none was found."""
    hit, flagged, actual = _hits(o, weights)
    return ratio(2 * hit, flagged + actual)


def precision_macro(o: Labelled, weights: np.ndarray) -> np.ndarray:
    """Mean precision of the classes; undefined if a class is never predicted."""
    hit, flagged, _ = _class_hits(o, weights)
    return ratio(hit, flagged).mean(axis=1)


def recall_macro(o: Labelled, weights: np.ndarray) -> np.ndarray:
    """Mean recall of the classes (balanced accuracy); undefined if a class has no rows."""
    hit, _, actual = _class_hits(o, weights)
    return ratio(hit, actual).mean(axis=1)


def f1_macro(o: Labelled, weights: np.ndarray) -> np.ndarray:
    """Mean F1 of the classes that occur or are predicted."""
    hit, flagged, actual = _class_hits(o, weights)
    return ratio(2 * hit, flagged + actual).mean(axis=1)


def roc_auc(o: Labelled, weights: np.ndarray) -> np.ndarray:
    """Probability that a positive scores above a negative, ties half: 0.5 is chance, 1 perfect."""
    return area(o, o.positive, weights)


def roc_auc_ovr(o: Labelled, weights: np.ndarray) -> np.ndarray:
    """Mean one-vs-rest ROC AUC of the classes."""
    areas = [area(o, code, weights) for code in range(len(o.labels))]
    return sum(areas[1:], areas[0]) / len(areas)


def average_precision(o: Labelled, weights: np.ndarray) -> np.ndarray:
    """Area under the precision-recall curve, no interpolation: the positive share is chance."""
    import numpy as np

    found, flagged = curve(o, o.positive, weights)
    gained = np.diff(found, axis=1, prepend=0)
    return ratio(np.nansum(gained * ratio(found, flagged), axis=1), found[:, -1])


def log_loss(o: Labelled, weights: np.ndarray) -> np.ndarray:
    """Mean of -ln(probability of the true label), clipped at 2e-16: 0 is perfect."""
    import numpy as np

    of_truth = o.probability[np.arange(len(o.ground_truth)), o.ground_truth]
    tiny = np.finfo("float64").eps
    return weighted_mean(-np.log(np.clip(of_truth, tiny, 1 - tiny)), weights)


def brier(o: Labelled, weights: np.ndarray) -> np.ndarray:
    """Mean squared error of the probability of the positive label: 0 is perfect."""
    error = o.probability[:, o.positive] - (o.ground_truth == o.positive)
    return weighted_mean(error**2, weights)


def _named(*functions: Formula) -> Mapping[str, Formula]:
    return {function.__name__: function for function in functions}


BINARY = _named(roc_auc, average_precision, accuracy, precision, recall, f1, log_loss, brier)
MULTICLASS = _named(accuracy, roc_auc_ovr, precision_macro, recall_macro, f1_macro, log_loss)
NEED_PROBABILITY = frozenset({"roc_auc", "roc_auc_ovr", "average_precision", "log_loss", "brier"})


def formulas(o: Labelled) -> dict[str, Formula]:
    """The metrics that these results allow, by name; a single label allows only accuracy."""
    if len(o.labels) == 1:
        return {"accuracy": accuracy}
    table = BINARY if len(o.labels) == 2 else MULTICLASS
    return {
        name: formula
        for name, formula in table.items()
        if o.probability.size or name not in NEED_PROBABILITY
    }


def support(name: str, o: Labelled) -> int:
    """The number of rows that `name` is based on; limited by the smallest class if it compares."""
    if name in ("accuracy", "log_loss", "brier"):
        return len(o.ground_truth)
    if name == "recall":
        return int((o.ground_truth == o.positive).sum())
    if name == "precision":
        return int((o.predicted == o.positive).sum())
    return len(o.labels) * int(o.class_sizes().min())


def weighted_mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean of `values` (n,) in each resample."""
    return weights @ values.astype("float64") / weights.sum(axis=1)


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """The quotient; NaN where `whole` is 0."""
    import numpy as np

    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def _hits(o: Labelled, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True positives, predicted positives and positives, each (resamples,)."""
    import numpy as np

    actual, flagged = o.ground_truth == o.positive, o.predicted == o.positive
    stacked = np.stack([actual & flagged, flagged, actual], axis=1).astype("float64")
    hit, flagged, actual = (weights @ stacked).T
    return hit, flagged, actual


def _class_hits(o: Labelled, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Like `_hits`, for every class that occurs or is predicted, each (resamples, classes)."""
    import numpy as np

    count = len(o.labels)
    seen = np.union1d(o.ground_truth, o.predicted)
    right = np.flatnonzero(o.ground_truth == o.predicted)
    hit = _class_sums(o.ground_truth[right], count, weights[:, right])
    flagged = _class_sums(o.predicted, count, weights)
    actual = _class_sums(o.ground_truth, count, weights)
    return hit[:, seen], flagged[:, seen], actual[:, seen]


def _class_sums(codes: np.ndarray, count: int, weights: np.ndarray) -> np.ndarray:
    """Sum the weights per code, (resamples, count), in one pass for any number of codes."""
    import numpy as np

    sums = np.zeros((len(weights), count))
    if len(codes):
        order = np.argsort(codes, kind="stable")
        present, starts = np.unique(codes[order], return_index=True)
        sums[:, present] = np.add.reduceat(weights[:, order], starts, axis=1)
    return sums


def curve(o: Labelled, code: int, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Count true positives and flagged rows per score threshold, from the highest.

    Both are (resamples, distinct scores).
    """
    import numpy as np

    order, ends, hits = o.ranking(code)
    in_order = np.take(weights, order, axis=1)
    flagged = np.cumsum(in_order, axis=1)[:, ends]
    in_order *= hits
    found = np.cumsum(in_order, axis=1, out=in_order)[:, ends]
    return found, flagged


def area(o: Labelled, code: int, weights: np.ndarray) -> np.ndarray:
    """The area under the one-vs-rest ROC curve of a label, by trapezoids."""
    import numpy as np

    found, flagged = curve(o, code, weights)
    wrong = flagged - found
    doubled = (found[:, 1:] + found[:, :-1]) * np.diff(wrong, axis=1)
    twice = doubled.sum(axis=1) + found[:, 0] * wrong[:, 0]
    return ratio(twice / 2, found[:, -1] * wrong[:, -1])
