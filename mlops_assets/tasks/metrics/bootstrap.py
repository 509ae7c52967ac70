"""Bootstrap a holdout as row counts, so that a metric's interval takes one matrix product."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# A chunk of counts is float64: 1.5 million cells are 12 MB, and a metric copies it a few times.
CHUNK_CELLS = 1_500_000
# Larger holdouts get fewer resamples to stay within this: their intervals are narrow anyway.
MAX_DRAWS = 100_000_000
MIN_RESAMPLES = 100


def resamples_for(rows: int, resamples: int) -> int:
    """The number of resamples for a holdout: as requested up to 250,000 rows, then fewer.

    Never fewer than 100: a million rows get 100 instead of the default 400.
    """
    affordable = max(MIN_RESAMPLES, MAX_DRAWS // max(rows, 1))
    return min(resamples, affordable)


def count_chunks(rows: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Yield bootstrap counts in chunks of shape (some resamples, rows), float64.

    The first row is all ones: the point estimate. Every other row counts how often each holdout
    row was drawn when drawing `rows` of them with replacement.
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
    """A percentile of a metric over its resamples, ignoring those where it is undefined.

    `draws[0]` is the point estimate. NaN if it or every resample is undefined.
    """
    import numpy as np

    defined = draws[1:][~np.isnan(draws[1:])]
    if np.isnan(draws[0]) or len(defined) == 0:
        return float("nan")
    return float(np.percentile(defined, percent))
