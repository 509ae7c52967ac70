"""Resample the rows of a holdout, as counts, so that a metric's interval is one matrix product."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# A chunk of counts is float64: 1.5 million cells are 12 MB, and a metric makes a few such copies.
CHUNK_CELLS = 1_500_000
# More rows than this many draws allow get fewer resamples: their intervals are narrow anyway.
MAX_DRAWS = 100_000_000
MIN_RESAMPLES = 100


def resamples_for(rows: int, resamples: int) -> int:
    """How many resamples a holdout gets: all that were asked up to 250,000 rows, then fewer.

    Never below 100: a million rows get 100 of the 400 that are the default.
    """
    affordable = max(MIN_RESAMPLES, MAX_DRAWS // max(rows, 1))
    return min(resamples, affordable)


def count_chunks(rows: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Bootstrap counts in chunks of shape (some resamples, rows), float64.

    The very first row is all ones: the point estimate. Every other row says how often each
    holdout row was drawn when `rows` of them are drawn with replacement.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    total = 1 + resamples_for(rows, resamples)
    step = max(1, CHUNK_CELLS // max(rows, 1))
    for start in range(0, total, step):
        counts = np.ones((min(step, total - start), rows))
        for row in range(1 if start == 0 else 0, len(counts)):
            draws = rng.integers(0, rows, size=rows)
            counts[row] = np.bincount(draws, minlength=rows)
        yield counts


def percentile(draws: np.ndarray, percent: float) -> float:
    """A percentile of a metric over its resamples; resamples where it is undefined do not count.

    `draws[0]` is the point estimate: where that is undefined, or nothing else is defined, NaN.
    """
    import numpy as np

    defined = draws[1:][~np.isnan(draws[1:])]
    if np.isnan(draws[0]) or len(defined) == 0:
        return float("nan")
    return float(np.percentile(defined, percent))
