"""Calibrate the threshold of each drift statistic for a day's size and a significance level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import floor, inf, log, log2, pi, sqrt
from statistics import NormalDist

from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.histogram import Histogram
from mlops_assets.monitoring.drift.null_distribution import (
    effective_rows,
    null_jensen_shannon,
    null_mean,
    null_wasserstein,
    spread,
)
from mlops_assets.monitoring.drift.tail_quantile import upper_quantile

BUCKETS_PER_DOUBLING = 16
EXACT_ROWS = 20_000
JS_PER_DEVIATION = 1 / sqrt(8)
"""A shift by d standard deviations, d small, has a Jensen–Shannon distance of d / √8."""


@dataclass(frozen=True)
class Bounds:
    """How thresholds are set: significance level per statistic, least relevant effect, seed."""

    level: float
    least: float
    seed: int


def level_of_one(false_alarm_rate: float, statistics: int) -> float:
    """The significance level per statistic for a joint `false_alarm_rate` (Šidák correction)."""
    return 1 - (1 - false_alarm_rate) ** (1 / max(statistics, 1))


def bucket(rows: int) -> int:
    """`rows` rounded down by at most 4 % and one row: days of similar size share a bound."""
    if rows < BUCKETS_PER_DOUBLING:
        return rows
    return int(2 ** (floor(log2(rows) * BUCKETS_PER_DOUBLING) / BUCKETS_PER_DOUBLING) + 1e-9)


def score_bound(reference: Histogram | CategoryCounts, rows: int, bounds: Bounds) -> float:
    """The threshold that a day of `rows` values exceeds by chance with probability `level`."""
    if isinstance(reference, CategoryCounts):
        return _jensen_shannon_bound(reference, rows, bounds)
    return _wasserstein_bound(reference, rows, bounds)


def _wasserstein_bound(reference: Histogram, rows: int, bounds: Bounds) -> float:
    """Threshold in standard deviations, at least `least`.

    Large days need no simulation: by Borell's inequality, chance stays below `least`.
    """
    least, size = bounds.least, effective_rows(rows, reference.known)
    upper = (_expected(reference) + sqrt(2 * log(1 / bounds.level))) / sqrt(size)
    if least > 0 and upper <= least:
        return least
    drawn = _wasserstein_quantile(reference, bucket(rows), bounds.level, bounds.seed)
    return max(least, drawn)


def _jensen_shannon_bound(reference: CategoryCounts, rows: int, bounds: Bounds) -> float:
    """Threshold that is at least the distance for a shift by `least` standard deviations.

    Large days need no simulation: 8 n times the squared distance is about chi-squared, and three
    times its quantile leaves room for rare labels.
    """
    least, size = bounds.least * JS_PER_DEVIATION, effective_rows(rows, reference.known)
    if least > 0 and 3 * _chi_squared(reference, bounds.level) / (8 * size) <= least**2:
        return least
    drawn = _jensen_shannon_quantile(reference, bucket(rows), bounds.level, bounds.seed)
    return max(least, drawn)


def mean_bound(reference: Histogram, rows: int, bounds: Bounds) -> float:
    """The threshold for the excess of a day's mean over the reference's, as in `score_bound`."""
    size = min(bucket(rows), EXACT_ROWS)
    return max(bounds.least, _mean_quantile(reference, size, bounds.level, bounds.seed))


@lru_cache(maxsize=4096)
def share_bounds(
    hits: int, reference_rows: int, rows: int, level: float, least: float
) -> tuple[float, float]:
    """The range of shares that a day of `rows` rows has by chance, if the reference had `hits`.

    Each bound is exceeded with probability `level` / 2 and is at least `least` from the
    reference's share. The day's hits are beta-binomial, which includes the uncertainty of the
    reference's own share.
    """
    share = hits / max(reference_rows, 1)
    size = min(rows, EXACT_ROWS)
    low, high = _beta_binomial_range(hits + 0.5, reference_rows - hits + 0.5, size, level / 2)
    return min(share - least, low / size), max(share + least, high / size)


def rows_for_one_deviation(
    reference: Histogram | CategoryCounts, level: float, power: float = 0.9
) -> float:
    """The number of values needed to detect a shift by one standard deviation with this `power`.

    `inf` if the reference itself is too small. Uses the asymptotic bound, which is close to the
    simulated one from 30 rows on.
    """
    if isinstance(reference, Histogram):
        chance = sqrt(
            (2 / pi) * _expected(reference) ** 2 + NormalDist().inv_cdf(1 - level / 2) ** 2
        )
    else:
        chance = sqrt(_chi_squared(reference, level))
    needed = (chance + NormalDist().inv_cdf(power)) ** 2
    return (
        needed * reference.known / (reference.known - needed) if reference.known > needed else inf
    )


def _expected(reference: Histogram) -> float:
    return float(spread(reference).sum()) / reference.deviation


def _chi_squared(reference: CategoryCounts, level: float) -> float:
    from scipy.special import chdtri

    return float(chdtri(max(len(reference.labels), 2) - 1, level))


@lru_cache(maxsize=512)
def _wasserstein_quantile(reference: Histogram, rows: int, level: float, seed: int) -> float:
    return upper_quantile(null_wasserstein(reference, rows, seed), level)


@lru_cache(maxsize=512)
def _jensen_shannon_quantile(
    reference: CategoryCounts, rows: int, level: float, seed: int
) -> float:
    return upper_quantile(null_jensen_shannon(reference, rows, seed), level)


@lru_cache(maxsize=512)
def _mean_quantile(reference: Histogram, rows: int, level: float, seed: int) -> float:
    return upper_quantile(null_mean(reference, rows, seed), level)


def _beta_binomial_range(a: float, b: float, size: int, tail: float) -> tuple[int, int]:
    """The smallest and largest count beyond which the probability is at most `tail`."""
    import numpy as np
    from scipy.special import betaln

    hits = np.arange(size + 1)
    log_share = betaln(hits + a, size - hits + b) - betaln(a, b)
    log_share -= betaln(hits + 1, size - hits + 1) + np.log(size + 1)
    below = np.cumsum(np.exp(log_share))
    low = int(np.searchsorted(below, tail, side="right"))
    return low, int(np.searchsorted(below, 1 - tail).clip(0, size))
