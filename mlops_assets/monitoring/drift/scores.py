"""Distances between a day and the reference, as effect sizes: 0 means the same distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.histogram import Histogram

if TYPE_CHECKING:
    import numpy as np


def wasserstein(reference: Histogram, day: Histogram) -> float:
    """Wasserstein-1 distance in standard deviations of the reference, for equal edges.

    A shift of the mean by d standard deviations gives at least d. Within 0.001 of
    `scipy.stats.wasserstein_distance` on all rows: the area between the two distribution functions
    is exact in each cell, unless they cross inside it.
    """
    import numpy as np

    return float(np.abs(areas(reference) - areas(day)).sum() / reference.deviation)


def areas(counted: Histogram) -> np.ndarray:
    """Area under the distribution function per cell; in the last cell, above it, (cells,)."""
    import numpy as np

    counts, excess = np.asarray(counted.counts), np.asarray(counted.excess)
    until = np.cumsum(counts)[1:-1]
    inner = until * np.diff(counted.edges) - excess[1:-1]
    return np.concatenate([excess[:1], inner, -excess[-1:]]) / max(counted.known, 1)


def jensen_shannon(reference: CategoryCounts, day: CategoryCounts) -> float:
    """Jensen–Shannon distance with the natural logarithm, 0 to 0.83, for equal labels.

    Equal to `scipy.spatial.distance.jensenshannon` on the shares of all labels, because pooling
    labels that the reference does not have changes nothing.
    """
    import numpy as np

    one = np.array([*reference.counts, reference.others], dtype="float64")
    other = np.array([*day.counts, day.others], dtype="float64")
    return float(jensen_shannon_rows(one[None], other[None])[0])


def jensen_shannon_rows(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The distance between each row of two tables of counts, (rows, labels) → (rows,)."""
    import numpy as np

    one = one / one.sum(axis=1, keepdims=True)
    other = other / other.sum(axis=1, keepdims=True)
    middle = np.where(one + other > 0, (one + other) / 2, 1.0)
    parts = _times_log(one, middle) + _times_log(other, middle)
    return np.sqrt(np.maximum(parts.sum(axis=1), 0) / 2)


def _times_log(share: np.ndarray, middle: np.ndarray) -> np.ndarray:
    import numpy as np

    return share * np.log(np.where(share > 0, share, middle) / middle)
